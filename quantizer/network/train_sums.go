package network

import (
	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/internal/kernel/sumf32"
)

// chunkSamples is the number of samples over which a gradient is one chain, or one for each lane of package
// sumf32; the sums of the chunks are added in a binary tree whose shape depends on their number alone. So no
// sum over samples shows the number of threads.
const chunkSamples = 64

// chunkCount returns the number of chunks of n samples.
func chunkCount(n int) int { return (n + chunkSamples - 1) / chunkSamples }

// chunkRange returns the samples of chunk i of n samples.
func chunkRange(i, n int) (lo, hi int) {
	return i * chunkSamples, min(n, (i+1)*chunkSamples)
}

// treeSplit returns how many of n > 1 chunks stand in the left half of the
// tree: the greatest power of two below n.
func treeSplit(n int) int {
	left := 1
	for 2*left < n {
		left *= 2
	}
	return left
}

// sumSamples adds what f returns for the chunks of n samples.
func sumSamples(n int, f func(lo, hi int) float64) float64 {
	return sumChunks(0, chunkCount(n), n, f)
}

func sumChunks(from, to, n int, f func(lo, hi int) float64) float64 {
	switch to - from {
	case 0:
		return 0
	case 1:
		return f(chunkRange(from, n))
	}
	mid := from + treeSplit(to-from)
	return sumChunks(from, mid, n, f) + sumChunks(mid, to, n, f)
}

// addTree adds the sums of the chunks, which lie behind each other in partial,
// in the same tree, and the result to z. It destroys partial.
func addTree(z, partial []float32) {
	size := len(z)
	if len(partial) == 0 {
		return
	}
	chunks := len(partial) / size
	for step := 1; step < chunks; step *= 2 {
		for i := 0; i+step < chunks; i += 2 * step {
			addTo(partial[i*size:][:size], partial[(i+step)*size:][:size])
		}
	}
	addTo(z, partial[:size])
}

// addTo adds x to z.
func addTo(z, x []float32) {
	x = x[:len(z)]
	for i := range z {
		z[i] += x[i]
	}
}

// workers run jobs on several goroutines, each with memory of its own.
type workers struct{ list []worker }

type worker struct {
	space blas.Workspace
	buf   []float32
	lanes [sumf32.Lanes]float64
	dots  []float64
}

// scratch returns n elements whose values are whatever the last job left.
func (w *worker) scratch(n int) []float32 {
	if cap(w.buf) < n {
		w.buf = make([]float32, n)
	}
	return w.buf[:n]
}

// sum adds what add adds to the lanes for n samples, chunk by chunk.
func (w *worker) sum(n int, add func(lanes *[sumf32.Lanes]float64, sample int)) float64 {
	return sumSamples(n, func(lo, hi int) float64 {
		clear(w.lanes[:])
		for i := lo; i < hi; i++ {
			add(&w.lanes, i)
		}
		return sumf32.Total(w.lanes[:])
	})
}

// options are those of a product inside a job.
func (w *worker) options() blas.Options { return blas.Options{Threads: 1, Workspace: &w.space} }

// each calls f for every job below n. What a job computes must not depend on
// the worker, nor on the order of the jobs.
func (ws *workers) each(n int, f func(w *worker, job int)) {
	parts := min(len(ws.list), n)
	fork(parts, func(i int) {
		for job := n * i / parts; job < n*(i+1)/parts; job++ {
			f(&ws.list[i], job)
		}
	})
}
