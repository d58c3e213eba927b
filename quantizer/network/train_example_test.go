package network_test

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/quantizer/network"
)

// classifier is y = relu(x W + b) V + c: two inputs, two classes.
func classifier() *network.Graph {
	return &network.Graph{
		Opset:   13,
		Inputs:  []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs: []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{
			"W": network.NewFloat([]int{2, 8}, nil), "b": network.NewFloat([]int{8}, nil),
			"V": network.NewFloat([]int{8, 2}, nil), "c": network.NewFloat([]int{2}, nil),
		},
		Nodes: []network.Node{
			{Name: "hidden", Op: "Gemm", Inputs: []string{"x", "W", "b"}, Outputs: []string{"h"}},
			{Name: "relu", Op: "Relu", Inputs: []string{"h"}, Outputs: []string{"r"}},
			{Name: "logits", Op: "Gemm", Inputs: []string{"r", "V", "c"}, Outputs: []string{"y"}},
		},
	}
}

// The exclusive or of two inputs.
var (
	xorInputs = network.NewFloat([]int{4, 2}, []float32{0, 0, 0, 1, 1, 0, 1, 1})
	xorLabels = network.Target{Labels: []int{0, 1, 1, 0}}
)

func ExampleTrainer() {
	start, err := network.Initialize(classifier(), 1)
	if err != nil {
		panic(err)
	}
	trainer, err := network.NewTrainer(start, network.TrainOptions{Schedule: network.ConstantRate(0.05)})
	if err != nil {
		panic(err)
	}
	for step := range 101 {
		loss, err := trainer.Step(xorInputs, xorLabels)
		if err != nil {
			panic(err)
		}
		if step%50 == 0 {
			fmt.Printf("step %d: loss %.3f\n", step, loss)
		}
	}
	n, err := network.New(trainer.Graph(), network.Options{})
	if err != nil {
		panic(err)
	}
	out, err := n.Run(map[string]*network.Tensor{"x": xorInputs})
	if err != nil {
		panic(err)
	}
	for i := range 4 {
		y := out["y"].Float[2*i:]
		fmt.Println(xorInputs.Float[2*i:2*i+2], y[1] > y[0])
	}
	// Output:
	// step 0: loss 0.822
	// step 50: loss 0.099
	// step 100: loss 0.014
	// [0 0] false
	// [0 1] true
	// [1 0] true
	// [1 1] false
}

func ExampleTrainer_Gradient() {
	trainer, err := network.NewTrainer(perceptron(), network.TrainOptions{})
	if err != nil {
		panic(err)
	}
	x := network.NewFloat([]int{1, 2}, []float32{1, 2})
	loss, err := trainer.Backward(map[string]*network.Tensor{"x": x}, network.Target{Labels: []int{1}})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f %v %.4f\n", loss, trainer.Parameters(), trainer.Gradient("b"))
	// Output: 0.4076 [W b] [0.0000 -0.3348 0.2447]
}

func ExampleInitialize() {
	g, err := network.Initialize(classifier(), 7)
	if err != nil {
		panic(err)
	}
	fmt.Println(g.Initializers["W"].Float[:4], g.Initializers["b"].Float[:4])
	// Output: [-0.7983757 -0.6937972 -1.3311323 -1.1515099] [0 0 0 0]
}

func ExampleTrainState() {
	options := network.TrainOptions{Schedule: network.CosineRestarts(0.05, 0, 10)}
	trainer, err := network.NewTrainer(perceptron(), options)
	if err != nil {
		panic(err)
	}
	x, target := network.NewFloat([]int{1, 2}, []float32{1, 2}), network.Target{Labels: []int{1}}
	step := func(t *network.Trainer) float64 {
		loss, err := t.Step(x, target)
		if err != nil {
			panic(err)
		}
		return loss
	}
	step(trainer)
	state := trainer.State() // may be written with encoding/gob

	resumed, err := network.NewTrainer(perceptron(), options)
	if err != nil {
		panic(err)
	}
	if err := resumed.SetState(state); err != nil {
		panic(err)
	}
	fmt.Println(step(trainer) == step(resumed), resumed.Steps())
	// Output: true 2
}

