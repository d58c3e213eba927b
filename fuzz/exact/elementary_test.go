package exact

import (
	"bufio"
	"bytes"
	_ "embed"
	"math/big"
	"strconv"
	"strings"
	"testing"
)

//go:embed testdata/elementary.txt
var elementaryDigits []byte

// Values by another's program: its first line says whose. A result's 160 bits have
// 48 digits, so that one of 60 lies between the bounds of the result.
func TestElementaryDigits(t *testing.T) {
	functions := map[string]func(x Number) Result{}
	for _, f := range Functions() {
		functions[f.Name] = f.Of
	}
	lines := map[string]int{}
	for scanner := bufio.NewScanner(bytes.NewReader(elementaryDigits)); scanner.Scan(); {
		if strings.HasPrefix(scanner.Text(), "#") {
			continue
		}
		fields := strings.Fields(scanner.Text())
		operand, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		want, ok := new(big.Rat).SetString(fields[2])
		if !ok {
			t.Fatal(fields[2])
		}
		lines[fields[0]]++
		r := functions[fields[0]](Float64(operand))
		if r.Int.BitLen() < quotientBits || !r.Between {
			// The table has some values of few digits: log2(0.5), exp2(3).
			if rat(r.Number).Cmp(want) != 0 {
				t.Errorf("%s: %v", scanner.Text(), r)
			}
			continue
		}
		want.Abs(want)
		next := r.Number
		r.Negative, next.Negative = false, false
		next.Int = new(big.Int).Add(r.Int, one)
		if rat(r.Number).Cmp(want) >= 0 || rat(next).Cmp(want) <= 0 {
			t.Errorf("%s: %v", scanner.Text(), r.Number)
		}
	}
	for _, f := range Functions() {
		if lines[f.Name] < 20 {
			t.Errorf("%d values of %s", lines[f.Name], f.Name)
		}
	}
}

// Digits of textbooks: Abramowitz and Stegun, tables 1.1 and 4.2, and the first of the
// error function and of the normal distribution.
func TestTextbookDigits(t *testing.T) {
	for _, row := range []struct {
		got  interval
		want string
	}{
		{log2.enclose(180), "0.693147180559945309417232121458176568075500134360255254"},
		{log10.enclose(180), "2.302585092994045684017991454684364207601101488628772976"},
		{pi.enclose(180), "3.141592653589793238462643383279502884197169399375105820"},
		{exponential(integer(1), 180), "2.718281828459045235360287471352662497757247093699959574"},
		{logarithm(Int64(3), 180), "1.098612288668109691395245236922525704647490557822749451"},
		{arctangent(integer(1), 180), "0.785398163397448309615660845819875721049292349843776455"},
		{log1p(integer(1).scale(-2), 180), "0.223143551314209755766295090309834503374601085548"},
	} {
		want, _ := new(big.Rat).SetString(row.want)
		digits := len(row.want) - 2
		end := new(big.Rat).Add(want, new(big.Rat).SetFrac(one, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)))
		low, high := rat(Dyadic(row.got.lo, row.got.exp)), rat(Dyadic(row.got.hi, row.got.exp))
		if low.Cmp(high) > 0 || low.Cmp(end) > 0 || high.Cmp(want) < 0 {
			t.Errorf("%s...: between %s and %s", row.want, low.FloatString(digits+3), high.FloatString(digits+3))
		}
	}
}

