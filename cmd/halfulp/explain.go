package main

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// explainCommand is "halfulp explain".
type explainCommand struct {
	Value      string `arg:"" help:"A number: 0.3, -1e-4, 0x1.8p-3, 1/3, inf, nan; or an operation on numbers, which are rounded to the format first: fma(0.1, 3, -0.25), 0.1+0.2, sqrt(code(0x3c)), or to one of their own: mul(0.1:e5m2, 3:bfloat16); 0.1:bfloat16 is converted. The operations: ${operations}."`
	Format     string `arg:"" help:"A minifloat or fixed-point format: e4m3fn, binary16, finite_e2m5, Binary8p4se, q1.6, uq0.8, ..."`
	Mode       string `default:"ToNearestEven" placeholder:"M" help:"The rounding mode: ToNearestEven (the default), ToNearestAway, ToZero, AwayFromZero, ToNegativeInf, ToPositiveInf, ToNearestZero, ToNearestUp, ToNearestDown, ToNearestOdd, ToOdd, or another name of one (RNE, SC_TRN, ...); StochasticA, StochasticB, StochasticC, StochasticEqual or StochasticOdd, with -random and -random-bits."`
	Saturate   string `placeholder:"S" help:"What a number beyond a minifloat's range becomes: none (infinity or NaN, the default), finite or propagate (the largest value; propagate keeps infinities)."`
	Overflow   string `placeholder:"O" help:"What a number beyond a fixed-point range becomes: saturate (the default), wrap or SaturateSymmetric."`
	Tininess   string `placeholder:"T" help:"When a minifloat counts as tiny, for the underflow flag: after (the default) or before rounding."`
	Subnormals string `placeholder:"P" help:"What becomes of numbers below a minifloat's smallest normal one: gradual (they are numbers like others, the default), ftz (tiny results are flushed to zero), daz (subnormal operands are read as zero) or both."`
	Random     string `placeholder:"R" help:"The random bits of a stochastic mode, as an integer: 5, 0x5, 0b101."`
	Bits       int    `name:"random-bits" placeholder:"N" help:"How many they are: 1 to 30 for a minifloat, 1 to 63 for fixed point."`
	SVG        string `name:"svg" placeholder:"FILE" help:"Also draw the number line, as SVG."`
	JSON       bool   `name:"json" help:"Print JSON."`
}

// explanation is what there is to say about one rounding.
type explanation struct {
	Value      string     `json:"value"`
	Formula    string     `json:"formula,omitempty"` // of an operation
	Operands   []operand  `json:"operands,omitempty"`
	Exact      string     `json:"exact"` // a fraction; the value as it was written where that is long; NaN, an infinity
	Format     string     `json:"format"`
	Mode       string     `json:"mode"`
	Random     string     `json:"random,omitempty"` // the bits of a stochastic mode, in binary
	Policy     string     `json:"overflow"`
	Tininess   string     `json:"tininess,omitempty"`   // where it is before rounding
	Subnormals string     `json:"subnormals,omitempty"` // where they are not numbers like others
	Upper      *neighbour `json:"upper,omitempty"`
	Midpoint   string     `json:"midpoint,omitempty"`
	Lower      *neighbour `json:"lower,omitempty"`
	Position   string     `json:"position"` // exact, below, tie or above: against the midpoint; special
	Result     neighbour  `json:"result"`
	Error      string     `json:"error,omitempty"`
	ErrorUlp   string     `json:"error_ulp,omitempty"`
	Flags      []string   `json:"flags"`
	Why        []string   `json:"why"`
	Fields     []field    `json:"fields"`

	about, letters, decimal string
	exactNumber             *big.Rat
	below, above            *neighbour // of an exact value
	unequal                 bool       // the operation is not to be written as equal to the exact value
}

// neighbour is a value of a format, or one that it would have with a wider range.
type neighbour struct {
	Value string `json:"value"`
	Code  string `json:"code,omitempty"` // hexadecimal; empty beyond the range
	Bits  string `json:"bits,omitempty"`
	Odds  string `json:"odds,omitempty"` // of a stochastic mode to take it

	number   *big.Rat
	distance string // from the value, in steps
}

// operand is one of an operation's, as it was written and as the format has it.
type operand struct {
	Name    string `json:"name"`
	Written string `json:"written"`
	Format  string `json:"format,omitempty"` // its own
	neighbour
	Rounded bool `json:"rounded"`                // it is not the number that was written
	Zero    bool `json:"read_as_zero,omitempty"` // it is a subnormal number that is read as zero

	in    numberFormat // nil for an integer of no format
	code  uint64
	value exactValue
}

