package fuzz

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Vectors is a file of cases with their answers as a Subject: [Check] takes the
// cases from it, so that it judges the file. It is read once, line by line.
//
// Three kinds of files are told apart by their beginning; each may be compressed
// with gzip:
//
//   - text: TestFloat's lines, operands, result and flags in hexadecimal, the flags
//     or not, behind header lines that begin with #. The header is that of
//     [WriteVectors] or one in the manner of "# op: f16_mulAdd", "# format:",
//     "# mode:", as the vectors of several sources are kept; without one, what
//     testfloat_gen writes, the operation is that given to [ReadVectors];
//   - JSON, an object as WriteVectors writes it;
//   - a value table of IEEE P3109: lines of code, value, and a mark of subnormal
//     values, which is read over. The format is that of the file's name.
type Vectors struct {
	Operation Operation
	Source    string // where the answers come from, if the header says so

	name    string
	read    func(c *Case, a *Answer) error // io.EOF at the end
	answers []Answer                       // of the cases read and not yet judged
	err     error
	file    io.Closer
}

// ErrVectors is wrapped by the errors of files that are no vectors.
var ErrVectors = errors.New("fuzz: vectors")

// OpenVectors opens a file as [ReadVectors] reads it. Close closes it.
func OpenVectors(path string, op Operation) (*Vectors, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	v, err := ReadVectors(f, path, op)
	if err != nil {
		f.Close()
		return nil, err
	}
	v.file = f
	return v, nil
}

// ReadVectors reads the header of vectors; name is what errors call them. The
// operation is that of a file without one of its own; the zero Operation if every
// file should say itself.
func ReadVectors(r io.Reader, name string, op Operation) (*Vectors, error) {
	v := &Vectors{Operation: op, name: name}
	in := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := in.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, v.fail(0, err)
		}
		in = bufio.NewReaderSize(z, 1<<16)
	}
	start, _ := in.Peek(64)
	var err error
	switch {
	case len(start) > 0 && start[0] == '{':
		err = v.openJSON(in)
	case bytes.HasPrefix(start, []byte("codepoint,")):
		err = v.openTable(in)
	default:
		err = v.openText(in)
	}
	if err != nil {
		return nil, err
	}
	if err := v.Operation.Validate(); err != nil {
		if v.Operation.Operator == nil {
			err = errors.New("no header says which operation these are of")
		}
		return nil, v.fail(0, err)
	}
	return v, nil
}

// Close closes the file of OpenVectors.
func (v *Vectors) Close() error {
	if v.file == nil {
		return nil
	}
	return v.file.Close()
}

// fail says what is wrong with the file.
func (v *Vectors) fail(line int64, err error) error {
	if line > 0 {
		return fmt.Errorf("%w: %s, line %d: %w", ErrVectors, v.name, line, err)
	}
	return fmt.Errorf("%w: %s: %w", ErrVectors, v.name, err)
}

// base is the file's name without what its kind adds.
func (v *Vectors) base() string {
	s := strings.TrimSuffix(filepath.Base(v.name), ".gz")
	return strings.TrimSuffix(s, filepath.Ext(s))
}

func (v *Vectors) cases(yield func(Case) bool) {
	for {
		var c Case
		var a Answer
		if err := v.read(&c, &a); err != nil {
			if !errors.Is(err, io.EOF) {
				v.err = err
			}
			return
		}
		v.answers = append(v.answers, a)
		if !yield(c) {
			return
		}
	}
}

func (v *Vectors) failed() error { return v.err }

// Answer returns the answers of the cases read from the file.
func (v *Vectors) Answer(ctx context.Context, op Operation, cases []Case, answers []Answer) error {
	if len(v.answers) < len(cases) {
		return fmt.Errorf("%w: %s: has no other cases than its own", ErrVectors, v.name)
	}
	copy(answers, v.answers[:len(cases)])
	v.answers = v.answers[:copy(v.answers, v.answers[len(cases):])]
	return ctx.Err()
}

// accept checks that the codes of a case have no more bits than their formats.
func (op Operation) accept(c *Case) error {
	for i, f := range op.Formats() {
		if !f.has(c[i]) {
			return fmt.Errorf("operand %d is %#x, %v has %d bits", i+1, c[i], f, f.Bits())
		}
	}
	return nil
}
