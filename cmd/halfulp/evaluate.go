package main

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/halfulp/halfulp/internal/elementary"
	"github.com/halfulp/halfulp/internal/progress"
	"github.com/halfulp/halfulp/quantizer/network"
)

// evaluation runs one network on one set of samples in different arithmetics.
type evaluation struct {
	*subject
	input    network.ValueInfo
	output   string
	counted  []int // the samples that count: indices into test
	sites    []*network.Site
	classes  int
	progress *progress.Line
}

// newEvaluation checks that network and data go together. Samples with labels to ignore
// do not count, and none but the first limit, unless that is 0.
func newEvaluation(s *subject, ignore []int, limit int, p *progress.Line) (*evaluation, error) {
	e := &evaluation{subject: s, progress: p}
	g, d := s.graph, s.test
	var inputs []network.ValueInfo
	for _, in := range g.Inputs {
		if _, constant := g.Initializers[in.Name]; !constant {
			inputs = append(inputs, in)
		}
	}
	if len(inputs) != 1 || len(g.Outputs) != 1 {
		return nil, fmt.Errorf("%s: %d inputs and %d outputs; one of each is needed", s.model, len(inputs), len(g.Outputs))
	}
	e.input, e.output = inputs[0], g.Outputs[0].Name
	if e.input.Type != network.Float32 {
		return nil, fmt.Errorf("%s: the input %q is %v; float32 is needed", s.model, e.input.Name, e.input.Type)
	}
	if e.input.HasShape {
		if len(e.input.Shape) == 0 {
			return nil, fmt.Errorf("%s: the input %q has no dimension for samples", s.model, e.input.Name)
		}
		var want []int
		for _, d := range e.input.Shape[1:] {
			want = append(want, d.Size)
		}
		if err := d.CheckShape(want); err != nil {
			return nil, within(s.data, err)
		}
	}
	n, err := network.New(g, network.Options{Threads: 1})
	if err != nil {
		return nil, within(s.model, err)
	}
	e.sites = n.Sites()
	batch := e.batch(1)
	shapes, err := n.Shapes(map[string][]int{e.input.Name: append([]int{batch}, d.Shape()...)})
	if err != nil {
		return nil, within(s.model, err)
	}
	out := shapes[e.output]
	if len(out) == 0 || out[0] != batch {
		return nil, fmt.Errorf("%s: the output %q has the shape %v: no logits of each sample", s.model, e.output, out)
	}
	e.classes = 1
	for _, d := range out[1:] {
		e.classes *= d
	}
	if e.classes < 2 {
		return nil, fmt.Errorf("%s: the output %q has %d values for each sample; classes need two or more", s.model, e.output, e.classes)
	}
	if err := d.CheckLabels(e.classes); err != nil {
		return nil, within(s.data, err)
	}
	for _, label := range ignore {
		if label < 0 || label >= e.classes {
			return nil, usageError{fmt.Errorf("-ignore-labels %d: the network has the classes 0 to %d", label, e.classes-1)}
		}
	}
	end := d.Samples()
	if limit > 0 {
		end = min(end, limit)
	}
	labels := d.Labels() // none where the samples have no labels
	if labels == nil && len(ignore) > 0 {
		return nil, usageError{fmt.Errorf("-ignore-labels: %s has no labels", s.data)}
	}
	for i := range end {
		if labels == nil || !slices.Contains(ignore, labels[i]) {
			e.counted = append(e.counted, i)
		}
	}
	if len(e.counted) == 0 {
		return nil, fmt.Errorf("%s: no sample is left after -ignore-labels and -limit", s.data)
	}
	return e, nil
}

// batch returns how many of n samples to run at a time: what the network fixes, or
// enough to keep every worker busy.
func (e *evaluation) batch(n int) int {
	if e.input.HasShape && e.input.Shape[0].Size > 0 {
		return e.input.Shape[0].Size
	}
	const most = 32
	workers := runtime.GOMAXPROCS(0)
	return max(1, min(most, (n+workers-1)/workers))
}

// logits returns the outputs of the network for all samples that count, in order;
// a nil arithmetic is float32.
func (e *evaluation) logits(a network.Arithmetic) ([]float32, error) {
	out := make([]float32, len(e.counted)*e.classes)
	return out, e.run(a, e.test, e.counted, out)
}

