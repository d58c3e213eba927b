package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"path/filepath"

	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/internal/npz"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// quantizeSubject is what is quantized: a network, samples to calibrate and train with,
// others that choose the best epoch (nil where there are too few), and others that judge.
type quantizeSubject struct {
	subject
	validation samples
	split      splitting
}

// splitting says in a report which samples did what.
type splitting struct {
	Calibration int    `json:"calibration_samples"`
	Validation  int    `json:"validation_samples"`
	Evaluation  int    `json:"evaluation_samples"`
	Ignored     []int  `json:"ignored_labels"`
	From        string `json:"from"`
	JudgedBy    string `json:"judged_by"`
	Seed        uint64 `json:"seed"`
}

// chosen are some of the samples of a set, in an order of their own.
type chosen struct {
	samples
	indices []int
	labels  []int
}

func choose(s samples, indices []int) chosen {
	c := chosen{samples: s, indices: indices}
	if all := s.Labels(); all != nil {
		for _, i := range indices {
			c.labels = append(c.labels, all[i])
		}
	}
	return c
}

func (c chosen) Samples() int  { return len(c.indices) }
func (c chosen) Labels() []int { return c.labels }

func (c chosen) AppendInput(dst []float32, i, j int) []float32 {
	for _, k := range c.indices[i:j] {
		dst = c.samples.AppendInput(dst, k, k+1)
	}
	return dst
}

// subject reads the files that the command names, or takes the network that the program
// has with it.
func (c quantizeCommand) subject() (*quantizeSubject, error) {
	s := &quantizeSubject{split: splitting{Seed: c.Seed, Ignored: append([]int{}, c.IgnoreLabels...)}}
	switch {
	case c.Model == nil && c.Data == nil && c.Eval == nil:
		own, err := builtIn(c.Limit, c.Calibrate)
		if err != nil {
			return nil, err
		}
		s.subject = *own
		graph, err := onnx.Read(glyphs.Model()) // batch normalization is folded by a pass
		if err != nil {
			return nil, within(s.model, err)
		}
		s.graph = graph
		s.split.From, s.split.JudgedBy = "another seed", s.testName
		s.divide(indicesTo(s.calibration.Samples()))
		return s, nil
	case c.Model == nil || c.Data == nil:
		return nil, usageError{errors.New("-model and -data belong together: without both, the network is the program's own")}
	case *c.Model == "" || *c.Data == "" || c.Eval != nil && *c.Eval == "":
		return nil, usageError{errors.New("-model, -data and -eval need the name of a file")}
	}
	s.model, s.title = *c.Model, filepath.Base(*c.Model)
	var err error
	if s.graph, err = onnx.ReadFile(s.model); err != nil {
		return nil, within(s.model, err)
	}
	data, err := npz.OpenInputs(*c.Data, npz.Limits{})
	if err != nil {
		return nil, within(*c.Data, err)
	}
	s.calibration = data
	order := indicesTo(data.Samples())
	if !c.InOrder {
		order = shuffled(data.Samples(), c.Seed)
	}
	s.split.From = filepath.Base(*c.Data)
	if c.Eval != nil {
		s.data = *c.Eval
		judges, err := npz.OpenInputs(s.data, npz.Limits{})
		if err != nil {
			return nil, within(s.data, err)
		}
		s.test, s.testName = judges, filepath.Base(s.data)
		s.split.JudgedBy = s.testName
		s.divide(order[:min(c.Calibrate, len(order))])
		return s, nil
	}
	if len(order) < 2 {
		return nil, fmt.Errorf("%s: one sample cannot both calibrate and judge; -eval names others", *c.Data)
	}
	n := min(c.Calibrate, len(order)/2)
	s.data, s.testName = *c.Data, filepath.Base(*c.Data)
	s.split.JudgedBy = "held out of it"
	s.test = choose(data, order[n:])
	s.divide(order[:n])
	return s, nil
}

// divide leaves every fourth of some samples to validation, and the others to
// calibration and training.
func (s *quantizeSubject) divide(indices []int) {
	all := s.calibration
	var train, validation []int
	for i, k := range indices {
		if i%4 == 3 {
			validation = append(validation, k)
		} else {
			train = append(train, k)
		}
	}
	s.calibration = choose(all, train)
	if len(validation) > 0 {
		s.validation = choose(all, validation)
	}
	s.split.Calibration, s.split.Validation = len(train), len(validation)
}

func indicesTo(n int) []int {
	x := make([]int, n)
	for i := range x {
		x[i] = i
	}
	return x
}

// shuffled returns the numbers below n in the order of Fisher and Yates by PCG.
func shuffled(n int, seed uint64) []int {
	random := rand.NewPCG(seed, 0)
	order := make([]int, n)
	for i := range order {
		j, _ := bits.Mul64(random.Uint64(), uint64(i)+1)
		order[i] = order[j]
		order[j] = i
	}
	return order
}

// tensor returns samples as one batch.
func tensor(s samples) *network.Tensor {
	return network.NewFloat(append([]int{s.Samples()}, s.Shape()...), s.AppendInput(nil, 0, s.Samples()))
}

// digest names a run: its network, the samples that it learns from and its flags.
func (s *quantizeSubject) digest(c quantizeCommand) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s %s %s %q %s %s %q %v %d %v %d %d %v %q %v\n", version(), s.title, c.Format, c.Weights, c.Scheme, c.Thresholds,
		c.Rescale, c.With, c.Relu6, c.Train, c.Pointwise, c.Calibrate, c.Seed, c.InOrder, c.Float, c.KeepGoing)
	if b, err := onnx.Write(s.graph); err == nil {
		h.Write(b)
	}
	for _, set := range []samples{s.calibration, s.validation} {
		if set == nil {
			continue
		}
		for i := range set.Samples() {
			// A hash takes all that is written.
			_ = binary.Write(h, binary.LittleEndian, set.AppendInput(nil, i, i+1))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
