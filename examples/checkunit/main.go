// Checkunit checks a model of a floating-point adder, at the level of bits: how many
// bits does it need below the last place of the larger operand to round correctly?
// Three, say the textbooks: guard, round and sticky. Package fuzz tries all widths,
// finds what is wrong with the narrow ones, and nothing with three.
//
//	go run ./examples/checkunit
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math/bits"
	"os"
	"text/tabwriter"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
)

// adder is an adder for binary16 with so many bits below the last place, of which the
// last is a sticky bit: it is set if any bit was lost beyond it.
type adder struct {
	extra  int
	sticky bool
}

const (
	fraction = 10
	infinity = 0x1f << fraction
	nan      = infinity | 1<<(fraction-1)
)

// add adds two codes, to nearest even.
func (a adder) add(x, y uint16) uint16 {
	const sign = 1 << 15
	if x&^sign < y&^sign {
		x, y = y, x // the larger magnitude first
	}
	switch {
	case x&^sign > infinity, x&^sign == infinity && y == x^sign:
		return nan
	case x&^sign == infinity:
		return x
	case x&^sign == 0:
		return x & y // -0 only for two of them
	}
	expX, sigX := unpack(x &^ sign)
	expY, sigY := unpack(y &^ sign)

	// Align: the smaller operand moves right, and loses what leaves the adder.
	sigX, sigY = sigX<<a.extra, sigY<<a.extra
	distance := expX - expY
	lost := sigY&(1<<distance-1) != 0
	sigY >>= distance
	if lost && a.sticky {
		sigY |= 1
	}
	if x&sign == y&sign {
		sigX += sigY
	} else {
		sigX -= sigY
	}
	if sigX == 0 {
		return 0
	}

	// Normalize: the exponent field of subnormal results is that of the smallest normal.
	shift := max(bits.Len64(sigX)-(fraction+1), a.extra-expX+1) // of the last place kept
	exp := expX - a.extra + shift
	if shift <= 0 {
		return pack(x&sign, exp, sigX<<-shift)
	}
	kept, rest, half := sigX>>shift, sigX&(1<<shift-1), uint64(1)<<(shift-1)
	if rest > half || rest == half && kept&1 != 0 {
		kept++
	}
	return pack(x&sign, exp, kept)
}

// unpack returns the exponent field, 1 for subnormal numbers, and the significand.
func unpack(magnitude uint16) (exp int, sig uint64) {
	if magnitude>>fraction == 0 {
		return 1, uint64(magnitude)
	}
	return int(magnitude >> fraction), uint64(magnitude&(1<<fraction-1) | 1<<fraction)
}

// pack joins the fields. The significand's leading bit counts the exponent up, as does
// its carry; without it the number is subnormal.
func pack(sign uint16, exp int, sig uint64) uint16 {
	code := uint64(exp-1)<<fraction + sig
	return sign | uint16(min(code, infinity))
}

func main() {
	log.SetFlags(0)
	if err := run(os.Stdout, 1<<18); err != nil {
		log.Fatal(err)
	}
}

// run checks the adder in all widths up to four bits.
func run(w io.Writer, count int64) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "extra bits\tthe last one sticky\twrong\tfound\tthe simplest case")
	op := fuzz.Add.In(fuzz.Float(minifloat.FormatOf[minifloat.Float16]()))
	for extra := 0; extra <= 4; extra++ {
		for _, sticky := range []bool{false, true} {
			if extra == 0 && sticky {
				continue
			}
			r, err := fuzz.Check(context.Background(), fuzz.Binary(adder{extra, sticky}.add), op, fuzz.Options{Count: count})
			if err != nil {
				return err
			}
			found, simplest := "", ""
			if len(r.Findings) > 0 {
				f := r.Findings[0]
				found, simplest = f.Class.String(), fmt.Sprintf("%04x + %04x: %04x, not %04x", f.Simplest.Operands[0], f.Simplest.Operands[1], f.Simplest.Got.Code, f.Simplest.Want.Code)
			}
			fmt.Fprintf(t, "%d\t%v\t%d of %d\t%s\t%s\n", extra, sticky, r.Failed, r.Checked, found, simplest)
		}
	}
	return t.Flush()
}
