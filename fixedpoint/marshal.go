package fixedpoint

import (
	"encoding"
	"encoding/json"
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
		return fmt.Errorf("fixedpoint: %w: bad verb for Scan", ErrSyntax)
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

// UnmarshalJSON sets x to a JSON number, or to a JSON string that [Parse]
// reads; null leaves x alone. On an error x is unchanged.
func (x *Fixed[S, F]) UnmarshalJSON(data []byte) error {
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

// AppendBinary appends the integer, in little-endian order and as many bytes as
// S has. The error is always nil.
func (x Fixed[S, F]) AppendBinary(b []byte) ([]byte, error) {
	for i := range unsafe.Sizeof(x) {
		b = append(b, byte(uint64(x.bits)>>(8*i)))
	}
	return b, nil
}

// MarshalBinary returns what AppendBinary appends. It is what encoding/gob uses.
// The error is always nil.
func (x Fixed[S, F]) MarshalBinary() ([]byte, error) { return x.AppendBinary(nil) }

// UnmarshalBinary sets x to an integer in little-endian order. Data of the wrong
// length is an error that wraps [ErrEncoding] and leaves x unchanged.
func (x *Fixed[S, F]) UnmarshalBinary(data []byte) error {
	if len(data) != int(unsafe.Sizeof(*x)) {
		return fmt.Errorf("%w: %d bytes for a number of %d", ErrEncoding, len(data), unsafe.Sizeof(*x))
	}
	typeFormat[S, F]()
	code := uint64(0)
	for i, b := range data {
		code |= uint64(b) << (8 * i)
	}
	x.bits = S(code)
	return nil
}

// The interfaces that every Fixed has.
var (
	_ fmt.Formatter              = Q15{}
	_ fmt.GoStringer             = Q15{}
	_ fmt.Stringer               = Q15{}
	_ fmt.Scanner                = (*Q15)(nil)
	_ encoding.TextAppender      = Q15{}
	_ encoding.TextMarshaler     = Q15{}
	_ encoding.TextUnmarshaler   = (*Q15)(nil)
	_ encoding.BinaryAppender    = Q15{}
	_ encoding.BinaryMarshaler   = Q15{}
	_ encoding.BinaryUnmarshaler = (*Q15)(nil)
	_ json.Marshaler             = Q15{}
	_ json.Unmarshaler           = (*Q15)(nil)
	_ encoding.TextMarshaler     = Format{}
	_ encoding.TextUnmarshaler   = (*Format)(nil)
)
