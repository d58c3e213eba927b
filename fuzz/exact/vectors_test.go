package exact_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/internal/vectors"
)

// Other people's implementations judge the oracle too.
func TestVectors(t *testing.T) { vectors.Run(t, oracle{}) }

type oracle struct{}

func (oracle) format(f vectors.Format) exact.Format {
	k := 1 + f.E + f.M
	g := map[vectors.Family]func() exact.Format{
		vectors.IEEE:   func() exact.Format { return exact.IEEE(f.E, f.M) },
		vectors.FN:     func() exact.Format { return exact.FN(f.E, f.M) },
		vectors.FNUZ:   func() exact.Format { return exact.FNUZ(f.E, f.M) },
		vectors.Finite: func() exact.Format { return exact.FiniteOnly(f.E, f.M) },
		vectors.FNU:    exact.E8M0,
		vectors.SE:     func() exact.Format { return exact.P3109(k, f.M+1, true, true) },
		vectors.SF:     func() exact.Format { return exact.P3109(k, f.M+1, true, false) },
		vectors.UE:     func() exact.Format { return exact.P3109(k-1, f.M+1, false, true) },
		vectors.UF:     func() exact.Format { return exact.P3109(k-1, f.M+1, false, false) },
	}[f.Family]()
	g.Bias = f.Bias
	g.Subnormals = g.Subnormals && !f.NoSubnormals
	return g
}

func (oracle) options(o vectors.Options) exact.Options {
	mode, ok := map[string]exact.Mode{
		"near_even": exact.TiesToEven, "near_maxMag": exact.TiesToAway, "near_minMag": exact.TiesToZero,
		"minMag": exact.TowardZero, "min": exact.TowardNegative, "max": exact.TowardPositive, "odd": exact.ToOdd,
		"stochasticA": exact.StochasticA, "stochasticB": exact.StochasticB, "stochasticC": exact.StochasticC,
		"stochasticOdd": exact.StochasticOdd,
	}[o.Mode]
	if !ok {
		panic("unknown mode " + o.Mode)
	}
	e := exact.Options{Mode: mode, Random: o.Random, Bits: o.Bits}
	if o.Saturate {
		e.Saturation = exact.SatFinite
	}
	if o.TininessBefore {
		e.Tininess = exact.BeforeRounding
	}
	if o.PropagateNaN {
		e.NaN = exact.NaNPropagates
	}
	if o.MLDtypesNaN {
		e.NaN = exact.NaNToOppositeZero
	}
	return e
}

func (c oracle) round(r exact.Result, f vectors.Format, o vectors.Options) (uint64, int) {
	code, flags := exact.RoundResult(r, c.format(f), c.options(o))
	return code, int(flags)
}

func (oracle) Supports(vectors.Format) bool { return true }

func (c oracle) Decode(f vectors.Format, code uint64) float64 {
	v, isExact := c.format(f).Decode(code).Float()
	if !isExact {
		return math.NaN()
	}
	return v
}

func (c oracle) Round(f vectors.Format, x float64, o vectors.Options) (uint64, int) {
	return c.round(exact.Convert(exact.Float64(x)), f, o)
}

func (c oracle) Integer(f vectors.Format, negative bool, magnitude uint64, o vectors.Options) (uint64, int) {
	x := exact.Uint64(magnitude)
	x.Negative = negative
	return c.round(exact.Convert(x), f, o)
}

func (c oracle) Convert(from, to vectors.Format, code uint64, o vectors.Options) (uint64, int) {
	return c.round(exact.Convert(c.format(from).Decode(code)), to, o)
}

func (c oracle) Operate(op string, f vectors.Format, x []uint64, o vectors.Options) (uint64, int) {
	v := make([]exact.Number, len(x))
	for i, code := range x {
		v[i] = c.format(f).Decode(code)
	}
	var r exact.Result
	switch op {
	case "add":
		r = exact.Add(v[0], v[1])
	case "sub":
		r = exact.Sub(v[0], v[1])
	case "mul":
		r = exact.Mul(v[0], v[1])
	case "div":
		r = exact.Quo(v[0], v[1])
	case "rem":
		r = exact.Remainder(v[0], v[1])
	case "sqrt":
		r = exact.Sqrt(v[0])
	case "mulAdd":
		r = exact.FMA(v[0], v[1], v[2])
	case "roundToInt":
		r = exact.RoundToIntegral(v[0], c.options(o))
		r.Raised &^= exact.Inexact
	case "roundToIntExact":
		r = exact.RoundToIntegral(v[0], c.options(o))
	default:
		panic("unknown operation " + op)
	}
	return c.round(r, f, o)
}

func (c oracle) Compare(f vectors.Format, x, y uint64, signaling bool) (int, bool, int) {
	v, w := c.format(f).Decode(x), c.format(f).Decode(y)
	order, unordered := exact.Compare(v, w)
	flags := exact.Flags(0)
	if unordered && (signaling || v.Signalling || w.Signalling) {
		flags = exact.Invalid
	}
	return order, unordered, int(flags)
}

func (c oracle) ToInteger(f vectors.Format, code uint64, bits int, signed bool, o vectors.Options) (uint64, int) {
	n, flags := exact.ToInteger(c.format(f).Decode(code), c.options(o), bits, signed)
	mask := new(big.Int).SetUint64(^uint64(0) >> (64 - bits))
	return n.And(n, mask).Uint64(), int(flags)
}

func (c oracle) Dot(from, to vectors.Format, x, y []uint64, fused bool, o vectors.Options) (uint64, int) {
	decode := func(codes []uint64) (v []exact.Number) {
		for _, code := range codes {
			v = append(v, c.format(from).Decode(code))
		}
		return v
	}
	step := exact.MultiplyAdd
	if fused {
		step = exact.Fused
	}
	code, flags := exact.Dot(0, decode(x), decode(y), c.format(to), step, c.options(o))
	return code, int(flags)
}
