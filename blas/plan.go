package blas

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// lanes is the number of independent sums that a kernel keeps going: it hides the latency of one
// sum's additions behind the others'. Columns are packed in panels of so many.
const lanes = 8

// A plan is one product, of rows by columns over a depth, for each of some groups: what every GEMM and
// convolution becomes. T is what a packed element is, A what a sum is.
//
//	packed row        k0 k1 k2 ...                  one row of the left side
//	packed panel      k0: c0 c1 ... c7, k1: ...     lanes columns of the right side
//
// A task packs some panels, then packs each row in turn and multiplies it into every panel. The depth
// is never divided, so that a sum is one chain whatever the tiles and the threads are. A plan that has a tiler
// takes several rows at once, a strip packed as a panel is, and leaves a strip times a panel to it.
type plan[T, A any] struct {
	groups, rows, cols, depth int
	row, col                  index
	rowSource, colSource      source[T]
	outRow, outCol            axis
	kernel                    kernel[T, A]
	sink                      sink[A]
	tiler                     tiler[T] // in place of kernel and sink

	height, width   int // of a strip and of a panel
	panels, stripes int // panels in a block of columns, stripes of rows that tasks divide
	workers         []worker[T, A]
}

// A source is the elements of one operand in memory.
type source[T any] interface {
	// gather writes n elements of each of the cursor's width items, the j-th of item i to
	// dst[j*width+i]. Those of an item are step apart.
	gather(dst []T, width int, at *cursor, n, step int)
}

// A kernel multiplies one packed row into one packed panel.
type kernel[T, A any] interface {
	// prepare returns what multiply wants to know about a packed row (width 1) or panel (width lanes)
	// that will be multiplied so many times, and may rewrite it.
	prepare(x []T, width, times int) span
	// multiply adds to sums[i] the products row[k]*panel[k*lanes+i], k ascending, for i < count.
	multiply(sums *[lanes]A, count int, row, panel []T, rowSpan, panelSpan *span)
}

// A sink is where sums start and end.
type sink[A any] interface {
	start(sums *[lanes]A, at *place)
	finish(sums *[lanes]A, at *place)
}

// A tiler makes tiles of the output. T is also what its sums are.
type tiler[T any] interface {
	// size returns the height of a strip and the width of a panel.
	size() (height, width int)
	// cost returns the relative cost of a product, whose columns are step apart in the output.
	cost(rows, cols, step int) float64
	// multiply makes the tile that begins at a row and a column of a group, of so many rows and columns. It
	// may use memory of height*width elements.
	multiply(strip, panel []T, depth int, at *tile, memory []T)
}

// A tile is where the product of a strip and a panel belongs.
type tile struct {
	group, row, col, rows, cols int
	outRow, outCol              axis
}

// A place is where in the output the sums of a panel belong: count offsets, and the group, the row and
// the first column.
type place struct {
	offs                   [lanes]int
	count, group, row, col int
}

// An axis maps an index of the output to an offset: index i of group g is at g*group + i/inner*outer +
// i%inner*step.
type axis struct {
	group, inner, outer, step int
}

func (a axis) offset(group, i int) int {
	return group*a.group + i/a.inner*a.outer + i%a.inner*a.step
}

// A worker is the memory of one goroutine. What is handed to sources, kernels and sinks by pointer is in
// it, as it would escape to the heap from a stack.
type worker[T, A any] struct {
	panels, row []T
	spans       []span
	rowSpan     span
	sums        [lanes]A
	memory      []T // of the tiler
	tile        tile
	packed      int // the block that the panels hold, where there is a tiler; -1 for none
	at          place
	cursor      cursor
}

// panelElements bounds what a worker packs at once: 512 KiB in elements of eight bytes stay in the second
// level of cache.
const panelElements = 1 << 16

// tilerElements is the same where there is a tiler, in elements of four bytes.
const tilerElements = 1 << 17

// singleThread is the number of steps below which starting a goroutine costs more than it brings (a few
// microseconds against one nanosecond a step), and singleThreadTiled where a step is a part of a vector.
const (
	singleThread      = 1 << 15
	singleThreadTiled = 1 << 18
)

