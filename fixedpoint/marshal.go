package fixedpoint

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unsafe"
)

// String returns the format's name and the shortest decimal that reads back as
// x, as in Q0.15(0.5). Text gives the number alone.
func (x Fixed[S, F]) String() string { return x.Value().String() }

// GoString returns String.
func (x Fixed[S, F]) GoString() string { return x.Value().String() }

// Text returns x as text, as [Value.Text] does.
func (x Fixed[S, F]) Text(fmt byte, prec int) string { return x.Value().Text(fmt, prec) }

// Append appends x's Text to dst.
func (x Fixed[S, F]) Append(dst []byte, fmt byte, prec int) []byte {
	return x.Value().Append(dst, fmt, prec)
}

// Format is [fmt.Formatter]'s method: the verbs of a float64 print the number,
// %v and %s print String. (The type's format is [FormatOf].)
func (x Fixed[S, F]) Format(state fmt.State, verb rune) { x.Value().format(state, verb) }

// Scan is [fmt.Scanner]'s method: it reads a number as [Parse] does.
func (x *Fixed[S, F]) Scan(state fmt.ScanState, verb rune) error {
	switch verb {
	case 'e', 'E', 'f', 'F', 'g', 'G', 'v', 's':
	default:
		return fmt.Errorf("%w: bad verb for Scan", ErrSyntax)
	}
	token, err := state.Token(true, nil)
	if err != nil {
		return err
	}
	return x.UnmarshalText(token)
}

// AppendText appends the shortest decimal that reads back as x. The error is
// always nil.
func (x Fixed[S, F]) AppendText(b []byte) ([]byte, error) { return x.Value().appendShortest(b), nil }

// MarshalText returns what AppendText appends.
func (x Fixed[S, F]) MarshalText() ([]byte, error) { return x.AppendText(nil) }

// UnmarshalText is [Parse]. On an error x is unchanged.
func (x *Fixed[S, F]) UnmarshalText(text []byte) error {
	z, err := Parse[Fixed[S, F]](string(text))
	if err == nil {
		*x = z
	}
	return err
}

// MarshalJSON returns a JSON number: what AppendText appends.
func (x Fixed[S, F]) MarshalJSON() ([]byte, error) { return x.AppendText(nil) }

// UnmarshalJSON reads a JSON number, or a string that holds one. As is usual, null
// changes nothing.
func (x *Fixed[S, F]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	if n := len(data); n >= 2 && data[0] == '"' && data[n-1] == '"' {
		data = data[1 : n-1]
	}
	return x.UnmarshalText(data)
}

// AppendBinary appends the integer in the width of S, little-endian.
func (x Fixed[S, F]) AppendBinary(b []byte) ([]byte, error) {
	return binary.Append(b, binary.LittleEndian, x.bits)
}

// MarshalBinary returns what AppendBinary appends.
func (x Fixed[S, F]) MarshalBinary() ([]byte, error) { return x.AppendBinary(nil) }

// UnmarshalBinary reads what MarshalBinary returns. Data of another length gives an
// error that wraps [ErrData], and x is unchanged.
func (x *Fixed[S, F]) UnmarshalBinary(data []byte) error {
	size := int(unsafe.Sizeof(x.bits))
	if len(data) != size {
		return fmt.Errorf("%w: %d bytes instead of %d", ErrData, len(data), size)
	}
	_, err := binary.Decode(data, binary.LittleEndian, &x.bits)
	return err
}
