package fuzz

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/halfulp/halfulp/rounding"
)

// Subject is an implementation under check. [Unary], [Binary], [Ternary] and their
// forms with flags make one of a Go function, [Func] of one that takes a Case,
// [NewProgram] of a program that answers on its standard output, and [OpenVectors]
// of a file of answers.
type Subject interface {
	// Answer fills in answers[i] for cases[i]. An error ends the check.
	Answer(ctx context.Context, op Operation, cases []Case, answers []Answer) error
}

// Answer is what an implementation gave for a case.
type Answer struct {
	Code     uint64         // of the result; bits above its format's are an error of the implementation
	Flags    rounding.Flags // the exceptions raised
	HasFlags bool           // Flags are known: they are compared
	Failed   string         // not empty: there is no result, and why
}

// Func is a Go function as a Subject.
type Func func(c Case) Answer

// Answer calls f for each case. A panic of f becomes that case's answer.
func (f Func) Answer(ctx context.Context, op Operation, cases []Case, answers []Answer) error {
	for done := 0; done < len(cases); {
		done = f.some(cases, answers, done)
	}
	return ctx.Err()
}

// some answers the cases from start on, to the end or to the first that panics,
// and returns how many are answered then.
func (f Func) some(cases []Case, answers []Answer, start int) (done int) {
	done = start
	defer func() {
		if r := recover(); r != nil {
			answers[done] = Answer{Failed: fmt.Sprint("panics: ", r)}
			done++
		}
	}()
	for ; done < len(cases); done++ {
		answers[done] = f(cases[done])
	}
	return done
}

// Code is a Go type that holds an operand or a result: an integer with a code in
// its low bits, a floating-point number, or a truth value.
type Code interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int8 | ~int16 | ~int32 | ~int64 | ~float32 | ~float64 | ~bool
}

// Unary returns a function of one operand as a Subject, such as
// func(x float64) uint8 for a conversion.
func Unary[X, Z Code](f func(x X) Z) Subject {
	return sized{types: []goType{typeOf[X]()}, result: typeOf[Z](), f: func(c Case) Answer { return Answer{Code: toCode(f(fromCode[X](c[0])))} }}
}

// Binary returns a function of two operands as a Subject.
func Binary[X, Y, Z Code](f func(x X, y Y) Z) Subject {
	return sized{types: []goType{typeOf[X](), typeOf[Y]()}, result: typeOf[Z](),
		f: func(c Case) Answer { return Answer{Code: toCode(f(fromCode[X](c[0]), fromCode[Y](c[1])))} }}
}

// Ternary returns a function of three operands as a Subject.
func Ternary[X, Y, W, Z Code](f func(x X, y Y, w W) Z) Subject {
	return sized{types: []goType{typeOf[X](), typeOf[Y](), typeOf[W]()}, result: typeOf[Z](),
		f: func(c Case) Answer {
			return Answer{Code: toCode(f(fromCode[X](c[0]), fromCode[Y](c[1]), fromCode[W](c[2])))}
		}}
}

// UnaryFlags is Unary of a function that returns the exceptions raised, too.
func UnaryFlags[X, Z Code](f func(x X) (Z, rounding.Flags)) Subject {
	return sized{types: []goType{typeOf[X]()}, result: typeOf[Z](), f: func(c Case) Answer {
		z, flags := f(fromCode[X](c[0]))
		return Answer{Code: toCode(z), Flags: flags, HasFlags: true}
	}}
}

// BinaryFlags is Binary of a function that returns the exceptions raised, too.
func BinaryFlags[X, Y, Z Code](f func(x X, y Y) (Z, rounding.Flags)) Subject {
	return sized{types: []goType{typeOf[X](), typeOf[Y]()}, result: typeOf[Z](), f: func(c Case) Answer {
		z, flags := f(fromCode[X](c[0]), fromCode[Y](c[1]))
		return Answer{Code: toCode(z), Flags: flags, HasFlags: true}
	}}
}

// TernaryFlags is Ternary of a function that returns the exceptions raised, too.
func TernaryFlags[X, Y, W, Z Code](f func(x X, y Y, w W) (Z, rounding.Flags)) Subject {
	return sized{types: []goType{typeOf[X](), typeOf[Y](), typeOf[W]()}, result: typeOf[Z](), f: func(c Case) Answer {
		z, flags := f(fromCode[X](c[0]), fromCode[Y](c[1]), fromCode[W](c[2]))
		return Answer{Code: toCode(z), Flags: flags, HasFlags: true}
	}}
}

// sized is a Func that knows its types.
type sized struct {
	types  []goType
	result goType
	f      Func
}

// goType is what matters of a type of operands or results.
type goType struct {
	bits   int
	signed bool // a signed integer: a code of fewer bits is extended by its sign
}

func typeOf[T Code]() goType {
	t := reflect.TypeFor[T]()
	return goType{8 * int(t.Size()), t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64}
}

// extends reports whether codes of f have copies of their sign above them in t.
func (t goType) extends(f Format) bool {
	return t.signed && f.kind != floating && f.sign() != 0 && f.Bits() < t.bits
}

// extend puts the sign above the code, to 64 bits.
func extend(code uint64, f Format) uint64 { return code ^ -(code & f.sign() << 1) }

// Answer calls the function for each case. A type of fewer bits than the format is
// an error.
func (s sized) Answer(ctx context.Context, op Operation, cases []Case, answers []Answer) error {
	formats := op.Formats()
	if len(formats) != len(s.types) {
		return fmt.Errorf("fuzz: %v takes %s, the function %d", op, plural(int64(len(formats)), "operand"), len(s.types))
	}
	f := s.f
	for i, format := range formats {
		if format.Bits() > s.types[i].bits {
			return fmt.Errorf("fuzz: operand %d of %v has %d bits, the function's has %d", i+1, op, format.Bits(), s.types[i].bits)
		}
		if s.types[i].extends(format) {
			inner := f
			f = func(c Case) Answer {
				c[i] = extend(c[i], format)
				return inner(c)
			}
		}
	}
	if op.Result.Bits() > s.result.bits {
		return fmt.Errorf("fuzz: the result of %v has %d bits, the function's has %d", op, op.Result.Bits(), s.result.bits)
	}
	if s.result.extends(op.Result) {
		inner, whole := f, uint64(1)<<(s.result.bits-1)<<1-1
		f = func(c Case) Answer {
			a := inner(c)
			if low := a.Code & op.Result.mask(); extend(low, op.Result)&whole == a.Code {
				a.Code = low
			}
			return a
		}
	}
	return f.Answer(ctx, op, cases, answers)
}

// toCode returns the bits of x.
func toCode[T Code](x T) uint64 {
	switch unsafe.Sizeof(x) {
	case 1:
		return uint64(*(*uint8)(unsafe.Pointer(&x)))
	case 2:
		return uint64(*(*uint16)(unsafe.Pointer(&x)))
	case 4:
		return uint64(*(*uint32)(unsafe.Pointer(&x)))
	}
	return *(*uint64)(unsafe.Pointer(&x))
}

// fromCode returns the value of type T with the low bits of code, which for a bool
// is 0 or 1.
func fromCode[T Code](code uint64) (x T) {
	switch unsafe.Sizeof(x) {
	case 1:
		*(*uint8)(unsafe.Pointer(&x)) = uint8(code)
	case 2:
		*(*uint16)(unsafe.Pointer(&x)) = uint16(code)
	case 4:
		*(*uint32)(unsafe.Pointer(&x)) = uint32(code)
	default:
		*(*uint64)(unsafe.Pointer(&x)) = code
	}
	return x
}
