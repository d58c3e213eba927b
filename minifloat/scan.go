package minifloat

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Scan is [fmt.Scanner]'s method. After any blanks it takes, like fmt for a
// float64, the characters that a number can have, and reads them as [Parse] does;
// also the form of %b, an integer of up to 64 bits and a binary exponent, as in
// 3p-1. On an error x is unchanged.
func (x *Float[S, E, M, V]) Scan(state fmt.ScanState, verb rune) error {
	v := x.Value()
	err := v.Scan(state, verb)
	if err == nil {
		x.bits = S(v.Bits)
	}
	return err
}

// Scan is [fmt.Scanner]'s method: it reads a number of v's format, as
// [Float.Scan] does. Without a format the error wraps [ErrFormat].
func (v *Value) Scan(state fmt.ScanState, verb rune) error {
	if !strings.ContainsRune("beEfFgGvs", verb) {
		return fmt.Errorf("minifloat: %w: bad verb for Scan", ErrSyntax)
	}
	if v.Format.word == 0 {
		return ErrFormat
	}
	state.SkipSpace()
	token, err := scanToken(state)
	if err != nil {
		return err
	}
	code, err := v.Format.parseToken(token)
	if err == nil {
		v.Bits = code
	}
	return err
}

// scanToken takes the longest beginning of a number, and the '_' between digits
// that Go's literals have, from state. The end of the text before it is io.EOF.
func scanToken(state fmt.ScanState) (string, error) {
	var token []byte
	var end error
	accept := func(set string) bool {
		if end != nil {
			return false
		}
		c, _, err := state.ReadRune()
		if err != nil {
			end = err
			return false
		}
		if !strings.ContainsRune(set, c) {
			end = state.UnreadRune()
			return false
		}
		token = append(token, byte(c))
		return true
	}
	word := func(s string) bool { // s in lower case
		for i := range len(s) {
			if !accept(string([]byte{s[i], s[i] &^ 0x20})) {
				return false
			}
		}
		return true
	}

	accept("+-")
	switch {
	case accept("nN"):
		word("an")
	case accept("iI"):
		if word("nf") && accept("iI") {
			word("nity")
		}
	default:
		digits, exponent := "0123456789_", "eEpP"
		if accept("0") && accept("xX") {
			digits, exponent = digits+"abcdefABCDEF", "pP"
		}
		for accept(digits) {
		}
		if accept(".") {
			for accept(digits) {
			}
		}
		if accept(exponent) {
			accept("+-")
			for accept("0123456789_") {
			}
		}
	}
	if end == io.EOF && len(token) > 0 {
		end = nil
	}
	return string(token), end
}

// parseToken is Parse for what Scan takes.
func (f Format) parseToken(s string) (uint32, error) {
	i := strings.IndexAny(s, "pP")
	if i < 0 || strings.ContainsAny(s, "xX") {
		return f.Parse(s)
	}
	sign, digits := strings.HasPrefix(s, "-"), strings.TrimLeft(s[:i], "+-")
	mag, err := strconv.ParseUint(digits, 10, 64)
	exp, ok := scanExponent(s[i:], 'p')
	if err != nil || !ok {
		return 0, parseError(f, s, ErrSyntax)
	}
	x := integer(sign, mag)
	x.neg = sign
	x.exp += exp
	code, ok := f.closest(x)
	if !ok {
		return code, parseError(f, s, ErrRange)
	}
	return code, nil
}
