package minifloat

import "unsafe"

// Add returns x + y.
func (x Float[S, E, M, V]) Add(y Float[S, E, M, V]) Float[S, E, M, V] {
	return tabled(operatorTables[opAdd][unsafe.Sizeof(tableKey[E, M, V]{})].Load(), x, y, func() Float[S, E, M, V] {
		return operate[plus](x, y, Float[S, E, M, V]{})
	})
}

// Sub returns x - y.
func (x Float[S, E, M, V]) Sub(y Float[S, E, M, V]) Float[S, E, M, V] {
	return tabled(operatorTables[opSub][unsafe.Sizeof(tableKey[E, M, V]{})].Load(), x, y, func() Float[S, E, M, V] {
		return operate[minus](x, y, Float[S, E, M, V]{})
	})
}

// Mul returns x * y.
func (x Float[S, E, M, V]) Mul(y Float[S, E, M, V]) Float[S, E, M, V] {
	return tabled(operatorTables[opMul][unsafe.Sizeof(tableKey[E, M, V]{})].Load(), x, y, func() Float[S, E, M, V] {
		return operate[times](x, y, Float[S, E, M, V]{})
	})
}

// Quo returns x / y. A nonzero x divided by zero is the infinity of the
// quotient's sign, in P3109's formats NaN.
func (x Float[S, E, M, V]) Quo(y Float[S, E, M, V]) Float[S, E, M, V] {
	return tabled(operatorTables[opQuo][unsafe.Sizeof(tableKey[E, M, V]{})].Load(), x, y, func() Float[S, E, M, V] {
		return operate[over](x, y, Float[S, E, M, V]{})
	})
}

// Sqrt returns the square root of x. That of -0 is -0, that of x < 0 NaN.
func (x Float[S, E, M, V]) Sqrt() Float[S, E, M, V] {
	return operate[root](x, x, x)
}

// FMA returns x*y + z, rounded once.
func (x Float[S, E, M, V]) FMA(y, z Float[S, E, M, V]) Float[S, E, M, V] {
	return operate[timesPlus](x, y, z)
}

// Neg returns -x: the sign bit flipped, of a NaN too. Where there is no -0, a
// zero and a NaN are their own negatives. In a format without a sign the
// negative of a nonzero number is NaN.
func (x Float[S, E, M, V]) Neg() Float[S, E, M, V] {
	x.check()
	return Float[S, E, M, V]{S(x.format().neg(uint32(x.bits)))}
}

// Abs returns x with its sign cleared, of a NaN too.
func (x Float[S, E, M, V]) Abs() Float[S, E, M, V] {
	x.check()
	return Float[S, E, M, V]{S(x.format().abs(uint32(x.bits)))}
}

func (f Format) neg(code uint32) uint32 {
	code &= f.codeMask()
	switch {
	case f.HasNegZero() || f.Signed() && code&f.magnitudeMask() != 0:
		return code ^ f.signBit()
	case f.Signed() || f.HasZero() && code < f.minCode(): // a zero, of several without subnormals
		return code
	}
	return f.nanCode()
}

func (f Format) abs(code uint32) uint32 {
	mag := code & f.magnitudeMask()
	if mag == 0 && f.in(familiesWithNaNAtNegZero) != 0 {
		return code & f.codeMask()
	}
	return mag
}

// Neg returns -v, as [Float.Neg] does.
func (v Value) Neg() Value {
	v.Format.mustBeValid()
	return Value{v.Format, v.Format.neg(v.Bits)}
}

// Abs returns v with its sign cleared, as [Float.Abs] does.
func (v Value) Abs() Value {
	v.Format.mustBeValid()
	return Value{v.Format, v.Format.abs(v.Bits)}
}
