package fixedpoint

import (
	"math"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/rounding"
)

// genericNumber is what generic code asks of a number type, of this package or of minifloat (minifloat.Number).
type genericNumber[T any] interface {
	Add(y T) T
	Sub(y T) T
	Mul(y T) T
	Quo(y T) T
	Cmp(y T) int
	FromFloat64(x float64) T
	Float64() float64
}

var _ genericNumber[Q15] = Q15{}

// Properties against float64, which holds every sum, difference and product of 16-bit numbers.
func TestProperties(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(20260101)
	parameters.MinSuccessfulTests = 2000
	if testing.Short() {
		parameters.MinSuccessfulTests = 200
	}
	properties := gopter.NewProperties(parameters)
	number := gen.Int16().Map(func(i int16) Q7x8 { return FromBits[Q7x8](i) })
	clamp := func(x float64) float64 { return max(Min[Q7x8]().Float64(), min(Max[Q7x8]().Float64(), x)) }
	const half = 0x1p-9

	properties.Property("a sum is exact or saturated", prop.ForAll(func(x, y Q7x8) bool {
		return x.Add(y).Float64() == clamp(x.Float64()+y.Float64()) && x.Sub(y).Float64() == clamp(x.Float64()-y.Float64())
	}, number, number))
	properties.Property("a product is off by half a step at most", prop.ForAll(func(x, y Q7x8) bool {
		return math.Abs(x.Mul(y).Float64()-clamp(x.Float64()*y.Float64())) <= half
	}, number, number))
	properties.Property("a quotient is off by half a step at most", prop.ForAll(func(x, y Q7x8) bool {
		return y == Q7x8{} || math.Abs(x.Quo(y).Float64()-clamp(x.Float64()/y.Float64())) <= half+1e-12
	}, number, number))
	properties.Property("addition and multiplication commute, x*1 = x, x/1 = x, x-x = 0", prop.ForAll(func(x, y Q7x8) bool {
		one := FromInt[Q7x8](1)
		return x.Add(y) == y.Add(x) && x.Mul(y) == y.Mul(x) && x.Mul(one) == x && x.Quo(one) == x && x.Sub(x) == Q7x8{}
	}, number, number))
	properties.Property("float64 and back is the identity", prop.ForAll(func(x Q7x8) bool {
		return From[Q7x8](x.Float64()) == x
	}, number))
	properties.Property("rounding is monotonic in every mode", prop.ForAll(func(x, y float64, m int) bool {
		c := Context{Mode: rounding.Modes()[m]}
		f := FormatOf[Q7x8]()
		a, _ := c.Encode(f, min(x, y))
		b, _ := c.Encode(f, max(x, y))
		return a <= b
	}, gen.Float64Range(-200, 200), gen.Float64Range(-200, 200), gen.IntRange(0, len(rounding.Modes())-1)))
	properties.Property("directed modes bracket", prop.ForAll(func(x float64) bool {
		f := FormatOf[Q7x8]()
		down := Context{Mode: rounding.ToNegativeInf}.Round(f, x)
		up := Context{Mode: rounding.ToPositiveInf}.Round(f, x)
		return down <= x && x <= up && up-down <= f.Epsilon()
	}, gen.Float64Range(-127, 127)))
	properties.Property("wrapped addition is associative", prop.ForAll(func(x, y, z Q7x8) bool {
		c := Context{Overflow: Wrap}
		add := func(a, b Q7x8) Q7x8 { s, _ := Add(c, a, b); return s }
		return add(add(x, y), z) == add(x, add(y, z))
	}, number, number, number))
	properties.Property("to odd, then nearest even, is nearest even", prop.ForAll(func(x float64) bool {
		wide, _ := Context{Mode: rounding.ToOdd}.Encode(MustFormat(true, 7, 10), x)
		twice, _ := Context{}.Convert(FormatOf[Q7x8](), Value{MustFormat(true, 7, 10), wide})
		return twice == From[Q7x8](x).Value()
	}, gen.Float64Range(-130, 130)))
	properties.TestingRun(t)
}