// Run implements the command.
func (c explainCommand) Run(s streams) error {
	e, err := c.explanation()
	if err != nil {
		return usageError{err}
	}
	if c.SVG != "" {
		if err := writeWhole(c.SVG, e.picture()); err != nil {
			return err
		}
	}
	if c.JSON {
		return writeJSON(s.out, e)
	}
	return e.text(s.out)
}

// explanation explains what the arguments ask for.
func (c explainCommand) explanation() (explanation, error) {
	text := strings.TrimSpace(c.Value)
	f, mode, err := c.format()
	if err != nil {
		return explanation{}, err
	}
	v, err := parseValue(text)
	switch {
	case err == nil:
		return explain(v, f, mode), nil
	case !isExpression(text):
		return explanation{}, err
	}
	x, err := parseExpression(text)
	if err != nil {
		return explanation{}, err
	}
	return explainOperation(x, f, mode)
}

// format reads the format with its context.
func (c explainCommand) format() (numberFormat, rounding.Mode, error) {
	mode, err := rounding.ParseMode(c.Mode)
	if err != nil {
		return nil, 0, fmt.Errorf("-mode: %w", err)
	}
	fixed, mini, isFixed, err := parseNumberFormat(c.Format)
	if err != nil {
		return nil, 0, err
	}
	drawn, err := c.randomBits(mode, isFixed)
	if err != nil {
		return nil, 0, err
	}
	if isFixed {
		if c.Saturate != "" {
			return nil, 0, fmt.Errorf("-saturate is for minifloat formats; %s has -overflow", fixed.Name())
		}
		overflow := fixedpoint.Saturate
		if c.Overflow != "" {
			if overflow, err = fixedpoint.ParseOverflow(c.Overflow); err != nil {
				return nil, 0, fmt.Errorf("-overflow: %w", err)
			}
		}
		if c.Tininess != "" {
			return nil, 0, fmt.Errorf("-tininess is for minifloat formats; %s has no underflow", fixed.Name())
		}
		if c.Subnormals != "" {
			return nil, 0, fmt.Errorf("-subnormals is for minifloat formats; %s has no underflow", fixed.Name())
		}
		return explainedFixed{fixed, fixedpoint.Context{Mode: mode, Overflow: overflow}, drawn}, mode, nil
	}
	if c.Overflow != "" {
		return nil, 0, fmt.Errorf("-overflow is for fixed-point formats; %s has -saturate", mini.Name())
	}
	saturation, err := parseSaturation(c.Saturate)
	if err != nil {
		return nil, 0, err
	}
	tininess, err := parseTininess(c.Tininess)
	if err != nil {
		return nil, 0, err
	}
	subnormals, err := parseSubnormals(c.Subnormals)
	context := minifloat.Context{Mode: mode, Saturation: saturation, Tininess: tininess, Subnormals: subnormals}
	return explainedMinifloat{mini, context, drawn}, mode, err
}

// randomBits reads the random bits of a mode. Package minifloat's operations take 30 of them, package fixedpoint's 63.
func (c explainCommand) randomBits(mode rounding.Mode, fixed bool) (randomBits, error) {
	most, kind := 30, "a minifloat"
	if fixed {
		most, kind = 63, "fixed point"
	}
	switch {
	case !mode.Stochastic() && (c.Random != "" || c.Bits != 0):
		return randomBits{}, fmt.Errorf("-random and -random-bits are for the stochastic modes, and not for %v", mode)
	case !mode.Stochastic():
		return randomBits{}, nil
	case c.Random == "" || c.Bits == 0:
		return randomBits{}, fmt.Errorf("-mode %v rounds by random bits: -random says which and -random-bits how many, as in -random 0b101 -random-bits 3", mode)
	case c.Bits < 1 || c.Bits > most:
		return randomBits{}, fmt.Errorf("-random-bits %d: %s takes 1 to %d", c.Bits, kind, most)
	}
	word, err := strconv.ParseUint(c.Random, 0, 64)
	switch {
	case errors.Is(err, strconv.ErrRange), err == nil && word>>c.Bits != 0:
		return randomBits{}, fmt.Errorf("-random %s has more than the %d bits of -random-bits", c.Random, c.Bits)
	case err != nil:
		return randomBits{}, fmt.Errorf("-random: %q is no integer of bits, such as 5, 0x5 or 0b101", c.Random)
	}
	return randomBits{word, c.Bits}, nil
}

// parseTininess reads "before" and "after".
func parseTininess(name string) (rounding.Tininess, error) {
	switch strings.ToLower(name) {
	case "", "after", "afterrounding":
		return rounding.AfterRounding, nil
	case "before", "beforerounding":
		return rounding.BeforeRounding, nil
	}
	return 0, fmt.Errorf("-tininess: %q is neither after nor before", name)
}

