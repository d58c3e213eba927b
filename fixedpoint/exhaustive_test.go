package fixedpoint

import (
	"flag"
	"math"
	"testing"

	oracle "github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// exhaustive makes the proofs complete:
//
//	go test ./fixedpoint -run Proof -exhaustive -timeout 60m
var exhaustive = flag.Bool("exhaustive", false, "run the proofs of package fixedpoint in full")

// TestProof8 compares all pairs of 8-bit numbers with the oracle, in all operations, modes and overflows, for every fraction
// count of a type and some beyond: the exact result is located once and rounded in all of them. The typed functions and
// methods are compared with the same. Without -exhaustive three of the formats in full, and a fixed seventeenth of the others.
func TestProof8(t *testing.T) {
	proof8Typed[int8, F0](t)
	proof8Typed[int8, F1](t)
	proof8Typed[int8, F2](t)
	proof8Typed[int8, F3](t)
	proof8Typed[int8, F4](t)
	proof8Typed[int8, F5](t)
	proof8Typed[int8, F6](t)
	proof8Typed[int8, F7](t)
	proof8Typed[int8, F8](t)
	proof8Typed[uint8, F0](t)
	proof8Typed[uint8, F1](t)
	proof8Typed[uint8, F2](t)
	proof8Typed[uint8, F3](t)
	proof8Typed[uint8, F4](t)
	proof8Typed[uint8, F5](t)
	proof8Typed[uint8, F6](t)
	proof8Typed[uint8, F7](t)
	proof8Typed[uint8, F8](t)
	for _, signed := range []bool{true, false} {
		for _, fraction := range []int{-64, -9, -3, -1, 9, 12, 20, 70, 127} {
			integer := 8 - fraction
			if signed {
				integer--
			}
			f := MustFormat(signed, integer, fraction)
			t.Run(f.Name(), func(t *testing.T) {
				t.Parallel()
				proof8(t, f, nil, nil)
			})
		}
	}
}

// typedOperation and typedMethod take codes, so that one proof serves every type.
type (
	typedOperation func(c Context, x, y int64) (int64, rounding.Flags)
	typedMethod    func(x, y int64) int64
)

func proof8Typed[S int8 | uint8, F Fraction](t *testing.T) {
	type fixed = Fixed[S, F]
	binary := func(op func(Context, fixed, fixed) (fixed, rounding.Flags)) typedOperation {
		return func(c Context, x, y int64) (int64, rounding.Flags) {
			z, flags := op(c, fixed{S(x)}, fixed{S(y)})
			return int64(z.bits), flags
		}
	}
	unary := func(op func(Context, fixed) (fixed, rounding.Flags)) typedOperation {
		return binary(func(c Context, x, _ fixed) (fixed, rounding.Flags) { return op(c, x) })
	}
	method := func(op func(x, y fixed) fixed) typedMethod {
		return func(x, y int64) int64 { return int64(op(fixed{S(x)}, fixed{S(y)}).bits) }
	}
	f := FormatOf[fixed]()
	t.Run(f.Name(), func(t *testing.T) {
		t.Parallel()
		proof8(t, f, map[string]typedOperation{
			"Add": binary(Add[fixed]), "Sub": binary(Sub[fixed]), "Mul": binary(Mul[fixed]), "Quo": binary(Quo[fixed]),
			"Rem": binary(Rem[fixed]), "Neg": unary(Neg[fixed]), "Abs": unary(Abs[fixed]), "Sqrt": unary(Sqrt[fixed]),
		}, map[string]typedMethod{
			"Add": method(fixed.Add), "Sub": method(fixed.Sub), "Mul": method(fixed.Mul), "Quo": method(fixed.Quo),
			"Rem": method(fixed.Rem), "Neg": method(func(x, _ fixed) fixed { return x.Neg() }),
			"Abs": method(func(x, _ fixed) fixed { return x.Abs() }), "Sqrt": method(func(x, _ fixed) fixed { return x.Sqrt() }),
		})
	})
}

// proof8 runs all codes of f, x and y, and results in f.
func proof8(t *testing.T, f Format, typed map[string]typedOperation, methods map[string]typedMethod) {
	step := 17
	switch {
	case testing.Short():
		step = 67
	case *exhaustive || f == FormatOf[Q7]() || f == FormatOf[UQ8]() || f == MustFormat(true, 10, -3):
		step = 1
	}
	quotientBits := 160
	if f.FractionBits() < -20 || f.FractionBits() > 20 {
		quotientBits = wideBits
	}
	want := make([]int64, len(contexts))
	wantFlags := make([]rounding.Flags, len(contexts))
	for i := 0; i < 256; i += step {
		x := Value{f, f.extend(uint64(i))}
		for j := range 256 {
			y := Value{f, f.extend(uint64(j))}
			if got, want := x.Cmp(y), exactOrder(x, y); got != want || x.Less(y) != (want < 0) || x.LessEqual(y) != (want <= 0) || x.Equal(y) != (want == 0) {
				t.Fatalf("%v.Cmp(%v) = %d, want %d", x, y, got, want)
			}
			for _, op := range operations {
				if op.operands == 1 && j > 0 || op.operands == 3 {
					continue
				}
				judged := judge(f, op.exact(quotientBits, exactOf(x), exactOf(y), oracle.Number{}))
				for k, c := range contexts {
					want[k], wantFlags[k] = judged.round(options[k])
					if got, flags := op.got(c, f, x, y, Value{}); got.Bits != want[k] || flags != wantFlags[k] {
						t.Fatalf("%s(%v, %v) %v = %v %v, want %d %v", op.name, x, y, c, got, flags, want[k], wantFlags[k])
					}
				}
				if fn := typed[op.name]; fn != nil {
					k := (i + j) % len(contexts) // the typed functions only forward
					if got, flags := fn(contexts[k], x.Bits, y.Bits); got != want[k] || flags != wantFlags[k] {
						t.Fatalf("typed %s(%v, %v) %v = %v %v, want %d %v", op.name, x, y, contexts[k], got, flags, want[k], wantFlags[k])
					}
				}
				if fn := methods[op.name]; fn != nil {
					if got := fn(x.Bits, y.Bits); got != want[0] {
						t.Fatalf("%v.%s(%v) = %v, want %d", x, op.name, y, got, want[0])
					}
				}
			}
		}
	}
}

func exactOrder(x, y Value) int {
	order, _ := oracle.Compare(exactOf(x), exactOf(y))
	return order
}

// TestProofMixed8 has operands and results of different 8-bit formats: every code of x, and every code of y (without
// -exhaustive every thirteenth), in all operations.
func TestProofMixed8(t *testing.T) {
	formats := []Format{MustFormat(true, 3, 4), MustFormat(false, 0, 8), MustFormat(true, 10, -3), MustFormat(true, -13, 20), MustFormat(false, 5, 3)}
	step := 13
	if *exhaustive {
		step = 1
	}
	for i, fx := range formats {
		for j, fy := range formats {
			dst := formats[(2*i+j+1)%len(formats)]
			t.Run(fx.Name()+","+fy.Name()+"->"+dst.Name(), func(t *testing.T) {
				t.Parallel()
				for a := range 256 {
					x := Value{fx, fx.extend(uint64(a))}
					for b := a % step; b < 256; b += step {
						y := Value{fy, fy.extend(uint64(b))}
						if got, want := x.Cmp(y), exactOrder(x, y); got != want {
							t.Fatalf("%v.Cmp(%v) = %d, want %d", x, y, got, want)
						}
						for _, op := range operations {
							checkOperation(t, op, dst, x, y, x)
						}
					}
				}
			})
		}
	}
}

// checkOperation compares one operation with the oracle in all contexts.
func checkOperation(t *testing.T, op operation, dst Format, x, y, z Value) {
	judged := judge(dst, op.exact(wideBits, exactOf(x), exactOf(y), exactOf(z)))
	for k, c := range contexts {
		want, wantFlags := judged.round(options[k])
		if got, flags := op.got(c, dst, x, y, z); got != (Value{dst, want}) || flags != wantFlags {
			t.Fatalf("%s(%v, %v, %v) into %v %v = %v %v, want %d %v", op.name, x, y, z, dst, c, got, flags, want, wantFlags)
		}
	}
}

// TestProofFMA runs all triples of 4-bit numbers (without -exhaustive a seventh) through FMA, in several mixes of formats.
func TestProofFMA(t *testing.T) {
	formats := []Format{MustFormat(true, 1, 2), MustFormat(false, 0, 4), MustFormat(true, -1, 4), MustFormat(true, 5, -2)}
	fma := find("FMA")
	for i, f := range formats {
		for n := 0; n < 1<<12; n++ {
			if !*exhaustive && n%7 != i {
				continue
			}
			fy, fz, dst := formats[(i+n%2)%4], formats[(i+n%3)%4], formats[(i+n%5)%4]
			checkOperation(t, fma, dst, Value{f, f.extend(uint64(n))}, Value{fy, fy.extend(uint64(n >> 4))}, Value{fz, fz.extend(uint64(n >> 8))})
		}
	}
}

// TestProofShift runs all 8-bit numbers through shifts by every count that matters.
func TestProofShift(t *testing.T) {
	for _, f := range []Format{MustFormat(true, 3, 4), MustFormat(false, 0, 8), MustFormat(true, 10, -3)} {
		for _, dst := range []Format{f, MustFormat(true, 0, 7), MustFormat(false, 64, 0), MustFormat(true, -64, 127)} {
			for i := range 256 {
				x := Value{f, f.extend(uint64(i))}
				for _, n := range []uint{0, 1, 2, 3, 4, 5, 7, 8, 9, 20, 60, 63, 64, 65, 100, 128, 191, 200, 1 << 20, math.MaxUint} {
					reach := int(min(n, 600))
					left, right := judge(dst, oracle.Scale(exactOf(x), reach)), judge(dst, oracle.Scale(exactOf(x), -reach))
					for k, c := range contexts {
						want, wantFlags := left.round(options[k])
						if got, flags := c.Lsh(dst, x, n); got.Bits != want || flags != wantFlags {
							t.Fatalf("Lsh(%v, %d) into %v %v = %v %v, want %d %v", x, n, dst, c, got, flags, want, wantFlags)
						}
						want, wantFlags = right.round(options[k])
						if got, flags := c.Rsh(dst, x, n); got.Bits != want || flags != wantFlags {
							t.Fatalf("Rsh(%v, %d) into %v %v = %v %v, want %d %v", x, n, dst, c, got, flags, want, wantFlags)
						}
					}
				}
			}
		}
	}
}

func TestQuoByZero(t *testing.T) {
	for _, f := range []Format{MustFormat(true, 3, 4), MustFormat(false, 4, 4), MustFormat(true, 0, 63), MustFormat(false, 64, 0)} {
		for _, x := range []int64{0, 1, -1} {
			for _, name := range []string{"Quo", "Rem"} {
				checkOperation(t, find(name), f, Value{f, x}, Value{Format: f}, Value{Format: f})
			}
		}
	}
	x := From[Q7](0.5)
	if x.Quo(Q7{}) != Max[Q7]() || x.Neg().Quo(Q7{}) != Min[Q7]() || (Q7{}).Quo(Q7{}) != (Q7{}) {
		t.Error("the method differs")
	}
	u := From[UQ64](0.5)
	if u.Quo(UQ64{}) != Max[UQ64]() || (UQ64{}).Quo(UQ64{}) != (UQ64{}) {
		t.Error("the method differs for 64 bits")
	}
}
