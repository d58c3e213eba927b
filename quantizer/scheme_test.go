package quantizer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/quantizer"
)

// codes restates a format of integer codes: the least and the greatest code, and
// the power of two that code 1 is worth.
type codes struct {
	name        string
	least, most int64
	shift       int
}

func integerFormats() []codes {
	var all []codes
	for bits := 2; bits <= 16; bits++ {
		half := int64(1) << (bits - 1)
		all = append(all,
			codes{fmt.Sprintf("int%d", bits), 1 - half, half - 1, 0},
			codes{fmt.Sprintf("int%dfull", bits), -half, half - 1, 0},
			codes{fmt.Sprintf("uint%d", bits), 0, 2*half - 1, 0})
	}
	return append(all,
		codes{"q1.6", -128, 127, 6}, codes{"uq0.8", 0, 255, 8}, codes{"q-4.11", -128, 127, 11},
		codes{"q9.-2", -128, 127, -2}, codes{"q3.20", -1 << 23, 1<<23 - 1, 20})
}

// half rounds a rational to the nearest integer, ties to even, by its definition.
func half(x *big.Rat) *big.Int {
	floor, rest := new(big.Int).DivMod(x.Num(), x.Denom(), new(big.Int)) // Euclidean, the denominator is positive
	switch rest.Lsh(rest, 1).Cmp(x.Denom()) {
	case 1:
		floor.Add(floor, big.NewInt(1))
	case 0:
		if floor.Bit(0) == 1 {
			floor.Add(floor, big.NewInt(1))
		}
	}
	return floor
}

func rat(x float32) *big.Rat { return new(big.Rat).SetFloat64(float64(x)) }

// affine returns the code of x and the number it stands for, exactly and then
// rounded once.
func (c codes) affine(x float32, p quantizer.Params) (int64, float32) {
	unit := new(big.Rat).SetFloat64(math.Ldexp(1, -c.shift))
	step := new(big.Rat).Mul(rat(p.Scale), unit)
	k := half(new(big.Rat).Quo(rat(x), step)).Int64()
	code := min(max(k+int64(p.Zero), c.least), c.most)
	real := new(big.Rat).SetInt64(code - int64(p.Zero))
	f, _ := real.Mul(real, step).Float32()
	return code, f
}

// TestAffine compares codes and values of every integer and some fixed-point
// formats, at random zero points, ties among the inputs, with exact rationals.
func TestAffine(t *testing.T) {
	for _, c := range integerFormats() {
		f := format(t, c.name)
		if f.Largest() != math.Ldexp(float64(c.most), -c.shift) || f.Least() != math.Ldexp(float64(c.least), -c.shift) || f.Signed() != (c.least < 0) {
			t.Fatalf("%s: values from %v to %v", c.name, f.Least(), f.Largest())
		}
		properties := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
		properties.Property(c.name, prop.ForAll(
			func(scale float32, at float64, x []float32) bool {
				p := quantizer.Params{Scale: scale, Zero: int32(c.least + int64(at*float64(c.most-c.least)))}
				q := quantizer.Quantizer{Scheme: quantizer.Scheme{Format: f, Asymmetric: true}, Params: []quantizer.Params{p}}
				step := math.Ldexp(float64(scale), -c.shift)
				for i := range x {
					// From a share of the range to a number, every second one near a tie.
					k := float64(x[i]) * float64(c.most-c.least)
					if i%2 == 0 {
						k = math.Floor(k) + 0.5
					}
					x[i] = float32(k * step)
				}
				got, y, fake := make([]int32, len(x)), make([]float32, len(x)), make([]float32, len(x))
				quantizer.QuantizeTensor(got, x, q)
				quantizer.DequantizeTensor(y, got, q)
				quantizer.FakeQuantizeTensor(fake, x, q)
				for i, v := range x {
					code, real := c.affine(v, p)
					if int64(got[i]) != code || y[i] != real || fake[i] != real {
						t.Logf("%s %+v: %v -> code %d, %v, fake %v; want %d, %v", c.name, p, v, got[i], y[i], fake[i], code, real)
						return false
					}
				}
				return true
			},
			gen.Float32Range(0.001, 3), gen.Float64Range(0, 1), gen.SliceOfN(20, gen.Float32Range(-1.2, 1.2))))
		properties.TestingRun(t)
	}
}

