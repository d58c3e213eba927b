package fuzz

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
)

// VectorOptions say what [WriteVectors] writes.
type VectorOptions struct {
	Cases iter.Seq[Case] // nil: as Check would run them
	Seed  uint64
	Count int64 // at most so many cases, 0 as in Options

	Flags bool // a column of the exceptions raised
	JSON  bool

	Source   string // what the header calls the source; empty: this package
	Progress func(written int64)
}

// WriteVectors writes cases with the correct results of an operation: lines in
// TestFloat's manner behind a header that ReadVectors reads, or a JSON object of
// the header's entries and "cases", a list of lists of the same hexadecimal
// numbers. The same operation and options give the same bytes.
func WriteVectors(w io.Writer, op Operation, o VectorOptions) error {
	if err := op.Validate(); err != nil {
		return err
	}
	cases, count := casesOf(op, Options{Cases: o.Cases, Seed: o.Seed, Count: o.Count})
	source := o.Source
	if source == "" {
		source = "halfulp, package fuzz"
	}
	header := append([][2]string{{"source", source}}, headerOf(op)...)
	if o.Cases == nil {
		header = append(header, [2]string{"seed", fmt.Sprint(o.Seed)})
	}
	b := bufio.NewWriterSize(w, 1<<16)
	j := newJudge(op, Options{})
	formats := op.Formats()
	line := make([]byte, 0, 256)
	for i, h := range header {
		if !o.JSON {
			fmt.Fprintf(b, "# %s: %s\n", h[0], h[1])
			continue
		}
		begin := ",\n"
		if i == 0 {
			begin = "{\n"
		}
		value, err := json.Marshal(h[1])
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "%s  %q: %s", begin, h[0], value)
	}
	if o.JSON {
		b.WriteString(",\n  \"cases\": [")
	}
	written := int64(0)
	for c := range cases {
		code, flags := j.want(&c)
		line = append(appendCodes(line[:0], formats, &c), appendHex(nil, code, op.Result.digits())...)
		if o.Flags {
			line = appendHex(append(line, ' '), uint64(flags), 2)
		}
		if o.JSON {
			line = quoteAll(line, written == 0)
		} else {
			line = append(line, '\n')
		}
		if _, err := b.Write(line); err != nil {
			return err
		}
		if written++; written == count {
			break
		}
		if o.Progress != nil && written%batchSize == 0 {
			o.Progress(written)
		}
	}
	if o.JSON {
		b.WriteString("\n  ]\n}\n")
	}
	return b.Flush()
}

// quoteAll makes of a line of numbers an element of a list of lists of strings.
func quoteAll(line []byte, first bool) []byte {
	z := []byte(",\n    [\"")
	if first {
		z = z[1:]
	}
	for _, d := range line {
		if d == ' ' {
			z = append(z, '"', ',', '"')
		} else {
			z = append(z, d)
		}
	}
	return append(z, '"', ']')
}
