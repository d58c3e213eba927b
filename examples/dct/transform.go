package main

import (
	"log"
	"math"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// block is 8 x 8 pixels, or their coefficients: DC first.
type block [8][8]float64

// cosines is the orthonormal DCT-II: row u has the cosine of frequency u.
var cosines = func() (c block) {
	for u := range c {
		for x := range c[u] {
			c[u][x] = math.Cos(math.Pi*float64(2*x+1)*float64(u)/16) / 2
			if u == 0 {
				c[u][x] = math.Sqrt(1.0 / 8)
			}
		}
	}
	return c
}()

// transform takes the DCT of the rows, then that of the columns of the result. dot is the product of two vectors in some arithmetic.
func transform(b block, dot func(x, y *[8]float64) float64) block {
	for range 2 {
		var z block
		for x := range b {
			for u := range cosines {
				z[u][x] = dot(&cosines[u], &b[x])
			}
		}
		b = z // transposed
	}
	return b
}

// float64s is the transform that the others are compared with.
func float64s(b block) block {
	return transform(b, func(x, y *[8]float64) (sum float64) {
		for i := range x {
			sum += float64(x[i] * y[i])
		}
		return sum
	})
}

// typed computes in one type, where every product is rounded and every sum.
func typed[T minifloat.Number[T]](b block) block {
	return transform(b, func(x, y *[8]float64) float64 {
		var sum, t T
		for i := range x {
			sum = sum.Add(t.FromFloat64(x[i]).Mul(t.FromFloat64(y[i])))
		}
		return sum.Float64()
	})
}

// mixed computes in a format chosen at run time: sums are exact, and rounded once in a mode. The cosines are to nearest.
func mixed(name string, mode rounding.Mode) func(block) block {
	f, err := fixedpoint.ParseFormat(name)
	if err != nil {
		log.Fatal(err)
	}
	wide := fixedpoint.MustFormat(true, 7, 2*f.FractionBits()) // products, and sums of eight
	c := fixedpoint.Context{Mode: mode}
	value := func(x float64) fixedpoint.Value { return fixedpoint.Value{Format: f, Bits: f.Encode(x)} }
	return func(b block) block {
		return transform(b, func(x, y *[8]float64) float64 {
			sum := fixedpoint.Value{Format: wide}
			for i := range x {
				sum, _ = c.FMA(wide, value(x[i]), value(y[i]), sum)
			}
			z, _ := c.Convert(f, sum)
			return z.Float64()
		})
	}
}
