package minifloat

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

func powerOf10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// decimalOf returns i × 2^exp exactly as a decimal literal.
func decimalOf(i *big.Int, exp int) string {
	if exp >= 0 {
		return new(big.Int).Lsh(i, uint(exp)).String()
	}
	fives := new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(-exp)), nil)
	return fmt.Sprintf("%de%d", fives.Mul(fives, i), exp)
}

// checkParse compares c.Parse with the oracle in every mode, saturation and rule of tininess, with subnormal numbers and without.
func checkParse(t *testing.T, f Format, text string, value exact.Result) {
	t.Helper()
	place := exact.Locate(value, oracleFormat(f))
	for mode, oracleMode := range oracleModes {
		for saturation, oracleSaturation := range oracleSaturations {
			for tininess, oracleTininess := range map[rounding.Tininess]exact.Tininess{
				rounding.AfterRounding: exact.AfterRounding, rounding.BeforeRounding: exact.BeforeRounding,
			} {
				for subnormals, flush := range map[rounding.Subnormals]bool{rounding.GradualUnderflow: false, rounding.FlushToZero: true} {
					c := Context{Mode: mode, Saturation: saturation, Tininess: tininess, Subnormals: subnormals}
					want, wantFlags := place.Round(exact.Options{Mode: oracleMode, Saturation: oracleSaturation, Tininess: oracleTininess, FlushToZero: flush})
					var wantErr error
					if wantFlags&(exact.Overflow|exact.Invalid) != 0 {
						wantErr = ErrRange
					}
					got, flags, err := c.Parse(f, text)
					if got != (Value{f, uint32(want)}) || int(flags) != int(wantFlags) || !errors.Is(err, wantErr) || (err == nil) != (wantErr == nil) {
						t.Fatalf("%+v of %v, Parse(%.100s): %#x %v, %v; want %#x %v, %v", c, f, text, got.Bits, flags, err, want, wantFlags, wantErr)
					}
				}
			}
		}
	}
}

// TestContextParse compares decimals of few digits and of hundreds, close to values, midpoints and the border of what is tiny, with the oracle.
func TestContextParse(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	fs := everyFormat()
	n := 4000
	if testing.Short() {
		n = 400
	}
	for range n {
		f := fs[r.IntN(len(fs))]
		if f.expo() > maxExponentBits && r.IntN(50) > 0 {
			continue // their decimals have thousands of digits
		}
		i, exp := numberNear(r, f)
		checkParse(t, f, decimalOf(i, exp), exact.Convert(exact.Dyadic(i, exp)))

		// The largest number that rounds up to the smallest normal one were there
		// numbers of the same precision below it, or a neighbour beyond float64.
		i.SetInt64(1<<(f.mant()+2) - 1)
		exp = f.minExp() - 2 - int(f.mant())
		k := uint(60 + r.IntN(100))
		i.Add(i.Lsh(i, k), big.NewInt(int64(r.IntN(3)-1)))
		exp -= int(k)
		checkParse(t, f, decimalOf(i, exp), exact.Convert(exact.Dyadic(i, exp)))

		digits, e := big.NewInt(r.Int64()>>r.IntN(64)), r.IntN(60)-30
		value := exact.Quo(exact.Dyadic(digits, 0), exact.Dyadic(powerOf10(max(-e, 0)), 0))
		if e > 0 {
			value = exact.Convert(exact.Dyadic(new(big.Int).Mul(digits, powerOf10(e)), 0))
		}
		checkParse(t, f, fmt.Sprintf("%de%d", digits, e), value)
	}
}

// TestParseLongInteger: integers of more than 800 digits, of which strconv.ParseFloat drops digits and their powers of ten.
func TestParseLongInteger(t *testing.T) {
	f := MustFormat(11, 6, IEEEFamily)
	for n := 790; n < 830; n++ {
		for _, first := range []int64{1, 3, 7} {
			i := new(big.Int).Mul(big.NewInt(first), powerOf10(n))
			for _, last := range []int64{-1, 0, 1} {
				i.Add(i, big.NewInt(last))
				text := fmt.Sprintf("%de%d", i, -n-308)
				checkParse(t, f, text, exact.Quo(exact.Dyadic(i, 0), exact.Dyadic(powerOf10(n+308), 0)))
			}
		}
	}
}

// TestContextParseSpecial: zeros, infinities and NaN are those of Encode, in every context; an unknown mode panics.
func TestContextParseSpecial(t *testing.T) {
	values := map[string]float64{"0": 0, "-0e9": math.Copysign(0, -1), "inf": math.Inf(1), "-Infinity": math.Inf(-1), "NaN": math.NaN()}
	for _, f := range everyFormat() {
		for text, x := range values {
			for saturation := range oracleSaturations {
				for _, nan := range rounding.NaNs() {
					c := Context{Saturation: saturation, NaN: nan}
					want, wantFlags := c.Encode(f, x)
					if got, flags, err := c.Parse(f, text); got.Bits != want || flags != wantFlags ||
						errors.Is(err, ErrRange) != (flags&(rounding.Overflow|rounding.Invalid) != 0) {
						t.Fatalf("%+v of %v, Parse(%s): %#x %v, %v; want %#x %v", c, f, text, got.Bits, flags, err, want, wantFlags)
					}
				}
			}
		}
	}
	for _, text := range []string{"", "1x", "0x1", "1_0", "--1", "nano"} {
		v, flags, err := Context{}.Parse(rows[0].format(), text)
		var pe *ParseError
		if v != (Value{Format: rows[0].format()}) || flags != 0 || !errors.Is(err, ErrSyntax) || !errors.As(err, &pe) {
			t.Errorf("Parse(%q) = %#v, %v, %v", text, v, flags, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("Parse in an unknown mode: no panic")
		}
	}()
	Context{Mode: 99}.Parse(rows[0].format(), "1e99999")
}
