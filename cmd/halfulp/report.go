package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/quantizer"
)

// conditions says under what the figures were had, in lines for a table's caption.
func (r sweepResult) conditions() []string {
	first := fmt.Sprintf("%s on %d samples of %s%s", r.Model, r.Samples, r.Data, r.ofLabels())
	sums := "sums in float32, of integers and fixed point exact"
	switch r.Accumulator {
	case "":
	case "exact":
		sums = "exact sums"
	case "float32":
		sums = "sums in float32"
	default:
		sums = "sums in " + r.Accumulator + ", rounded at every step"
	}
	second := fmt.Sprintf("thresholds: largest magnitudes over %s; %s", r.calibration, sums)
	third := fmt.Sprintf("%d matrix products of few bits", r.Sites-r.FloatSites)
	if r.FloatSites > 0 {
		third += fmt.Sprintf(", %d under %s float32", r.FloatSites, strings.Join(r.FloatNodes, ", "))
	}
	third += fmt.Sprintf("; one standard deviation of the float accuracy is %.1f points", r.Deviation)
	return []string{first, second, third}
}

// text prints the table.
func (r sweepResult) text(w io.Writer) error {
	for _, line := range r.conditions() {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w)
	t := table{
		header: []string{"format", "bits", "accuracy %", "agreement %", "SQNR dB", "weight bytes"},
		right:  []bool{false, true, true, true, true, true},
	}
	for _, run := range r.Rows {
		sqnr := "-"
		switch {
		case run.SQNR != nil:
			sqnr = fmt.Sprintf("%.1f", *run.SQNR)
		case run.Error != nil:
			sqnr = "exact"
		}
		t.add(run.label(), strconv.Itoa(run.Bits), fmt.Sprintf("%.2f", run.Accuracy), fmt.Sprintf("%.2f", run.Agreement), sqnr, strconv.FormatInt(run.WeightBytes, 10))
	}
	return t.write(w)
}

func (r formatRun) label() string {
	if r.PerChannel {
		return r.Format + " per channel"
	}
	return r.Format
}

// draw writes the picture.
func (r sweepResult) draw(f *wholeFile) error {
	lines := r.conditions()
	c := accuracyChart{
		title:    strings.TrimSuffix(r.Model, ".onnx"),
		subtitle: strings.Join(lines[:2], "\n"),
		footer:   lines[2],
	}
	c.float = r.Rows[0].Accuracy
	for _, run := range r.Rows[1:] {
		format, err := quantizer.ParseFormat(run.Format)
		if err != nil {
			return err
		}
		c.points = append(c.points, point{run.label(), run.Bits, run.Accuracy, format.Kind() != quantizer.Minifloat, run.PerChannel})
	}
	if err := c.write(f); err != nil {
		return err
	}
	return f.commit()
}
