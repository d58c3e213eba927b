package fuzz_test

import (
	"context"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
)

// BenchmarkCheck runs cases through Check against Go functions that cost next to
// nothing: table lookups of 8 bits, and binary16 of package minifloat. Cases per
// second are what is asked for: 5 million of 8 bits, 1 million of 16.
func BenchmarkCheck(b *testing.B) {
	for _, bench := range []struct {
		operator *fuzz.Operator
		format   string
		count    int64
	}{
		{fuzz.Add, "e4m3fn", 0}, {fuzz.Mul, "e4m3fn", 0}, {fuzz.Quo, "e5m2", 0}, {fuzz.Add, "e5m2", 0},
		{fuzz.Add, "binary16", 1 << 18}, {fuzz.Mul, "binary16", 1 << 18}, {fuzz.FMA, "binary16", 1 << 18}, {fuzz.Quo, "binary16", 1 << 18}, {fuzz.Add, "bfloat16", 1 << 18},
	} {
		b.Run(bench.operator.Name()+"/"+bench.format, func(b *testing.B) {
			f := parse(b, bench.format)
			op := bench.operator.In(fuzz.Float(f))
			s := fuzz.Subject(ours(f, op))
			if f.Bits() == 8 {
				s = table(op)
			}
			cases := int64(0)
			for b.Loop() {
				r, err := fuzz.Check(context.Background(), s, op, fuzz.Options{Count: bench.count})
				if err != nil || !r.OK() {
					b.Fatal(r, err)
				}
				cases += r.Checked
			}
			b.ReportMetric(float64(cases)/b.Elapsed().Seconds()/1e6, "Mcases/s")
		})
	}
}

// table is a correct implementation of 8 bits.
func table(op fuzz.Operation) fuzz.Subject {
	var t [1 << 16]uint8
	for c := range fuzz.All(op) {
		code, _ := op.Want(c)
		t[c[0]<<8|c[1]] = uint8(code)
	}
	return fuzz.Binary(func(x, y uint8) uint8 { return t[uint16(x)<<8|uint16(y)] })
}

// BenchmarkCases draws cases, a third of them constructed.
func BenchmarkCases(b *testing.B) {
	for _, operator := range []*fuzz.Operator{fuzz.Add, fuzz.Mul, fuzz.Quo, fuzz.FMA, fuzz.Sqrt} {
		b.Run(operator.Name(), func(b *testing.B) {
			next := fuzz.Cases(operator.In(fuzz.Float(parse(b, "binary16"))), 1)
			sum := uint64(0)
			for b.Loop() {
				n := 0
				for c := range next {
					sum += c[0]
					if n++; n == 1<<14 {
						break
					}
				}
			}
			b.ReportMetric(float64(b.N)*(1<<14)/b.Elapsed().Seconds()/1e6, "Mcases/s")
		})
	}
}

// BenchmarkProgram runs cases through a pipe to a Go program that adds in package
// minifloat, in lines and in words.
func BenchmarkProgram(b *testing.B) {
	for _, name := range []string{"lines", "lines with operands", "words"} {
		b.Run(name, func(b *testing.B) {
			p := program(map[string]string{"lines": "result and flags", "lines with operands": "all", "words": "binary flags"}[name])
			p.Binary, p.Flags = name == "words", name == "words"
			op := fuzz.Add.In(fuzz.Float(minifloat.MustFormat(4, 3, minifloat.FNFamily)))
			cases := func(yield func(fuzz.Case) bool) {
				for range 4 {
					for c := range fuzz.All(op) {
						if !yield(c) {
							return
						}
					}
				}
			}
			lines := int64(0)
			for b.Loop() {
				r, err := fuzz.Check(context.Background(), p, op, fuzz.Options{Cases: cases})
				if err != nil || !r.OK() {
					b.Fatal(r, err)
				}
				lines += r.Checked
			}
			b.ReportMetric(float64(lines)/b.Elapsed().Seconds()/1e3, "klines/s")
		})
	}
}
