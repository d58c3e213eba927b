package blas

import "math/bits"

// check panics where p contradicts itself or the lengths of the operands, and fills in what 0 stands
// for.
func (p *GemmParams) check(a, b, bias, c int) {
	switch {
	case p.M < 0:
		panic(badM)
	case p.N < 0:
		panic(badN)
	case p.K < 0:
		panic(badK)
	}
	rowsA, rowA := p.M, p.K
	if p.TransA {
		rowsA, rowA = p.K, p.M
	}
	rowsB, rowB := p.K, p.N
	if p.TransB {
		rowsB, rowB = p.N, p.K
	}
	p.LDA = leading(p.LDA, rowA, badLDA)
	p.LDB = leading(p.LDB, rowB, badLDB)
	p.LDC = leading(p.LDC, p.N, badLDC)
	if p.Threads < 0 {
		panic(badThreads)
	}
	if bias >= 0 && p.Accumulate {
		panic(biasTwice)
	}
	if !covers(a, rowsA, rowA, p.LDA) {
		panic(shortA)
	}
	if !covers(b, rowsB, rowB, p.LDB) {
		panic(shortB)
	}
	if !covers(c, p.M, p.N, p.LDC) {
		panic(shortC)
	}
	if bias >= 0 && bias < p.channels() {
		panic(shortBias)
	}
}

// channels returns the number of output channels.
func (p *GemmParams) channels() int {
	if p.PerRow {
		return p.M
	}
	return p.N
}

func leading(ld, row int, message string) int {
	if ld == 0 {
		return row
	}
	if ld < row {
		panic(message)
	}
	return ld
}

// covers reports whether a slice of the given length holds so many rows of row elements, ld apart.
func covers(length, rows, row, ld int) bool {
	return rows == 0 || row == 0 || length >= row && (rows == 1 || (length-row)/ld >= rows-1)
}

// check panics where p contradicts itself or the lengths of the operands, and fills in what 0 stands
// for.
func (p *ConvParams) check(x, w, bias, y int) {
	switch {
	case p.Layout > NHWC, p.WeightLayout > NHWC:
		panic(badLayout)
	case p.N < 0, p.C < 0, p.H < 0, p.W < 0:
		panic(badImage)
	case p.K < 0:
		panic(badChannels)
	case p.KH < 1, p.KW < 1:
		panic(badKernel)
	case p.StrideH < 0, p.StrideW < 0, p.DilationH < 0, p.DilationW < 0:
		panic(badStride)
	case p.PadTop < 0, p.PadBottom < 0, p.PadLeft < 0, p.PadRight < 0:
		panic(badPadding)
	}
	p.StrideH, p.StrideW = max(p.StrideH, 1), max(p.StrideW, 1)
	p.DilationH, p.DilationW = max(p.DilationH, 1), max(p.DilationW, 1)
	if p.Groups == 0 {
		p.Groups = 1
	}
	if p.Groups < 0 || p.C%p.Groups != 0 || p.K%p.Groups != 0 {
		panic(badGroups)
	}
	if p.Threads < 0 {
		panic(badThreads)
	}
	if bias >= 0 && p.Accumulate {
		panic(biasTwice)
	}
	if !holds(x, p.N, p.C, p.H, p.W) {
		panic(shortX)
	}
	if !holds(w, p.K, p.C/p.Groups, p.KH, p.KW) {
		panic(shortWeights)
	}
	if !holds(y, p.N, p.K, p.OutH(), p.OutW()) {
		panic(shortY)
	}
	if bias >= 0 && bias < p.K {
		panic(shortBias)
	}
}

// holds reports whether a slice of the given length holds an array of these dimensions, each of which is
// at least zero.
func holds(length int, dims ...int) bool {
	size := uint64(1)
	for _, d := range dims {
		if d == 0 {
			return true
		}
	}
	for _, d := range dims {
		hi, lo := bits.Mul64(size, uint64(d))
		if hi != 0 {
			return false
		}
		size = lo
	}
	return uint64(length) >= size
}

// given returns the length of a slice that may be absent, -1 where it is.
func given[T any](x []T) int {
	if x == nil {
		return -1
	}
	return len(x)
}
