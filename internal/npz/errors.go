package npz

import "errors"

// Every error of this package wraps one of these, except those of the
// operating system.
var (
	// ErrFormat: not a NumPy file, or a damaged one.
	ErrFormat = errors.New("malformed NumPy file")
	// ErrUnsupported: a sound file with a type of element or a feature that
	// this package does not read.
	ErrUnsupported = errors.New("unsupported NumPy file")
	// ErrBudget: an array is larger than [Limits] allow.
	ErrBudget = errors.New("array over the limit")
	// ErrMissing: the file has no array of this name.
	ErrMissing = errors.New("missing array")
	// ErrShape: an array has another shape than it must have.
	ErrShape = errors.New("wrong shape")
	// ErrValue: an element has a value that it must not have.
	ErrValue = errors.New("bad value")
)
