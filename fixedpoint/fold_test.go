package fixedpoint

import (
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestFolding reads the compiler's output for testdata/fold: the methods call static functions only, never through a
// dictionary, the shortest ones are inlined, and what the width and the fraction give is an immediate.
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
	const (
		fold  = "github.com/halfulp/halfulp/fixedpoint/testdata/fold."
		typed = "github.com/halfulp/halfulp/fixedpoint.Fixed[go.shape.int16,go.shape.[9]struct {}]."
	)
	for _, c := range []struct {
		name string
		leaf bool     // no call at all
		want []string // what must occur
	}{
		{fold + "Add", true, []string{"$32767"}},
		{fold + "Sub", true, []string{"$32767"}},
		{fold + "Abs", true, []string{"$32767"}},
		{fold + "Float64", true, []string{"$f64.3f60000000000000"}},
		{fold + "Format", true, nil},
		{typed + "Mul", true, []string{"SARQ\t$9", "255(", "$32767", "$-32768"}},
		{typed + "FMA", true, []string{"SHLQ\t$9", "255(", "$32767", "$-32768"}},
		{typed + "Quo", false, []string{"SHLQ\t$9"}},
		{typed + "FromFloat64", false, []string{"$f64.4080000000000000", "$32767", "$-32768"}},
	} {
		text, ok := functions[c.name]
		if !ok {
			t.Fatalf("%s is not in the compiler's output", c.name)
		}
		for _, w := range c.want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %s does not occur\n%s", c.name, w, text)
			}
		}
		for line := range strings.Lines(text) {
			if call := strings.Contains(line, "CALL"); call && (c.leaf || !strings.Contains(line, "(SB)")) {
				t.Errorf("%s: %s", c.name, line)
			}
		}
	}
	for name, text := range functions { // the loops of the slice functions
		if strings.Contains(name, "fixedpoint.AddSlice[") || strings.Contains(name, "fixedpoint.MulSlice[") {
			for line := range strings.Lines(text) {
				if strings.Contains(line, "CALL") && !strings.Contains(line, "(SB)") {
					t.Errorf("%s: %s", name, line)
				}
			}
		}
	}
}

// assembly splits the compiler's listing into functions, the instructions of each one a line.
func assembly(listing string) map[string]string {
	header := regexp.MustCompile(`^(\S.*) STEXT `)
	instruction := regexp.MustCompile(`^\t0x[0-9a-f]+ \d+ \([^)]*\)\t(.*)$`)
	functions := map[string]string{}
	name := ""
	for line := range strings.Lines(listing) {
		line = strings.TrimRight(line, "\n")
		if m := header.FindStringSubmatch(line); m != nil {
			name = m[1]
		} else if m := instruction.FindStringSubmatch(line); m != nil && name != "" {
			functions[name] += m[1] + "\n"
		}
	}
	return functions
}
