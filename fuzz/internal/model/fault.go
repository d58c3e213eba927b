package model

import "fmt"

// Fault is one mistake of a [Unit].
type Fault int

// The faults.
const (
	NoFault Fault = iota

	// Faults in unpacking.
	SubnormalOperandFlushed
	SubnormalExponent
	SubnormalHiddenBit
	SpecialsAsNumbers
	SignallingNaNAsInf
	SignallingNaNSilent
	QuietNaNRaises

	// Faults in sums.
	SubOfZeroKeepsSign
	SumInfHidesNaN
	SumInfMinusInf
	SumInfMinusInfSilent
	SumInfSign
	SumNegativeZeros
	CancelledTakesSign
	CancelledIgnoresMode
	AddGuardBitShort
	AddSignOfFirst
	AddShiftWraps
	AddFarDropped
	AddStickyDropped
	AddStickyLate
	AddShortNormalizer

	// Faults in products.
	ProductSign
	ProductInfByZero
	ProductExponentWraps
	MulZeroByNaN
	MulInfByZeroSilent
	MulZeroUnsigned
	MulLowHalfDropped
	MulCarryDropped

	// Faults in quotients.
	QuoInfByInf
	QuoInfByZeroRaises
	QuoByInfUnderflows
	QuoZeroByZeroFlag
	QuoZeroByZeroValue
	QuoByZeroUnsigned
	QuoByZeroSilent
	QuoBitShort
	QuoRemainderDropped

	// Faults in roots.
	SqrtNegativeZero
	SqrtOfNegative
	SqrtOfNegativeSilent
	SqrtBitShort
	SqrtOddExponent
	SqrtRemainderDropped

	// Faults in fused multiply-add.
	FMAAsTwo
	FMAInvalidHidden
	FMAProductTruncated

	// Faults in conversions.
	ConvertNaNPayload
	ConvertInfToMax
	ConvertZeroUnsigned
	ConvertTwice
	ConvertTruncates

	// Faults in rounding.
	TiesAway
	TiesDown
	TiesUp
	TiesToOdd
	TieAwayToEven
	NearestTruncates
	StickyDropped
	HalfDropped
	DirectedIgnoresSign
	DirectedNeedsHalf
	ZeroRoundsDown
	ToOddMovesExact

	// Faults in subnormal results.
	SubnormalResultFlushed
	SubnormalTwice
	SubnormalStickyDropped
	SubnormalTruncates
	SubnormalCarryLost
	DeepUnderflowDropped
	SmallestHalfUp
	SignOfZeroResult

	// Faults in carries.
	CarryLost
	CarryShort

	// Faults in overflow.
	OverflowAlwaysInf
	OverflowAlwaysMax
	OverflowSignIgnored
	OverflowAtTop
	OverflowWraps
	OverflowSilent
	OverflowExact
	OverflowUnderflow

	// Faults in other exceptions.
	InexactMissesSticky
	InexactOnlyIfUp
	UnderflowOfExact
	UnderflowMissing
	UnderflowNeedsZero
	TininessOther

	faultCount
)

