package network

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// TrainOptions say how a graph is trained. The zero value trains all parameters
// by cross-entropy with Adam at a rate of 1e-3.
type TrainOptions struct {
	// Threads is the greatest number of goroutines that compute at a time;
	// zero means GOMAXPROCS. Results do not depend on it.
	Threads int
	// MaxBytes bounds the memory of the graph's tensors, and that of the
	// tensors and gradients of one step; zero means 4 GiB.
	MaxBytes int64
	// Logits names the tensor whose first axis is the samples and from which
	// the loss is computed. Empty means the first output of the graph, or what
	// enters it where it is the output of a Softmax.
	Logits string
	// Parameters names the initializers to train; nil means all weights and
	// biases of Conv, Gemm and MatMul, and scales and biases of
	// BatchNormalization.
	Parameters []string
	// FrozenBatchNorm normalizes with the running averages, which do not change
	// then, as inference does; otherwise with the statistics of the batch.
	FrozenBatchNorm bool
	// InputGradients asks for the gradients of the graph's inputs too.
	InputGradients bool
	// Thresholds, unless nil, makes the graph compute in few bits and trains the
	// thresholds, or what else it says; Parameters must be empty then, and batch
	// normalization is frozen.
	Thresholds *ThresholdOptions

	Loss     Loss     // nil means CrossEntropy{}
	Adam     Adam     // its constants
	Schedule Schedule // of the learning rate; nil means ConstantRate(1e-3)
}

// Trainer trains the initializers of a graph. Its bits do not depend on the
// machine or the number of threads: a matrix product is a chain of package blas, every
// sum over samples runs over chunks of 64 in order, and the chunks are added in
// a binary tree.
//
// The methods of a Trainer must not be called concurrently.
type Trainer struct {
	graph   *Graph // of the trainer's own, with the tensors being trained
	outputs []ValueInfo
	net     *Network
	options TrainOptions
	workers workers
	x       exec

	parameters map[string]*parameter
	order      []*parameter // by name
	running    []string     // names of the running averages, sorted
	step       int          // made so far
	adamStep   int          // since the last restart

	thresholds *thresholdTraining // nil where parameters are initializers
	fault      error              // of the thresholds after the last Update

	tape *tape // for the shapes of the last batch
	fed  bool  // the tape holds gradients that no Update has used
}

// parameter is an initializer that is trained, or thresholds.
type parameter struct {
	name          string
	tensor        *Tensor
	gradient      []float32
	first, second []float32 // moments
	// Where the tensor is multipliers: the initializer, and what it began with.
	of   *Tensor
	base []float32
}

// initializer returns the tensor of the graph that a parameter stands for.
func (p *parameter) initializer() *Tensor {
	if p.of != nil {
		return p.of
	}
	return p.tensor
}

func newParameter(name string, tensor *Tensor) *parameter {
	size := len(tensor.Float)
	return &parameter{name: name, tensor: tensor, gradient: make([]float32, size), first: make([]float32, size), second: make([]float32, size)}
}

// NewTrainer makes a graph ready for training. Its tensors are copied: g does
// not change, and [Trainer.Graph] returns the trained graph.
//
// It fails as [New] does, and with ErrUnsupported where a parameter is read by an
// operator, or in a place, that has no gradient. Gradients exist for Conv, Gemm and
// MatMul with constant weights, BatchNormalization, Relu, Clip, Min with a constant,
// MaxPool, AveragePool, GlobalAveragePool, GlobalMaxPool, Add, Flatten, Reshape,
// Squeeze, Unsqueeze, Identity and Dropout (which drops nothing). Nodes that no
// parameter comes before may be any.
func NewTrainer(g *Graph, o TrainOptions) (*Trainer, error) {
	t, err := newTrainer(g, o)
	if err != nil {
		return nil, report{err}
	}
	return t, nil
}

