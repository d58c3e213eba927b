package fixedpoint_test

import (
	"math"
	"testing"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/rounding"
)

// TestPeerBugs holds what others rescaled wrongly, named after the thread that has the report.
func TestPeerBugs(t *testing.T) {
	// tvm#4828: a quarter is 0 rounded once. Rounded twice, to a half on the way, it is 1, and that is what gemmlowp has.
	quarter := fixedpoint.Multiplier{Mantissa: 1 << 30, Shift: -1}
	for _, c := range []struct {
		form fixedpoint.Form
		want int32
	}{
		{fixedpoint.Once(rounding.ToNearestEven), 0}, {fixedpoint.Once(rounding.ToNearestAway), 0},
		{fixedpoint.RNDNU, 0}, {fixedpoint.Ruy, 0}, {fixedpoint.TFLiteSingle, 0}, {fixedpoint.FP32, 0},
		{fixedpoint.Gemmlowp, 1}, {fixedpoint.CMSISNN, 1},
	} {
		if got := c.form.Apply(quarter, 1); got != c.want {
			t.Errorf("tvm#4828: 1 * 0.25 = %d in %v, want %d", got, c.form, c.want)
		}
	}
	// gemmlowp: the one product of two fractions that is 1, which none of them is.
	if got := fixedpoint.SaturatingRoundingDoublingHighMul[int32](math.MinInt32, math.MinInt32); got != math.MaxInt32 {
		t.Errorf("gemmlowp: -1 * -1 = %d in 32 bits", got)
	}
	if got := fixedpoint.SaturatingRoundingDoublingHighMul[int16](math.MinInt16, math.MinInt16); got != math.MaxInt16 {
		t.Errorf("gemmlowp: -1 * -1 = %d in 16 bits", got)
	}
}
