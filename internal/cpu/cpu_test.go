package cpu

import (
	"os"
	"slices"
	"testing"
)

func TestWithout(t *testing.T) {
	all := set{AVX2: true, AVX512: true}
	for list, want := range map[string]set{
		"":              all,
		"avx512":        {AVX2: true},
		"avx2":          {},
		" avx512 ,avx2": {},
		"AVX2,sse,,":    all,
	} {
		if got := all.without(list); got != want {
			t.Errorf("without %q: %v, want %v", list, got, want)
		}
		if got := (set{}).without(list); got != (set{}) {
			t.Errorf("nothing without %q: %v", list, got)
		}
	}
}

func TestParse(t *testing.T) {
	s, unknown := parse("avx2,neon, avx512,x")
	if (s != set{AVX2: true, AVX512: true}) || !slices.Equal(unknown, []string{"neon", "x"}) {
		t.Errorf("%v, %q", s, unknown)
	}
}

func TestNames(t *testing.T) {
	for f := range features {
		if s, unknown := parse(f.String()); !s[f] || unknown != nil {
			t.Errorf("%v: %v, %q", f, s, unknown)
		}
	}
	if got := features.String(); got != "unknown" {
		t.Errorf("no feature is called %q", got)
	}
}

// TestEnvironment fails where the environment asks for what cannot be: a typing error there would let a
// check pass that has not run.
func TestEnvironment(t *testing.T) {
	if _, unknown := parse(os.Getenv("HALFULP_DISABLE")); unknown != nil {
		t.Errorf("HALFULP_DISABLE: no feature is called %q", unknown)
	}
	required, unknown := Required()
	if unknown != nil {
		t.Errorf("HALFULP_REQUIRE: no feature is called %q", unknown)
	}
	for _, f := range required {
		if !Has(f) {
			t.Errorf("HALFULP_REQUIRE: there is no %v here", f)
		}
	}
	for f := range features {
		t.Logf("%v: %v", f, Has(f))
	}
}
