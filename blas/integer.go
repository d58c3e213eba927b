package blas

// Byte is the storage of quantized operands.
type Byte interface{ int8 | uint8 }

// ZeroPoints are the codes that stand for zero in the two operands of an integer product: A in the first
// (of a convolution, the image, whose padding is this code), B in the second (the weights).
type ZeroPoints struct{ A, B int32 }

// GemmInt32 sets C = (op(A) - z.A) (op(B) - z.B), plus bias if there is one, plus C if p.Accumulate, in int32.
// A sum that leaves the range of int32 wraps around; for K <= 33025 none does before the bias is added, as
// 33025*255*255 < 2^31.
//
// A nil bias is none. It panics if p contradicts itself, if a slice is shorter than p says, or if a zero
// point is no value of its operand's type. C must not overlap A, B or the bias.
func GemmInt32[A, B Byte](p GemmParams, z ZeroPoints, a []A, b []B, bias, c []int32) {
	p.check(len(a), len(b), given(bias), len(c))
	checkZeros[A, B](z)
	if p.M == 0 || p.N == 0 {
		return
	}
	w := p.workspace()
	channelRows := layGemm(&w.integers, &p, byteSource(&w.a, a, z.A), byteSource(&w.b, b, z.B))
	s := &w.sinks.int32s
	*s = int32Sink{integerStart{bias, channelRows, 0}, c, p.Accumulate}
	w.integers.kernel, w.integers.sink = integerKernel{}, s
	w.integers.run(p.Threads)
	p.release(w)
}

// ConvInt32 is [GemmInt32] for a convolution, with the shapes of [ConvFloat32]: every pixel less z.A times
// every weight less z.B. Padding is z.A, so that it adds nothing.
func ConvInt32[X, W Byte](p ConvParams, z ZeroPoints, x []X, weights []W, bias, y []int32) {
	p.check(len(x), len(weights), given(bias), len(y))
	checkZeros[X, W](z)
	if p.empty() {
		return
	}
	w := p.workspace()
	channelRows := layConv(&w.integers, &p, byteSource(&w.a, weights, z.B), byteSource(&w.b, x, z.A))
	s := &w.sinks.int32s
	*s = int32Sink{integerStart{bias, channelRows, p.K / p.Groups}, y, p.Accumulate}
	w.integers.kernel, w.integers.sink = integerKernel{}, s
	w.integers.run(p.Threads)
	p.release(w)
}

// GemmInt8 is [GemmInt32] followed by the output stage q. It also panics if p.Accumulate, or if q is not
// valid for the number of output channels and the type of the output.
func GemmInt8[A, B, C Byte](p GemmParams, z ZeroPoints, q Requantize, a []A, b []B, bias []int32, c []C) {
	p.check(len(a), len(b), given(bias), len(c))
	checkZeros[A, B](z)
	if p.Accumulate {
		panic(addsBytes)
	}
	stage := newStage[C](q, p.channels())
	if p.M == 0 || p.N == 0 {
		return
	}
	w := p.workspace()
	channelRows := layGemm(&w.integers, &p, byteSource(&w.a, a, z.A), byteSource(&w.b, b, z.B))
	w.integers.kernel, w.integers.sink = integerKernel{}, newByteSink(&w.sinks, integerStart{bias, channelRows, 0}, stage, c)
	w.integers.run(p.Threads)
	p.release(w)
}

// ConvInt8 is [ConvInt32] followed by the output stage q. It also panics if p.Accumulate, or if q is not
// valid for the number of output channels and the type of the output.
func ConvInt8[X, W, Y Byte](p ConvParams, z ZeroPoints, q Requantize, x []X, weights []W, bias []int32, y []Y) {
	p.check(len(x), len(weights), given(bias), len(y))
	checkZeros[X, W](z)
	if p.Accumulate {
		panic(addsBytes)
	}
	stage := newStage[Y](q, p.K)
	if p.empty() {
		return
	}
	w := p.workspace()
	channelRows := layConv(&w.integers, &p, byteSource(&w.a, weights, z.B), byteSource(&w.b, x, z.A))
	w.integers.kernel = integerKernel{}
	w.integers.sink = newByteSink(&w.sinks, integerStart{bias, channelRows, p.K / p.Groups}, stage, y)
	w.integers.run(p.Threads)
	p.release(w)
}

