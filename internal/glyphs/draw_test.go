package glyphs

import (
	"slices"
	"testing"
)

// TestBatches: a batch has the images that Draw has, in its place.
func TestBatches(t *testing.T) {
	const first, n = 5, 30
	x, y := Batch(TestSeed, first, n)
	for i := range n {
		pixels, label := Draw(TestSeed, first+i)
		if got := x[i*Size*Size:][:Size*Size]; !slices.Equal(got, pixels) || y[i] != label {
			t.Errorf("image %d of the batch is not image %d of the seed", i, first+i)
		}
	}
}

// TestClassBalance: each class has as many images as any other.
func TestClassBalance(t *testing.T) {
	count := make([]int, len(Classes))
	_, y := Set(TrainingSeed, 50*len(Classes))
	for _, label := range y {
		count[label]++
	}
	for label, n := range count {
		if n != 50 {
			t.Errorf("%d images of %s, want 50", n, Classes[label])
		}
	}
}
