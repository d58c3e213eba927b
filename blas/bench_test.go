package blas

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/halfulp/halfulp/internal/kernel/gemmf32"
)

// steps reports multiply-accumulates in a second and nanoseconds for one.
func steps(b *testing.B, count int) {
	per := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(count)
	b.ReportMetric(1e3/per, "M-MAC/s")
	b.ReportMetric(per, "ns/MAC")
}

func BenchmarkGemmFloat32(b *testing.B) {
	for _, s := range [][3]int{{128, 128, 128}, {1, 462, 154}, {256, 256, 1024}, {512, 512, 512}} {
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

// BenchmarkGemmFloat32Ceiling compares products with a loop of independent fused multiply-adds in as many
// threads. The two alternate, and the fastest of each counts, so that what else the machine does shows little.
func BenchmarkGemmFloat32Ceiling(b *testing.B) {
	if !gemmf32.Accelerated() {
		b.Skip("no assembly")
	}
	for _, size := range []int{128, 512} {
		p := GemmParams{M: size, N: size, K: size}
		r := rng(1)
		gen := func(r *rand.Rand) float32 { return float32(r.NormFloat64()) }
		x, y, z := float32s(r, size*size, gen), float32s(r, size*size, gen), make([]float32, size*size)
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%d/threads=%d", size, threads), func(b *testing.B) {
				p.Threads, p.Workspace = threads, new(Workspace)
				const chunk = gemmf32.Rows * gemmf32.Cols * gemmf32.Depth
				product, loop := time.Duration(1<<62), time.Duration(1<<62)
				chunks := max(size*size*size/chunk/threads, 10) // in a thread
				ceiling := func() {
					var all sync.WaitGroup
					start := time.Now()
					for range threads {
						all.Go(func() {
							for range chunks {
								gemmf32.Ceiling(gemmf32.Depth)
							}
						})
					}
					all.Wait()
					loop = min(loop, time.Since(start))
				}
				for b.Loop() {
					start := time.Now()
					GemmFloat32(p, x, y, nil, z)
					product = min(product, time.Since(start))
					ceiling()
				}
				done, most := float64(size*size*size)/float64(product), float64(threads*chunks*chunk)/float64(loop)
				b.ReportMetric(done, "G-MAC/s")
				b.ReportMetric(most, "G-MAC/s-ceiling")
				b.ReportMetric(done/most, "of-ceiling")
			})
		}
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
