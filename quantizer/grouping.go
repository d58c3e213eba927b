package quantizer

import (
	"fmt"
	"math"
)

// Grouping says which elements of a tensor share a scale and a zero point. It
// looks at a tensor as an array [outer, Axis, Inner], row-major. The zero value is
// one group, per tensor; others are made with [PerChannel] and [PerBlock].
type Grouping struct {
	// Axis is the length of the axis that is divided, Inner the number of
	// consecutive elements with one index on it.
	Axis  int `json:"axis,omitempty"`
	Inner int `json:"inner,omitempty"`
	// Block is the number of neighbours on the axis that make a group, for each
	// outer and inner index another; the last block of an axis may be shorter.
	// 0 makes a group of every index of the axis, for all outer and inner ones.
	Block int `json:"block,omitempty"`
}

// PerChannel is one group for each of the channels: element i belongs to group
// (i / inner) mod channels. For weights of shape [O, I, kh, kw] with one scale per
// output, channels is O and inner is I*kh*kw; for a matrix [K, N] with one per
// column, channels is N and inner is 1. It panics where either is not positive.
func PerChannel(channels, inner int) Grouping {
	if channels <= 0 {
		panic(badChannels)
	}
	if inner <= 0 {
		panic(badInner)
	}
	return Grouping{Axis: channels, Inner: inner}
}

// PerBlock is one group for each run of block neighbours on an axis of the given
// length; inner is the number of consecutive elements with one index on the axis.
// For weights [O, K] in groups of 32 along K, axis is K, inner 1 and block 32; for a
// matrix [K, N] with K in groups, axis is K and inner N. The groups are numbered as
// ONNX lays out the scales of blocked quantization: [outer, ceil(axis/block),
// inner]. It panics where an argument is not positive.
func PerBlock(axis, inner, block int) Grouping {
	if axis <= 0 || block <= 0 {
		panic(badBlock)
	}
	if inner <= 0 {
		panic(badInner)
	}
	return Grouping{Axis: axis, Inner: inner, Block: block}
}

// check returns an error that wraps ErrScheme for a Grouping that neither is the
// zero value nor has positive sizes.
func (g Grouping) check() error {
	if g == (Grouping{}) {
		return nil
	}
	if g.Axis <= 0 || g.Inner <= 0 || g.Block < 0 || int64(g.Axis) > math.MaxInt32/int64(g.Inner) {
		return fmt.Errorf("%w: a grouping of axis %d, inner %d, block %d", ErrScheme, g.Axis, g.Inner, g.Block)
	}
	return nil
}

// blocks returns the number of blocks on the axis.
func (g Grouping) blocks() int { return (g.Axis-1)/g.Block + 1 }

// Groups returns the number of groups of a tensor of n elements. It panics where n
// is not a multiple of Axis*Inner, or a size is negative.
func (g Grouping) Groups(n int) int {
	if g.Axis == 0 {
		return 1
	}
	if g.check() != nil {
		panic(badGrouping)
	}
	if n%(g.Axis*g.Inner) != 0 {
		panic(badAxis)
	}
	if g.Block == 0 {
		return g.Axis
	}
	return n / (g.Axis * g.Inner) * g.blocks() * g.Inner
}

// Group returns the group of element i.
func (g Grouping) Group(i int) int {
	if g.Axis == 0 {
		return 0
	}
	inner, j := i%g.Inner, i/g.Inner
	if g.Block == 0 {
		return j % g.Axis
	}
	return (j/g.Axis*g.blocks()+j%g.Axis/g.Block)*g.Inner + inner
}

// runs calls do for runs of elements i to j-1 of one group, in ascending order,
// until all n are covered.
func (g Grouping) runs(n int, do func(i, j, group int)) {
	if g.Axis == 0 {
		do(0, n, 0)
		return
	}
	step := g.Inner
	if g.Block > 0 {
		step = 1
	}
	for i := 0; i < n; {
		j := i + step
		if g.Block > 0 && g.Inner == 1 {
			j = i + min(g.Block, g.Axis-i%g.Axis)
		}
		do(i, j, g.Group(i))
		i = j
	}
}