// lay fills in the two sides of p and the output. It swaps them, and reports so, where that leaves fewer
// idle lanes; the kernels go in steps of half a panel. A tiler is there before.
func (p *plan[T, A]) lay(rows, cols int, row, col index, rowSource, colSource source[T], outRow, outCol axis) (swapped bool) {
	p.height, p.width = 1, lanes
	if p.tiler != nil {
		p.height, p.width = p.tiler.size()
		swapped = p.tiler.cost(cols, rows, outRow.step) < p.tiler.cost(rows, cols, outCol.step)
	} else {
		const half = lanes / 2
		swapped = float64(cols)*float64((rows+half-1)/half) < float64(rows)*float64((cols+half-1)/half)
	}
	if swapped {
		rows, cols, row, col, rowSource, colSource, outRow, outCol = cols, rows, col, row, colSource, rowSource, outCol, outRow
	}
	p.rows, p.cols, p.row, p.col = rows, cols, row, col
	p.rowSource, p.colSource, p.outRow, p.outCol = rowSource, colSource, outRow, outCol
	return swapped
}

func (p *plan[T, A]) forget() {
	p.rowSource, p.colSource, p.kernel, p.sink, p.tiler = nil, nil, nil, nil, nil
}

func (p *plan[T, A]) run(threads int) {
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	few := float64(singleThread)
	if p.tiler != nil {
		few = singleThreadTiled
	}
	if steps := float64(p.groups) * float64(p.rows) * float64(p.cols) * float64(p.depth); steps < few {
		threads = 1
	}
	blocks := p.divide(threads)
	tasks := p.groups * blocks * p.stripes
	if threads > tasks {
		threads = tasks
	}
	for len(p.workers) < threads {
		p.workers = append(p.workers, worker[T, A]{})
	}
	for i := range p.workers {
		p.workers[i].packed = -1
	}
	if threads == 1 {
		for t := range tasks {
			p.task(&p.workers[0], t, blocks)
		}
		return
	}
	var next atomic.Int64
	var done sync.WaitGroup
	for i := range threads {
		done.Go(func() {
			for {
				t := int(next.Add(1)) - 1
				if t >= tasks {
					return
				}
				p.task(&p.workers[i], t, blocks)
			}
		})
	}
	done.Wait()
}

// divide chooses the size of a task and returns the number of blocks of columns. Every stripe of rows
// packs the panels again, so that rows are divided only where columns do not give enough tasks.
//
// With a tiler that is another matter: a task that follows one of the same block finds its panels packed, so
// that rows are divided first.
func (p *plan[T, A]) divide(threads int) (blocks int) {
	count := (p.cols + p.width - 1) / p.width
	if p.tiler != nil {
		want, strips := 4*threads, (p.rows+p.height-1)/p.height
		p.panels = min(max(tilerElements/(p.width*max(p.depth, 1)), 1), count)
		if threads > 1 && p.groups*((count+p.panels-1)/p.panels)*strips < want {
			p.panels = max(count*p.groups*strips/want, 1)
		}
		blocks, p.stripes = (count+p.panels-1)/p.panels, 1
		if threads > 1 {
			p.stripes = min((want+p.groups*blocks-1)/(p.groups*blocks), strips)
		}
		return blocks
	}
	p.panels = min(max(panelElements/(lanes*max(p.depth, 1)), 1), count)
	if want := 4 * threads; threads > 1 && p.groups*((count+p.panels-1)/p.panels) < want {
		p.panels = max(count*p.groups/want, 1)
	}
	blocks = (count + p.panels - 1) / p.panels
	p.stripes = 1
	if threads > 1 && p.groups*blocks < threads {
		p.stripes = max(min(threads, p.rows/lanes), 1)
	}
	return blocks
}

