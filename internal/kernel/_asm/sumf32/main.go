// Command sumf32 generates the assembly of package internal/kernel/sumf32. The package's go:generate line runs it.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The lanes of a sum, and those of a dot product.
const (
	sumLanes = 16
	dotLanes = 8
)

// A variant is a vector of float64.
type variant struct {
	name     string
	width    int
	register func() VecVirtual
}

func main() {
	ConstraintExpr("!purego")
	// The n-th last of the places in this table where eight words begin has n words of ones.
	ones := GLOBL("lanes", RODATA|NOPTR)
	for i := range 2 * dotLanes {
		value := U32(0)
		if i < dotLanes {
			value = 0xffffffff
		}
		DATA(4*i, value)
	}
	for _, v := range []variant{{"AVX2", 4, YMM}, {"AVX512", 8, ZMM}} {
		v.sum("add", "acc *float64, x *float32, blocks int", func(i int, x, _ Register, _ VecVirtual) VecVirtual {
			return v.convert(Mem{Base: x, Disp: 4 * v.width * i})
		})
		v.sum("addSquares", "acc *float64, x *float32, m float64, blocks int", func(i int, x, _ Register, m VecVirtual) VecVirtual {
			d := v.convert(Mem{Base: x, Disp: 4 * v.width * i})
			VSUBPD(m, d, d)
			VMULPD(d, d, d)
			return d
		})
		v.sum("addProducts", "acc *float64, x *float32, m float64, y *float32, blocks int", func(i int, x, y Register, m VecVirtual) VecVirtual {
			d, e := v.convert(Mem{Base: x, Disp: 4 * v.width * i}), v.convert(Mem{Base: y, Disp: 4 * v.width * i})
			VSUBPD(m, d, d)
			VMULPD(e, d, d)
			return d
		})
		v.dots(ones)
	}
	Generate()
}

// convert loads floats as float64.
func (v variant) convert(from Op) VecVirtual {
	to := v.register()
	VCVTPS2PD(from, to)
	return to
}

// sum makes a function that adds what term returns for the i-th vector of each block of sumLanes elements.
func (v variant) sum(name, parameters string, term func(i int, x, y Register, m VecVirtual) VecVirtual) {
	TEXT(name+v.name, NOSPLIT, "func("+parameters+")")
	Doc(fmt.Sprintf("%s%s is %sGeneric for at least one block of %d elements.", name, v.name, name, sumLanes))
	Pragma("noescape")
	acc := Load(Param("acc"), GP64())
	x := Load(Param("x"), GP64())
	blocks := Load(Param("blocks"), GP64())
	var y Register
	var m VecVirtual
	if name != "add" {
		m = v.register()
		address, err := Param("m").Resolve()
		if err != nil {
			panic(err)
		}
		VBROADCASTSD(address.Addr, m)
	}
	if name == "addProducts" {
		y = Load(Param("y"), GP64())
	}
	sums := make([]VecVirtual, sumLanes/v.width)
	for i := range sums {
		sums[i] = v.register()
		VMOVUPD(Mem{Base: acc, Disp: 8 * v.width * i}, sums[i])
	}
	Label("loop")
	for i, s := range sums {
		VADDPD(term(i, x, y, m), s, s)
	}
	ADDQ(U32(4*sumLanes), x)
	if y != nil {
		ADDQ(U32(4*sumLanes), y)
	}
	DECQ(blocks)
	JNE(LabelRef("loop"))
	for i, s := range sums {
		VMOVUPD(s, Mem{Base: acc, Disp: 8 * v.width * i})
	}
	VZEROUPPER()
	RET()
}

// mostDots is the number of dot products that one call makes.
const mostDots = 3

