package blas

// values is a source that is a slice of floats.
type values[S float32 | float64] struct{ x []S }

func (v *values[S]) gather(dst []float64, width int, at *cursor, n, step int) {
	if at.adjacent {
		off := at.offs[0] + at.delta
		for j := range n {
			d, s := (*[lanes]float64)(dst[j*lanes:]), (*[lanes]S)(v.x[off:])
			for i := range d {
				d[i] = float64(s[i])
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
			dst[j*width+i] = float64(v.x[off])
			off += step
		}
	}
}
