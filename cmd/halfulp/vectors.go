package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/internal/progress"
)

// vectorsCommand is "halfulp vectors".
type vectorsCommand struct {
	operationFlags
	Flags  bool   `help:"Also write the exceptions raised, in TestFloat's bits: 01 inexact, 02 underflow, 04 overflow, 08 division by zero, 10 invalid."`
	Count  int64  `default:"65536" placeholder:"N" help:"At most so many cases; all, where the operands have no more combinations. Default: 65536."`
	Seed   uint64 `placeholder:"S" help:"Draw other cases. The same seed gives the same file."`
	Table  bool   `help:"Write the values of all codes of -format, as the value tables of IEEE P3109 have them."`
	Output string `short:"o" placeholder:"FILE" help:"Write to this file instead of standard output."`
	JSON   bool   `name:"json" help:"Write JSON."`
}

// Run implements the command.
func (c vectorsCommand) Run(s streams) error {
	if c.Count <= 0 {
		return usageError{fmt.Errorf("-count %d: a number of cases is at least 1", c.Count)}
	}
	write := c.table
	if !c.Table {
		ops, err := c.operations()
		if err != nil {
			return usageError{err}
		}
		if len(ops) != 1 {
			return usageError{errors.New("a file of vectors is of one operation in one mode")}
		}
		write = func(w io.Writer) error { return c.vectors(w, ops[0], s) }
	} else if len(c.Op) > 0 || c.JSON || c.Flags {
		return usageError{errors.New("-table writes values: it has no operation, no flags and no JSON")}
	} else if _, err := fuzz.ParseFormat(c.Format); err != nil {
		return usageError{fmt.Errorf("-format: %w", err)}
	}
	if c.Output == "" {
		return write(s.out)
	}
	return writeWholeBy(c.Output, write)
}

func (c vectorsCommand) table(w io.Writer) error {
	f, err := fuzz.ParseFormat(c.Format)
	if err != nil {
		return err
	}
	return fuzz.WriteTable(w, f)
}

func (c vectorsCommand) vectors(w io.Writer, op fuzz.Operation, s streams) error {
	line := progress.New(s.err)
	line.Begin(op.String())
	defer line.Clear()
	start := time.Now()
	return fuzz.WriteVectors(w, op, fuzz.VectorOptions{Seed: c.Seed, Count: c.Count, Flags: c.Flags, JSON: c.JSON,
		Progress: func(written int64) { line.At(int(written), int(c.Count), perSecond(written, start, "lines")) }})
}

// perSecond says how fast something goes.
func perSecond(n int64, start time.Time, what string) string {
	if spent := time.Since(start).Seconds(); spent > 0.2 {
		return fmt.Sprintf("%.3g million %s per second", float64(n)/spent/1e6, what)
	}
	return ""
}
