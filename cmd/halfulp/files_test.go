package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is a protobuf message under construction.
type message []byte

func (m message) number(field protowire.Number, v uint64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), v)
}

func (m message) bytes(field protowire.Number, b []byte) message {
	return protowire.AppendBytes(protowire.AppendTag(m, field, protowire.BytesType), b)
}

func floats(x []float32) []byte {
	var b []byte
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// tinyModel is an ONNX file of one Gemm, [N, 4] -> [N, 3], with the given weights.
func tinyModel(w []float32) []byte {
	const float = 1
	tensor := message{}.number(1, 4).number(1, 3).number(2, float).bytes(8, []byte("w")).bytes(9, floats(w))
	node := message{}.bytes(1, []byte("x")).bytes(1, []byte("w")).bytes(2, []byte("logits")).bytes(3, []byte("head/gemm")).bytes(4, []byte("Gemm"))
	value := func(name string, width uint64) message {
		shape := message{}.bytes(1, message{}.bytes(2, []byte("N"))).bytes(1, message{}.number(1, width))
		return message{}.bytes(1, []byte(name)).bytes(2, message{}.bytes(1, message{}.number(1, float).bytes(2, shape)))
	}
	graph := message{}.bytes(1, node).bytes(2, []byte("tiny")).bytes(5, tensor).bytes(11, value("x", 4)).bytes(12, value("logits", 3))
	return message{}.number(1, 8).bytes(8, message{}.number(2, 13)).bytes(7, graph)
}

// array is one .npy file: descr as NumPy has it, shape, and little-endian bytes.
type array struct {
	descr string
	shape []int
	data  []byte
}

func (a array) npy() []byte {
	shape := strings.Trim(strings.ReplaceAll(fmt.Sprint(a.shape), " ", ", "), "[]")
	if len(a.shape) == 1 {
		shape += ","
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", a.descr, shape)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	return append(append(b, header...), a.data...)
}

func npzFile(t *testing.T, arrays map[string]array) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, a := range arrays {
		w, err := z.Create(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(a.npy()); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tiny writes a model and data for it, six samples of the classes 0, 1, 2, 0, 1, 2
// of which the network gets all right but the last, and returns their paths.
func tiny(t *testing.T) (model, data string) {
	t.Helper()
	return write(t, "tiny.onnx", tinyModel(tinyWeights())), write(t, "tiny.npz", npzFile(t, tinyArrays()))
}

func tinyWeights() []float32 {
	return []float32{1, 0.1, 0, 0.2, 0.9, 0, 0, -0.3, 0.7, 0.05, 0, 0.01}
}

func tinyArrays() map[string]array {
	x := []byte{
		10, 0, 0, 1,
		0, 10, 0, 1,
		0, 0, 10, 1,
		9, 1, 1, 0,
		1, 9, 1, 0,
		9, 1, 2, 0,
	}
	return map[string]array{
		"x":      {"|u1", []int{6, 4}, x},
		"y":      {"|i1", []int{6}, []byte{0, 1, 2, 0, 1, 2}},
		"scale":  {"<f4", []int{1}, floats([]float32{0.1})},
		"offset": {"<f4", []int{1}, floats([]float32{0})},
	}
}

func write(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}
