package fuzz

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/rounding"
)

// maxHeader bounds the header lines of a file.
const maxHeader = 100

// openText reads the header of a file of lines.
func (v *Vectors) openText(r *bufio.Reader) error {
	in := &lines{r: r}
	header := map[string]string{}
	for {
		if start, _ := r.Peek(1); len(start) == 0 || start[0] != '#' {
			break
		}
		line, err := in.next()
		if err != nil || len(header) == maxHeader {
			return v.fail(in.number, errors.New("no header of a hundred lines of at most 4096 bytes"))
		}
		key, value, found := strings.Cut(string(bytes.TrimLeft(line, "# ")), ":")
		if found {
			header[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	if len(header) > 0 {
		v.Source = header["source"]
		var err error
		if _, ours := header["operands"]; ours {
			v.Operation, err = operationOf(header)
		} else {
			v.Operation, err = foreignOperation(header)
		}
		if err != nil {
			return v.fail(0, err)
		}
	}
	v.read = func(c *Case, a *Answer) error { return v.readLine(in, c, a) }
	return nil
}

func (v *Vectors) readLine(in *lines, c *Case, a *Answer) error {
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			return err
		}
		if err != nil {
			return v.fail(in.number, err)
		}
		var numbers [MaxOperands + 3]uint64
		n, err := fields(line, &numbers)
		if err != nil {
			return v.fail(in.number, fmt.Errorf("%s: %w", quoted(line), err))
		}
		if n == 0 {
			continue
		}
		if err := v.record(numbers[:n], c, a); err != nil {
			return v.fail(in.number, fmt.Errorf("%s: %w", quoted(line), err))
		}
		return nil
	}
}

// record takes the numbers of one case apart: operands, result and, perhaps, flags.
func (v *Vectors) record(numbers []uint64, c *Case, a *Answer) error {
	arity := len(v.Operation.Operands)
	if v.Operation.Context.RandomBits > 0 {
		arity++
	}
	if len(numbers) != arity+1 && len(numbers) != arity+2 {
		return fmt.Errorf("%s, where %s has %s, the result and perhaps flags", plural(int64(len(numbers)), "number"),
			v.Operation.Operator.name, plural(int64(arity), "operand"))
	}
	copy(c[:], numbers[:arity])
	if err := v.Operation.accept(c); err != nil {
		return err
	}
	a.Code = numbers[arity]
	if len(numbers) == arity+2 {
		if numbers[arity+1] > maxFlags {
			return fmt.Errorf("flags beyond %x", maxFlags)
		}
		a.Flags, a.HasFlags = rounding.Flags(numbers[arity+1]), true
	}
	return nil
}

// headerOf describes an operation in the words of a header. The order is that of
// the lines.
func headerOf(op Operation) [][2]string {
	var operands []string
	for _, f := range op.Operands {
		operands = append(operands, f.name)
	}
	h := [][2]string{
		{"op", op.Operator.name}, {"operands", strings.Join(operands, " ")}, {"result", op.Result.name},
		{"mode", op.Context.Mode.String()}, {"saturation", op.Context.Saturation.String()}, {"tininess", op.Context.Tininess.String()},
		{"nan", op.Context.NaN.String()}, {"overflow", op.Context.Overflow.String()},
	}
	if op.Context.Subnormals != rounding.GradualUnderflow {
		h = append(h, [2]string{"subnormals", op.Context.Subnormals.String()})
	}
	if op.Context.RandomBits > 0 {
		h = append(h, [2]string{"random bits", strconv.Itoa(op.Context.RandomBits)})
	}
	return h
}

// operationOf reads what headerOf describes.
func operationOf(h map[string]string) (op Operation, err error) {
	if op.Operator, err = ParseOperator(h["op"]); err != nil {
		return op, err
	}
	for _, name := range strings.Fields(h["operands"]) {
		f, err := ParseFormat(name)
		if err != nil {
			return op, err
		}
		op.Operands = append(op.Operands, f)
	}
	if op.Result, err = ParseFormat(h["result"]); err != nil {
		return op, err
	}
	c := &op.Context
	if c.Mode, err = rounding.ParseMode(h["mode"]); err != nil {
		return op, err
	}
	known := true
	find := func(key string, values ...fmt.Stringer) int {
		if h[key] == "" {
			return 0
		}
		for i, value := range values {
			if strings.EqualFold(value.String(), h[key]) {
				return i
			}
		}
		known = false
		err = fmt.Errorf("unknown %s %q", key, h[key])
		return 0
	}
	c.Saturation = rounding.Saturation(find("saturation", stringers(rounding.Saturations())...))
	c.Tininess = rounding.Tininess(find("tininess", rounding.AfterRounding, rounding.BeforeRounding))
	c.NaN = rounding.NaN(find("nan", stringers(rounding.NaNs())...))
	c.Subnormals = rounding.Subnormals(find("subnormals", rounding.GradualUnderflow, rounding.FlushToZero, rounding.DenormalsAreZero, bothFlushed))
	c.Overflow = fixedpoint.Overflow(find("overflow", stringers(fixedpoint.Overflows())...))
	if !known {
		return op, err
	}
	if bits := h["random bits"]; bits != "" {
		if c.RandomBits, err = strconv.Atoi(bits); err != nil {
			return op, fmt.Errorf("random bits: %w", err)
		}
	}
	return op, op.Validate()
}

func stringers[T fmt.Stringer](values []T) []fmt.Stringer {
	all := make([]fmt.Stringer, len(values))
	for i, v := range values {
		all[i] = v
	}
	return all
}
