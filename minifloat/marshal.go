package minifloat

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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

// AppendText appends what v.String returns, the format and the number, as in
// E4M3FN(0.3). The zero Value, which has no format, gives an error that wraps
// [ErrFormat].
func (v Value) AppendText(dst []byte) ([]byte, error) {
	if v.Format.word == 0 {
		return dst, ErrFormat
	}
	return append(dst, v.String()...), nil
}

// MarshalText returns what AppendText appends.
func (v Value) MarshalText() ([]byte, error) { return v.AppendText(nil) }

// UnmarshalText sets v to the format and the number that AppendText has written:
// text is a name that [ParseFormat] reads and, in parentheses, a number that
// [Parse] reads. On an error v is unchanged.
func (v *Value) UnmarshalText(text []byte) error {
	name, rest, _ := strings.Cut(string(text), "(")
	number, ok := strings.CutSuffix(rest, ")")
	if !ok {
		return fmt.Errorf("%w: %s is not like E4M3FN(0.3)", ErrEncoding, quote(string(text)))
	}
	f, err := ParseFormat(name)
	if err != nil {
		return err
	}
	code, err := f.Parse(number)
	if err == nil {
		*v = Value{f, code}
	}
	return err
}

// fields is a Value without its methods.
type fields Value

// MarshalJSON returns v's fields, which keep the payload of a NaN:
// {"Format":"e4m3fn","Bits":42}. encoding/gob writes the fields as well.
// The zero Value gives an error that wraps [ErrFormat].
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(fields(v)) }

// UnmarshalJSON sets v to the fields that MarshalJSON has written; null leaves v
// alone. On an error v is unchanged.
func (v *Value) UnmarshalJSON(data []byte) error {
	z := fields(*v)
	if err := json.Unmarshal(data, &z); err != nil {
		return fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	*v = Value(z)
	return nil
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
)

// The interfaces of numbers and formats that are chosen at run time.
var (
	_ fmt.GoStringer             = Value{}
	_ fmt.Stringer               = Value{}
	_ fmt.Scanner                = (*Value)(nil)
	_ encoding.TextAppender      = Value{}
	_ encoding.TextMarshaler     = Value{}
	_ encoding.TextUnmarshaler   = (*Value)(nil)
	_ json.Marshaler             = Value{}
	_ json.Unmarshaler           = (*Value)(nil)
	_ encoding.TextMarshaler     = Format{}
	_ encoding.TextAppender      = Format{}
	_ encoding.TextUnmarshaler   = (*Format)(nil)
	_ encoding.BinaryMarshaler   = Format{}
	_ encoding.BinaryUnmarshaler = (*Format)(nil)
)
