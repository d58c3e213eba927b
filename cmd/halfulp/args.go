package main

import "strings"

// doubleDashes lets long flags be written with one dash, as Go programs have
// them: -model X becomes --model X. One-letter flags, negative numbers and what
// follows "--" stay.
func doubleDashes(args []string) []string {
	out := make([]string, len(args))
	copy(out, args)
	for i, a := range out {
		if a == "--" {
			break
		}
		if len(a) > 2 && a[0] == '-' && isLetter(a[1]) && (isLetter(a[2]) || a[2] == '-') {
			if name, _, _ := strings.Cut(a[1:], "="); len(name) > 1 {
				out[i] = "-" + a
			}
		}
	}
	return out
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// negativeValues puts a blank before the negative numbers among explain's arguments, which would be taken for flags.
func negativeValues(args []string) []string {
	if len(args) == 0 || args[0] != "explain" {
		return args
	}
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = a
		if rest, minus := strings.CutPrefix(strings.ToLower(a), "-"); minus && rest != "" &&
			('0' <= rest[0] && rest[0] <= '9' || rest[0] == '.' || strings.HasPrefix(rest, "inf") || strings.HasPrefix(rest, "nan") || strings.HasPrefix(rest, "code(")) {
			out[i] = " " + a
		}
	}
	return out
}
