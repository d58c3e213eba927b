package fuzz

import (
	"math"
	"math/rand"

	"github.com/leanovate/gopter"

	"github.com/halfulp/halfulp/minifloat"
)

// Code generates codes of f, of type uint32. Of ten, four are [Corners], three
// lie one or two codes beside a corner, three are uniform over all codes. They
// shrink toward codes with fewer bits in the mantissa and an exponent nearer to
// that of 1, as the package's documentation orders them.
func Code(f minifloat.Format) gopter.Gen {
	corners, l := Corners(f), layoutOf(f)
	shrinker := func(v any) gopter.Shrink {
		return stream(l.simpler(uint64(v.(uint32))), func(code uint64) any { return uint32(code) })
	}
	return func(p *gopter.GenParameters) *gopter.GenResult {
		return gopter.NewGenResult(drawCode(f, corners, p.Rng), shrinker)
	}
}

func drawCode(f minifloat.Format, corners []uint32, random *rand.Rand) uint32 {
	mask := uint32(1<<uint(f.Bits()) - 1)
	switch corner, n := corners[random.Intn(len(corners))], random.Intn(10); {
	case n < 4:
		return corner
	case n < 7:
		return (corner + [...]uint32{1, 2, mask, mask - 1}[random.Intn(4)]) & mask
	}
	return random.Uint32() & mask
}

// Float64 generates inputs for a conversion to f, of type float64. Of ten, two
// are values of f; three are midpoints of two neighbours, those of the borders
// of underflow and overflow among them; three are the float64 next to a value or
// a midpoint; one is any float64; one is special: a zero, an infinity, NaN, the
// extremes of float64 and float32. The codes below them are drawn as [Code]
// draws them, and either sign occurs whether f has one or not. They shrink as
// codes of f do.
func Float64(f minifloat.Format) gopter.Gen {
	corners, special := Corners(f), extremes()
	shrinker := func(v any) gopter.Shrink {
		return stream(float64Layout.simpler(math.Float64bits(v.(float64))), func(bits uint64) any { return math.Float64frombits(bits) })
	}
	draw := func(random *rand.Rand) float64 {
		value, middle := midpoint(f, drawCode(f, corners, random))
		if random.Intn(2) == 0 {
			value, middle = -value, -middle
		}
		switch n := random.Intn(10); {
		case n < 2:
			return value
		case n < 5:
			return middle
		case n < 8:
			return neighbour([]float64{value, middle}[random.Intn(2)], []int{-1, 1}[random.Intn(2)])
		case n < 9:
			return math.Float64frombits(random.Uint64())
		}
		return special[random.Intn(len(special))]
	}
	return func(p *gopter.GenParameters) *gopter.GenResult {
		return gopter.NewGenResult(draw(p.Rng), shrinker)
	}
}

func stream(codes []uint64, as func(uint64) any) gopter.Shrink {
	return func() (any, bool) {
		if len(codes) == 0 {
			return nil, false
		}
		first := codes[0]
		codes = codes[1:]
		return as(first), true
	}
}
