package npz

import (
	"archive/zip"
	"bytes"
	"os"
	"testing"
)

// FuzzFile reads arbitrary bytes as a file and as a data set: what is accepted
// must be consistent.
func FuzzFile(f *testing.F) {
	x := array("<f4", []int{2, 2}, []float32{1, 2, 3, 4})
	y := array("|u1", []int{2}, []uint8{0, 1})
	f.Add(x)
	f.Add(archive(zip.Deflate, "x", x, "y", y))
	f.Add(archive(zip.Store, "x", x, "y", y, "scale", array("<f2", nil, uint16(0x3C00)), "offset", array(">i4", []int{1}, int32(7))))
	if b, err := os.ReadFile("testdata/single.npy"); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := NewFile(bytes.NewReader(b), int64(len(b)), "data.npz", Limits{Bytes: 1 << 16})
		if err != nil {
			checkMessage(t, err, "data.npz")
			return
		}
		for _, name := range file.Names() {
			a, err := file.Array(name)
			if err != nil {
				checkMessage(t, err, "data.npz")
				continue
			}
			n := 1
			for _, d := range a.Shape() {
				n *= d
			}
			if n != a.Len() || len(a.Float32s()) != n {
				t.Errorf("%d elements in shape %v", a.Len(), a.Shape())
			}
			if v, err := a.Int64s(); err == nil && len(v) != n {
				t.Errorf("%d integers in shape %v", len(v), a.Shape())
			}
		}
		d, err := NewDataset(file)
		if err != nil {
			checkMessage(t, err, "data.npz")
			return
		}
		in := d.Input(0, d.Samples())
		if len(in) != d.Samples()*d.SampleLen() {
			t.Errorf("%d inputs for %d samples of %d", len(in), d.Samples(), d.SampleLen())
		}
		for _, v := range in {
			if !finite(v) {
				t.Fatal("an input is not finite")
			}
		}
	})
}
