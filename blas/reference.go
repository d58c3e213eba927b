package blas

import "github.com/halfulp/halfulp/rounding"

// The functions whose names begin with Reference say in a few lines what the others compute. They are slow,
// check nothing, and share no code with what they define.

// ReferenceGemmFloat32 is [GemmFloat32] by its definition.
func ReferenceGemmFloat32(p GemmParams, a, b, bias, c []float32) {
	at := p.strides()
	for i := range p.M {
		for j := range p.N {
			sum := float32(0)
			if p.Accumulate {
				sum = c[i*at.c+j]
			} else if bias != nil && p.PerRow {
				sum = bias[i]
			} else if bias != nil {
				sum = bias[j]
			}
			for k := range p.K {
				sum = rounding.FMA32(a[i*at.ai+k*at.ak], b[k*at.bk+j*at.bj], sum)
			}
			c[i*at.c+j] = sum
		}
	}
}

type gemmStrides struct{ ai, ak, bk, bj, c int }

// strides returns the distances in A by i and k, in B by k and j, and between the rows of C.
func (p GemmParams) strides() gemmStrides {
	or := func(ld, row int) int {
		if ld == 0 {
			return row
		}
		return ld
	}
	s := gemmStrides{ai: or(p.LDA, p.K), ak: 1, bk: or(p.LDB, p.N), bj: 1, c: or(p.LDC, p.N)}
	if p.TransA {
		s.ai, s.ak = 1, or(p.LDA, p.M)
	}
	if p.TransB {
		s.bk, s.bj = 1, or(p.LDB, p.K)
	}
	return s
}

// ReferenceConvFloat32 is [ConvFloat32] by its definition.
func ReferenceConvFloat32(p ConvParams, x, weights, bias, y []float32) {
	referenceConv(p, func(out, channel int, taps []tap) {
		sum := float32(0)
		if p.Accumulate {
			sum = y[out]
		} else if bias != nil {
			sum = bias[channel]
		}
		for _, t := range taps {
			in := float32(0)
			if t.x >= 0 {
				in = x[t.x]
			}
			sum = rounding.FMA32(in, weights[t.w], sum)
		}
		y[out] = sum
	})
}

// A tap is one product of a convolution: the offsets of a pixel, -1 in the padding, and of a weight.
type tap struct{ x, w int }

// referenceConv calls f with the offset, the channel and the taps, in order, of every output.
func referenceConv(p ConvParams, f func(out, channel int, taps []tap)) {
	at := func(l Layout, n, c, h, w, channels, height, width int) int {
		if l == NHWC {
			return ((n*height+h)*width+w)*channels + c
		}
		return ((n*channels+c)*height+h)*width + w
	}
	groups, sh, sw, dh, dw := max(p.Groups, 1), max(p.StrideH, 1), max(p.StrideW, 1), max(p.DilationH, 1), max(p.DilationW, 1)
	var taps []tap
	for n := range p.N {
		for k := range p.K {
			for oh := range p.OutH() {
				for ow := range p.OutW() {
					taps = taps[:0]
					for kh := range p.KH {
						for kw := range p.KW {
							for c := range p.C / groups {
								t := tap{-1, at(p.WeightLayout, k, c, kh, kw, p.C/groups, p.KH, p.KW)}
								h, w := oh*sh+kh*dh-p.PadTop, ow*sw+kw*dw-p.PadLeft
								if 0 <= h && h < p.H && 0 <= w && w < p.W {
									t.x = at(p.Layout, n, k/(p.K/groups)*(p.C/groups)+c, h, w, p.C, p.H, p.W)
								}
								taps = append(taps, t)
							}
						}
					}
					f(at(p.Layout, n, k, oh, ow, p.K, p.OutH(), p.OutW()), k, taps)
				}
			}
		}
	}
}

// ReferenceGemmInt32 is [GemmInt32] by its definition.
func ReferenceGemmInt32[A, B Byte](p GemmParams, z ZeroPoints, a []A, b []B, bias, c []int32) {
	at := p.strides()
	for i := range p.M {
		for j := range p.N {
			sum := int32(0)
			if p.Accumulate {
				sum = c[i*at.c+j]
			} else if bias != nil && p.PerRow {
				sum = bias[i]
			} else if bias != nil {
				sum = bias[j]
			}
			for k := range p.K {
				sum += (int32(a[i*at.ai+k*at.ak]) - z.A) * (int32(b[k*at.bk+j*at.bj]) - z.B)
			}
			c[i*at.c+j] = sum
		}
	}
}

// ReferenceConvInt32 is [ConvInt32] by its definition.
func ReferenceConvInt32[X, W Byte](p ConvParams, z ZeroPoints, x []X, weights []W, bias, y []int32) {
	referenceConv(p, func(out, channel int, taps []tap) {
		sum := int32(0)
		if p.Accumulate {
			sum = y[out]
		} else if bias != nil {
			sum = bias[channel]
		}
		for _, t := range taps {
			if t.x >= 0 {
				sum += (int32(x[t.x]) - z.A) * (int32(weights[t.w]) - z.B)
			}
		}
		y[out] = sum
	})
}
