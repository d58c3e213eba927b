package minifloat

import "strconv"

// row is a named format: the parameters as its source gives them, the name
// that is printed, and the other names that are accepted. Names that follow a
// pattern (float8_e4m3fn, F8E4M3FN, fp8_e4m3fn, Binary8p4se) need no mention.
type row struct {
	name    string
	e, m    int
	bias    int
	family  FamilyID
	aliases []string

	typeName string // that of the type, where it is not the name in capitals
}

// rows is the table of named formats: no width, bias or special code is typed
// anywhere else. The sources are
//
//   - IEEE 754-2019, table 3.5, for binary16 and binary32;
//   - Google Cloud, "The bfloat16 numerical format", for bfloat16;
//   - NVIDIA A100 Tensor Core GPU Architecture whitepaper (2020), for tf32;
//   - OCP 8-bit Floating Point Specification 1.0 (OFP8), for e4m3fn and e5m2;
//   - OCP Microscaling Formats (MX) Specification 1.0, for the formats of 6 and
//     4 bits and e8m0fnu;
//   - Noune et al., "8-bit Numerical Formats for Deep Neural Networks",
//     arXiv:2206.02915, for e4m3fnuz and e5m2fnuz;
//   - ml_dtypes 0.6.0 (github.com/jax-ml/ml_dtypes), README, for e3m4, e4m3 and
//     e4m3b11fnuz, and for the name and family of each format of 8 bits or less.
var rows = [...]row{
	{"binary32", 8, 23, 127, IEEEFamily, []string{"float32", "single", "float", "fp32", "f32"}, "Float32"},
	{"tf32", 8, 10, 127, IEEEFamily, []string{"tensorfloat32", "tensorfloat"}, ""},
	{"bfloat16", 8, 7, 127, IEEEFamily, []string{"bf16", "brainfloat16", "brainfloat"}, "BFloat16"},
	{"binary16", 5, 10, 15, IEEEFamily, []string{"float16", "half", "fp16", "f16"}, "Float16"},
	{"e3m4", 3, 4, 3, IEEEFamily, nil, ""},
	{"e4m3", 4, 3, 7, IEEEFamily, nil, ""},
	{"e4m3fn", 4, 3, 7, FNFamily, nil, ""},
	{"e4m3fnuz", 4, 3, 8, FNUZFamily, nil, ""},
	{"e4m3b11fnuz", 4, 3, b11Bias, FNUZFamily, nil, ""},
	{"e5m2", 5, 2, 15, IEEEFamily, nil, ""},
	{"e5m2fnuz", 5, 2, 16, FNUZFamily, nil, ""},
	{"e8m0fnu", 8, 0, 127, FNUFamily, []string{"e8m0"}, ""},
	{"e2m3fn", 2, 3, 1, FiniteFamily, nil, ""},
	{"e3m2fn", 3, 2, 3, FiniteFamily, nil, ""},
	{"e2m1fn", 2, 1, 1, FiniteFamily, nil, ""},
}

// b11Bias is the bias of e4m3b11fnuz, the one named format whose family does not
// fix it; the typed face has the tag B11FNUZ for it.
const b11Bias = 11

func (r *row) format() Format { return makeFormat(r.e, r.m, r.bias, r.family) }

// Formats returns the named formats in the order of the package's table: the
// wide ones first, then those of 8, 6 and 4 bits. P3109's formats are made by
// the function [P3109].
func Formats() []Format {
	fs := make([]Format, len(rows))
	for i := range rows {
		fs[i] = rows[i].format()
	}
	return fs
}

// finiteFNBits is the width up to which the suffix fn means Finite, as in
// ml_dtypes' float6_e3m2fn and float4_e2m1fn; above it fn means FN.
const finiteFNBits = 6

// Name returns the canonical name: that of the table for a named format,
// P3109's own for its formats (Binary8p4se), and otherwise
//
//	e<E>m<M>[b<bias>][family][nosub]
//
// with the bias where it is not the family's own (a negative one as bm3) and
// the family spelled fnuz, fnu, fn (the family FN above 6 bits, Finite up to
// them), finite (Finite above 6 bits), nanonly (FN up to 6 bits), p3109se and
// so on (P3109 with another bias), or not at all for IEEE. ParseFormat reads
// every such name.
func (f Format) Name() string {
	if f.word == 0 {
		return "invalid"
	}
	for i := range rows {
		if rows[i].format() == f {
			return rows[i].name
		}
	}
	e, m, family := f.ExponentBits(), f.MantissaBits(), f.Family()
	nosub := ""
	if f.word&noSubnormals != 0 {
		nosub = "nosub"
	}
	own := f.Bias() == defaultBias(e, family)
	if family.in(familiesP3109) && own {
		return "Binary" + strconv.Itoa(f.Bits()) + "p" + strconv.Itoa(m+1) + p3109Suffix(family) + nosub
	}
	s := "e" + strconv.Itoa(e) + "m" + strconv.Itoa(m)
	switch b := f.Bias(); {
	case own:
	case b < 0:
		s += "bm" + strconv.Itoa(-b)
	default:
		s += "b" + strconv.Itoa(b)
	}
	switch narrow := f.Bits() <= finiteFNBits; {
	case family == IEEEFamily:
	case family == FNFamily && narrow:
		s += "nanonly"
	case family == FiniteFamily && !narrow:
		s += "finite"
	case family == FNFamily, family == FiniteFamily:
		s += "fn"
	case family == FNUZFamily:
		s += "fnuz"
	case family == FNUFamily:
		s += "fnu"
	default:
		s += "p3109" + p3109Suffix(family)
	}
	return s + nosub
}

// String returns Name.
func (f Format) String() string { return f.Name() }

func p3109Suffix(family FamilyID) string {
	switch family {
	case P3109SE:
		return "se"
	case P3109SF:
		return "sf"
	case P3109UE:
		return "ue"
	}
	return "uf"
}
