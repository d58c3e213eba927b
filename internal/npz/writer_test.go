package npz

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// npy returns a file of version 1.0 with this text in its header, padded as
// the format asks, and these elements.
func npy(text string, data []byte) []byte {
	text += strings.Repeat(" ", 63-(10+len(text))%64) + "\n"
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(append(b, text...), data...)
}

// array returns a little-endian array in C order.
func array(descr string, shape []int, elements any) []byte {
	return npy(fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, tuple(shape)), bytesOf(elements))
}

func tuple(shape []int) string {
	s := "("
	for _, d := range shape {
		s += fmt.Sprint(d) + ","
	}
	return s + ")"
}

func bytesOf(elements any) []byte {
	b, err := binary.Append(nil, binary.LittleEndian, elements)
	if err != nil {
		panic(err)
	}
	return b
}

// archive returns a .npz of name, content, name, content ...
func archive(method uint16, files ...any) []byte {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for i := 0; i < len(files); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: files[i].(string) + ".npy", Method: method})
		if err != nil {
			panic(err)
		}
		if _, err := f.Write(files[i+1].([]byte)); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func file(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := NewFile(bytes.NewReader(b), int64(len(b)), "data.npz", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}
