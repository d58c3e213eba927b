package halfulp_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestTypesHaveExamples: every public type of numbers has an example of its own, ExampleT or ExampleT_suffix, or one of its methods has. Aliases are
// types of other names, and constraints are of no use but in declarations.
func TestTypesHaveExamples(t *testing.T) {
	for _, dir := range []string{"rounding", "minifloat", "fixedpoint"} {
		examples, types := map[string]bool{}, []string{}
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			test := strings.HasSuffix(name, "_test.go")
			for _, d := range file.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if rest, ok := strings.CutPrefix(d.Name.Name, "Example"); ok && test {
						subject, _, _ := strings.Cut(rest, "_")
						examples[subject] = true
					}
				case *ast.GenDecl:
					for _, spec := range d.Specs {
						if s, ok := spec.(*ast.TypeSpec); ok && !test && s.Name.IsExported() && !s.Assign.IsValid() && !isConstraint(s.Type) {
							types = append(types, s.Name.Name)
						}
					}
				}
			}
		}
		if len(types) < 3 {
			t.Errorf("%s: %d types", dir, len(types))
		}
		for _, name := range types {
			if !examples[name] {
				t.Errorf("%s.%s has no example", dir, name)
			}
		}
	}
}

// isConstraint reports whether a type is an interface with a set of types, or a member of one.
func isConstraint(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.InterfaceType:
		for _, m := range e.Methods.List {
			if len(m.Names) == 0 {
				return true
			}
		}
	case *ast.ArrayType:
		return e.Len != nil // a width or a family, whose length is all that counts
	}
	return false
}
