package halfulp_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/halfulp/halfulp"

// floor says where a package stands. Imports only go down; on one floor only
// the arrows named in to exist. The table changes by a decision, never to make
// a build pass.
type floor struct {
	level int
	to    []string // packages of the same floor that it may import
	tests bool     // imported by tests alone (and by the packages in users)
	users []string
}

// floors has a row for every package of the module, by its path below the
// module's root. A path that ends in "/..." stands for everything below it.
var floors = map[string]floor{
	"":                           {level: 0}, // the landing page: imports nothing
	"rounding":                   {level: 0},
	"fuzz/exact":                 {level: 0, tests: true, users: []string{"fuzz"}},
	"internal/shared":            {level: 0, tests: true, users: []string{"internal/vectors"}},
	"internal/cpu":               {level: 0},
	"internal/kernel/...":        {level: 1},
	"internal/kernel/kerneltest": {level: 0, tests: true},
	"internal/elementary":        {level: 1},
	"internal/vectors":           {level: 1, tests: true},
	"minifloat":                  {level: 2},
	"minifloat/block":            {level: 2, to: []string{"minifloat"}},
	"fixedpoint":                 {level: 2},
	"internal/npz":               {level: 3},
	"blas":                       {level: 3},
	"blas/systolic":              {level: 3, to: []string{"blas"}},
	"quantizer":                  {level: 3},
	"quantizer/network":          {level: 4},
	"quantizer/onnx":             {level: 4, to: []string{"quantizer/network"}},
	"quantizer/search":           {level: 5},
	"internal/glyphs":            {level: 5},
	"internal/progress":          {level: 5},
	"fuzz":                       {level: 5},
	"fuzz/internal/model":        {level: 1, tests: true},
	"internal/chart":             {level: 5}, // draws for floor 6: the program and the examples share one way to make a picture
	"cmd/halfulp":                {level: 6},
	"examples/...":               {level: 6},
}

// numberTypes are the packages that people import for the types alone, and
// lightModules everything outside the standard library that they may pull in.
var (
	numberTypes  = []string{"rounding", "minifloat", "fixedpoint"}
	lightModules = []string{"golang.org/x/sys/cpu", "golang.org/x/exp/constraints", "github.com/x448/float16"}
)

// maxModules bounds the module graph of the main go.mod.
const maxModules = 20

// listed is what the checks read of a package in go list's output.
type listed struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

func lookup(path string) (floor, bool) {
	if f, ok := floors[path]; ok {
		return f, true
	}
	for dir := path; ; {
		i := strings.LastIndexByte(dir, '/')
		if i < 0 {
			return floor{}, false
		}
		dir = dir[:i]
		if f, ok := floors[dir+"/..."]; ok {
			return f, true
		}
	}
}

// violations lists the imports that go against the floors.
func violations(packages []listed) []string {
	var bad []string
	for _, p := range packages {
		path := below(p.ImportPath)
		from, ok := lookup(path)
		if !ok {
			bad = append(bad, fmt.Sprintf("package %q stands on no floor", path))
			continue
		}
		if path == "fuzz/exact" && slices.ContainsFunc(p.Imports, inModule) {
			bad = append(bad, "fuzz/exact imports this module: what judges the code shares no code with it")
			continue
		}
		for _, q := range p.Imports {
			if !inModule(q) {
				continue
			}
			target := below(q)
			to, ok := lookup(target)
			switch {
			case !ok: // reported once, as a package of its own
			case to.tests && !slices.Contains(to.users, path):
				bad = append(bad, fmt.Sprintf("%s imports %s outside a test", path, target))
			case to.level > from.level:
				bad = append(bad, fmt.Sprintf("%s (floor %d) imports %s (floor %d)", path, from.level, target, to.level))
			case to.level == from.level && !slices.Contains(from.to, target):
				bad = append(bad, fmt.Sprintf("%s imports %s on the same floor, an arrow that is not named", path, target))
			}
		}
	}
	return bad
}

// heavy lists the packages in a dependency closure that a user of the number
// types is promised not to get.
func heavy(closure []listed) []string {
	var bad []string
	for _, p := range closure {
		if !p.Standard && !inModule(p.ImportPath) && !slices.Contains(lightModules, p.ImportPath) {
			bad = append(bad, p.ImportPath)
		}
	}
	return bad
}

func inModule(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

func below(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
}

func goList(t *testing.T, args ...string) []listed {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(goCommand(t, append([]string{"list", "-json=ImportPath,Imports,Standard"}, args...)...)))
	var packages []listed
	for {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func goCommand(t *testing.T, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here (a test binary run on its own): skipped")
	}
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, exit.Stderr)
		}
		t.Fatal(err)
	}
	return out
}

func TestFloors(t *testing.T) {
	packages := goList(t, "./...")
	if len(packages) < 5 {
		t.Fatalf("go list found %d packages: the check is blind", len(packages))
	}
	for _, v := range violations(packages) {
		t.Error(v)
	}
}

func TestNumberTypesAreLight(t *testing.T) {
	for _, p := range numberTypes {
		for _, q := range heavy(goList(t, "-deps", module+"/"+p)) {
			t.Errorf("who imports %s gets %s", p, q)
		}
	}
}

func TestModuleGraphIsSmall(t *testing.T) {
	graph := strings.Fields(string(goCommand(t, "list", "-m", "-f", "{{.Path}}", "all")))
	if len(graph) >= maxModules {
		t.Errorf("the module graph has %d modules, want under %d:\n%s", len(graph), maxModules, strings.Join(graph, "\n"))
	}
	if !slices.Contains(graph, "github.com/x448/float16") {
		t.Errorf("the module graph lacks a module that go.mod requires: the check is blind\n%s", graph)
	}
}

// TestFloorsSeesViolations tests the tests above: each kind of violation is
// reported, and what is allowed is not.
func TestFloorsSeesViolations(t *testing.T) {
	tests := []struct {
		from, to string
		bad      bool
	}{
		{"minifloat", "rounding", false},
		{"quantizer/onnx", "quantizer/network", false},
		{"fuzz", "fuzz/exact", false},
		{"cmd/halfulp", "quantizer/onnx", false},
		{"examples/glyphs", "quantizer", false},
		{"rounding", "minifloat", true},
		{"minifloat", "fixedpoint", true},
		{"quantizer/network", "quantizer/onnx", true},
		{"minifloat", "fuzz/exact", true},
		{"fuzz/exact", "rounding", true},
		{"cmd/halfulp", "internal/shared", true},
		{"util", "rounding", true},
	}
	for _, test := range tests {
		got := violations([]listed{{ImportPath: module + "/" + test.from, Imports: []string{"fmt", module + "/" + test.to}}})
		if (len(got) > 0) != test.bad {
			t.Errorf("%s imports %s: violations %q", test.from, test.to, got)
		}
	}
	closure := []listed{{ImportPath: "fmt", Standard: true}, {ImportPath: module + "/rounding"},
		{ImportPath: "github.com/x448/float16"}, {ImportPath: "github.com/alecthomas/kong"}}
	if got := heavy(closure); len(got) != 1 || got[0] != "github.com/alecthomas/kong" {
		t.Errorf("heavy(%v) = %q", closure, got)
	}
}
