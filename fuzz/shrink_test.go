package fuzz_test

import (
	"math/bits"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
)

// A faulty answer to some operands is shrunk to the simplest such operands, from
// wherever it was met, and stays of its kind.
func TestShrinks(t *testing.T) {
	op := fuzz.Add.In(fuzz.Float(parse(t, "binary32")))
	right := ours(parse(t, "binary32"), op)
	r := check(t, fuzz.Func(func(c fuzz.Case) fuzz.Answer {
		z := right(c)
		if c[0]&0x12 == 0x12 && bits.OnesCount64(c[1]&0x7fffff) >= 3 && c[1]>>23&0xff >= 130 {
			z.Code ^= 1
		}
		return z
	}), op, fuzz.Options{Count: 20000})
	if r.OK() {
		t.Fatal(r)
	}
	for i, x := range r.Findings {
		s := x.Simplest.Operands
		if s[0]&0x12 != 0x12 || bits.OnesCount64(s[1]&0x7fffff) < 3 || s[1]>>23&0xff < 130 || x.Simplest.Got.Code^x.Simplest.Want.Code != 1 {
			t.Errorf("%d: not of the fault: %v", i, r)
		}
	}
	if s := r.Findings[0].Simplest.Operands; s[0] != 127<<23|0x12 || bits.OnesCount64(s[1]&0x7fffff) != 3 || s[1]>>23 != 130 {
		t.Errorf("not the simplest: %v", r)
	}
}
