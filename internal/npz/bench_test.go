package npz

import (
	"archive/zip"
	"testing"
)

// BenchmarkInput converts samples of each width.
func BenchmarkInput(b *testing.B) {
	const samples, size = 64, 1024
	y := array("|u1", []int{samples}, make([]uint8, samples))
	for _, c := range []struct {
		descr string
		x     any
	}{
		{"|u1", make([]uint8, samples*size)},
		{"<i2", make([]int16, samples*size)},
		{"<f2", make([]uint16, samples*size)},
		{"<f4", make([]float32, samples*size)},
	} {
		b.Run(c.descr[1:], func(b *testing.B) {
			d, err := NewDataset(file(b, archive(zip.Store, "x", array(c.descr, []int{samples, size}, c.x), "y", y)))
			if err != nil {
				b.Fatal(err)
			}
			dst := make([]float32, 0, samples*size)
			b.SetBytes(samples * size * 4)
			b.ReportAllocs()
			for b.Loop() {
				dst = d.AppendInput(dst[:0], 0, samples)
			}
		})
	}
}
