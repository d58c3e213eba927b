package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/halfulp/halfulp/internal/progress"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// quantizeCommand is "halfulp quantize".
type quantizeCommand struct {
	Model        *string  `placeholder:"X.onnx" help:"The network, as an ONNX file. Without it and -data: the program's own, which tells glyphs apart."`
	Data         *string  `placeholder:"X.npz" help:"Samples x (samples first; optional scale and offset, input = x*scale + offset) to calibrate and train with. They need no labels."`
	Eval         *string  `placeholder:"Y.npz" help:"Other samples to judge by, with labels y (class indices) if there are any. Without it a part of -data is held out."`
	IgnoreLabels []int    `placeholder:"N" help:"Leave samples of these classes out where accuracy is judged."`
	Format       string   `default:"int8" placeholder:"F" help:"Format of activations and weights: int8, e4m3fn, int4, q1.6, ... Default: int8."`
	Weights      string   `placeholder:"F" help:"Format of weights, where it is another one."`
	Scheme       []string `placeholder:"S" help:"channel: one weight scale per output channel; asymmetric: zero points for activations; power-of-two: scales that are powers of two. Default: one symmetric scale per tensor."`
	Thresholds   string   `default:"auto" placeholder:"C" help:"What chooses ranges of activations from what was seen: minmax, percentile:P, mse, sqnr, kl; auto: the one of these whose logits come nearest to those in float32, over the samples that choose the best epoch. Default: auto."`
	Rescale      string   `default:"auto" enum:"auto,equalize,relu6,none" placeholder:"R" help:"equalize: balance neighbouring layers, with a limit for each channel of ReLU6; relu6: even out the channels of depthwise convolutions, channels that reach ReLU6's limit stay; none. Default: equalize where one scale serves all channels, none where each has its own."`
	Relu6        bool     `name:"relu6" help:"The same as -rescale relu6."`
	Train        int      `default:"6" placeholder:"N" help:"Epochs of training of the thresholds, without labels; 0 for none. Default: 6."`
	With         []string `placeholder:"PASS" help:"More passes, each in its place: absorb and center before calibration, fit and adaround after training."`
	Pointwise    bool     `help:"Then train a multiplier of every weight and bias too, for as many epochs."`
	Calibrate    int      `default:"256" placeholder:"N" help:"So many samples calibrate and train; every fourth of them chooses the best epoch instead. At most half of -data where there is no -eval. Default: 256."`
	Limit        int      `placeholder:"N" help:"Judge by at most N samples. The program's own are drawn when they are needed, ${images} unless N says otherwise."`
	InOrder      bool     `help:"Take the samples of -data as they come: the first calibrate, the last are held out. Otherwise they are drawn. For samples that belong together, such as crops of one photo."`
	Seed         uint64   `default:"1" placeholder:"N" help:"Chooses the samples that are drawn, and the order of training. Default: 1."`
	Float        []string `placeholder:"PREFIX" help:"Products of nodes whose names begin so stay float32."`
	KeepGoing    bool     `help:"Leave in float32 what cannot be quantized as asked, and leave out passes that fail; the report says what and why. Otherwise the first such thing ends the run."`
	Output       string   `short:"o" placeholder:"DIR" help:"Folder for report.html, report.json and the quantized network in ONNX, with QuantizeLinear and DequantizeLinear pairs."`
	Checkpoint   string   `placeholder:"FILE" help:"Where training is kept after every epoch: a run that was interrupted goes on from there, to the same bits. Removed at the end. Default: checkpoint in the folder of -o."`
	JSON         bool     `name:"json" help:"Print JSON."`

	guide bool // say what to try next
}

// plan is what the flags of quantizeCommand mean.
type plan struct {
	few       network.FewBit
	criteria  []quantizer.Criterion // of which the best is chosen, where there are several
	rescale   string                // the name of a pass, or empty
	epochs    int
	pointwise bool
	before    []string // passes between rescaling and calibration
	after     []string // passes between training and the last correction, a stage each
	seed      uint64
	keepGoing bool
}

