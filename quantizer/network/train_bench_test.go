package network

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// separable is a MobileNet-like network of the size that examples train: images of 1 x 32 x 32, a convolution
// of 16 channels and stride 2, three depthwise-separable blocks of up to 64 channels, the last with a residual, and
// logits of the given number of classes.
func separable(classes int, seed uint64) *Graph {
	inits := map[string]*Tensor{"zero": NewFloat([]int{}, []float32{0}), "six": NewFloat([]int{}, []float32{6})}
	var nodes []Node
	// conv appends a convolution with a batch normalization and returns the name of what comes out.
	conv := func(in string, from, to, kernel, stride, groups int, relu6 bool) string {
		name := fmt.Sprint("c", len(nodes))
		inits[name+"/w"] = NewFloat([]int{to, from / groups, kernel, kernel}, nil)
		pad := int64(kernel / 2)
		nodes = append(nodes, nodeOf("Conv", name, Attributes{
			"pads": attrInts(pad, pad, pad, pad), "strides": attrInts(int64(stride), int64(stride)), "group": attrInt(int64(groups)),
		}, in, name+"/w"))
		args := []string{name}
		for _, part := range []string{"scale", "bias", "mean", "variance"} {
			inits[name+"/"+part] = NewFloat([]int{to}, nil)
			args = append(args, name+"/"+part)
		}
		nodes = append(nodes, nodeOf("BatchNormalization", name+"/bn", nil, args...))
		if !relu6 {
			return name + "/bn"
		}
		nodes = append(nodes, nodeOf("Clip", name+"/out", nil, name+"/bn", "zero", "six"))
		return name + "/out"
	}
	at, channels := conv("x", 1, 16, 3, 2, 1, true), 16
	for _, block := range []struct{ to, stride int }{{32, 1}, {64, 2}, {64, 1}} {
		in, residual := at, block.to == channels && block.stride == 1
		at = conv(at, channels, channels, 3, block.stride, channels, true)
		at, channels = conv(at, channels, block.to, 1, 1, 1, !residual), block.to
		if residual {
			nodes = append(nodes, nodeOf("Add", "sum", nil, in, at))
			at = "sum"
		}
	}
	inits["fc/w"], inits["fc/b"] = NewFloat([]int{classes, channels}, nil), NewFloat([]int{classes}, nil)
	nodes = append(nodes, nodeOf("GlobalAveragePool", "pool", nil, at), nodeOf("Flatten", "flat", nil, "pool"),
		nodeOf("Gemm", "y", Attributes{"transB": attrInt(1)}, "flat", "fc/w", "fc/b"))
	g, err := Initialize(sequence(inits, nodes...), seed)
	if err != nil {
		panic(err)
	}
	return g
}

// BenchmarkSeparable is a step of training, and inference, of a MobileNet-like network on batches of 64.
func BenchmarkSeparable(b *testing.B) {
	const batch, classes = 64, 10
	r := rand.New(rand.NewPCG(5, 5))
	x, labels := NewFloat([]int{batch, 1, 32, 32}, nil), make([]int, batch)
	for i := range x.Float {
		x.Float[i] = float32(r.NormFloat64())
	}
	for i := range labels {
		labels[i] = r.IntN(classes)
	}
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("train/threads=%d", threads), func(b *testing.B) {
			trainer, err := NewTrainer(separable(classes, 11), TrainOptions{Threads: threads})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := trainer.Step(x, Target{Labels: labels}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(batch*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
		})
		b.Run(fmt.Sprintf("infer/threads=%d", threads), func(b *testing.B) {
			n, err := New(separable(classes, 11), Options{Threads: threads})
			if err != nil {
				b.Fatal(err)
			}
			in := map[string]*Tensor{"x": x}
			for b.Loop() {
				if _, err := n.Run(in); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(batch*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
		})
	}
}
