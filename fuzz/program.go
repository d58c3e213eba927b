package fuzz

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Program is a program as a Subject: it reads the operands of one case after
// another from its standard input, to the end, and answers each on its standard
// output. It need not flush: it is started anew for every 262144 cases, and its
// input ends behind them.
//
// A case is a line of the operands' codes in hexadecimal, with all their digits, as
// Berkeley TestFloat writes them. An answer is a line, too:
//
//	38 3c 42 01   the operands again, the result, the flags: as testfloat_ver reads it
//	38 3c 42      the same without flags
//	42 01         the result and the flags
//	42            the result
//
// All lines of a program have the same form. Digits may be of either case and with
// or without 0x; empty lines and those that begin with # are skipped. With Binary,
// operands and results are little-endian words of 1, 2, 4 or 8 bytes, the fewest
// that hold the format, without anything between; with Flags a byte of flags follows
// each result.
type Program struct {
	Command []string // the program and its arguments
	Env     []string // as in os/exec
	Dir     string   // as in os/exec

	Binary bool
	Flags  bool // of Binary

	// Timeout ends a program that neither reads nor writes for so long; 0 means 10
	// seconds.
	Timeout time.Duration
}

// ErrProgram is wrapped by the errors of a Program that answers wrongly or not at
// all.
var ErrProgram = errors.New("fuzz: program under check")

const (
	programBatch   = 1 << 18
	maxLine        = 1 << 12
	programTimeout = 10 * time.Second
)

func (p *Program) batch() int { return programBatch }

// Answer starts the program, writes the cases and reads the answers.
func (p *Program) Answer(outer context.Context, op Operation, cases []Case, answers []Answer) error {
	if len(p.Command) == 0 {
		return fmt.Errorf("%w: no command", ErrProgram)
	}
	ctx, cancel := context.WithCancelCause(outer)
	defer cancel(nil)
	timeout := p.Timeout
	if timeout == 0 {
		timeout = programTimeout
	}
	idle := fmt.Errorf("neither reads nor writes for %v", timeout)
	watch := time.AfterFunc(timeout, func() { cancel(idle) })
	defer watch.Stop()

	cmd := exec.CommandContext(ctx, p.Command[0], p.Command[1:]...)
	cmd.Env, cmd.Dir, cmd.WaitDelay = p.Env, p.Dir, time.Second
	stderr := &tail{}
	cmd.Stderr = stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return p.fail(err, stderr)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return p.fail(err, stderr)
	}
	if err := cmd.Start(); err != nil {
		return p.fail(err, stderr)
	}
	// A child of the program may hold the pipes open when that is gone.
	stop := context.AfterFunc(ctx, func() {
		in.Close()
		out.Close()
	})
	defer stop()
	var writing sync.WaitGroup
	writing.Go(func() {
		defer in.Close()
		w := bufio.NewWriterSize(&watched{w: in, watch: watch, timeout: timeout}, 1<<16)
		p.write(w, op, cases) // an error shows in the answers
		w.Flush()
	})
	r := bufio.NewReaderSize(&watched{r: out, watch: watch, timeout: timeout}, 1<<16)
	var read error
	if p.Binary {
		read = p.readBinary(r, op, answers)
	} else {
		read = readText(r, op, cases, answers)
	}
	if ended := (*endedError)(nil); read != nil && !errors.As(read, &ended) {
		cancel(nil) // do not wait for a program that goes on
	}
	writing.Wait()
	exit := cmd.Wait()
	switch {
	case errors.Is(context.Cause(ctx), idle):
		return p.fail(idle, stderr)
	case outer.Err() != nil:
		return context.Cause(outer)
	case read != nil:
		if ended := (*endedError)(nil); exit != nil && errors.As(read, &ended) {
			read = fmt.Errorf("%w (%w)", read, exit)
		}
		return p.fail(read, stderr)
	case exit != nil:
		return p.fail(fmt.Errorf("all answers, but %w", exit), stderr)
	}
	return nil
}

// fail says what is wrong with the program, with the end of what it wrote to its
// standard error.
func (p *Program) fail(err error, stderr *tail) error {
	s := stderr.String()
	if s != "" {
		s = "; it wrote: " + s
	}
	return fmt.Errorf("%w: %s: %w%s", ErrProgram, p.Command[0], err, s)
}

// endedError says that the answers end before the cases do.
type endedError struct{ message string }

func (e *endedError) Error() string { return e.message }

// watched puts the alarm off with every read and write.
type watched struct {
	r       io.Reader
	w       io.Writer
	watch   *time.Timer
	timeout time.Duration
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.watch.Reset(w.timeout)
	}
	return n, err
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if n > 0 {
		w.watch.Reset(w.timeout)
	}
	return n, err
}

// tail keeps the last bytes written to it.
type tail struct {
	mu   sync.Mutex
	last []byte
	cut  bool
}

const maxTail = 1 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if n := len(t.last) - maxTail; n > 0 {
		t.last, t.cut = append(t.last[:0], t.last[n:]...), true
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := strings.ToValidUTF8(string(bytes.TrimSpace(t.last)), "?")
	if t.cut {
		s = "..." + s
	}
	return s
}