func (p *plan[T, A]) task(w *worker[T, A], t, blocks int) {
	stripe := t % p.stripes
	block := t / p.stripes % blocks
	group := t / p.stripes / blocks
	strips := (p.rows + p.height - 1) / p.height
	firstRow, lastRow := stripe*strips/p.stripes*p.height, min((stripe+1)*strips/p.stripes*p.height, p.rows)
	firstCol := block * p.panels * p.width
	lastCol := min(firstCol+p.panels*p.width, p.cols)
	if p.tiler != nil {
		p.tiles(w, group, group*blocks+block, firstRow, lastRow, firstCol, lastCol)
		return
	}

	size := p.depth * lanes
	w.panels = grow(w.panels, p.panels*size)
	w.row = grow(w.row, p.depth)
	w.spans = grow(w.spans, p.panels)
	for col, i := firstCol, 0; col < lastCol; col, i = col+lanes, i+1 {
		panel := w.panels[i*size : (i+1)*size]
		pack(p.colSource, &p.col, &w.cursor, panel, lanes, group, col, min(lanes, lastCol-col))
		w.spans[i] = p.kernel.prepare(panel, lanes, lastRow-firstRow)
	}
	at := &w.at
	at.group = group
	for row := firstRow; row < lastRow; row++ {
		pack(p.rowSource, &p.row, &w.cursor, w.row, 1, group, row, 1)
		w.rowSpan = p.kernel.prepare(w.row, 1, (lastCol-firstCol+lanes-1)/lanes)
		base := p.outRow.offset(group, row)
		at.row = row
		for col, i := firstCol, 0; col < lastCol; col, i = col+lanes, i+1 {
			at.col, at.count = col, min(lanes, lastCol-col)
			p.outCol.place(at, base)
			p.sink.start(&w.sums, at)
			for i := at.count; i < lanes; i++ {
				w.sums[i] = w.sums[at.count-1]
			}
			if p.depth > 0 {
				p.kernel.multiply(&w.sums, at.count, w.row, w.panels[i*size:(i+1)*size], &w.rowSpan, &w.spans[i])
			}
			p.sink.finish(&w.sums, at)
		}
	}
}

// tiles is task for a plan that has a tiler.
func (p *plan[T, A]) tiles(w *worker[T, A], group, block, firstRow, lastRow, firstCol, lastCol int) {
	size := p.depth * p.width
	w.panels = grow(w.panels, p.panels*size)
	w.row = grow(w.row, p.depth*p.height)
	w.memory = grow(w.memory, p.height*p.width)
	if w.packed != block {
		for col, i := firstCol, 0; col < lastCol; col, i = col+p.width, i+1 {
			pack(p.colSource, &p.col, &w.cursor, w.panels[i*size:(i+1)*size], p.width, group, col, min(p.width, lastCol-col))
		}
		w.packed = block
	}
	at := &w.tile
	at.group, at.outRow, at.outCol = group, p.outRow, p.outCol
	for at.row = firstRow; at.row < lastRow; at.row += p.height {
		at.rows = min(p.height, lastRow-at.row)
		pack(p.rowSource, &p.row, &w.cursor, w.row, p.height, group, at.row, at.rows)
		for i := 0; i*p.width < lastCol-firstCol; i++ {
			at.col = firstCol + i*p.width
			at.cols = min(p.width, lastCol-at.col)
			p.tiler.multiply(w.row, w.panels[i*size:(i+1)*size], p.depth, at, w.memory)
		}
	}
}

// place fills in the offsets of the columns from at.col on.
func (a axis) place(at *place, base int) {
	outer, inner := at.col/a.inner, at.col%a.inner
	base += at.group * a.group
	for i := range at.count {
		at.offs[i] = base + outer*a.outer + inner*a.step
		if inner++; inner == a.inner {
			outer, inner = outer+1, 0
		}
	}
}

// pack copies count items, from first on, to dst.
func pack[T any](src source[T], x *index, at *cursor, dst []T, width, group, first, count int) {
	x.seek(at, width, group, first, count)
	for r := range x.runs {
		x.next(at, width)
		src.gather(dst[r*x.length*width:], width, at, x.length, x.step)
	}
}

// grow returns a slice of length n, x where it is large enough. What it holds is not kept.
func grow[T any](x []T, n int) []T {
	if cap(x) >= n {
		return x[:n]
	}
	return make([]T, n)
}
