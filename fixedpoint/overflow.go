package fixedpoint

import (
	"errors"
	"fmt"
	"strings"
)

// Overflow says what becomes of a rounded result beyond the range. Its zero
// value is Saturate.
type Overflow uint8

const (
	Saturate          Overflow = iota // the nearer end of the range
	Wrap                              // the low bits, as integers wrap
	SaturateSymmetric                 // as Saturate, with the negative of the largest value as the lower end
	overflowCount
)

var overflowNames = [overflowCount]string{"Saturate", "Wrap", "SaturateSymmetric"}

// String returns the constant's name.
func (o Overflow) String() string {
	if o < overflowCount {
		return overflowNames[o]
	}
	return fmt.Sprintf("Overflow(%d)", uint8(o))
}

// Overflows returns the policies in order of their values.
func Overflows() []Overflow { return []Overflow{Saturate, Wrap, SaturateSymmetric} }

// ErrUnknownOverflow is wrapped by the errors of [ParseOverflow].
var ErrUnknownOverflow = errors.New("fixedpoint: unknown overflow")

// overflowAliases are the names of others, folded.
var overflowAliases = map[string]Overflow{
	"sat": Saturate, "scsat": Saturate, "apsat": Saturate, "acsat": Saturate, "fixedsaturate": Saturate, "sats": Saturate,
	"wrap": Wrap, "scwrap": Wrap, "apwrap": Wrap, "acwrap": Wrap, "fixedwrap": Wrap, "nones": Wrap,
	"satsym": SaturateSymmetric, "scsatsym": SaturateSymmetric, "apsatsym": SaturateSymmetric, "acsatsym": SaturateSymmetric,
}

// ParseOverflow returns the policy of a name: a constant's own, or
//
//	Saturate           SAT of SystemC (SC_), AP (AP_) and AC (AC_) datatypes and APyTypes, VHDL fixed_saturate, en_cl_fix Sat_s
//	Wrap               WRAP of the same, VHDL fixed_wrap, en_cl_fix None_s
//	SaturateSymmetric  SAT_SYM of SystemC, AP and AC datatypes
//
// Case does not matter, nor do '_', '-' and blanks. SystemC's SC_SAT_ZERO and
// SC_WRAP_SM and APyTypes' NUMERIC_STD are not here. The error wraps
// [ErrUnknownOverflow].
func ParseOverflow(name string) (Overflow, error) {
	if len(name) > maxName {
		return 0, fmt.Errorf("%w %q", ErrUnknownOverflow, name[:maxName]+"...")
	}
	key := strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
	for o, s := range overflowNames {
		if strings.ToLower(s) == key {
			return Overflow(o), nil
		}
	}
	if o, ok := overflowAliases[key]; ok {
		return o, nil
	}
	return 0, fmt.Errorf("%w %q", ErrUnknownOverflow, name)
}
