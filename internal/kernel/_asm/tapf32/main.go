// Command tapf32 generates the assembly of package internal/kernel/tapf32. The package's go:generate line runs it.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// block is the number of vectors of a row whose sums are kept in registers at once. A step of theirs takes a
// broadcast for all and a load for each.
const block = 4

// A vector is a register and how many floats it holds.
type vector struct {
	width    int
	register func() VecVirtual
}

func main() {
	ConstraintExpr("!purego")
	// The n-th last of the places in this table where four words begin has n words of ones.
	lanes := GLOBL("lanes", RODATA|NOPTR)
	for i := range 8 {
		value := U32(0)
		if i < 4 {
			value = 0xffffffff
		}
		DATA(4*i, value)
	}
	for _, v := range []struct {
		name    string
		vectors []vector // from the widest to the narrowest
	}{
		{"AVX2", []vector{{8, YMM}, {4, XMM}}},
		{"AVX512", []vector{{16, ZMM}, {8, YMM}, {4, XMM}}},
	} {
		generate("fma", v.name, v.vectors, true, lanes)
		generate("mulAdd", v.name, v.vectors, false, lanes)
	}
	Generate()
}

// A part is a vector of a row: y is where its sums lie, x where its elements do for an offset of 0.
type part struct{ y, x Mem }

// generate makes one function. Its rows go one after the other, in blocks of the widest vectors, in single
// ones, and in two that overlap where the rest is more than one: they begin with the same sums, so that what
// both have is the same twice, and no lane needs a mask. Rows shorter than a vector take narrower ones, those
// shorter than all of them a mask.
func generate(name, set string, vectors []vector, fused bool, lanes Mem) {
	TEXT(name+set, NOSPLIT, "func(y *float32, ldy, rows, n int, x *float32, ldx int, offsets *int, w *float32, taps int)")
	Doc(fmt.Sprintf("%s%s is %sGeneric for at least one row, column and tap.", name, set, name))
	Pragma("noescape")
	y := Load(Param("y"), GP64())
	ldy := Load(Param("ldy"), GP64())
	rows := Load(Param("rows"), GP64())
	x := Load(Param("x"), GP64())
	ldx := Load(Param("ldx"), GP64())
	offsets := Load(Param("offsets"), GP64())
	w := Load(Param("w"), GP64())
	taps := Load(Param("taps"), GP64())
	n, mask := GP64(), XMM()
	table, back := GP64(), Load(Param("n"), GP64())
	ANDQ(Imm(3), back)
	NEGQ(back)
	LEAQ(lanes, table)
	VMOVUPS(Mem{Base: table, Index: back, Scale: 4, Disp: 16}, mask)
	// Offsets and weights are counted up to zero from their ends.
	LEAQ(Mem{Base: offsets, Index: taps, Scale: 8}, offsets)
	LEAQ(Mem{Base: w, Index: taps, Scale: 4}, w)
	NEGQ(taps)
	SHLQ(Imm(2), ldy) // in bytes
	SHLQ(Imm(2), ldx)

	yRow, xRow := GP64(), GP64()
	// step adds all taps to some vectors of a row.
	step := func(label string, register func() VecVirtual, masked bool, parts ...part) {
		load := func(from Mem) VecVirtual {
			to := register()
			if masked {
				VMASKMOVPS(from, mask, to) // the others are zeros
			} else {
				VMOVUPS(from, to)
			}
			return to
		}
		sums := make([]VecVirtual, len(parts))
		for i, p := range parts {
			sums[i] = load(p.y)
		}
		t, at := GP64(), GP64()
		MOVQ(taps, t)
		Label(label)
		MOVQ(Mem{Base: offsets, Index: t, Scale: 8}, at)
		weight := register()
		VBROADCASTSS(Mem{Base: w, Index: t, Scale: 4}, weight)
		for i, sum := range sums {
			from := parts[i].x.Idx(at, 4)
			var operand Op = from
			if masked {
				operand = load(from)
			}
			if fused {
				VFMADD231PS(operand, weight, sum)
				continue
			}
			product := register()
			VMULPS(operand, weight, product)
			VADDPS(product, sum, sum)
		}
		INCQ(t)
		JNE(LabelRef(label))
		for i, sum := range sums {
			if masked {
				VMASKMOVPS(sum, mask, parts[i].y)
			} else {
				VMOVUPS(sum, parts[i].y)
			}
		}
	}
	advance := func(count int) {
		ADDQ(U32(4*count), yRow)
		ADDQ(U32(4*count), xRow)
		SUBQ(U32(count), n)
	}
	first := part{Mem{Base: yRow}, Mem{Base: xRow}}

	Label("row")
	MOVQ(y, yRow)
	MOVQ(x, xRow)
	Load(Param("n"), n)
	for i, v := range vectors {
		name := func(what string) string { return fmt.Sprint(what, v.width) }
		Label(name("row"))
		CMPQ(n, U32(v.width))
		if i+1 < len(vectors) {
			JLT(LabelRef(fmt.Sprint("row", vectors[i+1].width)))
		} else {
			JLT(LabelRef("rest"))
		}
		if i == 0 { // a block leaves nothing, or a vector at least
			Label("blocks")
			CMPQ(n, U32(block*v.width))
			JEQ(LabelRef("block"))
			CMPQ(n, U32((block+1)*v.width))
			JLT(LabelRef("singles"))
			Label("block")
			var parts []part
			for i := range block {
				at := 4 * v.width * i
				parts = append(parts, part{first.y.Offset(at), first.x.Offset(at)})
			}
			step("blockTaps", v.register, false, parts...)
			advance(block * v.width)
			JNE(LabelRef("blocks"))
			JMP(LabelRef("next"))

			Label("singles")
			CMPQ(n, U32(2*v.width))
			JLE(LabelRef(name("last")))
			step("singleTaps", v.register, false, first)
			advance(v.width)
			JMP(LabelRef("singles"))
		}
		Label(name("last"))
		CMPQ(n, U32(v.width))
		JNE(LabelRef(name("two")))
		step(name("oneTaps"), v.register, false, first)
		JMP(LabelRef("next"))
		Label(name("two"))
		end := GP64()
		LEAQ(Mem{Base: xRow, Index: n, Scale: 4}, end)
		step(name("twoTaps"), v.register, false, first,
			part{Mem{Base: yRow, Index: n, Scale: 4, Disp: -4 * v.width}, Mem{Base: end, Disp: -4 * v.width}})
		JMP(LabelRef("next"))
	}

	Label("rest")
	step("restTaps", XMM, true, first)

	Label("next")
	ADDQ(ldy, y)
	ADDQ(ldx, x)
	DECQ(rows)
	JNE(LabelRef("row"))
	VZEROUPPER()
	RET()
}
