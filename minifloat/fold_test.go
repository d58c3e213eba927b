package minifloat

import (
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestFolding reads the compiler's output for testdata/fold: the typed
// operations call static functions only, never through a dictionary or any
// other pointer, and the format and the constants derived from it are
// immediates.
func TestFolding(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("reads amd64 instructions")
	}
	gotool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command")
	}
	out, err := exec.Command(gotool, "build", "-gcflags=-S", "./testdata/fold").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	functions := assembly(string(out))

	own, half := FormatOf[Float[uint8, E3, M4, Finite]](), FormatOf[Float16]()
	shapes := map[Format]string{
		own:  "go.shape.uint8,go.shape.[3]uint8,go.shape.[4]uint8,go.shape.[4]uint8",
		half: "go.shape.uint16,go.shape.[5]uint8,go.shape.[10]uint8,go.shape.[1]uint8",
	}
	immediate := func(x uint64) string { return fmt.Sprintf("$%d", int64(x)) }
	for f, shape := range shapes {
		name := "github.com/halfulp/halfulp/minifloat.Float[" + shape + "]."
		for _, c := range []struct {
			method string
			want   []string // operands that must occur
		}{
			{"Add", nil},
			{"Mul", nil},
			{"FMA", nil},
			{"Float64", []string{immediate(f.rebias()), immediate(uint64(f.magnitudeMask()))}},
			{"FromFloat64", []string{immediate(f.limitBits()), immediate(f.minNormalBits()), immediate(-f.rebias()), immediate(uint64(f.maxCode()))}},
		} {
			checkFolded(t, functions, name+c.method, c.want)
		}
	}
	const (
		add    = "github.com/halfulp/halfulp/minifloat.Add[go.shape.struct { github.com/halfulp/halfulp/minifloat.bits uint8 },"
		lookUp = "github.com/halfulp/halfulp/minifloat.binary[go.shape.[0]struct {},"
	)
	checkFolded(t, functions, add+shapes[own]+"]", nil)
	checkFolded(t, functions, lookUp+shapes[own]+"]", nil)
	if text := functions[lookUp+shapes[own]+"]"]; !strings.Contains(text, "github.com/halfulp/halfulp/minifloat.contextTables+") {
		t.Errorf("Add in a context does not hold its table's place:\n%s", text)
	}
	// Nothing at all is left to compute of a type's format.
	for f, shape := range shapes {
		for name, text := range functions {
			if strings.HasPrefix(name, "github.com/halfulp/halfulp/minifloat.FormatOf[go.shape.") && strings.HasSuffix(name, shape+"]") {
				if want := "\tMOVQ\t" + immediate(f.word) + ", AX\n\tRET\n"; text != want {
					t.Errorf("FormatOf is not a constant:\n%s", text)
				}
			}
		}
	}

	// Operators are inlined into their callers, those of 8 bits as far as the look-up.
	for name, want := range map[string]string{
		"AddOwn":     "github.com/halfulp/halfulp/minifloat.operatorTables+",
		"AddFloat16": "CALL\tgithub.com/halfulp/halfulp/minifloat.operate[",
	} {
		text := functions["github.com/halfulp/halfulp/minifloat/testdata/fold."+name]
		if !strings.Contains(text, want) || strings.Contains(text, "].Add(SB)") {
			t.Errorf("%s does not hold the operator:\n%s", name, text)
		}
	}

	// Test the test: an indirect call is found.
	if ok, _ := direct("\tCALL\t(CX)\n"); ok {
		t.Error("an indirect call passes")
	}
}

// assembly splits the compiler's listing into functions, the instructions of
// each one a line.
func assembly(listing string) map[string]string {
	header := regexp.MustCompile(`^(\S.*) STEXT `)
	instruction := regexp.MustCompile(`^\t0x[0-9a-f]+ \d+ \([^)]*\)\t(.*)$`)
	functions := map[string]string{}
	name := ""
	for line := range strings.Lines(listing) {
		line = strings.TrimRight(line, "\n")
		if m := header.FindStringSubmatch(line); m != nil {
			name = m[1]
		} else if m := instruction.FindStringSubmatch(line); m != nil {
			switch op, _, _ := strings.Cut(m[1], "\t"); op {
			case "TEXT", "FUNCDATA", "PCDATA", "NOP", "XCHGL": // no work
			default:
				functions[name] += "\t" + m[1] + "\n"
			}
		}
	}
	return functions
}

// direct reports whether every call in an assembly text names its target, and
// the first that does not.
func direct(text string) (ok bool, culprit string) {
	for line := range strings.Lines(text) {
		if op := strings.Fields(line); len(op) > 1 && op[0] == "CALL" && !strings.HasSuffix(strings.TrimSpace(line), "(SB)") {
			return false, line
		}
	}
	return true, ""
}

func checkFolded(t *testing.T, functions map[string]string, name string, want []string) {
	t.Helper()
	text, ok := functions[name]
	if !ok {
		t.Fatalf("%s is not in the compiler's output", name)
	}
	if ok, culprit := direct(text); !ok {
		t.Errorf("%s: indirect call %s", name, strings.TrimSpace(culprit))
	}
	for _, w := range want {
		if !strings.Contains(text, w+",") && !strings.Contains(text, w+"\n") {
			t.Errorf("%s: the operand %s does not occur\n%s", name, w, text)
		}
	}
}