// parseSubnormals reads gradual, ftz, daz and both.
func parseSubnormals(name string) (rounding.Subnormals, error) {
	switch strings.ToLower(name) {
	case "", "gradual", "gradualunderflow":
		return rounding.GradualUnderflow, nil
	case "ftz", "flushtozero":
		return rounding.FlushToZero, nil
	case "daz", "denormalsarezero":
		return rounding.DenormalsAreZero, nil
	case "both":
		return rounding.FlushToZero | rounding.DenormalsAreZero, nil
	}
	return 0, fmt.Errorf("-subnormals: %q is none of gradual, ftz, daz and both", name)
}

// parseSaturation reads the name of a saturation, with or without its Sat.
func parseSaturation(name string) (rounding.Saturation, error) {
	if name == "" {
		return rounding.SatNone, nil
	}
	for _, s := range rounding.Saturations() {
		if strings.EqualFold(name, s.String()) || strings.EqualFold("Sat"+name, s.String()) {
			return s, nil
		}
	}
	return 0, fmt.Errorf("-saturate: %q is none of none, finite and propagate", name)
}

// explain rounds a value and finds out why it became what it did.
func explain(v exactValue, f numberFormat, mode rounding.Mode) explanation {
	code, flags := f.round(v)
	return explainRounded(v, code, flags, f, mode)
}

// explainRounded finds out why a value became a code.
func explainRounded(v exactValue, code uint64, flags rounding.Flags, f numberFormat, mode rounding.Mode) explanation {
	e := explanation{
		Value: v.text, Mode: mode.String(), Policy: f.policy(), Position: "special", Flags: flagNames(flags),
		Format: f.name(), about: f.describe(), Fields: f.fields(code),
	}
	if d := f.random(); d.n > 0 {
		e.Random = fmt.Sprintf("%0*b", d.n, d.word)
	}
	if _, when := f.underflow(); when == rounding.BeforeRounding {
		e.Tininess = when.String()
	}
	if s := f.subnormals(); s != rounding.GradualUnderflow {
		e.Subnormals = s.String()
	}
	e.Result = codeOfFormat(f, code)
	_, e.letters = f.draw(code)
	e.Exact = specialName(v)
	if v.number == nil {
		e.Why = whySpecial(f, v, e.Result, flags)
		return e
	}
	x := v.number
	e.Exact, e.decimal, e.exactNumber = v.text, decimalText(x), x
	if s := x.RatString(); len(s) <= 200 && !v.irrational && !v.jammed {
		e.Exact = s
	}

	// The neighbours, as if there were no largest value.
	step := f.step(x)
	units := new(big.Rat).Quo(x, step)
	floor := new(big.Int).Div(units.Num(), units.Denom()) // Euclidean: the floor, denominators being positive
	lower := new(big.Rat).Mul(new(big.Rat).SetInt(floor), step)
	if lower.Cmp(x) == 0 {
		e.Position = "exact"
		e.below, e.above = nextTo(f, x, big.NewRat(-1, 1)), nextTo(f, x, one.number)
	} else {
		upper := new(big.Rat).Add(lower, step)
		midpoint := new(big.Rat).Quo(new(big.Rat).Add(lower, upper), big.NewRat(2, 1))
		e.Midpoint = decimalText(midpoint)
		if e.decimal = v.decimal(lower, midpoint, upper); v.irrational || v.jammed {
			e.Exact = e.decimal
		}
		e.Position = [...]string{"below", "tie", "above"}[x.Cmp(midpoint)+1]
		e.Lower, e.Upper = neighbourOf(f, lower, x), neighbourOf(f, upper, x)
		e.Lower.distance, e.Upper.distance = v.distance(lower, step), v.distance(upper, step)
		if mode.Stochastic() && !flushed(f, flags) {
			e.setOdds(v, mode, f.random())
		}
	}
	if e.Result.number != nil {
		d := difference(e.Result.number, x)
		if d.Sign() != 0 && v.measurable(e.Result.number) {
			e.Error, e.ErrorUlp = signed(v.length(d)), signed(v.length(new(big.Rat).Quo(d, step)))
		}
	}
	e.Why = why(f, v, &e, mode, flags)
	return e
}

// neighbourOf describes a value, which the format may not have.
func neighbourOf(f numberFormat, y, x *big.Rat) *neighbour {
	n := neighbour{Value: decimalText(y), number: y}
	round := f.round
	if f.subnormals() != rounding.GradualUnderflow { // y is a value, whatever results are flushed to
		round = f.rounded
	}
	code, flags := round(exactValue{number: y, negative: x.Sign() < 0})
	if got, _ := f.decode(code); flags == 0 && got != nil && got.Cmp(y) == 0 {
		n = codeOfFormat(f, code)
	}
	return &n
}