// plan checks the flags.
func (c quantizeCommand) plan() (p plan, err error) {
	if p.few.Format, err = quantizer.ParseFormat(c.Format); err != nil {
		return p, fmt.Errorf("-format: %w", err)
	}
	formats := []quantizer.Format{p.few.Format}
	if c.Weights != "" {
		if p.few.WeightFormat, err = quantizer.ParseFormat(c.Weights); err != nil {
			return p, fmt.Errorf("-weights: %w", err)
		}
		formats = append(formats, p.few.WeightFormat)
	}
	for _, word := range c.Scheme {
		switch word {
		case "tensor", "symmetric":
		case "channel":
			p.few.PerChannel = true
		case "asymmetric":
			p.few.Asymmetric = true
		case "power-of-two":
			p.few.PowerOfTwo = true
		default:
			return p, fmt.Errorf("-scheme: unknown %q; there are tensor, channel, symmetric, asymmetric, power-of-two", word)
		}
	}
	if err := p.few.ActivationScheme().Check(); err != nil {
		return p, fmt.Errorf("-format, -scheme: %w", err)
	}
	if !p.few.WeightScheme(1, 1).Format.Signed() {
		return p, fmt.Errorf("%v cannot hold weights, which are below zero too: -weights names their format", p.few.WeightScheme(1, 1).Format)
	}
	p.few.Accumulator.Exact = true
	for _, f := range formats {
		p.few.Accumulator.Exact = p.few.Accumulator.Exact && f.Kind() != quantizer.Minifloat
	}
	if p.criteria, err = criteria(c.Thresholds); err != nil {
		return p, fmt.Errorf("-thresholds: %w", err)
	}
	p.rescale = c.Rescale
	if c.Relu6 {
		p.rescale = "relu6"
	}
	switch {
	case p.rescale == "relu6":
		p.rescale = "rescale"
	case p.rescale == "none", p.rescale == "auto" && p.few.PerChannel:
		p.rescale = ""
	case p.rescale == "auto":
		p.rescale = "equalize"
	}
	for _, name := range c.With {
		switch name {
		case "absorb", "center":
			p.before = append(p.before, name)
		case "fit", "adaround":
			p.after = append(p.after, name)
		default:
			return p, fmt.Errorf("-with: unknown %q; there are absorb, center, fit, adaround", name)
		}
	}
	switch {
	case c.Train < 0 || c.Limit < 0:
		return p, errors.New("-train and -limit are not negative")
	case c.Calibrate < 1:
		return p, errors.New("-calibrate is less than 1")
	case c.Pointwise && c.Train == 0:
		return p, errors.New("-pointwise trains for as many epochs as -train says: 0")
	}
	p.few.Float, p.few.Threads = c.Float, 1
	p.epochs, p.pointwise, p.seed, p.keepGoing = c.Train, c.Pointwise, c.Seed, c.KeepGoing
	return p, nil
}

// Run implements the command.
func (c quantizeCommand) Run(s streams) error {
	plan, err := c.plan()
	if err != nil {
		return usageError{err}
	}
	subject, err := c.subject()
	if err != nil {
		return err
	}
	line := progress.New(s.err)
	defer line.Clear()
	e, err := newEvaluation(&subject.subject, c.IgnoreLabels, c.Limit, line)
	if err != nil {
		return err
	}
	open := openFolder
	if c.guide {
		open = openOwnFolder
	}
	out, err := open(c.Output)
	if err != nil {
		return err
	}
	checkpoint, err := openCheckpoint(c.Checkpoint, out, subject.digest(c))
	if err != nil {
		return err
	}
	r, err := newRun(plan, subject, e, line, checkpoint).all()
	if err != nil {
		return within(subject.model, err)
	}
	line.Clear()
	if err := r.write(out); err != nil {
		return err
	}
	if err := checkpoint.remove(); err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(s.out, r.result)
	}
	if err := r.result.text(s.out); err != nil {
		return err
	}
	if c.guide {
		_, err = io.WriteString(s.out, next)
	}
	return err
}

// scheme says in words how a plan quantizes.
func (p plan) scheme() string {
	w := p.few.WeightScheme(1, 1).Format
	var parts []string
	if w == p.few.Format {
		parts = append(parts, w.Name()+" weights and activations")
	} else {
		parts = append(parts, fmt.Sprintf("%v weights, %v activations", w, p.few.Format))
	}
	if p.few.PerChannel {
		parts = append(parts, "one weight scale per output channel")
	} else {
		parts = append(parts, "one scale per tensor")
	}
	if p.few.Asymmetric {
		parts = append(parts, "activations with zero points")
	}
	if p.few.PowerOfTwo {
		parts = append(parts, "scales are powers of two")
	}
	if p.few.Accumulator.Exact {
		parts = append(parts, "exact sums")
	} else {
		parts = append(parts, "sums in float32")
	}
	return strings.Join(parts, ", ")
}
