package fuzz

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/halfulp/halfulp/rounding"
)

// wordBytes is the length of a code of f in a binary stream.
func (f Format) wordBytes() int {
	n := 1
	for 8*n < f.Bits() {
		n *= 2
	}
	return n
}

// write writes the operands of all cases.
func (p *Program) write(w *bufio.Writer, op Operation, cases []Case) error {
	formats := op.Formats()
	if !p.Binary {
		line := make([]byte, 0, 128)
		for i := range cases {
			line = appendCodes(line[:0], formats, &cases[i])
			line[len(line)-1] = '\n'
			if _, err := w.Write(line); err != nil {
				return err
			}
		}
		return nil
	}
	var word [8]byte
	for i := range cases {
		for k, f := range formats {
			binary.LittleEndian.PutUint64(word[:], cases[i][k])
			if _, err := w.Write(word[:f.wordBytes()]); err != nil {
				return err
			}
		}
	}
	return nil
}

// readBinary reads the answers, and that there are no more.
func (p *Program) readBinary(r *bufio.Reader, op Operation, answers []Answer) error {
	result := op.Result.wordBytes()
	size := result
	if p.Flags {
		size++
	}
	var word [9]byte
	for i := range answers {
		clear(word[:])
		if n, err := io.ReadFull(r, word[:size]); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return &endedError{fmt.Sprintf("%s of %s each and %s to %s",
					plural(int64(i), "answer"), plural(int64(size), "byte"), plural(int64(n), "byte"), plural(int64(len(answers)), "case"))}
			}
			return err
		}
		answers[i] = Answer{}
		if p.Flags {
			answers[i].HasFlags, answers[i].Flags = true, rounding.Flags(word[result])
			word[result] = 0
		}
		answers[i].Code = binary.LittleEndian.Uint64(word[:8])
	}
	if n, _ := io.CopyN(io.Discard, r, 1); n > 0 {
		return fmt.Errorf("more than %s of %s each", plural(int64(len(answers)), "answer"), plural(int64(size), "byte"))
	}
	return nil
}
