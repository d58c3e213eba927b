package halfulp_test

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// exactMath are the functions of package math that are exact by definition, or
// only look at bits. The others differ between architectures: below floor 6
// internal/elementary stands in for them.
var exactMath = []string{
	"Abs", "Ceil", "Copysign", "FMA", "Float32bits", "Float32frombits", "Float64bits", "Float64frombits",
	"Floor", "Frexp", "Inf", "IsInf", "IsNaN", "Ldexp", "Max", "Min", "Mod", "Modf", "NaN", "Nextafter",
	"Nextafter32", "Remainder", "Round", "RoundToEven", "Signbit", "Sqrt", "Trunc", "Logb", "Ilogb", "Dim",
}

// inexactMath lists the uses of inexact functions of package math in a file.
func inexactMath(name string, source any) ([]string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	local := "" // the name that this file gives package math
	for _, spec := range file.Imports {
		if path, _ := strconv.Unquote(spec.Path.Value); path == "math" {
			local = "math"
			if spec.Name != nil {
				local = spec.Name.Name
			}
		} else if path == "math/cmplx" {
			return []string{files.Position(spec.Pos()).String() + ": imports math/cmplx"}, nil
		}
	}
	if local == "." {
		return []string{name + ": imports math by dot, which hides what it uses"}, nil
	}
	var bad []string
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && local != "" && x.Name == local && !mathAllowed(s.Sel.Name) {
				bad = append(bad, files.Position(n.Pos()).String()+": math."+s.Sel.Name)
			}
		}
		return true
	})
	return bad, nil
}

// mathAllowed reports whether math.name is exact. Its constants are.
func mathAllowed(name string) bool {
	constant := regexp.MustCompile(`^(E|Pi|Phi|Sqrt(2|E|Pi|Phi)|Ln2|Log2E|Ln10|Log10E|(Max|Min|SmallestNonzero)(Int|Uint|Float)(8|16|32|64)?|Max(Int|Uint)|MinInt)$`)
	return slices.Contains(exactMath, name) || constant.MatchString(name)
}

func TestNoInexactMathBelowCmd(t *testing.T) {
	scanned := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		slash := filepath.ToSlash(path)
		if d.IsDir() {
			if base := d.Name(); slash != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata") ||
				slash == "cmd" || slash == "examples" || slash == "bench" || slash == "fuzz/peers" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		scanned++
		bad, err := inexactMath(path, nil)
		for _, b := range bad {
			t.Error(b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if scanned < 20 {
		t.Errorf("only %d files scanned: the check is blind", scanned)
	}
}

// modeSwitches lists the switch statements of a file that decide by a rounding
// mode: their cases name constants of package rounding that are modes.
func modeSwitches(name string, source any) ([]string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var bad []string
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.SwitchStmt)
		if !ok || s.Tag == nil {
			return true
		}
		for _, clause := range s.Body.List {
			for _, e := range clause.(*ast.CaseClause).List {
				if c, ok := e.(*ast.SelectorExpr); ok {
					if x, ok := c.X.(*ast.Ident); ok && x.Name == "rounding" && modeName.MatchString(c.Sel.Name) {
						bad = append(bad, files.Position(s.Pos()).String())
						return true
					}
				}
			}
		}
		return true
	})
	return bad, nil
}

var modeName = regexp.MustCompile(`^(To(Nearest|Zero|Negative|Positive|Odd)|AwayFromZero|Stochastic)`)

