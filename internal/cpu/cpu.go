// Package cpu says which instruction sets a kernel may use: those that this machine has, less those that the
// environment disables.
//
//	HALFULP_DISABLE=avx512      do without AVX-512; names are separated by commas
//	HALFULP_REQUIRE=avx2        the tests of a kernel fail if its AVX2 variant did not run
//
// Whatever builds on a disabled set is disabled too. Under the build tag purego, and on architectures for
// which there is no assembly, [Has] is constantly false, so that the compiler drops the calls behind it.
package cpu

import (
	"os"
	"strings"
)

// A Feature is an instruction set that kernels are written for.
type Feature uint8

// The features, each with its name in the environment variables.
const (
	AVX2   Feature = iota // avx2: AVX2 and FMA (Haswell, Zen)
	AVX512                // avx512: AVX2, and AVX-512 F, BW, DQ and VL (Skylake-X, Zen 4)
	features
)

var names = [features]string{AVX2: "avx2", AVX512: "avx512"}

// String returns the feature's name in the environment variables.
func (f Feature) String() string {
	if f >= features {
		return "unknown"
	}
	return names[f]
}

// A set says of each feature whether it is in it.
type set [features]bool

var usable = detect().without(os.Getenv("HALFULP_DISABLE"))

// Has reports whether kernels may use f.
func Has(f Feature) bool { return assembly && usable[f] }

// Required returns the features that HALFULP_REQUIRE names: a test of a kernel with a variant for one of them
// has to fail if that did not run. The names that are none are returned as they are.
func Required() (required []Feature, unknown []string) {
	s, unknown := parse(os.Getenv("HALFULP_REQUIRE"))
	for f, is := range s {
		if is {
			required = append(required, Feature(f))
		}
	}
	return required, unknown
}

// without returns s less the features in a list, and less what builds on them. It takes no notice of
// names that it does not know, as they are no business of a program that a variable meant for tests
// reaches; a test of this package does.
func (s set) without(list string) set {
	disabled, _ := parse(list)
	disabled[AVX512] = disabled[AVX512] || disabled[AVX2]
	for f, is := range disabled {
		s[f] = s[f] && !is
	}
	return s
}

// parse reads names separated by commas.
func parse(list string) (s set, unknown []string) {
names:
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		for f := range s {
			if name == names[f] {
				s[f] = true
				continue names
			}
		}
		if name != "" {
			unknown = append(unknown, name)
		}
	}
	return s, unknown
}
