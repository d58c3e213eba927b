package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/internal/progress"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// defaultFormats are those of a sweep that names none.
var defaultFormats = []string{
	"binary16", "e5m2", "e4m3fn", "e3m4", "e2m5finite", "int8", "int8/channel",
	"e3m2fn", "e2m3fn/channel", "int6/channel", "e2m1fn/channel", "int4/channel",
}

// sweepCommand is "halfulp sweep".
type sweepCommand struct {
	Model        *string  `placeholder:"X.onnx" help:"The network, as an ONNX file. Without it and -data: the program's own, which tells glyphs apart."`
	Data         *string  `placeholder:"Y.npz" help:"Labelled samples: x (samples first), y (class indices), optional scale and offset (input = x*scale + offset)."`
	Formats      []string `default:"${formats}" placeholder:"F" help:"Formats of weights and activations: e4m3fn, e3m4, finite e2m5, binary16, int8, q1.6, ... With /channel behind, one scale per output channel of the weights. Default: ${formatList}."`
	Accumulator  string   `placeholder:"F" help:"What sums are made in: float32, exact, or a minifloat format with a rounding at every step. Default: exact for integers and fixed point, float32 for the others."`
	PerChannel   bool     `help:"One weight scale per output channel for every format."`
	IgnoreLabels []int    `placeholder:"N" help:"Leave samples of these classes out."`
	Limit        int      `placeholder:"N" help:"Use only the first N samples. The program's own are drawn when they are needed, ${images} unless N says otherwise."`
	Calibrate    int      `default:"128" placeholder:"N" help:"Find thresholds on the first N samples, whatever their labels; the program's own are others than those of the table. Default: 128."`
	Float        []string `placeholder:"PREFIX" help:"Products of nodes whose names begin so stay float32."`
	Output       string   `short:"o" placeholder:"F.svg" help:"Draw accuracy against bits."`
	JSON         bool     `name:"json" help:"Print JSON."`
}

// target is one column of arithmetic to try.
type target struct {
	format     quantizer.Format
	perChannel bool
}

func (t target) label() string {
	if t.perChannel {
		return t.format.Name() + " per channel"
	}
	return t.format.Name()
}

// sweepResult is what a sweep found; it is the JSON that is printed.
type sweepResult struct {
	Model        string      `json:"model"`
	Data         string      `json:"data"`
	Samples      int         `json:"samples"`
	FileSamples  int         `json:"samples_in_file"`
	IgnoreLabels []int       `json:"ignored_labels"`
	Calibrated   int         `json:"calibration_samples"`
	Accumulator  string      `json:"accumulator"`
	FloatNodes   []string    `json:"float_node_prefixes"`
	Sites        int         `json:"products"`
	FloatSites   int         `json:"float_products"`
	Deviation    float64     `json:"accuracy_standard_deviation_percent"`
	Rows         []formatRun `json:"formats"`

	calibration string // the samples that the thresholds were found on
}

// formatRun is the outcome of one format.
type formatRun struct {
	Format      string   `json:"format"`
	PerChannel  bool     `json:"per_channel"`
	Bits        int      `json:"bits"`
	Accuracy    float64  `json:"accuracy_percent"`
	Agreement   float64  `json:"agreement_percent"`
	SQNR        *float64 `json:"sqnr_db"`            // nil where it is infinite or not defined
	Error       *float64 `json:"relative_rms_error"` // of the logits; nil where they are not finite
	WeightBytes int64    `json:"weight_bytes"`
}

