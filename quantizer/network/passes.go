package network

import (
	"fmt"
	"strings"

	"github.com/halfulp/halfulp/quantizer"
)

// Quantization is a network on its way to few bits: what a [Pass] reads and
// changes.
type Quantization struct {
	// Graph is the network as the passes so far left it. A pass puts another graph
	// in its place and never changes one.
	Graph *Graph
	// Samples are the inputs to calibrate with, in one batch.
	Samples map[string]*Tensor
	// FewBit is the arithmetic that the network is made ready for. The pass
	// calibrate sets its Calibration; a pass after which that does not fit any
	// more takes it away.
	FewBit FewBit
	// Options of the passes; all of them have usable zero values.
	Rescale    RescaleOptions
	Equalize   EqualizeOptions
	Deviations float64 // of absorb, see AbsorbBiases
	// Histograms lets calibrate keep histograms of activations even where the criterion
	// of FewBit needs none.
	Histograms bool
	Training   TrainingOptions // of train and pointwise
	Rounding   RoundingOptions // of adaround
	Options    Options         // how the network is run; Arithmetic is not used
	// Skip goes on where something cannot be done, and the report says why: calibrate
	// leaves a product in float32 (FewBit.Kept) whose activations are NaN or infinite
	// or were not seen, or whose weights or format few-bit arithmetic refuses; another
	// pass that fails is left out. Otherwise the first such thing is an error.
	Skip bool

	statistics *OutputStatistics
	observed   *Graph // that the statistics are of
	origin     *Graph // before the first pass
	aim        *Graph // as the last pass left it that keeps what the network computes in float32
}

// Pass is one step of quantization. Those of this package are in [Passes]; a
// program may make its own.
type Pass struct {
	Name    string
	Summary string // a line for people
	Run     func(q *Quantization) ([]PassEntry, error)
}

// PassEntry is what a pass did with one node.
type PassEntry struct {
	Node string
	// Done tells whether the pass did something with it, Text says what, or why
	// not.
	Done bool
	Text string
	// Detail is the entry of the function behind the pass, such as a
	// [ChannelRescaling].
	Detail any
}

// PassReport is what one pass did.
type PassReport struct {
	Pass    string
	Entries []PassEntry
}

// Done returns the number of nodes that the pass did something with.
func (r PassReport) Done() int {
	n := 0
	for _, e := range r.Entries {
		if e.Done {
			n++
		}
	}
	return n
}

// Apply runs passes one after the other and returns their reports. It ends with
// the first error, which names the pass; the passes before it have done their work
// then, and q is as they left it. With Skip a pass that fails does nothing, and its
// report has one entry that is not done, of no node, with the error.
func (q *Quantization) Apply(passes ...Pass) ([]PassReport, error) {
	if q.origin == nil {
		q.origin = q.Graph
	}
	var out []PassReport
	for _, p := range passes {
		entries, err := p.Run(q)
		switch {
		case err != nil && q.Skip:
			entries = []PassEntry{{Text: err.Error(), Detail: err}}
		case err != nil:
			return out, fmt.Errorf("pass %s: %w", p.Name, err)
		}
		out = append(out, PassReport{p.Name, entries})
	}
	return out, nil
}

// Statistics returns those of the graph's products in float32 over the samples; the
// graph runs once for them.
func (q *Quantization) Statistics() (*OutputStatistics, error) {
	if q.statistics == nil || q.observed != q.Graph {
		s := NewOutputStatistics()
		if err := q.float(s.Observe(q.floatArithmetic())); err != nil {
			return nil, err
		}
		q.statistics, q.observed = s, q.Graph
	}
	return q.statistics, nil
}

func (q *Quantization) floatArithmetic() Arithmetic {
	return Float32Arithmetic{Threads: q.Options.Threads}
}

// float runs the graph over the samples.
func (q *Quantization) float(a Arithmetic) error {
	o := q.Options
	o.Arithmetic = a
	n, err := New(q.Graph, o)
	if err != nil {
		return err
	}
	_, err = n.Run(q.Samples)
	return err
}

// replace puts a graph in the place of the one before, whose activations it does
// not have.
func (q *Quantization) replace(g *Graph) { q.Graph, q.aim, q.FewBit.Calibration = g, g, nil }

