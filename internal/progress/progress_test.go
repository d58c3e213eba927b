package progress

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// screen returns what stands on a terminal's line after these bytes.
func screen(written string) string {
	var line []byte
	at := 0
	for _, c := range []byte(written) {
		if c == '\r' {
			at = 0
			continue
		}
		line = append(line[:at], append([]byte{c}, line[min(at+1, len(line)):]...)...)
		at++
	}
	return strings.TrimRight(string(line), " ")
}

func TestLine(t *testing.T) {
	var out bytes.Buffer
	l := &Line{w: &out}
	check := func(want string) {
		t.Helper()
		if got := screen(out.String()); got != want {
			t.Errorf("the line is %q, want %q", got, want)
		}
	}
	l.Begin("training")
	check("training")
	l.last = time.Now().Add(time.Hour)
	l.At(5, 10, "loss 0.5") // too soon after the last
	check("training")
	l.last = time.Time{}
	l.At(5, 10, "", "loss 0.5")
	check("training  5/10  loss 0.5")
	l.start, l.last = l.start.Add(-time.Hour), time.Time{}
	l.At(5, 10)
	if got := screen(out.String()); !strings.HasPrefix(got, "training  5/10  1h0m") || !strings.HasSuffix(got, " left") {
		t.Errorf("the line is %q: half of the work took an hour", got)
	}
	l.At(10, 10)
	check("training  10/10  0s left")
	l.Begin("end")
	check("end")
	l.Clear()
	check("")
	if !strings.HasSuffix(out.String(), "\r") {
		t.Error("what comes next does not start at the left")
	}
}

func TestNoTerminal(t *testing.T) {
	var out bytes.Buffer
	for _, l := range []*Line{New(&out), {}} {
		l.Begin("training")
		l.At(1, 2)
		l.At(2, 2)
		l.Clear()
	}
	if out.Len() > 0 {
		t.Errorf("written: %q", out.String())
	}
}
