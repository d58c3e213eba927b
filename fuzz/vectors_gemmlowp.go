package fuzz

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// gemmlowpOperation finds the operation of gemmlowp's functions on integers, which are
// numbers in fixed point with all bits behind the point, or with none.
func gemmlowpOperation(what string) (Operation, error) {
	product := func(bits int) (Operation, error) {
		q, err := fixedpoint.NewFormat(true, 0, bits-1)
		return Mul.In(Fixed(q)).With(Context{Mode: rounding.ToNearestUp}), err
	}
	switch {
	case what == "SaturatingRoundingDoublingHighMul(int32,int32)":
		return product(32)
	case what == "SaturatingRoundingDoublingHighMul(int16,int16)":
		return product(16)
	case strings.HasPrefix(what, "RoundingDivideByPOT(int32"):
		whole, err := fixedpoint.NewFormat(true, 31, 0)
		divide := NewOperator("RoundingDivideByPOT", 2, func(x []exact.Number, _ Environment) exact.Result {
			r := exact.Convert(x[0])
			r.Exp -= int(new(big.Int).Lsh(x[1].Int, uint(x[1].Exp)).Int64())
			return r
		})
		return divide.On(Fixed(whole), Integer(5, false)).To(Fixed(whole)).With(Context{Mode: rounding.ToNearestAway}), err
	}
	return Operation{}, fmt.Errorf("operation %q rounds twice, or is not known", what)
}
