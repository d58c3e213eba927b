package minifloat_test

import (
	"math"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
)

// Every float32 into the formats most converted to, in nearest-even and to-odd.
//
// Conversion is monotone, so the float32 numbers of one sign, in ascending order,
// fall into at most 32,768 runs with one result each. The oracle finds where each
// run ends (by bisection of the bit patterns), and the sweep converts every number
// of a run and compares codes. Flags are compared at both ends of each run, where
// the next number belongs to another, and at the exact value within.
//
// Without -exhaustive the sweep takes the first and last 64 numbers of each run
// and a stride through it.
func TestProofEveryFloat32(t *testing.T) {
	names := []string{"e4m3fn", "e5m2", "e2m1fn", "binary16", "bfloat16"}
	for _, name := range names[:sized(3, 5, 5)] {
		for _, mode := range []exact.Mode{exact.TiesToEven, exact.ToOdd} {
			t.Run(name+"/"+mode.String(), func(t *testing.T) {
				t.Parallel()
				s := namedSubject(t, name)
				o := newOption(exact.Options{Mode: mode})
				rounder := minifloat.NewRounder(s.f, o.c)
				numbers := uint64(0)
				for _, sign := range []uint32{0, 1 << 31} {
					for _, r := range runs(s, o.o, sign) {
						p := &prover{t: t}
						for _, u := range []uint32{r.first, r.last, r.value} {
							p.compareEncode(s, float64(math.Float32frombits(u)), o)
						}
						bad, u := sweep(rounder, r)
						numbers += uint64(r.last - r.first + 1)
						if bad || p.wrong > 0 {
							t.Errorf("the run %#x to %#x, code %#x, breaks at %#x", r.first, r.last, r.code, u)
						}
					}
				}
				if numbers != 1<<32 {
					t.Errorf("the runs hold %d numbers", numbers)
				}
			})
		}
	}
}

// compareEncode compares one conversion, flags included.
func (p *prover) compareEncode(s subject, x float64, o option) {
	want, wantFlags := exact.RoundResult(exact.Convert(exact.Float64(x)), s.g, o.o)
	if got, flags := o.c.Encode(s.f, x); got != uint32(want) || int(flags) != int(wantFlags) {
		p.wrong++
		p.t.Errorf("Encode %x into %s: %#x %v, want %#x %v", x, s.name, got, flags, want, wantFlags)
	}
}

// run is a range of float32 bit patterns of one sign that round to one code.
type run struct {
	first, last uint32
	code        uint32
	value       uint32 // a pattern within that is the code's value, if there is one
}

// runs returns the runs of one sign, and NaNs as a last one.
func runs(s subject, o exact.Options, sign uint32) []run {
	code := func(u uint32) uint32 {
		c, _ := exact.RoundResult(exact.Convert(exact.Float32(math.Float32frombits(u))), s.g, o)
		return uint32(c)
	}
	const infinity = 0x7f800000
	var all []run
	length := uint32(1)
	for first := uint32(0); first <= infinity; {
		c := code(sign | first)
		// The run is as long as the last one, or is found by bisection: the code at
		// low is c, that at high is not, or high is past infinity.
		low, high := first, uint32(infinity+1)
		if guess := first + length - 1; guess < infinity && code(sign|guess) == c {
			if low = guess; code(sign|(guess+1)) != c {
				high = guess + 1
			}
		}
		for high-low > 1 {
			if middle := low + (high-low)/2; code(sign|middle) == c {
				low = middle
			} else {
				high = middle
			}
		}
		length = high - first
		r := run{sign | first, sign | low, c, sign | first}
		if v, _ := s.g.Decode(uint64(c)).Float(); v != 0 && !math.IsNaN(v) {
			if u := math.Float32bits(float32(v)); u >= r.first && u <= r.last {
				r.value = u
			}
		}
		all = append(all, r)
		first = high
	}
	nan := sign | (infinity + 1)
	return append(all, run{nan, sign | 0x7fffffff, code(sign | 0x7fc00000), nan})
}

// sweep converts the numbers of a run and returns one whose code is wrong.
func sweep(c *minifloat.Rounder, r run) (bad bool, at uint32) {
	const ends = 64
	if *exhaustive || r.last-r.first <= 4*ends {
		return sweepRange(c, r.first, r.last, 1, r.code)
	}
	if bad, at = sweepRange(c, r.first, r.first+ends, 1, r.code); bad {
		return
	}
	if bad, at = sweepRange(c, r.last-ends, r.last, 1, r.code); bad {
		return
	}
	return sweepRange(c, r.first, r.last-ends, (r.last-r.first)/ends|1, r.code)
}

// sweepRange converts first, first+stride and so on up to last, if not beyond.
func sweepRange(c *minifloat.Rounder, first, last, stride, want uint32) (bool, uint32) {
	for u := uint64(first); u <= uint64(last); u += uint64(stride) {
		if c.EncodeFloat32(math.Float32frombits(uint32(u))) != want {
			return true, uint32(u)
		}
	}
	return false, 0
}

// The speed of the sweep, by region of float32.
func BenchmarkEncodeFloat32(b *testing.B) {
	s := namedSubject(b, "e4m3fn")
	for _, mode := range []exact.Mode{exact.TiesToEven, exact.ToOdd} {
		c := newOption(exact.Options{Mode: mode}).c
		r := minifloat.NewRounder(s.f, c)
		for _, region := range []struct {
			name  string
			first uint32
		}{{"tiny", 0x30000000}, {"subnormal", 0x3b800000}, {"normal", 0x3f800000}, {"overflow", 0x60000000}} {
			b.Run(mode.String()+"/"+region.name, func(b *testing.B) {
				u, sum := region.first, uint32(0)
				for b.Loop() {
					sum += r.EncodeFloat32(math.Float32frombits(u))
					if u++; u == region.first+1<<22 {
						u = region.first
					}
				}
				if sum == 1 {
					b.Log(sum)
				}
			})
		}
	}
}
