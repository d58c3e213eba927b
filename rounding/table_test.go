package rounding_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// truth is the whole decision, one row per mode, typed by hand: a column for each value between two neighbours,
// the quarter, the half and three quarters of the way, with the lower neighbour even and then odd ("+" is up, "-" not),
// for a positive value and then for a negative one.
var truth = map[rounding.Mode][2]string{
	//                        positive: even odd   negative: even odd
	rounding.ToNearestEven: {"--+ -++", "--+ -++"},
	rounding.ToNearestAway: {"-++ -++", "-++ -++"},
	rounding.ToZero:        {"--- ---", "--- ---"},
	rounding.AwayFromZero:  {"+++ +++", "+++ +++"},
	rounding.ToNegativeInf: {"--- ---", "+++ +++"},
	rounding.ToPositiveInf: {"+++ +++", "--- ---"},
	rounding.ToNearestZero: {"--+ --+", "--+ --+"},
	rounding.ToNearestUp:   {"-++ -++", "--+ --+"},
	rounding.ToNearestDown: {"--+ --+", "-++ -++"},
	rounding.ToNearestOdd:  {"-++ --+", "-++ --+"},
	rounding.ToOdd:         {"+++ ---", "+++ ---"},
}

func TestIncrementTruthTable(t *testing.T) {
	if len(truth) != len(rounding.Modes()) {
		t.Fatalf("%d rows for %d modes", len(truth), len(rounding.Modes()))
	}
	for _, m := range rounding.Modes() {
		for sign, row := range truth[m] {
			neg := sign == 1
			for parity := range 2 {
				odd := parity == 1
				if rounding.Increment(m, neg, odd, false, false) {
					t.Errorf("%v, negative %t, odd %t: an exact value goes up", m, neg, odd)
				}
				for quarter := 1; quarter <= 3; quarter++ {
					half, sticky := quarter >= 2, quarter != 2
					want := row[4*parity+quarter-1] == '+'
					if got := rounding.Increment(m, neg, odd, half, sticky); got != want {
						t.Errorf("Increment(%v, %t, %t, %t, %t) = %t", m, neg, odd, half, sticky, got)
					}
				}
			}
		}
	}
}

// TestOverflowsTable has a row per mode: what leaves the range as a positive value with an even largest code, with an odd one,
// and as a negative value with each.
func TestOverflowsTable(t *testing.T) {
	want := map[rounding.Mode]string{
		rounding.ToNearestEven:   "++++",
		rounding.ToNearestAway:   "++++",
		rounding.ToZero:          "----",
		rounding.AwayFromZero:    "++++",
		rounding.ToNegativeInf:   "--++",
		rounding.ToPositiveInf:   "++--",
		rounding.ToNearestZero:   "++++",
		rounding.ToNearestUp:     "++++",
		rounding.ToNearestDown:   "++++",
		rounding.ToNearestOdd:    "++++",
		rounding.ToOdd:           "+-+-",
		rounding.StochasticA:     "++++",
		rounding.StochasticB:     "++++",
		rounding.StochasticC:     "++++",
		rounding.StochasticEqual: "++++",
		rounding.StochasticOdd:   "++++",
	}
	for m, row := range want {
		for i, c := range row {
			if got := rounding.Overflows(m, i >= 2, i&1 == 1); got != (c == '+') {
				t.Errorf("Overflows(%v, %t, %t) = %t", m, i >= 2, i&1 == 1, got)
			}
		}
	}
}

// TestModesEqualBig holds the promise that the first six modes are math/big's, in value and name.
func TestModesEqualBig(t *testing.T) {
	for _, m := range rounding.Modes()[:6] {
		if got, want := m.String(), big.RoundingMode(m).String(); got != want {
			t.Errorf("mode %d is %s here and %s in math/big", uint8(m), got, want)
		}
	}
}