func newTrainer(g *Graph, o TrainOptions) (*Trainer, error) {
	if g == nil || len(g.Outputs) == 0 {
		return nil, fmt.Errorf("%w: no graph, or no outputs", ErrGraph)
	}
	o.Threads = threadsOr(o.Threads)
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.Loss == nil {
		o.Loss = CrossEntropy{}
	}
	if o.Schedule == nil {
		o.Schedule = ConstantRate(1e-3)
	}
	if o.Adam = o.Adam.withDefaults(); !o.Adam.valid() {
		return nil, fmt.Errorf("%w: constants of Adam %v", ErrData, o.Adam)
	}
	own := *g
	own.Initializers = make(map[string]*Tensor, len(g.Initializers))
	for name, t := range g.Initializers {
		own.Initializers[name] = t
	}
	if o.Logits == "" {
		o.Logits = logitsOf(g)
	}
	own.Outputs = []ValueInfo{{Name: o.Logits}}
	t := &Trainer{
		graph: &own, outputs: g.Outputs, options: o, parameters: map[string]*parameter{},
		workers: workers{make([]worker, o.Threads)}, x: exec{threads: o.Threads},
	}
	run := Options{Threads: o.Threads, MaxBytes: o.MaxBytes}
	if o.Thresholds != nil {
		if len(o.Parameters) > 0 {
			return nil, fmt.Errorf("%w: training initializers together with thresholds", ErrUnsupported)
		}
		if o.Thresholds.Train >= trains {
			return nil, fmt.Errorf("%w: training of %v", ErrUnsupported, o.Thresholds.Train)
		}
		t.thresholds = newThresholdTraining(*o.Thresholds, o.Threads)
		t.options.Parameters, t.options.FrozenBatchNorm = []string{}, true
		if o.Thresholds.Train != Thresholds {
			t.options.Parameters = t.thresholds.initializers(g)
		}
		run.Arithmetic = t.thresholds
	}
	if err := t.adopt(g); err != nil {
		return nil, err
	}
	var err error
	t.net, err = New(&own, run)
	if err != nil {
		return nil, err
	}
	if t.thresholds != nil {
		if err := t.adoptThresholds(); err != nil {
			return nil, err
		}
	}
	return t, t.checkFolded()
}

// logitsOf returns the name of the first output, or of what enters it where it is the
// output of a Softmax.
func logitsOf(g *Graph) string {
	name := g.Outputs[0].Name
	for i := range g.Nodes {
		if node := &g.Nodes[i]; node.Op == "Softmax" && len(node.Outputs) == 1 && node.Outputs[0] == name && len(node.Inputs) == 1 {
			return node.Inputs[0]
		}
	}
	return name
}

// adopt copies what training changes: the parameters and the running averages.
func (t *Trainer) adopt(g *Graph) error {
	names := map[string]bool{}
	for i := range g.Nodes {
		for k, name := range g.Nodes[i].Inputs {
			tensor := g.Initializers[name]
			if tensor == nil || !tensor.Type.IsFloat() {
				continue
			}
			switch r := roleOf(g.Nodes[i].Op, k); {
			case r == runningMean, r == runningVariance:
				if !slices.Contains(t.running, name) {
					t.running = append(t.running, name)
				}
			case r.trainable() && t.options.Parameters == nil:
				names[name] = true
			}
		}
	}
	sort.Strings(t.running)
	for _, name := range t.options.Parameters {
		tensor := g.Initializers[name]
		if tensor == nil || !tensor.Type.IsFloat() {
			return fmt.Errorf("%w: parameter %q is no float32 initializer", ErrGraph, name)
		}
		names[name] = true
	}
	if len(names) == 0 && !t.options.InputGradients && t.thresholds == nil {
		return fmt.Errorf("%w: nothing to train", ErrGraph)
	}
	for _, name := range t.running {
		if names[name] {
			return fmt.Errorf("%w: parameter %q is a running average", ErrUnsupported, name)
		}
		tensor := g.Initializers[name]
		if err := tensor.check(); err != nil {
			return fmt.Errorf("initializer %q: %w", name, err)
		}
		t.graph.Initializers[name] = tensor.clone()
	}
	for name := range names {
		tensor := g.Initializers[name]
		if err := tensor.check(); err != nil {
			return fmt.Errorf("initializer %q: %w", name, err)
		}
		p := newParameter(name, tensor.clone())
		t.graph.Initializers[name] = p.tensor
		if t.thresholds != nil && t.options.Thresholds.Train == Pointwise {
			p.of, p.base = p.tensor, tensor.Float
			p.tensor = NewFloat(tensor.Shape, nil)
			fill(p.tensor.Float, 1)
		}
		t.parameters[name] = p
		t.order = append(t.order, p)
	}
	sort.Slice(t.order, func(i, j int) bool { return t.order[i].name < t.order[j].name })
	return nil
}

// checkFolded finds parameters that only make up constants.
func (t *Trainer) checkFolded() error {
	kept := map[*Node]bool{}
	for i := range t.net.steps {
		kept[t.net.steps[i].node] = true
	}
	for i := range t.graph.Nodes {
		node := &t.graph.Nodes[i]
		if kept[node] || len(node.Outputs) == 0 {
			continue
		}
		if _, ok := t.net.ids[node.Outputs[0]]; !ok {
			continue // not needed for the logits
		}
		for _, name := range node.Inputs {
			if t.parameters[name] != nil {
				return t.net.fault(node.Name, node, fmt.Errorf("%w: parameter %q is read by a node of constants", ErrUnsupported, name))
			}
		}
	}
	return nil
}