// Passes returns the passes of this package in an order in which they may be
// applied: fold, one of rescale and equalize, absorb, center, calibrate, tie, train, fit,
// correct, one of pointwise and adaround, round, biases.
func Passes() []Pass {
	return []Pass{
		{"fold", "batch normalization becomes part of the products before it", runFold},
		{"rescale", "depthwise convolutions get channels of one size, ReLU6 stays as it is", runRescale},
		{"equalize", "neighbouring products and the activations between them are balanced, with a limit for each channel of ReLU6", runEqualize},
		{"absorb", "what channels never fall below moves into the next biases", runAbsorb},
		{"center", "products read channels less a constant, where few bits are finer around 0", runCenter},
		{"calibrate", "the samples show how large activations get", runCalibrate},
		{"tie", "tensors that integer runtimes want at one scale get one", runTie},
		{"train", "ranges are trained towards the logits in float32, without labels", runTrain},
		{"fit", "weights make the best of few-bit inputs, by linear regression", runFit},
		{"correct", "biases make up for what few bits do to the means of channels", runCorrect},
		{"pointwise", "every weight and bias is trained within a quarter of its size", runPointwise},
		{"adaround", "an optimiser decides for every weight whether it goes down or up", runAdaRound},
		{"round", "weights get their few-bit values", runRound},
		{"biases", "biases become multiples of the unit of integer sums", runBiases},
	}
}

// PassByName returns a pass of [Passes]; the error lists their names.
func PassByName(name string) (Pass, error) {
	var names []string
	for _, p := range Passes() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Pass{}, report{fmt.Errorf("%w: pass %q; there are %s", ErrUnsupported, name, strings.Join(names, ", "))}
}

func runFold(q *Quantization) ([]PassEntry, error) {
	g, entries := FoldBatchNorm(q.Graph)
	q.replace(g)
	var out []PassEntry
	for _, e := range entries {
		out = append(out, entryOf(e.BatchNorm, e.Reason, e, "into %s", e.Into))
	}
	return out, nil
}

func runRescale(q *Quantization) ([]PassEntry, error) {
	s, err := q.Statistics()
	if err != nil {
		return nil, err
	}
	g, entries, err := RescaleChannels(q.Graph, s, q.Rescale)
	if err != nil {
		return nil, err
	}
	q.replace(g)
	var out []PassEntry
	for _, e := range entries {
		var states []string
		for s := quantizer.Equalized; s <= quantizer.Silent; s++ {
			if n := e.Count(s); n > 0 {
				states = append(states, fmt.Sprintf("%d %v", n, s))
			}
		}
		out = append(out, entryOf(e.First, e.Reason, e, "before %s: weights to %.4g, channels %s", e.Next, e.Control, strings.Join(states, ", ")))
	}
	return out, nil
}

func runEqualize(q *Quantization) ([]PassEntry, error) {
	s, err := q.Statistics()
	if err != nil {
		return nil, err
	}
	g, entries, err := EqualizeLayers(q.Graph, s, q.Equalize)
	if err != nil {
		return nil, err
	}
	q.replace(g)
	var out []PassEntry
	for _, e := range entries {
		least, most := float32(1), float32(1)
		for _, c := range e.Channels {
			least, most = min(least, c.Factor), max(most, c.Factor)
		}
		out = append(out, entryOf(e.First, e.Reason, e, "before %s: factors from %.4g to %.4g", e.Next, least, most))
	}
	return out, nil
}

func runAbsorb(q *Quantization) ([]PassEntry, error) {
	s, err := q.Statistics()
	if err != nil {
		return nil, err
	}
	g, entries, err := AbsorbBiases(q.Graph, s, q.Deviations)
	if err != nil {
		return nil, err
	}
	q.replace(g)
	var out []PassEntry
	for _, e := range entries {
		n := 0
		for _, c := range e.Constants {
			if c > 0 {
				n++
			}
		}
		out = append(out, entryOf(e.First, e.Reason, e, "into %s: %d of %d channels", e.Next, n, len(e.Constants)))
	}
	return out, nil
}

// needsCalibration returns an error for a pass that comes after calibrate.
func (q *Quantization) needsCalibration() error {
	if q.FewBit.Calibration == nil {
		return report{fmt.Errorf("%w: calibrate comes first", ErrNotCalibrated)}
	}
	return nil
}

