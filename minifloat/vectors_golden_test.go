package minifloat_test

import (
	"testing"

	"github.com/halfulp/halfulp/internal/vectors"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// Other people's implementations judge the package directly, results and flags.
func TestVectors(t *testing.T) { vectors.Run(t, implementation{}) }

type implementation struct{}

var vectorFamilies = map[vectors.Family]minifloat.FamilyID{
	vectors.IEEE: minifloat.IEEEFamily, vectors.FN: minifloat.FNFamily, vectors.FNUZ: minifloat.FNUZFamily,
	vectors.Finite: minifloat.FiniteFamily, vectors.FNU: minifloat.FNUFamily,
	vectors.SE: minifloat.P3109SE, vectors.SF: minifloat.P3109SF, vectors.UE: minifloat.P3109UE, vectors.UF: minifloat.P3109UF,
}

func (implementation) format(f vectors.Format) (minifloat.Format, error) {
	g, err := minifloat.NewFormat(f.E, f.M, vectorFamilies[f.Family])
	if err == nil && g.Bias() != f.Bias {
		g, err = g.WithBias(f.Bias)
	}
	if err == nil && f.NoSubnormals {
		g = g.WithoutSubnormals()
	}
	return g, err
}

func (i implementation) must(f vectors.Format) minifloat.Format {
	g, err := i.format(f)
	if err != nil {
		panic(err)
	}
	return g
}

var vectorModes = map[string]rounding.Mode{
	"near_even": rounding.ToNearestEven, "near_maxMag": rounding.ToNearestAway, "near_minMag": rounding.ToNearestZero,
	"minMag": rounding.ToZero, "min": rounding.ToNegativeInf, "max": rounding.ToPositiveInf, "odd": rounding.ToOdd,
	"stochasticA": rounding.StochasticA, "stochasticB": rounding.StochasticB, "stochasticC": rounding.StochasticC,
	"stochasticOdd": rounding.StochasticOdd,
}

func (implementation) context(o vectors.Options) minifloat.Context {
	mode, ok := vectorModes[o.Mode]
	if !ok {
		panic("unknown mode " + o.Mode)
	}
	c := minifloat.Context{Mode: mode}
	if o.Saturate {
		c.Saturation = rounding.SatFinite
	}
	if o.TininessBefore {
		c.Tininess = rounding.BeforeRounding
	}
	if o.PropagateNaN {
		c.NaN = rounding.PropagateNaN
	}
	if o.MLDtypesNaN {
		c.NaN = rounding.MLDtypesNaN
	}
	return c
}

func (i implementation) Supports(f vectors.Format) bool {
	_, err := i.format(f)
	return err == nil
}

func (i implementation) Decode(f vectors.Format, code uint64) float64 {
	return i.must(f).Decode(uint32(code))
}

func (i implementation) Round(f vectors.Format, x float64, o vectors.Options) (uint64, int) {
	if o.Bits > 0 {
		code, flags := i.context(o).EncodeStochastic(i.must(f), x, o.Random, o.Bits)
		return uint64(code), int(flags)
	}
	code, flags := i.context(o).Encode(i.must(f), x)
	return uint64(code), int(flags)
}

// Integer asks the Context; FromInt, which rounds to nearest even only, must agree.
func (i implementation) Integer(f vectors.Format, negative bool, magnitude uint64, o vectors.Options) (uint64, int) {
	code32, flags32 := i.context(o).EncodeUint(i.must(f), magnitude)
	if negative {
		code32, flags32 = i.context(o).EncodeInt(i.must(f), -int64(magnitude))
	}
	code, flags := uint64(code32), int(flags32)
	if o.Mode == "near_even" && i.must(f) == minifloat.FormatOf[minifloat.Float16]() {
		direct := minifloat.FromInt[minifloat.Float16](magnitude)
		if negative {
			direct = minifloat.FromInt[minifloat.Float16](-int64(magnitude))
		}
		if direct.Bits() != uint16(code) {
			return uint64(direct.Bits()), flags
		}
	}
	return code, flags
}

func (i implementation) value(f vectors.Format, code uint64) minifloat.Value {
	return minifloat.Value{Format: i.must(f), Bits: uint32(code)}
}

func result(v minifloat.Value, flags rounding.Flags) (uint64, int) { return uint64(v.Bits), int(flags) }

func (i implementation) Convert(from, to vectors.Format, code uint64, o vectors.Options) (uint64, int) {
	return result(i.context(o).Convert(i.must(to), i.value(from, code)))
}

func (i implementation) Operate(op string, f vectors.Format, x []uint64, o vectors.Options) (uint64, int) {
	c, g := i.context(o), i.must(f)
	var v [3]minifloat.Value
	for k, code := range x {
		v[k] = i.value(f, code)
	}
	switch op {
	case "add":
		return result(c.Add(g, v[0], v[1]))
	case "sub":
		return result(c.Sub(g, v[0], v[1]))
	case "mul":
		return result(c.Mul(g, v[0], v[1]))
	case "div":
		return result(c.Quo(g, v[0], v[1]))
	case "rem":
		return result(c.Rem(g, v[0], v[1]))
	case "sqrt":
		return result(c.Sqrt(g, v[0]))
	case "roundToInt":
		return result(c.RoundToIntegral(v[0]))
	case "roundToIntExact":
		return result(c.RoundToIntegralExact(v[0]))
	case "mulAdd":
		return result(c.FMA(g, v[0], v[1], v[2]))
	}
	panic("unknown operation " + op)
}

func (i implementation) Compare(f vectors.Format, x, y uint64, signaling bool) (int, bool, int) {
	a, b := i.value(f, x), i.value(f, y)
	compare := minifloat.Value.CompareQuiet
	if signaling {
		compare = minifloat.Value.CompareSignaling
	}
	relation, flags := compare(a, b)
	return int(relation) - 1, relation == minifloat.Unordered, int(flags)
}

func (i implementation) ToInteger(f vectors.Format, code uint64, bits int, signed bool, o vectors.Options) (uint64, int) {
	c, x := i.context(o), i.value(f, code)
	if signed {
		n, flags := c.ToInt64(x, bits)
		return uint64(n) & (^uint64(0) >> (64 - bits)), int(flags)
	}
	n, flags := c.ToUint64(x, bits)
	return n, int(flags)
}

func (i implementation) Dot(from, to vectors.Format, x, y []uint64, fused bool, o vectors.Options) (uint64, int) {
	c, g := i.context(o), i.must(to)
	sum, all := minifloat.Value{Format: g}, rounding.Flags(0)
	for k := range x {
		a, b := i.value(from, x[k]), i.value(from, y[k])
		var flags rounding.Flags
		if fused {
			sum, flags = c.FMA(g, a, b, sum)
		} else {
			var product minifloat.Value
			product, flags = c.Mul(g, a, b)
			all |= flags
			sum, flags = c.Add(g, sum, product)
		}
		all |= flags
	}
	return uint64(sum.Bits), int(all)
}
