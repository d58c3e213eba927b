package main

import (
	"fmt"
	"strings"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/minifloat"
)

// parseAccumulator returns the accumulator of a name with its usual spelling; an
// empty name leaves the choice to the format.
func parseAccumulator(name string) (a blas.Accumulator, spelling string, err error) {
	switch strings.ToLower(name) {
	case "":
		return a, "", nil
	case "exact":
		return blas.Accumulator{Exact: true}, "exact", nil
	}
	f, err := minifloat.ParseFormat(name)
	if err != nil {
		return a, "", fmt.Errorf("-accumulator: %w", err)
	}
	if f == minifloat.FormatOf[minifloat.Float32]() { // package blas' own accumulator, and the faster
		return a, "float32", nil
	}
	return blas.Accumulator{Format: f}, f.Name(), nil
}
