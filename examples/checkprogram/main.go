// Checkprogram checks the half precision of a C compiler, _Float16: a small C program
// takes operands from its standard input and answers on its standard output, and
// package fuzz asks it. The basic operations are right in every mode, with their flags;
// a fused multiply-add by way of fmaf is not, and the report says why.
//
//	go run ./examples/checkprogram
//
// The program, half/half.c, does the same from the command line:
//
//	cc -O2 -frounding-math -o half examples/checkprogram/half/half.c -lm
//	halfulp check -op add,mul,fma -format binary16 -- ./half {op} {mode}
package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

//go:embed half/half.c
var source []byte

func main() {
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "half")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	program, err := build(dir)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := run(os.Stdout, program, 1<<17); err != nil {
		log.Fatal(err)
	}
}

// build compiles the C program.
func build(dir string) (program string, err error) {
	file := filepath.Join(dir, "half.c")
	if err := os.WriteFile(file, source, 0o600); err != nil {
		return "", err
	}
	compiler := os.Getenv("CC")
	if compiler == "" {
		compiler = "gcc"
	}
	program = filepath.Join(dir, "half")
	if out, err := exec.Command(compiler, "-O2", "-frounding-math", "-o", program, file, "-lm").CombinedOutput(); err != nil {
		return "", fmt.Errorf("no C compiler that has _Float16: %s: %w\n%s", compiler, err, out)
	}
	return program, nil
}

// run checks the program, and writes a line for each check and what is wrong.
func run(w io.Writer, program string, count int64) ([]*fuzz.Report, error) {
	half := fuzz.Float(minifloat.FormatOf[minifloat.Float16]())
	var reports []*fuzz.Report
	for _, op := range []*fuzz.Operator{fuzz.Add, fuzz.Sub, fuzz.Mul, fuzz.Quo, fuzz.Sqrt, fuzz.FMA} {
		for _, mode := range []rounding.Mode{rounding.ToNearestEven, rounding.ToZero, rounding.ToNegativeInf, rounding.ToPositiveInf} {
			subject := &fuzz.Program{Command: []string{program, op.Name(), mode.String()}}
			r, err := fuzz.Check(context.Background(), subject, op.In(half).With(fuzz.Context{Mode: mode}), fuzz.Options{Count: count})
			if err != nil {
				return nil, err
			}
			reports = append(reports, r)
		}
	}
	if err := fuzz.WriteSummary(w, reports); err != nil {
		return nil, err
	}
	for _, r := range reports {
		if !r.OK() && r.Operation.Context.Mode == rounding.ToNearestEven {
			fmt.Fprintln(w)
			if err := r.WriteText(w); err != nil {
				return nil, err
			}
		}
	}
	return reports, nil
}