// Run implements the command.
func (c sweepCommand) Run(s streams) error {
	targets, err := c.targets()
	if err != nil {
		return usageError{err}
	}
	accumulator, sums, err := parseAccumulator(c.Accumulator)
	if err != nil {
		return usageError{err}
	}
	switch {
	case c.Limit < 0:
		return usageError{errors.New("-limit is negative")}
	case c.Calibrate < 1:
		return usageError{errors.New("-calibrate is less than 1")}
	case c.Output != "" && !strings.EqualFold(filepath.Ext(c.Output), ".svg"):
		return usageError{fmt.Errorf("-o %s: the picture is an SVG file, its name has to end in .svg", c.Output)}
	}
	subject, err := c.subject()
	if err != nil {
		return err
	}
	p := progress.New(s.err)
	defer p.Clear()
	e, err := newEvaluation(subject, c.IgnoreLabels, c.Limit, p)
	if err != nil {
		return err
	}
	var chart *wholeFile
	if c.Output != "" {
		if chart, err = createWhole(c.Output); err != nil {
			return err
		}
		defer chart.drop()
	}
	p.Begin("float32")
	float, err := e.logits(nil)
	if err != nil {
		return within(subject.model, err)
	}
	p.Begin("calibration")
	calibration, err := e.calibrate(c.Calibrate)
	if err != nil {
		return within(subject.model, err)
	}

	r := sweepResult{
		Model: subject.title, Data: subject.testName, calibration: subject.calibrationName,
		Samples: len(e.counted), FileSamples: subject.test.Samples(), IgnoreLabels: append([]int{}, c.IgnoreLabels...),
		Calibrated: min(c.Calibrate, subject.calibration.Samples()), Accumulator: sums, FloatNodes: append([]string{}, c.Float...),
	}
	few := network.FewBit{Calibration: calibration, Float: c.Float, Threads: 1}
	r.Sites = len(e.sites)
	for _, site := range e.sites {
		if few.KeepsFloat(site.Node) {
			r.FloatSites++
		}
	}
	if len(c.Float) > 0 && r.FloatSites == 0 {
		return usageError{fmt.Errorf("-float %s: no product of the network has such a node", strings.Join(c.Float, ","))}
	}
	weights, _ := few.Weights(e.sites)
	base := e.judge(float, float)
	base.Format, base.Bits = "float32", 32
	base.WeightBytes = 4 * weights
	r.Rows = append(r.Rows, base)
	r.Deviation = 100 * math.Sqrt(base.Accuracy/100*(1-base.Accuracy/100)/float64(len(e.counted)))
	for i, t := range targets {
		p.Begin(fmt.Sprintf("%s (%d of %d)", t.label(), i+1, len(targets)))
		few.Format, few.PerChannel, few.Accumulator = t.format, t.perChannel, accumulator
		if sums == "" && t.format.Kind() != quantizer.Minifloat {
			few.Accumulator = blas.Accumulator{Exact: true}
		}
		logits, err := e.logits(few)
		if err != nil {
			return within(subject.model, err)
		}
		run := e.judge(float, logits)
		run.Format, run.PerChannel, run.Bits = t.format.Name(), t.perChannel, t.format.Bits()
		run.WeightBytes = few.WeightBytes(e.sites)
		r.Rows = append(r.Rows, run)
	}
	p.Clear()
	if chart != nil {
		if err := r.draw(chart); err != nil {
			return err
		}
	}
	if c.JSON {
		return writeJSON(s.out, r)
	}
	if err := r.text(s.out); err != nil {
		return err
	}
	if chart != nil {
		_, err = fmt.Fprintf(s.out, "\npicture: %s\n", c.Output)
	}
	return err
}

// targets parses the list of formats.
func (c sweepCommand) targets() ([]target, error) {
	var list []target
	seen := map[target]bool{}
	for _, name := range c.Formats {
		name, suffix, cut := strings.Cut(name, "/")
		if cut && suffix != "channel" {
			return nil, fmt.Errorf("-formats: %q behind %q: only /channel is possible", "/"+suffix, name)
		}
		f, err := quantizer.ParseFormat(name)
		if err != nil {
			return nil, fmt.Errorf("-formats: %w", err)
		}
		if t := (target{f, cut || c.PerChannel}); !seen[t] {
			seen[t] = true
			list = append(list, t)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("-formats names no format")
	}
	return list, nil
}

// within says which file an error is about, unless it says so itself.
func within(path string, err error) error {
	if errors.As(err, new(*os.PathError)) || strings.Contains(err.Error(), filepath.Base(path)) {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// ofLabels describes which samples were counted.
func (r sweepResult) ofLabels() string {
	if len(r.IgnoreLabels) == 0 {
		return ""
	}
	labels := make([]string, len(r.IgnoreLabels))
	for i, l := range r.IgnoreLabels {
		labels[i] = strconv.Itoa(l)
	}
	word := "label"
	if len(labels) > 1 {
		word = "labels"
	}
	return fmt.Sprintf(" without %s %s", word, strings.Join(labels, ", "))
}
