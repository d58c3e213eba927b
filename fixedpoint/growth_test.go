package fixedpoint

import (
	"errors"
	"math/rand/v2"
	"testing"

	oracle "github.com/halfulp/halfulp/fuzz/exact"
)

// TestGrowth: every sum, difference and product of the corners, in any mode, is exact in the grown format, and with a bit
// fewer at either end some are not.
func TestGrowth(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	grown := 0
	for range randomCount(t, 20000) {
		f, g := smallFormat(r), smallFormat(r)
		for _, row := range []struct {
			op   operation
			grow func(f, g Format) (Format, error)
		}{{find("Add"), Format.FullAdd}, {find("Sub"), Format.FullSub}, {find("Mul"), Format.FullMul}} {
			dst, err := row.grow(f, g)
			if err != nil {
				if !errors.Is(err, ErrFormat) || dst != (Format{}) {
					t.Fatalf("%s of %v and %v: %v, %v", row.op.name, f, g, dst, err)
				}
				continue
			}
			grown++
			for _, x := range corners(f) {
				for _, y := range corners(g) {
					z, flags := row.op.got(Context{Overflow: Wrap}, dst, Value{f, x}, Value{g, y}, Value{})
					if order, _ := oracle.Compare(exactOf(z), row.op.exact(0, exactOf(Value{f, x}), exactOf(Value{g, y}), oracle.Number{}).Number); flags != 0 || order != 0 {
						t.Fatalf("%s(%v, %v) in %v is %v %v", row.op.name, Value{f, x}, Value{g, y}, dst, z, flags)
					}
				}
			}
		}
	}
	if grown < 10000/20 {
		t.Errorf("only %d formats", grown)
	}
}

func smallFormat(r *rand.Rand) Format {
	for {
		width, fraction := 1+r.IntN(40), r.IntN(60)-20
		signed := r.IntN(2) == 0
		integer := width - fraction
		if signed {
			integer--
		}
		if f, err := NewFormat(signed, integer, fraction); err == nil {
			return f
		}
	}
}

func corners(f Format) []int64 {
	return []int64{f.MinBits(), f.MinBits() + 1, f.extend(^uint64(0)), 0, 1 & f.MaxBits(), f.MaxBits() - 1, f.MaxBits()}
}

// TestGrowthRules has the widths of VHDL's fixed_pkg and of APyTypes' documentation. Theirs count the sign as an integer bit.
func TestGrowthRules(t *testing.T) {
	parse := func(name string) Format {
		f, err := ParseFormat(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, c := range []struct{ x, y, add, sub, mul string }{
		{"Q3.4", "Q3.4", "Q4.4", "Q4.4", "Q7.8"},
		{"Q3.4", "Q2.6", "Q4.6", "Q4.6", "Q6.10"}, // APyTypes: fx(3.5, 4, 4) + fx(1.25, 3, 6) has 5 and 6 bits
		{"Q0.15", "Q0.15", "Q1.15", "Q1.15", "Q1.30"},
		{"UQ0.8", "UQ0.8", "UQ1.8", "Q0.8", "UQ0.16"},
		{"UQ4.0", "Q3.0", "Q5.0", "Q5.0", "Q7.0"},
		{"Q10.-3", "Q3.4", "Q11.4", "Q11.4", "Q14.1"},
		{"Q0.63", "Q0.0", "", "", ""}, // 65 bits each
		{"UQ64.0", "UQ64.0", "", "", ""},
		{"Q0.31", "Q0.31", "Q1.31", "Q1.31", "Q1.62"},
		{"UQ-60.64", "UQ-60.64", "UQ-59.64", "Q-60.64", ""}, // 128 fraction bits
	} {
		x, y := parse(c.x), parse(c.y)
		for i, grow := range []func(f, g Format) (Format, error){Format.FullAdd, Format.FullSub, Format.FullMul} {
			want := []string{c.add, c.sub, c.mul}[i]
			got, err := grow(x, y)
			if want == "" && err == nil || want != "" && got.Name() != want {
				t.Errorf("%s and %s, rule %d: %v, %v, want %q", c.x, c.y, i, got, err, want)
			}
		}
	}
}