// dots makes a function whose dot products are kept in registers. Products of two floats are exact in float64, so
// that a fused multiply-add is their sum. The lanes behind the end of a row add zeros.
func (v variant) dots(ones Mem) {
	TEXT("dots"+v.name, NOSPLIT, "func(acc *float64, y *float32, ldy, rows, n int, x *float32, ldx int, offsets *int, taps int)")
	Doc(fmt.Sprintf("dots%s is dotsGeneric for at least one row and column, and 1 to %d taps.", v.name, mostDots))
	Pragma("noescape")
	taps := Load(Param("taps"), GP64())
	for count := mostDots - 1; count >= 1; count-- {
		CMPQ(taps, Imm(uint64(count)))
		JEQ(LabelRef(fmt.Sprintf("taps%d", count)))
	}
	for count := mostDots; count >= 1; count-- {
		Label(fmt.Sprintf("taps%d", count))
		v.dotsOf(count, ones)
	}
}

func (v variant) dotsOf(count int, ones Mem) {
	label := func(name string) string { return fmt.Sprint(name, count) }
	y := Load(Param("y"), GP64())
	ldy := Load(Param("ldy"), GP64())
	rows := Load(Param("rows"), GP64())
	ldx := Load(Param("ldx"), GP64())
	SHLQ(Imm(2), ldy) // in bytes
	SHLQ(Imm(2), ldx)
	offsets := Load(Param("offsets"), GP64())
	x := make([]Register, count)
	for t := range x {
		at, base := GP64(), GP64()
		MOVQ(Mem{Base: offsets, Disp: 8 * t}, at)
		Load(Param("x"), base)
		LEAQ(Mem{Base: base, Index: at, Scale: 4}, base)
		x[t] = base
	}
	rest, table, mask := Load(Param("n"), GP64()), GP64(), YMM()
	ANDQ(Imm(dotLanes-1), rest)
	NEGQ(rest)
	LEAQ(ones, table)
	VMOVUPS(Mem{Base: table, Index: rest, Scale: 4, Disp: 4 * dotLanes}, mask)
	acc := Load(Param("acc"), GP64())
	parts := dotLanes / v.width
	sums := make([][]VecVirtual, count)
	for t := range sums {
		for i := range parts {
			s := v.register()
			VMOVUPD(Mem{Base: acc, Disp: 8 * (dotLanes*t + v.width*i)}, s)
			sums[t] = append(sums[t], s)
		}
	}
	// values loads the elements from j on as float64.
	j := GP64()
	values := func(base Register, masked bool) []VecVirtual {
		var list []VecVirtual
		if !masked {
			for i := range parts {
				list = append(list, v.convert(Mem{Base: base, Index: j, Scale: 4, Disp: 4 * v.width * i}))
			}
			return list
		}
		all := YMM()
		VMASKMOVPS(Mem{Base: base, Index: j, Scale: 4}, mask, all)
		if parts == 1 {
			return []VecVirtual{v.convert(all)}
		}
		low, high := v.convert(all.AsX()), XMM()
		VEXTRACTF128(Imm(1), all, high)
		return []VecVirtual{low, v.convert(high)}
	}
	step := func(masked bool) {
		left := values(y, masked)
		for t := range x {
			for i, right := range values(x[t], masked) {
				VFMADD231PD(right, left[i], sums[t][i])
			}
		}
	}
	left := GP64()
	Label(label("row"))
	XORQ(j, j)
	Load(Param("n"), left)
	SUBQ(Imm(dotLanes), left)
	JLT(LabelRef(label("rest")))
	Label(label("vector"))
	step(false)
	ADDQ(Imm(dotLanes), j)
	SUBQ(Imm(dotLanes), left)
	JGE(LabelRef(label("vector")))
	Label(label("rest"))
	CMPQ(left, I8(-dotLanes))
	JEQ(LabelRef(label("next")))
	step(true)
	Label(label("next"))
	ADDQ(ldy, y)
	for _, from := range x {
		ADDQ(ldx, from)
	}
	DECQ(rows)
	JNE(LabelRef(label("row")))
	for t := range sums {
		for i, s := range sums[t] {
			VMOVUPD(s, Mem{Base: acc, Disp: 8 * (dotLanes*t + v.width*i)})
		}
	}
	VZEROUPPER()
	RET()
}
