package exact

import "fmt"

// Round rounds the located result: one code, and the exceptions of the operation
// together with those of the rounding.
func (p *Place) Round(o Options) (code uint64, flags Flags) {
	r, f := &p.result, p.format
	switch {
	case r.ByZero && f.P3109:
		// P3109: no quotient by zero, of which there is but one, without a sign.
		if r.Raised == 0 {
			return f.nan(r.Negative, o, Invalid) // infinity by zero
		}
		return f.nan(false, o, r.Raised)
	case r.Kind == NaN && o.NaN == NaNPropagates && f.NaN == TopExponent && (r.Payload != 0 || r.PayloadSign):
		code = f.nanCode() | r.Payload>>(64-f.MantissaBits)
		if r.PayloadSign {
			code |= f.signBit()
		}
		return code, r.Raised
	case r.Kind == NaN:
		return f.nan(r.Negative, o, r.Raised)
	case r.Kind == Infinite:
		return f.infinity(r.Negative, o, r.Raised)
	case r.IsZero() && r.Cancelled:
		return f.zero(o.Mode == TowardNegative, r.Raised)
	case r.IsZero():
		return f.zero(r.Negative, r.Raised)
	}

	if !f.Zero { // MX E8M0
		if r.Negative {
			return f.nan(false, o, r.Raised|Invalid)
		}
		if p.tiny {
			return 0, r.Raised | Underflow | Inexact
		}
	}

	// Round with an unbounded exponent.
	number := p.lower
	flags = r.Raised
	tiny := p.tiny
	if o.Tininess == AfterRounding && p.nearNormal && roundsUp(o, r.Negative, p.fineOdd, p.finePosition) {
		tiny = false
	}
	if !p.position.isZero() {
		flags |= Inexact
		if roundsUp(o, r.Negative, p.lower&1 != 0, p.position) {
			number = p.upper
		}
		if tiny {
			flags |= Underflow
		}
	}
	if tiny && o.FlushToZero {
		return f.signedZero(r.Negative), r.Raised | Underflow | Inexact
	}

	switch {
	case number == 0:
		return f.signedZero(r.Negative), flags
	case r.Negative && !f.Signed:
		return f.belowZero(o, r.Raised)
	case number <= int64(f.maxCode()):
		code = uint64(number)
		if r.Negative {
			code |= f.signBit()
		}
		return code, flags
	}
	return f.overflow(r.Negative, o, r.Raised|Overflow|Inexact)
}

// RoundResult is Locate and Round in one.
func RoundResult(r Result, f Format, o Options) (code uint64, flags Flags) {
	p := Locate(r, f)
	return p.Round(o)
}

// roundsUp says whether the value at position nu between two neighbours, not at
// the lower of them, goes to the upper one, the larger in magnitude.
func roundsUp(o Options, negative, lowerIsOdd bool, nu position) bool {
	if nu.isZero() {
		return false
	}
	switch o.Mode {
	case TiesToEven:
		return nu.aboveHalf() || nu.isHalf() && lowerIsOdd
	case TiesToAway:
		return nu.aboveHalf() || nu.isHalf()
	case TiesToZero:
		return nu.aboveHalf()
	case TiesToPositive:
		return nu.aboveHalf() || nu.isHalf() && !negative
	case TiesToNegative:
		return nu.aboveHalf() || nu.isHalf() && negative
	case TiesToOdd:
		return nu.aboveHalf() || nu.isHalf() && !lowerIsOdd
	case TowardZero:
		return false
	case AwayFromZero:
		return true
	case TowardNegative:
		return negative
	case TowardPositive:
		return !negative
	case ToOdd:
		return !lowerIsOdd
	case StochasticA, StochasticB, StochasticC, StochasticEqual, StochasticOdd:
		return stochastic(o, nu)
	}
	panic(fmt.Sprintf("exact: unknown mode %d", int(o.Mode)))
}

