package fuzz

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// tableValues is the format of the values of a table: every value of a format of
// up to 16 bits, and of all that are no wider than binary64 but itself.
var tableValues = Format{kind: floating, name: "value", float: exact.IEEE(18, 45)}

// openTable reads the first line of a value table.
func (v *Vectors) openTable(r *bufio.Reader) error {
	in := &lines{r: r}
	if _, err := in.next(); err != nil {
		return v.fail(1, err)
	}
	f, err := ParseFormat(v.base())
	if err != nil {
		if len(v.Operation.Operands) == 0 {
			return v.fail(0, fmt.Errorf("a value table is named after its format: %w", err))
		}
		f = v.Operation.Operands[0]
	}
	v.Operation = Convert.In(f).To(tableValues)
	v.read = func(c *Case, a *Answer) error {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			return err
		}
		if err == nil {
			err = v.row(line, c, a)
		}
		if err != nil {
			return v.fail(in.number, err)
		}
		return nil
	}
	return nil
}

// row reads a line of a table.
func (v *Vectors) row(line []byte, c *Case, a *Answer) error {
	columns := bytes.SplitN(line, []byte(","), 3)
	if len(columns) < 2 {
		return fmt.Errorf("%s: no code and value", quoted(line))
	}
	var numbers [MaxOperands + 3]uint64
	if n, err := fields(columns[0], &numbers); err != nil || n != 1 {
		return fmt.Errorf("%s: no code and value", quoted(line))
	}
	c[0] = numbers[0]
	if err := v.Operation.accept(c); err != nil {
		return err
	}
	value, err := parseValue(strings.TrimSpace(string(columns[1])))
	if err != nil {
		return fmt.Errorf("%s: %w", quoted(line), err)
	}
	a.Code = value
	return nil
}

// parseValue returns the code in tableValues of a number in decimal or hexadecimal,
// which it must equal.
func parseValue(s string) (uint64, error) {
	f := tableValues.float
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case "nan":
		code, _ := exact.RoundResult(exact.Convert(exact.Number{Kind: exact.NaN, Int: new(big.Int)}), f, exact.Options{})
		return code, nil
	case "inf", "infinity":
		code, _ := exact.RoundResult(exact.Convert(exact.Inf(s[0] == '-')), f, exact.Options{})
		return code, nil
	}
	const exponents = 1 << 17 // whatever lies beyond would keep math/big busy
	if _, e, found := strings.Cut(strings.ToLower(s), "p"); found {
		if n, err := strconv.Atoi(e); err != nil || n < -exponents || n > exponents {
			return 0, errors.New("no exponent within the formats")
		}
	} else if _, e, found := strings.Cut(strings.ToLower(s), "e"); found && !strings.HasPrefix(s, "0x") && !strings.HasPrefix(s, "-0x") {
		if n, err := strconv.Atoi(e); err != nil || n < -40000 || n > 40000 {
			return 0, errors.New("no exponent within the formats")
		}
	}
	x, _, err := big.ParseFloat(s, 0, 64, big.ToZero)
	if err != nil {
		return 0, errors.New("no number")
	}
	mantissa := new(big.Float)
	exponent := x.MantExp(mantissa)
	integer, _ := mantissa.SetMantExp(mantissa, 64).Int(nil)
	n := exact.Dyadic(integer, exponent-64)
	n.Negative = x.Signbit()
	code, flags := exact.RoundResult(exact.Convert(n), f, exact.Options{})
	if flags != 0 || x.Acc() != big.Exact {
		return 0, errors.New("no value of a format of 16 bits")
	}
	return code, nil
}

// WriteTable writes the value table of a floating-point format in the manner of IEEE
// P3109: lines of code, value in hexadecimal, and * for subnormal values.
func WriteTable(w io.Writer, f Format) error {
	if f.kind != floating || f.Bits() > 16 {
		return fmt.Errorf("fuzz: a value table is of a floating-point format of up to 16 bits, not of %v", f)
	}
	b := bufio.NewWriter(w)
	b.WriteString("codepoint,value,subnormal\n")
	for code := range uint64(1) << f.Bits() {
		mark := " "
		if f.subnormal(code) {
			mark = "*"
		}
		fmt.Fprintf(b, "%s,%s,%s\n", f.hex(code), hexadecimal(f.Decode(code)), mark)
	}
	return b.Flush()
}

// hexadecimal writes a number exactly, in the form 0x1.8p+01.
func hexadecimal(n exact.Number) string {
	sign := ""
	if n.Negative {
		sign = "-"
	}
	switch {
	case n.Kind == exact.NaN:
		return "NaN"
	case n.Kind == exact.Infinite:
		return sign + "Inf"
	case n.IsZero():
		return sign + "0x0p+0"
	}
	x := new(big.Float).SetMantExp(new(big.Float).SetInt(n.Int), n.Exp)
	return sign + x.Text('x', -1)
}