// limits returns the smallest and the largest value of T.
func limits[T Byte]() (lowest, highest int32) {
	if ^T(0) < 0 {
		return -128, 127
	}
	return 0, 255
}

func checkZeros[A, B Byte](z ZeroPoints) {
	if lowest, highest := limits[A](); z.A < lowest || z.A > highest {
		panic(badZeroA)
	}
	if lowest, highest := limits[B](); z.B < lowest || z.B > highest {
		panic(badZeroB)
	}
}

// integers is a source that is a slice of codes less their zero point.
type integers[S Byte] struct {
	x    []S
	zero int64
}

func byteSource[S Byte](s *sources, x []S, zero int32) source[int64] {
	switch x := any(x).(type) {
	case []int8:
		s.int8s = integers[int8]{x, int64(zero)}
		return &s.int8s
	case []uint8:
		s.uint8s = integers[uint8]{x, int64(zero)}
		return &s.uint8s
	}
	return nil
}

func (v *integers[S]) gather(dst []int64, width int, at *cursor, n, step int) {
	if at.adjacent {
		off := at.offs[0] + at.delta
		for j := range n {
			d, s := (*[lanes]int64)(dst[j*lanes:]), (*[lanes]S)(v.x[off:])
			for i := range d {
				d[i] = int64(s[i]) - v.zero
			}
			off += step
		}
		return
	}
	for i, off := range at.offs[:width] {
		if off < 0 {
			for j := range n {
				dst[j*width+i] = 0
			}
			continue
		}
		off += at.delta
		for j := range n {
			dst[j*width+i] = int64(v.x[off]) - v.zero
			off += step
		}
	}
}

// integerKernel multiplies two columns at once: a panel is rewritten so that one int64 holds b0 + b1<<32,
// and a times it is a*b0 + (a*b1)<<32. Over up to integerRun steps the sum of the a*b0 stays within int32, so
// that it can be read from the lower half and taken out of the upper.
type integerKernel struct{}

// integerRun steps of at most 255*255 each stay below 2^31.
const integerRun = 1 << 15

func (integerKernel) prepare(x []int64, width, _ int) span {
	if width == lanes {
		for k := 0; k < len(x); k += lanes {
			v := (*[lanes]int64)(x[k:])
			for i := range lanes / 2 {
				v[i] = v[2*i] + v[2*i+1]<<32
			}
		}
	}
	return span{}
}

func (integerKernel) multiply(sums *[lanes]int32, _ int, row, panel []int64, _, _ *span) {
	for len(row) > integerRun {
		multiplyPairs(sums, row[:integerRun], panel)
		row, panel = row[integerRun:], panel[integerRun*lanes:]
	}
	multiplyPairs(sums, row, panel)
}

func multiplyPairs(sums *[lanes]int32, row, panel []int64) {
	var c0, c1, c2, c3 int64
	for k := range row {
		a, b := row[k], (*[lanes / 2]int64)(panel[lanes*k:])
		c0 += a * b[0]
		c1 += a * b[1]
		c2 += a * b[2]
		c3 += a * b[3]
	}
	for i, c := range [lanes / 2]int64{c0, c1, c2, c3} {
		even := int32(c)
		sums[2*i] += even
		sums[2*i+1] += int32((c - int64(even)) >> 32)
	}
}

// integerStart is the bias that sums start from.
type integerStart struct {
	bias          []int32
	channelRows   bool
	groupChannels int
}

func (s *integerStart) load(sums *[lanes]int32, at *place) {
	channel := at.group * s.groupChannels
	for i := range at.count {
		switch {
		case s.bias == nil:
			sums[i] = 0
		case s.channelRows:
			sums[i] = s.bias[channel+at.row]
		default:
			sums[i] = s.bias[channel+at.col+i]
		}
	}
}

type int32Sink struct {
	integerStart
	c          []int32
	accumulate bool
}

func (s *int32Sink) start(sums *[lanes]int32, at *place) {
	if !s.accumulate {
		s.load(sums, at)
		return
	}
	for i := range at.count {
		sums[i] = s.c[at.offs[i]]
	}
}

func (s *int32Sink) finish(sums *[lanes]int32, at *place) {
	for i := range at.count {
		s.c[at.offs[i]] = sums[i]
	}
}
