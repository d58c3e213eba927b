package elementary

import (
	"math"
	"math/big"
	"testing"
)

// definitions are the functions by the oracle, for nonzero x that have a value. Arguments are taken within the range of far.
var definitions = [Functions]func(x float64) *big.Float{
	OfExp:   func(x float64) *big.Float { return bigExp(bf(x)) },
	OfExp2:  func(x float64) *big.Float { return bigExp(mul(bf(x), bigLn2)) },
	OfExpm1: func(x float64) *big.Float { return bigExpm1(bf(x)) },
	OfLog:   func(x float64) *big.Float { return bigLog(bf(x)) },
	OfLog2:  func(x float64) *big.Float { return quo(bigLog(bf(x)), bigLn2) },
	OfLog10: func(x float64) *big.Float { return quo(bigLog(bf(x)), bigLog(bf(10))) },
	OfLog1p: func(x float64) *big.Float { return bigLog1p(bf(x)) },
	OfSin:   func(x float64) *big.Float { s, _ := bigSinCos(x); return s },
	OfCos:   func(x float64) *big.Float { _, c := bigSinCos(x); return c },
	OfTan:   func(x float64) *big.Float { s, c := bigSinCos(x); return quo(s, c) },
	OfSinh: func(x float64) *big.Float { // with u = e^x - 1
		if math.Abs(x) > 1 {
			e := bigExp(bf(x))
			return shift(sub(e, quo(intf(1), e)), -1)
		}
		u := bigExpm1(bf(x))
		return shift(add(u, quo(u, add(u, intf(1)))), -1)
	},
	OfCosh:     func(x float64) *big.Float { e := bigExp(bf(x)); return shift(add(e, quo(intf(1), e)), -1) },
	OfTanh:     func(x float64) *big.Float { return bigTanh(bf(x)) },
	OfSigmoid:  func(x float64) *big.Float { return bigSigmoid(bf(x)) },
	OfSoftplus: func(x float64) *big.Float { return bigSoftplus(bf(x)) },
	OfErf:      func(x float64) *big.Float { return bigErf(bf(x)) },
	OfGelu:     func(x float64) *big.Float { return mul(bf(x), bigPhi(bf(x))) },
	OfSilu:     func(x float64) *big.Float { return mul(bf(x), bigSigmoid(bf(x))) },
	OfCbrt:     func(x float64) *big.Float { return bigCbrt(bf(x)) },
	OfExp10:    func(x float64) *big.Float { return bigExp(mul(bf(x), bigLog(bf(10)))) },
	OfAsin: func(x float64) *big.Float { // by tan(y/2) = sin y/(1 + cos y)
		return shift(bigAtan(quo(bf(x), add(intf(1), nf().Sqrt(mul(sub(intf(1), bf(x)), add(intf(1), bf(x))))))), 1)
	},
	OfAcos: func(x float64) *big.Float { // by tan(y/2) = sin y/(1 + cos y) too
		if x == -1 {
			return bigPi
		}
		return shift(bigAtan(quo(nf().Sqrt(mul(sub(intf(1), bf(x)), add(intf(1), bf(x)))), add(intf(1), bf(x)))), 1)
	},
	OfAtan: func(x float64) *big.Float { return bigAtan(bf(x)) },
	OfAsinh: func(x float64) *big.Float { // with u = a + sqrt(1+a^2) - 1
		a := nf().Abs(bf(x))
		a2 := mul(a, a)
		y := bigLog1p(add(a, quo(a2, add(intf(1), nf().Sqrt(add(intf(1), a2))))))
		if x < 0 {
			y.Neg(y)
		}
		return y
	},
	OfAcosh: func(x float64) *big.Float {
		t := sub(bf(x), intf(1))
		return bigLog1p(add(t, nf().Sqrt(mul(t, add(t, intf(2))))))
	},
	OfAtanh: func(x float64) *big.Float { return shift(bigLog1p(quo(shift(bf(x), 1), sub(intf(1), bf(x)))), -1) },
	OfErfc:  func(x float64) *big.Float { return shift(bigPhi(mul(bf(-x), nf().Sqrt(intf(2)))), 1) },
}

// inDomain says whether f has a value at x.
func inDomain(f Function, x float64) bool {
	switch f {
	case OfLog, OfLog2, OfLog10:
		return x > 0
	case OfLog1p:
		return x > -1
	case OfAsin, OfAcos:
		return math.Abs(x) <= 1
	case OfAcosh:
		return x >= 1
	case OfAtanh:
		return math.Abs(x) < 1
	}
	return true
}

