package network

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// cancelling fills a tensor with great numbers that often cancel, and small ones that float64 loses beside them, so
// that every order of summation gives another result.
func cancelling(r *rand.Rand, x *Tensor) *Tensor {
	for i := range x.Float {
		x.Float[i] = []float32{-0x1p56, 0x1p56, float32(r.NormFloat64()), float32(r.NormFloat64())}[r.IntN(4)]
	}
	return x
}

// TestDepthwiseGradientsByTheirDefinition compares every bit of the gradients of depthwise convolutions of random
// sizes with their order written out: dx is a chain over the outputs of a channel and the taps, each product and sum
// rounded to float32; dw is eight chains for each chunk of 64 samples, over samples, rows and every eighth column,
// exact products summed in float64.
func TestDepthwiseGradientsByTheirDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for range 150 {
		n, channels, multiplier := 1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(2)
		if r.IntN(10) == 0 {
			n = 130
		}
		h, w, kh, kw := 1+r.IntN(9), 1+r.IntN(20), 1+r.IntN(3), 1+r.IntN(4)
		sh, sw, dh, dw := 1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(2), 1+r.IntN(3)
		top, left, bottom, right := r.IntN(4), r.IntN(4), r.IntN(4), r.IntN(4)
		if h+top+bottom < dh*(kh-1)+1 || w+left+right < dw*(kw-1)+1 {
			continue
		}
		outputs := channels * multiplier
		weights, x := randomTensor(r, 1, outputs, 1, kh, kw), randomTensor(r, 1, n, channels, h, w)
		g := sequence(map[string]*Tensor{"w": weights}, nodeOf("Conv", "y", Attributes{
			"group": attrInt(int64(channels)), "strides": attrInts(int64(sh), int64(sw)), "dilations": attrInts(int64(dh), int64(dw)),
			"pads": attrInts(int64(top), int64(left), int64(bottom), int64(right)),
		}, "x", "w"))
		oh, ow := (h+top+bottom-dh*(kh-1)-1)/sh+1, (w+left+right-dw*(kw-1)-1)/sw+1
		dy := randomTensor(r, 1, n, outputs, oh, ow).Float
		if r.IntN(2) == 0 {
			dy = cancelling(r, NewFloat([]int{n, outputs, oh, ow}, nil)).Float
			cancelling(r, x)
			cancelling(r, weights)
		}
		trainer, err := NewTrainer(g, TrainOptions{InputGradients: true, Loss: projection{dy}, Threads: 1 + r.IntN(3)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := trainer.Backward(map[string]*Tensor{"x": x}, Target{}); err != nil {
			t.Fatal(err)
		}

		wantX := make([]float32, len(x.Float))
		var partial []float32 // of the chunks
		lanes := make([][8]float64, len(weights.Float))
		for sample := range n {
			for o := range outputs {
				plane := (sample*channels + o/multiplier) * h * w
				for ky := range kh {
					for kx := range kw {
						tap := (o*kh+ky)*kw + kx
						for y := range oh {
							for z := range ow {
								iy, ix := y*sh+ky*dh-top, z*sw+kx*dw-left
								if iy < 0 || iy >= h || ix < 0 || ix >= w {
									continue
								}
								v, at := dy[((sample*outputs+o)*oh+y)*ow+z], plane+iy*w+ix
								wantX[at] += float32(weights.Float[tap] * v)
								lanes[tap][z%8] += float64(float64(v) * float64(x.Float[at]))
							}
						}
					}
				}
			}
			if sample%64 == 63 || sample == n-1 {
				for tap, l := range lanes {
					partial = append(partial, float32(((l[0]+l[4])+(l[2]+l[6]))+((l[1]+l[5])+(l[3]+l[7]))))
					lanes[tap] = [8]float64{}
				}
			}
		}
		size := len(weights.Float)
		wantW := partial[:size]
		switch len(partial) / size {
		case 2:
			for i := range wantW {
				wantW[i] += partial[size+i]
			}
		case 3:
			for i := range wantW {
				wantW[i] = (partial[i] + partial[size+i]) + partial[2*size+i]
			}
		}
		what := fmt.Sprintf("%d x %d x %d x %d, multiplier %d, kernel %d x %d, strides %d %d, dilations %d %d, pads %d %d %d %d",
			n, channels, h, w, multiplier, kh, kw, sh, sw, dh, dw, top, left, bottom, right)
		sameBits(t, what+": dx", trainer.Gradient("x"), wantX)
		sameBits(t, what+": dw", trainer.Gradient("w"), wantW)
	}
}

func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// Padding by far larger than the image asks for more memory than is allowed, and is refused.
func TestDepthwisePaddingIsBounded(t *testing.T) {
	const far = 1 << 20
	g := sequence(map[string]*Tensor{"w": NewFloat([]int{1, 1, 1, 1}, []float32{1})},
		nodeOf("Conv", "y", Attributes{"pads": attrInts(far, far, 0, 0), "strides": attrInts(far, far)}, "x", "w"))
	trainer, err := NewTrainer(g, TrainOptions{Loss: projection{make([]float32, 4)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trainer.Backward(map[string]*Tensor{"x": NewFloat([]int{1, 1, 1, 1}, nil)}, Target{}); !errors.Is(err, ErrBudget) {
		t.Errorf("%v, want %v", err, ErrBudget)
	}
}