// Exact values and special operands: IEEE 754 section 9.2.1, restated by hand, and
// the limits of the functions that it does not have.
func TestElementarySpecial(t *testing.T) {
	minusZero := Number{Negative: true, Int: zero}
	plusZero := Number{Int: zero}
	quiet, signalling := Number{Kind: NaN, Int: zero}, Number{Kind: NaN, Signalling: true, Int: zero}
	half := Dyadic(one, -1)
	big10 := Dyadic(new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil), 0)
	beyond := Add(Int64(1), Dyadic(one, -50)).Number
	for _, row := range []struct {
		of     func(x Number) Result
		x      Number
		want   Number
		raised Flags
	}{
		{Exp, plusZero, Int64(1), 0}, {Exp, minusZero, Int64(1), 0}, {Exp, Inf(false), Inf(false), 0}, {Exp, Inf(true), plusZero, 0},
		{Exp2, minusZero, Int64(1), 0}, {Exp2, Inf(false), Inf(false), 0}, {Exp2, Inf(true), plusZero, 0},
		{Exp2, Int64(3), Int64(8), 0}, {Exp2, Int64(-3), Dyadic(one, -3), 0}, {Exp2, Int64(100000), Dyadic(one, 100000), 0}, {Exp2, Dyadic(one, 10), Dyadic(one, 1024), 0},
		{Expm1, plusZero, plusZero, 0}, {Expm1, minusZero, minusZero, 0}, {Expm1, Inf(false), Inf(false), 0}, {Expm1, Inf(true), Int64(-1), 0},
		{Log, Int64(1), plusZero, 0}, {Log, plusZero, Inf(true), DivideByZero}, {Log, minusZero, Inf(true), DivideByZero},
		{Log, Inf(false), Inf(false), 0}, {Log, Inf(true), quiet, Invalid}, {Log, Int64(-1), quiet, Invalid},
		{Log2, Int64(1), plusZero, 0}, {Log2, Int64(8), Int64(3), 0}, {Log2, Dyadic(one, -1074), Int64(-1074), 0}, {Log2, Dyadic(big.NewInt(12), -2), Number{}, 0},
		{Log2, plusZero, Inf(true), DivideByZero}, {Log2, half, Int64(-1), 0}, {Log2, Inf(true), quiet, Invalid},
		{Log10, Int64(1), plusZero, 0}, {Log10, Int64(1000), Int64(3), 0}, {Log10, Dyadic(big.NewInt(125), 3), Int64(3), 0}, {Log10, big10, Int64(30), 0},
		{Log10, minusZero, Inf(true), DivideByZero}, {Log10, Int64(-10), quiet, Invalid},
		{Log1p, plusZero, plusZero, 0}, {Log1p, minusZero, minusZero, 0}, {Log1p, Int64(-1), Inf(true), DivideByZero}, {Log1p, Int64(-2), quiet, Invalid},
		{Log1p, Inf(false), Inf(false), 0}, {Log1p, Inf(true), quiet, Invalid},
		{Sin, plusZero, plusZero, 0}, {Sin, minusZero, minusZero, 0}, {Sin, Inf(false), quiet, Invalid}, {Sin, Inf(true), quiet, Invalid},
		{Cos, plusZero, Int64(1), 0}, {Cos, minusZero, Int64(1), 0}, {Cos, Inf(true), quiet, Invalid},
		{Tan, minusZero, minusZero, 0}, {Tan, Inf(false), quiet, Invalid},
		{Sinh, minusZero, minusZero, 0}, {Sinh, Inf(true), Inf(true), 0}, {Sinh, Inf(false), Inf(false), 0},
		{Cosh, minusZero, Int64(1), 0}, {Cosh, Inf(true), Inf(false), 0},
		{Tanh, minusZero, minusZero, 0}, {Tanh, Inf(true), Int64(-1), 0}, {Tanh, Inf(false), Int64(1), 0},
		{Sigmoid, minusZero, half, 0}, {Sigmoid, Inf(true), plusZero, 0}, {Sigmoid, Inf(false), Int64(1), 0},
		{Softplus, Inf(true), plusZero, 0}, {Softplus, Inf(false), Inf(false), 0},
		{Erf, minusZero, minusZero, 0}, {Erf, Inf(true), Int64(-1), 0}, {Erf, Inf(false), Int64(1), 0},
		{Gelu, minusZero, minusZero, 0}, {Gelu, plusZero, plusZero, 0}, {Gelu, Inf(true), minusZero, 0}, {Gelu, Inf(false), Inf(false), 0},
		{Silu, minusZero, minusZero, 0}, {Silu, plusZero, plusZero, 0}, {Silu, Inf(true), minusZero, 0}, {Silu, Inf(false), Inf(false), 0},
		{Cbrt, Int64(27), Int64(3), 0}, {Cbrt, Int64(-1000), Int64(-10), 0}, {Cbrt, Dyadic(one, -1074), Dyadic(one, -358), 0},
		{Cbrt, minusZero, minusZero, 0}, {Cbrt, Inf(true), Inf(true), 0}, {Cbrt, Dyadic(big.NewInt(343), -9), Dyadic(big.NewInt(7), -3), 0},
		{Exp10, minusZero, Int64(1), 0}, {Exp10, Inf(false), Inf(false), 0}, {Exp10, Inf(true), plusZero, 0}, {Exp10, Int64(3), Int64(1000), 0},
		{Exp10, Int64(30), big10, 0}, {Exp10, Int64(-1), Number{}, 0}, {Exp10, half, Number{}, 0}, {Exp10, Int64(1000), Number{}, 0},
		{Asin, plusZero, plusZero, 0}, {Asin, minusZero, minusZero, 0}, {Asin, Int64(1), Number{}, 0}, {Asin, beyond, quiet, Invalid}, {Asin, Int64(-2), quiet, Invalid}, {Asin, Inf(true), quiet, Invalid},
		{Acos, Int64(1), plusZero, 0}, {Acos, Int64(-1), Number{}, 0}, {Acos, minusZero, Number{}, 0}, {Acos, beyond, quiet, Invalid}, {Acos, Inf(false), quiet, Invalid}, {Acos, Inf(true), quiet, Invalid},
		{Atan, plusZero, plusZero, 0}, {Atan, minusZero, minusZero, 0}, {Atan, Inf(false), Number{}, 0}, {Atan, Inf(true), Number{}, 0},
		{Asinh, minusZero, minusZero, 0}, {Asinh, Inf(true), Inf(true), 0}, {Asinh, Inf(false), Inf(false), 0},
		{Acosh, Int64(1), plusZero, 0}, {Acosh, half, quiet, Invalid}, {Acosh, minusZero, quiet, Invalid}, {Acosh, Int64(-1), quiet, Invalid}, {Acosh, Inf(true), quiet, Invalid}, {Acosh, Inf(false), Inf(false), 0},
		{Atanh, minusZero, minusZero, 0}, {Atanh, Int64(1), Inf(false), DivideByZero}, {Atanh, Int64(-1), Inf(true), DivideByZero}, {Atanh, beyond, quiet, Invalid}, {Atanh, Inf(true), quiet, Invalid},
		{Erfc, minusZero, Int64(1), 0}, {Erfc, Inf(true), Int64(2), 0}, {Erfc, Inf(false), plusZero, 0},
	} {
		r := row.of(row.x)
		if row.want.Kind == Finite && row.want.Int == nil { // log2(3): not exact
			if !r.Between {
				t.Errorf("of %v: %v, exactly", row.x, r.Number)
			}
			continue
		}
		order, unordered := Compare(r.Number, row.want)
		if r.Between || r.Kind != row.want.Kind || !unordered && order != 0 || r.Negative != row.want.Negative || r.Raised != row.raised {
			t.Errorf("of %v: %v (between: %v) %v, want %v %v", row.x, r.Number, r.Between, r.Raised, row.want, row.raised)
		}
	}
	for _, f := range Functions() {
		if r := f.Of(quiet); r.Kind != NaN || r.Raised != 0 {
			t.Errorf("%s of NaN: %v", f.Name, r)
		}
		if r := f.Of(signalling); r.Kind != NaN || r.Raised != Invalid || r.Signalling {
			t.Errorf("%s of a signalling NaN: %v", f.Name, r)
		}
	}
}