// stochastic decides by the random number R of N bits: P3109, RoundToPrecision. The value is inexact.
func stochastic(o Options, nu position) bool {
	n, r := uint(o.Bits), o.Random
	if o.Bits < 1 || o.Bits > 63 || r>>n != 0 {
		panic("exact: random bits out of range")
	}
	switch o.Mode {
	case StochasticA: // floor(nu*2^N) + R >= 2^N
		return nu.fraction>>(64-n)+r >= 1<<n
	case StochasticB: // floor(nu*2^(N+1)) + (2R+1) >= 2^(N+1), rearranged: 2^64 - (2R+1) fits
		return nu.fraction>>(63-n) >= 2<<n-(2*r+1)
	case StochasticEqual:
		return r>>(n-1) == 1
	default: // roundTiesToEven(nu*2^N), or roundTiesToOdd, + R >= 2^N
		return nearestUnits(o.Mode, n, nu)+r >= 1<<n
	}
}

// nearestUnits returns nu*2^n rounded to the nearest integer, a tie to the even one in mode StochasticC, to the odd one in StochasticOdd.
func nearestUnits(mode Mode, n uint, nu position) uint64 {
	floor := nu.fraction >> (64 - n)
	rest := position{nu.fraction << n, nu.more}
	if rest.aboveHalf() || rest.isHalf() && (floor%2 == 0) == (mode == StochasticOdd) {
		floor++
	}
	return floor
}

// zero returns a zero result that is exact.
func (f Format) zero(negative bool, raised Flags) (uint64, Flags) {
	if !f.Zero { // MX E8M0: the smallest value stands for zero
		return 0, raised | Underflow | Inexact
	}
	return f.signedZero(negative), raised
}

// signedZero returns the code of -0 where it is asked for and exists.
func (f Format) signedZero(negative bool) uint64 {
	if negative && f.NegativeZero {
		return f.signBit()
	}
	return 0
}

// nan returns the result NaN.
func (f Format) nan(negative bool, o Options, raised Flags) (uint64, Flags) {
	if f.NaN != NoNaN {
		return f.nanCode(), raised
	}
	return f.signedZero(o.NaN == NaNToOppositeZero && !negative), raised | Invalid
}

// maximum returns the largest finite value with a sign.
func (f Format) maximum(negative bool) uint64 {
	if negative {
		return f.maxCode() | f.signBit()
	}
	return f.maxCode()
}

// infinite returns an infinity of a format that has one.
func (f Format) infinite(negative bool) uint64 {
	if negative {
		return f.infinityCode() | f.signBit()
	}
	return f.infinityCode()
}

// belowZero returns what an unsigned format has for a value below zero, infinity
// included: P3109 section 4.7.5.
func (f Format) belowZero(o Options, raised Flags) (uint64, Flags) {
	if o.Saturation == SatNone {
		return f.nan(false, o, raised|Invalid)
	}
	return 0, raised | Overflow | Inexact
}

// infinity returns the result of an operation whose exact result is infinite. The
// mode has no say: nothing is rounded.
func (f Format) infinity(negative bool, o Options, raised Flags) (uint64, Flags) {
	switch {
	case negative && !f.Zero:
		return f.nan(false, o, raised|Invalid)
	case negative && !f.Signed:
		return f.belowZero(o, raised)
	case f.Infinities && o.Saturation != SatFinite:
		return f.infinite(negative), raised
	}
	raised |= Overflow | Inexact
	if o.Saturation == SatNone && f.NaN != NoNaN && !f.P3109 {
		return f.nan(negative, o, raised)
	}
	return f.maximum(negative), raised
}

// overflow returns the result for a finite value that rounds beyond the largest
// finite one.
func (f Format) overflow(negative bool, o Options, raised Flags) (uint64, Flags) {
	inward := false
	switch o.Mode {
	case TowardZero:
		inward = true
	case TowardNegative:
		inward = !negative
	case TowardPositive:
		inward = negative
	case ToOdd:
		// Between the largest finite value and infinity the odd code; without
		// infinity there is but the one neighbour.
		inward = !f.Infinities || f.maxCode()%2 != 0
	}
	switch {
	case inward || o.Saturation != SatNone:
		return f.maximum(negative), raised
	case f.Infinities:
		return f.infinite(negative), raised
	case f.NaN != NoNaN && !f.P3109:
		return f.nan(negative, o, raised)
	}
	return f.maximum(negative), raised
}
