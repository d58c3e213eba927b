package onnx_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"github.com/halfulp/halfulp/quantizer/onnx"
)

// TestMemory: files made of nothing but what costs the reader most must stay
// within the bound that the package states in what is kept, and within twice
// that in all that is ever allocated.
func TestMemory(t *testing.T) {
	const (
		size     = 1 << 20
		mostKept = 100 // as the package comment says
	)
	fill := func(b []byte) []byte { return bytes.Repeat(b, size/len(b)) }
	numbered := func(one func(name string) []byte) []byte {
		var b []byte
		for i := 0; len(b) < size; i++ {
			b = append(b, one(fmt.Sprintf("%x", i))...)
		}
		return b
	}
	out := []string{"z"}
	for name, b := range map[string][]byte{
		"nodes":               model(relu(), fill(sub(1, text(2, "z"), text(4, "R")))),
		"nodes with one each": model(relu(), fill(sub(1, text(1, "a"), text(2, "z"), text(4, "R"), attribute("a", varint(3, 1))))),
		"absent inputs":       model(relu(), nodeProto("n", "R", nil, out, fill(text(1, "")))),
		"attributes":          model(relu(), nodeProto("n", "R", nil, out, numbered(func(s string) []byte { return attribute(s, varint(3, 1)) }))),
		"strings":             model(relu(), nodeProto("n", "R", nil, out, attribute("a", fill(text(9, ""))))),
		"packed ints":         model(relu(), nodeProto("n", "R", nil, out, attribute("a", raw(8, make([]byte, size))))),
		"ints":                model(relu(), nodeProto("n", "R", nil, out, attribute("a", fill(varint(8, 1))))),
		"ints in small runs":  model(relu(), nodeProto("n", "R", nil, out, attribute("a", fill(varints(8, 1))))),
		"initializers":        model(relu(), numbered(func(s string) []byte { return initializer(s, 1, []int64{0}) })),
		"constants": model(relu(), numbered(func(s string) []byte {
			return nodeProto("", "Constant", nil, []string{s}, attribute("value_int", varint(3, 1)))
		})),
		"inputs":           model(relu(), fill(input("q", 1))),
		"dimensions":       model(relu(), fill(sub(11, text(1, "q"), sub(2, sub(1, varint(1, 1), sub(2, bytes.Repeat(sub(1), 64))))))),
		"operator sets":    cat(model(relu()), numbered(func(s string) []byte { return opset(s, 1) })),
		"graphs":           cat(model(relu()), fill(sub(7))),
		"int4":             model(relu(), initializer("w", 22, []int64{2 * size}, raw(rawData, make([]byte, size)))),
		"bool":             model(relu(), initializer("w", 9, []int64{size}, raw(rawData, make([]byte, size)))),
		"float16 in int32": model(relu(), initializer("w", 10, []int64{size}, raw(int32Data, make([]byte, size)))),
		"dims":             model(relu(), initializer("w", 10, make([]int64, size))),
		"float":            model(relu(), initializer("w", 1, []int64{size / 4}, raw(rawData, make([]byte, size)))),
	} {
		var before, peak, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		g, err := onnx.Read(b)
		runtime.ReadMemStats(&peak)
		runtime.GC()
		runtime.ReadMemStats(&after)
		kept := float64(after.HeapAlloc-before.HeapAlloc) / float64(len(b))
		all := float64(peak.TotalAlloc-before.TotalAlloc) / float64(len(b))
		if kept > mostKept || all > 2*mostKept {
			t.Errorf("%s: a file of %d bytes keeps %.1f and allocates %.1f times that", name, len(b), kept, all)
		}
		// Only the one with too many dimensions is refused.
		if (err != nil) != (name == "dims") {
			t.Errorf("%s: %v", name, err)
		}
		runtime.KeepAlive(g)
		runtime.KeepAlive(b)
	}
}
