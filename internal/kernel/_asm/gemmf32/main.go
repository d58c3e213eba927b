// Command gemmf32 generates the assembly of package internal/kernel/gemmf32. The package's go:generate line
// runs it.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The panels, in floats: what lies between two steps of k.
const (
	panelRows = 12
	panelCols = 32
)

// A variant is how an instruction set works on a tile: rows x vectors sums are kept in registers.
type variant struct {
	name     string
	rows     int
	vectors  int
	width    int // floats in a vector
	register func() VecVirtual
}

func main() {
	ConstraintExpr("!purego")
	for _, v := range []variant{
		{"AVX2", 6, 2, 8, YMM},
		{"AVX512", 12, 2, 16, ZMM},
	} {
		v.generate()
		v.ceiling()
	}
	Generate()
}

func (v variant) generate() {
	TEXT("tile"+v.name, NOSPLIT, "func(c *float32, ldc, rows int, a, b *float32, depth int)")
	Doc(fmt.Sprintf("tile%s is tileGeneric for 1 to %d rows, the first %d columns of b, and a depth of at least 1.",
		v.name, v.rows, v.vectors*v.width))
	Pragma("noescape")
	c := Load(Param("c"), GP64())
	ldc := Load(Param("ldc"), GP64())
	rows := Load(Param("rows"), GP64())
	a := Load(Param("a"), GP64())
	b := Load(Param("b"), GP64())
	depth := Load(Param("depth"), GP64())
	SHLQ(Imm(2), ldc) // in bytes
	for h := v.rows - 1; h >= 1; h-- {
		CMPQ(rows, Imm(uint64(h)))
		JEQ(LabelRef(fmt.Sprintf("rows%d", h)))
	}
	for h := v.rows; h >= 1; h-- {
		if h < v.rows {
			Label(fmt.Sprintf("rows%d", h))
		}
		v.body(h, c, ldc, a, b, depth)
	}
}

// body is the chains of h rows: each sum is loaded once, takes one fused multiply-add for each k in ascending
// order, and is stored once.
func (v variant) body(h int, c, ldc, a, b, depth Register) {
	sums := make([][]VecVirtual, h)
	at := GP64()
	v.eachRow(h, c, ldc, at, func(i int) {
		for j := range v.vectors {
			s := v.register()
			VMOVUPS(Mem{Base: at, Disp: 4 * v.width * j}, s)
			sums[i] = append(sums[i], s)
		}
	})
	loop := fmt.Sprintf("loop%d", h)
	Label(loop)
	columns := make([]VecVirtual, v.vectors)
	for j := range columns {
		columns[j] = v.register()
		VMOVUPS(Mem{Base: b, Disp: 4 * v.width * j}, columns[j])
	}
	for i := range h {
		x := v.register()
		VBROADCASTSS(Mem{Base: a, Disp: 4 * i}, x)
		for j, s := range sums[i] {
			VFMADD231PS(columns[j], x, s)
		}
	}
	ADDQ(Imm(4*panelRows), a)
	ADDQ(Imm(4*panelCols), b)
	DECQ(depth)
	JNE(LabelRef(loop))
	v.eachRow(h, c, ldc, at, func(i int) {
		for j, s := range sums[i] {
			VMOVUPS(s, Mem{Base: at, Disp: 4 * v.width * j})
		}
	})
	VZEROUPPER()
	RET()
}

// eachRow calls f with at on each row of c.
func (v variant) eachRow(h int, c, ldc, at Register, f func(i int)) {
	MOVQ(c, at)
	for i := range h {
		if i > 0 {
			ADDQ(ldc, at)
		}
		f(i)
	}
}

// ceiling is a loop of as many independent fused multiply-adds as a tile has sums.
func (v variant) ceiling() {
	TEXT("ceiling"+v.name, NOSPLIT, "func(n int)")
	Doc(fmt.Sprintf("ceiling%s does n times %d fused multiply-adds that do not wait for each other: what benchmarks compare with.",
		v.name, v.rows*v.vectors*v.width))
	n := Load(Param("n"), GP64())
	zero := v.register()
	VXORPS(zero.AsX(), zero.AsX(), zero.AsX()) // clears the whole register
	sums := make([]VecVirtual, v.rows*v.vectors)
	for i := range sums {
		sums[i] = v.register()
		VMOVAPS(zero, sums[i])
	}
	Label("loop")
	for _, s := range sums {
		VFMADD231PS(zero, zero, s)
	}
	DECQ(n)
	JNE(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