// Step computes the loss of a batch of the graph's only input and makes one
// step of the optimiser: Backward and Update. It returns the loss before the
// step. A step after which a threshold is NaN or infinite is an error that wraps
// [quantizer.ErrNotFinite]; SetState helps.
func (t *Trainer) Step(x *Tensor, target Target) (float64, error) {
	if len(t.net.inputs) != 1 {
		return 0, report{fmt.Errorf("%w: Step of a graph of %d inputs", ErrShape, len(t.net.inputs))}
	}
	loss, err := t.Backward(map[string]*Tensor{t.net.inputs[0].info.Name: x}, target)
	if err != nil {
		return loss, err
	}
	t.Update()
	if t.fault != nil {
		return loss, report{t.fault}
	}
	return loss, nil
}

// Backward computes the loss of a batch and the gradients; it changes neither
// parameters nor running averages. A loss that is infinite or no number is an
// error that wraps ErrData, and there is nothing to update with then.
//
// Steps on batches of one shape use the memory of the first of them.
func (t *Trainer) Backward(inputs map[string]*Tensor, target Target) (float64, error) {
	loss, err := t.backward(inputs, target)
	if err != nil {
		t.fed = false
		return loss, report{err}
	}
	t.fed = true
	return loss, nil
}

func (t *Trainer) backward(inputs map[string]*Tensor, target Target) (float64, error) {
	if t.fault != nil {
		return 0, t.fault
	}
	tape, err := t.tapeFor(inputs)
	if err != nil {
		return 0, err
	}
	if err := tape.forward(); err != nil {
		return 0, err
	}
	loss, err := t.options.Loss.Evaluate(tape.logits.gradient, tape.logits.tensor.Float, tape.samples, len(tape.logits.tensor.Float)/tape.samples, target)
	if err != nil {
		return 0, err
	}
	if loss != loss || math.IsInf(loss, 0) {
		return loss, fmt.Errorf("%w: the loss is %v", ErrData, loss)
	}
	for _, p := range t.order {
		clear(p.gradient)
	}
	tape.backward()
	for _, p := range t.order {
		for i, w := range p.base {
			p.gradient[i] *= w
		}
	}
	return loss, nil
}

// Update makes one step of Adam with the gradients of the last Backward, at the
// rate of the schedule, and moves the running averages of batch normalizations:
// average = momentum*average + (1-momentum)*batch, with ONNX's attribute
// momentum and the variance divided by the number of elements. Without gradients it
// does nothing.
func (t *Trainer) Update() {
	if !t.fed {
		return
	}
	t.fed = false
	rate, restart := t.options.Schedule(t.step)
	if restart {
		t.ResetMoments()
	}
	t.step++
	t.adamStep++
	a := t.options.Adam
	c1, c2 := remaining(a.Beta1, t.adamStep), remaining(a.Beta2, t.adamStep)
	t.workers.each(len(t.order), func(_ *worker, i int) {
		p := t.order[i]
		a.update(p.tensor.Float, p.gradient, p.first, p.second, rate, c1, c2)
	})
	for _, update := range t.tape.updates {
		update()
	}
	if t.thresholds != nil {
		t.fault = t.project()
	}
}

// ResetMoments sets the moments of Adam to zero, as a restart does.
func (t *Trainer) ResetMoments() {
	t.adamStep = 0
	for _, p := range t.order {
		clear(p.first)
		clear(p.second)
	}
}

// Steps returns the number of steps made.
func (t *Trainer) Steps() int { return t.step }

// Parameters returns the names of what is trained, sorted: initializers, or thresholds
// as [ThresholdOptions] names them.
func (t *Trainer) Parameters() []string {
	names := make([]string, len(t.order))
	for i, p := range t.order {
		names[i] = p.name
	}
	return names
}

// Gradient returns the derivative of the loss of the last Backward with respect
// to a parameter, or to an input with TrainOptions.InputGradients; nil for any
// other name. It has the order of the tensor's elements, and is overwritten
// by the next Backward.
func (t *Trainer) Gradient(name string) []float32 {
	for _, p := range t.order {
		if p.name == name {
			return p.gradient
		}
	}
	if id, ok := t.net.ids[name]; ok && t.tape != nil && t.net.isInput(id) {
		return t.tape.slots[id].gradient
	}
	return nil
}

// Logits returns the logits of the last Backward, [N, K] by rows. They are
// overwritten by the next one.
func (t *Trainer) Logits() []float32 {
	if t.tape == nil {
		return nil
	}
	return t.tape.logits.tensor.Float
}

// Graph returns a graph like the one that NewTrainer was given, with copies of
// the parameters and running averages as they are now.
func (t *Trainer) Graph() *Graph {
	g := *t.graph
	g.Outputs = t.outputs
	g.Initializers = make(map[string]*Tensor, len(t.graph.Initializers))
	for name, tensor := range t.graph.Initializers {
		g.Initializers[name] = tensor
	}
	for _, p := range t.parameters {
		g.Initializers[p.name] = p.initializer().clone()
	}
	for _, name := range t.running {
		g.Initializers[name] = t.graph.Initializers[name].clone()
	}
	return &g
}