// arguments are numbers of at most 32 bits, not below 2^-100, where 320 bits of the oracle still tell e^x from 1: around what the rows say of f, around powers of two and small integers, and random ones.
func arguments(f Function) []float64 {
	var xs []float64
	put := func(x float64) {
		x = float64(math.Float64frombits(math.Float64bits(x) &^ (1<<21 - 1)))
		for _, x := range []float64{x, -x} {
			if x != 0 && math.Abs(x) < 0x1p511 && math.Abs(x) > 0x1p-100 && inDomain(f, x) {
				xs = append(xs, x)
			}
		}
	}
	near := func(x float64) {
		x = math.Abs(x)
		if x == 0 || x >= 0x1p511 {
			return
		}
		b := math.Float64bits(x) &^ (1<<21 - 1)
		for d := -2; d <= 2; d++ {
			put(math.Float64frombits(b + uint64(d)<<21))
		}
	}
	r := &rows[f]
	for _, x := range []float64{r.above.near, r.above.far, r.below.near, r.below.far, tiny[r.order].near, tiny[r.order].far} {
		near(x)
	}
	for _, fn := range functions {
		if fn.name == r.name {
			for _, x := range fn.breaks {
				near(x)
			}
		}
	}
	for e := -100; e < 511; e++ {
		put(math.Ldexp(1, e))
		if e > -80 && e < 18 {
			near(math.Ldexp(1, e))
			near(math.Ldexp(1.5, e))
		}
	}
	for i := range 40 {
		near(float64(i))
		near(float64(i) * math.Pi / 4)
	}
	for i := range 4 { // the borders of the first rows of expTable, for e^x and e^2x
		near((float64(i) + 0.5) / 128 * math.Ln2)
		near((float64(i) + 0.5) / 256 * math.Ln2)
	}
	if f == OfErf || f == OfSoftplus {
		for i := range 129 { // the borders of the rows of their tables
			near((float64(i) + 0.5) / 16)
		}
	}
	if f == OfAtan {
		for i := range 15 * 16 { // the borders of the rows of atanTable
			near(math.Ldexp(1+float64(i%16)/16, i/16-8))
		}
	}
	random := random(f) + 1
	for i := range 1000 {
		u := 1 + random.uniform()
		switch i % 4 {
		case 0:
			put(math.Ldexp(u, int(random.next()%600)-99))
		case 1:
			put(math.Ldexp(u, int(random.next()%12)-4))
		case 2:
			put(math.Ldexp(u, int(random.next()%60)-40))
		case 3: // few bits
			put(math.Ldexp(float64(1+random.next()%4095), int(random.next()%40)-24))
		}
	}
	step := 3 // odd, as every number is followed by its negative
	if testing.Short() {
		step = 61
	}
	for i := range len(xs) / step {
		xs[i] = xs[step*i]
	}
	return xs[:len(xs)/step]
}

// definition is definitions[f](x), but for x so large that 320 bits do not tell the result from 1 or x.
func definition(f Function, x float64) *big.Float {
	if f == OfErf && math.Abs(x) > 9 || f == OfErfc && x < -9 {
		x = math.Copysign(9, x)
	} else if f == OfGelu && x > 12 || math.Abs(x) > 60 {
		switch {
		case f == OfTanh, f == OfSigmoid && x > 0, f == OfExpm1 && x < 0:
			x = math.Copysign(60, x)
		case f == OfSoftplus && x > 0:
			return mul(bf(x), add(intf(1), bf(0x1p-100))) // above x
		case (f == OfGelu || f == OfSilu) && x > 0:
			return mul(bf(x), sub(intf(1), bf(0x1p-100))) // below x
		}
	}
	return definitions[f](x)
}

// overflows says that f(x) is of the sizes that rows promise beyond near, far that it is beyond far.
func overflows(f Function, x float64) (near, far bool) {
	above, below := &rows[f].above, &rows[f].below
	near = x > above.near && above.a >= toInf || x < below.near && below.a >= toInf
	return near, near && (x >= above.far || x <= below.far)
}

