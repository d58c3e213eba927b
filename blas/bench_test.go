package blas

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// steps reports multiply-accumulates in a second and nanoseconds for one.
func steps(b *testing.B, count int) {
	per := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(count)
	b.ReportMetric(1e3/per, "M-MAC/s")
	b.ReportMetric(per, "ns/MAC")
}

func BenchmarkGemmFloat32(b *testing.B) {
	for _, s := range [][3]int{{128, 128, 128}, {1, 462, 154}, {256, 256, 1024}} {
		b.Run(fmt.Sprintf("%dx%dx%d", s[0], s[1], s[2]), func(b *testing.B) {
			p := GemmParams{M: s[0], N: s[1], K: s[2], Options: Options{Threads: 1, Workspace: new(Workspace)}}
			r := rng(1)
			gen := func(r *rand.Rand) float32 { return float32(r.NormFloat64()) }
			x, y, z := float32s(r, p.M*p.K, gen), float32s(r, p.K*p.N, gen), make([]float32, p.M*p.N)
			for b.Loop() {
				GemmFloat32(p, x, y, nil, z)
			}
			steps(b, p.M*p.N*p.K)
		})
	}
}

func BenchmarkConvFloat32(b *testing.B) {
	for _, s := range []struct {
		name string
		p    ConvParams
	}{
		{"1x1 14x14x96-576", ConvParams{N: 1, C: 96, H: 14, W: 14, K: 576, KH: 1, KW: 1}},
		{"depthwise 3x3 28x28x144", ConvParams{N: 1, C: 144, H: 28, W: 28, K: 144, KH: 3, KW: 3, Groups: 144}},
		{"depthwise 3x3 28x28x144 stride 2", ConvParams{N: 1, C: 144, H: 28, W: 28, K: 144, KH: 3, KW: 3, Groups: 144, StrideH: 2, StrideW: 2}},
		{"3x3 14x14x64-64", ConvParams{N: 1, C: 64, H: 14, W: 14, K: 64, KH: 3, KW: 3}},
	} {
		for _, layout := range []Layout{NCHW, NHWC} {
			b.Run(fmt.Sprintf("%s/%d", s.name, layout), func(b *testing.B) {
				p := s.p.SameUpper()
				p.Layout, p.WeightLayout, p.Threads, p.Workspace = layout, layout, 1, new(Workspace)
				r := rng(1)
				gen := func(r *rand.Rand) float32 { return float32(r.NormFloat64()) }
				nx, nw, ny := p.sizes()
				x, w, y := float32s(r, nx, gen), float32s(r, nw, gen), make([]float32, ny)
				for b.Loop() {
					ConvFloat32(p, x, w, nil, y)
				}
				steps(b, ny*nw/p.K)
			})
		}
	}
}
