package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/internal/npz"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// A subject is what a sweep runs: a network, and samples to judge it by.
type subject struct {
	model, data string // names of the files, for errors
	graph       *network.Graph
	test        samples
	calibration samples

	// What a table says of them.
	title, testName, calibrationName string
}

// samples are labelled inputs of a network: an [npz.Dataset], or [images].
type samples interface {
	Samples() int
	Shape() []int // of one sample
	SampleLen() int
	Labels() []int
	AppendInput(dst []float32, i, j int) []float32
	CheckShape(want []int) error
	CheckLabels(classes int) error
}

// subject reads the files that the command names, or takes the network that the
// program has with it.
func (c sweepCommand) subject() (*subject, error) {
	switch {
	case c.Model == nil && c.Data == nil:
		return builtIn(c.Limit, c.Calibrate)
	case c.Model == nil || c.Data == nil:
		return nil, usageError{errors.New("-model and -data belong together: without both, the network is the program's own")}
	case *c.Model == "" || *c.Data == "":
		return nil, usageError{errors.New("-model and -data need the name of a file")}
	}
	s := &subject{model: *c.Model, data: *c.Data}
	graph, err := onnx.ReadFile(s.model)
	if err != nil {
		return nil, within(s.model, err)
	}
	s.graph, _ = network.FoldBatchNorm(graph)
	data, err := npz.OpenDataset(s.data, npz.Limits{})
	if err != nil {
		return nil, within(s.data, err)
	}
	s.test, s.calibration = data, data
	s.title, s.testName = filepath.Base(s.model), filepath.Base(s.data)
	s.calibrationName = fmt.Sprintf("the first %d samples", min(c.Calibrate, data.Samples()))
	return s, nil
}

const (
	builtInImages = 2400    // 200 of each class: one standard deviation is below half a point
	mostImages    = 100_000 // 230 MB of float32
)

// builtIn is the network of package glyphs with so many images of its test set,
// which 0 leaves to the program, and of its calibration set.
func builtIn(test, calibration int) (*subject, error) {
	if test == 0 {
		test = builtInImages
	}
	if max(test, calibration) > mostImages {
		return nil, usageError{fmt.Errorf("-limit and -calibrate are at most %d for the program's own network", mostImages)}
	}
	s := &subject{
		model: "glyphs", data: "glyphs", title: "glyphs", testName: "drawn letters and digits",
		calibrationName: fmt.Sprintf("%d samples of another seed", calibration),
	}
	graph, err := onnx.Read(glyphs.Model())
	if err != nil {
		return nil, within(s.model, err)
	}
	s.graph, _ = network.FoldBatchNorm(graph)
	s.test, s.calibration = draw(glyphs.TestSeed, test), draw(glyphs.CalibrationSeed, calibration)
	return s, nil
}

// images are drawn samples.
type images struct {
	x      []float32
	labels []int
}

func draw(seed uint64, n int) images {
	x, labels := glyphs.Set(seed, n)
	return images{x, labels}
}

func (d images) Samples() int   { return len(d.labels) }
func (d images) Shape() []int   { return []int{1, glyphs.Size, glyphs.Size} }
func (d images) SampleLen() int { return glyphs.Size * glyphs.Size }
func (d images) Labels() []int  { return d.labels }

func (d images) AppendInput(dst []float32, i, j int) []float32 {
	return append(dst, d.x[i*d.SampleLen():j*d.SampleLen()]...)
}

// The network was made for these images.

func (d images) CheckShape([]int) error { return nil }
func (d images) CheckLabels(int) error  { return nil }
