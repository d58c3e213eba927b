package fuzz_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
)

// mx converts to MXFP4 in float64, by the rule floor; its fault, if it has one, is
// planted.
func mx(f minifloat.Format, fault string) func(values []float32) (uint64, []uint64) {
	return func(values []float32) (uint64, []uint64) {
		most, codes := 0.0, make([]uint64, len(values))
		for _, v := range values {
			most = math.Max(most, math.Abs(float64(v))) // NaN and infinity stay
		}
		if most-most != 0 {
			return 0xff, codes
		}
		_, e := math.Frexp(most)
		_, top := math.Frexp(f.MaxFinite())
		scale := e - top
		if fault == "ceil" && most > math.Ldexp(f.MaxFinite(), scale) {
			scale++
		}
		if most == 0 || scale < -127 {
			scale = -127
		}
		for i, v := range values {
			x := math.Ldexp(float64(v), -scale)
			switch {
			case fault == "truncated":
				x = math.Copysign(math.Floor(math.Abs(x)*2)/2, x)
			case fault == "last element" && i == len(values)-1:
				x = -x
			}
			code, _ := minifloat.Context{Saturation: 1}.Encode(f, x)
			codes[i] = uint64(code)
		}
		return uint64(scale + 127), codes
	}
}

func TestBlocks(t *testing.T) {
	f := parse(t, "e2m1fn")
	count := int64(2000)
	if testing.Short() {
		count = 200
	}
	for _, test := range []struct {
		fault, detail string
	}{{"", ""}, {"ceil", "takes the scale by the rule ceil"}, {"truncated", "gives another block"}, {"last element", "gives another block"}} {
		r, err := fuzz.CheckBlocks(context.Background(), mx(f, test.fault), fuzz.MX(f, 8, exact.FloorScale), count, 1)
		if err != nil {
			t.Fatal(err)
		}
		if r.OK() != (test.detail == "") || !strings.Contains(r.String(), test.detail) || r.Checked != count {
			t.Errorf("%s: %v", test.fault, r)
		}
		for _, x := range r.Findings {
			values := 0
			for _, v := range x.Simplest.Values {
				if v != 0 {
					values++
				}
			}
			if values > 2 {
				t.Errorf("%s: not shrunk: %v", test.fault, r)
			}
		}
	}
	nv := fuzz.NVFP4(0.25)
	right := func(values []float32) (uint64, []uint64) {
		n := make([]exact.Number, len(values))
		for i, v := range values {
			n[i] = exact.Float32(v)
		}
		return nv.Want(n)
	}
	if r, err := fuzz.CheckBlocks(context.Background(), right, nv, count/4, 1); err != nil || !r.OK() {
		t.Error(r, err)
	}
	if _, err := fuzz.CheckBlocks(context.Background(), right, fuzz.Block{}, 1, 1); err == nil {
		t.Error("no block is taken")
	}
}

func ExampleCheckBlocks() {
	f := minifloat.MustFormat(2, 1, minifloat.FiniteFamily)
	r, err := fuzz.CheckBlocks(context.Background(), mx(f, "ceil"), fuzz.MX(f, 4, exact.FloorScale), 1000, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.OK(), r.Findings[0].Detail)
	// Output: false takes the scale by the rule ceil
}