// TestOneSwitchOverModes: package rounding alone decides whether a value goes up
// or down; tests are no exception. (fuzz/exact has modes of its own.)
func TestOneSwitchOverModes(t *testing.T) {
	scanned := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		scanned++
		bad, err := modeSwitches(path, nil)
		for _, b := range bad {
			t.Errorf("%s: a switch over rounding.Mode outside package rounding", b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if scanned < 100 {
		t.Errorf("only %d files scanned: the check is blind", scanned)
	}
	source := "package p\nfunc f() { switch m { case x: case rounding.ToOdd: } }\nfunc g() { switch s { case rounding.SatFinite: } }"
	if bad, err := modeSwitches("p.go", source); err != nil || len(bad) != 1 {
		t.Errorf("%q, %v in a file with one such switch", bad, err)
	}
}

func TestInexactMathIsSeen(t *testing.T) {
	for source, want := range map[string]int{
		"package p\nimport \"math\"\nvar x = math.Exp(1)":                                 1,
		"package p\nimport m \"math\"\nvar x = m.Tanh(1) + m.Pow(2, 3)":                   2,
		"package p\nimport . \"math\"\nvar x = Exp(1)":                                    1,
		"package p\nimport \"math/cmplx\"\nvar x = cmplx.Exp(1)":                          1,
		"package p\nimport \"math\"\nvar x = math.Sqrt(2) + math.Pi + math.MaxFloat32":    0,
		"package p\ntype m struct{ Exp float64 }\nvar math m\nvar x = math.Exp":           0,
		"package p\nimport \"math\"\nvar x = math.FMA(1, 2, 3) * math.Float64frombits(4)": 0,
	} {
		got, err := inexactMath("p.go", source)
		if err != nil || len(got) != want {
			t.Errorf("%q: %q, %v; want %d findings", source, got, err, want)
		}
	}
}

// fusedAllowed are the functions whose machine code may hold a fused
// multiply-add: those that ask for one by name, through math.FMA.
var fusedAllowed = []string{
	module + "/blas.roundProduct",
	module + "/blas.(*stage).apply", // roundProduct inlined
	module + "/minifloat.against",
	module + "/minifloat.ceilScaled",          // against inlined
	module + "/minifloat.Format.shortDecimal", // against inlined
	module + "/minifloat.exactDecimal",
}

// fusedInstruction matches arm64's fused multiply-adds in the compiler's listing.
var fusedInstruction = regexp.MustCompile(`\t(FN?M(ADD|SUB)[SD])\t`)

// textLine matches the line of a listing that starts a function. The name of an
// instantiation may have spaces.
var textLine = regexp.MustCompile(`^(\S.*?) STEXT`)

// fused lists the functions of a compiler's listing that fuse.
func fused(listing []byte) (found []string, functions int) {
	s := bufio.NewScanner(bytes.NewReader(listing))
	s.Buffer(nil, 1<<24)
	function := ""
	for s.Scan() {
		if m := textLine.FindSubmatch(s.Bytes()); m != nil {
			function = string(m[1])
			functions++
		} else if m := fusedInstruction.FindSubmatch(s.Bytes()); m != nil {
			if f := function + ": " + string(m[1]); !slices.Contains(found, f) {
				found = append(found, f)
			}
		}
	}
	return found, functions
}

func TestNoFusedMultiplyAdd(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the module for arm64: skipped in short mode")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here: skipped")
	}
	build := exec.Command("go", "build", "-gcflags="+module+"/...=-S", "./...")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	listing, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, listing[max(0, len(listing)-2000):])
	}
	found, functions := fused(listing)
	if functions < 500 {
		t.Errorf("the listing has %d functions: the check is blind", functions)
	}
	for _, f := range found {
		name, _, _ := strings.Cut(f, ": ")
		if !slices.Contains(fusedAllowed, name) {
			t.Errorf("%s: the compiler fused a product and a sum; write float64(x*y) + z, or FMA by name", f)
		}
	}
}

func TestFusedMultiplyAddIsSeen(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here: skipped")
	}
	dir := t.TempDir()
	source := "package p\nfunc Fuses(x, y, z float64) float64 { return x*y + z }\n" +
		"func Separate(x, y, z float64) float64 { return float64(x*y) + z }\n"
	for name, text := range map[string]string{"go.mod": "module p\n", "p.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-gcflags=-S", ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off")
	listing, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, listing)
	}
	if found, _ := fused(listing); len(found) != 1 || !strings.Contains(found[0], "Fuses") {
		t.Errorf("found %q in a listing with one fused function, Fuses", found)
	}
}
