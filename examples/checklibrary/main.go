// Checklibrary checks a Go library, github.com/x448/float16, which converts numbers
// and leaves arithmetic to float32. Package fuzz asks it as functions of Go's types: the
// conversions are right, and so is one operation in float32 between them, as 24 bits are
// enough for two roundings to be one. Two operations are not one fused multiply-add.
//
//	go run ./examples/checklibrary
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"
	"os"

	"github.com/x448/float16"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
)

func main() {
	log.SetFlags(0)
	if _, err := run(os.Stdout, 1<<18); err != nil {
		log.Fatal(err)
	}
}

// run checks the library, and writes a line for each operation and what is wrong.
func run(w io.Writer, count int64) ([]*fuzz.Report, error) {
	half, single := fuzz.Float(minifloat.FormatOf[minifloat.Float16]()), fuzz.Float(minifloat.FormatOf[minifloat.Float32]())
	wide := func(code uint16) float32 { return float16.Frombits(code).Float32() }
	code := func(x float32) uint16 { return float16.Fromfloat32(x).Bits() }
	var reports []*fuzz.Report
	for _, check := range []struct {
		op      fuzz.Operation
		library fuzz.Subject
	}{
		{fuzz.Convert.In(single).To(half), fuzz.Unary(code)},
		{fuzz.Convert.In(half).To(single), fuzz.Unary(wide)},
		{fuzz.Add.In(half), fuzz.Binary(func(x, y uint16) uint16 { return code(wide(x) + wide(y)) })},
		{fuzz.Sub.In(half), fuzz.Binary(func(x, y uint16) uint16 { return code(wide(x) - wide(y)) })},
		{fuzz.Mul.In(half), fuzz.Binary(func(x, y uint16) uint16 { return code(wide(x) * wide(y)) })},
		{fuzz.Quo.In(half), fuzz.Binary(func(x, y uint16) uint16 { return code(wide(x) / wide(y)) })},
		{fuzz.Sqrt.In(half), fuzz.Unary(func(x uint16) uint16 { return code(float32(math.Sqrt(float64(wide(x))))) })},
		{fuzz.Lt.In(half), fuzz.Binary(func(x, y uint16) bool { return wide(x) < wide(y) })},
		{fuzz.FMA.In(half), fuzz.Ternary(func(x, y, z uint16) uint16 { return code(float32(wide(x)*wide(y)) + wide(z)) })},
	} {
		r, err := fuzz.Check(context.Background(), check.library, check.op, fuzz.Options{Count: count})
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	if err := fuzz.WriteSummary(w, reports); err != nil {
		return nil, err
	}
	for _, r := range reports {
		if !r.OK() {
			fmt.Fprintln(w)
			if err := r.WriteText(w); err != nil {
				return nil, err
			}
		}
	}
	return reports, nil
}
