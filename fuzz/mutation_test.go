package fuzz_test

import (
	"flag"
	"math/bits"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
	fpu "github.com/halfulp/halfulp/fuzz/internal/model"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// mutant is a unit of floating-point arithmetic with one fault, and what a check of
// one of its operations in one mode must say of it.
type mutant struct {
	fault fpu.Fault
	op    *fuzz.Operator
	mode  rounding.Mode
	class fuzz.Class

	// The most bits that the simplest case has in its significand fields, in all
	// operands together: with a format of 8 bits (E5M2) and of 16 (binary16).
	bits8, bits16 int
}

// within is the number of cases within which every fault is found.
const within = 1 << 12

const (
	even = rounding.ToNearestEven
	away = rounding.ToNearestAway
	zero = rounding.ToZero
	down = rounding.ToNegativeInf
	up   = rounding.ToPositiveInf
	odd  = rounding.ToOdd
)

var mutants = []mutant{
	{fpu.SubnormalOperandFlushed, fuzz.Add, even, fuzz.Subnormals, 1, 1},
	{fpu.SubnormalExponent, fuzz.Add, even, fuzz.Subnormals, 1, 1},
	{fpu.SubnormalHiddenBit, fuzz.Add, even, fuzz.Subnormals, 1, 1},
	{fpu.SpecialsAsNumbers, fuzz.Add, even, fuzz.WrongNaN, 1, 1},
	{fpu.SignallingNaNAsInf, fuzz.Add, even, fuzz.WrongNaN, 1, 1},
	{fpu.SignallingNaNSilent, fuzz.Add, even, fuzz.WrongFlags, 1, 1},
	{fpu.QuietNaNRaises, fuzz.Add, even, fuzz.WrongFlags, 1, 1},
	{fpu.SubOfZeroKeepsSign, fuzz.Sub, even, fuzz.SignOfZero, 0, 0},
	{fpu.SumInfHidesNaN, fuzz.Add, even, fuzz.WrongNaN, 1, 1},
	{fpu.SumInfMinusInf, fuzz.Add, even, fuzz.WrongNaN, 0, 0},
	{fpu.SumInfMinusInfSilent, fuzz.Add, even, fuzz.WrongFlags, 0, 0},
	{fpu.SumInfSign, fuzz.Add, even, fuzz.WrongInfinity, 0, 0},
	{fpu.SumNegativeZeros, fuzz.Add, even, fuzz.SignOfZero, 0, 0},
	{fpu.CancelledTakesSign, fuzz.Add, even, fuzz.SignOfZero, 0, 0},
	{fpu.CancelledIgnoresMode, fuzz.Add, down, fuzz.SignOfZero, 0, 0},
	{fpu.AddGuardBitShort, fuzz.Add, even, fuzz.WrongDirection, 0, 0},
	{fpu.AddSignOfFirst, fuzz.Add, even, fuzz.WrongSign, 1, 1},
	{fpu.AddShiftWraps, fuzz.Add, even, fuzz.ManyUlps, 0, 0},
	{fpu.AddFarDropped, fuzz.Add, even, fuzz.WrongFlags, 0, 0},
	{fpu.AddStickyDropped, fuzz.Add, up, fuzz.WrongDirection, 1, 1},
	{fpu.AddStickyLate, fuzz.Add, zero, fuzz.WrongDirection, 1, 1},
	{fpu.AddShortNormalizer, fuzz.Add, even, fuzz.ManyUlps, 1, 1},
	{fpu.ProductSign, fuzz.Mul, even, fuzz.WrongSign, 0, 0},
	{fpu.ProductInfByZero, fuzz.Mul, even, fuzz.WrongNaN, 0, 0},
	{fpu.ProductExponentWraps, fuzz.Mul, even, fuzz.WrongInfinity, 1, 0},
	{fpu.MulZeroByNaN, fuzz.Mul, even, fuzz.WrongNaN, 1, 1},
	{fpu.MulInfByZeroSilent, fuzz.Mul, even, fuzz.WrongFlags, 0, 0},
	{fpu.MulZeroUnsigned, fuzz.Mul, even, fuzz.SignOfZero, 0, 0},
	{fpu.MulLowHalfDropped, fuzz.Mul, up, fuzz.StickyLost, 2, 2},
	{fpu.MulCarryDropped, fuzz.Mul, even, fuzz.ManyUlps, 2, 2},
	{fpu.QuoInfByInf, fuzz.Quo, even, fuzz.WrongNaN, 0, 0},
	{fpu.QuoInfByZeroRaises, fuzz.Quo, even, fuzz.WrongFlags, 0, 0},
	{fpu.QuoByInfUnderflows, fuzz.Quo, even, fuzz.WrongFlags, 0, 0},
	{fpu.QuoZeroByZeroFlag, fuzz.Quo, even, fuzz.WrongFlags, 0, 0},
	{fpu.QuoZeroByZeroValue, fuzz.Quo, even, fuzz.WrongNaN, 0, 0},
	{fpu.QuoByZeroUnsigned, fuzz.Quo, even, fuzz.WrongInfinity, 0, 0},
	{fpu.QuoByZeroSilent, fuzz.Quo, even, fuzz.WrongFlags, 0, 0},
	{fpu.QuoBitShort, fuzz.Quo, even, fuzz.StickyLost, 2, 2},
	{fpu.QuoRemainderDropped, fuzz.Quo, even, fuzz.StickyLost, 1, 2},
	{fpu.SqrtNegativeZero, fuzz.Sqrt, even, fuzz.SignOfZero, 0, 0},
	{fpu.SqrtOfNegative, fuzz.Sqrt, even, fuzz.WrongNaN, 0, 0},
	{fpu.SqrtOfNegativeSilent, fuzz.Sqrt, even, fuzz.WrongFlags, 0, 0},
	{fpu.SqrtBitShort, fuzz.Sqrt, even, fuzz.StickyLost, 1, 1},
	{fpu.SqrtOddExponent, fuzz.Sqrt, even, fuzz.ManyUlps, 0, 0},
	{fpu.SqrtRemainderDropped, fuzz.Sqrt, even, fuzz.StickyLost, 1, 1},
	{fpu.FMAAsTwo, fuzz.FMA, even, fuzz.DoubleRounding, 0, 0},
	{fpu.FMAInvalidHidden, fuzz.FMA, even, fuzz.WrongFlags, 1, 1},
	{fpu.FMAProductTruncated, fuzz.FMA, even, fuzz.WrongFlags, 2, 2},
	{fpu.ConvertNaNPayload, fuzz.Convert, even, fuzz.WrongNaN, 1, 1},
	{fpu.ConvertInfToMax, fuzz.Convert, even, fuzz.WrongInfinity, 0, 0},
	{fpu.ConvertZeroUnsigned, fuzz.Convert, even, fuzz.SignOfZero, 0, 0},
	{fpu.ConvertTwice, fuzz.Convert, even, fuzz.DoubleRounding, 1, 1},
	{fpu.ConvertTruncates, fuzz.Convert, up, fuzz.WrongDirection, 1, 1},
	{fpu.TiesAway, fuzz.Add, even, fuzz.WrongTie, 0, 1},
	{fpu.TiesDown, fuzz.Add, even, fuzz.WrongTie, 0, 1},
	{fpu.TiesUp, fuzz.Add, even, fuzz.WrongTie, 0, 1},
	{fpu.TiesToOdd, fuzz.Mul, even, fuzz.WrongTie, 0, 2},
	{fpu.TieAwayToEven, fuzz.Mul, away, fuzz.WrongTie, 0, 2},
	{fpu.NearestTruncates, fuzz.Quo, even, fuzz.WrongDirection, 1, 1},
	{fpu.StickyDropped, fuzz.Mul, even, fuzz.StickyLost, 1, 1},
	{fpu.HalfDropped, fuzz.Mul, even, fuzz.WrongDirection, 1, 1},
	{fpu.DirectedIgnoresSign, fuzz.Add, down, fuzz.WrongDirection, 0, 0},
	{fpu.DirectedNeedsHalf, fuzz.Quo, up, fuzz.StickyLost, 0, 1},
	{fpu.ZeroRoundsDown, fuzz.Add, zero, fuzz.WrongDirection, 0, 0},
	{fpu.ToOddMovesExact, fuzz.Add, odd, fuzz.OneUlp, 0, 0},
	{fpu.SubnormalResultFlushed, fuzz.Mul, even, fuzz.Subnormals, 0, 0},
	{fpu.SubnormalTwice, fuzz.Mul, even, fuzz.DoubleRounding, 2, 2},
	{fpu.SubnormalStickyDropped, fuzz.Mul, even, fuzz.StickyLost, 1, 1},
	{fpu.SubnormalTruncates, fuzz.Mul, even, fuzz.WrongDirection, 1, 1},
	{fpu.SubnormalCarryLost, fuzz.Mul, even, fuzz.Subnormals, 2, 10},
	{fpu.DeepUnderflowDropped, fuzz.Mul, even, fuzz.WrongFlags, 0, 0},
	{fpu.SmallestHalfUp, fuzz.Convert, even, fuzz.WrongTie, 0, 0},
	{fpu.SignOfZeroResult, fuzz.Mul, even, fuzz.SignOfZero, 0, 0},
	{fpu.CarryLost, fuzz.Add, even, fuzz.CarryLost, 0, 0},
	{fpu.CarryShort, fuzz.Add, even, fuzz.ManyUlps, 0, 0},
	{fpu.OverflowAlwaysInf, fuzz.Mul, zero, fuzz.WrongOverflow, 0, 0},
	{fpu.OverflowAlwaysMax, fuzz.Mul, even, fuzz.WrongOverflow, 0, 0},
	{fpu.OverflowSignIgnored, fuzz.Mul, down, fuzz.WrongOverflow, 0, 0},
	{fpu.OverflowAtTop, fuzz.Convert, even, fuzz.WrongOverflow, 0, 0},
	{fpu.OverflowWraps, fuzz.Mul, even, fuzz.WrongOverflow, 0, 0},
	{fpu.OverflowSilent, fuzz.FMA, even, fuzz.WrongFlags, 0, 0},
	{fpu.OverflowExact, fuzz.Add, even, fuzz.WrongFlags, 0, 0},
	{fpu.OverflowUnderflow, fuzz.Mul, even, fuzz.WrongFlags, 0, 0},
	{fpu.InexactMissesSticky, fuzz.Quo, even, fuzz.WrongFlags, 0, 1},
	{fpu.InexactOnlyIfUp, fuzz.Sqrt, even, fuzz.WrongFlags, 1, 0},
	{fpu.UnderflowOfExact, fuzz.Add, even, fuzz.WrongFlags, 1, 1},
	{fpu.UnderflowMissing, fuzz.Quo, even, fuzz.WrongFlags, 0, 1},
	{fpu.UnderflowNeedsZero, fuzz.Mul, even, fuzz.WrongFlags, 1, 1},
	{fpu.TininessOther, fuzz.FMA, even, fuzz.WrongTininess, 0, 0},
}

// unit is a format, as the model and as the check know it.
type unit struct {
	format fpu.Format
	result fuzz.Format
	bits   func(m mutant) int // the limit for the simplest case
}

// units are one of 8 bits and one of 16.
var units = []unit{
	{fpu.Format{E: 5, M: 2}, fuzz.Float(minifloat.FormatOf[minifloat.E5M2]()), func(m mutant) int { return m.bits8 }},
	{fpu.Format{E: 5, M: 10}, fuzz.Float(minifloat.FormatOf[minifloat.Float16]()), func(m mutant) int { return m.bits16 }},
}

// unitOperation is an operation in one format; a conversion comes from binary32.
func unitOperation(op *fuzz.Operator, f fuzz.Format, mode rounding.Mode) fuzz.Operation {
	operation := op.In(f)
	if op == fuzz.Convert {
		operation = op.On(fuzz.Float(minifloat.FormatOf[minifloat.Float32]())).To(f)
	}
	return operation.With(fuzz.Context{Mode: mode})
}

// unitSubject is an operation of a unit as a subject.
func unitSubject(u fpu.Unit, op *fuzz.Operator) fuzz.Subject {
	type binary = func(x, y uint16) (uint16, rounding.Flags)
	two := func(f func(x, y uint64) (uint64, rounding.Flags)) binary {
		return func(x, y uint16) (uint16, rounding.Flags) {
			z, flags := f(uint64(x), uint64(y))
			return uint16(z), flags
		}
	}
	switch op {
	case fuzz.Add:
		return fuzz.BinaryFlags(two(u.Add))
	case fuzz.Sub:
		return fuzz.BinaryFlags(two(u.Sub))
	case fuzz.Mul:
		return fuzz.BinaryFlags(two(u.Mul))
	case fuzz.Quo:
		return fuzz.BinaryFlags(two(u.Quo))
	case fuzz.Sqrt:
		return fuzz.UnaryFlags(func(x uint16) (uint16, rounding.Flags) {
			z, flags := u.Sqrt(uint64(x))
			return uint16(z), flags
		})
	case fuzz.FMA:
		return fuzz.TernaryFlags(func(x, y, z uint16) (uint16, rounding.Flags) {
			w, flags := u.FMA(uint64(x), uint64(y), uint64(z))
			return uint16(w), flags
		})
	}
	return fuzz.UnaryFlags(func(x uint32) (uint16, rounding.Flags) {
		z, flags := u.Convert(fpu.Format{E: 8, M: 23}, uint64(x))
		return uint16(z), flags
	})
}

// significandBits counts the bits set in the significand fields of a case.
func significandBits(op fuzz.Operation, f fpu.Format, c fuzz.Case) int {
	m := f.M
	if op.Operator == fuzz.Convert {
		m = 23
	}
	n := 0
	for i := range op.Operands {
		n += bits.OnesCount64(c[i] & (1<<m - 1))
	}
	return n
}

// TestMutants plants every fault of the model, one at a time. Each is found within
// 4096 cases, with the class that the table states and a simplest case of no more
// bits than it states. The unit without a fault passes what all of them went through.
func TestMutants(t *testing.T) {
	for _, f := range fpu.Faults() {
		if !slices.ContainsFunc(mutants, func(m mutant) bool { return m.fault == f }) {
			t.Errorf("%v (%s) is not in the table", f, f.What())
		}
	}
	passed := map[[2]any]bool{}
	for i, m := range mutants {
		if testing.Short() && i%16 != 0 {
			continue
		}
		for _, u := range units {
			op := unitOperation(m.op, u.result, m.mode)
			run := func(fault fpu.Fault) *fuzz.Report {
				unit := fpu.Unit{Format: u.format, Mode: m.mode, Fault: fault}
				r, err := fuzz.Check(t.Context(), unitSubject(unit, m.op), op, fuzz.Options{Count: within})
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			if id := [2]any{m.op, op.String()}; !passed[id] {
				passed[id] = true
				if r := run(fpu.NoFault); !r.OK() {
					t.Errorf("the unit without a fault: %v", r)
				}
			}
			r := run(m.fault)
			found := slices.IndexFunc(r.Findings, func(f fuzz.Finding) bool { return f.Class == m.class })
			if found < 0 {
				t.Errorf("%v (%s): not found as %v: %v", m.fault, m.fault.What(), m.class, r)
				continue
			}
			if n := significandBits(op, u.format, r.Findings[found].Simplest.Operands); n > u.bits(m) {
				t.Errorf("%v (%s): the simplest case has %d bits, not %d: %v", m.fault, m.fault.What(), n, u.bits(m), r)
			}
		}
	}
}

var exhaustive = flag.Bool("exhaustive", false, "look for each mutant in all operations and modes")

// TestMutantsUnseen finds each fault without being told where it is: in checks of
// every operation in six modes, of the same number of cases each.
func TestMutantsUnseen(t *testing.T) {
	if !*exhaustive {
		t.Skip("run with -exhaustive")
	}
	wrong := func(u unit, fault fpu.Fault) bool {
		for _, mode := range []rounding.Mode{even, down, zero, up, away, odd} {
			for _, op := range []*fuzz.Operator{fuzz.Add, fuzz.Sub, fuzz.Mul, fuzz.Quo, fuzz.Sqrt, fuzz.FMA, fuzz.Convert} {
				unit := fpu.Unit{Format: u.format, Mode: mode, Fault: fault}
				r, err := fuzz.Check(t.Context(), unitSubject(unit, op), unitOperation(op, u.result, mode), fuzz.Options{Count: within})
				if err != nil {
					t.Fatal(err)
				}
				if !r.OK() {
					return true
				}
			}
		}
		return false
	}
	for _, u := range units {
		for _, fault := range append([]fpu.Fault{fpu.NoFault}, fpu.Faults()...) {
			if wrong(u, fault) != (fault != fpu.NoFault) {
				t.Errorf("%v, %v (%s)", u.result, fault, fault.What())
			}
		}
	}
}
