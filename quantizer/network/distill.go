package network

import (
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"

	"github.com/halfulp/halfulp/quantizer"
)

// DistillOptions say how a [Distillation] goes about its work.
type DistillOptions struct {
	// Train has the Thresholds, which must not be nil, and the Loss, one that reads
	// Target.Teacher; nil means DistillRMS. A nil Schedule means
	// CosineRestarts(RATE, RATE/200, PERIOD) with a period of two epochs and a rate of
	// 0.02 for thresholds, 0.004 for multipliers of values and 1e-4 for weights.
	Train TrainOptions
	// Teacher is the network whose logits in float32 are the aim; nil means the graph
	// itself. A graph with corrected biases is another one in float32 than before:
	// its teacher is the one before.
	Teacher *Graph
	// Batch is the number of samples of a step; zero means 32, or all if they are
	// fewer.
	Batch int
	// Seed chooses the order of the samples, which is another one in every epoch.
	Seed uint64
}

// Distillation trains the thresholds of a network of few bits so that its logits come
// near those of a teacher, the same network in float32. It needs no labels (Goncharenko, Denisov
// and Alyamkin, "Fast adjustable threshold for uniform neural network quantization",
// 2019).
//
// Its methods must not be called concurrently. Its bits do not depend on the machine
// or the number of threads.
type Distillation struct {
	trainer           *Trainer
	options           DistillOptions
	train, validation taught
	epochs            int
	best              TrainState
	bestLoss          float64
}

// taught are samples with the logits of the network in float32.
type taught struct {
	x       *Tensor
	teacher []float32
}

// DistillEpoch is what one epoch of a [Distillation] did.
type DistillEpoch struct {
	Epoch int     // from 1
	Train float64 // mean loss of the steps, each before it was made
	// Validation is the loss of the validation samples after the epoch, and Best
	// tells whether it is the least so far.
	Validation float64
	Best       bool
	// Recovered counts steps with a loss or a threshold that was NaN or infinite.
	// Such a step is taken back, with up to six before it, and Adam begins anew.
	Recovered int
}

// goodSteps is the number of steps after which the state is kept to return to, as in
// the released code of FAT.
const goodSteps = 7

// NewDistillation makes a graph with one input ready for distillation. train and
// validation are samples; the latter, which choose the best thresholds, are those of train
// where nil. Fold batch normalization first. It fails as [NewTrainer] does, and
// with ErrData where there are no samples or logits in float32 are NaN or infinite.
func NewDistillation(g *Graph, train, validation *Tensor, o DistillOptions) (*Distillation, error) {
	d, err := newDistillation(g, train, validation, o)
	if err != nil {
		return nil, report{err}
	}
	return d, nil
}

func newDistillation(g *Graph, train, validation *Tensor, o DistillOptions) (*Distillation, error) {
	if o.Train.Thresholds == nil {
		return nil, fmt.Errorf("%w: a distillation without thresholds to train", ErrUnsupported)
	}
	if validation == nil {
		validation = train
	}
	for _, x := range []*Tensor{train, validation} {
		if err := x.check(); err != nil {
			return nil, fmt.Errorf("samples: %w", err)
		}
		if len(x.Shape) == 0 || x.Size() == 0 || !x.Type.IsFloat() {
			return nil, fmt.Errorf("%w: samples of type %v and shape %v", ErrData, x.Type, x.Shape)
		}
	}
	if o.Batch <= 0 {
		o.Batch = 32
	}
	o.Batch = min(o.Batch, train.Shape[0])
	if o.Train.Loss == nil {
		o.Train.Loss = DistillRMS{}
	}
	if o.Train.Schedule == nil {
		rate := 0.02
		if t := o.Train.Thresholds; t != nil && t.Train == Pointwise {
			rate = 0.004
		} else if t != nil && t.Train == Weights {
			rate = 1e-4
		}
		o.Train.Schedule = CosineRestarts(rate, rate/200, 2*(train.Shape[0]/o.Batch))
	}
	t, err := newTrainer(g, o.Train)
	if err != nil {
		return nil, err
	}
	if len(t.net.inputs) != 1 {
		return nil, fmt.Errorf("%w: distillation of a graph of %d inputs", ErrShape, len(t.net.inputs))
	}
	d := &Distillation{trainer: t, options: o}
	float := t.graph
	if o.Teacher != nil {
		if len(o.Teacher.Outputs) == 0 {
			return nil, fmt.Errorf("%w: a teacher without outputs", ErrGraph)
		}
		own := *o.Teacher
		own.Outputs = []ValueInfo{{Name: logitsOf(o.Teacher)}}
		float = &own
	}
	teacher, err := New(float, Options{Threads: o.Train.Threads, MaxBytes: o.Train.MaxBytes})
	if err != nil {
		return nil, err
	}
	if len(teacher.inputs) != 1 {
		return nil, fmt.Errorf("%w: a teacher of %d inputs", ErrShape, len(teacher.inputs))
	}
	for set, x := range map[*taught]*Tensor{&d.train: train, &d.validation: validation} {
		set.x = x
		if set.teacher, err = d.logits(teacher, x); err != nil {
			return nil, err
		}
		if err := finite(set.teacher); err != nil {
			return nil, fmt.Errorf("%w: logits in float32: %w", ErrData, err)
		}
	}
	d.best = t.State()
	d.bestLoss, err = d.validate()
	return d, err
}