// TestParams: what a scheme derives from a range, by its definition in rationals.
func TestParams(t *testing.T) {
	for _, c := range integerFormats() {
		f := format(t, c.name)
		properties := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
		properties.Property(c.name, prop.ForAll(
			func(lo, width float32, power bool) bool {
				hi := lo + width
				p := quantizer.Scheme{Format: f, Asymmetric: true, PowerOfTwo: power}.Params(lo, hi)
				lo, hi = min(lo, 0), max(hi, 0)
				unit := new(big.Rat).SetFloat64(math.Ldexp(1, -c.shift))
				span := new(big.Rat).Mul(new(big.Rat).SetInt64(c.most-c.least), unit)
				exact := new(big.Rat).Quo(new(big.Rat).Sub(rat(hi), rat(lo)), span)
				want, _ := exact.Float32()
				if power {
					m, e := math.Frexp(float64(p.Scale))
					below := new(big.Rat).SetFloat64(math.Ldexp(1, e-2))
					if m != 0.5 || rat(p.Scale).Cmp(exact) < 0 || below.Cmp(exact) >= 0 {
						t.Logf("%s: scale %v for %v", c.name, p.Scale, want)
						return false
					}
				} else if p.Scale != want {
					t.Logf("%s: scale %v, want %v", c.name, p.Scale, want)
					return false
				}
				step := new(big.Rat).Mul(rat(p.Scale), unit)
				zero := c.least - half(new(big.Rat).Quo(rat(lo), step)).Int64()
				if zero = min(max(zero, c.least), c.most); int64(p.Zero) != zero {
					t.Logf("%s, %v to %v: zero point %d, want %d", c.name, lo, hi, p.Zero, zero)
					return false
				}
				// Zero is exact, and so are the ends to within half a step, and what
				// rounding the scale adds over all steps.
				x := []float32{0, lo, hi}
				y := make([]float32, 3)
				quantizer.FakeQuantizeTensor(y, x, quantizer.Quantizer{
					Scheme: quantizer.Scheme{Format: f, Asymmetric: true, PowerOfTwo: power}, Params: []quantizer.Params{p}})
				s, _ := step.Float64()
				slack := s/2 + 0x1p-23*float64(hi-lo)
				return y[0] == 0 && math.Abs(float64(y[1]-lo)) <= slack && math.Abs(float64(y[2]-hi)) <= slack
			},
			gen.Float32Range(-9, 3), gen.Float32Range(0.01, 12), gen.Bool()))
		properties.TestingRun(t)
	}
}

func TestParamsCases(t *testing.T) {
	for _, c := range []struct {
		format     string
		asymmetric bool
		power      bool
		lo, hi     float32
		want       quantizer.Params
	}{
		{"int8", false, false, -254, 127, quantizer.Params{Scale: 2}},
		{"int8", false, true, -254, 127, quantizer.Params{Scale: 2}},
		{"int8", false, true, -255, 127, quantizer.Params{Scale: 4}},
		{"int8", false, false, 0, 0, quantizer.Params{Scale: 1}},
		{"int8", false, true, 0, 0x1p-149, quantizer.Params{Scale: 0x1p-149}},
		{"uint8", false, false, -1000, 510, quantizer.Params{Scale: 2}},
		{"uint8", false, false, -1000, -1, quantizer.Params{Scale: 1}},
		{"e4m3fn", false, false, -896, 1, quantizer.Params{Scale: 2}},
		{"e4m3fn", false, true, -900, 1, quantizer.Params{Scale: 4}},
		{"q1.6", false, true, -1, 1, quantizer.Params{Scale: 1}},
		{"uint8", true, false, 0, 255, quantizer.Params{Scale: 1}},
		{"uint8", true, false, -255, 0, quantizer.Params{Scale: 1, Zero: 255}},
		{"uint8", true, false, 255, 510, quantizer.Params{Scale: 2}},
		{"uint8", true, false, -510, -255, quantizer.Params{Scale: 2, Zero: 255}},
		{"uint8", true, false, -100, 155, quantizer.Params{Scale: 1, Zero: 100}},
		{"uint8", true, false, -2.5, 252.5, quantizer.Params{Scale: 1, Zero: 2}}, // tie to even
		{"int8full", true, false, -100, 155, quantizer.Params{Scale: 1, Zero: -28}},
		{"int8full", true, false, 0, 0, quantizer.Params{Scale: 1, Zero: -128}},
		{"int8full", true, true, -100, 156, quantizer.Params{Scale: 2, Zero: -78}},
	} {
		s := quantizer.Scheme{Format: format(t, c.format), Asymmetric: c.asymmetric, PowerOfTwo: c.power}
		if got := s.Params(c.lo, c.hi); got != c.want {
			t.Errorf("%s, asymmetric %v, power of two %v, from %v to %v: %+v, want %+v", c.format, c.asymmetric, c.power, c.lo, c.hi, got, c.want)
		}
	}
	s := quantizer.Scheme{Format: quantizer.Uint(8), Asymmetric: true}
	if lo, hi := s.Range(quantizer.Params{Scale: 0.5, Zero: 100}); lo != -50 || hi != 77.5 {
		t.Errorf("range from %v to %v", lo, hi)
	}
}

