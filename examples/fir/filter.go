package main

import (
	"log"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
)

// convolve gives dot the coefficients and as many samples for each output that has all of them.
func convolve(h, x []float64, dot func(h, x []float64) float64) []float64 {
	y := make([]float64, len(x)-len(h)+1)
	for i := range y {
		y[i] = dot(h, x[i:i+len(h)])
	}
	return y
}

// float64s is the filter that the others are compared with.
func float64s(h, x []float64) []float64 {
	return convolve(h, x, func(h, x []float64) (sum float64) {
		for k := range h {
			sum += float64(h[k] * x[k])
		}
		return sum
	})
}

// typed filters in one type, where every product is rounded and every sum.
func typed[T minifloat.Number[T]](h, x []float64) []float64 {
	return convolve(h, x, func(h, x []float64) float64 {
		var sum, t T
		for k := range h {
			sum = sum.Add(t.FromFloat64(h[k]).Mul(t.FromFloat64(x[k])))
		}
		return sum.Float64()
	})
}

// mixed filters in formats chosen at run time: operands and result in one, sums in another, where the
// exact product is added with one rounding.
func mixed(operands, sums string) func(h, x []float64) []float64 {
	f, err := fixedpoint.ParseFormat(operands)
	wide, err2 := fixedpoint.ParseFormat(sums)
	if err != nil || err2 != nil {
		log.Fatal(err, err2)
	}
	var c fixedpoint.Context
	value := func(x float64) fixedpoint.Value { return fixedpoint.Value{Format: f, Bits: f.Encode(x)} }
	return func(h, x []float64) []float64 {
		return convolve(h, x, func(h, x []float64) float64 {
			sum := fixedpoint.Value{Format: wide}
			for k := range h {
				sum, _ = c.FMA(wide, value(h[k]), value(x[k]), sum)
			}
			y, _ := c.Convert(f, sum)
			return y.Float64()
		})
	}
}
