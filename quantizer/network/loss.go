package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

// Target is what a batch should give: the class of each sample, or the logits
// of a teacher. A Loss says which of them it reads.
type Target struct {
	Labels  []int
	Teacher []float32 // [N, K] by rows
}

// Loss is a function of a batch of logits and its target.
type Loss interface {
	// Evaluate returns the loss of logits, n samples of k each by rows, and
	// writes its derivative with respect to each of them to gradient. A target
	// that does not fit gives an error that wraps ErrShape or ErrData.
	Evaluate(gradient, logits []float32, n, k int, target Target) (float64, error)
}

// CrossEntropy is the mean over the samples of -log softmax(logits)[label]. It
// reads Target.Labels.
//
// With Smoothing s > 0 (at most 1) the label has the probability 1-s+s/K and every other
// class s/K, and the loss is the cross-entropy with these.
type CrossEntropy struct{ Smoothing float64 }

// Evaluate implements Loss.
func (c CrossEntropy) Evaluate(gradient, logits []float32, n, k int, target Target) (float64, error) {
	if len(target.Labels) != n {
		return 0, fmt.Errorf("%w: %d labels for %d samples", ErrShape, len(target.Labels), n)
	}
	for i, y := range target.Labels {
		if y < 0 || y >= k {
			return 0, fmt.Errorf("%w: label %d of sample %d, there are %d classes", ErrData, y, i, k)
		}
	}
	if !(c.Smoothing >= 0 && c.Smoothing <= 1) {
		return 0, fmt.Errorf("%w: a label smoothing of %v", ErrData, c.Smoothing)
	}
	rest := c.Smoothing / float64(k)
	return meanOfSamples(n, func(i int) float64 {
		row, g := logits[i*k:][:k], gradient[i*k:][:k]
		shift := rowLogSumExp(row)
		loss := 0.0
		for j, v := range row {
			d := float64(v) - shift
			want := rest
			if j == target.Labels[i] {
				want += 1 - c.Smoothing
			}
			if want != 0 {
				loss -= float64(want * d)
			}
			g[j] = float32((elementary.Exp(d) - want) / float64(n))
		}
		return loss
	}), nil
}

// DistillCrossEntropy is the mean over the samples of the cross-entropy of
// softmax(logits) with softmax(teacher). It reads Target.Teacher.
type DistillCrossEntropy struct{}

// Evaluate implements Loss.
func (DistillCrossEntropy) Evaluate(gradient, logits []float32, n, k int, target Target) (float64, error) {
	if err := target.checkTeacher(n, k); err != nil {
		return 0, err
	}
	return meanOfSamples(n, func(i int) float64 {
		row, teacher, g := logits[i*k:][:k], target.Teacher[i*k:][:k], gradient[i*k:][:k]
		shift, shiftT := rowLogSumExp(row), rowLogSumExp(teacher)
		loss := 0.0
		for j, v := range row {
			d := float64(v) - shift
			want := elementary.Exp(float64(teacher[j]) - shiftT)
			if want != 0 {
				loss -= float64(want * d)
			}
			g[j] = float32((elementary.Exp(d) - want) / float64(n))
		}
		return loss
	}), nil
}

// DistillRMS is the root-mean-square distance from the teacher's logits as FAT
// defines it: the square root of the sum of all squared differences over the
// number of samples (not of logits). Where it is zero so is its derivative. It
// reads Target.Teacher.
type DistillRMS struct{}

// Evaluate implements Loss.
func (DistillRMS) Evaluate(gradient, logits []float32, n, k int, target Target) (float64, error) {
	if err := target.checkTeacher(n, k); err != nil {
		return 0, err
	}
	loss := math.Sqrt(meanOfSamples(n, func(i int) float64 {
		sum := 0.0
		for j := i * k; j < (i+1)*k; j++ {
			d := float64(logits[j]) - float64(target.Teacher[j])
			sum += float64(d * d)
		}
		return sum
	}))
	if loss == 0 {
		clear(gradient[:n*k])
		return 0, nil
	}
	for j := range gradient[:n*k] {
		gradient[j] = float32((float64(logits[j]) - float64(target.Teacher[j])) / (float64(n) * loss))
	}
	return loss, nil
}

// DistillSmoothL1 is the loss of FAT's released code: the mean over the samples
// of the sum of sqrt(d*d + Epsilon) over the differences d of the logits from
// the teacher's. Epsilon 0 stands for the 1e-5 of that code. It reads
// Target.Teacher.
type DistillSmoothL1 struct{ Epsilon float64 }

// Evaluate implements Loss.
func (s DistillSmoothL1) Evaluate(gradient, logits []float32, n, k int, target Target) (float64, error) {
	if err := target.checkTeacher(n, k); err != nil {
		return 0, err
	}
	epsilon := s.Epsilon
	if epsilon == 0 {
		epsilon = 1e-5
	}
	if !(epsilon > 0) {
		return 0, fmt.Errorf("%w: epsilon = %v", ErrData, epsilon)
	}
	return meanOfSamples(n, func(i int) float64 {
		sum := 0.0
		for j := i * k; j < (i+1)*k; j++ {
			d := float64(logits[j]) - float64(target.Teacher[j])
			root := math.Sqrt(float64(d*d) + epsilon)
			sum += root
			gradient[j] = float32(d / (root * float64(n)))
		}
		return sum
	}), nil
}

func (t Target) checkTeacher(n, k int) error {
	if len(t.Teacher) != n*k {
		return fmt.Errorf("%w: %d logits of a teacher for %d samples of %d logits", ErrShape, len(t.Teacher), n, k)
	}
	return nil
}

// meanOfSamples returns the mean of f over n samples, summed in chunks.
func meanOfSamples(n int, f func(i int) float64) float64 {
	return sumSamples(n, func(lo, hi int) float64 {
		sum := 0.0
		for i := lo; i < hi; i++ {
			sum += f(i)
		}
		return sum
	}) / float64(n)
}

// rowLogSumExp returns the logarithm of the sum of the exponentials, without
// overflow.
func rowLogSumExp(row []float32) float64 {
	m := maxOf(row)
	sum := 0.0
	for _, v := range row {
		sum += elementary.Exp(float64(v) - float64(m))
	}
	return float64(m) + elementary.Log(sum)
}