// TestJammed compares 64 bits and what the jammed one says with 300 bits of the oracle, and the exact cases with their definition.
func TestJammed(t *testing.T) {
	for f := range Functions {
		exact := 0
		for _, x := range arguments(f) {
			z := f.Jammed(realOfFloat64(x))
			if near, far := overflows(f, x); far || near && f == OfGelu {
				continue
			}
			want := definition(f, x)
			// Twice the leading 64 bits, toward zero, and one more where that is not all.
			lead, rest := new(big.Int), nf()
			if want.Sign() != 0 {
				lead, rest = leading(want)
			}
			distance := rest.MantExp(nil)                                                      // rest in [0, 1) of the last place
			if rest.Sign() == 0 || distance < -150 || sub(intf(1), rest).MantExp(nil) < -150 { // exact, as far as the oracle sees
				exact++
				if distance > -150 && rest.Sign() != 0 {
					lead.Add(lead, big.NewInt(1))
				}
				got, _ := new(big.Float).SetPrec(64).Set(z.big()).Float64()
				if w, _ := want.Float64(); got != w || z.Sig&1 != 0 && f != OfCbrt {
					t.Fatalf("%v(%v) = %+v, want exactly %v", f, x, z, want)
				}
				continue
			}
			lead.SetBit(lead, 0, 1)
			if exp := want.MantExp(nil) - 1; z.Sig != lead.Uint64() || z.Exp != exp || z.Neg != want.Signbit() {
				t.Fatalf("%v(%v) = %+v, want %#x and exponent %d", f, x, z, lead, exp)
			}
		}
		t.Logf("%v: %d exact cases", f, exact)
	}
}

// TestTiny holds arguments far below those of TestJammed to the same bits.
func TestTiny(t *testing.T) {
	for f := range Functions {
		if f == OfLog || f == OfLog2 || f == OfLog10 {
			continue
		}
		for _, x := range []float64{0x1p-100, 0x1.fffffffep-99, -0x1.8p-98, -0x1.000002p-97} {
			if !inDomain(f, x) {
				continue
			}
			z, y := f.Jammed(realOfFloat64(x)), f.Jammed(realOfFloat64(x*0x1p-198))
			shift := 0
			switch {
			case f == OfCbrt:
				shift = 66
			case z.Exp < -90:
				shift = 198
			}
			if y.Exp += shift; y != z {
				t.Errorf("%v(%v) = %+v, but 2^-198 below %+v", f, x, z, y)
			}
			if a, b := f.StandIn(x), f.StandIn(x*0x1p-198); f != OfCbrt && a != b*math.Ldexp(1, shift) {
				t.Errorf("%v(%v) stands in as %v, but 2^-198 below as %v", f, x, a, b)
			}
		}
	}
}

// leading returns the leading 64 bits of |x| and the rest in units of the last.
func leading(x *big.Float) (*big.Int, *big.Float) {
	m := nf()
	x.MantExp(m)
	m.Abs(m)
	m = shift(m, 64)
	n, _ := m.Int(nil)
	return n, sub(m, nf().SetInt(n))
}

func realOfFloat64(x float64) Real {
	m, exp := math.Frexp(math.Abs(x))
	return realOf(x < 0, uint64(m*(1<<53)), exp-53)
}

// TestStandIn checks what StandIn promises: of the neighbours of the exact result among the numbers of every width up to 33 bits, the
// float64 lies between, or within its error of one.
func TestStandIn(t *testing.T) {
	for f := range Functions {
		for _, x := range arguments(f) {
			z := f.StandIn(x)
			if z != z {
				continue // no kernel
			}
			if near, _ := overflows(f, x); near {
				if math.Abs(math.Log2(math.Abs(z))) < 700 || math.Signbit(z) != (x < 0 && (f == OfSinh || f == OfGelu || f == OfSilu)) {
					t.Fatalf("%v(%v) stands in as %v", f, x, z)
				}
				continue
			}
			want := definition(f, x)
			exp := want.MantExp(nil) - 1
			for p := range 33 {
				// |want| lies in [b, b+1) in units of 2^(exp-p).
				b, _ := shift(nf().Abs(want), p-exp).Int(nil)
				lower := math.Ldexp(float64(b.Int64()), exp-p)
				upper := math.Ldexp(float64(b.Int64()+1), exp-p)
				a := math.Abs(z)
				near := math.Ldexp(StandInError, exp-52)
				if a <= lower-near || a >= upper+near || z < 0 != (want.Sign() < 0) && want.Sign() != 0 {
					t.Fatalf("%v(%v) stands in as %v, exactly %v, not between %v and %v", f, x, z, want, lower, upper)
				}
			}
		}
	}
}

// TestKernels measures the kernels where StandIn uses them.
func TestKernels(t *testing.T) {
	for f := range Functions {
		r := &rows[f]
		worst, at := 0.0, 0.0
		for _, x := range arguments(f) {
			if x > r.above.near || x < r.below.near || math.Abs(x) < tiny[r.order].near {
				continue
			}
			want := definition(f, x)
			if want.Sign() == 0 {
				continue
			}
			if e := ulps(r.kernel(x), want); !(e <= worst) {
				worst, at = e, x
			}
		}
		if !(worst < 8) {
			t.Errorf("%v(%v) is off by %.2f ulp", f, at, worst)
		}
		t.Logf("%v: worst %.2f ulp at %v", f, worst, at)
	}
}
