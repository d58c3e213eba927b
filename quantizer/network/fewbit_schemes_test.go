package network_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// affine is a slow fake quantization to integers with a zero point, by its definition.
type affine struct{ least, most, scale, zero float64 }

func affineOf(least, most float64, x []float32) affine {
	lo, hi := 0.0, 0.0
	for _, v := range x {
		lo, hi = min(lo, float64(v)), max(hi, float64(v))
	}
	scale := float64(float32((hi - lo) / (most - least)))
	return affine{least, most, scale, min(max(least-math.RoundToEven(lo/scale), least), most)}
}

func (a affine) fake(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		q := min(max(math.RoundToEven(float64(v)/a.scale)+a.zero, a.least), a.most)
		out[i] = (q - a.zero) * a.scale
	}
	return out
}

// TestFewBitAsymmetric: activations with zero points, weights of another format.
func TestFewBitAsymmetric(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	x := randomTensor(r, 1, 2, 4, 7, 6)
	for i := range x.Float {
		x.Float[i] += 0.6 // from about -0.4 to 1.6
	}
	w, b := randomTensor(r, 0.3, 8, 4, 3, 2), randomTensor(r, 1, 8)
	g := oneNode(network.Node{Op: "Conv", Inputs: []string{"x", "w", "b"}, Attrs: network.Attributes{
		"strides": ints(2, 2), "pads": ints(1, 1, 1, 1),
	}}, map[string]*network.Tensor{"w": w, "b": b})
	mm := oneNode(network.Node{Op: "MatMul", Inputs: []string{"x", "x"}}, nil)
	square := network.NewFloat([]int{5, 5}, x.Float[:25])
	for _, c := range []struct {
		format      string
		least, most float64
	}{{"int8", -127, 127}, {"int8full", -128, 127}, {"uint8", 0, 255}, {"int4full", -8, 7}} {
		a := affineOf(c.least, c.most, x.Float)
		if a.zero == c.least || a.zero == c.most {
			t.Fatalf("the zero point %v tests nothing", a.zero)
		}
		for _, weights := range []string{"int8", "e4m3fn"} {
			s := symmetric(weights)
			for _, perChannel := range []bool{false, true} {
				want := conv64(a.fake(x.Float), s.rows(w.Float, 8, perChannel), b.Float, 2, 4, 7, 6, 8, 3, 2, 2, 1, 1)
				for _, sum := range fineAccumulators() {
					f := network.FewBit{
						Format: parse(t, c.format), Asymmetric: true, WeightFormat: parse(t, weights), PerChannel: perChannel, Accumulator: sum,
					}
					near(t, c.format+" by "+weights, fewBit(t, g, f, x, 2), want, 2e-6)
				}
			}
		}
		q := affineOf(c.least, c.most, square.Float).fake(square.Float)
		want := make([]float64, 25)
		for i := range want {
			for k := range 5 {
				want[i] += q[i/5*5+k] * q[k*5+i%5]
			}
		}
		near(t, c.format, fewBit(t, mm, network.FewBit{Format: parse(t, c.format), Asymmetric: true, Accumulator: blas.Accumulator{Exact: true}}, square, 1), want, 2e-6)
	}
}

