package fuzz

import (
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// judge knows the correct answers of one operation.
type judge struct {
	op      Operation
	o       exact.Options
	strict  bool
	noFlags bool

	words    bool // the operation runs in words
	operands []classifier
	result   classifier

	x [3]exact.Word // here so that they are not allocated for every case

	// Of the case judged last.
	place exact.Place
	spot  Spot
}

func newJudge(op Operation, o Options) *judge {
	j := &judge{op: op, o: op.options(), strict: o.Strict, noFlags: o.IgnoreFlags, result: newClassifier(op.Result)}
	for _, f := range op.Formats() {
		j.operands = append(j.operands, newClassifier(f))
	}
	j.words = op.Operator.words != nil && op.Result.kind == floating && op.Result.float.MantissaBits <= 52
	for _, f := range op.Operands {
		j.words = j.words && f.kind == floating && f.float.MantissaBits <= 52
	}
	return j
}

// want returns the correct answer to a case, and leaves its spot.
func (j *judge) want(c *Case) (code uint64, flags rounding.Flags) {
	if j.o.Bits != 0 {
		j.o.Random = c[len(j.op.Operands)]
	}
	if j.words && j.inWords(c) {
		j.spot = spotOf(j.place.Fraction())
		code, raised := j.place.Round(j.o)
		return code, rounding.Flags(raised)
	}
	r := j.op.Exact(*c)
	switch j.op.Result.kind {
	case floating:
		j.place = exact.Locate(r, j.op.Result.float)
		j.spot = spotOf(j.place.Fraction())
		var raised exact.Flags
		code, raised = j.place.Round(j.o)
		if j.op.Operator.quiet {
			raised &^= exact.Inexact
		}
		return code, rounding.Flags(raised)
	default:
		p := exact.LocateFixed(r, j.op.Result.fixed)
		j.spot = spotOf(p.Fraction())
		return j.op.round(r, *c)
	}
}

// inWords finds the place of a case without math/big, and reports false where an
// operand is no finite number or the numbers are too long.
func (j *judge) inWords(c *Case) bool {
	for i := range j.op.Operands {
		var finite bool
		f := &j.op.Operands[i].float
		if j.x[i], finite = f.DecodeWord(c[i]); !finite {
			return false
		}
		if j.o.DenormalsAreZero {
			j.x[i], _ = f.DecodeWord(j.o.Operand(f, c[i]))
		}
	}
	return j.op.Operator.words(&j.x, &j.op.Result.float, &j.place)
}

// agrees says whether an answer is correct, and counts the case in seen and, if it
// is not, in wrong too.
func (j *judge) agrees(c *Case, a *Answer, seen, wrong *Coverage) bool {
	code, flags := j.want(c)
	j.cover(c, code, flags, seen)
	if j.equal(code, flags, a, c) {
		return true
	}
	j.cover(c, code, flags, wrong)
	return false
}

// cover counts a case by its correct result.
func (j *judge) cover(c *Case, code uint64, flags rounding.Flags, v *Coverage) {
	for i := range j.operands {
		v.Operands[i].count(j.operands[i].of(c[i]))
	}
	v.Results.count(j.result.of(code))
	v.Spots[j.spot]++
	for i := range v.Raised {
		v.Raised[i] += int64(flags >> i & 1)
	}
}

// equal compares an answer with the correct one.
func (j *judge) equal(code uint64, flags rounding.Flags, a *Answer, c *Case) bool {
	switch {
	case a.Failed != "", a.HasFlags && !j.noFlags && a.Flags != flags:
		return false
	case a.Code == code:
		return true
	case j.strict || !j.op.Result.has(a.Code):
		return false
	case j.op.Result.kind == floating:
		return j.isNaN(a.Code) && j.isNaN(code)
	case j.op.Result.kind == integer && flags&rounding.Invalid != 0:
		return j.op.Context.Saturation == rounding.SatNone || j.operands[0].of(c[0]).class == NaN
	}
	return false
}

func (j *judge) isNaN(code uint64) bool { return j.result.of(code).class == NaN }

// disagreement describes a case whose answer is wrong.
func (j *judge) disagreement(c Case, a Answer) Disagreement {
	code, flags := j.want(&c)
	return Disagreement{Operands: c, Got: a, Want: Answer{Code: code, Flags: flags, HasFlags: true}}
}
