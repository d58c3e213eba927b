package halfulp_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

//go:generate go test -run TestReadmeOutput -generate

var generate = flag.Bool("generate", false, "write what the README shows of the program's output")

// TestReadmeOutput compares what the README shows of the program's output with
// what it prints.
func TestReadmeOutput(t *testing.T) {
	table, rest, ok := bytes.Cut(halfulp(t), []byte("\n\naccuracy: "))
	if !ok || len(rest) == 0 {
		t.Errorf("without arguments the program prints\n%s", table)
	}
	shows(t, "README.md", "quantize", fmt.Sprintf("```\n%s\n```\n", table))
	shows(t, "README.md", "sweep", fmt.Sprintf("```\n%s```\n", halfulp(t, "sweep")))
	shows(t, "README.md", "formats", string(halfulp(t, "formats", "--markdown")))
}

// shows compares a file's text between two marks with what it should be, or
// writes that.
func shows(t *testing.T, file, mark, want string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := fmt.Sprintf("<!-- %s -->\n", mark), fmt.Sprintf("<!-- /%s -->", mark)
	head, rest, ok := strings.Cut(string(text), begin)
	shown, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks the marks %q and %q", file, begin, end)
	}
	if *generate {
		if err := os.WriteFile(file, []byte(head+begin+want+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if shown != want {
		t.Errorf("%s does not show what the program gives: run go generate .\n%s", file, want)
	}
}

// halfulp runs the program in a folder of its own.
func halfulp(t *testing.T, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "halfulp.exe")
	goCommand(t, "build", "-o", program, "./cmd/halfulp")
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestReadmeCode compares each block of Go in the README with the example that
// compiles and runs it.
func TestReadmeCode(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(blocks) == 0 {
		t.Fatal("README.md has no block of Go")
	}
	examples := exampleBodies(t, "example_test.go")
	for _, block := range blocks {
		code := strings.TrimSpace(string(block[1]))
		found := false
		for _, body := range examples {
			found = found || body == code
		}
		if !found {
			t.Errorf("no example has this body:\n%s\nThe examples:\n%s", code, strings.Join(examples, "\n\n"))
		}
	}
}

// exampleBodies returns the bodies of a file's functions, without the comment
// that holds their output, indented as at top level.
func exampleBodies(t *testing.T, name string) []string {
	source, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		body := source[files.Position(f.Body.Lbrace).Offset+1 : files.Position(f.Body.Rbrace).Offset]
		text, _, _ := bytes.Cut(body, []byte("// Output:"))
		text, err := format.Source(text)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, strings.TrimSpace(strings.ReplaceAll("\n"+string(text), "\n\t", "\n")))
	}
	return bodies
}
