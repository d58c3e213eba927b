package npz

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

const (
	magic = "\x93NUMPY"
	// maxHeader bounds the text of a header. NumPy's own reader refuses more
	// than 10,000 characters.
	maxHeader = 1 << 16
	// maxRank is NumPy's bound on the number of axes.
	maxRank = 64
)

// A header is what stands before the elements of an array.
type header struct {
	dtype   DType
	big     bool  // elements are big-endian
	fortran bool  // the first axis varies fastest
	shape   []int // never negative
	count   int   // product of shape
	size    int64 // bytes of the elements
	length  int64 // bytes of the header itself
}

// readHeader reads a header and leaves r at the first element.
func readHeader(r io.Reader) (header, error) {
	var pre [12]byte
	if err := readFull(r, pre[:8]); err != nil {
		return header{}, err
	}
	if string(pre[:6]) != magic {
		return header{}, fmt.Errorf("%w: no NumPy array here", ErrFormat)
	}
	n, text := 0, int64(10)
	switch pre[6] {
	case 1:
		if err := readFull(r, pre[8:10]); err != nil {
			return header{}, err
		}
		n = int(binary.LittleEndian.Uint16(pre[8:]))
	case 2, 3:
		if err := readFull(r, pre[8:12]); err != nil {
			return header{}, err
		}
		text = 12
		if u := binary.LittleEndian.Uint32(pre[8:]); u <= maxHeader {
			n = int(u)
		} else {
			return header{}, fmt.Errorf("%w: header of %d bytes", ErrFormat, u)
		}
	default:
		return header{}, fmt.Errorf("%w: format version %d.%d", ErrUnsupported, pre[6], pre[7])
	}
	b := make([]byte, n)
	if err := readFull(r, b); err != nil {
		return header{}, err
	}
	h, err := parseHeader(string(b))
	h.length = text + int64(n)
	return h, err
}

// readFull fills b; an early end of the file is a malformed file.
func readFull(r io.Reader, b []byte) error {
	_, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: the array ends early", ErrFormat)
	}
	return wrapRead(err)
}

// parseHeader reads the text of a header: a Python dictionary with the keys
// descr, fortran_order and shape, each once, in any order.
func parseHeader(s string) (header, error) {
	var h header
	p := literal{s}
	seen := map[string]bool{}
	if !p.take('{') {
		return h, fmt.Errorf("%w: header is not a dictionary", ErrFormat)
	}
	for !p.take('}') {
		key, ok := p.str()
		if !ok || !p.take(':') || seen[key] {
			return h, fmt.Errorf("%w: header %s", ErrFormat, quote(s))
		}
		seen[key] = true
		switch key {
		case "descr":
			if p.peek() == '[' {
				return h, fmt.Errorf("%w: records", ErrUnsupported)
			}
			descr, ok := p.str()
			if !ok {
				return h, fmt.Errorf("%w: header %s", ErrFormat, quote(s))
			}
			var err error
			if h.dtype, h.big, err = parseDescr(descr); err != nil {
				return h, err
			}
		case "fortran_order":
			switch {
			case p.word("True"):
				h.fortran = true
			case p.word("False"):
			default:
				return h, fmt.Errorf("%w: header %s", ErrFormat, quote(s))
			}
		case "shape":
			if h.shape, ok = p.tuple(); !ok {
				return h, fmt.Errorf("%w: header %s", ErrFormat, quote(s))
			}
		default:
			return h, fmt.Errorf("%w: header has an unknown key %s", ErrFormat, quote(key))
		}
		if !p.take(',') && p.peek() != '}' {
			return h, fmt.Errorf("%w: header %s", ErrFormat, quote(s))
		}
	}
	if strings.TrimSpace(p.rest) != "" || len(seen) != 3 {
		return h, fmt.Errorf("%w: header %s", ErrFormat, quote(s))
	}
	return h, h.measure()
}

// measure finds the number of elements and of bytes. The product of the
// non-zero dimensions must fit, so that strides cannot overflow either.
func (h *header) measure() error {
	h.count = 1
	zero := false
	for _, d := range h.shape {
		switch {
		case d == 0:
			zero = true
		case d > math.MaxInt/dtypes[h.dtype].size/h.count:
			return fmt.Errorf("%w: shape %s is too large", ErrFormat, formatShape(h.shape))
		default:
			h.count *= d
		}
	}
	if zero {
		h.count = 0
	}
	h.size = int64(h.count) * int64(dtypes[h.dtype].size)
	return nil
}

// A literal is the rest of a Python literal.
type literal struct{ rest string }

func (p *literal) space() { p.rest = strings.TrimLeft(p.rest, " \t\n\r") }

// peek returns the next character that is not space, 0 at the end.
func (p *literal) peek() byte {
	p.space()
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

func (p *literal) take(c byte) bool {
	if p.peek() != c || c == 0 {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *literal) word(w string) bool {
	p.space()
	var ok bool
	p.rest, ok = strings.CutPrefix(p.rest, w)
	return ok
}

// str reads a string in either kind of quotes. Escapes do not occur in what
// is read here.
func (p *literal) str() (string, bool) {
	q := p.peek()
	if q != '\'' && q != '"' {
		return "", false
	}
	s, rest, ok := strings.Cut(p.rest[1:], string(q))
	if !ok || strings.Contains(s, `\`) {
		return "", false
	}
	p.rest = rest
	return s, true
}

// tuple reads a tuple of non-negative integers. Python 2 wrote an L after
// some of them.
func (p *literal) tuple() ([]int, bool) {
	if !p.take('(') {
		return nil, false
	}
	shape := []int{}
	for !p.take(')') {
		p.space()
		end := strings.IndexFunc(p.rest, func(r rune) bool { return r < '0' || r > '9' })
		if end <= 0 || len(shape) == maxRank {
			return nil, false
		}
		d, err := strconv.Atoi(p.rest[:end])
		if err != nil {
			return nil, false
		}
		shape = append(shape, d)
		p.rest = strings.TrimPrefix(p.rest[end:], "L")
		if !p.take(',') && p.peek() != ')' {
			return nil, false
		}
	}
	return shape, true
}

// quote makes a piece of a hostile file fit for one line of an error.
func quote(s string) string {
	const most = 80
	if len(s) > most {
		return fmt.Sprintf("%+q...", s[:most])
	}
	return fmt.Sprintf("%+q", s)
}

// formatShape writes a shape as [2 3].
func formatShape(shape []int) string {
	const most = 8
	if len(shape) <= most {
		return fmt.Sprint(shape)
	}
	return fmt.Sprintf("%v... of %d axes", shape[:most], len(shape))
}
