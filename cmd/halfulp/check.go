package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/internal/progress"
)

// checkCommand is "halfulp check".
type checkCommand struct {
	operationFlags
	Vectors     bool          `help:"The arguments are files of vectors, each checked by itself. -op, -format and -mode are for those without a header."`
	Binary      bool          `help:"The program reads and writes little-endian words instead of lines."`
	Flags       bool          `help:"With -binary: a byte of flags follows each result."`
	Timeout     time.Duration `default:"10s" placeholder:"T" help:"End a program that neither reads nor writes for so long. Default: 10s."`
	Count       int64         `placeholder:"N" help:"At most so many cases of each operation; of files all, of programs 1048576 unless N says otherwise."`
	Seed        uint64        `placeholder:"S" help:"Draw other cases."`
	Strict      bool          `help:"Compare what standards leave open, too: the codes of NaNs, the integers of invalid conversions."`
	IgnoreFlags bool          `help:"Do not compare flags."`
	JSON        bool          `name:"json" help:"Print JSON."`
	Subject     []string      `arg:"" optional:"" help:"Behind --: the program under check and its arguments. In these, {op}, {format} and {mode} stand for what is checked; the program finds the same in HALFULP_OP, HALFULP_FORMAT and HALFULP_MODE. With -vectors: the files."`
}

// errDisagree is what a check ends with that went well but for the implementation.
var errDisagree = errors.New("the implementation under check is wrong")

// verdict is the outcome of one check; it is the JSON that is printed.
type verdict struct {
	File   string       `json:"file,omitempty"`
	Report *fuzz.Report `json:"report,omitempty"`
	Error  string       `json:"error,omitempty"`

	err error
}

// checked is something to check: a file, or a program in one operation.
type checked struct {
	file string
	open func() (fuzz.Subject, fuzz.Operation, func() error, error)
}

// Run implements the command.
func (c checkCommand) Run(s streams) error {
	subjects, err := c.subjects()
	if err != nil {
		return usageError{err}
	}
	ctx := context.Background()
	line := progress.New(s.err)
	var verdicts []verdict
	for i, subject := range subjects {
		v := c.run(ctx, subject, line, fmt.Sprintf("%d/%d ", i+1, len(subjects)))
		verdicts = append(verdicts, v)
		if v.err != nil && !c.Vectors {
			break // whoever cannot answer one operation is not asked the next
		}
	}
	line.Clear()
	print := writeVerdicts
	if c.JSON {
		print = writeVerdictsJSON
	}
	if err := print(s.out, verdicts); err != nil {
		return err
	}
	return failure(verdicts)
}

// failure is the error of all checks together: that one could not be made, or that
// something is wrong.
func failure(verdicts []verdict) error {
	var first error
	failed, wrong := 0, 0
	for _, v := range verdicts {
		switch {
		case v.err != nil:
			failed++
			if first == nil {
				first = v.err
			}
		case !v.Report.OK():
			wrong++
		}
	}
	switch {
	case failed > 1:
		return fmt.Errorf("%d of %d checks could not be made, the first: %w", failed, len(verdicts), first)
	case failed == 1:
		return first
	case wrong > 0 && len(verdicts) == 1:
		return errDisagree
	case wrong > 0:
		return fmt.Errorf("%w in %d of %d checks", errDisagree, wrong, len(verdicts))
	}
	return nil
}

// subjects returns what is to be checked, in order.
func (c checkCommand) subjects() ([]checked, error) {
	switch {
	case len(c.Subject) == 0 && c.Vectors:
		return nil, errors.New("no files; as in: halfulp check -vectors FILE1 FILE2")
	case len(c.Subject) == 0:
		return nil, errors.New("no program; as in: halfulp check -op add -format e5m2 -- ./their-fpu; or: halfulp check -vectors FILE1 FILE2")
	case c.Flags && !c.Binary:
		return nil, errors.New("-flags is for -binary: lines show whether there are flags")
	case c.Timeout <= 0 || c.Count < 0:
		return nil, errors.New("-timeout is more than 0, -count no less")
	}
	var ops []fuzz.Operation
	if !c.Vectors || len(c.Op) > 0 || c.Format != "" {
		var err error
		if ops, err = c.operations(); err != nil {
			return nil, err
		}
	}
	var all []checked
	if !c.Vectors {
		for _, op := range ops {
			all = append(all, checked{open: func() (fuzz.Subject, fuzz.Operation, func() error, error) {
				return c.program(op), op, func() error { return nil }, nil
			}})
		}
		return all, nil
	}
	if len(ops) > 1 {
		return nil, errors.New("a file of vectors is of one operation in one mode")
	}
	var op fuzz.Operation
	if len(ops) == 1 {
		op = ops[0]
	}
	for _, file := range c.Subject {
		all = append(all, checked{file, func() (fuzz.Subject, fuzz.Operation, func() error, error) {
			v, err := fuzz.OpenVectors(file, op)
			if err != nil {
				return nil, fuzz.Operation{}, nil, err
			}
			return v, v.Operation, v.Close, nil
		}})
	}
	return all, nil
}

