package fuzz

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
)

// Format is the format of an operand or of a result: floating point ([Float],
// [Binary64]), an integer type ([Integer]), fixed point ([Fixed]) or a truth value
// ([Bool]). It is comparable; its zero value is no format.
//
// A code of a format is a uint64 that holds the value's bits in its low end, an
// integer's in two's complement.
type Format struct {
	kind  kind
	name  string
	float exact.Format
	fixed exact.FixedFormat
}

type kind uint8

const (
	noFormat kind = iota
	floating
	integer
	fixed
	truth
)

// Float returns a floating-point format of package minifloat. It panics for the
// zero Format.
func Float(f minifloat.Format) Format {
	return Format{kind: floating, name: f.Name(), float: describe(f)}
}

// Binary64 returns the format of float64.
func Binary64() Format {
	return Format{kind: floating, name: "binary64", float: exact.IEEE(11, 52)}
}

// Integer returns an integer type of 1 to 64 bits, in two's complement if signed.
// As a result it is rounded to as IEEE 754, section 5.8, converts to an integer:
// what has no such integer raises Invalid and nothing else, and gives with SatNone
// the integer indefinite of x86, the least signed or the largest unsigned one, with
// saturation the nearest one. It panics if there is no such type.
func Integer(bits int, signed bool) Format {
	if bits < 1 || bits > 64 {
		panic("fuzz: an integer type has 1 to 64 bits")
	}
	name := "uint"
	if signed {
		name = "int"
	}
	return Format{kind: integer, name: name + strconv.Itoa(bits), fixed: exact.FixedFormat{Bits: bits, Signed: signed}}
}

// Fixed returns a fixed-point format. It panics for the zero Format.
func Fixed(f fixedpoint.Format) Format {
	if f.Bits() == 0 {
		panic("fuzz: the zero Format is no format")
	}
	return Format{kind: fixed, name: f.Name(),
		fixed: exact.FixedFormat{Bits: f.Bits(), Signed: f.Signed(), Fraction: f.FractionBits()}}
}

// Bool returns the format of a comparison's result: 0 or 1.
func Bool() Format {
	return Format{kind: truth, name: "bool", fixed: exact.FixedFormat{Bits: 1}}
}

var integerName = regexp.MustCompile(`^(u?)i(?:nt)?([0-9]{1,2})$|^(u)([0-9]{1,2})$`)

// ParseFormat returns the format of a name: one that minifloat.ParseFormat or
// fixedpoint.ParseFormat knows; binary64, float64, double or f64; int8, uint8 and
// the like for 1 to 64 bits, also as i8, ui8, u8; bool.
func ParseFormat(name string) (Format, error) {
	switch s := strings.ToLower(name); s {
	case "binary64", "float64", "double", "f64", "fp64":
		return Binary64(), nil
	case "bool":
		return Bool(), nil
	default:
		if m := integerName.FindStringSubmatch(s); m != nil {
			if bits, _ := strconv.Atoi(m[2] + m[4]); bits >= 1 && bits <= 64 {
				return Integer(bits, m[1]+m[3] == ""), nil
			}
		}
	}
	f, err := minifloat.ParseFormat(name)
	if err == nil {
		return Float(f), nil
	}
	if q, err := fixedpoint.ParseFormat(name); err == nil {
		return Fixed(q), nil
	}
	return Format{}, fmt.Errorf("fuzz: %w; nor is it an integer type (int8, ui32), a fixed-point format (Q3.4), binary64 or bool", err)
}

// Name returns the name, which ParseFormat reads.
func (f Format) Name() string { return f.name }

// String returns the name.
func (f Format) String() string {
	if f.kind == noFormat {
		return "no format"
	}
	return f.name
}

// Bits returns the length of a code.
func (f Format) Bits() int {
	if f.kind == floating {
		return f.float.Bits()
	}
	return f.fixed.Bits
}

// digits is how many hexadecimal digits a code is written with.
func (f Format) digits() int { return (f.Bits() + 3) / 4 }

// has reports whether code has no bits above those of the format.
func (f Format) has(code uint64) bool { return f.Bits() == 64 || code>>f.Bits() == 0 }

// Decode returns the value of a code, exactly. It panics if the code has more
// bits than the format.
func (f Format) Decode(code uint64) exact.Number {
	if f.kind == floating {
		return f.float.Decode(code)
	}
	return f.fixed.Decode(code)
}

// operand returns the code that a code of f is read as.
func (f Format) operand(code uint64, o exact.Options) uint64 {
	if f.kind != floating {
		return code
	}
	return o.Operand(&f.float, code)
}

// sign returns the sign bit alone, 0 in formats without one.
func (f Format) sign() uint64 {
	switch {
	case f.kind == floating && f.float.Signed, f.kind != floating && f.fixed.Signed:
		return 1 << (f.Bits() - 1)
	}
	return 0
}

// describe returns the oracle's description of f.
func describe(f minifloat.Format) exact.Format {
	g := exact.Format{}
	switch e, m := f.ExponentBits(), f.MantissaBits(); f.Family() {
	case minifloat.IEEEFamily:
		g = exact.IEEE(e, m)
	case minifloat.FNFamily:
		g = exact.FN(e, m)
	case minifloat.FNUZFamily:
		g = exact.FNUZ(e, m)
	case minifloat.FiniteFamily:
		g = exact.FiniteOnly(e, m)
	case minifloat.FNUFamily:
		g = exact.FNU(e)
	case minifloat.P3109SE, minifloat.P3109SF, minifloat.P3109UE, minifloat.P3109UF:
		g = exact.P3109(f.Bits(), m+1, f.Signed(), f.HasInf())
	default:
		panic("fuzz: the zero Format is no format")
	}
	g.Bias = f.Bias()
	if m := f.MantissaBits(); m > 0 && !f.HasSubnormals() {
		g.Subnormals = false
	}
	return g
}
