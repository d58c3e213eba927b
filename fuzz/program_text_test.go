package fuzz

import (
	"bufio"
	"errors"
	"strings"
	"testing"
)

// FuzzAnswers reads what a program under check wrote.
func FuzzAnswers(f *testing.F) {
	for _, s := range []string{"38 38 40 00\n38 01 38 01\n", "40\n38\n", "40 00\n38 01\n", "# nothing\n", "0x38 38 40\n", "38 38 40 00 00\n", "zz\n", "\r\n40\r\n38"} {
		f.Add(s)
	}
	op := Add.In(float(f, "e4m3fn"))
	cases := []Case{{0x38, 0x38}, {0x38, 0x01}}
	unaryOp := Neg.In(float(f, "e4m3fn"))
	f.Fuzz(func(t *testing.T, text string) {
		for _, op := range []Operation{op, unaryOp} {
			answers := make([]Answer, len(cases))
			err := readText(bufio.NewReader(strings.NewReader(text)), op, cases, answers)
			if ended := (*endedError)(nil); err == nil || errors.As(err, &ended) {
				for _, a := range answers {
					if a.Flags > maxFlags {
						t.Fatalf("%q: %v", text, answers)
					}
				}
			} else if len(err.Error()) > 600 {
				t.Fatalf("%q: an error of %d bytes", text, len(err.Error()))
			}
		}
	})
}
