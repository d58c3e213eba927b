package main

import (
	"slices"
	"testing"
)

func TestDoubleDashes(t *testing.T) {
	for _, c := range []struct{ in, want []string }{
		{nil, []string{}},
		{[]string{"sweep", "-model", "x", "--data", "y", "-o", "z"}, []string{"sweep", "--model", "x", "--data", "y", "-o", "z"}},
		{[]string{"-limit=5", "-ignore-labels", "-1", "-h"}, []string{"--limit=5", "--ignore-labels", "-1", "-h"}},
		{[]string{"--", "-model"}, []string{"--", "-model"}},
		{[]string{"-o=chart.svg", "-"}, []string{"-o=chart.svg", "-"}},
		{[]string{"-o", "-"}, []string{"-o", "-"}},
	} {
		if got := doubleDashes(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%q -> %q, want %q", c.in, got, c.want)
		}
	}
}
