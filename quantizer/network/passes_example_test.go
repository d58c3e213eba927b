package network_test

import (
	"fmt"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// separable is a depthwise convolution, ReLU6 and a pointwise one. The two channels
// of the first differ by a factor of 100, so that one scale serves them badly.
func separable() (*network.Graph, map[string]*network.Tensor) {
	g := &network.Graph{
		Opset:   13,
		Inputs:  []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs: []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{
			"depthwise.w": network.NewFloat([]int{2, 1, 1, 1}, []float32{4, 0.04}),
			"pointwise.w": network.NewFloat([]int{1, 2, 1, 1}, []float32{1, 100}),
			"zero":        network.NewFloat(nil, []float32{0}),
			"six":         network.NewFloat(nil, []float32{6}),
		},
		Nodes: []network.Node{
			{Name: "depthwise", Op: "Conv", Inputs: []string{"x", "depthwise.w"}, Outputs: []string{"d"},
				Attrs: network.Attributes{"group": {Kind: network.AttrInt, Int: 2}}},
			{Name: "relu6", Op: "Clip", Inputs: []string{"d", "zero", "six"}, Outputs: []string{"r"}},
			{Name: "pointwise", Op: "Conv", Inputs: []string{"r", "pointwise.w"}, Outputs: []string{"y"}},
		},
	}
	x := network.NewFloat([]int{1, 2, 1, 4}, []float32{-1, 0.5, 1, 2, -2, 1, 2, 3})
	return g, map[string]*network.Tensor{"x": x}
}

func ExampleQuantization() {
	g, samples := separable()
	q := &network.Quantization{
		Graph: g, Samples: samples,
		FewBit: network.FewBit{Format: quantizer.Int(8), Accumulator: blas.Accumulator{Exact: true}},
	}
	var passes []network.Pass
	for _, name := range []string{"fold", "equalize", "calibrate", "correct", "round"} {
		p, err := network.PassByName(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		passes = append(passes, p)
	}
	reports, err := q.Apply(passes...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range reports {
		for _, e := range r.Entries {
			fmt.Printf("%s %s: %s\n", r.Pass, e.Node, e.Text)
		}
	}
	// Output:
	// equalize depthwise: before pointwise: factors from 0.4518 to 37.99
	// equalize pointwise: "y" is an output
	// calibrate depthwise: activations to 3
	// calibrate pointwise: activations to 4.559
	// correct depthwise: biases by 0.00126 (root mean square), means are 1.34
	// correct pointwise: biases by 0.00521 (root mean square), means are 9
	// round depthwise: to int8, 1 scales, SQNR 58.1 dB
	// round pointwise: to int8, 1 scales, SQNR 58.1 dB
}

func ExampleRescaleChannels() {
	g, samples := separable()
	statistics := network.NewOutputStatistics()
	n, err := network.New(g, network.Options{Arithmetic: statistics.Observe(network.Float32Arithmetic{})})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := n.Run(samples); err != nil {
		fmt.Println(err)
		return
	}
	rescaled, report, err := network.RescaleChannels(g, statistics, network.RescaleOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range report {
		if r.Next == "" {
			fmt.Printf("%s: %s\n", r.First, r.Reason)
			continue
		}
		fmt.Printf("%s before %s\n", r.First, r.Next)
		for _, c := range r.Channels {
			fmt.Println(" ", c)
		}
	}
	fmt.Println(rescaled.Initializers["depthwise.w"].Float, rescaled.Initializers["pointwise.w"].Float)
	// Output:
	// depthwise before pointwise
	//   locked: weights to 4, maximum 8, factor 1
	//   capped: weights to 0.04, maximum 0.12, factor 49.166668
	// pointwise: "y" is an output
	// [4 1.9666667] [1 2.0338984]
}

// ReLU6 becomes a limit for each channel, and the network computes what it did.
func ExampleEqualizeLayers() {
	g, _ := separable()
	equalized, report, err := network.EqualizeLayers(g, nil, network.EqualizeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range report[0].Channels {
		fmt.Println(c)
	}
	fmt.Println("limits", report[0].Limits)
	for _, n := range equalized.Nodes {
		fmt.Print(n.Op, " ")
	}
	// Output:
	// equalized: weights to 4, next weights to 1, factor 0.5
	// equalized: weights to 0.04, next weights to 100, factor 50
	// limits [3 300]
	// Conv Relu Min Conv
}

// A pass of one's own stands beside those of the package.
func ExamplePass() {
	g, samples := separable()
	count := network.Pass{
		Name:    "count",
		Summary: "counts weights",
		Run: func(q *network.Quantization) ([]network.PassEntry, error) {
			var out []network.PassEntry
			for _, n := range q.Graph.Nodes {
				if n.Op == "Conv" {
					weights := q.Graph.Initializers[n.Inputs[1]]
					out = append(out, network.PassEntry{Node: n.Name, Done: true, Text: fmt.Sprint(weights.Size(), " weights")})
				}
			}
			return out, nil
		},
	}
	q := &network.Quantization{Graph: g, Samples: samples}
	reports, err := q.Apply(count)
	if err != nil {
		fmt.Println(err)
	}
	for _, r := range reports {
		fmt.Println(r.Pass, r.Done(), r.Entries[0].Text)
	}
	// Output: count 2 2 weights
}

func ExampleOutputStatistics() {
	g, samples := separable()
	s := network.NewOutputStatistics()
	n, err := network.New(g, network.Options{Arithmetic: s.Observe(network.Float32Arithmetic{})})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := n.Run(samples); err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range s.Channels("depthwise") {
		fmt.Printf("%d values from %v to %v, mean %.3f, deviation %.3f\n", c.Count, c.Least, c.Greatest, c.Mean, c.Deviation)
	}
	// Output:
	// 4 values from -4 to 8, mean 2.500, deviation 4.330
	// 4 values from -0.08 to 0.12, mean 0.040, deviation 0.075
}
