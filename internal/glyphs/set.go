package glyphs

import (
	"runtime"
	"sync"
)

// Seeds of the three sets. Networks are trained, calibrated and tested on
// different images; nothing in the recipe was chosen by those of TestSeed.
const (
	TrainingSeed    = 1
	CalibrationSeed = 2
	TestSeed        = 4
)

// Set returns the images 0 to n-1 of a seed, of shape [n, 1, Size, Size], and
// their labels.
func Set(seed uint64, n int) (x []float32, y []int) { return Batch(seed, 0, n) }

// Batch returns n images of a seed, of shape [n, 1, Size, Size], and their
// labels; first is the index of the first of them. Several goroutines draw. It
// panics where first or n is negative.
func Batch(seed uint64, first, n int) (x []float32, y []int) {
	if first < 0 || n < 0 {
		panic("glyphs: negative index or number of images")
	}
	const pixels = Size * Size
	x, y = make([]float32, n*pixels), make([]int, n)
	workers := min(runtime.GOMAXPROCS(0), n)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				y[i] = draw(x[i*pixels:][:pixels], seed, first+i)
			}
		})
	}
	wg.Wait()
	return x, y
}
