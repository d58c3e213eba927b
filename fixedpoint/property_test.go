package fixedpoint

import (
	"math"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/rounding"
)

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
	properties.Property("x*y + z is off by half a step at most, and once", prop.ForAll(func(x, y, z Q7x8) bool {
		exact := clamp(float64(x.Float64()*y.Float64()) + z.Float64()) // 31 bits
		return math.Abs(x.FMA(y, z).Float64()-exact) <= half && x.FMA(y, z) == From[Q7x8](exact)
	}, number, number, number))
	properties.Property("a square root is off by half a step at most, and grows", prop.ForAll(func(x, y Q7x8) bool {
		x, y = x.Abs(), y.Abs()
		return math.Abs(x.Sqrt().Float64()-math.Sqrt(x.Float64())) <= half+1e-12 && x.Sqrt().Cmp(y.Sqrt())*x.Cmp(y) >= 0
	}, number, number))
	properties.Property("a remainder is math.Mod's", prop.ForAll(func(x, y Q7x8) bool {
		return y == Q7x8{} || x.Rem(y).Float64() == math.Mod(x.Float64(), y.Float64())
	}, number, number))
	properties.Property("shifts are products with powers of two", prop.ForAll(func(x Q7x8, n int) bool {
		return x.Lsh(uint(n)).Float64() == clamp(math.Ldexp(x.Float64(), n)) && x.Rsh(uint(n)) == From[Q7x8](math.Ldexp(x.Float64(), -n))
	}, number, gen.IntRange(0, 40)))
	properties.Property("sums, differences and products in the grown formats are float64's", prop.ForAll(func(x, y Q7x8) bool {
		f := FormatOf[Q7x8]()
		var c Context
		for _, row := range []struct {
			grow func(f, g Format) (Format, error)
			op   func(c Context, dst Format, x, y Value) (Value, rounding.Flags)
			want float64
		}{{Format.FullAdd, Context.Add, x.Float64() + y.Float64()}, {Format.FullSub, Context.Sub, x.Float64() - y.Float64()}, {Format.FullMul, Context.Mul, x.Float64() * y.Float64()}} {
			dst, err := row.grow(f, f)
			if z, flags := row.op(c, dst, x.Value(), y.Value()); err != nil || flags != 0 || z.Float64() != row.want {
				return false
			}
		}
		return true
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
