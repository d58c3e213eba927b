package blas

import "github.com/halfulp/halfulp/internal/kernel/gemmf32"

// An index says where the elements of one side of a product lie in memory. The depth is a number of
// runs, each of length elements in steps of step:
//
//	matrix           item i begins at i*item, one run
//	weights          the same; where channels come before the kernel's pixels, one run for each pixel
//	image            item i is a window, one run (over the channels) for each pixel of the kernel
type index struct {
	group, item        int // distances between groups and between items
	runs, length, step int
	runStep            int // between runs; of weights
	image              bool
	window
}

// A window is what an index of an image has to know. The strides of the image are in elements.
type window struct {
	outH, outW           int
	height, width        int
	kernelW              int
	reachH, reachW       int // from a window's first pixel to its last
	strideH, strideW     int
	dilationH, dilationW int
	top, left            int
	stepN, stepH, stepW  int
}

// widest is the greatest number of items that are packed together.
const widest = max(lanes, gemmf32.Rows, gemmf32.Cols)

// A cursor is some items of an index and where their current runs begin: item i at offs[i]+delta, or, where
// offs[i] is negative, in the padding.
type cursor struct {
	offs  [widest]int
	delta int
	// adjacent says that there are several items, one after the other and none in the padding.
	adjacent bool
	count    int // items that are not idle lanes

	first  [widest]int // offset of the item; of an image, of the window's first pixel, which may lie outside
	h, w   [widest]int // that pixel
	inside bool        // every window lies in the image: offs is first
	kh, kw int         // the kernel's pixel that the next run belongs to
}

// seek goes before the first run of width items of a group from first on. From count on they are the last
// one again: idle lanes that do nothing unusual.
func (x *index) seek(at *cursor, width, group, first, count int) {
	at.inside, at.kh, at.kw = true, 0, 0
	if x.image {
		x.windows(at, group, first, count)
	} else {
		for i := range count {
			at.first[i] = group*x.group + (first+i)*x.item
		}
		at.delta = -x.runStep
	}
	for i := count; i < width; i++ {
		at.first[i], at.h[i], at.w[i] = at.first[count-1], at.h[count-1], at.w[count-1]
	}
	at.count = count
	at.adjacent = at.inside && width > 1
	for i := range width {
		at.offs[i] = at.first[i]
		at.adjacent = at.adjacent && at.first[i] == at.first[0]+i
	}
}

// windows finds the windows of the items.
func (x *index) windows(at *cursor, group, first, count int) {
	w := first % x.outW
	h := first / x.outW % x.outH
	n := first / x.outW / x.outH
	for i := range count {
		top, left := h*x.strideH-x.top, w*x.strideW-x.left
		at.h[i], at.w[i] = top, left
		at.first[i] = group*x.group + n*x.stepN + top*x.stepH + left*x.stepW
		at.inside = at.inside && top >= 0 && left >= 0 && top+x.reachH < x.height && left+x.reachW < x.width
		if w++; w == x.outW {
			if w, h = 0, h+1; h == x.outH {
				h, n = 0, n+1
			}
		}
	}
}

// next goes to the next run.
func (x *index) next(at *cursor, width int) {
	if !x.image {
		at.delta += x.runStep
		return
	}
	dh, dw := at.kh*x.dilationH, at.kw*x.dilationW
	at.delta = dh*x.stepH + dw*x.stepW
	if at.kw++; at.kw == x.kernelW {
		at.kh, at.kw = at.kh+1, 0
	}
	if at.inside {
		return
	}
	for i := range width {
		at.offs[i] = -1
		if uint(at.h[i]+dh) < uint(x.height) && uint(at.w[i]+dw) < uint(x.width) {
			at.offs[i] = at.first[i] + at.delta
		}
	}
	at.delta = 0
}
