package minifloat

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"unsafe"
)

// ErrEncoding is wrapped by the errors of UnmarshalBinary and UnmarshalJSON.
var ErrEncoding = errors.New("minifloat: bad encoding")

// AppendText appends the shortest decimal that reads back as x, "NaN", "+Inf"
// or "-Inf". The error is always nil.
func (x Float[S, E, M, V]) AppendText(dst []byte) ([]byte, error) {
	return x.Append(dst, 'g', -1), nil
}

// MarshalText returns what AppendText appends. The error is always nil.
func (x Float[S, E, M, V]) MarshalText() ([]byte, error) { return x.AppendText(nil) }

// UnmarshalText sets x to the number that text stands for, as [Parse] reads it.
// On an error x is unchanged.
func (x *Float[S, E, M, V]) UnmarshalText(text []byte) error {
	z, err := Parse[Float[S, E, M, V]](string(text))
	if err == nil {
		*x = z
	}
	return err
}

// MarshalJSON returns x as a JSON number with the fewest digits that read back,
// or as one of the strings "NaN", "+Inf" and "-Inf", which JSON has no numbers
// for. The error is always nil.
func (x Float[S, E, M, V]) MarshalJSON() ([]byte, error) {
	if !x.IsFinite() {
		return []byte(`"` + x.Text('g', -1) + `"`), nil
	}
	return x.Append(nil, 'g', -1), nil
}

// UnmarshalJSON sets x to a JSON number, or to a JSON string that [Parse]
// reads; null leaves x alone. On an error x is unchanged.
func (x *Float[S, E, M, V]) UnmarshalJSON(data []byte) error {
	s := string(data)
	switch {
	case s == "null":
		return nil
	case s != "" && s[0] == '"':
		if err := json.Unmarshal(data, &s); err != nil {
			return fmt.Errorf("%w: %w", ErrEncoding, err)
		}
	case !json.Valid(data) || s[0] == '{' || s[0] == '[' || s[0] == 't' || s[0] == 'f':
		return fmt.Errorf("%w: JSON that is neither a number nor a string", ErrEncoding)
	}
	return x.UnmarshalText([]byte(s))
}

// AppendBinary appends the code, in little-endian order and as many bytes as
// the storage has. The error is always nil.
func (x Float[S, E, M, V]) AppendBinary(dst []byte) ([]byte, error) {
	for i := range unsafe.Sizeof(x) {
		dst = append(dst, byte(uint32(x.bits)>>(8*i)))
	}
	return dst, nil
}

// MarshalBinary returns what AppendBinary appends. It is what encoding/gob
// uses. The error is always nil.
func (x Float[S, E, M, V]) MarshalBinary() ([]byte, error) { return x.AppendBinary(nil) }

// UnmarshalBinary sets x to a code in little-endian order. Data of the wrong
// length, or with bits set above the format's, is an error that wraps
// [ErrEncoding] and leaves x unchanged.
func (x *Float[S, E, M, V]) UnmarshalBinary(data []byte) error {
	if len(data) != int(unsafe.Sizeof(*x)) {
		return fmt.Errorf("%w: %d bytes for a number of %d", ErrEncoding, len(data), unsafe.Sizeof(*x))
	}
	x.check()
	code := uint32(0)
	for i, b := range data {
		code |= uint32(b) << (8 * i)
	}
	if code&^x.format().codeMask() != 0 {
		return fmt.Errorf("%w: code %#x has more than %d bits", ErrEncoding, code, x.format().Bits())
	}
	x.bits = S(code)
	return nil
}

// Scan is [fmt.Scanner]'s method: it reads a number as [Parse] does.
func (x *Float[S, E, M, V]) Scan(state fmt.ScanState, verb rune) error {
	switch verb {
	case 'e', 'E', 'f', 'F', 'g', 'G', 'v', 's':
	default:
		return fmt.Errorf("minifloat: %w: bad verb for Scan", ErrSyntax)
	}
	token, err := state.Token(true, nil)
	if err != nil {
		return err
	}
	return x.UnmarshalText(token)
}

// MarshalText returns the format's name. The zero Format, which is none, gives
// an error that wraps [ErrFormat].
func (f Format) MarshalText() ([]byte, error) {
	if f.word == 0 {
		return nil, ErrFormat
	}
	return []byte(f.Name()), nil
}

// AppendText appends what MarshalText returns.
func (f Format) AppendText(dst []byte) ([]byte, error) {
	name, err := f.MarshalText()
	return append(dst, name...), err
}

// MarshalBinary returns what MarshalText returns. It is what encoding/gob uses.
func (f Format) MarshalBinary() ([]byte, error) { return f.MarshalText() }

// UnmarshalBinary is UnmarshalText.
func (f *Format) UnmarshalBinary(data []byte) error { return f.UnmarshalText(data) }

// UnmarshalText sets f to the format of a name, as [ParseFormat] reads it: a
// Format is a flag.TextVar. On an error f is unchanged.
func (f *Format) UnmarshalText(text []byte) error {
	g, err := ParseFormat(string(text))
	if err == nil {
		*f = g
	}
	return err
}

// The interfaces that every Float has.
var (
	_ fmt.Formatter              = Float16{}
	_ fmt.GoStringer             = Float16{}
	_ fmt.Stringer               = Float16{}
	_ fmt.Scanner                = (*Float16)(nil)
	_ encoding.TextAppender      = Float16{}
	_ encoding.TextMarshaler     = Float16{}
	_ encoding.TextUnmarshaler   = (*Float16)(nil)
	_ encoding.BinaryAppender    = Float16{}
	_ encoding.BinaryMarshaler   = Float16{}
	_ encoding.BinaryUnmarshaler = (*Float16)(nil)
	_ json.Marshaler             = Float16{}
	_ json.Unmarshaler           = (*Float16)(nil)
	_ Number[Float16]            = Float16{}
	_ encoding.TextMarshaler     = Format{}
	_ encoding.TextAppender      = Format{}
	_ encoding.TextUnmarshaler   = (*Format)(nil)
	_ encoding.BinaryMarshaler   = Format{}
	_ encoding.BinaryUnmarshaler = (*Format)(nil)
)
