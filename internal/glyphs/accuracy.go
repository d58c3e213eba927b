package glyphs

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer/network"
)

// Accuracy returns the fraction of the images 0 to n-1 of a seed that a network
// with the inputs and outputs of [NewNetwork] assigns to their class, in float32.
func Accuracy(g *network.Graph, seed uint64, n int) (float64, error) {
	net, err := network.New(g, network.Options{})
	if err != nil {
		return 0, err
	}
	const batch = 100
	right := 0
	for first := 0; first < n; first += batch {
		x, labels := Batch(seed, first, min(batch, n-first))
		out, err := net.Run(map[string]*network.Tensor{"images": Tensor(x)})
		if err != nil {
			return 0, err
		}
		logits := out["logits"]
		if logits == nil || len(logits.Float) != len(labels)*len(Classes) {
			return 0, fmt.Errorf("glyphs: no output %q of %d classes", "logits", len(Classes))
		}
		right += correct(logits.Float, labels)
	}
	return float64(right) / float64(n), nil
}

// Tensor returns images, such as those of [Batch], as the input of a network.
func Tensor(x []float32) *network.Tensor {
	return network.NewFloat([]int{len(x) / (Size * Size), 1, Size, Size}, x)
}

// correct counts the samples whose largest logit is that of their label.
func correct(logits []float32, labels []int) int {
	n := 0
	for i, label := range labels {
		row := logits[i*len(Classes):][:len(Classes)]
		top := 0
		for k, v := range row {
			if v > row[top] {
				top = k
			}
		}
		if top == label {
			n++
		}
	}
	return n
}
