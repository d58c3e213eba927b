package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/quantizer"
)

// formatsCommand is "halfulp formats".
type formatsCommand struct {
	Name     []string `arg:"" optional:"" help:"A format: e4m3fn, binary16, finite e2m5, Binary8p4se, int8, q1.6, ..."`
	JSON     bool     `name:"json" help:"Print JSON."`
	Markdown bool     `help:"Print the table of formats as Markdown."`
}

// Run implements the command.
func (c formatsCommand) Run(s streams) error {
	if len(c.Name) == 0 {
		return c.list(s.out)
	}
	if c.Markdown {
		return usageError{fmt.Errorf("--markdown is for the table of all formats")}
	}
	name := strings.Join(c.Name, " ")
	var d description
	if f, err := quantizer.ParseFormat(name); err == nil {
		d = describe(f)
	} else if wide, e := fixedpoint.ParseFormat(name); e == nil { // the quantizer's have 24 bits at most
		d = describeWide(wide)
	} else {
		return usageError{err}
	}
	if c.JSON {
		return d.json(s.out)
	}
	return d.text(s.out)
}

// formatRow is a line of the table of formats.
type formatRow struct {
	Name              string  `json:"name"`
	Family            string  `json:"family"`
	Bits              int     `json:"bits"`
	ExponentBits      int     `json:"exponent_bits"`
	MantissaBits      int     `json:"mantissa_bits"`
	Bias              int     `json:"bias"`
	MinExponent       int     `json:"min_exponent"` // of the smallest normal number
	MaxExponent       int     `json:"max_exponent"` // of the largest one
	Lowest            float64 `json:"lowest"`
	Largest           float64 `json:"largest"`
	SmallestNormal    float64 `json:"smallest_normal"`
	SmallestSubnormal float64 `json:"smallest_subnormal,omitempty"`
	Epsilon           float64 `json:"epsilon"`
	EpsilonBelow      float64 `json:"epsilon_below"`
	Digits10          int     `json:"digits10"`
	MaxDigits10       int     `json:"max_digits10"`
	Infinity          bool    `json:"infinity"`
	NaN               bool    `json:"nan"`
	NaNCodes          int     `json:"nan_codes"`
	NegativeZero      bool    `json:"negative_zero"`
}

func rowOf(f minifloat.Format) formatRow {
	r := formatRow{
		Name: f.Name(), Family: f.Family().String(), Bits: f.Bits(),
		ExponentBits: f.ExponentBits(), MantissaBits: f.MantissaBits(), Bias: f.Bias(),
		MinExponent: f.MinExponent(), MaxExponent: f.MaxExponent(),
		Lowest: f.Lowest(), Largest: f.MaxFinite(), SmallestNormal: f.SmallestNormal(),
		Epsilon: f.Epsilon(), EpsilonBelow: f.EpsilonBelow(), Digits10: f.Digits10(), MaxDigits10: f.MaxDigits10(),
		Infinity: f.HasInf(), NaN: f.HasNaN(), NaNCodes: f.NaNCount(), NegativeZero: f.HasNegZero(),
	}
	if f.HasSubnormals() {
		r.SmallestSubnormal = f.SmallestSubnormal()
	}
	return r
}

