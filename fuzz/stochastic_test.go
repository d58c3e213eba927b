package fuzz_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// dice rounds float32 to e4m3fn by n random bits of its own, in a faulty way or not.
func dice(f minifloat.Format, n int, fault string) fuzz.Subject {
	r := rand.New(rand.NewPCG(3, 4))
	op := fuzz.Convert.In(fuzz.Float(minifloat.MustFormat(8, 23, minifloat.IEEEFamily))).To(fuzz.Float(f)).
		With(fuzz.Context{Mode: rounding.StochasticA, RandomBits: n})
	return fuzz.Func(func(c fuzz.Case) fuzz.Answer {
		c[1] = r.Uint64() >> (64 - n)
		switch fault {
		case "biased": // of two words the larger
			c[1] = max(c[1], r.Uint64()>>(64-n))
		case "not random":
			c[1] = 1 << (n - 1)
		case "a little biased":
			if r.IntN(16) == 0 {
				c[1] = 1<<n - 1
			}
		}
		code, _ := op.Want(c)
		if fault == "another value" && r.IntN(5000) == 0 {
			code++
		}
		return fuzz.Answer{Code: code}
	})
}

func TestStochastic(t *testing.T) {
	f := parse(t, "e4m3fn")
	op := fuzz.Convert.In(fuzz.Float(parse(t, "binary32"))).To(fuzz.Float(f)).With(fuzz.Context{Mode: rounding.StochasticA})
	few := op.With(fuzz.Context{Mode: rounding.StochasticA, RandomBits: 3})
	o := fuzz.StochasticOptions{Inputs: 20, Margin: 1. / 16}
	for _, test := range []struct {
		op    fuzz.Operation
		bits  int
		fault string
		want  []fuzz.Decision // that some input is of; none: all agree
	}{
		{op, 32, "", nil},
		{few, 3, "", nil},
		{op, 1, "", []fuzz.Decision{fuzz.Differs}},
		{op, 32, "biased", []fuzz.Decision{fuzz.Differs}},
		{op, 32, "not random", []fuzz.Decision{fuzz.Differs}},
		{op, 32, "a little biased", []fuzz.Decision{fuzz.Differs}},
		{op, 32, "another value", []fuzz.Decision{fuzz.Wrong}},
	} {
		if testing.Short() && test.fault != "biased" {
			continue
		}
		r, err := fuzz.CheckStochastic(context.Background(), dice(f, test.bits, test.fault), test.op, o)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[fuzz.Decision]bool{}
		for _, x := range r.Inputs {
			seen[x.Decision] = true
		}
		if r.OK() != (test.want == nil) || len(r.Inputs) != 20 {
			t.Errorf("%d bits, %s: %v", test.bits, test.fault, r)
		}
		for _, d := range test.want {
			if !seen[d] || !strings.Contains(r.String(), d.String()) {
				t.Errorf("%d bits, %s: %v", test.bits, test.fault, r)
			}
		}
		var b bytes.Buffer
		if err := r.WriteText(&b); err != nil || bytes.Count(b.Bytes(), []byte("\n")) != 23 {
			t.Errorf("%v\n%s", err, &b)
		}
	}
	if _, err := fuzz.CheckStochastic(context.Background(), dice(f, 4, ""), fuzz.Add.In(fuzz.Float(f)), o); err == nil {
		t.Error("a mode that is not stochastic is taken")
	}
}

// The probabilities are those that all random words give.
func TestStochasticProbability(t *testing.T) {
	f := parse(t, "e3m2fn")
	op := fuzz.Mul.In(fuzz.Float(f))
	for _, mode := range rounding.StochasticModes() {
		op := op.With(fuzz.Context{Mode: mode, RandomBits: 5})
		right := fuzz.Func(func(c fuzz.Case) fuzz.Answer {
			code, _ := op.Want(c)
			return fuzz.Answer{Code: code}
		})
		r, err := fuzz.CheckStochastic(context.Background(), right, op, fuzz.StochasticOptions{Draws: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range r.Inputs {
			ups := 0
			for random := range uint64(32) {
				c := x.Operands
				c[2] = random
				code, _ := op.Want(c)
				switch {
				case code == x.Up && x.Up != x.Down:
					ups++
				case code != x.Down:
					t.Fatalf("%v: %v", mode, x)
				}
			}
			if float64(ups)/32 != x.Probability {
				t.Errorf("%v: %d of 32 up, %+v", mode, ups, x)
			}
		}
	}
}

// At a stated error of one tenth a correct implementation is called wrong in at most
// one of ten runs.
func TestStochasticError(t *testing.T) {
	f := parse(t, "e4m3fn")
	op := fuzz.Convert.In(fuzz.Float(parse(t, "binary32"))).To(fuzz.Float(f)).With(fuzz.Context{Mode: rounding.StochasticA, RandomBits: 8})
	one := func(yield func(fuzz.Case) bool) { yield(fuzz.Case{0x3f859999}) } // 1.04375, a third of the way
	runs, wrong := 400, 0
	if testing.Short() {
		runs = 50
	}
	right := dice(f, 8, "")
	for range runs {
		r, err := fuzz.CheckStochastic(context.Background(), right, op, fuzz.StochasticOptions{Cases: one, Error: 0.1, Margin: 1. / 8})
		if err != nil || len(r.Inputs) != 1 || r.Inputs[0].Decision == fuzz.Undecided {
			t.Fatal(r, err)
		}
		if !r.OK() {
			wrong++
		}
	}
	if wrong > max(runs/10, 10) {
		t.Errorf("%d of %d runs call it wrong", wrong, runs)
	}
}

func ExampleCheckStochastic() {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	op := fuzz.Convert.In(fuzz.Float(minifloat.MustFormat(8, 23, minifloat.IEEEFamily))).To(fuzz.Float(f)).With(fuzz.Context{Mode: rounding.StochasticA})
	r, err := fuzz.CheckStochastic(context.Background(), dice(f, 32, "biased"), op, fuzz.StochasticOptions{
		Cases: func(yield func(fuzz.Case) bool) { yield(fuzz.Case{0x3f880000}) }, // 1.0625, between 1 and 1.125
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.OK(), r.Inputs[0].Probability, r.Inputs[0].Decision)
	// Output: false 0.5 differs
}
