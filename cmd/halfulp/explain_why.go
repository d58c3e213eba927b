package main

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/halfulp/halfulp/rounding"
)

// whyMode says in words what a mode does with a number between two neighbours: with a tie, if the nearer neighbour is
// taken otherwise, or with every number. Package rounding decides; this only tells.
var whyMode = map[rounding.Mode]struct{ tie, every string }{
	rounding.ToNearestEven: {tie: "the neighbour whose last bit is 0"},
	rounding.ToNearestOdd:  {tie: "the neighbour whose last bit is 1"},
	rounding.ToNearestAway: {tie: "the neighbour farther from zero"},
	rounding.ToNearestZero: {tie: "the neighbour nearer to zero"},
	rounding.ToNearestUp:   {tie: "the upper neighbour"},
	rounding.ToNearestDown: {tie: "the lower neighbour"},
	rounding.ToZero:        {every: "the neighbour nearer to zero"},
	rounding.AwayFromZero:  {every: "the neighbour farther from zero"},
	rounding.ToNegativeInf: {every: "the lower neighbour"},
	rounding.ToPositiveInf: {every: "the upper neighbour"},
	rounding.ToOdd:         {every: "the neighbour whose last bit is 1"},
}

// why gives the reasons in order.
func why(f numberFormat, v exactValue, e *explanation, mode rounding.Mode, flags rounding.Flags) []string {
	low, high := f.limits()
	if flushed(f, flags) {
		return []string{whyFlushed(f)}
	}
	var reasons []string
	rule := whyMode[mode]
	_, whole := f.(integers)
	if whole {
		parity := strings.NewReplacer("neighbour whose last bit is 0", "even integer", "neighbour whose last bit is 1", "odd integer")
		rule.tie, rule.every = parity.Replace(rule.tie), parity.Replace(rule.every)
	}
	switch {
	case e.Position == "exact" && flags == 0 && v.negative && e.Result.Value == "0":
		return []string{"the format has no -0: there is one zero"}
	case e.Position == "exact" && flags == 0 && whole:
		return []string{"it is an integer: there is nothing to round"}
	case e.Position == "exact" && flags == 0:
		return []string{"it is a value of the format: there is nothing to round"}
	case e.Position == "exact":
		reasons = append(reasons, "it needs no rounding")
	case mode.Stochastic():
		reasons = append(reasons, whyStochastic(v, e, mode, f.random())...)
	case rule.every != "":
		reasons = append(reasons, fmt.Sprintf("%v takes %s, wherever between the two the number lies", mode, rule.every))
	case e.Position == "tie":
		reasons = append(reasons, fmt.Sprintf("it lies on the midpoint: a tie, and %v takes %s", mode, rule.tie))
	default:
		nearer := map[string]string{"above": "upper", "below": "lower"}[e.Position]
		reasons = append(reasons, fmt.Sprintf("it lies %s the midpoint: the %s neighbour is nearer", e.Position, nearer))
	}
	switch {
	case flags&rounding.Invalid != 0:
		reasons = append(reasons, "the format has no sign: a number below zero is invalid there")
	case flags&rounding.Overflow != 0 && v.number.Cmp(low) < 0 && low.Sign() >= 0:
		reasons = append(reasons, fmt.Sprintf("the format has no number below %s", decimalText(low)))
		reasons = append(reasons, whyBeyond(e, mode))
	case flags&rounding.Overflow != 0:
		end, side := high, "above the largest"
		if v.number.Sign() < 0 {
			end, side = low, "below the least"
		}
		reasons = append(reasons, fmt.Sprintf("that is %s value, %s", side, decimalText(end)))
		reasons = append(reasons, whyBeyond(e, mode))
	case flags&rounding.Underflow != 0 && low.Sign() > 0:
		reasons = append(reasons, fmt.Sprintf("the format has no number below %s, and no zero", decimalText(low)))
	}
	return append(reasons, whyUnderflow(f, v, flags)...)
}

// flushed reports whether a result is a zero that a tiny number was flushed to. A format without zero has none.
func flushed(f numberFormat, flags rounding.Flags) bool {
	low, _ := f.limits()
	return f.subnormals()&rounding.FlushToZero != 0 && flags&rounding.Underflow != 0 && low.Sign() <= 0
}

// whyFlushed says why a result is flushed.
func whyFlushed(f numberFormat) string {
	normal, when := f.underflow()
	least := "the smallest normal number"
	if normal != nil {
		least += ", " + decimalText(normal) + ","
	}
	if when == rounding.BeforeRounding {
		return fmt.Sprintf("underflow: it is below %s before rounding, and FlushToZero makes it zero in every mode", least)
	}
	return fmt.Sprintf("underflow: it is below %s also after rounding, and FlushToZero makes it zero in every mode", least)
}

// whyUnderflow says of an inexact number below the smallest normal one why it raised underflow, or did not.
func whyUnderflow(f numberFormat, v exactValue, flags rounding.Flags) []string {
	normal, when := f.underflow()
	if normal == nil || flags&rounding.Inexact == 0 || flags&(rounding.Overflow|rounding.Invalid) != 0 || new(big.Rat).Abs(v.number).Cmp(normal) >= 0 {
		return nil
	}
	least := decimalText(normal)
	switch {
	case flags&rounding.Underflow == 0:
		return []string{fmt.Sprintf("no underflow: with an exponent of any size it would round to the smallest normal number, %s", least)}
	case when == rounding.BeforeRounding:
		return []string{fmt.Sprintf("underflow: it is inexact, and below the smallest normal number, %s, before rounding", least)}
	}
	return []string{fmt.Sprintf("underflow: it is inexact, and below the smallest normal number, %s, also after rounding", least)}
}

// whyBeyond says what became of a number beyond the range.
func whyBeyond(e *explanation, mode rounding.Mode) string {
	result := e.Result.Value
	switch {
	case e.Policy == "Wrap":
		return "Wrap keeps the low bits"
	case e.Result.number == nil && strings.HasSuffix(result, "infinity"):
		return "the format has infinities"
	case e.Result.number == nil:
		return "the format has no infinity, but a NaN"
	case e.Policy != rounding.SatNone.String():
		return fmt.Sprintf("%s gives the end of the range, %s", e.Policy, result)
	case whyMode[mode].every != "":
		return fmt.Sprintf("%v points inward there: the end of the range, %s", mode, result)
	}
	if strings.HasPrefix(e.Format, "Binary") {
		return fmt.Sprintf("P3109's finite formats keep NaN for what is no number: the end of the range, %s", result)
	}
	return fmt.Sprintf("the format has neither infinity nor NaN: the end of the range, %s", result)
}

// whySpecial is why for an infinity or a NaN.
func whySpecial(f numberFormat, v exactValue, result neighbour, flags rounding.Flags) []string {
	switch {
	case v.nan && result.number == nil:
		return []string{"the format has a NaN"}
	case v.nan:
		return []string{"the format has no NaN, and 0 stands for it"}
	case result.number == nil && result.Value != "NaN":
		return []string{"the format has infinities"}
	case result.number == nil && flags&rounding.Invalid != 0:
		return []string{"the format has no sign: a number below zero is invalid there"}
	case result.number == nil:
		return []string{"the format has no infinity, but a NaN"}
	case strings.HasPrefix(f.policy(), "Sat") && f.policy() != rounding.SatNone.String():
		return []string{f.policy() + " gives the end of the range"}
	}
	return []string{"the format has no code for it, and the end of the range stands for it"}
}
