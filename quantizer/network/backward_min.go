package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/kernel/mapf32"
)

// minGradient is the rule of a minimum with a constant that broadcasts, as clips a
// limit for each channel: the gradient passes where x is below it; the derivative
// at the limit is 0.
func minGradient(b *layerBuilder, l *layer) error {
	if len(b.in) != 2 {
		return fmt.Errorf("%w: the gradient of %d operands", ErrUnsupported, len(b.in))
	}
	data := 0
	if b.consts[0] != nil {
		data = 1
	}
	x, limits, y := b.in[data].tensor, b.consts[1-data], b.out[0]
	if limits == nil || !equalShape(x.Shape, y.tensor.Shape) {
		return fmt.Errorf("%w: the gradient where not one operand is a constant that broadcasts", ErrUnsupported)
	}
	dx, dy := b.wants(data), y.gradient
	if dx == nil {
		return nil
	}
	r := rowsOf(x.Shape, x.Shape, limits.Shape)
	l.backward = func() {
		r.each(&b.t.x, func(z int, at []int, n int) {
			dx, dy, x, limits := dx[z:][:n], dy[z:][:n], x.Float[z:][:n], limits.Float[at[1]:]
			if r.step[1] == 0 {
				mapf32.AddBetween(dx, dy, x, float32(math.Inf(-1)), limits[0])
				return
			}
			for i, v := range x {
				if v < limits[i] {
					dx[i] += dy[i]
				}
			}
		})
	}
	return nil
}
