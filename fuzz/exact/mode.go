package exact

import "fmt"

// Mode says which of the two neighbours of an inexact value is taken. The zero
// value is roundTiesToEven, the default of IEEE 754.
type Mode int

// The modes. Names in parentheses are those of IEEE 754, section 4.3, and of
// P3109.
const (
	TiesToEven      Mode = iota // nearest, a tie to the even code (roundTiesToEven, NearestTiesToEven)
	TiesToAway                  // nearest, a tie away from zero (roundTiesToAway, NearestTiesToAway)
	TiesToZero                  // nearest, a tie toward zero (roundTiesToZero of the augmented operations, IEEE 754 section 9.5)
	TiesToPositive              // nearest, a tie toward +infinity (fixed-point hardware: SystemC SC_RND)
	TiesToNegative              // nearest, a tie toward -infinity (SystemC SC_RND_MIN_INF)
	TiesToOdd                   // nearest, a tie to the odd code (AC_RND_CONV_ODD of the Algorithmic C types)
	TowardZero                  // (roundTowardZero, TowardZero)
	AwayFromZero                // the neighbour of larger magnitude
	TowardNegative              // (roundTowardNegative, TowardNegative)
	TowardPositive              // (roundTowardPositive, TowardPositive)
	ToOdd                       // the odd neighbour of an inexact value (P3109 ToOdd)
	StochasticA                 // P3109 StochasticA: floor(nu*2^N) + R >= 2^N
	StochasticB                 // P3109 StochasticB: floor(nu*2^(N+1)) + 2R+1 >= 2^(N+1)
	StochasticC                 // P3109 StochasticC: roundTiesToEven(nu*2^N) + R >= 2^N
	StochasticEqual             // the first of the N bits of R, whatever nu (CPFloat's SE)
	StochasticOdd               // roundTiesToOdd(nu*2^N) + R >= 2^N (gfloat)
)

var modeNames = [...]string{"TiesToEven", "TiesToAway", "TiesToZero", "TiesToPositive", "TiesToNegative", "TiesToOdd", "TowardZero", "AwayFromZero",
	"TowardNegative", "TowardPositive", "ToOdd", "StochasticA", "StochasticB", "StochasticC", "StochasticEqual", "StochasticOdd"}

func (m Mode) String() string {
	if m >= 0 && int(m) < len(modeNames) {
		return modeNames[m]
	}
	return fmt.Sprintf("Mode(%d)", int(m))
}

// Modes returns the eleven modes that need no random bits.
func Modes() []Mode {
	return []Mode{TiesToEven, TiesToAway, TiesToZero, TiesToPositive, TiesToNegative, TiesToOdd,
		TowardZero, AwayFromZero, TowardNegative, TowardPositive, ToOdd}
}

// StochasticModes returns the modes that need random bits.
func StochasticModes() []Mode {
	return []Mode{StochasticA, StochasticB, StochasticC, StochasticEqual, StochasticOdd}
}

// Saturation says what becomes of a value beyond the largest finite one, as P3109
// section 4.7.5 names it.
type Saturation int

const (
	SatNone      Saturation = iota // infinity; where there is none NaN; where there is neither the largest finite value
	SatFinite                      // the largest finite value, for infinities too
	SatPropagate                   // the largest finite value for finite values; infinities stay where the format has them
)

func (s Saturation) String() string {
	return [...]string{"SatNone", "SatFinite", "SatPropagate"}[s]
}

// Tininess says when a result counts as tiny, which IEEE 754 section 7.5 leaves
// to the implementation.
type Tininess int

const (
	AfterRounding  Tininess = iota // the value rounded to full precision with an unbounded exponent is below the smallest normal
	BeforeRounding                 // the exact value is
)

func (t Tininess) String() string { return [...]string{"AfterRounding", "BeforeRounding"}[t] }

// NaNPolicy says what a NaN becomes in a format without NaN.
type NaNPolicy int

const (
	NaNToZero         NaNPolicy = iota // +0
	NaNToOppositeZero                  // the zero of the opposite sign: -0 for a positive NaN, as the library ml_dtypes has it
	NaNPropagates                      // NaNToZero, and in IEEE formats the first NaN's payload, quieted (section 6.2.3)
)

func (n NaNPolicy) String() string {
	return [...]string{"NaNToZero", "NaNToOppositeZero", "NaNPropagates"}[n]
}

// Flags is a set of the five exceptions of IEEE 754, section 7, in the bits of
// Berkeley TestFloat.
type Flags int

const (
	Inexact      Flags = 0x01
	Underflow    Flags = 0x02
	Overflow     Flags = 0x04
	DivideByZero Flags = 0x08
	Invalid      Flags = 0x10
)

func (f Flags) String() string {
	s := ""
	for i, name := range []string{"inexact", "underflow", "overflow", "divideByZero", "invalid"} {
		if f&(1<<i) != 0 {
			if s != "" {
				s += "|"
			}
			s += name
		}
	}
	if s == "" {
		return "none"
	}
	return s
}

// Options are the parameters of one rounding. The zero value is the default of
// IEEE 754.
type Options struct {
	Mode       Mode
	Saturation Saturation
	Tininess   Tininess
	NaN        NaNPolicy

	// FlushToZero has no tiny results: what would be one is a zero, whatever the mode,
	// with Underflow and Inexact. DenormalsAreZero has no subnormal operands: see
	// Operand.
	FlushToZero, DenormalsAreZero bool

	// Random and Bits are R and N of the stochastic modes: 0 <= R < 2^N, 1 <= N <= 63.
	Random uint64
	Bits   int
}

// Operand returns the code that an operand of f is read as: with DenormalsAreZero,
// of a subnormal number the zero of its sign, or the only zero there is.
func (o Options) Operand(f *Format, code uint64) uint64 {
	if !o.DenormalsAreZero {
		return code
	}
	x := f.Decode(code)
	if x.Kind == Finite && !x.IsZero() && compareMagnitudes(x, f.SmallestNormal()) < 0 {
		return f.signedZero(x.Negative)
	}
	return code
}
