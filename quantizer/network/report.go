package network

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// report is an error as the entries of this package return it: one line that
// begins with the package's name and has a bounded length, whatever names and
// lists a hostile graph brings into it.
type report struct{ err error }

func (r report) Unwrap() error { return r.err }

func (r report) Error() string {
	const most = 500
	s := "network: " + r.err.Error()
	tail := ""
	if len(s) > most {
		cut := most
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s, tail = s[:cut], "..."
	}
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, s) + tail
}