func (c formatsCommand) list(w io.Writer) error {
	var rows []formatRow
	for _, f := range minifloat.Formats() {
		rows = append(rows, rowOf(f))
	}
	if c.JSON {
		return writeJSON(w, rows)
	}
	t := table{
		header: []string{"name", "family", "bits", "E", "M", "bias", "largest", "smallest normal", "smallest", "infinity", "NaN", "-0"},
		right:  []bool{false, false, true, true, true, true, true, true, true, false, false, false},
	}
	for _, r := range rows {
		smallest := r.SmallestSubnormal
		if smallest == 0 {
			smallest = r.SmallestNormal
		}
		t.add(r.Name, r.Family, strconv.Itoa(r.Bits), strconv.Itoa(r.ExponentBits), strconv.Itoa(r.MantissaBits), strconv.Itoa(r.Bias),
			short(r.Largest), short(r.SmallestNormal), short(smallest), yes(r.Infinity), yes(r.NaN), yes(r.NegativeZero))
	}
	if c.Markdown {
		return t.markdown(w)
	}
	if err := t.write(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := usualFixed().write(w); err != nil {
		return err
	}
	_, err := fmt.Fprint(w, "\nAlso: any e<E>m<M> (IEEE; with fn, fnuz, finite behind it another family), Binary<K>p<P>{s,u}{e,f} of IEEE P3109,\n"+
		"any fixed point q<I>.<F> and uq<I>.<F> of 64 bits or fewer, int2 to int16, uint2 to uint16.\n"+
		"\"halfulp formats NAME\" shows the codes of one, \"halfulp explain VALUE NAME\" how a number becomes one.\n")
	return err
}

func short(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// description is one format with its codes: all of them up to 8 bits, the notable
// ones of a wider format.
type description struct {
	Name   string     `json:"name"`
	Kind   string     `json:"kind"`
	Format *formatRow `json:"format,omitempty"` // of a minifloat
	Bits   int        `json:"bits"`
	Least  float64    `json:"least"`
	Most   float64    `json:"largest"`
	All    bool       `json:"all_codes"`
	Codes  []code     `json:"codes"`
}

type code struct {
	Code  uint64 `json:"code"`
	Bits  string `json:"bits"`  // binary, the fields apart
	Value string `json:"value"` // shortest decimal that is exact to float64; NaN, +Inf, -Inf
	Class string `json:"class"`
	note  string
}

const allCodesBits = 8

func describe(f quantizer.Format) description {
	d := description{Name: f.Name(), Kind: f.Kind().String(), Bits: f.Bits(), Most: f.Largest(), All: f.Bits() <= allCodesBits}
	d.Least = f.Round(math.Inf(-1))
	if m, ok := f.Minifloat(); ok {
		r := rowOf(m)
		d.Format = &r
		if !m.HasZero() {
			d.Least = m.SmallestSubnormal()
		}
	}
	if d.All {
		for c := range uint32(1) << f.Bits() {
			d.Codes = append(d.Codes, codeOf(f, c, ""))
		}
		return d
	}
	d.Codes = notable(f)
	return d
}

// notable returns the codes by which a wide format is known.
func notable(f quantizer.Format) []code {
	var codes []code
	add := func(note string, c uint32) {
		if i := slices.IndexFunc(codes, func(o code) bool { return o.Code == uint64(c) }); i >= 0 {
			codes[i].note += ", " + note
			return
		}
		codes = append(codes, codeOf(f, c, note))
	}
	value := func(note string, x float64) { add(note, uint32(f.Encode(x))) }
	m, ok := f.Minifloat()
	if !ok {
		value("zero", 0)
		value("smallest positive value", f.Decode(1))
		if f.Largest() >= 1 {
			value("one", 1)
		}
		value("largest value", f.Largest())
		value("least value", f.Round(math.Inf(-1)))
		return codes
	}
	if m.HasZero() {
		value("zero", 0)
	}
	if m.HasNegZero() {
		value("negative zero", math.Copysign(0, -1))
	}
	if m.HasSubnormals() {
		value("smallest subnormal value", m.SmallestSubnormal())
		value("largest subnormal value", m.SmallestNormal()-m.SmallestSubnormal())
	}
	value("smallest normal value", m.SmallestNormal())
	value("one", 1)
	value("next above one", 1+m.Epsilon())
	value("largest value", m.MaxFinite())
	if c, ok := m.InfCode(1); ok {
		add("infinity", c)
	}
	if c, ok := m.InfCode(-1); ok {
		add("negative infinity", c)
	}
	if c, ok := m.NaNCode(); ok {
		add("NaN", c)
	}
	return codes
}

func codeOf(f quantizer.Format, c uint32, note string) code {
	if f.Bits() < 32 {
		c &= 1<<f.Bits() - 1
	}
	bits := fmt.Sprintf("%0*b", f.Bits(), c)
	x := f.Decode(int32(c))
	class := "positive"
	if m, ok := f.Minifloat(); ok {
		class = words(m.Class(c).String())
		bits = bits[:f.Bits()-m.MantissaBits()] + " " + bits[f.Bits()-m.MantissaBits():]
		if m.Signed() {
			bits = bits[:1] + " " + bits[1:]
		}
		bits = strings.TrimSpace(bits)
	} else if x == 0 {
		class = "zero"
	} else if x < 0 {
		class = "negative"
		// The narrow range of integers leaves the most negative code out.
		if f.Kind() == quantizer.Integer && x < f.Least() {
			class = "not used"
		}
	}
	return code{uint64(c), bits, strconv.FormatFloat(x, 'g', -1, 64), class, note}
}

// words turns PositiveSubnormal into "positive subnormal"; NaN stays as it is.
func words(s string) string {
	s, nan := strings.CutSuffix(s, "NaN")
	var b strings.Builder
	for i, c := range s {
		if unicode.IsUpper(c) && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	if nan {
		return strings.TrimSpace(b.String() + " NaN")
	}
	return b.String()
}

func (d description) json(w io.Writer) error { return writeJSON(w, d) }

func (d description) text(w io.Writer) error {
	if r := d.Format; r != nil {
		fmt.Fprintf(w, "%s: %d bits, %d exponent, %d mantissa, bias %d, family %s\n", r.Name, r.Bits, r.ExponentBits, r.MantissaBits, r.Bias, r.Family)
		fmt.Fprintf(w, "largest %s, smallest normal %s", short(r.Largest), short(r.SmallestNormal))
		if r.SmallestSubnormal != 0 {
			fmt.Fprintf(w, ", smallest subnormal %s", short(r.SmallestSubnormal))
		}
		fmt.Fprintf(w, "; infinity: %s, NaN: %s, -0: %s\n", yes(r.Infinity), yes(r.NaN), yes(r.NegativeZero))
		fmt.Fprintf(w, "lowest %s, exponents %d to %d, epsilon %s, below one %s, decimal digits: %d kept, %d to tell all apart, NaN codes: %d\n\n",
			short(r.Lowest), r.MinExponent, r.MaxExponent, short(r.Epsilon), short(r.EpsilonBelow), r.Digits10, r.MaxDigits10, r.NaNCodes)
	} else {
		fmt.Fprintf(w, "%s: %s, %d bits, from %s to %s\n\n", d.Name, d.Kind, d.Bits, short(d.Least), short(d.Most))
	}
	t := table{header: []string{"code", "bits", "value", "class"}, right: []bool{false, false, true, false}}
	if !d.All {
		t.header, t.right = append(t.header, ""), append(t.right, false)
	}
	for _, c := range d.Codes {
		row := []string{fmt.Sprintf("0x%0*x", (d.Bits+3)/4, c.Code), c.Bits, c.Value, c.Class}
		if !d.All {
			row = append(row, c.note)
		}
		t.add(row...)
	}
	return t.write(w)
}

// writeJSON prints v indented, with a newline at the end.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
