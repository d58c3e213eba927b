package fuzz

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// maxToken bounds what is read of JSON until the next value is complete.
const maxToken = 1 << 20

// bounded fails where more is read than its budget.
type bounded struct {
	r    io.Reader
	left int
}

var errLongToken = fmt.Errorf("a value longer than %d bytes", maxToken)

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongToken
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// openJSON reads the object up to its cases, which come last.
func (v *Vectors) openJSON(r *bufio.Reader) error {
	in := &bounded{r: r, left: maxToken}
	d := json.NewDecoder(in)
	header := map[string]string{}
	if _, err := d.Token(); err != nil {
		return v.fail(0, err)
	}
	for {
		token, err := d.Token()
		if err != nil {
			return v.fail(0, err)
		}
		key, ok := token.(string)
		if !ok {
			return v.fail(0, errors.New(`the object has no "cases"`))
		}
		if key == "cases" {
			break
		}
		var value string
		if err := d.Decode(&value); err != nil {
			return v.fail(0, fmt.Errorf("%q: %w", key, err))
		}
		if len(header) == maxHeader {
			return v.fail(0, errors.New("more than a hundred entries before the cases"))
		}
		header[key] = value
	}
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return v.fail(0, errors.New(`"cases" is no list`))
	}
	v.Source = header["source"]
	op, err := operationOf(header)
	if err != nil {
		return v.fail(0, err)
	}
	v.Operation = op
	number := 0
	v.read = func(c *Case, a *Answer) error {
		in.left = maxToken
		if !d.More() {
			if token, err := d.Token(); err != nil || token != json.Delim(']') {
				return v.fail(0, fmt.Errorf("the cases break off behind number %d", number))
			}
			return io.EOF
		}
		number++
		var texts []string
		if err := d.Decode(&texts); err != nil {
			return v.fail(0, fmt.Errorf("case %d: %w", number, err))
		}
		var numbers []uint64
		for _, s := range texts {
			n, err := strconv.ParseUint(s, 16, 64)
			if err != nil || len(numbers) > MaxOperands+2 {
				return v.fail(0, fmt.Errorf("case %d: %q is no hexadecimal number of 64 bits, or there are too many", number, s))
			}
			numbers = append(numbers, n)
		}
		if err := v.record(numbers, c, a); err != nil {
			return v.fail(0, fmt.Errorf("case %d: %w", number, err))
		}
		return nil
	}
	return nil
}
