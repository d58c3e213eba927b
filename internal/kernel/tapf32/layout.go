package tapf32

import "math"

// Shape is the size of one channel of a convolution and of its kernel. Strides and dilations are at least one.
type Shape struct {
	H, W, KH, KW, OutH, OutW               int
	StrideH, StrideW, DilationH, DilationW int
	PadTop, PadLeft                        int
}

// Bytes returns the memory of a channel of this shape in its layout, or the greatest integer where that is more.
func (s *Shape) Bytes() int64 {
	size := int64(4)
	for _, n := range [2]int{
		covered(s.OutH, s.KH, s.StrideH, s.DilationH), covered(s.OutW, s.KW, s.StrideW, s.DilationW),
	} {
		if int64(n) > math.MaxInt64/size {
			return math.MaxInt64
		}
		size *= int64(n)
	}
	return size
}

// covered returns how many pixels the windows of so many outputs cover, to whole strides.
func covered(out, kernel, stride, dilation int) int {
	return max((out-1)*stride+dilation*(kernel-1), 0) + stride
}

// Layout is how the elements of a channel have to lie, so that every tap of a convolution finds the elements that
// it takes for a row of the output next to each other: with the padding as zeros, and the columns of a row sorted
// by their remainder by the stride.
//
//	StrideW = 2, PadLeft = 1    0 x1 x3 x5 ... x0 x2 x4 ...
type Layout struct {
	// Offsets are those of the taps, by rows of the kernel, and Step the distance between the elements of two
	// rows of the output, as [FMA] wants them.
	Offsets []int
	Step    int
	// Direct says that the channel lies so already: there is nothing to pad or sort.
	Direct bool

	shape         Shape
	height, width int // what the windows cover, with the padding
	run, pitch    int // elements of one remainder, and of a row
}

// Set makes l the layout for a shape. It keeps the memory of its offsets.
func (l *Layout) Set(s Shape) {
	l.shape = s
	l.height = (s.OutH-1)*s.StrideH + s.DilationH*(s.KH-1) + 1
	l.width = (s.OutW-1)*s.StrideW + s.DilationW*(s.KW-1) + 1
	l.run = (l.width + s.StrideW - 1) / s.StrideW
	l.pitch = l.run * s.StrideW
	l.Direct = s.StrideW == 1 && s.PadTop == 0 && s.PadLeft == 0 && l.height <= s.H && l.width <= s.W
	if l.Direct {
		l.pitch = s.W
	}
	l.Step = s.StrideH * l.pitch
	l.Offsets = l.Offsets[:0]
	for kh := range s.KH {
		for kw := range s.KW {
			at := kw * s.DilationW
			l.Offsets = append(l.Offsets, kh*s.DilationH*l.pitch+at%s.StrideW*l.run+at/s.StrideW)
		}
	}
}

// Size is the number of elements of a channel that is laid out.
func (l *Layout) Size() int { return l.height * l.pitch }

// Lay copies the elements of a channel to their places. The others have to be zeros: they are the padding.
func (l *Layout) Lay(to, from []float32) {
	s := &l.shape
	columns := min(s.W, l.width-s.PadLeft)
	for h := range min(s.H, l.height-s.PadTop) {
		row, in := to[(s.PadTop+h)*l.pitch:][:l.pitch], from[h*s.W:][:s.W]
		if s.StrideW == 1 {
			if columns > 0 {
				copy(row[s.PadLeft:], in[:columns])
			}
			continue
		}
		for first := range min(s.StrideW, columns) {
			at := s.PadLeft + first
			every(row[at%s.StrideW*l.run+at/s.StrideW:], in[first:columns], s.StrideW)
		}
	}
}

// every copies every step-th element of x, the first one first.
func every(z, x []float32, step int) {
	if step == 2 {
		for len(x) >= 8 && len(z) >= 4 {
			from, to := (*[8]float32)(x), (*[4]float32)(z)
			to[0], to[1], to[2], to[3] = from[0], from[2], from[4], from[6]
			x, z = x[8:], z[4:]
		}
	}
	for j := 0; len(x) > 0; j++ {
		z[j] = x[0]
		x = x[min(step, len(x)):]
	}
}