// TestGrouping: groups and runs against arithmetic on three indices.
func TestGrouping(t *testing.T) {
	for _, c := range []struct {
		g                   quantizer.Grouping
		outer, axis, inner  int
		block, first, count int
	}{
		{quantizer.Grouping{}, 2, 3, 4, 0, 0, 1},
		{quantizer.PerChannel(3, 4), 2, 3, 4, 0, 0, 3},
		{quantizer.PerBlock(7, 1, 3), 4, 7, 1, 3, 0, 12},
		{quantizer.PerBlock(7, 5, 3), 2, 7, 5, 3, 0, 30},
		{quantizer.PerBlock(4, 2, 9), 3, 4, 2, 9, 0, 6},
	} {
		n := c.outer * c.axis * c.inner
		if got := c.g.Groups(n); got != c.count {
			t.Errorf("%+v: %d groups, want %d", c.g, got, c.count)
		}
		scheme := quantizer.Scheme{Format: quantizer.Uint(16), Asymmetric: true, Grouping: c.g}
		q := quantizer.Quantizer{Scheme: scheme, Params: make([]quantizer.Params, c.count)}
		for g := range q.Params {
			q.Params[g] = quantizer.Params{Scale: 1, Zero: int32(g)} // a group shows in the code of 0
		}
		got := make([]uint16, n)
		quantizer.QuantizeTensor(got, make([]float32, n), q)
		for i, code := range got {
			o, a, in := i/(c.axis*c.inner), i/c.inner%c.axis, i%c.inner
			want := 0
			switch {
			case c.block > 0:
				want = (o*((c.axis+c.block-1)/c.block)+a/c.block)*c.inner + in
			case c.g.Axis > 0:
				want = a
			}
			if int(code) != want || c.g.Group(i) != want {
				t.Fatalf("%+v: element %d in group %d, by Group %d, want %d", c.g, i, code, c.g.Group(i), want)
			}
		}
	}
}

// TestTensorIsChannels: without zero points the tensor functions are the plain ones.
func TestTensorIsChannels(t *testing.T) {
	for _, name := range []string{"int8", "int8full", "uint8", "e4m3fn", "q1.6"} {
		f := format(t, name)
		x := ramp(2 * 3 * 400)
		scales := []float32{0.1, 0.02, 0.5}
		want := make([]float32, len(x))
		quantizer.FakeQuantizeChannels(want, x, f, scales, 400)
		q := quantizer.Quantizer{Scheme: quantizer.Scheme{Format: f, Grouping: quantizer.PerChannel(3, 400)},
			Params: []quantizer.Params{{Scale: 0.1}, {Scale: 0.02}, {Scale: 0.5}}}
		got := slices.Clone(x)
		quantizer.FakeQuantizeTensor(got, got, q)
		if !slices.Equal(got, want) {
			t.Errorf("%s: fake quantization differs", name)
		}
		c := make([]uint8, len(x))
		quantizer.QuantizeTensor(c, x, q)
		clear(got)
		quantizer.DequantizeTensor(got, c, q)
		if !slices.Equal(got, want) {
			t.Errorf("%s: codes differ", name)
		}
	}
}

// TestTable: the table of long slices gives what short slices give, with a zero
// point too.
func TestTable(t *testing.T) {
	q := quantizer.Quantizer{Scheme: quantizer.Scheme{Format: quantizer.FullInt(8), Asymmetric: true}, Params: []quantizer.Params{{Scale: 0.3, Zero: -77}}}
	c := make([]int8, 2048)
	for i := range c {
		c[i] = int8(i)
	}
	long, short := make([]float32, len(c)), make([]float32, len(c))
	quantizer.DequantizeTensor(long, c, q)
	for i := 0; i < len(c); i += 512 {
		quantizer.DequantizeTensor(short[i:i+512], c[i:i+512], q)
	}
	if !slices.Equal(long, short) {
		t.Error("the table has other values")
	}
}

