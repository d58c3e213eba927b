package network

// Options say how a network is run. The zero value is usable.
type Options struct {
	// Threads is the greatest number of goroutines that compute at a time;
	// zero means GOMAXPROCS. Results do not depend on it.
	Threads int
	// MaxBytes bounds the memory of all tensors that are alive at one time
	// during Run (constants included), as the liveness analysis predicts it
	// before anything is allocated; zero means 4 GiB.
	MaxBytes int64
	// MaxWork bounds the elementary steps (multiply-accumulates and
	// elements written) of one Run; zero means 2^42.
	MaxWork int64
	// Arithmetic makes the matrix products; nil means float32 chains of fused
	// multiply-adds on package blas.
	Arithmetic Arithmetic
}

const (
	defaultMaxBytes = 4 << 30
	defaultMaxWork  = 1 << 42
)
