package fuzz

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// Block is the conversion of float32 values to a block: one scale, and an element
// for each value. [MX] and [NVFP4] return those of package fuzz/exact; the function
// of another convention can stand in a Block of one's own.
type Block struct {
	Name           string
	Scale, Element Format
	Size           int
	Want           func(values []exact.Number) (scale uint64, codes []uint64)

	// Others are conventions that a wrong answer may follow instead, by what an
	// implementation of them does: "takes the scale by the rule ceil".
	Others map[string]func(values []exact.Number) (scale uint64, codes []uint64)
}

// MX returns the conversion to a block of OCP Microscaling Formats: scales in E8M0 by
// the rule, elements rounded to nearest even and saturated.
func MX(element minifloat.Format, size int, rule exact.ScaleRule) Block {
	g := describe(element)
	of := func(rule exact.ScaleRule, o exact.Options) func(values []exact.Number) (uint64, []uint64) {
		return func(values []exact.Number) (uint64, []uint64) {
			scale, codes, _ := exact.MXBlock(values, g, rule, o)
			return scale, codes
		}
	}
	saturated := exact.Options{Saturation: exact.SatFinite}
	names := map[exact.ScaleRule]string{exact.FloorScale: "floor", exact.CeilScale: "ceil"}
	b := Block{Name: "MX " + element.Name() + ", scale by " + names[rule], Scale: Float(minifloat.MustFormat(8, 0, minifloat.FNUFamily)),
		Element: Float(element), Size: size, Want: of(rule, saturated), Others: map[string]func([]exact.Number) (uint64, []uint64){}}
	for other, name := range names {
		if other != rule {
			b.Others["takes the scale by the rule "+name] = of(other, saturated)
		}
	}
	for _, m := range rounding.Modes()[1:] {
		b.Others["rounds the elements "+modeFault[m]] = of(rule, exact.Options{Saturation: exact.SatFinite, Mode: modes[m]})
	}
	if g.NaN != exact.NoNaN || g.Infinities {
		b.Others["does not saturate the elements"] = of(rule, exact.Options{})
	}
	return b
}

// NVFP4 returns the conversion to a block of 16 elements of NVFP4 in a tensor of that
// scale.
func NVFP4(tensor float32) Block {
	return Block{Name: fmt.Sprintf("NVFP4, tensor scale %v", tensor), Scale: Float(minifloat.MustFormat(4, 3, minifloat.FNFamily)),
		Element: Float(minifloat.MustFormat(2, 1, minifloat.FiniteFamily)), Size: 16,
		Want: func(values []exact.Number) (uint64, []uint64) {
			scale, codes, _ := exact.NVFP4(values, exact.Float32(tensor))
			return scale, codes
		}}
}

// BlockReport says how an implementation of a block fared.
type BlockReport struct {
	Block           Block
	Checked, Failed int64 // blocks
	Findings        []BlockFinding
}

// BlockFinding is what explains some of the disagreements.
type BlockFinding struct {
	Detail   string // a clause: "takes the scale by the rule ceil"
	Count    int64
	Simplest BlockDisagreement
}

// BlockDisagreement is a block with two answers.
type BlockDisagreement struct {
	Values              []float32
	GotScale, WantScale uint64
	Got, Want           []uint64
}

// OK reports whether all blocks agreed, and there were any.
func (r *BlockReport) OK() bool { return r.Failed == 0 && r.Checked > 0 }

// CheckBlocks runs an implementation on count blocks, 0 for 5000: zeros and subnormal
// values, infinities and NaN among them, largest values at and beside what decides
// about the scale, others at the midpoints of two elements and beside them. NaN agrees
// with NaN; where the scale is NaN, the elements do not count.
func CheckBlocks(ctx context.Context, f func(values []float32) (scale uint64, codes []uint64), b Block, count int64, seed uint64) (*BlockReport, error) {
	if b.Scale.kind != floating || b.Element.kind != floating || b.Size < 1 || b.Want == nil || count < 0 {
		return nil, errors.New("fuzz: a block has formats of floating point, a size and a function")
	}
	if count == 0 {
		count = 5000
	}
	c := blockCheck{f: f, b: b, report: &BlockReport{Block: b}, scales: newClassifier(b.Scale), elements: newClassifier(b.Element),
		g: newGenerator(Convert.In(Float(minifloat.MustFormat(8, 23, minifloat.IEEEFamily))).To(b.Element), seed)}
	for c.report.Checked < count && ctx.Err() == nil {
		d, wrong := c.ask(c.draw())
		c.report.Checked++
		if wrong {
			c.report.Failed++
			if len(c.found) < maxDots {
				c.found = append(c.found, d)
			}
		}
	}
	c.finish()
	return c.report, ctx.Err()
}

type blockCheck struct {
	f                func(values []float32) (uint64, []uint64)
	b                Block
	report           *BlockReport
	scales, elements classifier
	g                *generator
	found            []BlockDisagreement
}