// logits runs a network over samples, batch by batch.
func (d *Distillation) logits(n *Network, x *Tensor) ([]float32, error) {
	var out []float32
	for lo := 0; lo < x.Shape[0]; lo += d.options.Batch {
		hi := min(lo+d.options.Batch, x.Shape[0])
		size := len(x.Float) / x.Shape[0]
		batch := NewFloat(append([]int{hi - lo}, x.Shape[1:]...), x.Float[lo*size:hi*size])
		y, err := n.Run(map[string]*Tensor{n.inputs[0].info.Name: batch})
		if err != nil {
			return nil, err
		}
		for _, t := range y { // one output
			out = append(out, t.Float...)
		}
	}
	return out, nil
}

// validate returns the loss of the validation samples.
func (d *Distillation) validate() (float64, error) {
	y, err := d.logits(d.trainer.net, d.validation.x)
	if err != nil {
		return 0, err
	}
	n := d.validation.x.Shape[0]
	if len(y)%n != 0 {
		return 0, fmt.Errorf("%w: %d logits of %d samples", ErrShape, len(y), n)
	}
	return d.options.Train.Loss.Evaluate(make([]float32, len(y)), y, n, len(y)/n, Target{Teacher: d.validation.teacher})
}

// Epoch makes as many steps as there are whole batches, and validates. It fails
// where no step of the epoch could be made.
func (d *Distillation) Epoch() (DistillEpoch, error) {
	e, err := d.epoch()
	if err != nil {
		return e, report{err}
	}
	return e, nil
}

func (d *Distillation) epoch() (DistillEpoch, error) {
	e := DistillEpoch{Epoch: d.epochs + 1}
	n, size := d.options.Batch, len(d.train.x.Float)/d.train.x.Shape[0]
	classes := len(d.train.teacher) / d.train.x.Shape[0]
	x := NewFloat(append([]int{n}, d.train.x.Shape[1:]...), nil)
	target := Target{Teacher: make([]float32, n*classes)}
	good := d.trainer.State()
	order := shuffled(d.train.x.Shape[0], d.options.Seed, uint64(d.epochs))
	steps := 0
	for ; len(order) >= n; order = order[n:] {
		for i, sample := range order[:n] {
			copy(x.Float[i*size:][:size], d.train.x.Float[sample*size:][:size])
			copy(target.Teacher[i*classes:][:classes], d.train.teacher[sample*classes:][:classes])
		}
		loss, err := d.trainer.Step(x, target)
		switch {
		case err == nil:
			e.Train += loss
			if steps++; steps%goodSteps == 0 {
				good = d.trainer.State()
			}
			continue
		case !errors.Is(err, ErrData) && !errors.Is(err, quantizer.ErrNotFinite):
			return e, err
		}
		// The schedule goes on: a rate that is no number comes once.
		e.Recovered++
		good.Steps, good.SinceRestart = d.trainer.step, 0
		if err := d.trainer.SetState(good); err != nil {
			return e, err
		}
		d.trainer.ResetMoments()
		if steps == 0 && len(order) < 2*n {
			return e, err
		}
	}
	e.Train /= float64(steps)
	d.epochs++
	loss, err := d.validate()
	if err != nil {
		return e, err
	}
	e.Validation, e.Best = loss, loss < d.bestLoss
	if e.Best {
		d.best, d.bestLoss = d.trainer.State(), loss
	}
	return e, nil
}

// shuffled returns the numbers below n in the order of Fisher and Yates by PCG.
func shuffled(n int, seed, stream uint64) []int {
	random := rand.NewPCG(seed, stream)
	order := make([]int, n)
	for i := range order {
		j, _ := bits.Mul64(random.Uint64(), uint64(i)+1)
		order[i] = order[j]
		order[j] = i
	}
	return order
}

// Loss returns the least loss of the validation samples so far, of the thresholds before
// any training too.
func (d *Distillation) Loss() float64 { return d.bestLoss }

// Calibration returns the thresholds of the least loss, for a [FewBit] of the same
// format and PerChannel.
func (d *Distillation) Calibration() (*Calibration, error) {
	now := d.trainer.State()
	if err := d.trainer.SetState(d.best); err != nil {
		return nil, err
	}
	c := d.trainer.Calibration()
	return c, d.trainer.SetState(now)
}

// Graph returns the graph of the least loss: with the multiplied or trained weights and
// biases of [Pointwise] and [Weights], otherwise with those that it began with. Its
// thresholds are those of Calibration.
func (d *Distillation) Graph() (*Graph, error) {
	now := d.trainer.State()
	if err := d.trainer.SetState(d.best); err != nil {
		return nil, err
	}
	g := d.trainer.Graph()
	return g, d.trainer.SetState(now)
}

// DistillState is all that a [Distillation] changes: with it a run continues to the same
// bits as one that was not interrupted.
type DistillState struct {
	Epochs        int
	Trainer, Best TrainState
	Loss          float64 // of Best
}

// State returns a copy of the state after the last epoch.
func (d *Distillation) State() DistillState {
	return DistillState{d.epochs, d.trainer.State(), d.best, d.bestLoss}
}

// SetState sets the state to one of a distillation of the same graph, samples and
// options; otherwise it fails as [Trainer.SetState] does and changes nothing.
func (d *Distillation) SetState(s DistillState) error {
	if s.Epochs < 0 || !(s.Loss >= 0) {
		return report{fmt.Errorf("%w: a state after %d epochs with a loss of %v", ErrData, s.Epochs, s.Loss)}
	}
	now := d.trainer.State()
	err := d.trainer.SetState(s.Best)
	if err == nil {
		err = d.trainer.SetState(s.Trainer)
	}
	if err != nil {
		if back := d.trainer.SetState(now); back != nil {
			return back
		}
		return err
	}
	d.epochs, d.best, d.bestLoss = s.Epochs, s.Best, s.Loss
	return nil
}
