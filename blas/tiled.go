package blas

import "github.com/halfulp/halfulp/internal/kernel/gemmf32"

// tiled says that products of float32 are made of tiles. Without assembly for them the chains of
// float32Kernel, which are the same in every bit, are faster.
var tiled = gemmf32.Accelerated()

// tiles makes w's plan for tiles ready for operands.
func (w *Workspace) tiles(left, right []float32) *plan[float32, float32] {
	w.a.singles.x, w.b.singles.x = left, right
	w.singles.tiler = &w.sinks.tiles
	return &w.singles
}

// float32Tiler makes tiles of chains of float32 fused multiply-adds with package gemmf32.
type float32Tiler struct{ float32Sink }

func (*float32Tiler) size() (height, width int) { return gemmf32.Rows, gemmf32.Cols }

// cost counts the steps that the kernel makes: it always goes over whole panels, and over a strip of few rows
// in the time of busyRows. Columns that do not touch in the output cost about a quarter more.
func (*float32Tiler) cost(rows, cols, step int) float64 {
	const busyRows = 4 // fewer sums than that wait for each other
	full, rest := rows/gemmf32.Rows*gemmf32.Rows, rows%gemmf32.Rows
	if rest > 0 {
		full += max(rest, busyRows)
	}
	c := float64(full) * float64((cols+gemmf32.Cols-1)/gemmf32.Cols)
	if step != 1 {
		c *= 1.25
	}
	return c
}

// multiply lets the sums grow in the output where its rows are whole ones of a tile, else in memory.
func (s *float32Tiler) multiply(strip, panel []float32, depth int, at *tile, memory []float32) {
	if at.cols == gemmf32.Cols && at.outCol.step == 1 && at.outCol.linear(at.col, at.cols) && at.outRow.linear(at.row, at.rows) {
		c := s.c[at.outRow.offset(at.group, at.row)+at.outCol.offset(at.group, at.col):]
		if !s.accumulate {
			for i := range at.rows {
				s.begin(c[i*at.outRow.step:][:gemmf32.Cols], at, i)
			}
		}
		gemmf32.Tile(c, at.outRow.step, at.rows, strip, panel, depth)
		return
	}
	for i := range at.rows {
		row := memory[i*gemmf32.Cols:][:at.cols]
		if s.accumulate {
			s.load(row, at, i)
		} else {
			s.begin(row, at, i)
		}
	}
	gemmf32.Tile(memory, gemmf32.Cols, at.rows, strip, panel, depth)
	for i := range at.rows {
		s.store(memory[i*gemmf32.Cols:][:at.cols], at, i)
	}
}

// begin fills row i of a tile with what the sums start from.
func (s *float32Tiler) begin(row []float32, at *tile, i int) {
	channel := at.group * s.groupChannels
	switch {
	case s.bias == nil:
		clear(row)
	case s.channelRows:
		b := s.bias[channel+at.row+i]
		for j := range row {
			row[j] = b
		}
	default:
		copy(row, s.bias[channel+at.col:])
	}
}

// load copies row i of a tile from the output.
func (s *float32Tiler) load(row []float32, at *tile, i int) {
	at.each(i, func(from, off, n, step int) {
		for j := range row[from:][:n] {
			row[from+j] = s.c[off]
			off += step
		}
	})
}

// store copies row i of a tile to the output.
func (s *float32Tiler) store(row []float32, at *tile, i int) {
	at.each(i, func(from, off, n, step int) {
		for _, v := range row[from:][:n] {
			s.c[off] = v
			off += step
		}
	})
}

// each calls f for the runs of columns of row i that are step apart in the output: the first column of the
// tile, its offset, and their number.
func (at *tile) each(i int, f func(from, off, n, step int)) {
	a := &at.outCol
	base := at.outRow.offset(at.group, at.row+i)
	for j := 0; j < at.cols; {
		n := min(at.cols-j, a.inner-(at.col+j)%a.inner)
		f(j, base+a.offset(at.group, at.col+j), n, a.step)
		j += n
	}
}

// linear reports whether n indices from i on are step apart in memory.
func (a axis) linear(i, n int) bool {
	return i%a.inner+n <= a.inner || a.outer == a.inner*a.step
}

// singles is a source of float32 for tiles. It leaves idle lanes as they are: no sum that counts sees them.
type singles struct{ x []float32 }

func (v *singles) gather(dst []float32, width int, at *cursor, n, step int) {
	if n == 0 {
		return
	}
	if at.adjacent {
		off := at.offs[0] + at.delta
		for j := range n {
			copy(dst[j*width:][:width], v.x[off:][:width])
			off += step
		}
		return
	}
	if n == 1 { // a channel of a depthwise convolution
		d := dst[:at.count]
		for i, off := range at.offs[:len(d)] {
			d[i] = 0
			if off >= 0 {
				d[i] = v.x[off+at.delta]
			}
		}
		return
	}
	for i := 0; i < at.count; i++ {
		off := at.offs[i]
		if off < 0 {
			for j := range n {
				dst[j*width+i] = 0
			}
			continue
		}
		if step == 1 && i+4 <= at.count && at.offs[i+1] >= 0 && at.offs[i+2] >= 0 && at.offs[i+3] >= 0 {
			v.transpose(dst[i:], width, at.offs[i:], at.delta, n)
			i += 3
			continue
		}
		off += at.delta
		for j := range n {
			dst[j*width+i] = v.x[off]
			off += step
		}
	}
}

// transpose copies n elements of four items, each of whose elements touch.
func (v *singles) transpose(dst []float32, width int, offs []int, delta, n int) {
	s0, s1 := v.x[offs[0]+delta:][:n], v.x[offs[1]+delta:][:n]
	s2, s3 := v.x[offs[2]+delta:][:n], v.x[offs[3]+delta:][:n]
	for j := range s0 {
		d := (*[4]float32)(dst[j*width:])
		d[0], d[1], d[2], d[3] = s0[j], s1[j], s2[j], s3[j]
	}
}
