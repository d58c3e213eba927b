package minifloat_test

import (
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

const benchSize = 1024

// benchFloats are normally distributed numbers.
func benchFloats() (xs [benchSize]float64) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range xs {
		xs[i] = r.NormFloat64()
	}
	return xs
}

var (
	sinkFloat64 float64
	sinkCode    uint32
	sinkFloat16 minifloat.Float16
	sinkE4M3FN  minifloat.E4M3FN
)

func BenchmarkFloat16(b *testing.B) {
	fs := benchFloats()
	var xs [benchSize]minifloat.Float16
	for i, x := range fs {
		xs[i] = minifloat.From[minifloat.Float16](x)
	}
	binary := func(name string, op func(x, y minifloat.Float16) minifloat.Float16) {
		b.Run(name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				sinkFloat16 = op(xs[i%benchSize], xs[(i+1)%benchSize])
				i++
			}
		})
	}
	b.Run("From", func(b *testing.B) {
		i := 0
		for b.Loop() {
			sinkFloat16 = minifloat.From[minifloat.Float16](fs[i%benchSize])
			i++
		}
	})
	b.Run("Float64", func(b *testing.B) {
		i := 0
		for b.Loop() {
			sinkFloat64 = xs[i%benchSize].Float64()
			i++
		}
	})
	binary("Add", func(x, y minifloat.Float16) minifloat.Float16 { return x.Add(y) })
	binary("Mul", func(x, y minifloat.Float16) minifloat.Float16 { return x.Mul(y) })
	binary("Quo", func(x, y minifloat.Float16) minifloat.Float16 { return x.Quo(y) })
	binary("FMA", func(x, y minifloat.Float16) minifloat.Float16 { return x.FMA(y, x) })
	binary("Sqrt", func(x, _ minifloat.Float16) minifloat.Float16 { return x.Abs().Sqrt() })
	for _, f := range minifloat.Functions() {
		binary(f.String(), func(x, _ minifloat.Float16) minifloat.Float16 { return x.Apply(f) })
	}
	b.Run("AddLatency", func(b *testing.B) {
		i, x := 0, xs[0]
		for b.Loop() {
			x = x.Add(xs[i%benchSize])
			i++
		}
		sinkFloat16 = x
	})
	b.Run("Text", func(b *testing.B) {
		var buf [64]byte
		i := 0
		for b.Loop() {
			xs[i%benchSize].Append(buf[:0], 'g', -1)
			i++
		}
	})
	b.Run("Parse", func(b *testing.B) {
		for b.Loop() {
			sinkFloat16, _ = minifloat.Parse[minifloat.Float16]("0.3333")
		}
	})
}

func BenchmarkE4M3FN(b *testing.B) {
	fs := benchFloats()
	var xs [benchSize]minifloat.E4M3FN
	for i, x := range fs {
		xs[i] = minifloat.From[minifloat.E4M3FN](x)
	}
	b.Run("From", func(b *testing.B) {
		i := 0
		for b.Loop() {
			sinkE4M3FN = minifloat.From[minifloat.E4M3FN](fs[i%benchSize])
			i++
		}
	})
	b.Run("Float64", func(b *testing.B) {
		i := 0
		for b.Loop() {
			sinkFloat64 = xs[i%benchSize].Float64()
			i++
		}
	})
	b.Run("Add", func(b *testing.B) {
		i := 0
		for b.Loop() {
			sinkE4M3FN = xs[i%benchSize].Add(xs[(i+1)%benchSize])
			i++
		}
	})
}

// BenchmarkRunTime is the same for formats that are not known to the compiler.
func BenchmarkRunTime(b *testing.B) {
	fs := benchFloats()
	f := mustParse(b, "binary16")
	var xs [benchSize]minifloat.Value
	for i, x := range fs {
		xs[i] = minifloat.Value{Format: f, Bits: f.Encode(x)}
	}
	b.Run("Encode", func(b *testing.B) {
		i := 0
		for b.Loop() {
			sinkCode = f.Encode(fs[i%benchSize])
			i++
		}
	})
	b.Run("Decode", func(b *testing.B) {
		i := 0
		for b.Loop() {
			sinkFloat64 = f.Decode(xs[i%benchSize].Bits)
			i++
		}
	})
	for _, mode := range []rounding.Mode{rounding.ToNearestEven, rounding.ToZero, rounding.ToOdd} {
		ctx := minifloat.Context{Mode: mode}
		b.Run("ContextEncode/"+mode.String(), func(b *testing.B) {
			i := 0
			for b.Loop() {
				sinkCode, _ = ctx.Encode(f, fs[i%benchSize])
				i++
			}
		})
		b.Run("ContextRound/"+mode.String(), func(b *testing.B) {
			i := 0
			for b.Loop() {
				sinkFloat64 = ctx.Round(f, fs[i%benchSize])
				i++
			}
		})
		r := minifloat.NewRounder(f, ctx)
		b.Run("Rounder/"+mode.String(), func(b *testing.B) {
			i := 0
			for b.Loop() {
				sinkFloat64 = r.Round(fs[i%benchSize])
				i++
			}
		})
		b.Run("RounderEncode/"+mode.String(), func(b *testing.B) {
			i := 0
			for b.Loop() {
				sinkCode = r.Encode(fs[i%benchSize])
				i++
			}
		})
		b.Run("Add/"+mode.String(), func(b *testing.B) {
			i := 0
			for b.Loop() {
				z, _ := ctx.Add(f, xs[i%benchSize], xs[(i+1)%benchSize])
				sinkCode = z.Bits
				i++
			}
		})
		b.Run("FMA/"+mode.String(), func(b *testing.B) {
			i := 0
			for b.Loop() {
				z, _ := ctx.FMA(f, xs[i%benchSize], xs[(i+1)%benchSize], xs[(i+2)%benchSize])
				sinkCode = z.Bits
				i++
			}
		})
	}
}
