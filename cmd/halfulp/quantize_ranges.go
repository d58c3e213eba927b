package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// criteria returns the criteria of a name: its own, or of auto those that are tried. The
// first comes before the others where they are equally good.
func criteria(name string) ([]quantizer.Criterion, error) {
	if name == "auto" {
		return []quantizer.Criterion{
			quantizer.ByMSE(), quantizer.ByMinMax(), quantizer.ByPercentile(99.9), quantizer.ByPercentile(99.5), quantizer.BySQNR(), quantizer.ByKL(),
		}, nil
	}
	c, err := quantizer.ParseCriterion(name)
	return []quantizer.Criterion{c}, err
}

// ranges applies passes to a network, calibrates it and chooses what its ranges of
// activations follow from: of several criteria the one whose logits, with biases
// corrected, differ least from those in float32 over the samples for validation. These
// need no labels, and none of those that judge is looked at.
func (r *quantizeRun) ranges(stage string, q *network.Quantization, before ...string) error {
	q.FewBit.Criterion = r.criteria[0]
	if err := r.passes(stage, q, append(before, "calibrate", "tie")...); err != nil {
		return err
	}
	if len(r.criteria) == 1 {
		return nil
	}
	z := passReport{Stage: stage, Pass: "choose", Summary: "ranges follow from the criterion whose logits come nearest to those in float32"}
	if r.subject.validation == nil || q.FewBit.Calibration == nil {
		z.Entries = []passEntry{{Text: fmt.Sprintf("%v: nothing to choose by", r.criteria[0])}}
		r.result.Passes = append(r.result.Passes, z)
		return nil
	}
	exact, err := r.validate(r.subject.graph, nil)
	if err != nil {
		return err
	}
	correct, err := network.PassByName("correct")
	if err != nil {
		return err
	}
	best, least := 0, math.Inf(1)
	var errors []string
	for i, c := range r.criteria {
		r.progress.Begin(fmt.Sprintf("%s: trying %v", stage, c))
		try := *q
		try.FewBit.Criterion = c
		if _, err := try.Apply(correct); err != nil {
			return err
		}
		logits, err := r.validate(try.Graph, try.FewBit)
		if err != nil {
			return err
		}
		relative := relativeError(exact, logits)
		if relative < least {
			best, least = i, relative
		}
		errors = append(errors, fmt.Sprintf("%v %.3g", c, relative))
	}
	q.FewBit.Criterion = r.criteria[best]
	z.Entries = []passEntry{{Done: true, Text: fmt.Sprintf("%v, of the relative errors %s", r.criteria[best], strings.Join(errors, ", "))}}
	z.Done = 1
	r.result.Passes = append(r.result.Passes, z)
	return nil
}

// validate returns the logits of a network for the samples for validation.
func (r *quantizeRun) validate(g *network.Graph, a network.Arithmetic) ([]float32, error) {
	e := *r.e
	e.graph = g
	n := r.subject.validation.Samples()
	out := make([]float32, n*e.classes)
	return out, e.run(a, r.subject.validation, indicesTo(n), out)
}
