package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress prints one line that overwrites itself, on a terminal only.
type progress struct {
	w     io.Writer
	label string
	start time.Time
	last  time.Time
	width int
}

// newProgress returns a printer on w, which prints nothing unless w is a terminal.
func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	return &progress{w: w}
}

// begin starts a stage of the work.
func (p *progress) begin(label string) {
	p.label, p.start = label, time.Now()
	p.last = time.Time{}
	p.at(0, 0)
}

// at shows that done of total parts are behind, at most ten times a second, with
// the time left where it can be told.
func (p *progress) at(done, total int) {
	now := time.Now()
	if p.w == nil || done < total && now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last = now
	line := p.label
	if total > 0 {
		line += fmt.Sprintf("  %d/%d", done, total)
		if spent := now.Sub(p.start); done > 0 && spent > time.Second {
			left := time.Duration(float64(spent) / float64(done) * float64(total-done))
			line += fmt.Sprintf("  %s left", left.Round(time.Second))
		}
	}
	p.print(line)
}

// clear removes the line, so that other output starts at the left.
func (p *progress) clear() {
	if p.w != nil && p.width > 0 {
		p.print("")
		fmt.Fprint(p.w, "\r")
		p.width = 0
	}
}

func (p *progress) print(line string) {
	fmt.Fprint(p.w, "\r"+line+strings.Repeat(" ", max(0, p.width-len(line))))
	p.width = len(line)
}
