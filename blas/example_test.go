package blas_test

import (
	"fmt"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func ExampleGemmFloat32() {
	a := []float32{
		1, 2, 3,
		4, 5, 6}
	b := []float32{ // stored as N x K
		1, 0, 1,
		0, 1, 0}
	c := make([]float32, 4)
	blas.GemmFloat32(blas.GemmParams{M: 2, N: 2, K: 3, TransB: true}, a, b, []float32{0.5, -0.5}, c)
	fmt.Println(c)
	// Output: [4.5 1.5 10.5 4.5]
}

// A one-dimensional convolution: H and KH are 1.
func ExampleConvFloat32() {
	p := blas.ConvParams{N: 1, C: 1, H: 1, W: 6, K: 1, KH: 1, KW: 3, StrideW: 2}.SameUpper()
	y := make([]float32, p.OutH()*p.OutW())
	blas.ConvFloat32(p, []float32{1, 2, 3, 4, 5, 6}, []float32{1, 10, 100}, nil, y)
	fmt.Println(p.PadLeft, p.PadRight, y)
	// Output: 0 1 [321 543 65]
}

func ExampleConvParams_SameUpper() {
	p := blas.ConvParams{N: 1, C: 3, H: 224, W: 224, K: 8, KH: 3, KW: 3, StrideH: 2, StrideW: 2}
	upper, lower, valid := p.SameUpper(), p.SameLower(), p.Valid()
	fmt.Println(upper.PadTop, upper.PadBottom, upper.OutH())
	fmt.Println(lower.PadTop, lower.PadBottom, lower.OutH())
	fmt.Println(valid.PadTop, valid.PadBottom, valid.OutH())
	// Output:
	// 0 1 112
	// 1 0 112
	// 0 0 111
}

func ExampleLayout() {
	// Two channels of two pixels, the same image in both layouts, summed over the channels.
	p := blas.ConvParams{N: 1, C: 2, H: 1, W: 2, K: 1, KH: 1, KW: 1}
	y := make([]float32, 2)
	blas.ConvFloat32(p, []float32{1, 2, 10, 20}, []float32{1, 1}, nil, y)
	fmt.Println(y)
	p.Layout = blas.NHWC
	blas.ConvFloat32(p, []float32{1, 10, 2, 20}, []float32{1, 1}, nil, y)
	fmt.Println(y)
	// Output:
	// [11 22]
	// [11 22]
}

func ExampleGemmInt32() {
	c := make([]int32, 1)
	blas.GemmInt32(blas.GemmParams{M: 1, N: 1, K: 2}, blas.ZeroPoints{A: 128}, []uint8{130, 127}, []int8{50, -100}, nil, c)
	fmt.Println(c)
	// Output: [200]
}

// A quantized layer with a rectifier: codes below that of zero are cut off.
func ExampleRequantize() {
	q := blas.Requantize{Scale: []float64{0.03, 0.5}, Zero: -10, Min: -10, Max: 127}
	c := make([]int8, 2)
	blas.GemmInt8(blas.GemmParams{M: 1, N: 2, K: 1}, blas.ZeroPoints{}, q, []int8{100}, []int8{3, -3}, []int32{25, 0}, c)
	fmt.Println(c)

	// The same scale as an integer multiplier.
	m, _ := fixedpoint.NewMultiplier(0.03)
	q = blas.Requantize{Multiplier: []fixedpoint.Multiplier{m}, Zero: -10}
	blas.GemmInt8(blas.GemmParams{M: 1, N: 2, K: 1}, blas.ZeroPoints{}, q, []int8{100}, []int8{3, -3}, []int32{25, 0}, c)
	fmt.Println(c)
	// Output:
	// [0 -10]
	// [0 -19]
}

// The same product as different hardware sums it.
func ExampleAccumulator() {
	x, ones := make([]float32, 4096), make([]float32, 4096)
	for i := range x {
		x[i], ones[i] = 0.25, 1
	}
	b16, _ := minifloat.ParseFormat("binary16")
	bf16, _ := minifloat.ParseFormat("bfloat16")
	e4m3, _ := minifloat.ParseFormat("e4m3fn")
	for _, acc := range []blas.Accumulator{
		{},
		{Format: b16},
		{Format: b16, Context: minifloat.Context{Mode: rounding.AwayFromZero}},
		{Format: bf16},
		{Format: e4m3, Separate: true},
		{Format: e4m3, Exact: true, Context: minifloat.Context{Saturation: rounding.SatFinite}},
	} {
		sum := make([]float32, 1)
		blas.Gemm(blas.GemmParams{M: 1, N: 1, K: len(x)}, acc, blas.Floats(x), blas.Floats(ones), blas.Array{}, blas.Floats(sum))
		fmt.Printf("%-27v %v\n", acc, sum[0])
	}
	// Output:
	// binary32                    1024
	// binary16                    512
	// binary16 AwayFromZero       2048
	// bfloat16                    64
	// e4m3fn, products rounded    4
	// exact, to e4m3fn SatFinite  448
}

// Codes of a format, typed numbers and floats may meet in one product.
func ExampleArray() {
	e2m1 := minifloat.MustFormat(2, 1, minifloat.FiniteFamily)
	weights := blas.Codes(e2m1, []uint8{0x2, 0x7, 0xb}) // 1, 6, -1.5
	x := blas.Minifloats([]minifloat.BFloat16{minifloat.From[minifloat.BFloat16](0.5), minifloat.From[minifloat.BFloat16](2), minifloat.From[minifloat.BFloat16](4)})
	y := make([]fixedpoint.Q15, 1)
	blas.Gemm(blas.GemmParams{M: 1, N: 1, K: 3}, blas.Accumulator{Exact: true}, x, weights, blas.Floats([]float64{-6}), blas.FixedPoints(y))
	fmt.Println(y[0].Float64())
	// Output: 0.5
}

// A call that finds enough memory in its workspace, and runs in one thread, does not allocate.
func ExampleWorkspace() {
	o := blas.Options{Threads: 1, Workspace: new(blas.Workspace)}
	x, w, y := make([]float32, 64), make([]float32, 64*64), make([]float32, 64)
	for i := range 64 {
		w[i*64+i] = 2
		x[i] = 1
	}
	for range 3 {
		blas.GemmFloat32(blas.GemmParams{M: 1, N: 64, K: 64, Options: o}, x, w, nil, y)
		x, y = y, x
	}
	fmt.Println(x[0], x[63])
	// Output: 8 8
}
