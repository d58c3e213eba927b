package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/rounding"
)

// operationFlags say which operations are meant: every one of Op in every one of
// Mode.
type operationFlags struct {
	Op         []string `placeholder:"OP" help:"The operations: add, sub, mul, quo, sqrt, mulAdd, convert, rem, roundToInt, lt, exp, ..."`
	Format     string   `placeholder:"F" help:"The format of the result, and of the operands where -from does not say otherwise: e4m3fn, binary16, bfloat16, Binary8p4se, q1.6, int8, ..."`
	From       []string `placeholder:"F" help:"The format of all operands, or one for each."`
	Mode       []string `default:"ToNearestEven" placeholder:"M" help:"The rounding modes, or all of those that need no random bits. Default: ToNearestEven."`
	Saturate   string   `placeholder:"S" help:"What a number beyond a minifloat's range becomes: none (infinity or NaN, the default), finite or propagate."`
	Overflow   string   `placeholder:"O" help:"What a number beyond a fixed-point range becomes: saturate (the default), wrap or SaturateSymmetric."`
	Tininess   string   `placeholder:"T" help:"When a minifloat counts as tiny, for the underflow flag: after (the default) or before rounding."`
	Subnormals string   `placeholder:"P" help:"What becomes of numbers below a minifloat's smallest normal one: gradual (they are numbers like others, the default), ftz (tiny results are flushed to zero), daz (subnormal operands are read as zero) or both."`
	NaN        string   `name:"nan" placeholder:"N" help:"What a NaN result is: CanonicalNaN (the default), MLDtypesNaN or PropagateNaN."`
	RandomBits int      `placeholder:"N" help:"The random bits of a stochastic mode, 1 to 63. They come as one more operand."`
}

// operations returns what the flags mean.
func (c operationFlags) operations() ([]fuzz.Operation, error) {
	if len(c.Op) == 0 || c.Format == "" {
		return nil, errors.New("-op and -format say what is computed, as in -op add -format e4m3fn")
	}
	result, err := fuzz.ParseFormat(c.Format)
	if err != nil {
		return nil, fmt.Errorf("-format: %w", err)
	}
	contexts, err := c.contexts()
	if err != nil {
		return nil, err
	}
	var all []fuzz.Operation
	for _, name := range c.Op {
		o, err := fuzz.ParseOperator(name)
		if err != nil {
			return nil, fmt.Errorf("-op: %w", err)
		}
		operands, err := c.operands(o, result)
		if err != nil {
			return nil, err
		}
		op := o.On(operands...)
		if op.Result != fuzz.Bool() {
			op = op.To(result)
		}
		for _, context := range contexts {
			op := op.With(context)
			if err := op.Validate(); err != nil {
				return nil, err
			}
			all = append(all, op)
		}
	}
	return all, nil
}

// operands returns the formats of an operation's operands.
func (c operationFlags) operands(o *fuzz.Operator, result fuzz.Format) ([]fuzz.Format, error) {
	operands := make([]fuzz.Format, o.Arity())
	if n := len(c.From); n > 1 && n != len(operands) {
		return nil, fmt.Errorf("-from: %d formats, where %v has %d operands", n, o, len(operands))
	}
	for i := range operands {
		if len(c.From) == 0 {
			operands[i] = result
			continue
		}
		f, err := fuzz.ParseFormat(c.From[min(i, len(c.From)-1)])
		if err != nil {
			return nil, fmt.Errorf("-from: %w", err)
		}
		operands[i] = f
	}
	return operands, nil
}

// contexts returns one context for each mode.
func (c operationFlags) contexts() ([]fuzz.Context, error) {
	var err error
	context := fuzz.Context{RandomBits: c.RandomBits}
	if context.Saturation, err = parseSaturation(c.Saturate); err != nil {
		return nil, err
	}
	if context.Tininess, err = parseTininess(c.Tininess); err != nil {
		return nil, err
	}
	if c.Overflow != "" {
		if context.Overflow, err = fixedpoint.ParseOverflow(c.Overflow); err != nil {
			return nil, fmt.Errorf("-overflow: %w", err)
		}
	}
	if context.Subnormals, err = parseSubnormals(c.Subnormals); err != nil {
		return nil, err
	}
	if context.NaN, err = parseNaN(c.NaN); err != nil {
		return nil, err
	}
	var all []fuzz.Context
	for _, name := range c.Mode {
		if strings.EqualFold(name, "all") {
			for _, m := range rounding.Modes() {
				if !m.Stochastic() {
					context.Mode = m
					all = append(all, context)
				}
			}
			continue
		}
		if context.Mode, err = rounding.ParseMode(name); err != nil {
			return nil, fmt.Errorf("-mode: %w", err)
		}
		all = append(all, context)
	}
	return all, nil
}

// parseNaN reads the name of a rule for NaN results.
func parseNaN(name string) (rounding.NaN, error) {
	for _, n := range rounding.NaNs() {
		if name == "" || strings.EqualFold(name, n.String()) || strings.EqualFold(name+"NaN", n.String()) {
			return n, nil
		}
	}
	return 0, fmt.Errorf("-nan: %q is none of CanonicalNaN, MLDtypesNaN and PropagateNaN", name)
}
