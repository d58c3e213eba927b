package rounding

import (
	"errors"
	"fmt"
	"strings"
)

// ErrUnknownMode is wrapped by the errors of [ParseMode].
var ErrUnknownMode = errors.New("rounding: unknown mode")

// Alias is another community's name of a mode.
type Alias struct {
	Name   string
	Mode   Mode
	Source string
}

// The sources, as they stand in [Alias].
const (
	ieee     = "IEEE 754"
	p3109    = "IEEE P3109"
	riscv    = "RISC-V"
	softfl   = "SoftFloat"
	cpfloat  = "CPFloat"
	gfloat   = "gfloat"
	systemC  = "SystemC sc_fixed, AC and AP datatypes, APyTypes"
	acDatat  = "AC datatypes, APyTypes"
	apyTypes = "APyTypes"
	vhdl     = "VHDL fixed_pkg"
	vhdlFl   = "VHDL float_pkg"
	enclFix  = "en_cl_fix"
	simulink = "Simulink"
)

// aliases is the one table of them. The names of SystemC stand for four spellings: RND, SC_RND, AP_RND and AC_RND.
var aliases = [...]Alias{
	{"roundTiesToEven", ToNearestEven, ieee},
	{"roundTiesToAway", ToNearestAway, ieee},
	{"roundTowardZero", ToZero, ieee},
	{"roundTowardPositive", ToPositiveInf, ieee},
	{"roundTowardNegative", ToNegativeInf, ieee},
	{"roundTiesToZero", ToNearestZero, ieee},
	{"NearestTiesToEven", ToNearestEven, p3109},
	{"NearestTiesToAway", ToNearestAway, p3109},
	{"TowardPositive", ToPositiveInf, p3109},
	{"TowardNegative", ToNegativeInf, p3109},
	{"TowardZero", ToZero, p3109},
	{"RNE", ToNearestEven, riscv},
	{"RMM", ToNearestAway, riscv},
	{"RTZ", ToZero, riscv},
	{"RUP", ToPositiveInf, riscv},
	{"RDN", ToNegativeInf, riscv},
	{"CPFLOAT_RND_NE", ToNearestEven, cpfloat},
	{"CPFLOAT_RND_NA", ToNearestAway, cpfloat},
	{"CPFLOAT_RND_NZ", ToNearestZero, cpfloat},
	{"CPFLOAT_RND_TZ", ToZero, cpfloat},
	{"CPFLOAT_RND_TP", ToPositiveInf, cpfloat},
	{"CPFLOAT_RND_TN", ToNegativeInf, cpfloat},
	{"CPFLOAT_RND_OD", ToOdd, cpfloat},
	{"CPFLOAT_RND_SE", StochasticEqual, cpfloat},
	{"TiesToEven", ToNearestEven, gfloat},
	{"TiesToAway", ToNearestAway, gfloat},
	{"Stochastic", StochasticC, gfloat},
	{"StochasticFast", StochasticB, gfloat},
	{"StochasticFastest", StochasticA, gfloat},
	{"near_even", ToNearestEven, softfl},
	{"near_maxMag", ToNearestAway, softfl},
	{"minMag", ToZero, softfl},
	{"max", ToPositiveInf, softfl},
	{"min", ToNegativeInf, softfl},
	{"odd", ToOdd, softfl},
	{"RND", ToNearestUp, systemC},
	{"RND_ZERO", ToNearestZero, systemC},
	{"RND_MIN_INF", ToNearestDown, systemC},
	{"RND_INF", ToNearestAway, systemC},
	{"RND_CONV", ToNearestEven, systemC},
	{"TRN", ToNegativeInf, systemC},
	{"TRN_ZERO", ToZero, systemC},
	{"RND_CONV_ODD", ToNearestOdd, acDatat},
	{"TRN_INF", ToPositiveInf, apyTypes},
	{"TRN_AWAY", AwayFromZero, apyTypes},
	{"JAM_UNBIASED", ToOdd, apyTypes},
	{"TO_NEG", ToNegativeInf, apyTypes},
	{"TO_POS", ToPositiveInf, apyTypes},
	{"TO_ZERO", ToZero, apyTypes},
	{"TO_AWAY", AwayFromZero, apyTypes},
	{"TIES_EVEN", ToNearestEven, apyTypes},
	{"TIES_ODD", ToNearestOdd, apyTypes},
	{"TIES_AWAY", ToNearestAway, apyTypes},
	{"TIES_ZERO", ToNearestZero, apyTypes},
	{"TIES_POS", ToNearestUp, apyTypes},
	{"TIES_NEG", ToNearestDown, apyTypes},
	{"jamming", ToOdd, "SoftFloat's shiftRightJam: a lost one-bit is or-ed into the last bit kept"},
	{"fixed_round", ToNearestEven, vhdl},
	{"fixed_truncate", ToNegativeInf, vhdl},
	{"round_nearest", ToNearestEven, vhdlFl},
	{"round_inf", ToPositiveInf, vhdlFl},
	{"round_neginf", ToNegativeInf, vhdlFl},
	{"round_zero", ToZero, vhdlFl},
	{"Trunc_s", ToNegativeInf, enclFix},
	{"NonSymPos_s", ToNearestUp, enclFix},
	{"NonSymNeg_s", ToNearestDown, enclFix},
	{"SymInf_s", ToNearestAway, enclFix},
	{"SymZero_s", ToNearestZero, enclFix},
	{"ConvEven_s", ToNearestEven, enclFix},
	{"ConvOdd_s", ToNearestOdd, enclFix},
	{"Ceiling", ToPositiveInf, simulink},
	{"Convergent", ToNearestEven, simulink},
	{"Floor", ToNegativeInf, simulink},
	{"Zero", ToZero, simulink},
}

