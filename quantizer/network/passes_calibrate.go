package network

import (
	"fmt"
	"maps"
	"slices"

	"github.com/halfulp/halfulp/quantizer"
)

func runCalibrate(q *Quantization) ([]PassEntry, error) {
	for _, name := range slices.Sorted(maps.Keys(q.Samples)) {
		if x := q.Samples[name]; x != nil && x.Size() == 0 {
			return nil, report{fmt.Errorf("%w: the samples of input %q have shape %v", quantizer.ErrEmpty, name, x.Shape)}
		}
	}
	c := NewCalibration()
	if q.Histograms || q.FewBit.Criterion != quantizer.ByMinMax() {
		c = NewHistogramCalibration()
	}
	few := q.FewBit
	few.Calibration = c
	failed := map[string]error{}
	run := q.Options
	run.Arithmetic = observed{calibration: c, inner: q.floatArithmetic(), fail: func(site string, err error) error {
		if !q.Skip {
			return err
		}
		if failed[site] == nil {
			failed[site] = err
		}
		return nil
	}}
	n, err := New(q.Graph, run)
	if err != nil {
		return nil, err
	}
	if _, err := n.Run(q.Samples); err != nil {
		return nil, err
	}
	var out []PassEntry
	for _, s := range n.Sites() {
		site := s.String()
		if few.KeepsFloat(s.Node) {
			out = append(out, entryOf(site, "it stays float32", nil, ""))
			continue
		}
		lo, hi, err := few.settle(s)
		if failed[site] != nil {
			err = failed[site]
		}
		switch {
		case err != nil && q.Skip:
			few.Kept = append(slices.Clone(few.Kept), s.Node)
			out = append(out, entryOf(site, "it stays float32: "+err.Error(), err, ""))
		case err != nil:
			return nil, report{fmt.Errorf("node %q (%s): %w", s.Node, s.Op, err)}
		case lo == 0 && hi == 0:
			out = append(out, entryOf(site, "", quantizer.Range{}, "activations are 0 in all samples, their scale is 1"))
		case few.Asymmetric:
			out = append(out, entryOf(site, "", quantizer.Range{Lo: lo, Hi: hi}, "activations from %.4g to %.4g", lo, hi))
		default:
			out = append(out, entryOf(site, "", quantizer.Range{Lo: lo, Hi: hi}, "activations to %.4g", max(-lo, hi)))
		}
	}
	q.FewBit = few
	return out, nil
}

// settle finds out whether few-bit arithmetic can compute a site, chooses the ranges
// of its weights once and for all, and returns the range of its activations.
func (f FewBit) settle(s *Site) (lo, hi float32, err error) {
	if _, err := f.engine(s); err != nil {
		return 0, 0, err
	}
	if s.Kind != MatMulSite {
		weights, err := f.weightRanges(s.Weight.Float, s.Weight.Shape[0], s.String())
		if err != nil {
			return 0, 0, fmt.Errorf("weights %q: %w", s.WeightName, err)
		}
		if f.WeightCriterion != quantizer.ByMinMax() {
			f.Calibration.fix(s.String(), weights)
		}
	}
	keys := f.Calibration.of(s.String())
	if len(keys) == 0 {
		return 0, 0, fmt.Errorf("%w: nothing has entered it", ErrNotCalibrated)
	}
	for _, key := range keys {
		r, err := f.Calibration.rangeOf(key, f.ActivationScheme(), f.Criterion)
		if err != nil {
			return 0, 0, err
		}
		lo, hi = min(lo, float32(r.lo)), max(hi, float32(r.hi))
	}
	return lo, hi, nil
}
