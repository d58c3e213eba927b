// Package progress shows on a terminal how far long work is.
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// Line is one line that overwrites itself. The zero value prints nothing.
type Line struct {
	w     io.Writer
	label string
	start time.Time
	last  time.Time
	width int
}

// New returns a line on w, which prints nothing unless w is a terminal.
func New(w io.Writer) *Line {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &Line{}
	}
	return &Line{w: w}
}

// Begin starts a stage of the work.
func (l *Line) Begin(label string) {
	l.label, l.start = label, time.Now()
	l.last = time.Time{}
	l.At(0, 0)
}

// At shows that done of total parts are behind, at most ten times a second, with
// the notes and the time left where it can be told.
func (l *Line) At(done, total int, notes ...string) {
	now := time.Now()
	if l.w == nil || done < total && now.Sub(l.last) < 100*time.Millisecond {
		return
	}
	l.last = now
	line := l.label
	if total > 0 {
		line += fmt.Sprintf("  %d/%d", done, total)
	}
	for _, note := range notes {
		if note != "" {
			line += "  " + note
		}
	}
	if spent := now.Sub(l.start); 0 < done && done <= total && spent > time.Second {
		left := time.Duration(float64(spent) / float64(done) * float64(total-done))
		line += fmt.Sprintf("  %s left", left.Round(time.Second))
	}
	l.print(line)
}

// Clear removes the line, so that other output starts at the left.
func (l *Line) Clear() {
	if l.w != nil && l.width > 0 {
		l.print("")
		fmt.Fprint(l.w, "\r")
		l.width = 0
	}
}

func (l *Line) print(line string) {
	width := utf8.RuneCountInString(line)
	fmt.Fprint(l.w, "\r"+line+strings.Repeat(" ", max(0, l.width-width)))
	l.width = width
}