// draw returns a block of values.
func (c *blockCheck) draw() []float32 {
	r := c.g.r
	values := make([]float32, c.b.Size)
	shift := r.between(-135, 125)
	if r.bits(2) != 0 {
		shift = r.between(-10, 10)
	}
	for i := range values {
		code := uint64(0)
		switch r.below(8) {
		case 0:
			continue
		case 1:
			code = c.g.uniform()[0]
			if r.below(8) != 0 { // few blocks with infinities and NaN, and with all exponents
				code = code&^(0xff<<23) | uint64(127+r.between(-4, 4))<<23
			}
		default:
			h, _ := c.g.hardConversion()
			code = h[0]
		}
		x := math.Float32frombits(uint32(code))
		if x-x == 0 {
			x = float32(math.Ldexp(float64(x), shift))
		} else if r.below(16) != 0 {
			x = 1
		}
		values[i] = x
	}
	return values
}

// ask compares the two answers to a block.
func (c *blockCheck) ask(values []float32) (d BlockDisagreement, wrong bool) {
	d.Values = values
	d.WantScale, d.Want = c.b.Want(numbers(values))
	d.GotScale, d.Got = c.f(slices.Clone(values))
	return d, !c.same(d.GotScale, d.Got, d.WantScale, d.Want)
}

func numbers(values []float32) []exact.Number {
	n := make([]exact.Number, len(values))
	for i, v := range values {
		n[i] = exact.Float32(v)
	}
	return n
}

func (c *blockCheck) same(gotScale uint64, got []uint64, wantScale uint64, want []uint64) bool {
	same := func(l *classifier, x, y uint64) bool {
		return x == y || l.format.has(x) && l.of(x).class == NaN && l.of(y).class == NaN
	}
	if !same(&c.scales, gotScale, wantScale) || len(got) != len(want) {
		return false
	}
	for i := range got {
		if !same(&c.elements, got[i], want[i]) && c.scales.of(wantScale).class != NaN {
			return false
		}
	}
	return true
}

// finish explains the disagreements by other conventions, the simplest block of each
// brought down to few values.
func (c *blockCheck) finish() {
	var details []string
	for detail := range c.b.Others {
		details = append(details, detail)
	}
	slices.Sort(details)
	for rest := c.found; len(rest) > 0; {
		best, most := "", 0
		for _, detail := range details {
			n := 0
			for _, d := range rest {
				if c.follows(detail, d) {
					n++
				}
			}
			if n > most {
				best, most = detail, n
			}
		}
		holds := func(d BlockDisagreement) bool { return best == "" || c.follows(best, d) }
		f := BlockFinding{Detail: best}
		if best == "" {
			f.Detail = "gives another block"
		}
		var left []BlockDisagreement
		for _, d := range rest {
			switch {
			case !holds(d):
				left = append(left, d)
				continue
			case f.Count == 0:
				f.Simplest = c.shrink(d, holds)
			}
			f.Count++
		}
		c.report.Findings = append(c.report.Findings, f)
		rest = left
	}
}

func (c *blockCheck) follows(detail string, d BlockDisagreement) bool {
	scale, codes := c.b.Others[detail](numbers(d.Values))
	return c.same(d.GotScale, d.Got, scale, codes)
}

// shrink makes values zero, or simpler, for as long as the answer stays wrong in the
// same way.
func (c *blockCheck) shrink(d BlockDisagreement, holds func(BlockDisagreement) bool) BlockDisagreement {
	l := c.g.classes[0].format
	simple := layoutOf(l)
	for asked, shrunk := 0, true; shrunk && asked < maxAsked; {
		shrunk = false
		for i := 0; i < len(d.Values) && !shrunk; i++ {
			for _, code := range simple.simpler(uint64(math.Float32bits(d.Values[i]))) {
				values := slices.Clone(d.Values)
				values[i] = math.Float32frombits(uint32(code))
				asked++
				if z, wrong := c.ask(values); wrong && holds(z) {
					d, shrunk = z, true
					break
				}
			}
		}
	}
	return d
}

// String returns one line, and for each finding its simplest block, without zeros.
func (r *BlockReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s of %s wrong", r.Block.Name, group3(r.Failed), plural(r.Checked, "block"))
	for _, x := range r.Findings {
		d := x.Simplest
		fmt.Fprintf(&b, "\n  it %s (%s); simplest:", x.Detail, plural(x.Count, "block"))
		fmt.Fprintf(&b, " scale got %s, want %s", r.Block.Scale.value(d.GotScale), r.Block.Scale.value(d.WantScale))
		for i, v := range d.Values {
			if v == 0 {
				continue
			}
			got := "none"
			if i < len(d.Got) {
				got = r.Block.Element.value(d.Got[i])
			}
			fmt.Fprintf(&b, "; %v got %s, want %s", v, got, r.Block.Element.value(d.Want[i]))
		}
	}
	return b.String()
}