func runTie(q *Quantization) ([]PassEntry, error) {
	if err := q.needsCalibration(); err != nil {
		return nil, err
	}
	c := q.FewBit.Calibration.clone()
	ties, err := c.Tie(q.Graph, q.Samples, q.Options)
	if err != nil {
		return nil, err
	}
	q.FewBit.Calibration = c
	var out []PassEntry
	for _, z := range ties {
		reason := ""
		if len(z.Sites) == 0 {
			reason = fmt.Sprintf("no product reads %s", strings.Join(z.Tensors, ", "))
		}
		node := strings.Join(z.Nodes, ", ")
		if node == "" {
			node = z.Sites[0]
		}
		out = append(out, entryOf(node, reason, z, "one range for %s, read by %s", strings.Join(z.Tensors, ", "), strings.Join(z.Sites, ", ")))
	}
	return out, nil
}

func runCorrect(q *Quantization) ([]PassEntry, error) {
	if err := q.needsCalibration(); err != nil {
		return nil, err
	}
	g, entries, err := CorrectBiasTowards(q.aimOr(), q.Graph, q.FewBit, q.Samples, q.Options)
	if err != nil {
		return nil, err
	}
	q.Graph = g // the calibration stays: what the products read is what it was, to their means
	var out []PassEntry
	for _, e := range entries {
		out = append(out, entryOf(e.Node, e.Reason, e, "biases by %.3g (root mean square), means are %.3g", e.Error, e.Size))
	}
	return out, nil
}

func runCenter(q *Quantization) ([]PassEntry, error) {
	g, entries, err := CenterActivations(q.Graph, q.FewBit, q.Samples, q.Options)
	if err != nil {
		return nil, err
	}
	q.replace(g)
	var out []PassEntry
	for _, e := range entries {
		n := 0
		for _, m := range e.Shifts {
			if m != 0 {
				n++
			}
		}
		out = append(out, entryOf(e.Node, e.Reason, e, "%d of %d channels shifted, square error %.3g, before %.3g, in shares of the mean square", n, len(e.Shifts), e.After, e.Before))
	}
	return out, nil
}

func runFit(q *Quantization) ([]PassEntry, error) {
	if err := q.needsCalibration(); err != nil {
		return nil, err
	}
	g, few, entries, err := FitWeights(q.aimOr(), q.Graph, q.FewBit, q.Samples, q.Options)
	if err != nil {
		return nil, err
	}
	q.Graph, q.FewBit = g, few
	return fitEntries(entries), nil
}

func runAdaRound(q *Quantization) ([]PassEntry, error) {
	if err := q.needsCalibration(); err != nil {
		return nil, err
	}
	g, few, entries, err := LearnRounding(q.aimOr(), q.Graph, q.FewBit, q.Samples, q.Rounding, q.Options)
	if err != nil {
		return nil, err
	}
	q.Graph, q.FewBit = g, few
	return fitEntries(entries), nil
}

func fitEntries(entries []WeightFit) []PassEntry {
	var out []PassEntry
	for _, e := range entries {
		out = append(out, entryOf(e.Node, e.Reason, e, "square error of the outputs %.3g, before %.3g, in shares of their mean square; %d of %d weights have another code",
			e.After/e.Size, e.Before/e.Size, e.Moved, e.Weights))
	}
	return out
}

// aimOr returns the graph whose float32 is the aim, from now on.
func (q *Quantization) aimOr() *Graph {
	if q.aim == nil {
		q.aim = q.Graph
	}
	return q.aim
}

func runRound(q *Quantization) ([]PassEntry, error) {
	g, entries, err := RoundWeights(q.Graph, q.FewBit)
	if err != nil {
		return nil, err
	}
	q.Graph = g
	var out []PassEntry
	for _, e := range entries {
		out = append(out, entryOf(e.Node, e.Reason, e, "to %v, %d scales, SQNR %.1f dB", q.FewBit.WeightScheme(1, 1).Format, len(e.Scales), e.SQNR()))
	}
	return out, nil
}

func runBiases(q *Quantization) ([]PassEntry, error) {
	g, entries, err := RoundBiases(q.Graph, q.FewBit)
	if err != nil {
		return nil, err
	}
	q.Graph = g
	var out []PassEntry
	for _, e := range entries {
		var most float32
		for _, d := range e.Shift {
			most = max(most, d, -d)
		}
		out = append(out, entryOf(e.Node, e.Reason, e, "biases by up to %.3g", most))
	}
	return out, nil
}

// entryOf makes an entry with a reason, or with a text where that is empty.
func entryOf(node, reason string, detail any, format string, args ...any) PassEntry {
	if reason != "" {
		return PassEntry{Node: node, Text: reason, Detail: detail}
	}
	return PassEntry{Node: node, Done: true, Text: fmt.Sprintf(format, args...), Detail: detail}
}
