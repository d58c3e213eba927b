package fuzz

import (
	"fmt"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// Operation is an operation as data: the operator, the format of each operand and
// of the result, and how it rounds. [Operator.In] and [Operator.On] begin one,
// [Operation.To] and [Operation.With] complete it:
//
//	fuzz.Add.In(f)                                    // f + f -> f, to nearest even
//	fuzz.FMA.On(e4m3, e4m3, half).To(half)            // each operand in its own format
//	fuzz.Convert.In(fuzz.Binary64()).To(f).With(ctx)
type Operation struct {
	Operator *Operator
	Operands []Format // as many as the operator's arity
	Result   Format
	Context  Context
}

// In returns the operation whose operands and result are all of format f, the
// result of a comparison excepted.
func (o *Operator) In(f Format) Operation {
	operands := make([]Format, o.arity)
	for i := range operands {
		operands[i] = f
	}
	return o.On(operands...)
}

// On returns the operation on operands of these formats, whose result is in that
// of the first, of a comparison Bool.
func (o *Operator) On(operands ...Format) Operation {
	op := Operation{Operator: o, Operands: operands}
	if len(operands) > 0 {
		op.Result = operands[0]
	}
	if o.result == truth {
		op.Result = Bool()
	}
	return op
}

// To returns op with another format of the result.
func (op Operation) To(result Format) Operation {
	op.Result = result
	return op
}

// With returns op rounded in another way.
func (op Operation) With(c Context) Operation {
	op.Context = c
	return op
}

// Validate says what is wrong with an operation, if anything is.
func (op Operation) Validate() error {
	switch {
	case op.Operator == nil:
		return fmt.Errorf("fuzz: an operation without an operator")
	case len(op.Operands) != op.Operator.arity:
		return fmt.Errorf("fuzz: %s takes %s, not %d", op.Operator.name, plural(int64(op.Operator.arity), "operand"), len(op.Operands))
	case op.Result.kind == noFormat:
		return fmt.Errorf("fuzz: %s: the result has no format", op.Operator.name)
	case op.Operator.result != noFormat && op.Operator.result != op.Result.kind:
		return fmt.Errorf("fuzz: the result of %s is a bool, not %v", op.Operator.name, op.Result)
	case op.Result.kind == integer && op.Operator != Convert && op.Operator != ConvertNotExact:
		return fmt.Errorf("fuzz: %s to %v: only convert has results of an integer type; fixed point has others (sfix32)", op.Operator.name, op.Result)
	}
	if op.Result.kind == fixed && !op.Operator.inFixed() {
		return fmt.Errorf("fuzz: %s has no results in fixed point", op.Operator.name)
	}
	for i, f := range op.Operands {
		if f.kind == noFormat {
			return fmt.Errorf("fuzz: %s: operand %d has no format", op.Operator.name, i+1)
		}
	}
	return op.Context.validate()
}

// Formats returns the formats of all operands, that of the random word of a
// stochastic mode among them.
func (op Operation) Formats() []Format {
	if op.Context.RandomBits == 0 {
		return op.Operands
	}
	return append(op.Operands[:len(op.Operands):len(op.Operands)], Integer(op.Context.RandomBits, false))
}

// Case holds the codes of an operation's operands, 0 beyond them.
type Case [MaxOperands]uint64

// Exact returns the exact result of a case, before rounding.
func (op Operation) Exact(c Case) exact.Result {
	x := op.numbers(c)
	if op.Result.kind == fixed { // whose integers may need more bits than a significand
		switch op.Operator {
		case Quo:
			return exact.QuoBits(fixedBits, x[0], x[1])
		case Sqrt:
			return exact.SqrtBits(fixedBits, x[0])
		}
	}
	return op.Operator.exact(x[:len(op.Operands)], op.environment())
}

// numbers returns the operands of a case, as the context reads them.
func (op Operation) numbers(c Case) (x [MaxOperands]exact.Number) {
	o := op.options()
	for i, f := range op.Operands {
		x[i] = f.Decode(f.operand(c[i], o))
	}
	return x
}

// fixedBits is more than the bits of any quotient or root in units of a fixed-point
// format, and 64 behind the point: the largest operand is below 2^128, the smallest
// one and the smallest unit are 2^-127.
const fixedBits = 512

// options returns the context in the oracle's words. Neg and Abs are no arithmetic
// (IEEE 754 section 5.5.1): they flush nothing.
func (op Operation) options() exact.Options {
	o := op.Context.options()
	if op.Operator == Neg || op.Operator == Abs {
		o.FlushToZero, o.DenormalsAreZero = false, false
	}
	return o
}

func (op Operation) environment() Environment {
	return Environment{Options: op.options(), Result: op.Result.float}
}

// Want returns the one correct result of a case and the exceptions that it
// raises, as package fuzz/exact defines them.
func (op Operation) Want(c Case) (code uint64, flags rounding.Flags) {
	return op.round(op.Exact(c), c)
}

// round rounds an exact result as the context says.
func (op Operation) round(r exact.Result, c Case) (code uint64, flags rounding.Flags) {
	o := op.options()
	if o.Bits != 0 {
		o.Random = c[len(op.Operands)]
	}
	var raised exact.Flags
	switch op.Result.kind {
	case floating:
		code, raised = exact.RoundResult(r, op.Result.float, o)
	case integer:
		code, raised = roundToInteger(r, o, op.Result.fixed)
	default:
		code, raised = exact.RoundFixed(r, op.Result.fixed, exact.FixedOptions{Mode: o.Mode, Overflow: overflows[op.Context.Overflow], Random: o.Random, Bits: o.Bits})
	}
	if op.Operator.quiet {
		raised &^= exact.Inexact
	}
	return code, rounding.Flags(raised)
}

func roundToInteger(r exact.Result, o exact.Options, f exact.FixedFormat) (uint64, exact.Flags) {
	i, raised := exact.ToInteger(r.Number, o, f.Bits, f.Signed)
	if i.Sign() < 0 {
		return -i.Neg(i).Uint64() & (1<<(f.Bits-1)<<1 - 1), raised | r.Raised
	}
	return i.Uint64(), raised | r.Raised
}

// String names the operation, its formats and its context, as in
// "mul e4m3fn, e4m3fn -> binary16, ToZero".
func (op Operation) String() string {
	var b strings.Builder
	b.WriteString(op.Operator.name)
	same := true
	for _, f := range op.Operands {
		same = same && f == op.Operands[0]
	}
	if same && len(op.Operands) > 0 && op.Operands[0] == op.Result {
		b.WriteString(" " + op.Result.String())
	} else {
		for i, f := range op.Operands {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(" " + f.String())
		}
		b.WriteString(" -> " + op.Result.String())
	}
	return b.String() + ", " + op.Context.String()
}