// nextTo describes the value next to x, which is one of the format: above it where direction is 1, below where it is -1.
// Below a power of two the step is half as long.
func nextTo(f numberFormat, x, direction *big.Rat) *neighbour {
	half := new(big.Rat).Quo(f.step(x), big.NewRat(2, 1))
	step := f.step(sum(x, product(direction, half)))
	return neighbourOf(f, sum(x, product(direction, step)), x)
}

func codeOfFormat(f numberFormat, code uint64) neighbour {
	number, name := f.decode(code)
	if name == "" {
		name = decimalText(number)
	}
	bits, _ := f.draw(code)
	return neighbour{Value: name, Code: fmt.Sprintf("0x%0*x", f.digits(), code), Bits: bits, number: number}
}

// signed puts a + before the text of a number that has no sign.
func signed(s string) string {
	rest, about := strings.CutPrefix(s, "~")
	if !strings.HasPrefix(rest, "-") {
		rest = "+" + rest
	}
	if about {
		return "~" + rest
	}
	return rest
}

func specialName(v exactValue) string {
	switch {
	case v.nan:
		return "NaN"
	case v.negative:
		return "-infinity"
	}
	return "+infinity"
}

// flagNames lists flags.
func flagNames(flags rounding.Flags) []string {
	names := []string{}
	for _, f := range []struct {
		flag rounding.Flags
		name string
	}{{rounding.Inexact, "inexact"}, {rounding.Underflow, "underflow"}, {rounding.Overflow, "overflow"},
		{rounding.DivideByZero, "divide by zero"}, {rounding.Invalid, "invalid"}} {
		if flags&f.flag != 0 {
			names = append(names, f.name)
		}
	}
	return names
}

// choices names what was chosen beside the format.
func (e explanation) choices() string {
	s := "mode " + e.Mode
	if e.Random != "" {
		s += ", random bits " + e.Random
	}
	s += ", overflow " + e.Policy
	if e.Tininess != "" {
		s += ", tininess " + e.Tininess
	}
	if e.Subnormals != "" {
		s += ", subnormals " + e.Subnormals
	}
	return s
}

// text prints the explanation.
func (e explanation) text(w io.Writer) error {
	var errs []error
	line := func(format string, args ...any) {
		_, err := fmt.Fprintf(w, format+"\n", args...)
		errs = append(errs, err)
	}
	line("%s", e.about)
	line("%s\n", e.choices())
	if len(e.Operands) > 0 {
		errs = append(errs, e.operandTable().write(w))
		line("")
	}

	// The number line, upright.
	t := table{header: []string{"", "value", "code", "bits", "", ""}, right: []bool{false, true, false, false, true, false}}
	add := func(name string, n *neighbour) {
		mark := ""
		if n.Code == "" {
			n.Code, mark = "-", "beyond the range"
		} else if n.Code == e.Result.Code {
			mark = "<- the result"
		}
		away := n.distance
		if away != "" {
			away += " of a step away"
		}
		if n.Odds != "" {
			away = strings.TrimPrefix(away+", odds "+n.Odds, ", ")
		}
		t.add(name, n.Value, n.Code, n.Bits, away, mark)
	}
	exact := func() { t.add("exact", e.decimal, "", "", "", "") }
	middle := func() { t.add("midpoint", e.Midpoint, "", "", "", "") }
	if e.Upper != nil {
		add("upper", e.Upper)
		switch e.Position {
		case "above":
			exact()
			middle()
		case "below":
			middle()
			exact()
		default:
			t.add("exact = midpoint", e.Midpoint, "", "", "", "")
		}
		add("lower", e.Lower)
		errs = append(errs, t.write(w))
		line("")
	}
	line("%s becomes %s", e.subject(), e.Result.Value)
	for _, s := range e.Why {
		line("  %s", s)
	}
	if e.Error != "" {
		line("error: %s, %s of a step", e.Error, e.ErrorUlp)
	}
	flags := strings.Join(e.Flags, ", ")
	if flags == "" {
		flags = "none"
	}
	line("flags: %s\n", flags)

	line("%s  %s", e.Result.Code, e.Result.Bits)
	line("%*s  %s\n", len(e.Result.Code), "", e.letters)
	t = table{header: []string{"field", "bits", "says"}, right: []bool{false, false, false}}
	for _, f := range e.Fields {
		t.add(f.Name, f.Bits, f.Meaning)
	}
	errs = append(errs, t.write(w))
	return errors.Join(errs...)
}