func TestSchemeJSON(t *testing.T) {
	q := quantizer.Quantizer{
		Scheme: quantizer.Scheme{Format: quantizer.FullInt(4), Asymmetric: true, Grouping: quantizer.PerBlock(3, 1, 2)},
		Params: []quantizer.Params{{Scale: 0.1, Zero: -8}, {Scale: 3e-45}},
	}
	data, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"scheme":{"format":"int4full","asymmetric":true,"grouping":{"axis":3,"inner":1,"block":2}},"params":[{"scale":0.1,"zero":-8},{"scale":3e-45}]}`
	if string(data) != want {
		t.Errorf("%s, want %s", data, want)
	}
	var back quantizer.Quantizer
	if err := json.Unmarshal(data, &back); err != nil || back.Scheme != q.Scheme || !slices.Equal(back.Params, q.Params) {
		t.Errorf("read back as %+v, %v", back, err)
	}
	for _, c := range []struct{ from, to, says string }{
		{`"int4full"`, `"int99"`, "int99"},
		{`"format":"int4full",`, ``, "no format"},
		{`"int4full"`, `"e8m0fnu"`, "no zero"},
		{`"int4full"`, `"e4m3fn"`, "zero point"},
		{`"axis":3`, `"axis":-3`, "axis -3"},
		{`"axis":3,"inner":1`, `"axis":70000,"inner":70000`, "70000"},
		{`"scale":0.1`, `"scale":0`, "group 0: "},
		{`"scale":0.1`, `"scale":-1`, "positive"},
		{`"zero":-8`, `"zero":-9`, "-8 to 7"},
		{`"asymmetric":true,`, ``, "symmetric scheme"},
		{`"asymmetric":true,`, `"asymmetric":true,"power_of_two":true,`, "power of two"},
		{`[{"scale":0.1,"zero":-8},{"scale":3e-45}]`, `[]`, "no groups"},
	} {
		if !strings.Contains(want, c.from) {
			t.Fatalf("%q is not in the JSON", c.from)
		}
		got := back
		err := json.Unmarshal([]byte(strings.Replace(want, c.from, c.to, 1)), &got)
		if !(errors.Is(err, quantizer.ErrScheme) || errors.Is(err, quantizer.ErrFormat)) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s for %s: error %v, want one that says %q", c.to, c.from, err, c.says)
		}
		if got.Scheme != back.Scheme {
			t.Errorf("%s for %s: the receiver changed", c.to, c.from)
		}
	}
	if _, err := json.Marshal(quantizer.Quantizer{}); !errors.Is(err, quantizer.ErrFormat) {
		t.Errorf("the zero Format marshals, error %v", err)
	}
}

// FuzzQuantizerJSON: whatever is read can be used, and is written as it was read.
func FuzzQuantizerJSON(f *testing.F) {
	for _, s := range []string{
		`{"scheme":{"format":"int4full","asymmetric":true,"grouping":{"axis":3,"inner":1,"block":2}},"params":[{"scale":0.1,"zero":-8},{"scale":3e-45}]}`,
		`{"scheme":{"format":"e4m3fn"},"params":[{"scale":3e38}]}`,
		`{"scheme":{"format":"uq0.8","power_of_two":true,"grouping":{"axis":2,"inner":2147483647}},"params":[{"scale":0.5}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var q, back quantizer.Quantizer
		if err := json.Unmarshal(data, &q); err != nil {
			return
		}
		again, err := json.Marshal(q)
		if err != nil || json.Unmarshal(again, &back) != nil || back.Scheme != q.Scheme || !slices.Equal(back.Params, q.Params) {
			t.Fatalf("%s read and written as %s, %v", data, again, err)
		}
		g := q.Scheme.Grouping
		if n := int64(max(g.Axis, 1)) * int64(max(g.Inner, 1)); n < 1000 && g.Groups(int(n)) == len(q.Params) {
			x := make([]float32, n)
			x[0] = 1
			quantizer.FakeQuantizeTensor(x, x, q)
			if x[n-1] != 0 && n > 1 {
				t.Fatalf("%s: 0 becomes %v", data, x[n-1])
			}
		}
	})
}

