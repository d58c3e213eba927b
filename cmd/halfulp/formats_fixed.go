package main

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"github.com/halfulp/halfulp/fixedpoint"
)

// usualFixed is the table of the fixed-point formats that package fixedpoint has types for.
func usualFixed() *table {
	t := &table{
		header: []string{"fixed point", "bits", "integer", "fraction", "least", "largest", "step", "type in Go"},
		right:  []bool{false, true, true, true, true, true, true, false},
	}
	for _, f := range []struct {
		format fixedpoint.Format
		name   string
	}{
		{fixedpoint.FormatOf[fixedpoint.Q7](), "Q7"}, {fixedpoint.FormatOf[fixedpoint.Q15](), "Q15"},
		{fixedpoint.FormatOf[fixedpoint.Q31](), "Q31"}, {fixedpoint.FormatOf[fixedpoint.Q63](), "Q63"},
		{fixedpoint.FormatOf[fixedpoint.Q3x4](), "Q3x4"}, {fixedpoint.FormatOf[fixedpoint.Q7x8](), "Q7x8"},
		{fixedpoint.FormatOf[fixedpoint.Q15x16](), "Q15x16"}, {fixedpoint.FormatOf[fixedpoint.Q31x32](), "Q31x32"},
		{fixedpoint.FormatOf[fixedpoint.UQ8](), "UQ8"}, {fixedpoint.FormatOf[fixedpoint.UQ16](), "UQ16"},
		{fixedpoint.FormatOf[fixedpoint.UQ32](), "UQ32"}, {fixedpoint.FormatOf[fixedpoint.UQ64](), "UQ64"},
	} {
		n := f.format.FractionBits()
		t.add(f.format.Name(), strconv.Itoa(f.format.Bits()), strconv.Itoa(f.format.IntegerBits()), strconv.Itoa(n),
			strconv.FormatFloat(f.format.Min(), 'f', -1, 64), fmt.Sprintf("%s - 2^%d", decimalText(power2(f.format.IntegerBits())), -n), fmt.Sprintf("2^%d", -n), f.name)
	}
	return t
}

// describeWide describes a fixed-point format by its notable codes.
func describeWide(f fixedpoint.Format) description {
	d := description{Name: f.Name(), Kind: "fixed point", Bits: f.Bits(), Least: f.Min(), Most: f.Max()}
	add := func(note string, v fixedpoint.Value) {
		c := uint64(v.Bits) << (64 - f.Bits()) >> (64 - f.Bits())
		if i := slices.IndexFunc(d.Codes, func(o code) bool { return o.Code == c }); i >= 0 {
			d.Codes[i].note += ", " + note
			return
		}
		class := [...]string{"negative", "zero", "positive"}[v.Cmp(fixedpoint.Value{Format: f})+1]
		bits, _ := explainedFixed{f: f}.draw(c)
		d.Codes = append(d.Codes, code{c, bits, v.Text('g', -1), class, note})
	}
	add("zero", fixedpoint.Value{Format: f})
	add("smallest positive value", fixedpoint.Value{Format: f, Bits: 1})
	if one, flags := (fixedpoint.Context{}).EncodeRat(f, big.NewRat(1, 1)); flags == 0 {
		add("one", one)
	}
	add("largest value", fixedpoint.Value{Format: f, Bits: f.MaxBits()})
	add("least value", fixedpoint.Value{Format: f, Bits: f.MinBits()})
	return d
}
