package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/halfulp/halfulp/internal/chart"
	"github.com/halfulp/halfulp/internal/npz"
	"github.com/halfulp/halfulp/internal/progress"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// resultsCommand is "halfulp results", which makes docs/results.md: a page for those who
// read, not a command for those who use the program.
type resultsCommand struct {
	Models string `default:"../shared/models" placeholder:"DIR" help:"Folder with the networks and their data."`
	Output string `short:"o" default:"docs" placeholder:"DIR" help:"Folder for results.md and its pictures."`
	Only   string `placeholder:"PART" help:"Make one part alone, to try it: networks, rescaling, epochs, adaround."`
}

// results is the page being written.
type results struct {
	resultsCommand
	page bytes.Buffer
	line *progress.Line
}

// judged is a network that was quantized and judged: counts of stages by name.
type judged struct {
	samples int
	stages  []string
	right   map[string]int
	agree   map[string]int
}

// Run implements the command.
func (c resultsCommand) Run(s streams) error {
	r := &results{resultsCommand: c, line: progress.New(s.err)}
	defer r.line.Clear()
	r.write("# Results\n\nMade by `go run ./cmd/halfulp results`, from the networks and samples of `../shared/models`, in about %s.\n%s\n",
		resultsTime, resultsPreface)
	for _, part := range []struct {
		name string
		make func() error
	}{{"networks", r.networks}, {"rescaling", r.rescaling}, {"epochs", r.epochs}, {"adaround", r.adaRound}} {
		if c.Only != "" && c.Only != part.name {
			continue
		}
		if err := part.make(); err != nil {
			return err
		}
	}
	return writeWhole(filepath.Join(c.Output, "results.md"), r.page.Bytes())
}

// resultsTime is what the command took when the page was made last.
const resultsTime = "seven minutes of CPU time"

const resultsPreface = `
Samples that judge took no part in calibration and training, unless a line says otherwise. Intervals are those of Wilson with a confidence of
95 %, for independent samples. *Agreement* is the share of samples of which the network of few bits names the class that it names in float32.
All of it repeats to the bit; only times depend on the machine. CPU seconds are of all cores together.
`

func (r *results) write(format string, args ...any) { fmt.Fprintf(&r.page, format, args...) }

// table writes rows of Markdown; the cells of the first column are names.
func (r *results) table(header []string, rows [][]string) {
	t := table{header: header, right: make([]bool, len(header)), rows: rows}
	for i := range t.right {
		t.right[i] = i > 0
	}
	r.page.WriteByte('\n')
	_ = t.markdown(&r.page) // into memory
	r.page.WriteByte('\n')
}

// model is a network of the folder.
type model struct {
	name, data string
	ignore     []int
	float      []string
}

var resultModels = []model{
	{"kws_mobilenet_v2_015", "kws_mobilenet_v2_015_data", nil, nil},
	{"kws_ds_cnn_s", "kws_mfcc49_nchw_data", []int{0}, nil},
	{"kws_crnn_s", "kws_mfcc49_nchw_data", []int{0}, nil},
	{"kws_gru_s", "kws_mfcc25_data", []int{0}, nil},
	{"kws_basic_lstm_s", "kws_mfcc49_data", []int{0}, nil},
	{"kws_lstm_s", "kws_mfcc25_data", []int{0}, nil},
	{"kwt1", "kwt1_data", []int{0}, []string{"frontend/"}},
}

// load reads a network and its samples.
func (r *results) load(m model) (*network.Graph, *npz.Dataset, error) {
	g, err := onnx.ReadFile(filepath.Join(r.Models, m.name+".onnx"))
	if err != nil {
		return nil, nil, err
	}
	d, err := npz.OpenDataset(filepath.Join(r.Models, m.data+".npz"), npz.Limits{})
	return g, d, err
}

