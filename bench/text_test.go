package bench

import (
	"math"
	"strconv"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
)

// Texts are the shortest decimals of each type's own values, and strconv's of
// the same values as float32.

// format measures the shortest decimals of numbers.
func format[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](b *testing.B, s subject[minifloat.Float[S, E, M, V]]) {
	for _, in := range []input{numbers, codes} {
		xs := s.operands(in)[0]
		buf := make([]byte, 0, 64)
		b.Run(s.name+"/"+in.name, func(b *testing.B) {
			measure(b, func() {
				for _, x := range xs {
					sink ^= uint16(len(x.Append(buf, 'g', -1)))
				}
			})
		})
		b.Run(s.name+" by strconv/"+in.name, func(b *testing.B) {
			floats := make([]float32, len(xs))
			minifloat.Float32s(floats, xs)
			measure(b, func() {
				for _, x := range floats {
					sink ^= uint16(len(strconv.AppendFloat(buf, float64(x), 'g', -1, 32)))
				}
			})
		})
	}
}

// parse measures the reading of shortest decimals: of the type for our reader,
// and both of the type and of the float32 of the same value for strconv's.
func parse[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](b *testing.B, s subject[minifloat.Float[S, E, M, V]]) {
	for _, in := range []input{numbers, codes} {
		var ours, theirs []string
		for _, x := range s.operands(in)[0] {
			if math.IsNaN(x.Float64()) { // no number
				x = minifloat.Float[S, E, M, V]{}
			}
			ours = append(ours, x.Text('g', -1))
			theirs = append(theirs, strconv.FormatFloat(x.Float64(), 'g', -1, 32))
		}
		b.Run(s.name+"/"+in.name, func(b *testing.B) {
			measure(b, func() {
				for _, text := range ours {
					x, _ := minifloat.Parse[minifloat.Float[S, E, M, V]](text)
					sink ^= uint16(x.Bits())
				}
			})
		})
		for name, texts := range map[string][]string{"the same texts": ours, "float32's texts": theirs} {
			b.Run(s.name+" by strconv/"+in.name+"/"+name, func(b *testing.B) {
				measure(b, func() {
					for _, text := range texts {
						x, _ := strconv.ParseFloat(text, 32)
						sink ^= uint16(x)
					}
				})
			})
		}
	}
}

func BenchmarkFormat(b *testing.B) {
	format(b, ourHalf)
	format(b, ourBrain)
	format(b, ourEight)
	format(b, ourOwn)
}

func BenchmarkParse(b *testing.B) {
	parse(b, ourHalf)
	parse(b, ourBrain)
	parse(b, ourEight)
	parse(b, ourOwn)
}
