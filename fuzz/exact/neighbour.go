package exact

import "math/big"

// NextUp returns the code of the least value of f above x (IEEE 754 section
// 5.3.1), and NextDown that of the largest below it: what lies a little beside x,
// by less than any two values differ, rounded that way. Above the largest value
// is therefore what overflow gives, and below zero in an unsigned format what a
// negative value gives.
func (f Format) NextUp(x Number) uint64 { return f.next(x, false) }

// NextDown is described at NextUp.
func (f Format) NextDown(x Number) uint64 { return f.next(x, true) }

func (f Format) next(x Number, down bool) uint64 {
	o := Options{Mode: TowardPositive}
	if down {
		o.Mode = TowardNegative
	}
	switch {
	case x.Kind == NaN:
		return f.nanCode()
	case x.Kind == Infinite && x.Negative != down: // from beyond all finite values to the outermost
		return f.maximum(x.Negative)
	case x.Kind == Infinite:
		return f.infinite(x.Negative)
	}
	little := Number{Negative: down, Int: one, Exp: f.SmallestPositive().Exp - f.MantissaBits - 4}
	code, _ := RoundResult(Add(x, little), f, o)
	return code
}

// Ulp returns the weight of the last place of x in f: 2^(max(e, emin)-p+1) for a
// number with exponent e. Of a zero it is the smallest positive value, of an
// infinity infinity.
func (f Format) Ulp(x Number) Number {
	switch {
	case x.Kind == NaN:
		return x
	case x.Kind == Infinite:
		return Inf(false)
	case x.IsZero():
		return f.SmallestPositive()
	}
	return Number{Int: one, Exp: max(x.Int.BitLen()+x.Exp-1, f.minExponent()) - f.MantissaBits}
}

// Logb returns the exponent of x, subnormal numbers counted as if normalized
// (IEEE 754 section 5.3.3, logB).
func Logb(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case x.Kind == Infinite:
		return exactly(Inf(false))
	case x.IsZero():
		return Result{Number: Inf(true), Raised: DivideByZero}
	}
	return exactly(Int64(int64(x.Int.BitLen() + x.Exp - 1)))
}

// Scalb returns x * 2^n (IEEE 754 section 5.3.3, scaleB).
func Scalb(x Number, n int) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	if x.Kind == Finite {
		x.Exp += n
	}
	return exactly(x)
}

// TotalOrder returns the sign of x - y for codes of f in the order of IEEE 754
// section 5.10 (totalOrder holds where it is not positive): the codes as integers
// of sign and magnitude. P3109 puts its NaN below everything, and so it is with
// any NaN in the place of -0.
func (f Format) TotalOrder(x, y uint64) int {
	return f.place(x).Cmp(f.place(y))
}

func (f Format) place(code uint64) *big.Int {
	n := new(big.Int).SetUint64(code &^ f.signBit())
	switch {
	case f.Decode(code).Kind == NaN && (f.P3109 || f.NaN == MinusZero):
		n.SetInt64(-1 << 62)
	case code&f.signBit() != 0:
		n.Not(n)
	}
	return n
}
