package fixedpoint_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/fixedpoint"
)

func TestBitsIsAView(t *testing.T) {
	x := make([]fixedpoint.Q15, 3, 5)
	if err := binary.Read(bytes.NewReader([]byte{0, 0x40, 1, 0, 0, 0x80}), binary.LittleEndian, fixedpoint.Bits(x)); err != nil {
		t.Fatal(err)
	}
	if got := []float64{x[0].Float64(), x[1].Float64(), x[2].Float64()}; !slices.Equal(got, []float64{0.5, 0x1p-15, -1}) {
		t.Errorf("read %v", got)
	}
	codes := fixedpoint.Bits(x)
	codes[1] = -2
	if x[1].Bits() != -2 || len(codes) != 3 || cap(codes) != 5 {
		t.Errorf("%v, length %d, capacity %d", x, len(codes), cap(codes))
	}
	if y := fixedpoint.Numbers[fixedpoint.Q15](codes); &y[0] != &x[0] || len(y) != 3 || cap(y) != 5 {
		t.Errorf("the way back: %v, length %d, capacity %d", y, len(y), cap(y))
	}
	if fixedpoint.Numbers[fixedpoint.Q7]([]int8(nil)) != nil {
		t.Error("the view of nil is not nil")
	}
	if fixedpoint.Bits([]fixedpoint.Q7(nil)) != nil {
		t.Error("the view of nil is not nil")
	}
}
