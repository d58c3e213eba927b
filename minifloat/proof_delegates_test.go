package minifloat_test

import (
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// The methods and functions of the typed face that have no body of their own: they
// are those of a Value, which the other proofs judge.
func TestTypesDelegate(t *testing.T) {
	type own = minifloat.Float[uint32, minifloat.E3, minifloat.M5, minifloat.UE]
	t.Run("Float32", delegates[minifloat.Float32])
	t.Run("Float16", delegates[minifloat.Float16])
	t.Run("BFloat16", delegates[minifloat.BFloat16])
	t.Run("E4M3FN", delegates[minifloat.E4M3FN])
	t.Run("E5M2", delegates[minifloat.E5M2])
	t.Run("E4M3B11FNUZ", delegates[minifloat.E4M3B11FNUZ])
	t.Run("E8M0FNU", delegates[minifloat.E8M0FNU])
	t.Run("E2M1FN", delegates[minifloat.E2M1FN])
	t.Run("Binary8p4se", delegates[minifloat.Binary8p4se])
	t.Run("own", delegates[own])
}

// delegated are the methods of one type that are compared here.
type delegated[F any] interface {
	Value() minifloat.Value
	Floor() F
	Ceil() F
	Trunc() F
	Round() F
	RoundToEven() F
	NextUp() F
	NextDown() F
	Ulp() float64
	Logb() F
	Ilogb() int
	Scalb(int) F
	Copysign(F) F
	IsNormal() bool
	IsSubnormal() bool
	IsSignaling() bool
	TotalCmp(F) int
	TotalCmpMag(F) int
	CompareQuiet(F) (minifloat.Relation, rounding.Flags)
	CompareSignaling(F) (minifloat.Relation, rounding.Flags)
	Rem(F) F
	Mod(F) F
	FAA(F, F) F
	Hypot(F) F
	Rsqrt() F
	Recip() F
	Min(F) F
	Max(F) F
	Clamp(F, F) F
}

func delegates[F interface {
	minifloat.Float[S, E, M, V]
	delegated[F]
}, S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](t *testing.T) {
	f := minifloat.FormatOf[F, S, E, M, V]()
	random := rand.New(rand.NewPCG(43, uint64(f.Bits())))
	number := func() F { return minifloat.FromBits[F, S, E, M, V](S(random.Uint32())) }
	for range sized(50, 500, 5000) {
		x, y, d, n := number(), number(), number(), random.IntN(40)-20
		v, w, u := x.Value(), y.Value(), d.Value()
		e := minifloat.Extremum(random.IntN(10))
		scale := minifloat.FromBits[minifloat.E8M0FNU](uint8(120 + random.IntN(16)))
		c := options[random.IntN(len(options))].c
		value := func(got F, flags rounding.Flags) func(minifloat.Value, rounding.Flags) bool {
			return func(want minifloat.Value, wantFlags rounding.Flags) bool {
				return got.Value() == want && flags == wantFlags
			}
		}
		in := func(mode rounding.Mode) minifloat.Value {
			z, _ := minifloat.Context{Mode: mode}.RoundToIntegral(v)
			return z
		}
		plain := func(z minifloat.Value, _ rounding.Flags) minifloat.Value { return z }
		i8, i8Flags := minifloat.ToInt[int8, F, S, E, M, V](c, x)
		wantI8, wantI8Flags := c.ToInt64(v, 8)
		u16, u16Flags := minifloat.ToInt[uint16, F, S, E, M, V](c, x)
		wantU16, wantU16Flags := c.ToUint64(v, 16)
		i64, i64Flags := minifloat.ToInt[int64, F, S, E, M, V](c, x)
		wantI64, wantI64Flags := c.ToInt64(v, 64)
		quiet, quietFlags := x.CompareQuiet(y)
		wantQuiet, wantQuietFlags := v.CompareQuiet(w)
		signaling, signalingFlags := x.CompareSignaling(y)
		wantSignaling, wantSignalingFlags := v.CompareSignaling(w)
		near := minifloat.Context{}
		draw, bits := c, 1+random.IntN(30)
		draw.Mode = stochasticModes[random.IntN(len(stochasticModes))]
		word := random.Uint64() >> (64 - bits)
		for name, same := range map[string]bool{
			"Floor":                     x.Floor().Value() == in(rounding.ToNegativeInf),
			"Ceil":                      x.Ceil().Value() == in(rounding.ToPositiveInf),
			"Trunc":                     x.Trunc().Value() == in(rounding.ToZero),
			"Round":                     x.Round().Value() == in(rounding.ToNearestAway),
			"RoundToEven":               x.RoundToEven().Value() == in(rounding.ToNearestEven),
			"RoundToIntegral":           value(minifloat.RoundToIntegral[F, S, E, M, V](c, x))(c.RoundToIntegral(v)),
			"RoundToIntegralExact":      value(minifloat.RoundToIntegralExact[F, S, E, M, V](c, x))(c.RoundToIntegralExact(v)),
			"ToInt[int8]":               int64(i8) == wantI8 && i8Flags == wantI8Flags,
			"ToInt[uint16]":             uint64(u16) == wantU16 && u16Flags == wantU16Flags,
			"ToInt[int64]":              i64 == wantI64 && i64Flags == wantI64Flags,
			"NextUp":                    x.NextUp().Value() == v.NextUp(),
			"NextDown":                  x.NextDown().Value() == v.NextDown(),
			"Ulp":                       sameFloat(x.Ulp(), v.Ulp()),
			"Logb":                      x.Logb().Value() == plain(minifloat.Context{}.Logb(f, v)) && value(minifloat.Logb[F, S, E, M, V](c, x))(c.Logb(f, v)),
			"Ilogb":                     x.Ilogb() == v.Ilogb(),
			"Scalb":                     x.Scalb(n).Value() == plain(minifloat.Context{}.Scalb(f, v, n)) && value(minifloat.Scalb[F, S, E, M, V](c, x, n))(c.Scalb(f, v, n)),
			"Rem":                       x.Rem(y).Value() == plain(near.Rem(f, v, w)) && value(minifloat.Rem[F, S, E, M, V](c, x, y))(c.Rem(f, v, w)),
			"Mod":                       x.Mod(y).Value() == plain(near.Mod(f, v, w)) && value(minifloat.Mod[F, S, E, M, V](c, x, y))(c.Mod(f, v, w)),
			"Hypot":                     x.Hypot(y).Value() == plain(near.Hypot(f, v, w)) && value(minifloat.Hypot[F, S, E, M, V](c, x, y))(c.Hypot(f, v, w)),
			"Rsqrt":                     x.Rsqrt().Value() == plain(near.Rsqrt(f, v)) && value(minifloat.Rsqrt[F, S, E, M, V](c, x))(c.Rsqrt(f, v)),
			"Recip":                     x.Recip().Value() == plain(near.Recip(f, v)) && value(minifloat.Recip[F, S, E, M, V](c, x))(c.Recip(f, v)),
			"FAA":                       x.FAA(y, d).Value() == plain(near.FAA(f, v, w, u)) && value(minifloat.FAA[F, S, E, M, V](c, x, y, d))(c.FAA(f, v, w, u)),
			"ScaledAdd":                 value(minifloat.ScaledAdd[F, minifloat.E8M0FNU, S, uint8, E, minifloat.E8, M, minifloat.M0, V, minifloat.FNU](c, x, scale, y, scale))(c.ScaledAdd(f, v, scale.Value(), w, scale.Value())),
			"ScaledSub":                 value(minifloat.ScaledSub[F, minifloat.E8M0FNU, S, uint8, E, minifloat.E8, M, minifloat.M0, V, minifloat.FNU](c, x, scale, y, scale))(c.ScaledSub(f, v, scale.Value(), w, scale.Value())),
			"ScaledMul":                 value(minifloat.ScaledMul[F, minifloat.E8M0FNU, S, uint8, E, minifloat.E8, M, minifloat.M0, V, minifloat.FNU](c, x, scale, y, scale))(c.ScaledMul(f, v, scale.Value(), w, scale.Value())),
			"FAAStochastic":             value(minifloat.FAAStochastic[F, S, E, M, V](draw, x, y, d, word, bits))(draw.FAAStochastic(f, v, w, u, word, bits)),
			"RecipStochastic":           value(minifloat.RecipStochastic[F, S, E, M, V](draw, x, word, bits))(draw.RecipStochastic(f, v, word, bits)),
			"RsqrtStochastic":           value(minifloat.RsqrtStochastic[F, S, E, M, V](draw, x, word, bits))(draw.RsqrtStochastic(f, v, word, bits)),
			"HypotStochastic":           value(minifloat.HypotStochastic[F, S, E, M, V](draw, x, y, word, bits))(draw.HypotStochastic(f, v, w, word, bits)),
			"RemStochastic":             value(minifloat.RemStochastic[F, S, E, M, V](draw, x, y, word, bits))(draw.RemStochastic(f, v, w, word, bits)),
			"ModStochastic":             value(minifloat.ModStochastic[F, S, E, M, V](draw, x, y, word, bits))(draw.ModStochastic(f, v, w, word, bits)),
			"ScalbStochastic":           value(minifloat.ScalbStochastic[F, S, E, M, V](draw, x, n, word, bits))(draw.ScalbStochastic(f, v, n, word, bits)),
			"RoundToIntegralStochastic": value(minifloat.RoundToIntegralStochastic[F, S, E, M, V](draw, x, word, bits))(draw.RoundToIntegralStochastic(v, word, bits)),
			"ConvertStochastic":         value(minifloat.ConvertStochastic[F, minifloat.E8M0FNU, S, uint8, E, minifloat.E8, M, minifloat.M0, V, minifloat.FNU](draw, scale, word, bits))(draw.ConvertStochastic(f, scale.Value(), word, bits)),
			"ScaledAddStochastic":       value(minifloat.ScaledAddStochastic[F, minifloat.E8M0FNU, S, uint8, E, minifloat.E8, M, minifloat.M0, V, minifloat.FNU](draw, x, scale, y, scale, word, bits))(draw.ScaledAddStochastic(f, v, scale.Value(), w, scale.Value(), word, bits)),
			"ScaledSubStochastic":       value(minifloat.ScaledSubStochastic[F, minifloat.E8M0FNU, S, uint8, E, minifloat.E8, M, minifloat.M0, V, minifloat.FNU](draw, x, scale, y, scale, word, bits))(draw.ScaledSubStochastic(f, v, scale.Value(), w, scale.Value(), word, bits)),
			"ScaledMulStochastic":       value(minifloat.ScaledMulStochastic[F, minifloat.E8M0FNU, S, uint8, E, minifloat.E8, M, minifloat.M0, V, minifloat.FNU](draw, x, scale, y, scale, word, bits))(draw.ScaledMulStochastic(f, v, scale.Value(), w, scale.Value(), word, bits)),
			"Choose":                    value(minifloat.Choose[F, S, E, M, V](e, x, y))(near.Choose(e, f, v, w)),
			"Min":                       x.Min(y).Value() == plain(near.Choose(minifloat.Minimum, f, v, w)) && x.Max(y).Value() == plain(near.Choose(minifloat.Maximum, f, v, w)),
			"Clamp":                     x.Clamp(y, d).Value() == plain(near.Clamp(f, v, w, u)),
			"Copysign":                  x.Copysign(y).Value() == v.Copysign(w),
			"classes":                   x.IsNormal() == v.IsNormal() && x.IsSubnormal() == v.IsSubnormal() && x.IsSignaling() == v.IsSignaling(),
			"TotalCmp":                  x.TotalCmp(y) == v.TotalCmp(w) && x.TotalCmpMag(y) == v.TotalCmpMag(w),
			"CompareQuiet":              quiet == wantQuiet && quietFlags == wantQuietFlags,
			"CompareSignaling":          signaling == wantSignaling && signalingFlags == wantSignalingFlags,
		} {
			if !same {
				t.Fatalf("%s of %v, %v, %d, %+v: not that of a Value", name, v, w, n, c)
			}
		}
	}
}
