package minifloat

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// TestShortDecimal compares the way of few digits with the search by trying, for
// every code of the formats of up to 16 bits and some of the wider ones.
func TestShortDecimal(t *testing.T) {
	fs := append(Formats(), MustFormat(10, 5, FiniteFamily), MustFormat(6, 0, FiniteFamily), MustFormat(5, 10, FNFamily), MustFormat(7, 8, FNUZFamily))
	for _, f := range fs {
		r := rand.New(rand.NewPCG(6, f.word))
		codes, found, asked := 1<<min(f.magnitudeBits(), 15), 0, 0
		stride := 1
		if testing.Short() {
			stride = 31
		}
		for i := 0; i < codes; i += stride {
			code := uint32(i)
			if f.Bits() > 16 {
				code = r.Uint32() & f.magnitudeMask()
			}
			x := f.unpack(code)
			if x.kind != isFinite {
				continue
			}
			asked++
			d, e, ok := f.shortDecimal(code, x)
			if !ok {
				continue
			}
			found++
			mantissa, exponent, _ := strings.Cut(f.shortest(code, x), "e")
			point := 0
			if whole, fraction, dotted := strings.Cut(mantissa, "."); dotted {
				fraction = strings.TrimRight(fraction, "0")
				mantissa, point = whole+fraction, len(fraction)
			}
			power, _ := strconv.Atoi(exponent)
			if got := strconv.FormatUint(d, 10); got != mantissa || e != power-point {
				t.Fatalf("%v: %#x: %se%d, want %se%d", f, code, got, e, mantissa, power-point)
			}
		}
		// It knows nearly always where it applies.
		if f.smooth() && f.HasZero() && f.expo() <= 8 && found < asked*9/10 {
			t.Errorf("%v: %d of %d are known", f, found, asked)
		}
	}
}

// TestExactDecimal compares decimals that are rounded to odd with exact
// fractions, most of them beside a number of few bits.
func TestExactDecimal(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	n := 40000
	if testing.Short() {
		n = 4000
	}
	for range n {
		m, e := r.Uint64()>>(11+r.IntN(53)), r.IntN(2*maxPower+1)-maxPower
		if r.IntN(2) == 0 { // near a number of few bits
			few := math.Ldexp(float64(r.IntN(1<<12)), r.IntN(40)-30)
			m = uint64(few*math.Pow(10, float64(-e))) + uint64(r.IntN(3))
		}
		x, ok := exactDecimal(m, e)
		if !ok {
			if m>>53 == 0 {
				t.Fatalf("%de%d is not known", m, e)
			}
			continue
		}
		want, _ := new(big.Rat).SetString(strconv.FormatUint(m, 10) + "e" + strconv.Itoa(e))
		got := new(big.Rat).SetFloat64(x)
		side := want.Cmp(got)
		if side == 0 {
			continue
		}
		// Not exact: odd, and the exact value lies before the next float64.
		next := new(big.Rat).SetFloat64(math.Nextafter(x, x+float64(side)*x))
		if math.Float64bits(x)&1 == 0 || want.Cmp(next) != -side {
			t.Fatalf("%de%d = %b", m, e, x)
		}
	}
}