// quantize runs the stages with samples of the given indices.
func (r *results) quantize(c quantizeCommand, m model, learn, judge []int) (*quantizeRun, error) {
	if c.Format == "" {
		c.Format = "int8"
	}
	c.Rescale, c.Seed, c.Float, c.KeepGoing = orElse(c.Rescale, "auto"), 1, m.float, true
	c.Thresholds, c.Calibrate = orElse(c.Thresholds, "auto"), len(learn)
	p, err := c.plan()
	if err != nil {
		return nil, err
	}
	s := &quantizeSubject{subject: subject{model: m.name, data: m.data, title: m.name}}
	if m.name == ownModel {
		own, err := c.subject()
		if err != nil {
			return nil, err
		}
		s = own
	} else {
		g, d, err := r.load(m)
		if err != nil {
			return nil, err
		}
		s.graph, s.calibration, s.test = g, d, choose(d, judge)
		s.divide(learn)
	}
	e, err := newEvaluation(&s.subject, m.ignore, c.Limit, r.line)
	if err != nil {
		return nil, err
	}
	return newRun(p, s, e, r.line, &checkpoint{checkpointData: checkpointData{States: map[string]network.DistillState{}}}).all()
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// add takes what a run found into account.
func (j *judged) add(r *quantizeRun) {
	if j.right == nil {
		j.right, j.agree = map[string]int{}, map[string]int{}
	}
	n := len(r.e.counted)
	j.samples += n
	for _, s := range r.result.Stages {
		if !slices.Contains(j.stages, s.Name) {
			j.stages = append(j.stages, s.Name)
		}
		count := func(s share) int { return int(math.Round(s.Percent / 100 * float64(n))) }
		j.right[s.Name] += count(*s.Accuracy)
		j.agree[s.Name] += count(s.Agreement)
	}
}

// cell writes a share of samples with its interval.
func cell(count, n int) string {
	p := 100 * float64(count) / float64(n)
	lo, hi := wilson(p, n)
	return fmt.Sprintf("%.1f (%.1f to %.1f)", p, lo, hi)
}

const ownModel = "glyphs"

// ownRow is the row of the program's own network, which needs no files.
func (r *results) ownRow() ([]string, error) {
	run, err := r.quantize(quantizeCommand{Train: 6, Limit: 600}, model{name: ownModel}, indicesTo(256), nil)
	if err != nil {
		return nil, err
	}
	var j judged
	j.add(run)
	return pointRow(ownModel, j), nil
}

var pointHeader = []string{"network", "samples", "float32 %", "naive int8 %", "at the end %", "points", "naive agreement %", "agreement %"}

func pointRow(name string, j judged) []string {
	last := j.stages[len(j.stages)-1]
	return []string{
		name, fmt.Sprint(j.samples), cell(j.right["float32"], j.samples), cell(j.right["naive"], j.samples), cell(j.right[last], j.samples),
		fmt.Sprintf("%+.1f", 100*float64(j.right[last]-j.right["float32"])/float64(j.samples)),
		cell(j.agree["naive"], j.samples), cell(j.agree[last], j.samples),
	}
}

// networks quantizes every network.
func (r *results) networks() error {
	row, err := r.ownRow()
	if err != nil {
		return err
	}
	rows := [][]string{row}
	for _, m := range resultModels {
		_, d, err := r.load(m)
		if err != nil {
			return err
		}
		order := shuffled(d.Samples(), 1)
		learn := 256
		if d.Samples() < 2*learn {
			learn = d.Samples() / 2
		}
		run, err := r.quantize(quantizeCommand{Train: 6, Limit: 800}, m, order[:learn], order[learn:])
		if err != nil {
			return err
		}
		var j judged
		j.add(run)
		rows = append(rows, pointRow(m.name, j))
	}
	r.write("\n## Network by network\n\nint8 weights and activations, one scale per tensor, biases as int32 in the end. 192 samples (of kwt1: 45) calibrate and train for six epochs without labels, 64 (15) choose the best epoch; the others judge, 800 at most, without label 0 where that is silence. The ranges of activations follow from the criterion whose logits come nearest to those in float32 over the samples that choose the best epoch (-thresholds auto). Recurrent products and attention are calibrated and corrected, not trained: there is no gradient for them. What naive int8 loses in the recurrent networks goes, for the most part, to the one scale of their input, whose first coefficient is many times larger than the others: a range that cuts it off is better than one that holds it.\n")
	r.table(pointHeader, rows)
	return nil
}

// photos returns the indices of the crops of half of the photos of mobilenet_v1.
func photos(half int) (learn, judge []int) {
	all := indicesTo(64)
	if half == 0 {
		return all[:32], all[32:]
	}
	return all[32:], all[:32]
}

// rescaling shows what rescaling does to a network that int8 with one scale per tensor
// destroys.
func (r *results) rescaling() error {
	m := model{name: "mobilenet_v1_025_224", data: "mobilenet_v1_025_224_data"}
	r.write("\n## Rescaling rescues one scale per tensor\n\nmobilenet_v1_025_224: 16 photos of four crops each. Eight photos calibrate and train, the other eight judge, both ways round: every crop is judged once, by a network that has not seen its photo. Locked channels are those that reach the limit of ReLU6 and stay as they are; limits are those of ReLU6 for each channel. Crops of one photo are not independent: the intervals are narrower than they should be.\n")
	var rows [][]string
	var bars []bar
	type shown struct{ stage, name string }
	for _, c := range []struct {
		c    quantizeCommand
		show []shown
	}{
		{quantizeCommand{Rescale: "relu6", Train: 6}, []shown{
			{"naive", "int8: naive"}, {"calibrated", "int8: corrected"},
			{"rescaled", "int8: rescaled with locked channels, corrected"}, {"trained", "int8: the same, trained"},
		}},
		{quantizeCommand{Rescale: "equalize", Train: 6}, []shown{
			{"rescaled", "int8: equalized with limits, corrected"}, {"trained", "int8: the same, trained"},
		}},
		{quantizeCommand{Rescale: "none", Scheme: []string{"channel"}}, []shown{
			{"naive", "int8 per channel: naive"}, {"calibrated", "int8 per channel: corrected"},
		}},
		{quantizeCommand{Format: "e4m3fn", Rescale: "equalize", With: []string{"center"}}, []shown{
			{"naive", "e4m3fn: naive"}, {"rescaled", "e4m3fn: equalized, centered, corrected"},
		}},
	} {
		c.c.Thresholds = "minmax"
		var j judged
		for half := range 2 {
			learn, judge := photos(half)
			run, err := r.quantize(c.c, m, learn, judge)
			if err != nil {
				return err
			}
			j.add(run)
		}
		for _, s := range c.show {
			rows = append(rows, []string{s.name, cell(j.agree[s.stage], j.samples), cell(j.right[s.stage], j.samples)})
			bars = append(bars, bar{s.name, j.agree[s.stage], j.samples})
		}
	}
	r.table([]string{"64 crops", "agreement %", "accuracy %"}, rows)
	return r.picture("results-rescaling.svg", barChart("mobilenet_v1_025_224: agreement with float32 on 64 crops", bars))
}

// bar is a share that a picture shows with its interval.
type bar struct {
	name     string
	count, n int
}

// barChart draws shares as points with their intervals, a row each.
func barChart(title string, bars []bar) *chart.Canvas {
	const label, width, row, top, below = 300, 420, 22, 44, 44
	height := float64(row * float64(len(bars)))
	c := chart.NewCanvas(label+width+40, top+height+below, title)
	c.Text(12, 26, title, chart.Bold)
	axis := chart.NewAxis(0, 100, 5)
	at := func(x float64) float64 { return axis.At(x, label, label+width) }
	for _, t := range axis.Ticks() {
		c.Line(at(t.Value), top, at(t.Value), top+height, chart.Grid)
		c.Text(at(t.Value), top+height+18, t.Label, `text-anchor="middle"`)
	}
	c.Text(label+width/2, top+height+36, "percent, with its interval of 95 %", `text-anchor="middle"`)
	for i, b := range bars {
		y := top + float64(row*float64(i)) + row/2
		p := 100 * float64(b.count) / float64(b.n)
		lo, hi := wilson(p, b.n)
		c.Text(label-10, y+4, b.name, `text-anchor="end"`)
		c.Line(at(lo), y, at(hi), y, `stroke="#1f5fa8" stroke-width="2"`)
		c.Circle(at(p), y, 4, "#1f5fa8", "#1f5fa8")
	}
	return c
}

// picture writes a picture beside the page and shows it there.
func (r *results) picture(name string, c interface{ Write(w io.Writer) error }) error {
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		return err
	}
	r.write("\n![](%s)\n", name)
	return writeWhole(filepath.Join(r.Output, name), b.Bytes())
}

// began is a moment from which CPU time counts.
type began struct {
	wall time.Time
	cpu  float64
}

func start() began { return began{time.Now(), cpuSeconds()} }

// spent returns the CPU seconds since, or the seconds where there is no such count.
func (b began) spent() float64 {
	if b.cpu > 0 {
		return cpuSeconds() - b.cpu
	}
	return time.Since(b.wall).Seconds()
}
