package fuzz

import (
	"context"
	"testing"
)

// Native fuzzes an implementation with Go's own engine, which mutates operands by
// what code they reach: call it from a func FuzzX(f *testing.F). The seeds are 64
// cases of [Cases]; what fails is written to testdata/fuzz by the engine, as ever.
func Native(f *testing.F, s Subject, op Operation) {
	f.Helper()
	if err := op.Validate(); err != nil {
		f.Fatal(err)
	}
	n := 0
	for c := range Cases(op, 1) {
		if n++; n > 64 {
			break
		}
		f.Add(c[0], c[1], c[2], c[3], c[4])
	}
	formats := op.Formats()
	f.Fuzz(func(t *testing.T, x, y, z, v, w uint64) {
		c := Case{x, y, z, v, w}
		for i := range c {
			if i < len(formats) {
				c[i] &= formats[i].mask()
			} else {
				c[i] = 0
			}
		}
		r, err := Check(context.Background(), s, op, Options{Cases: func(yield func(Case) bool) { yield(c) }})
		if err != nil {
			t.Fatal(err)
		}
		if !r.OK() {
			t.Error(r)
		}
	})
}
