// Command mapf32 generates the assembly of package internal/kernel/mapf32. The package's go:generate line runs it.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// block is the number of elements of one turn of a loop.
const block = 16

// A variant is a vector, of width float32 or half as many float64.
type variant struct {
	name     string
	width    int
	register func() VecVirtual
}

func (v variant) wide() bool { return v.width == 16 }

func main() {
	ConstraintExpr("!purego")
	for _, v := range []variant{{"AVX2", 8, YMM}, {"AVX512", 16, ZMM}} {
		v.clip()
		v.addBetween()
		v.normalize()
		v.addTilted()
	}
	Generate()
}

// loop makes a function over whole blocks of the slices that are named: scalars are loaded to all lanes of
// registers, and body works on the bytes from at on. elements is the number of elements of a vector.
func (v variant) loop(name string, slices, floats, doubles []string, elements int, body func(at func(slice int) Mem, scalars []VecVirtual)) {
	parameters := ""
	for _, s := range slices {
		parameters += s + " *float32, "
	}
	for _, f := range floats {
		parameters += f + " float32, "
	}
	for _, d := range doubles {
		parameters += d + " float64, "
	}
	TEXT(name+v.name, NOSPLIT, "func("+parameters+"blocks int)")
	Doc(fmt.Sprintf("%s%s is %sGeneric for at least one block of %d elements.", name, v.name, name, block))
	Pragma("noescape")
	bases := make([]Register, len(slices))
	for i, s := range slices {
		bases[i] = Load(Param(s), GP64())
	}
	var scalars []VecVirtual
	for _, names := range [][]string{floats, doubles} {
		for _, s := range names {
			from, err := Param(s).Resolve()
			if err != nil {
				panic(err)
			}
			r := v.register()
			if len(floats) > 0 {
				VBROADCASTSS(from.Addr, r)
			} else {
				VBROADCASTSD(from.Addr, r)
			}
			scalars = append(scalars, r)
		}
	}
	blocks := Load(Param("blocks"), GP64())
	Label("loop")
	for i := 0; i < block; i += elements {
		body(func(slice int) Mem { return Mem{Base: bases[slice], Disp: 4 * i} }, scalars)
	}
	for _, b := range bases {
		ADDQ(Imm(4*block), b)
	}
	DECQ(blocks)
	JNE(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// clip: of two that are not ordered, or equal, the maximum and the minimum are the operand that Go's assembler
// writes first.
func (v variant) clip() {
	v.loop("clip", []string{"z", "x"}, []string{"lo", "hi"}, nil, v.width, func(at func(int) Mem, s []VecVirtual) {
		r := v.register()
		VMAXPS(at(1), s[0], r)
		VMINPS(r, s[1], r)
		VMOVUPS(r, at(0))
	})
}

func (v variant) addBetween() {
	const less = 1
	v.loop("addBetween", []string{"z", "y", "x"}, []string{"lo", "hi"}, nil, v.width, func(at func(int) Mem, s []VecVirtual) {
		x, z, sum := v.register(), v.register(), v.register()
		VMOVUPS(at(2), x)
		VMOVUPS(at(0), z)
		VADDPS(at(1), z, sum)
		if v.wide() {
			above, between := K(), K()
			VCMPPS(Imm(less), x, s[0], above)
			VCMPPS(Imm(less), s[1], x, above, between)
			VMOVUPS(sum, between, at(0))
			return
		}
		above, below := v.register(), v.register()
		VCMPPS(Imm(less), x, s[0], above)
		VCMPPS(Imm(less), s[1], x, below)
		VANDPS(above, below, below)
		VBLENDVPS(below, sum, z, z)
		VMOVUPS(z, at(0))
	})
}

// half is a register of half a vector: as many float32 as a vector has float64.
func (v variant) half() VecVirtual {
	if v.wide() {
		return YMM()
	}
	return XMM()
}

func (v variant) convert(from Op) VecVirtual {
	to := v.register()
	VCVTPS2PD(from, to)
	return to
}

// narrow rounds to float32.
func (v variant) narrow(from VecVirtual) VecVirtual {
	to := v.half()
	if v.wide() {
		VCVTPD2PS(from, to)
	} else {
		VCVTPD2PSY(from, to)
	}
	return to
}

func (v variant) normalize() {
	v.loop("normalize", []string{"z", "x"}, nil, []string{"m", "slope", "offset"}, v.width/2, func(at func(int) Mem, s []VecVirtual) {
		m, slope, offset := s[0], s[1], s[2]
		r := v.convert(at(1))
		VSUBPD(m, r, r)
		VMULPD(slope, r, r)
		VADDPD(offset, r, r)
		VMOVUPS(v.narrow(r), at(0))
	})
}

func (v variant) addTilted() {
	v.loop("addTilted", []string{"z", "y", "x"}, nil, []string{"slope", "shift", "m", "tilt"}, v.width/2, func(at func(int) Mem, s []VecVirtual) {
		slope, shift, m, tilt := s[0], s[1], s[2], s[3]
		y, x := v.convert(at(1)), v.convert(at(2))
		VSUBPD(shift, y, y)
		VSUBPD(m, x, x)
		VMULPD(tilt, x, x)
		VSUBPD(x, y, y)
		VMULPD(slope, y, y)
		r := v.narrow(y)
		VADDPS(at(0), r, r)
		VMOVUPS(r, at(0))
	})
}