// calibrate observes the activations of the first n samples for calibration.
func (e *evaluation) calibrate(n int) (*network.Calibration, error) {
	indices := make([]int, min(n, e.calibration.Samples()))
	for i := range indices {
		indices[i] = i
	}
	c := network.NewCalibration()
	return c, e.run(c.Observe(network.Float32Arithmetic{Threads: 1}), e.calibration, indices, nil)
}

// run runs some of the samples in batches, several at a time, and stores the
// outputs in out unless it is nil. A sample's result does not depend on its batch.
func (e *evaluation) run(a network.Arithmetic, from samples, indices []int, out []float32) error {
	n, err := network.New(e.graph, network.Options{Threads: 1, Arithmetic: a})
	if err != nil {
		return err
	}
	batch := e.batch(len(indices))
	batches := (len(indices) + batch - 1) / batch
	var (
		next, done atomic.Int64
		wg         sync.WaitGroup
		mu         sync.Mutex
		failed     error
		failedAt   = batches
	)
	report := make(chan struct{}, batches)
	for range min(runtime.GOMAXPROCS(0), batches) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				i := int(next.Add(1) - 1)
				if i >= batches {
					return
				}
				if err := e.runBatch(n, from, indices[i*batch:min((i+1)*batch, len(indices))], batch, i*batch, out); err != nil {
					mu.Lock()
					if i < failedAt { // the same error whatever the order
						failed, failedAt = err, i
					}
					mu.Unlock()
					next.Store(int64(batches))
					return
				}
				done.Add(1)
				report <- struct{}{}
			}
		}()
	}
	go func() { wg.Wait(); close(report) }()
	e.progress.At(0, len(indices))
	for range report {
		e.progress.At(min(int(done.Load())*batch, len(indices)), len(indices))
	}
	return failed
}

// runBatch runs some samples, filled up with zeros where the network fixes the
// size of a batch; at is the place of the first in out.
func (e *evaluation) runBatch(n *network.Network, from samples, indices []int, batch, at int, out []float32) error {
	if !e.input.HasShape || e.input.Shape[0].Size <= 0 {
		batch = len(indices)
	}
	x := make([]float32, 0, batch*from.SampleLen())
	for _, s := range indices {
		x = from.AppendInput(x, s, s+1)
	}
	x = x[:cap(x)][:batch*from.SampleLen()]
	result, err := n.Run(map[string]*network.Tensor{e.input.Name: network.NewFloat(append([]int{batch}, from.Shape()...), x)})
	if err != nil {
		return err
	}
	y := result[e.output]
	if len(y.Float) != batch*e.classes {
		return errors.New("the output is not float32, or its shape depends on the data")
	}
	if out != nil {
		copy(out[at*e.classes:], y.Float[:len(indices)*e.classes])
	}
	return nil
}

// judge compares logits with those of the float network and with the labels.
func (e *evaluation) judge(float, logits []float32) formatRun {
	var right, agree int
	labels := e.test.Labels()
	for i, s := range e.counted {
		f, q := float[i*e.classes:][:e.classes], logits[i*e.classes:][:e.classes]
		top := argmax(q)
		if labels != nil && top == labels[s] {
			right++
		}
		if top == argmax(f) {
			agree++
		}
	}
	r := formatRun{
		Accuracy:  100 * float64(right) / float64(len(e.counted)),
		Agreement: 100 * float64(agree) / float64(len(e.counted)),
	}
	if relative := relativeError(float, logits); !math.IsNaN(relative) && !math.IsInf(relative, 0) {
		r.Error = &relative
		if relative > 0 {
			db := -20 / math.Ln10 * elementary.Log(relative) // the same digits in JSON everywhere
			r.SQNR = &db
		}
	}
	return r
}

// relativeError returns the root of the mean square difference of y from x, in units of
// the root mean square of x: NaN or infinite where x is all zero.
func relativeError(x, y []float32) float64 {
	var signal, noise float64
	for i, v := range x {
		d := float64(v) - float64(y[i])
		signal += float64(float64(v) * float64(v))
		noise += float64(d * d)
	}
	return math.Sqrt(noise / signal)
}

// argmax returns the index of the largest value, the first of equal ones; -1 where
// all are NaN.
func argmax(x []float32) int {
	top := -1
	for i, v := range x {
		if v == v && (top < 0 || v > x[top]) {
			top = i
		}
	}
	return top
}