// notModes are names of others for what is no rounding here, and why.
var notModes = map[string]string{
	"jam":           "it sets the last bit of exact values too; the one that leaves them alone is JAM_UNBIASED",
	"trnmag":        "it adds one to every negative value, exact ones too; toward zero is TRN_ZERO",
	"stochequal":    "it moves exact values too; the one that leaves them alone is StochasticEqual",
	"stochweighted": "it draws its own random bits; StochasticA is the same distribution with the caller's",
	"round":         "it has several meanings: ties away from zero, ties up, or any nearest mode",
	"nearest":       "it has several meanings, by what becomes of ties",
	"simplest":      "it leaves the choice to a code generator",
}

// Aliases returns the names that other communities have for the modes, each
// with its source: what [ParseMode] reads beside the constants' own names.
func Aliases() []Alias { return append([]Alias(nil), aliases[:]...) }

// ParseMode returns the mode of a name: a constant's own ("ToNearestEven") or
// one of the [Aliases], with the prefixes SC_, AP_ and AC_ allowed where the
// alias is SystemC's or AC's. Case does not matter, nor do '_', '-' and blanks.
// Anything else is an error that wraps [ErrUnknownMode]; names that others use
// for what is no rounding (APyTypes' JAM and TRN_MAG change exact values) are
// told apart from unknown ones in its text.
func ParseMode(name string) (Mode, error) {
	const longest = 64 // of what is looked at and repeated
	if len(name) > longest {
		return 0, fmt.Errorf("%w %q", ErrUnknownMode, name[:longest]+"...")
	}
	key := fold(name)
	for m, s := range modeNames {
		if fold(s) == key {
			return Mode(m), nil
		}
	}
	for _, a := range aliases {
		alias := fold(a.Name)
		if alias == key {
			return a.Mode, nil
		}
		if a.Source != systemC && a.Source != acDatat {
			continue
		}
		if prefix, ok := strings.CutSuffix(key, alias); ok && (prefix == "ac" || a.Source == systemC && (prefix == "sc" || prefix == "ap")) {
			return a.Mode, nil
		}
	}
	if why, ok := notModes[key]; ok {
		return 0, fmt.Errorf("%w %q: %s", ErrUnknownMode, name, why)
	}
	return 0, fmt.Errorf("%w %q", ErrUnknownMode, name)
}

// fold leaves out what does not tell names apart.
func fold(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}
