package glyphs

import (
	"math"
	"testing"
)

// TestNormal: mean, variance and bounds, and no correlation with what comes next.
func TestNormal(t *testing.T) {
	const n = 100000
	random := newSource(5, 5)
	var sum, squares, products, before float64
	for range n {
		v := random.normal()
		if math.Abs(v) > 3.5 {
			t.Fatalf("%v", v)
		}
		sum, squares, products, before = sum+v, squares+v*v, products+v*before, v
	}
	// Six standard deviations of the mean, of the variance (the kurtosis is 2.7), of the product.
	tolerance := 6 / math.Sqrt(n)
	if mean := sum / n; math.Abs(mean) > tolerance {
		t.Errorf("mean %v", mean)
	}
	if variance := squares / n; math.Abs(variance-1) > tolerance*math.Sqrt(1.7) {
		t.Errorf("variance %v", variance)
	}
	if c := products / n; math.Abs(c) > tolerance {
		t.Errorf("correlation %v", c)
	}
}

// TestNeighboursAreIndependent: the numbers of an image have nothing to do with
// those of the next image, or of the same index of the next seed.
func TestNeighboursAreIndependent(t *testing.T) {
	const n = 20000
	for draw := range 4 {
		var index, seed float64
		number := func(s uint64, i int) float64 {
			random := newSource(s, i)
			for range draw {
				random.between(0, 1)
			}
			return random.between(-math.Sqrt(3), math.Sqrt(3)) // of variance 1
		}
		for i := range n {
			v := number(TrainingSeed, i)
			index += v * number(TrainingSeed, i+1)
			seed += v * number(CalibrationSeed, i)
		}
		if tolerance := 6 / math.Sqrt(n); math.Abs(index/n) > tolerance || math.Abs(seed/n) > tolerance {
			t.Errorf("number %d: correlation %v with the next index, %v with the next seed", draw, index/n, seed/n)
		}
	}
}

func TestBelow(t *testing.T) {
	random, count := newSource(6, 6), [4]int{}
	for range 40000 {
		count[random.below(4)]++
	}
	for i, n := range count {
		if math.Abs(float64(n)-10000) > 6*math.Sqrt(7500) {
			t.Errorf("%d came %d times of 40000", i, n)
		}
	}
}