// program is the program under check, told what is asked of it.
func (c checkCommand) program(op fuzz.Operation) *fuzz.Program {
	told := [...]struct{ mark, variable, value string }{
		{"{op}", "HALFULP_OP", op.Operator.Name()},
		{"{format}", "HALFULP_FORMAT", op.Result.Name()},
		{"{mode}", "HALFULP_MODE", op.Context.Mode.String()},
	}
	p := &fuzz.Program{Env: os.Environ(), Binary: c.Binary, Flags: c.Flags, Timeout: c.Timeout}
	var pairs []string
	for _, t := range told {
		pairs = append(pairs, t.mark, t.value)
		p.Env = append(p.Env, t.variable+"="+t.value)
	}
	for _, arg := range c.Subject {
		p.Command = append(p.Command, strings.NewReplacer(pairs...).Replace(arg))
	}
	return p
}

// run runs one check.
func (c checkCommand) run(ctx context.Context, s checked, line *progress.Line, count string) verdict {
	v := verdict{File: s.file}
	impl, op, closing, err := s.open()
	if err == nil {
		line.Begin(count + op.String())
		start := time.Now()
		total := int(c.Count)
		if s.file == "" && total == 0 {
			total = fuzz.DefaultCount
		}
		v.Report, err = fuzz.Check(ctx, impl, op, fuzz.Options{Seed: c.Seed, Count: c.Count, Strict: c.Strict, IgnoreFlags: c.IgnoreFlags,
			Progress: func(checked, failed int64) {
				line.At(int(checked), max(total, int(checked)), perSecond(checked, start, "cases"), wrongSoFar(failed))
			}})
		err = errors.Join(err, closing())
	}
	if err != nil {
		v.err, v.Error = err, err.Error()
	}
	return v
}

func wrongSoFar(failed int64) string {
	if failed == 0 {
		return ""
	}
	return strconv.FormatInt(failed, 10) + " wrong"
}

// writeVerdictsJSON prints all checks as one object.
func writeVerdictsJSON(w io.Writer, verdicts []verdict) error {
	ok := len(verdicts) > 0
	for _, v := range verdicts {
		ok = ok && v.err == nil && v.Report.OK()
	}
	return writeJSON(w, struct {
		OK     bool      `json:"ok"`
		Checks []verdict `json:"checks"`
	}{ok, verdicts})
}

// writeVerdicts prints a table of all checks, where there are several, and what is
// wrong, check by check.
func writeVerdicts(w io.Writer, verdicts []verdict) error {
	if len(verdicts) > 1 {
		if err := verdictTable(verdicts).write(w); err != nil {
			return err
		}
	}
	for _, v := range verdicts {
		if v.Report == nil || len(verdicts) > 1 && v.Report.OK() {
			continue
		}
		if len(verdicts) > 1 {
			fmt.Fprintln(w)
		}
		if v.File != "" {
			fmt.Fprintf(w, "%s: ", v.File)
		}
		if err := v.Report.WriteText(w); err != nil {
			return err
		}
	}
	return nil
}

// verdictTable has a line for each check.
func verdictTable(verdicts []verdict) *table {
	t := &table{header: []string{"", "operation", "cases", "wrong", "found"}, right: []bool{false, false, true, true, false}}
	files := verdicts[0].File != ""
	if files {
		t.header, t.right = append([]string{"", "file"}, t.header[1:]...), append([]bool{false}, t.right...)
	}
	for _, v := range verdicts {
		mark, operation, cases, wrong, found := "ok", "", "", "", ""
		if r := v.Report; r != nil {
			operation, cases, wrong = r.Operation.String(), strconv.FormatInt(r.Checked, 10), strconv.FormatInt(r.Failed, 10)
			if r.Exhaustive {
				cases = "all " + cases
			}
			for _, f := range r.Findings {
				if s := f.Class.String(); !strings.Contains(found, s) {
					found = strings.TrimPrefix(found+", "+s, ", ")
				}
			}
			if !r.OK() {
				mark = "FAIL"
			}
		}
		if v.err != nil {
			mark, found = "error", v.Error
			if _, reason, ok := strings.Cut(v.Error, v.File+": "); ok && v.File != "" {
				found = reason
			}
		}
		row := []string{mark, operation, cases, wrong, found}
		if files {
			row = append([]string{mark, v.File}, row[1:]...)
		}
		t.add(row...)
	}
	return t
}
