package npz

import (
	"fmt"
	"math"
	"slices"
)

// A Dataset is data for a network, from a file with the arrays
//
//	x       [samples, ...]   any numeric type
//	y       [samples]        class indices, any numeric type; see OpenInputs
//	scale   one element      optional, 1 where absent
//	offset  one element      optional, 0 where absent
//
// The input of the network for a sample is float32(x)*scale + offset, both
// operations rounded to float32. Every input was found finite and every label
// non-negative when the data was opened.
type Dataset struct {
	name          string
	x             *Array
	scale, offset float32
	labels        []int
	shape         []int // of one sample
	size          int   // product of shape
}

// OpenDataset reads a data file. The errors wrap the sentinels of this
// package: ErrMissing without x or y, ErrShape where the shapes do not go
// together or there is no sample, ErrValue where an input would not be finite
// or a label is negative or no integer.
func OpenDataset(path string, l Limits) (*Dataset, error) {
	return openData(path, l, true)
}

// OpenInputs is [OpenDataset] for files that may lack y: without it the data has no
// labels.
func OpenInputs(path string, l Limits) (*Dataset, error) {
	return openData(path, l, false)
}

func openData(path string, l Limits, labelled bool) (*Dataset, error) {
	f, err := Open(path, l)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return newDataset(f, labelled)
}

// NewDataset is [OpenDataset] for a file that is open already. It keeps
// nothing of the file.
func NewDataset(f *File) (*Dataset, error) { return newDataset(f, true) }

func newDataset(f *File, labelled bool) (*Dataset, error) {
	d := &Dataset{name: f.Name(), scale: 1}
	var err error
	// The small arrays first: a file without labels is refused before its
	// samples are read.
	if err = d.readScale(f, "scale", &d.scale); err != nil {
		return nil, err
	}
	if err = d.readScale(f, "offset", &d.offset); err != nil {
		return nil, err
	}
	labelled = labelled || f.Has("y")
	if labelled {
		y, err := f.Array("y")
		if err != nil {
			return nil, err
		}
		if len(y.shape) != 1 {
			return nil, y.errorf("%w %s, want one label per sample", ErrShape, formatShape(y.shape))
		}
		if err = d.readLabels(y); err != nil {
			return nil, err
		}
	}
	if d.x, err = f.Array("x"); err != nil {
		return nil, err
	}
	switch {
	case len(d.x.shape) == 0:
		return nil, d.x.errorf("%w []: the first axis must be the samples", ErrShape)
	case d.x.count == 0:
		return nil, d.x.errorf("%w %s: there is no data", ErrShape, formatShape(d.x.shape))
	case labelled && d.x.shape[0] != len(d.labels):
		return nil, d.x.errorf("%w %s: %d samples, but y has %d labels", ErrShape, formatShape(d.x.shape), d.x.shape[0], len(d.labels))
	}
	d.shape = d.x.shape[1:]
	d.size = d.x.count / d.x.shape[0]
	return d, d.checkFinite()
}

func (d *Dataset) readScale(f *File, name string, z *float32) error {
	if !f.Has(name) {
		return nil
	}
	a, err := f.Array(name)
	if err != nil {
		return err
	}
	if a.count != 1 {
		return a.errorf("%w %s, want one element", ErrShape, formatShape(a.shape))
	}
	*z = a.Float32s()[0]
	if !finite(*z) {
		return a.errorf("%w: %v as float32", ErrValue, *z)
	}
	return nil
}

func (d *Dataset) readLabels(y *Array) error {
	values, err := y.Int64s()
	if err != nil {
		return err
	}
	d.labels = make([]int, len(values))
	for i, v := range values {
		// A class index beyond 31 bits belongs to no network.
		if v < 0 || v > math.MaxInt32 {
			return y.errorf("%w: label %d of sample %d", ErrValue, v, i)
		}
		d.labels[i] = int(v)
	}
	return nil
}

// checkFinite converts everything once, a block at a time.
func (d *Dataset) checkFinite() error {
	const block = 1 << 14
	buf := make([]float32, 0, min(block, d.x.count))
	for i := 0; i < d.x.count; i += block {
		buf = d.append(buf[:0], i, min(i+block, d.x.count))
		for k, v := range buf {
			if !finite(v) {
				return d.x.errorf("%w: sample %d makes the input %v at its element %d",
					ErrValue, (i+k)/d.size, v, (i+k)%d.size)
			}
		}
	}
	return nil
}

func finite(x float32) bool { return x-x == 0 }

// Samples returns the number of samples, at least 1.
func (d *Dataset) Samples() int { return d.x.shape[0] }

// Shape returns the shape of one sample: that of x without its first axis.
func (d *Dataset) Shape() []int { return slices.Clone(d.shape) }

// SampleLen returns the number of elements of one sample, at least 1.
func (d *Dataset) SampleLen() int { return d.size }

// Labels returns the class index of every sample, nil where the file has none. It must
// not be changed.
func (d *Dataset) Labels() []int { return d.labels }

// Input returns the network's input for the samples i to j-1, one after the
// other. It panics if there are no such samples.
func (d *Dataset) Input(i, j int) []float32 {
	return d.AppendInput(nil, i, j)
}

// AppendInput is Input appended to dst.
func (d *Dataset) AppendInput(dst []float32, i, j int) []float32 {
	if i < 0 || j < i || j > d.Samples() {
		panic("npz: no such samples")
	}
	return d.append(dst, i*d.size, j*d.size)
}

// append appends the inputs of the elements i to j-1.
func (d *Dataset) append(dst []float32, i, j int) []float32 {
	n := len(dst)
	dst = d.x.AppendFloat32s(dst, i, j)
	for k, v := range dst[n:] {
		dst[n+k] = float32(v*d.scale) + d.offset
	}
	return dst
}

// CheckShape returns an ErrShape unless samples have this shape; -1 in want
// stands for any length.
func (d *Dataset) CheckShape(want []int) error {
	ok := len(want) == len(d.shape)
	for i := 0; ok && i < len(want); i++ {
		ok = want[i] == -1 || want[i] == d.shape[i]
	}
	if ok {
		return nil
	}
	return d.x.errorf("%w: samples of shape %s, want %s", ErrShape, formatShape(d.shape), formatShape(want))
}

// CheckLabels returns an ErrValue unless every label is below classes.
func (d *Dataset) CheckLabels(classes int) error {
	for i, y := range d.labels {
		if y >= classes {
			return fmt.Errorf("%s: array \"y\": %w: label %d of sample %d, but there are %d classes", d.name, ErrValue, y, i, classes)
		}
	}
	return nil
}
