package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/halfulp/halfulp/internal/progress"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// quantizeRun takes a network through the stages.
type quantizeRun struct {
	plan
	subject    *quantizeSubject
	e          *evaluation
	progress   *progress.Line
	checkpoint *checkpoint

	result quantizeResult
	float  []float32 // the logits in float32
	pairs  []byte    // the ONNX file; nil where there is none
}

func newRun(p plan, s *quantizeSubject, e *evaluation, line *progress.Line, c *checkpoint) *quantizeRun {
	return &quantizeRun{plan: p, subject: s, e: e, progress: line, checkpoint: c}
}

// all goes through the stages: each begins where an earlier one left the network.
func (r *quantizeRun) all() (*quantizeRun, error) {
	s := r.subject
	s.split.Evaluation = len(r.e.counted)
	r.result = quantizeResult{Model: s.title, Scheme: r.scheme(), Format: r.few.Format.Name(), Samples: s.split, Losses: []lossPoint{}}
	if err := r.begin(); err != nil {
		return nil, err
	}
	start := network.Quantization{
		Graph: s.graph, FewBit: r.few, Skip: r.keepGoing, Histograms: true,
		Samples:  map[string]*network.Tensor{r.e.input.Name: tensor(s.calibration)},
		Training: network.TrainingOptions{Epochs: r.epochs, Each: r.epoch, Resume: r.checkpoint.States},
	}
	start.Training.Distill.Seed = r.seed
	if s.validation != nil {
		start.Training.Validation = tensor(s.validation)
	}
	naive := start
	if err := r.stage("naive", &naive, "fold", "calibrate"); err != nil {
		return nil, err
	}
	ranged := start
	if err := r.ranges("calibrated", &ranged, "fold"); err != nil {
		return nil, err
	}
	last := ranged
	if err := r.stage("calibrated", &last, "correct"); err != nil {
		return nil, err
	}
	if r.rescale != "" || len(r.before) > 0 {
		ranged = start
		chain := []string{"fold"}
		if r.rescale != "" {
			chain = append(chain, r.rescale)
		}
		if err := r.ranges("rescaled", &ranged, append(chain, r.before...)...); err != nil {
			return nil, err
		}
		last = ranged
		if err := r.stage("rescaled", &last, "correct"); err != nil {
			return nil, err
		}
	}
	if r.epochs > 0 {
		if err := r.passes("trained", &ranged, "train"); err != nil {
			return nil, hint(err)
		}
		last = ranged
		if err := r.stage("trained", &last, "correct"); err != nil {
			return nil, err
		}
	}
	for _, pass := range r.after {
		if err := r.passes(pass, &ranged, pass); err != nil {
			return nil, err
		}
		last = ranged
		if err := r.stage(pass, &last, "correct"); err != nil {
			return nil, err
		}
	}
	if r.pointwise {
		if err := r.stage("point-wise", &last, "pointwise"); err != nil {
			return nil, err
		}
	}
	if r.few.Accumulator.Exact {
		if err := r.stage("int32 biases", &last, "biases"); err != nil {
			return nil, err
		}
	}
	r.result.Losses = append(r.result.Losses, r.checkpoint.Losses...)
	if err := r.layers(&naive, &last); err != nil {
		return nil, err
	}
	return r, r.export(&last)
}

// hint says what to do about a network that cannot be trained.
func hint(err error) error {
	if errors.Is(err, network.ErrUnsupported) {
		return fmt.Errorf("%w (-train 0 does without training, -keep-going without what fails)", err)
	}
	return err
}

// begin runs the network in float32.
func (r *quantizeRun) begin() error {
	if n := len(r.e.sites); n == 0 {
		return errors.New("no matrix products: there is nothing to quantize")
	} else if kept := r.kept(); len(r.few.Float) > 0 && kept == 0 {
		return usageError{fmt.Errorf("-float %s: no product of the network has such a node", strings.Join(r.few.Float, ","))}
	} else if kept == n {
		return usageError{errors.New("-float keeps all products of the network in float32")}
	}
	r.progress.Begin("float32")
	var err error
	if r.float, err = r.e.logits(nil); err != nil {
		return err
	}
	for i, v := range r.float {
		if v-v != 0 {
			return fmt.Errorf("the network itself gives %v in float32 for sample %d: nothing to agree with", v, r.e.counted[i/r.e.classes])
		}
	}
	weights, _ := r.few.Weights(r.e.sites)
	z := r.score(r.float)
	z.Name, z.WeightBytes = "float32", 4*weights
	r.result.Stages = append(r.result.Stages, z)
	return nil
}

func (r *quantizeRun) kept() (n int) {
	for _, s := range r.e.sites {
		if r.few.KeepsFloat(s.Node) {
			n++
		}
	}
	return n
}

