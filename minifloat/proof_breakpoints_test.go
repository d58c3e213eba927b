package minifloat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// Every float32 into every named format outside P3109, in all modes, saturations and
// rules of tininess, by breakpoints: rounding is monotone, and changes its result and
// its flags at the values of the format and midway between two alone, at which some
// mode changes, so that three float32 numbers at each stand for all: the nearest below
// it, itself or the one nearest to it, and the nearest above it. (TestProofEveryFloat32
// sweeps over the numbers in between.) From float64 the same with the float64
// neighbours, and a random number in between. The points reach to twice the largest
// value; a few lie beyond.
//
// Without -exhaustive formats of more than 8 bits have one point in 127.
//
// With -exhaustive 10 s of CPU.
func TestProofBreakpoints(t *testing.T) {
	for i, row := range named {
		if row.g.P3109 {
			continue
		}
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := namedSubject(t, row.name)
			p := &prover{t: t}
			random := rand.New(rand.NewPCG(110, uint64(i)))
			step := uint64(1)
			switch {
			case s.f.Bits() == 32:
				step = uint64(sized(1<<27-1, 1<<23-1, 1<<17-1)) // every float32 is a value of it
			case s.f.Bits() > 8:
				step = uint64(sized(16381, 127, 1))
			}
			// The values, and above the largest one those that the exponent field would
			// have with one more bit.
			wide := s.g
			wide.ExponentBits++
			wide.Infinities, wide.NaN = false, exact.NoNaN
			wide.Signed, wide.NegativeZero = false, false
			top := uint64(s.f.MaxCode()) + 1<<s.g.MantissaBits
			for code := random.Uint64N(step); code <= top; code += step {
				below, _ := wide.Decode(code).Float()
				above, _ := wide.Decode(code + 1).Float()
				middle := below + (above-below)/2
				// What of saturation and tininess matters, matters below the smallest
				// normal value and at the largest.
				all := options
				if code > 2<<s.g.MantissaBits && code < uint64(s.f.MaxCode())-1 {
					all = few
				}
				for _, x := range []float64{below, middle} {
					f := float32(x)
					for _, f := range []float32{math.Nextafter32(f, 0), f, math.Nextafter32(f, math.MaxFloat32)} {
						p.breakpoint(s, float64(f), all)
					}
					for _, x := range []float64{math.Nextafter(x, 0), x, math.Nextafter(x, math.MaxFloat64)} {
						p.breakpoint(s, x, all)
					}
				}
				p.breakpoint(s, below+(above-below)*random.Float64(), all)
			}
			for _, x := range []float64{math.MaxFloat32, math.MaxFloat64, math.Inf(1), math.NaN(), math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat64} {
				p.breakpoint(s, x, options)
			}
			p.done()
		})
	}
}

// breakpoint compares the conversions of x and -x.
func (p *prover) breakpoint(s subject, x float64, all []option) {
	for _, x := range []float64{x, -x} {
		place := exact.Locate(exact.Convert(exact.Float64(x)), s.g)
		for i := range all {
			want, wantFlags := place.Round(all[i].o)
			got, flags := all[i].c.Encode(s.f, x)
			p.count++
			if got != uint32(want) || int(flags) != int(wantFlags) {
				p.fail("%x into %s, %+v: %#x %v, want %#x %v", x, s.name, all[i].o, got, flags, want, wantFlags)
			}
		}
	}
}
