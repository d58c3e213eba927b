package fixedpoint

import (
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// hardwareRules are what circuits do to cut the last k bits, k > 0, off an integer in two's complement: an addition and an
// arithmetic shift. They are the rules of IEEE 1666 (SystemC, table of quantization modes) and of APyTypes' documentation, by the names of
// both; one is a flag of a condition.
var hardwareRules = map[string]func(x int64, k uint) int64{
	"TRN":          func(x int64, k uint) int64 { return x >> k },
	"TRN_INF":      func(x int64, k uint) int64 { return (x + 1<<k - 1) >> k },
	"TRN_ZERO":     func(x int64, k uint) int64 { return (x + one(x < 0)*(1<<k-1)) >> k },
	"TRN_AWAY":     func(x int64, k uint) int64 { return (x + one(x > 0)*(1<<k-1)) >> k },
	"RND":          func(x int64, k uint) int64 { return (x + 1<<(k-1)) >> k },
	"RND_MIN_INF":  func(x int64, k uint) int64 { return (x + 1<<(k-1) - 1) >> k },
	"RND_ZERO":     func(x int64, k uint) int64 { return (x + 1<<(k-1) - one(x > 0)) >> k },
	"RND_INF":      func(x int64, k uint) int64 { return (x + 1<<(k-1) - one(x < 0)) >> k },
	"RND_CONV":     func(x int64, k uint) int64 { return (x + 1<<(k-1) - 1 + x>>k&1) >> k },
	"RND_CONV_ODD": func(x int64, k uint) int64 { return (x + 1<<(k-1) - x>>k&1) >> k },
	"JAM_UNBIASED": func(x int64, k uint) int64 { return x>>k | one(x&(1<<k-1) != 0) },
}

// departures of APyTypes from rounding: JAM sets the last bit of every value, TRN_MAG adds one to every negative one. Both change
// values that need no rounding, and no mode is called by these names.
var departures = map[string]func(x int64, k uint) int64{
	"JAM":     func(x int64, k uint) int64 { return x>>k | 1 },
	"TRN_MAG": func(x int64, k uint) int64 { return x>>k + one(x < 0) },
}

func one(condition bool) int64 {
	if condition {
		return 1
	}
	return 0
}

// TestHardwareRules runs every integer of 10 bits and every count of bits through the rules and the modes of the same names.
func TestHardwareRules(t *testing.T) {
	from := MustFormat(true, 9, 0)
	for name, rule := range hardwareRules {
		mode, err := rounding.ParseMode(name)
		if err != nil {
			t.Error(err)
			continue
		}
		for x := int64(-512); x < 512; x++ {
			for k := uint(1); k <= 9; k++ {
				dst := MustFormat(true, 20, -int(k)) // wide enough for a carry
				if got, _ := (Context{Mode: mode}).Convert(dst, Value{from, x}); got.Bits != rule(x, k) {
					t.Fatalf("%s: %d / 2^%d is %d, want %d", name, x, k, got.Bits, rule(x, k))
				}
			}
		}
	}
	for name, rule := range departures {
		if _, err := rounding.ParseMode(name); err == nil {
			t.Errorf("%s is taken for a mode", name)
		}
		for _, mode := range rounding.Modes() {
			same := true
			for x := int64(-512); x < 512; x++ {
				got, _ := (Context{Mode: mode}).Convert(MustFormat(true, 20, -2), Value{from, x})
				same = same && got.Bits == rule(x, 2)
			}
			if same {
				t.Errorf("%s is %v", name, mode)
			}
		}
	}
}

// TestPeersDefects has inputs on which others were wrong.
func TestPeersDefects(t *testing.T) {
	q3x4 := MustFormat(true, 3, 4)
	// enclustra/en_cl_fix#22: rounding comes before saturation.
	if z, flags := (Context{}).Encode(q3x4, 7.96875); z != 127 || flags != rounding.Overflow|rounding.Inexact {
		t.Errorf("7.96875 is %d %v", z, flags)
	}
	if z, flags := (Context{Overflow: Wrap}).Encode(q3x4, 7.96875); z != -128 || flags != rounding.Overflow|rounding.Inexact {
		t.Errorf("7.96875 wraps to %d %v", z, flags)
	}
	// apytypes/apytypes#94: a stochastic sum keeps what lies far below the last place.
	tiny := Value{MustFormat(true, -60, 68), 1}
	c := Context{Mode: rounding.StochasticA}
	if z, flags := c.AddStochastic(q3x4, Value{q3x4, 16}, tiny, 1<<63-1, 63); z.Bits != 16 || flags != rounding.Inexact {
		t.Errorf("1 + 2^-68 is %v %v", z, flags)
	}
	if z, flags := c.AddStochastic(q3x4, Value{q3x4, 16}, Value{MustFormat(true, -50, 60), 1}, 1<<63-1, 63); z.Bits != 17 || flags != rounding.Inexact {
		t.Errorf("1 + 2^-60 is %v %v", z, flags)
	}
	// x/image/math/fixed and others wrap a product without a word.
	if z, flags := Mul(Context{}, Min[Q15](), Min[Q15]()); z != Max[Q15]() || flags != rounding.Overflow|rounding.Inexact {
		t.Errorf("-1 * -1 is %v %v", z, flags)
	}
}
