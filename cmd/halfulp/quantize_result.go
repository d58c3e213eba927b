package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

// quantizeResult is what a run found; it is the JSON that is printed and written.
type quantizeResult struct {
	Model   string        `json:"model"`
	Format  string        `json:"format"`
	Scheme  string        `json:"scheme"`
	Samples splitting     `json:"samples"`
	Stages  []stageResult `json:"stages"`
	Losses  []lossPoint   `json:"losses"`
	Layers  []layer       `json:"layers"`
	Passes  []passReport  `json:"passes"`
	// Float has the products that the ONNX file computes in float32, or in part.
	Float []passEntry `json:"float_in_file"`
	Notes []string    `json:"notes"`
	Files []string    `json:"files"`
}

// stageResult is a row of the table.
type stageResult struct {
	Name        string   `json:"stage"`
	Accuracy    *share   `json:"accuracy"` // nil without labels
	Agreement   share    `json:"agreement"`
	SQNR        *float64 `json:"sqnr_db"` // nil where it is infinite or not defined
	Exact       bool     `json:"exact"`
	WeightBytes int64    `json:"weight_bytes"`
}

// share is a part of the samples with its interval of 95 % (Wilson), in percent.
type share struct {
	Percent float64 `json:"percent"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
}

// lossPoint is what an epoch of training did; epoch 0 is before it.
type lossPoint struct {
	Pass       string   `json:"pass"`
	Epoch      int      `json:"epoch"`
	Training   *float64 `json:"training"`
	Validation float64  `json:"validation"`
	Best       bool     `json:"best"`
	Recovered  int      `json:"recovered"`
}

type passReport struct {
	Stage   string      `json:"stage"`
	Pass    string      `json:"pass"`
	Summary string      `json:"summary"`
	Done    int         `json:"done"`
	Entries []passEntry `json:"entries"`
}

type passEntry struct {
	Node string `json:"node"`
	Done bool   `json:"done"`
	Text string `json:"text"`
}

// layer is one product.
type layer struct {
	Site string `json:"site"`
	Op   string `json:"op"`
	// What few bits do to what it returns, in decibels: naive and at the end; nil
	// where it is not few bits or exact.
	Naive *float64 `json:"naive_sqnr_db"`
	SQNR  *float64 `json:"sqnr_db"`
	// The largest magnitudes of its output channels' weights, before and after.
	Before *spread `json:"channels_before"`
	After  *spread `json:"channels_after"`
	// What enters it, in the network as it is at the end.
	Activation *distribution `json:"activation"`
}

type spread struct {
	Least    float32 `json:"least"`
	Median   float32 `json:"median"`
	Greatest float32 `json:"greatest"`
}

// distribution is of an activation: counts in bins of one width from Lo on, with the
// range chosen from it, and the trained one.
type distribution struct {
	Lo      float64     `json:"lo"`
	Width   float64     `json:"width"`
	Counts  []int64     `json:"counts"`
	Zeros   int64       `json:"zeros"`
	Chosen  *[2]float32 `json:"chosen"`
	Trained *[2]float32 `json:"trained"`
}

// conditions says under what the figures were had, in lines for a table's caption.
func (r quantizeResult) conditions() []string {
	s := r.Samples
	judges := fmt.Sprintf("%d samples of %s judge", s.Evaluation, s.JudgedBy)
	if s.JudgedBy == "held out of it" {
		judges = fmt.Sprintf("%d samples %s judge", s.Evaluation, s.JudgedBy)
	}
	if len(s.Ignored) > 0 {
		judges += sweepResult{IgnoreLabels: s.Ignored}.ofLabels()
	}
	learn := fmt.Sprintf("%d samples of %s calibrate and train, %d more choose the best epoch", s.Calibration, s.From, s.Validation)
	if s.Validation == 0 {
		learn = fmt.Sprintf("%d samples of %s calibrate and train, and choose the best epoch", s.Calibration, s.From)
	}
	return []string{
		r.Model + ": " + r.Scheme,
		fmt.Sprintf("%s; seed %d", learn, s.Seed),
		judges,
	}
}

// text prints the table.
func (r quantizeResult) text(w io.Writer) error {
	for _, line := range r.conditions() {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w)
	t := table{
		header: []string{"stage", "accuracy %", "agreement %", "SQNR dB", "weight bytes"},
		right:  []bool{false, true, true, true, true},
	}
	for _, s := range r.Stages {
		accuracy := "-"
		if s.Accuracy != nil {
			accuracy = fmt.Sprintf("%.2f", s.Accuracy.Percent)
		}
		t.add(s.Name, accuracy, fmt.Sprintf("%.2f", s.Agreement.Percent), s.Decibels(), strconv.FormatInt(s.WeightBytes, 10))
	}
	if err := t.write(w); err != nil {
		return err
	}
	for _, note := range r.notes() {
		fmt.Fprintf(w, "\n%s\n", note)
	}
	for i, f := range r.Files {
		what := []string{"report", "figures", "network"}[min(i, 2)]
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%-8s %s\n", what+":", filepath.ToSlash(f))
	}
	return nil
}

// Decibels prints SQNR.
func (s stageResult) Decibels() string {
	switch {
	case s.SQNR != nil:
		return fmt.Sprintf("%.1f", *s.SQNR)
	case s.Exact:
		return "exact"
	}
	return "-"
}

// notes says what is not as asked.
func (r quantizeResult) notes() []string {
	notes := append([]string{}, r.Notes...)
	stays := map[string]bool{}
	for _, p := range r.Passes {
		for _, e := range p.Entries {
			switch {
			case e.Node == "" && !e.Done:
				notes = append(notes, fmt.Sprintf("%s was left out: %s", p.Pass, e.Text))
			case p.Pass == "calibrate" && !e.Done && !stays[e.Node]:
				stays[e.Node] = true
				notes = append(notes, e.Node+": "+e.Text)
			}
		}
	}
	if n := len(r.Float) - len(stays); n > 0 {
		var names []string
		for _, e := range r.Float {
			if !stays[e.Node] {
				names = append(names, e.Node+" ("+e.Text+")")
			}
		}
		const most = 6
		if len(names) > most {
			names = append(names[:most], fmt.Sprintf("%d others", len(names)-most))
		}
		if len(names) > 0 {
			notes = append(notes, "in the ONNX file: "+strings.Join(names, ", "))
		}
	}
	return notes
}
