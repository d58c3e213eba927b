package main

import (
	"bytes"
	"testing"
)

func TestTable(t *testing.T) {
	x := table{header: []string{"name", "n", ""}, right: []bool{false, true, false}}
	x.add("a", "100", "é")
	x.add("long", "5", "")
	var b bytes.Buffer
	if err := x.write(&b); err != nil {
		t.Fatal(err)
	}
	if want := "name    n\na     100  é\nlong    5\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
	b.Reset()
	if err := x.markdown(&b); err != nil {
		t.Fatal(err)
	}
	if want := "| name | n |  |\n|---|---:|---|\n| a | 100 | é |\n| long | 5 |  |\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
}