var faults = [faultCount]struct{ name, what string }{
	NoFault:                 {"NoFault", "correct"},
	SubnormalOperandFlushed: {"SubnormalOperandFlushed", "a subnormal operand is read as zero"},
	SubnormalExponent:       {"SubnormalExponent", "a subnormal operand is read with half its value: its exponent is that of a field of 0, not of 1"},
	SubnormalHiddenBit:      {"SubnormalHiddenBit", "a subnormal operand is read with the hidden bit of normal ones"},
	SpecialsAsNumbers:       {"SpecialsAsNumbers", "infinities and NaNs are read as numbers"},
	SignallingNaNAsInf:      {"SignallingNaNAsInf", "a NaN without its quiet bit is taken for infinity"},
	SignallingNaNSilent:     {"SignallingNaNSilent", "a signalling NaN does not raise Invalid"},
	QuietNaNRaises:          {"QuietNaNRaises", "a quiet NaN raises Invalid"},
	SubOfZeroKeepsSign:      {"SubOfZeroKeepsSign", "x - 0 does not change the sign of the zero"},
	SumInfHidesNaN:          {"SumInfHidesNaN", "infinity + NaN is infinity"},
	SumInfMinusInf:          {"SumInfMinusInf", "infinity - infinity is infinity"},
	SumInfMinusInfSilent:    {"SumInfMinusInfSilent", "infinity - infinity does not raise Invalid"},
	SumInfSign:              {"SumInfSign", "infinity + y has the sign of y"},
	SumNegativeZeros:        {"SumNegativeZeros", "-0 + -0 is +0"},
	CancelledTakesSign:      {"CancelledTakesSign", "x - x has the sign of x"},
	CancelledIgnoresMode:    {"CancelledIgnoresMode", "x - x is +0 toward negative infinity too"},
	AddGuardBitShort:        {"AddGuardBitShort", "the adder has two bits too few below the wider operand"},
	AddSignOfFirst:          {"AddSignOfFirst", "of equal exponents the first operand gives the sign, whichever is larger"},
	AddShiftWraps:           {"AddShiftWraps", "the distance of alignment wraps where the shifter ends"},
	AddFarDropped:           {"AddFarDropped", "an operand out of the adder's reach is dropped, not jammed"},
	AddStickyDropped:        {"AddStickyDropped", "bits that leave the adder in alignment are forgotten"},
	AddStickyLate:           {"AddStickyLate", "a difference is taken before the sticky bit is known"},
	AddShortNormalizer:      {"AddShortNormalizer", "after cancellation the significand moves fewer places than the exponent"},
	ProductSign:             {"ProductSign", "a product has the sign of its first factor"},
	ProductInfByZero:        {"ProductInfByZero", "infinity * 0 is zero"},
	ProductExponentWraps:    {"ProductExponentWraps", "the exponent of a tiny product wraps"},
	MulZeroByNaN:            {"MulZeroByNaN", "0 * NaN is zero"},
	MulInfByZeroSilent:      {"MulInfByZeroSilent", "infinity * 0 does not raise Invalid"},
	MulZeroUnsigned:         {"MulZeroUnsigned", "a zero product is +0"},
	MulLowHalfDropped:       {"MulLowHalfDropped", "the low bits of a product are forgotten"},
	MulCarryDropped:         {"MulCarryDropped", "a product of two significands of 2 or more does not raise the exponent"},
	QuoInfByInf:             {"QuoInfByInf", "infinity / infinity is infinity"},
	QuoInfByZeroRaises:      {"QuoInfByZeroRaises", "infinity / 0 raises DivideByZero"},
	QuoByInfUnderflows:      {"QuoByInfUnderflows", "x / infinity raises Underflow"},
	QuoZeroByZeroFlag:       {"QuoZeroByZeroFlag", "0 / 0 raises DivideByZero for Invalid"},
	QuoZeroByZeroValue:      {"QuoZeroByZeroValue", "0 / 0 is infinity"},
	QuoByZeroUnsigned:       {"QuoByZeroUnsigned", "x / 0 is +infinity"},
	QuoByZeroSilent:         {"QuoByZeroSilent", "x / 0 does not raise DivideByZero"},
	QuoBitShort:             {"QuoBitShort", "a quotient is one bit short"},
	QuoRemainderDropped:     {"QuoRemainderDropped", "the remainder of a division is forgotten"},
	SqrtNegativeZero:        {"SqrtNegativeZero", "the root of -0 is +0"},
	SqrtOfNegative:          {"SqrtOfNegative", "the root of a negative number is that of its magnitude"},
	SqrtOfNegativeSilent:    {"SqrtOfNegativeSilent", "the root of a negative number does not raise Invalid"},
	SqrtBitShort:            {"SqrtBitShort", "a root is one bit short"},
	SqrtOddExponent:         {"SqrtOddExponent", "the halves of a negative odd exponent are taken toward zero"},
	SqrtRemainderDropped:    {"SqrtRemainderDropped", "the remainder of a root is forgotten"},
	FMAAsTwo:                {"FMAAsTwo", "the product is rounded before the sum"},
	FMAInvalidHidden:        {"FMAInvalidHidden", "infinity * 0 + NaN does not raise Invalid"},
	FMAProductTruncated:     {"FMAProductTruncated", "the low bits of the product are forgotten"},
	ConvertNaNPayload:       {"ConvertNaNPayload", "a NaN whose payload does not fit becomes infinity"},
	ConvertInfToMax:         {"ConvertInfToMax", "an infinity becomes the largest finite value"},
	ConvertZeroUnsigned:     {"ConvertZeroUnsigned", "-0 becomes +0"},
	ConvertTwice:            {"ConvertTwice", "a number is rounded to two bits more than it shall have, then again"},
	ConvertTruncates:        {"ConvertTruncates", "the bits that do not fit are forgotten"},
	TiesAway:                {"TiesAway", "ties go away from zero, not to even"},
	TiesDown:                {"TiesDown", "ties go toward zero, not to even"},
	TiesUp:                  {"TiesUp", "ties go toward positive infinity, not to even"},
	TiesToOdd:               {"TiesToOdd", "ties go to the odd neighbour, not to the even one"},
	TieAwayToEven:           {"TieAwayToEven", "ties go to even, not away from zero"},
	NearestTruncates:        {"NearestTruncates", "to nearest is toward zero"},
	StickyDropped:           {"StickyDropped", "what follows the first bit cut off is forgotten"},
	HalfDropped:             {"HalfDropped", "the first bit cut off is taken for a later one"},
	DirectedIgnoresSign:     {"DirectedIgnoresSign", "directed modes treat negative numbers as positive ones"},
	DirectedNeedsHalf:       {"DirectedNeedsHalf", "less than half a unit in the last place never rounds up"},
	ZeroRoundsDown:          {"ZeroRoundsDown", "toward zero is toward negative infinity"},
	ToOddMovesExact:         {"ToOddMovesExact", "rounding to odd moves what is exact"},
	SubnormalResultFlushed:  {"SubnormalResultFlushed", "a subnormal result becomes zero"},
	SubnormalTwice:          {"SubnormalTwice", "a subnormal result is rounded to full precision, then to its own"},
	SubnormalStickyDropped:  {"SubnormalStickyDropped", "bits shifted out of a subnormal result are forgotten"},
	SubnormalTruncates:      {"SubnormalTruncates", "a subnormal result is not rounded"},
	SubnormalCarryLost:      {"SubnormalCarryLost", "a subnormal result does not round up to the smallest normal number"},
	DeepUnderflowDropped:    {"DeepUnderflowDropped", "what is far below the smallest subnormal number is an exact zero"},
	SmallestHalfUp:          {"SmallestHalfUp", "half the smallest subnormal number rounds up"},
	SignOfZeroResult:        {"SignOfZeroResult", "what rounds to zero loses its sign"},
	CarryLost:               {"CarryLost", "a carry out of the significand does not reach the exponent"},
	CarryShort:              {"CarryShort", "a carry stops one place below the leading bit"},
	OverflowAlwaysInf:       {"OverflowAlwaysInf", "overflow is infinite in every mode"},
	OverflowAlwaysMax:       {"OverflowAlwaysMax", "overflow is the largest finite value in every mode"},
	OverflowSignIgnored:     {"OverflowSignIgnored", "overflow treats negative numbers as positive ones"},
	OverflowAtTop:           {"OverflowAtTop", "what rounds just beyond the largest finite value becomes that"},
	OverflowWraps:           {"OverflowWraps", "the exponent of an overflow wraps"},
	OverflowSilent:          {"OverflowSilent", "overflow does not raise Overflow"},
	OverflowExact:           {"OverflowExact", "overflow does not raise Inexact"},
	OverflowUnderflow:       {"OverflowUnderflow", "overflow raises Underflow too"},
	InexactMissesSticky:     {"InexactMissesSticky", "Inexact is raised only where the first bit cut off is set"},
	InexactOnlyIfUp:         {"InexactOnlyIfUp", "Inexact is raised only where the magnitude is rounded up"},
	UnderflowOfExact:        {"UnderflowOfExact", "Underflow is raised by exact subnormal results"},
	UnderflowMissing:        {"UnderflowMissing", "Underflow is never raised"},
	UnderflowNeedsZero:      {"UnderflowNeedsZero", "Underflow is raised only where the result is zero"},
	TininessOther:           {"TininessOther", "tininess is found before rounding where it should be after, and the other way round"},
}

// Faults returns all faults but NoFault.
func Faults() []Fault {
	var all []Fault
	for f := NoFault + 1; f < faultCount; f++ {
		all = append(all, f)
	}
	return all
}

// String returns the constant's name.
func (f Fault) String() string {
	if f >= 0 && f < faultCount {
		return faults[f].name
	}
	return fmt.Sprintf("Fault(%d)", int(f))
}

// What says what the fault is.
func (f Fault) What() string { return faults[f].what }
