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
	"regexp"
	"strings"
	"testing"
)

//go:generate go test -run TestReadmeOutput -generate

var generate = flag.Bool("generate", false, "write what the README shows of the program's output")

// TestReadmeOutput compares what the README shows of the program's output with
// what it prints.
func TestReadmeOutput(t *testing.T) {
	for _, c := range []struct {
		mark string // around it: <!-- mark -->
		args []string
		code bool // as a block of code
	}{
		{"formats", []string{"formats", "--markdown"}, false},
		{"sweep", []string{"sweep"}, true},
	} {
		readme, err := os.ReadFile("README.md")
		if err != nil {
			t.Fatal(err)
		}
		begin, end := fmt.Sprintf("<!-- %s -->\n", c.mark), fmt.Sprintf("<!-- /%s -->", c.mark)
		head, rest, ok := bytes.Cut(readme, []byte(begin))
		shown, tail, ok2 := bytes.Cut(rest, []byte(end))
		if !ok || !ok2 {
			t.Fatalf("README.md lacks the marks %q and %q", begin, end)
		}
		want := goCommand(t, append([]string{"run", "./cmd/halfulp"}, c.args...)...)
		if c.code {
			want = bytes.Join([][]byte{[]byte("```\n"), want, []byte("```\n")}, nil)
		}
		if *generate {
			readme = bytes.Join([][]byte{head, []byte(begin), want, []byte(end), tail}, nil)
			if err := os.WriteFile("README.md", readme, 0o644); err != nil {
				t.Fatal(err)
			}
		} else if !bytes.Equal(shown, want) {
			t.Errorf("README.md does not show what the program prints: run go generate .\n%s", want)
		}
	}
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