// passes applies passes to a network on the way to a stage.
func (r *quantizeRun) passes(stage string, q *network.Quantization, names ...string) error {
	for _, name := range names {
		pass, err := network.PassByName(name)
		if err != nil {
			return err
		}
		r.progress.Begin(stage + ": " + name)
		reports, err := q.Apply(pass)
		if err != nil {
			return err
		}
		for _, report := range reports {
			z := passReport{Stage: stage, Pass: report.Pass, Summary: pass.Summary, Done: report.Done()}
			for _, e := range report.Entries {
				z.Entries = append(z.Entries, passEntry{e.Node, e.Done, e.Text})
			}
			r.result.Passes = append(r.result.Passes, z)
		}
	}
	return nil
}

// stage applies passes and judges what comes of them.
func (r *quantizeRun) stage(name string, q *network.Quantization, passes ...string) error {
	if err := r.passes(name, q, passes...); err != nil {
		return err
	}
	if q.FewBit.Calibration == nil {
		return errors.New("nothing could be calibrated")
	}
	r.progress.Begin(name + ": judging")
	e := *r.e
	e.graph = q.Graph
	logits, err := e.logits(q.FewBit)
	if err != nil {
		return err
	}
	n, err := network.New(q.Graph, network.Options{Threads: 1})
	if err != nil {
		return err
	}
	z := r.score(logits)
	z.Name, z.WeightBytes = name, q.FewBit.WeightBytes(n.Sites())
	r.result.Stages = append(r.result.Stages, z)
	return nil
}

// score compares logits with those in float32 and with the labels.
func (r *quantizeRun) score(logits []float32) stageResult {
	run, n := r.e.judge(r.float, logits), len(r.e.counted)
	z := stageResult{Agreement: share{Percent: run.Agreement}, SQNR: run.SQNR, Exact: run.SQNR == nil && run.Error != nil}
	z.Agreement.Low, z.Agreement.High = wilson(run.Agreement, n)
	if r.e.test.Labels() != nil {
		z.Accuracy = &share{Percent: run.Accuracy}
		z.Accuracy.Low, z.Accuracy.High = wilson(run.Accuracy, n)
	}
	return z
}

// wilson returns the interval that holds a share of n samples with a confidence of 95 %
// (Wilson, 1927), in percent as the share is.
func wilson(percent float64, n int) (lo, hi float64) {
	const z = 1.959964
	p, m := percent/100, float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := float64(z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+float64(z*z)/(4*m*m)))
	return 100 * max(0, mid-half), 100 * min(1, mid+half)
}

// epoch shows and keeps what an epoch of training did.
func (r *quantizeRun) epoch(pass string, e network.DistillEpoch, s network.DistillState) error {
	p := lossPoint{Pass: pass, Epoch: e.Epoch, Validation: e.Validation, Best: e.Best, Recovered: e.Recovered}
	if e.Epoch > 0 {
		p.Training = &e.Train
	}
	r.progress.At(e.Epoch, r.epochs, fmt.Sprintf("loss %.4g", e.Validation))
	return r.checkpoint.keep(pass, s, p)
}

// export writes the network with pairs, where a file can hold it.
func (r *quantizeRun) export(q *network.Quantization) error {
	r.progress.Begin("writing")
	pairs, entries, err := network.InsertQDQ(q.Graph, q.FewBit)
	if errors.Is(err, network.ErrUnsupported) {
		r.result.Notes = append(r.result.Notes, "no ONNX file: "+oneLine(err))
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Reason != "" {
			r.result.Float = append(r.result.Float, passEntry{Node: e.Node, Text: e.Reason})
		}
	}
	r.pairs, err = onnx.Write(pairs)
	return err
}

const reportName = "report.html"

// fileNames returns the names of what a run leaves in a folder.
func (r *quantizeRun) fileNames() (report, data, model string) {
	base := strings.TrimSuffix(filepath.Base(r.subject.title), ".onnx")
	model = base + "-" + r.few.Format.Name()
	if w := r.few.WeightScheme(1, 1).Format; w != r.few.Format {
		model += "-" + w.Name()
	}
	return reportName, "report.json", strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, c) || c < ' ' {
			return '_'
		}
		return c
	}, model) + ".onnx"
}

// channelSpread is how the largest magnitudes of the output channels of weights differ.
func channelSpread(s *network.Site) *spread {
	if s.Weight == nil || s.Weight.Shape[0] == 0 {
		return nil
	}
	n := s.Weight.Shape[0]
	o := quantizer.NewChannelMinMax(n, len(s.Weight.Float)/n)
	if o.Observe(s.Weight.Float) != nil {
		return nil // NaN or infinite, and the product stays float32
	}
	t := o.Thresholds()
	slices.Sort(t)
	return &spread{Least: t[0], Median: t[n/2], Greatest: t[n-1]}
}
