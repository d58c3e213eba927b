package minifloat_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
)

// pairs are the operations on all pairs of 16-bit codes, in nearest-even, with the
// digest of the results: of the digests of all rows in ascending order of x, each of
// the codes of x op y in ascending order of y, lower byte first. The short one is that
// of every 251st code.
var pairs = []struct {
	name        string
	got         func(x, y uint16) uint16
	want        func(x, y float64) float64
	operation   operation
	short, full string
}{
	{"binary16 Add", func(x, y uint16) uint16 { return half(x).Add(half(y)).Bits() }, func(x, y float64) float64 { return x + y }, add,
		"af7ee4f171731d1e7c1ac036cca2b6801a73e5367cebdf8292e7342ef8a76ec7",
		"379461735900bd69ff25a8fafb4db13a1772df5ed211851fa7f35b8a8fb2bece"},
	{"binary16 Mul", func(x, y uint16) uint16 { return half(x).Mul(half(y)).Bits() }, func(x, y float64) float64 { return float64(x * y) }, mul,
		"21890b8d2babf4c8b63c066036df3377c0712cadc6de7c82b7b00d0309cc8343",
		"7495a8a063513ad9892fece422074ea4ec16fe66df35c486b6405b4fd6068aef"},
	{"binary16 Quo", func(x, y uint16) uint16 { return half(x).Quo(half(y)).Bits() }, func(x, y float64) float64 { return x / y }, quo,
		"795d195c82d784c2cf29a75f7ca2cf1e05b245f50e60b2b613842799361d3a00",
		"21ce67e2ca8cf71710eb5f44cde1640f7d815ff0fb4d335f7f5ec1ab811aadd1"},
	{"bfloat16 Add", func(x, y uint16) uint16 { return brain(x).Add(brain(y)).Bits() }, func(x, y float64) float64 { return x + y }, add,
		"6b3b2a910cf4fc1aef36fd7f9da225f6f41cecd99162c5e71eb069740f28e3e9",
		"587accedb7aced0ad1ef3f6c107ca182d19e00fbfdda658cbca2f3f5d91e98df"},
	{"bfloat16 Mul", func(x, y uint16) uint16 { return brain(x).Mul(brain(y)).Bits() }, func(x, y float64) float64 { return float64(x * y) }, mul,
		"74b7d84317abdaebd8ef4f6f2f0eb4d5f22a85e5d8c4f248cb3b0d2fc388aade",
		"3d1b53b5ff81c52f5314c2ddb8d153461abfccaad72165f11d65decff5f112c8"},
	{"bfloat16 Quo", func(x, y uint16) uint16 { return brain(x).Quo(brain(y)).Bits() }, func(x, y float64) float64 { return x / y }, quo,
		"2f6817fde4bd60c65e75055b37adb6953408b94eb21db609c4f226d2953801a5",
		"badd5fa4b40fe588cf5a280b175384b4da224945338fd7eb5a83d661a87cd134"},
}

func half(code uint16) minifloat.Float16 { return minifloat.FromBits[minifloat.Float16](code) }

func brain(code uint16) minifloat.BFloat16 { return minifloat.FromBits[minifloat.BFloat16](code) }

// Every pair of codes of binary16 and bfloat16 under Add, Mul and Quo in nearest-even,
// compared with the machine's float64, which has more than 2p+2 bits of precision for
// p = 11 and 8, and all results as normal numbers: rounding twice does no harm. The
// second rounding is the machine's too, by adding and subtracting a number whose last
// place is that of the result. One pair in 2^17 is compared with the oracle.
//
// With -exhaustive 80 to 105 s of CPU an operation, on a busy machine; CI leaves it to
// whoever changes these operations.
func TestProofPairs(t *testing.T) {
	for i, op := range pairs {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			s := namedSubject(t, op.name[:8])
			var values [1 << 16]float64
			for code := range values {
				values[code], _ = s.g.Decode(uint64(code)).Float()
			}
			mantissa, bias := s.g.MantissaBits, s.g.Bias
			digest := op.short
			step := 251
			if *exhaustive {
				digest, step = op.full, 1
			}
			random := rand.New(rand.NewPCG(100, uint64(i)))
			p := &prover{t: t}
			all := sha256.New()
			row := make([]byte, 0, 2<<16)
			for x := 0; x < 1<<16; x += step {
				row = row[:0]
				a := values[x]
				for y := 0; y < 1<<16; y += step {
					got := op.got(uint16(x), uint16(y))
					if want := roundByMachine(op.want(a, values[y]), mantissa, bias); got != want {
						p.fail("%#x, %#x: %#x, want %#x", x, y, got, want)
					}
					row = binary.LittleEndian.AppendUint16(row, got)
				}
				sum := sha256.Sum256(row)
				all.Write(sum[:])
				if random.IntN(2) == 0 {
					y := s.operands(random.Uint32N(1 << 16))[0]
					n := s.g.Decode(uint64(x))
					want, _ := exact.RoundResult(op.operation.exact(n, y.n, y.n), s.g, exact.Options{})
					if got := op.got(uint16(x), uint16(y.v.Bits)); uint64(got) != want {
						p.fail("%#x, %#x: %#x, by the oracle %#x", x, y.v.Bits, got, want)
					}
					p.count++
				}
			}
			p.done()
			if got := hex.EncodeToString(all.Sum(nil)); got != digest {
				t.Errorf("digest %s, want %s", got, digest)
			}
		})
	}
}

// roundByMachine returns the code of an IEEE format of 16 bits nearest to z, as the
// machine rounds: z and 1.5 * 2^(e+52-m) have a sum whose last place is 2^(e-m).
func roundByMachine(z float64, m, bias int) uint16 {
	const bias64 = 1023
	magnitude := math.Float64bits(z) &^ (1 << 63)
	sign := uint16(math.Float64bits(z) >> 48 & 0x8000)
	infinity := uint16(1)<<15 - 1<<uint(m)
	if magnitude >= bias64<<53|1<<52 { // not finite
		if z != z {
			return infinity | 1<<uint(m-1)
		}
		return sign | infinity
	}
	least := bias64 + 1 - bias // the exponent field of the smallest normal number
	e := max(int(magnitude>>52), least)
	shift := math.Float64frombits(uint64(e+52-m)<<52 | 1<<51)
	r := z + shift
	r -= shift
	magnitude = math.Float64bits(r) &^ (1 << 63)
	switch e := int(magnitude >> 52); {
	case e > bias64+bias:
		return sign | infinity
	case e >= least: // the fields are those of float64, with another bias
		return sign | uint16(magnitude>>uint(52-m)-uint64(least-1)<<uint(m))
	default: // an integer in units of the smallest number, 0 too
		return sign | uint16(math.Abs(r)*math.Float64frombits(uint64(bias64+bias64-least+m)<<52))
	}
}