func TestModes(t *testing.T) {
	for i, m := range rounding.Modes() {
		if int(m) != i || m.Stochastic() {
			t.Errorf("Modes()[%d] = %v (%d), stochastic %t", i, m, uint8(m), m.Stochastic())
		}
	}
	for i, m := range rounding.StochasticModes() {
		if int(m) != len(rounding.Modes())+i || !m.Stochastic() {
			t.Errorf("StochasticModes()[%d] = %v (%d), stochastic %t", i, m, uint8(m), m.Stochastic())
		}
	}
	if unknown := rounding.StochasticOdd + 1; unknown.Stochastic() {
		t.Errorf("%v is stochastic", unknown)
	}
}

func TestStrings(t *testing.T) {
	for want, got := range map[string]fmt.Stringer{
		"ToNearestEven":                rounding.Mode(0),
		"ToOdd":                        rounding.ToOdd,
		"StochasticC":                  rounding.StochasticC,
		"StochasticEqual":              rounding.StochasticEqual,
		"StochasticOdd":                rounding.StochasticOdd,
		"Mode(16)":                     rounding.StochasticOdd + 1,
		"SatNone":                      rounding.Saturation(0),
		"SatPropagate":                 rounding.SatPropagate,
		"Saturation(3)":                rounding.SatPropagate + 1,
		"AfterRounding":                rounding.Tininess(0),
		"BeforeRounding":               rounding.BeforeRounding,
		"Tininess(2)":                  rounding.BeforeRounding + 1,
		"CanonicalNaN":                 rounding.NaN(0),
		"MLDtypesNaN":                  rounding.MLDtypesNaN,
		"PropagateNaN":                 rounding.PropagateNaN,
		"NaN(3)":                       rounding.PropagateNaN + 1,
		"GradualUnderflow":             rounding.Subnormals(0),
		"FlushToZero":                  rounding.FlushToZero,
		"DenormalsAreZero":             rounding.DenormalsAreZero,
		"FlushToZero|DenormalsAreZero": rounding.FlushToZero | rounding.DenormalsAreZero,
		"Subnormals(4)":                rounding.Subnormals(4),
		".....":                        rounding.Flags(0),
		"v....":                        rounding.Invalid,
		".z...":                        rounding.DivideByZero,
		"..o.x":                        rounding.Overflow | rounding.Inexact,
		"...ux":                        rounding.Underflow | rounding.Inexact,
	} {
		if got.String() != want {
			t.Errorf("String() = %q, want %q", got, want)
		}
	}
	for i, s := range rounding.Saturations() {
		if int(s) != i {
			t.Errorf("Saturations()[%d] = %v", i, s)
		}
	}
}

// TestProgrammersErrors calls what may not be called: a constant string that begins with the package's name.
func TestProgrammersErrors(t *testing.T) {
	const unknown = rounding.StochasticOdd + 1
	for name, call := range map[string]func(){
		"Increment, unknown mode":           func() { rounding.Increment(unknown, false, false, true, true) },
		"Increment, stochastic mode":        func() { rounding.Increment(rounding.StochasticA, false, false, true, true) },
		"Increment, exact, unknown mode":    func() { rounding.Increment(unknown, false, false, false, false) },
		"Overflows, unknown mode":           func() { rounding.Overflows(unknown, false, false) },
		"ShiftRight64, stochastic mode":     func() { rounding.ShiftRight64(rounding.StochasticB, false, 5, 1) },
		"ShiftRight128, unknown mode":       func() { rounding.ShiftRight128(unknown, false, 0, 5, 1) },
		"IncrementStochastic, unknown mode": func() { rounding.IncrementStochastic(unknown, false, false, 1, false, 0, 8) },
		"IncrementStochastic, no bits":      func() { rounding.IncrementStochastic(rounding.StochasticA, false, false, 1, false, 0, 0) },
		"IncrementStochastic, 64 bits":      func() { rounding.IncrementStochastic(rounding.StochasticA, false, false, 1, false, 0, 64) },
		"IncrementStochastic, random bits too many": func() {
			rounding.IncrementStochastic(rounding.StochasticA, false, false, 1, false, 256, 8)
		},
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || len(s) < 10 || s[:10] != "rounding: " {
					t.Errorf("%s: recovered %q", name, s)
				}
			}()
			call()
		}()
	}
}