// TestFewBitOperands: what Operands says is what the products are computed with, for
// every scheme, and the scales are those asked for.
func TestFewBitOperands(t *testing.T) {
	r := rand.New(rand.NewPCG(53, 54))
	x, w := randomTensor(r, 1, 40, 33), randomTensor(r, 0.3, 33, 11)
	x.Float[7] = 9 // far outside
	g := oneNode(network.Node{Op: "MatMul", Inputs: []string{"x", "w"}}, map[string]*network.Tensor{"w": w})
	var histogram quantizer.Histogram
	if err := histogram.Observe(x.Float); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"int8", "int4full", "e4m3fn", "q2.5"} {
		for _, weights := range []string{"", "int4", "e2m1fn"} {
			for _, by := range []quantizer.Criterion{quantizer.ByMinMax(), quantizer.ByMSE(), quantizer.ByPercentile(99.5), quantizer.ByKL()} {
				for bits := range 8 {
					if by == quantizer.ByKL() && (format != "int8" || weights != "" || bits != 5) {
						continue // seconds
					}
					c := network.NewHistogramCalibration()
					outputs(t, g, network.Options{Arithmetic: c.Observe(network.Float32Arithmetic{})}, x)
					f := network.FewBit{
						Format: parse(t, format), PerChannel: bits&1 != 0, PowerOfTwo: bits&2 != 0, Asymmetric: bits&4 != 0 && format != "e4m3fn",
						Criterion: by, WeightCriterion: by, Calibration: c, Accumulator: blas.Accumulator{Exact: true},
					}
					if weights != "" {
						f.WeightFormat = parse(t, weights)
					}
					n, err := network.New(g, network.Options{Arithmetic: f})
					if err != nil {
						t.Fatal(err)
					}
					left, right, err := f.Operands(n.Sites()[0])
					if err != nil {
						t.Fatal(err)
					}
					lo, hi, err := histogram.Choose(f.ActivationScheme(), by)
					if err != nil {
						t.Fatal(err)
					}
					if want := f.ActivationScheme().Params(lo, hi); left.Params[0] != want || left.Check() != nil || right.Check() != nil {
						t.Errorf("%+v quantizes the activation, want %+v", left, want)
					}
					if groups := map[bool]int{false: 1, true: 11}[f.PerChannel]; len(right.Params) != groups {
						t.Errorf("%d scales of weights", len(right.Params))
					}
					qx, qw := make([]float32, len(x.Float)), make([]float32, len(w.Float))
					quantizer.FakeQuantizeTensor(qx, x.Float, left)
					quantizer.FakeQuantizeTensor(qw, n.Sites()[0].Weight.Float, right)
					want := make([]float64, 40*11)
					for i := range want {
						for k := range 33 {
							want[i] += float64(qx[i/11*33+k]) * float64(qw[i%11*33+k])
						}
					}
					got := outputs(t, g, network.Options{Arithmetic: f}, x)
					near(t, format+" by "+weights, got, want, 1e-6)
				}
			}
		}
	}
	c := network.NewCalibration()
	outputs(t, g, network.Options{Arithmetic: c.Observe(network.Float32Arithmetic{})}, x)
	for _, f := range []network.FewBit{
		{Format: parse(t, "int8"), Criterion: quantizer.ByMSE(), Calibration: c},
		{Format: parse(t, "e4m3fn"), Asymmetric: true, Calibration: c},
		{Format: parse(t, "int8"), Kept: []string{"node"}, Calibration: c},
		{Format: parse(t, "int8")},
	} {
		n, err := network.New(g, network.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = f.Operands(n.Sites()[0])
		if !errors.Is(err, network.ErrNotCalibrated) && !errors.Is(err, quantizer.ErrScheme) && !errors.Is(err, network.ErrUnsupported) {
			t.Errorf("%v: %v", f.Format, err)
		}
	}
}

// TestFewBitAsymmetricSums: codes less a zero point need one bit more, and exact sums of them
// stay exact: this one passes 2^24, on odd numbers.
func TestFewBitAsymmetricSums(t *testing.T) {
	const k, plus = 1020, 520
	x, w := network.NewFloat([]int{1, k}, nil), network.NewFloat([]int{k, 1}, nil)
	for i := range k {
		x.Float[i], w.Float[i] = 1, -1
		if i < plus {
			w.Float[i] = 1
		}
	}
	g := oneNode(network.Node{Op: "MatMul", Inputs: []string{"x", "w"}}, map[string]*network.Tensor{"w": w})
	f := network.FewBit{Format: parse(t, "int8full"), Asymmetric: true, WeightFormat: parse(t, "int8"), Accumulator: blas.Accumulator{Exact: true}}
	sx, sw := float32(1)/255, float32(1)/127
	if got, want := fewBit(t, g, f, x, 1)[0], float32(float64(sx)*float64(sw)*(2*plus-k)*255*127); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}
