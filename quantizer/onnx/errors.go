package onnx

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/halfulp/halfulp/quantizer/network"
)

// ErrFormat: the bytes are no ONNX model, or a damaged one. What is sound but
// cannot be read wraps [network.ErrUnsupported] instead.
var ErrFormat = errors.New("invalid ONNX model")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrFormat, fmt.Errorf(format, args...))
}

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %w", network.ErrUnsupported, fmt.Errorf(format, args...))
}

func inconsistent(format string, args ...any) error {
	return fmt.Errorf("%w: %w", network.ErrGraph, fmt.Errorf(format, args...))
}

// printable is quote for an operator's name, without the quotes.
func printable(s string) string {
	const most = 40
	q := strconv.QuoteToASCII(s[:min(most, len(s))])
	q = q[1 : len(q)-1]
	if len(s) > most {
		q += "..."
	}
	return q
}

// quote makes a name from a hostile file fit for one line of an error.
func quote(s string) string {
	const most = 80
	if len(s) > most {
		return fmt.Sprintf("%+q...", s[:most])
	}
	return fmt.Sprintf("%+q", s)
}