func ExampleAdam() {
	_, err := network.NewTrainer(perceptron(), network.TrainOptions{
		Adam:     network.Adam{Beta1: 0.9, Beta2: 0.99},
		Schedule: network.QuarterCosineRestarts(1e-3, 400),
	})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleSchedule() {
	schedule := network.CosineRestarts(1, 0, 4)
	for step := range 6 {
		rate, restart := schedule(step)
		fmt.Printf("%d %.3f %v\n", step, rate, restart)
	}
	// Output:
	// 0 1.000 false
	// 1 0.854 false
	// 2 0.500 false
	// 3 0.146 false
	// 4 1.000 true
	// 5 0.854 false
}

func ExampleCrossEntropy() {
	logits, gradient := []float32{0, 0, 3, -3}, make([]float32, 4)
	loss, err := network.CrossEntropy{}.Evaluate(gradient, logits, 2, 2, network.Target{Labels: []int{1, 0}})
	fmt.Printf("%.5f %.5f %v\n", loss, gradient, err)
	_, err = network.CrossEntropy{}.Evaluate(gradient, logits, 2, 2, network.Target{Labels: []int{1, 2}})
	fmt.Println(err)
	// Output:
	// 0.34781 [0.25000 -0.25000 -0.00124 0.00124] <nil>
	// bad data: label 2 of sample 1, there are 2 classes
}

// Two samples of two logits, the second of them as the teacher has it.
func ExampleDistillRMS() {
	logits, gradient := []float32{3, 0, 1, 2}, make([]float32, 4)
	target := network.Target{Teacher: []float32{0, 4, 1, 2}}
	loss, err := network.DistillRMS{}.Evaluate(gradient, logits, 2, 2, target)
	fmt.Printf("%.4f %.4f %v\n", loss, gradient, err)
	// Output: 3.5355 [0.4243 -0.5657 0.0000 0.0000] <nil>
}

func ExampleDistillSmoothL1() {
	logits, gradient := []float32{3, 0, 1, 2}, make([]float32, 4)
	target := network.Target{Teacher: []float32{0, 4, 1, 2}}
	loss, err := network.DistillSmoothL1{}.Evaluate(gradient, logits, 2, 2, target)
	fmt.Printf("%.4f %.4f %v\n", loss, gradient, err)
	// Output: 3.5032 [0.5000 -0.5000 0.0000 0.0000] <nil>
}

func ExampleDistillCrossEntropy() {
	logits, gradient := []float32{0, 0, 1, 2}, make([]float32, 4)
	target := network.Target{Teacher: []float32{9, -9, 1, 2}}
	loss, err := network.DistillCrossEntropy{}.Evaluate(gradient, logits, 2, 2, target)
	fmt.Printf("%.4f %.4f %v\n", loss, gradient, err)
	// Output: 0.6377 [-0.2500 0.2500 0.0000 0.0000] <nil>
}

// absolute is the mean distance of the logits from those of a teacher.
type absolute struct{}

func (absolute) Evaluate(gradient, logits []float32, n, k int, target network.Target) (float64, error) {
	sum := 0.0
	for i, v := range logits[:n*k] {
		d := float64(v) - float64(target.Teacher[i])
		sum += math.Abs(d)
		gradient[i] = float32(math.Copysign(1/float64(n*k), d))
	}
	return sum / float64(n*k), nil
}

func ExampleLoss() {
	trainer, err := network.NewTrainer(perceptron(), network.TrainOptions{Loss: absolute{}})
	if err != nil {
		panic(err)
	}
	x := network.NewFloat([]int{1, 2}, []float32{1, 2})
	fmt.Println(trainer.Step(x, network.Target{Teacher: []float32{0, 1, 1}}))
	// Output: 0.3333333333333333 <nil>
}
