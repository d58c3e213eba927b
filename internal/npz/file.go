package npz

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Limits bound what a file may make a reader allocate. A zero field stands for
// its default.
type Limits struct {
	// Bytes is the most bytes that the elements of one array may take, as
	// they stand in the file; the default is 1 GiB. An array whose first axis
	// varies fastest takes twice its bytes while it is read.
	Bytes int64
}

func (l Limits) bytes() int64 {
	if l.Bytes > 0 {
		return l.Bytes
	}
	return 1 << 30
}

// A File gives the arrays of a .npz or .npy file. Only what is asked for is
// read. It must be closed.
type File struct {
	name    string
	limits  Limits
	close   func() error
	entries []entry
}

// An entry is an array that has not been read yet.
type entry struct {
	name string
	// present bounds the bytes that opening the entry can give.
	present int64
	open    func() (io.ReadCloser, error)
}

// Open opens a .npz or .npy file: the content decides, not the name. The array
// of a .npy file is named "arr_0", as numpy.savez would.
func Open(path string, l Limits) (*File, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := r.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: %w: not a regular file", path, ErrFormat)
	}
	var f *File
	if err == nil {
		f, err = NewFile(r, info.Size(), path, l)
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	f.close = r.Close
	return f, nil
}

// NewFile is [Open] for size bytes that are not in a file of their own; name
// is what errors call them.
func NewFile(r io.ReaderAt, size int64, name string, l Limits) (*File, error) {
	f := &File{name: name, limits: l, close: func() error { return nil }}
	start := make([]byte, min(size, int64(len(magic))))
	if err := readFull(io.NewSectionReader(r, 0, size), start); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	switch {
	case size == 0:
		return nil, fmt.Errorf("%s: %w: the file is empty", name, ErrFormat)
	case string(start) == magic:
		f.entries = []entry{{"arr_0", size, func() (io.ReadCloser, error) {
			return io.NopCloser(io.NewSectionReader(r, 0, size)), nil
		}}}
		return f, nil
	case !bytes.HasPrefix(start, []byte("PK")):
		return nil, fmt.Errorf("%s: %w: neither .npz nor .npy", name, ErrFormat)
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, wrapRead(err))
	}
	for _, e := range z.File {
		array, ok := strings.CutSuffix(e.Name, ".npy")
		if !ok {
			continue
		}
		f.entries = append(f.entries, entry{array, present(e, size), e.Open})
	}
	slices.SortStableFunc(f.entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	for i := 1; i < len(f.entries); i++ {
		if f.entries[i].name == f.entries[i-1].name {
			return nil, fmt.Errorf("%s: %w: two arrays are named %s", name, ErrFormat, quote(f.entries[i].name))
		}
	}
	return f, nil
}

// present bounds the bytes that an entry of an archive of size bytes can give,
// whatever it declares: deflate spends at least one bit on a run of at most 258 bytes and
// so gives at most 1032 bytes for one.
func present(e *zip.File, size int64) int64 {
	const most = 1032
	n := min(e.CompressedSize64, uint64(size), 1<<52)
	if e.Method != zip.Store {
		n *= most
	}
	return int64(min(n, e.UncompressedSize64))
}

// wrapRead makes ErrFormat of the errors that damaged archives give; those of
// the operating system stay as they are.
func wrapRead(err error) error {
	var path *os.PathError
	switch {
	case err == nil, errors.As(err, &path), errors.Is(err, ErrFormat):
		return err
	case errors.Is(err, zip.ErrAlgorithm):
		return fmt.Errorf("%w: zip compression other than deflate", ErrUnsupported)
	}
	return fmt.Errorf("%w: %v", ErrFormat, err)
}

// Close releases the file. Arrays that were read stay good.
func (f *File) Close() error { return f.close() }

// Name returns the name of the file, as errors give it.
func (f *File) Name() string { return f.name }

// Names returns the names of the arrays, sorted.
func (f *File) Names() []string {
	names := make([]string, len(f.entries))
	for i, e := range f.entries {
		names[i] = e.name
	}
	return names
}

// Has reports whether there is an array of this name.
func (f *File) Has(name string) bool {
	return slices.ContainsFunc(f.entries, func(e entry) bool { return e.name == name })
}

// Array reads an array. The error is ErrMissing where there is none of this
// name.
func (f *File) Array(name string) (*Array, error) {
	i := slices.IndexFunc(f.entries, func(e entry) bool { return e.name == name })
	if i < 0 {
		return nil, fmt.Errorf("%s: %w %s; the file has %s", f.name, ErrMissing, quote(name), f.list())
	}
	a, err := f.read(f.entries[i])
	if err != nil {
		return nil, fmt.Errorf("%s: array %s: %w", f.name, quote(name), err)
	}
	a.file, a.name = f.name, name
	return a, nil
}

// list names the arrays for an error.
func (f *File) list() string {
	const most = 8
	names := f.Names()
	if len(names) == 0 {
		return "none"
	}
	for i, n := range names[:min(most, len(names))] {
		names[i] = quote(n)
	}
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

func (f *File) read(e entry) (*Array, error) {
	r, err := e.open()
	if err != nil {
		return nil, wrapRead(err)
	}
	defer r.Close()
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if h.size > f.limits.bytes() {
		return nil, fmt.Errorf("%w: %s of shape %s takes %d bytes, the limit is %d",
			ErrBudget, h.dtype, formatShape(h.shape), h.size, f.limits.bytes())
	}
	if h.size > e.present-h.length {
		return nil, fmt.Errorf("%w: shape %s of %s needs %d bytes, the file holds fewer",
			ErrFormat, formatShape(h.shape), h.dtype, h.size)
	}
	data := make([]byte, h.size)
	if err := readFull(r, data); err != nil {
		return nil, err
	}
	// Reading to the end makes the archive compare its checksum.
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return nil, fmt.Errorf("%w: bytes follow the last element", ErrFormat)
	case !errors.Is(err, io.EOF):
		return nil, wrapRead(err)
	}
	if h.fortran {
		data = transpose(data, h.shape, dtypes[h.dtype].size)
	}
	return &Array{dtype: h.dtype, big: h.big, shape: h.shape, count: h.count, data: data}, nil
}

// transpose puts elements of size bytes whose first axis varies fastest into
// the order in which the last one does.
func transpose(data []byte, shape []int, size int) []byte {
	z := make([]byte, len(data))
	if len(data) == 0 {
		return z
	}
	stride := make([]int, len(shape))
	step := size
	for i, d := range shape {
		stride[i] = step
		step *= d
	}
	index := make([]int, len(shape))
	from := 0
	for to := 0; to < len(z); to += size {
		copy(z[to:to+size], data[from:from+size])
		for i := len(shape) - 1; i >= 0; i-- {
			from += stride[i]
			if index[i]++; index[i] < shape[i] {
				break
			}
			from -= stride[i] * shape[i]
			index[i] = 0
		}
	}
	return z
}
