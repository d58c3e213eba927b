package peers

import (
	arrow "github.com/apache/arrow-go/v18/arrow/float16"
	gomlx "github.com/gomlx/gopjrt/dtypes/bfloat16"
	shogo "github.com/shogo82148/float16"
	x448 "github.com/x448/float16"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/fuzz/exact"
)

// libraries are Go libraries as they are.
func libraries() []Peer {
	x448Row := func(what string, op fuzz.Operation, s fuzz.Subject) Peer {
		return Peer{Name: "x448/float16 " + what, Version: "v0.8.4", Operation: op, Subject: s}
	}
	shogoRow := func(what string, op fuzz.Operation, s fuzz.Subject) Peer {
		return Peer{Name: "shogo82148/float16 " + what, Version: "v0.5.0", Operation: op, Subject: s}
	}
	arrowRow := func(what string, op fuzz.Operation, s fuzz.Subject) Peer {
		return Peer{Name: "apache/arrow-go float16 " + what, Version: "v18.8.0", Source: "survey", Operation: op, Subject: s}
	}
	gomlxRow := func(what string, op fuzz.Operation, s fuzz.Subject) Peer {
		return Peer{Name: "gomlx/gopjrt bfloat16 " + what, Version: "v0.10.0", Source: "survey", Operation: op, Subject: s}
	}
	toHalf, fromHalf := operation(fuzz.Convert, "binary32", "binary16"), operation(fuzz.Convert, "binary16", "binary32")
	half := func(op *fuzz.Operator) fuzz.Operation { return operation(op, "binary16", "binary16") }
	arrowOf := func(code uint16) arrow.Num { return arrow.FromLEBytes([]byte{byte(code), byte(code >> 8)}) }
	isInf := fuzz.NewOperator("isInf", 1, func(x []exact.Number, _ fuzz.Environment) exact.Result {
		truth := int64(0)
		if x[0].Kind == exact.Infinite {
			truth = 1
		}
		return exact.Convert(exact.Int64(truth))
	})
	truncates, flushes := "truncates", "has no subnormal numbers"
	return []Peer{
		x448Row("Fromfloat32", toHalf, fuzz.Unary(func(x float32) uint16 { return x448.Fromfloat32(x).Bits() })),
		x448Row("Float32", fromHalf, fuzz.Unary(func(x uint16) float32 { return x448.Frombits(x).Float32() })),
		shogoRow("FromFloat32", toHalf, fuzz.Unary(func(x float32) uint16 { return shogo.FromFloat32(x).Bits() })),
		shogoRow("FromFloat64", operation(fuzz.Convert, "binary64", "binary16"), fuzz.Unary(func(x float64) uint16 { return shogo.FromFloat64(x).Bits() })),
		shogoRow("Float32", fromHalf, fuzz.Unary(func(x uint16) float32 { return shogo.FromBits(x).Float32() })),
		shogoRow("Float64", operation(fuzz.Convert, "binary16", "binary64"), fuzz.Unary(func(x uint16) float64 { return shogo.FromBits(x).Float64() })),
		shogoRow("Add", half(fuzz.Add), fuzz.Binary(func(x, y uint16) uint16 { return shogo.FromBits(x).Add(shogo.FromBits(y)).Bits() })),
		shogoRow("Sub", half(fuzz.Sub), fuzz.Binary(func(x, y uint16) uint16 { return shogo.FromBits(x).Sub(shogo.FromBits(y)).Bits() })),
		shogoRow("Mul", half(fuzz.Mul), fuzz.Binary(func(x, y uint16) uint16 { return shogo.FromBits(x).Mul(shogo.FromBits(y)).Bits() })),
		shogoRow("Quo", half(fuzz.Quo), fuzz.Binary(func(x, y uint16) uint16 { return shogo.FromBits(x).Quo(shogo.FromBits(y)).Bits() })),
		shogoRow("Sqrt", half(fuzz.Sqrt), fuzz.Unary(func(x uint16) uint16 { return shogo.FromBits(x).Sqrt().Bits() })),
		shogoRow("FMA", half(fuzz.FMA), fuzz.Ternary(func(x, y, z uint16) uint16 {
			return shogo.FMA(shogo.FromBits(x), shogo.FromBits(y), shogo.FromBits(z)).Bits()
		})),
		arrowRow("New", toHalf, fuzz.Unary(func(x float32) uint16 { return arrow.New(x).Uint16() })).
			wrong(fuzz.WrongDirection, truncates+", and "+flushes),
		arrowRow("Float32", fromHalf, fuzz.Unary(func(x uint16) float32 { return arrowOf(x).Float32() })).
			wrong(fuzz.Subnormals, flushes, 1),
		arrowRow("Add", half(fuzz.Add), fuzz.Binary(func(x, y uint16) uint16 { return arrowOf(x).Add(arrowOf(y)).Uint16() })).
			wrong(fuzz.WrongDirection, truncates),
		arrowRow("Mul", half(fuzz.Mul), fuzz.Binary(func(x, y uint16) uint16 { return arrowOf(x).Mul(arrowOf(y)).Uint16() })).
			wrong(fuzz.WrongDirection, truncates),
		arrowRow("Div", half(fuzz.Quo), fuzz.Binary(func(x, y uint16) uint16 { return arrowOf(x).Div(arrowOf(y)).Uint16() })).
			wrong(fuzz.WrongDirection, truncates),
		arrowRow("IsInf", isInf.On(format("binary16")).To(fuzz.Bool()), fuzz.Unary(func(x uint16) bool { return arrowOf(x).IsInf() })).
			wrong(fuzz.WrongOrder, "a NaN is infinite", 0x7e00),
		gomlxRow("Float32", operation(fuzz.Convert, "bfloat16", "binary32"), fuzz.Unary(func(x uint16) float32 { return gomlx.FromBits(x).Float32() })),
		gomlxRow("FromFloat32", operation(fuzz.Convert, "binary32", "bfloat16"), fuzz.Unary(func(x float32) uint16 { return gomlx.FromFloat32(x).Bits() })).
			wrong(fuzz.WrongDirection, truncates),
		gomlxRow("FromFloat32", operation(fuzz.Convert, "binary32", "bfloat16"), fuzz.Unary(func(x float32) uint16 { return gomlx.FromFloat32(x).Bits() })).
			wrong(fuzz.WrongNaN, "a NaN whose payload is in the lower half becomes infinity", 0x7f800001),
		gomlxRow("FromFloat64", operation(fuzz.Convert, "binary64", "bfloat16"), fuzz.Unary(func(x float64) uint16 { return gomlx.FromFloat64(x).Bits() })).
			wrong(fuzz.WrongDirection, truncates),
	}
}
