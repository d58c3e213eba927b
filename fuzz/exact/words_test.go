package exact

import "testing"

// wordFormats are operands of the test in words: every pair of codes.
var wordFormats = []Format{IEEE(4, 3), FN(4, 3), FNUZ(5, 2), FiniteOnly(3, 2), E8M0(), P3109(6, 1, false, true), P3109(7, 4, true, false),
	{ExponentBits: 3, MantissaBits: 3, Bias: 3, Signed: true, Zero: true, NegativeZero: true, Infinities: true, NaN: TopExponent}}

// wordResults are the formats of results: narrower, as wide and wider, and one of
// far other exponents.
var wordResults = []Format{FN(4, 3), FNUZ(5, 2), IEEE(5, 10), IEEE(8, 7), E8M0(), FiniteOnly(2, 1), IEEE(11, 52), P3109(8, 3, true, true),
	{ExponentBits: 4, MantissaBits: 2, Bias: 60, Signed: true, Zero: true, NegativeZero: true, Infinities: true, NaN: TopExponent}}

// compareWords holds the places of the operations in words against those of
// math/big.
func compareWords(t *testing.T, f, g Format, a, b, c uint64) {
	t.Helper()
	x, finite := f.DecodeWord(a)
	y, yFinite := f.DecodeWord(b)
	z, zFinite := f.DecodeWord(c)
	m, n, o := f.Decode(a), f.Decode(b), f.Decode(c)
	if finite != (m.Kind == Finite) || finite && (x.Negative != m.Negative || x.Int != m.Int.Uint64() || x.Exp != m.Exp) {
		t.Fatalf("%+v: %#x decodes as %+v, %v; want %v", f, a, x, finite, m)
	}
	if !finite || !yFinite || !zFinite {
		return
	}
	var p Place
	same := func(name string, r Result) {
		t.Helper()
		if want := Locate(r, g); judgedOf(&p) != judgedOf(&want) {
			t.Fatalf("%s of %#x, %#x, %#x in %+v:\n%+v\n%+v", name, a, b, c, f, judgedOf(&p), judgedOf(&want))
		}
	}
	p.LocateWord(x, &g)
	same("value", Convert(m))
	p.LocateSum(x, y, &g)
	same("sum", Add(m, n))
	p.LocateProduct(x, y, &g)
	same("product", Mul(m, n))
	if p.LocateQuotient(x, y, &g) {
		same("quotient", Quo(m, n))
	} else if !n.IsZero() {
		t.Fatalf("no quotient of %v and %v", m, n)
	}
	if p.LocateFMA(x, y, z, &g) {
		same("fma", FMA(m, n, o))
	} else if f.MantissaBits < 30 {
		t.Fatalf("no fma of %v, %v and %v", m, n, o)
	}
}

// judged is what Round looks at of a place.
type judged struct {
	kind                                                     Kind
	negative, zero, cancelled, byZero, tiny, nearNormal, odd bool
	raised                                                   Flags
	lower, upper                                             int64
	position, fine                                           position
	format                                                   Format
}

func judgedOf(p *Place) judged {
	return judged{p.result.Kind, p.result.Negative, p.result.IsZero(), p.result.Cancelled, p.result.ByZero, p.tiny, p.nearNormal,
		p.nearNormal && p.fineOdd, p.result.Raised, p.lower, p.upper, p.position, p.finePosition, p.format}
}

func TestWords(t *testing.T) {
	for i, f := range wordFormats {
		for j, g := range wordResults {
			step := uint64(1)
			if testing.Short() || i > 1 || j > 2 {
				step = 5 // some pairs; all of some formats
			}
			for a := uint64(0); a < 1<<f.Bits(); a += step {
				for b := uint64(0); b < 1<<f.Bits(); b += step {
					compareWords(t, f, g, a, b, (a*31+b*17)&(1<<f.Bits()-1))
				}
			}
		}
	}
}

// Wide formats at the borders of exponents and with significands of few bits and
// of many.
func TestWordsOfWideFormats(t *testing.T) {
	for _, f := range []Format{IEEE(5, 10), IEEE(8, 7), IEEE(8, 23), IEEE(11, 52)} {
		m, top := f.MantissaBits, uint64(1)<<f.ExponentBits-1
		ones := uint64(1)<<m - 1
		var codes []uint64
		for _, e := range []uint64{0, 1, 2, uint64(f.Bias) - 1, uint64(f.Bias), uint64(f.Bias + m), uint64(f.Bias + m + 2), top - 1, top} {
			for _, s := range []uint64{0, 1, ones, ones >> 1, ones / 3, 1 << (m - 1)} {
				codes = append(codes, e<<m|s, f.signBit()|e<<m|s)
			}
		}
		for i, a := range codes {
			for j, b := range codes {
				if testing.Short() && (i+j)%5 != 0 {
					continue
				}
				compareWords(t, f, f, a, b, codes[(i*7+j*3)%len(codes)])
				if j%7 == 0 {
					compareWords(t, f, IEEE(5, 10), a, b, codes[(i*5+j*11)%len(codes)])
					compareWords(t, f, IEEE(11, 52), a, b, codes[(i*5+j*13)%len(codes)])
				}
			}
		}
	}
}