func TestTensorPanics(t *testing.T) {
	f := quantizer.Int(8)
	good := quantizer.Quantizer{Scheme: quantizer.Scheme{Format: f, Grouping: quantizer.PerChannel(2, 1)}, Params: []quantizer.Params{{Scale: 1}, {Scale: 1}}}
	for name, call := range map[string]func(){
		"quantizer: slices of different lengths":                          func() { quantizer.FakeQuantizeTensor(nil, []float32{0}, good) },
		"quantizer: a Quantizer that fails Check":                         func() { quantizer.FakeQuantizeTensor(nil, nil, quantizer.Quantizer{}) },
		"quantizer: length is not a multiple of axis times inner size":    func() { quantizer.FakeQuantizeTensor([]float32{0}, []float32{0}, good) },
		"quantizer: number of parameters is not that of the groups":       func() { q := good; q.Params = q.Params[:1]; quantizer.FakeQuantizeTensor(nil, nil, q) },
		"quantizer: code does not fit its storage":                        func() { q := good; q.Scheme.Format = quantizer.Int(9); quantizer.QuantizeTensor([]int8{}, nil, q) },
		"quantizer: axis or block is not positive":                        func() { quantizer.PerBlock(1, 1, 0) },
		"quantizer: a grouping of impossible sizes":                       func() { quantizer.Grouping{Axis: -1}.Groups(1) },
		"quantizer: a scheme that fails Check":                            func() { quantizer.Scheme{}.Params(0, 1) },
		"quantizer: a range that is not finite, or ends before it begins": func() { good.Scheme.Params(1, 0) },
		"quantizer: integer formats have 2 to 16 bits":                    func() { quantizer.Uint(1) },
		"quantizer: number of channels is not positive":                   func() { quantizer.PerChannel(0, 1) },
		"quantizer: inner size is not positive":                           func() { quantizer.PerBlock(1, 0, 1) },
	} {
		func() {
			defer func() {
				if got := recover(); got != name {
					t.Errorf("panic %v, want %q", got, name)
				}
			}()
			call()
		}()
	}
}

func TestTensorNoAllocations(t *testing.T) {
	x := ramp(4096)
	q := quantizer.Quantizer{Scheme: quantizer.Scheme{Format: quantizer.Uint(4), Asymmetric: true, Grouping: quantizer.PerBlock(64, 2, 16)}, Params: make([]quantizer.Params, 256)}
	for i := range q.Params {
		q.Params[i] = quantizer.Params{Scale: 1, Zero: 3}
	}
	c := make([]uint8, len(x))
	if n := testing.AllocsPerRun(5, func() {
		quantizer.QuantizeTensor(c, x, q)
		quantizer.DequantizeTensor(x, c, q)
		quantizer.FakeQuantizeTensor(x, x, q)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkFakeQuantizeTensor(b *testing.B) {
	x := ramp(1 << 16)
	y := make([]float32, len(x))
	for _, c := range []struct {
		name string
		g    quantizer.Grouping
	}{{"tensor", quantizer.Grouping{}}, {"channel", quantizer.PerChannel(64, 256)}, {"block32", quantizer.PerBlock(256, 1, 32)}, {"block32columns", quantizer.PerBlock(256, 64, 32)}} {
		q := quantizer.Quantizer{Scheme: quantizer.Scheme{Format: quantizer.FullInt(8), Asymmetric: true, Grouping: c.g}, Params: make([]quantizer.Params, c.g.Groups(len(x)))}
		for i := range q.Params {
			q.Params[i] = quantizer.Params{Scale: 0.01, Zero: 3}
		}
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(4 * int64(len(x)))
			for b.Loop() {
				quantizer.FakeQuantizeTensor(y, x, q)
			}
		})
	}
}

// TestRoundAffine: the codes of QuantizeTensor less the zero point.
func TestRoundAffine(t *testing.T) {
	x := ramp(500)
	for _, name := range []string{"int8", "uint8", "int4full", "q1.6", "e4m3fn"} {
		f := format(t, name)
		for _, zero := range []int32{0, 3} {
			if name == "e4m3fn" && zero != 0 {
				continue
			}
			p := quantizer.Params{Scale: 0.11, Zero: zero}
			q := quantizer.Quantizer{Scheme: quantizer.Scheme{Format: f, Asymmetric: zero != 0}, Params: []quantizer.Params{p}}
			codes, got := make([]int32, len(x)), make([]float32, len(x))
			quantizer.QuantizeTensor(codes, x, q)
			quantizer.RoundAffine(got, x, f, p)
			for i, c := range codes {
				want := f.Decode(c)
				if zero != 0 {
					want -= f.Decode(zero)
				}
				if float64(got[i]) != want {
					t.Fatalf("%s, zero point %d: %v -> %v, want %v", name, zero, x[i], got[i], want)
				}
			}
			if n := testing.AllocsPerRun(5, func() { quantizer.RoundAffine(got, x, f, p) }); n != 0 {
				t.Errorf("%v allocations", n)
			}
		}
	}
	defer func() {
		if recover() != "quantizer: a zero point that is no code of the format" {
			t.Error("a zero point outside the codes is accepted")
		}
	}()
	quantizer.RoundAffine(nil, nil, format(t, "uint8"), quantizer.Params{Scale: 1, Zero: -1})
}
