package peers

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/fuzz/exact"
)

//go:generate go test -run TestPeers -generate

var generate = flag.Bool("generate", false, "write README.md's table")

// count is the number of cases within which every fault is found.
const count = 1 << 17

// TestPeers runs the check against every peer. Those without a fault agree; of the
// others the fault is found, with the class that the table states, and the cases
// that its source reports are wrong too. README.md shows what came out.
func TestPeers(t *testing.T) {
	var table bytes.Buffer
	fmt.Fprintln(&table, "| peer | fault | source | wrong, of cases | found as | the simplest case |\n|---|---|---|---:|---|---|")
	faults := 0
	for _, p := range All() {
		name := p.Name
		if p.Version != "" {
			name += " " + p.Version
		}
		r, err := fuzz.Check(t.Context(), p.Subject, p.Operation, fuzz.Options{Count: count})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		wrong := fmt.Sprintf("%d of %d", r.Failed, r.Checked)
		if p.Fault == "" {
			if !r.OK() {
				t.Errorf("%s: %v", name, r)
			}
			fmt.Fprintf(&table, "| %s | | | %s | | |\n", name, wrong)
			continue
		}
		faults++
		found := slices.IndexFunc(r.Findings, func(f fuzz.Finding) bool { return f.Class == p.Class })
		if found < 0 {
			t.Errorf("%s, where %s: no finding of class %v: %v", name, p.Fault, p.Class, r)
			continue
		}
		for _, c := range p.Reported {
			if ok, got, want := p.agrees(t, c); ok {
				t.Errorf("%s, where %s: right in the case reported, %x: %+v, %+v", name, p.Fault, c[:p.Operation.Operator.Arity()], got, want)
			}
		}
		f := r.Findings[found]
		if f.Simplest.Got == f.Simplest.Want {
			t.Errorf("%s: the simplest case %x is right", name, f.Simplest.Operands)
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s | %v: %s | %s |\n", name, p.Fault, p.Source, wrong, f.Class, f.Detail, p.show(f.Simplest))
	}
	if faults < 70 {
		t.Errorf("%d faults", faults)
	}
	readmeShows(t, table.String())
}

// agrees runs one case.
func (p Peer) agrees(t *testing.T, c fuzz.Case) (ok bool, got, want fuzz.Answer) {
	t.Helper()
	answers := make([]fuzz.Answer, 1)
	if err := p.Subject.Answer(t.Context(), p.Operation, []fuzz.Case{c}, answers); err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
	got = answers[0]
	want.Code, want.Flags = p.Operation.Want(c)
	isNaN := func(code uint64) bool { return p.Operation.Result.Decode(code).Kind == exact.NaN }
	ok = (got.Code == want.Code || isNaN(got.Code) && isNaN(want.Code)) && (!got.HasFlags || got.Flags == want.Flags)
	return ok, got, want
}

// show writes a case in hexadecimal and in numbers.
func (p Peer) show(d fuzz.Disagreement) string {
	value := func(f fuzz.Format, code uint64) string {
		x, _ := f.Decode(code).Float()
		return fmt.Sprintf("`%0*x` %.9g", (f.Bits()+3)/4, code, x)
	}
	var operands []string
	for i, f := range p.Operation.Operands {
		operands = append(operands, value(f, d.Operands[i]))
	}
	got, want := value(p.Operation.Result, d.Got.Code), value(p.Operation.Result, d.Want.Code)
	if d.Got.HasFlags {
		got += fmt.Sprintf(" (%v)", d.Got.Flags)
		want += fmt.Sprintf(" (%v)", d.Want.Flags)
	}
	return fmt.Sprintf("%s: %s, not %s", strings.Join(operands, ", "), got, want)
}

// TestNames tells peers apart, and each kind of fault from the others.
func TestNames(t *testing.T) {
	all := All()
	slices.SortFunc(all, func(a, b Peer) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Fault, b.Fault)) })
	for i, p := range all {
		if p.Name == "" || p.Fault != "" && p.Source == "" || p.Fault == "" && p.Version == "" {
			t.Errorf("%q, %q, %q, %q", p.Name, p.Version, p.Source, p.Fault)
		}
		if i > 0 && p.Name == all[i-1].Name && p.Fault == all[i-1].Fault {
			t.Errorf("twice: %s, %s", p.Name, p.Fault)
		}
	}
}

// readmeShows compares the table in README.md with what it should be, or writes it.
// Peers, faults, sources and classes have to be the same; how many cases are wrong and
// which is the simplest change with the cases that package fuzz draws.
func readmeShows(t *testing.T, want string) {
	t.Helper()
	const begin, end = "<!-- peers -->\n", "<!-- /peers -->\n"
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), begin)
	shown, tail, ok2 := strings.Cut(rest, end)
	switch {
	case !ok || !ok2:
		t.Fatal("README.md lacks its two marks")
	case *generate:
		if err := os.WriteFile("README.md", []byte(head+begin+want+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	lines, shownLines := strings.Split(want, "\n"), strings.Split(shown, "\n")
	if len(lines) != len(shownLines) {
		t.Fatalf("README.md has %d lines, not %d: run go generate .", len(shownLines), len(lines))
	}
	for i, line := range lines {
		if held(line) != held(shownLines[i]) {
			t.Errorf("README.md has\n%s\nnot\n%s\nrun go generate .", shownLines[i], line)
		}
	}
}

// held returns the columns of a row that do not depend on the cases drawn: the peer, the
// fault, its source, the class.
func held(row string) string {
	columns := strings.Split(row, "|")
	if len(columns) < 7 {
		return row
	}
	class, _, _ := strings.Cut(columns[5], ":")
	return strings.Join(columns[1:4], "|") + "|" + strings.TrimSpace(class)
}
