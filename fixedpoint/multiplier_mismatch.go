package fixedpoint

import "math"

// Mismatch is a sum for which two forms of one multiplier differ, and what they give.
type Mismatch struct {
	X, A, B int32
}

// Mismatches compares the forms a and b of one multiplier on every sum from lo to hi, both included. It returns how many of
// them differ, and the first of these, at most so many as asked for. It panics as [Form.Apply] does.
//
// A factor below 1/8 takes time in proportion to the different results: nobody looks at the sums between one step of a form and
// its next, so that all 2^32 sums take a second at a factor of 2^-8. Any other factor has it look at each sum: half a minute for
// all of them. Parts of the range are independent of each other.
func (m Multiplier) Mismatches(a, b Form, lo, hi int32, most int) (count uint64, first []Mismatch) {
	a.Apply(m, 0) // panics here
	b.Apply(m, 0)
	if lo > hi || a == b {
		return 0, nil
	}
	if m.Mantissa >= 0 && m.Shift <= -3 {
		return m.compareSteps(a, b, int64(lo), int64(hi), most)
	}
	return m.compareAll(a, b, int64(lo), int64(hi), most)
}

// compareAll looks at each sum.
func (m Multiplier) compareAll(a, b Form, lo, hi int64, most int) (count uint64, first []Mismatch) {
	for x := lo; x <= hi; x++ {
		if za, zb := a.Apply(m, int32(x)), b.Apply(m, int32(x)); za != zb {
			if count++; len(first) < most {
				first = append(first, Mismatch{int32(x), za, zb})
			}
		}
	}
	return count, first
}

// compareSteps goes from one step to the next: below a factor of 1/8 nothing overflows in any form, and each is monotone, its roundings
// being so.
func (m Multiplier) compareSteps(a, b Form, lo, hi int64, most int) (count uint64, first []Mismatch) {
	length := int64(math.MaxUint32) // of a step, about
	if f := m.Float64(); f > 0x1p-32 {
		length = int64(1 / f)
	}
	sa, sb := m.step(a, lo, hi, length), m.step(b, lo, hi, length)
	for x := lo; ; {
		end := min(sa.end, sb.end)
		if sa.z != sb.z {
			for i := x; i <= end && len(first) < most; i++ {
				first = append(first, Mismatch{int32(i), sa.z, sb.z})
			}
			count += uint64(end - x + 1)
		}
		if end == hi {
			return count, first
		}
		x = end + 1
		if sa.end == end {
			sa = m.step(a, x, hi, length)
		}
		if sb.end == end {
			sb = m.step(b, x, hi, length)
		}
	}
}

// step is a run of sums with one result.
type step struct {
	end int64 // the last of them
	z   int32
}

// step returns the run that starts at x, cut off at hi: first near the given length, then in growing strides, then by
// bisection, so that the length matters to the time alone.
func (m Multiplier) step(f Form, x, hi, length int64) step {
	z := f.Apply(m, int32(x))
	in, out := x, hi+1 // in is on the step, out beyond it
	for at, stride := x+length, int64(1); in+1 < out; stride *= 2 {
		if at <= in || at >= out {
			at = in + (out-in)/2
		}
		if f.Apply(m, int32(at)) == z {
			in, at = at, at+stride
		} else {
			out, at = at, at-stride
		}
	}
	return step{in, z}
}
