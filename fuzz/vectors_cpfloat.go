package fuzz

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// CPFloat rounds float64 to float64: to the values of a format that its precision and
// the exponents of its normal values describe. Where overflow leads is up to the mode
// and to two switches.
var cpfloatFormat = regexp.MustCompile(`^(\S+): precision=(\d+) emin=(-?\d+) emax=(\d+)\b`)

// cpfloatOperation reads the header of such a file, whose mode is known already.
func cpfloatOperation(op Operation, format, mode string) (Operation, error) {
	m := cpfloatFormat.FindStringSubmatch(format)
	if m == nil {
		return op, fmt.Errorf("format %q has no precision, emin and emax", format)
	}
	var n [3]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(m[i+2]); err != nil || n[i] > 1023 || n[i] < -1022 {
			return op, fmt.Errorf("format %q is none within float64", format)
		}
	}
	precision, emin, emax := n[0], n[1], n[2]
	if precision < 2 || precision > 53 {
		return op, fmt.Errorf("format %q: a precision of 2 to 53 bits is known", format)
	}
	// With exponents beyond those of float64 nothing overflows.
	f := exact.IEEE(12, precision-1)
	f.Bias, f.Subnormals = 1-emin, !strings.Contains(mode, "subnormals=off")
	largest := exact.Dyadic(new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(precision)), big.NewInt(1)), emax-precision+1)
	finite, saturating := strings.Contains(mode, "infinity=off"), strings.Contains(mode, "saturation=on")
	double := Binary64()
	op.Operator = NewOperator("round to "+m[1], 1, func(x []exact.Number, e Environment) exact.Result {
		r := exact.Convert(x[0])
		if r.Kind == exact.Finite {
			code, _ := exact.RoundResult(r, f, exact.Options{Mode: e.Options.Mode})
			r = exact.Convert(f.Decode(code))
		}
		beyond := r.Number
		beyond.Negative = false
		if order, unordered := exact.Compare(beyond, largest); unordered || order <= 0 {
			return r
		}
		negative := r.Negative
		inward := false
		switch e.Options.Mode {
		case exact.TowardZero, exact.ToOdd:
			inward = true
		case exact.TowardNegative:
			inward = !negative
		case exact.TowardPositive:
			inward = negative
		}
		switch {
		case saturating, inward && (finite || x[0].Kind == exact.Finite):
			r = exact.Convert(largest)
			r.Negative = negative
			return r
		case finite:
			return exact.Result{Number: exact.Number{Kind: exact.NaN, Int: new(big.Int)}}
		}
		return exact.Convert(exact.Inf(negative))
	})
	op.Operands, op.Result = []Format{double}, double
	return op, nil
}
