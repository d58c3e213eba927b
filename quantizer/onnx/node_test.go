package onnx_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/npz"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// TestNodeCases runs the node tests of the ONNX project (testdata/README.md): one
// small model each, with inputs and the outputs that the definition of the
// operator in NumPy gives.
func TestNodeCases(t *testing.T) {
	cases := nodeCases(t)
	if len(cases) != 481 {
		t.Errorf("%d cases", len(cases))
	}
	for name, files := range cases {
		t.Run(name, func(t *testing.T) {
			root := parse("Model", files["model.onnx"])
			// Some are of operator sets before 7 that 7 did not change.
			for _, f := range root {
				for _, g := range f.sub {
					if f.msg == "Opset" && g.num == 2 {
						g.u = max(g.u, 7)
					}
				}
			}
			g, err := onnx.Read(encode(root))
			if err != nil {
				t.Fatal(err)
			}
			var in []*network.Tensor
			for i := range g.Inputs {
				in = append(in, readArray(t, files[fmt.Sprintf("in%d.npy", i)]))
			}
			out, err := runCase(g, in, 0)
			// Where shapes or weights have to be constant, all inputs but the
			// first are, or all of them.
			for from := 1; errors.Is(err, network.ErrUnsupported) && from >= 0; from-- {
				out, err = runCase(g, in, len(in)-from)
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range g.Outputs {
				sameTensor(t, v.Name, out[v.Name], readArray(t, files[fmt.Sprintf("out%d.npy", i)]))
			}
		})
	}
}

// runCase runs a graph whose last inputs are constants.
func runCase(g *network.Graph, in []*network.Tensor, constants int) (map[string]*network.Tensor, error) {
	c := *g
	c.Initializers = map[string]*network.Tensor{}
	for name, z := range g.Initializers {
		c.Initializers[name] = z
	}
	given := map[string]*network.Tensor{}
	for i, v := range g.Inputs {
		if i < len(in)-constants {
			given[v.Name] = in[i]
		} else {
			c.Initializers[v.Name] = in[i]
		}
	}
	n, err := network.New(&c, network.Options{})
	if err != nil {
		return nil, err
	}
	return n.Run(given)
}

// nodeCases returns the files of each case by their names.
func nodeCases(t *testing.T) map[string]map[string][]byte {
	t.Helper()
	f, err := os.Open("testdata/node.tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]map[string][]byte{}
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return cases
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		dir, file := path.Split(h.Name)
		name := strings.TrimPrefix(strings.TrimSuffix(dir, "/"), "test_")
		if cases[name] == nil {
			cases[name] = map[string][]byte{}
		}
		cases[name][file] = b
	}
}

// readArray returns the array of a .npy file as a tensor.
func readArray(t *testing.T, b []byte) *network.Tensor {
	t.Helper()
	f, err := npz.NewFile(bytes.NewReader(b), int64(len(b)), "case", npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := f.Array("arr_0")
	if err != nil {
		t.Fatal(err)
	}
	if a.DType().IsFloat() {
		return network.NewFloat(a.Shape(), a.Float32s())
	}
	v, err := a.Int64s()
	if err != nil {
		t.Fatal(err)
	}
	dtype := map[npz.DType]network.DType{
		npz.Bool: network.Bool, npz.Int8: network.Int8, npz.Uint8: network.Uint8, npz.Int16: network.Int16,
		npz.Uint16: network.Uint16, npz.Int32: network.Int32, npz.Uint32: network.Uint32,
		npz.Int64: network.Int64, npz.Uint64: network.Int64,
	}[a.DType()]
	return network.NewInt(dtype, a.Shape(), v)
}

// sameTensor asks for equality, of floats to 1e-5 of the value and 1e-6 (the
// results were computed in float32 or float64, in another order).
func sameTensor(t *testing.T, name string, got, want *network.Tensor) {
	t.Helper()
	if got.Type != want.Type || !slices.Equal(got.Shape, want.Shape) || !slices.Equal(got.Int, want.Int) {
		t.Fatalf("%s: %v %v %v, want %v %v %v", name, got.Type, got.Shape, got.Int, want.Type, want.Shape, want.Int)
	}
	for i, w := range want.Float {
		x, y := float64(got.Float[i]), float64(w)
		if x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= 1e-5*math.Abs(y)+1e-6 {
			continue
		}
		t.Fatalf("%s[%d] = %v, want %v", name, i, x, y)
	}
}
