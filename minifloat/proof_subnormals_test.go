package minifloat_test

import (
	"math/big"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// with returns o with one of the policies for subnormal numbers.
func (o option) with(s rounding.Subnormals) option {
	o.o.FlushToZero, o.o.DenormalsAreZero = s&rounding.FlushToZero != 0, s&rounding.DenormalsAreZero != 0
	o.c.Subnormals = s
	return o
}

// flushing are all modes and rules of tininess with every policy but gradual
// underflow, the saturations in turn.
var flushing = func() (all []option) {
	for i, o := range options {
		for s := rounding.FlushToZero; s <= rounding.FlushToZero|rounding.DenormalsAreZero; s++ {
			if (i+int(s))%3 == 0 {
				all = append(all, o.with(s))
			}
		}
	}
	return all
}()

// read returns the number that an operand is read as.
func (o option) read(x operand) number {
	f := x.v.Format
	least := number{Int: big.NewInt(1), Exp: 1 - f.Bias()}
	order, _ := exact.Compare(exact.Abs(x.n).Number, least)
	if !o.o.DenormalsAreZero || x.n.Kind != exact.Finite || x.n.IsZero() || !f.HasZero() || order >= 0 {
		return x.n
	}
	return number{Int: new(big.Int), Negative: x.n.Negative && f.HasNegZero()}
}

// isSubnormal reports whether DenormalsAreZero concerns an operand.
func (x operand) isSubnormal() bool {
	n := option{}.with(rounding.DenormalsAreZero).read(x)
	return n.IsZero() && !x.n.IsZero()
}

// flushes compares one operation with every policy but gradual underflow: in the
// given options, a third of them with each policy, where an operand is subnormal or the
// result tiny, elsewhere in one of them by turns. The place is that of the operands as
// they are.
func (p *prover) flushes(op operation, dst subject, x, y, z operand, place *exact.Place, options []option) {
	daz := option{}.with(rounding.DenormalsAreZero)
	a, b, d := daz.read(x), daz.read(y), daz.read(z)
	concerned := place.Tiny() || x.isSubnormal() || y.isSubnormal() || z.isSubnormal()
	var read *exact.Place
	for s := rounding.FlushToZero; s <= rounding.FlushToZero|rounding.DenormalsAreZero; s++ {
		first, step := (p.turn+int(s))%3, 3
		if !concerned {
			first, step = p.turn%64*3+int(s)-1, len(options)
		}
		for i := first; i < len(options); i += step {
			of := place
			if s&rounding.DenormalsAreZero != 0 && concerned {
				if read == nil {
					located := exact.Locate(op.exact(a, b, d), dst.g)
					read = &located
				}
				of = read
			}
			o := options[i].with(s)
			p.compare(op, dst, x.v, y.v, z.v, of, &o)
		}
	}
	p.turn++
}
