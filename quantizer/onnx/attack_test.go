package onnx_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/quantizer/network"
)

// TestAttacks: small files that ask for a lot. None may cost more memory than
// its budget (attempt's 32 MiB per network) and some slack, or more than a few
// seconds, and none may panic.
func TestAttacks(t *testing.T) {
	const huge = math.MaxInt64
	ints := func(v ...int64) []byte { return cat(varints(1, int64(len(v))), varint(2, 7), varints(int64Data, v...)) }
	given := func(name string, v ...int64) []byte { return sub(5, text(8, name), ints(v...)) }
	floats := func(name string, dims ...int64) []byte {
		n := int64(1)
		for _, d := range dims {
			n *= d
		}
		return initializer(name, 1, dims, little(rawData, make([]float32, n)))
	}
	list := func(name string, v ...int64) []byte { return attribute(name, varints(8, v...), varint(20, 7)) }
	number := func(name string, v int64) []byte { return attribute(name, varint(3, v), varint(20, 2)) }
	x, y := []string{"x"}, []string{"y"}
	in := func(dims ...any) []byte { return cat(input("x", 1, dims...), output("y", 1)) }
	image := in(1, 1, 8, 8)
	weights := floats("w", 1, 1, 3, 3)
	conv := func(attrs ...[]byte) []byte {
		return model(image, weights, nodeProto("n", "Conv", []string{"x", "w"}, y, attrs...))
	}
	pool := func(attrs ...[]byte) []byte { return model(image, nodeProto("n", "MaxPool", x, y, attrs...)) }
	shaped := func(op string, v ...int64) []byte {
		return model(in(1, 4), given("s", v...), nodeProto("n", op, []string{"x", "s"}, y))
	}
	// chain applies an operator to its own result, 64 times.
	chain := func(op string, from string, first []byte, attrs ...[]byte) []byte {
		b := cat(first, output("y", 1))
		last := from
		for i := range 64 {
			next := fmt.Sprint("t", i)
			if i == 63 {
				next = "y"
			}
			b = append(b, nodeProto("", op, []string{last, last}, []string{next}, attrs...)...)
			last = next
		}
		return model(b)
	}
	// deep is a chain of nodes, the last one first.
	deep := func(n int) []byte {
		var b []byte
		for i := n; i > 0; i-- {
			b = append(b, nodeProto("", "Relu", []string{fmt.Sprint("t", i-1)}, []string{fmt.Sprint("t", i)})...)
		}
		return model(b, input("t0", 1, 4), output(fmt.Sprint("t", n), 1))
	}
	recurrent := func(op string, gates, hidden int64, attrs ...[]byte) []byte {
		return model(in(2, 1, 4), floats("w", 1, gates, 4), floats("r", 1, gates, 1),
			nodeProto("n", op, []string{"x", "w", "r"}, y, number("hidden_size", hidden), cat(attrs...)))
	}
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"ConstantOfShape":        {model(given("s", 1<<20, 1<<20), output("y", 1), nodeProto("n", "ConstantOfShape", []string{"s"}, y)), network.ErrBudget},
		"ConstantOfShape huge":   {model(given("s", 1<<40, 1<<40), output("y", 1), nodeProto("n", "ConstantOfShape", []string{"s"}, y)), network.ErrShape},
		"ConstantOfShape -1":     {model(given("s", -1), output("y", 1), nodeProto("n", "ConstantOfShape", []string{"s"}, y)), network.ErrShape},
		"Expand":                 {shaped("Expand", 1<<30, 4), network.ErrBudget},
		"Expand huge":            {shaped("Expand", huge, 1), network.ErrShape},
		"Expand rank":            {shaped("Expand", append(make([]int64, 5000), 4)...), nil},
		"Tile":                   {shaped("Tile", 1<<40, 1<<40), network.ErrBudget},
		"Tile negative":          {shaped("Tile", -1, 1), network.ErrShape},
		"Reshape":                {shaped("Reshape", 1<<40, -1), network.ErrShape},
		"Reshape wraps":          {shaped("Reshape", 1<<32, 1<<32, 4), network.ErrShape},
		"Reshape two -1":         {shaped("Reshape", -1, -1), network.ErrShape},
		"Reshape zeros":          {shaped("Reshape", 0, 0, 0), network.ErrShape},
		"Unsqueeze":              {shaped("Unsqueeze", 1<<40), network.ErrShape},
		"Unsqueeze twice":        {shaped("Unsqueeze", 0, 0, -4), network.ErrShape},
		"Squeeze":                {shaped("Squeeze", -huge, huge), network.ErrShape},
		"ReduceSum":              {shaped("ReduceSum", huge, 0, 0, 0, -1, -huge-1), network.ErrShape},
		"Range":                  {model(output("y", 7), sub(5, text(8, "s"), varint(2, 7), varints(int64Data, 0)), sub(5, text(8, "e"), varint(2, 7), varints(int64Data, huge)), sub(5, text(8, "d"), varint(2, 7), varints(int64Data, 1)), nodeProto("n", "Range", []string{"s", "e", "d"}, y)), network.ErrShape},
		"Range by 0":             {model(output("y", 7), sub(5, text(8, "s"), varint(2, 7), varints(int64Data, 0)), nodeProto("n", "Range", []string{"s", "s", "s"}, y)), network.ErrShape},
		"Pad":                    {shaped("Pad", 0, 1<<40, 0, 1<<40), network.ErrBudget},
		"Pad huge":               {shaped("Pad", huge, huge, huge, huge), network.ErrBudget},
		"Pad negative":           {shaped("Pad", -huge-1, 0, -huge-1, 0), network.ErrShape},
		"Slice":                  {model(in(1, 4), given("a", 1, huge), given("b", 4, -huge-1), given("c", 1, 1), given("d", -1, -huge-1), nodeProto("n", "Slice", []string{"x", "a", "b", "c", "d"}, y)), network.ErrShape},
		"Slice, step min":        {model(in(1, 4), given("a", 3), given("b", -huge-1), given("c", 1), given("d", -huge-1), nodeProto("n", "Slice", []string{"x", "a", "b", "c", "d"}, y)), nil},
		"Gather":                 {model(in(1, 4), given("i", 1<<40), nodeProto("n", "Gather", []string{"x", "i"}, y, number("axis", 1))), network.ErrData},
		"Gather axis":            {model(in(1, 4), given("i", 0), nodeProto("n", "Gather", []string{"x", "i"}, y, number("axis", -huge-1))), network.ErrGraph},
		"Split":                  {model(in(1, 4), given("s", huge, huge, 6, 0), nodeProto("n", "Split", []string{"x", "s"}, []string{"y", "a", "b", "c"}, number("axis", 1))), network.ErrShape},
		"Conv pads":              {conv(list("pads", huge, huge, huge, huge)), network.ErrShape},
		"Conv large pads":        {conv(list("pads", 1<<20, 1<<20, 1<<20, 1<<20)), network.ErrBudget},
		"Conv negative pads":     {conv(list("pads", -100, -100, -100, -100)), network.ErrShape},
		"Conv strides 0":         {conv(list("strides", 0, 0)), network.ErrShape},
		"Conv strides":           {conv(list("strides", huge, huge)), network.ErrShape},
		"Conv dilations":         {conv(list("dilations", huge, huge)), network.ErrShape},
		"Conv dilations and pad": {conv(list("dilations", 1<<30, 1<<30), list("pads", 1<<31, 1<<31, 1<<31, 1<<31)), network.ErrShape},
		"Conv group":             {conv(number("group", huge)), network.ErrGraph},
		"Conv group 0":           {conv(number("group", 0)), network.ErrShape},
		"Conv kernel":            {conv(list("kernel_shape", huge, huge)), network.ErrShape},
		"Conv many pads":         {conv(list("pads", make([]int64, 10000)...)), network.ErrShape},
		"Conv auto_pad":          {conv(attribute("auto_pad", text(4, "SAME_UPPER")), list("strides", huge, 1)), network.ErrShape},
		"Conv of nothing":        {model(in(0, 1, 8, 8), weights, nodeProto("n", "Conv", []string{"x", "w"}, y)), nil},
		"Conv, empty weights":    {model(image, initializer("w", 1, []int64{0, 1, 3, 3}), nodeProto("n", "Conv", []string{"x", "w"}, y)), network.ErrShape},
		"Conv, no channels":      {model(in(1, 0, 8, 8), initializer("w", 1, []int64{1, 0, 3, 3}), nodeProto("n", "Conv", []string{"x", "w"}, y)), network.ErrShape},
		"MaxPool kernel":         {pool(list("kernel_shape", huge, huge)), network.ErrShape},
		"MaxPool all":            {pool(list("kernel_shape", 1<<20, 1<<20), list("pads", 1<<20-1, 1<<20-1, 1<<20-1, 1<<20-1)), network.ErrBudget},
		"MaxPool dilation":       {pool(list("kernel_shape", 2, 2), list("dilations", huge, huge), list("pads", 1, 1, 1, 1)), network.ErrShape},
		"MaxPool ceil":           {pool(list("kernel_shape", 3, 3), list("strides", huge, huge), number("ceil_mode", 1)), network.ErrShape},
		"MaxPool 0":              {pool(list("kernel_shape", 0, 0)), network.ErrShape},
		"MaxPool many axes":      {pool(list("kernel_shape", make([]int64, 100)...)), network.ErrShape},
		"Gemm of nothing":        {model(in(4, 0), initializer("w", 1, []int64{0, 3}), nodeProto("n", "Gemm", []string{"x", "w"}, y)), network.ErrShape},
		"MatMul of nothing":      {model(in(0, 0), initializer("w", 1, []int64{0, 0}), nodeProto("n", "MatMul", []string{"x", "w"}, y)), network.ErrShape},
		"MatMul, many":           {model(in(1<<14, 4, 1), floats("w", 1, 1, 1024), nodeProto("n", "MatMul", []string{"x", "w"}, y)), network.ErrBudget},
		"outer sum":              {model(in(1<<14, 1), floats("w", 1, 1<<14), nodeProto("n", "Add", []string{"x", "w"}, y)), network.ErrBudget},
		"outer sum of constants": {model(output("y", 1), floats("v", 1<<14, 1), floats("w", 1, 1<<14), nodeProto("n", "Add", []string{"v", "w"}, y)), network.ErrBudget},
		"Concat doubles":         {chain("Concat", "x", input("x", 1, 1, 4), number("axis", 0)), network.ErrBudget},
		"Concat constants":       {chain("Concat", "w", floats("w", 16, 4), number("axis", 0)), network.ErrBudget},
		"Concat axis":            {chain("Concat", "x", input("x", 1, 1, 4), number("axis", huge)), network.ErrGraph},
		"Mul squares":            {chain("Mul", "x", input("x", 1, 1, 4)), nil},
		"Transpose":              {model(in(1, 4), nodeProto("n", "Transpose", x, y, list("perm", huge, -1))), network.ErrShape},
		"Flatten":                {model(in(1, 4), nodeProto("n", "Flatten", x, y, number("axis", huge))), network.ErrGraph},
		"Softmax":                {model(in(1, 4), nodeProto("n", "Softmax", x, y, number("axis", -huge-1))), network.ErrGraph},
		"LayerNormalization":     {cat(varint(1, 8), sub(7, in(1, 4), floats("w", 4), nodeProto("n", "LayerNormalization", []string{"x", "w"}, y, number("axis", -huge))), opset("", 17)), network.ErrGraph},
		"LSTM":                   {recurrent("LSTM", 4, huge), network.ErrGraph},
		"LSTM 0":                 {recurrent("LSTM", 0, 0), network.ErrShape},
		"GRU":                    {recurrent("GRU", 3, 1<<61), network.ErrGraph},
		"GRU directions":         {recurrent("GRU", 3, 1, attribute("direction", text(4, "bidirectional"))), network.ErrShape},
		"GRU without hidden":     {model(in(2, 1, 4), floats("w", 1, 3, 4), floats("r", 1, 3, 1), nodeProto("n", "GRU", []string{"x", "w", "r"}, y)), nil},
		"rank 64":                {model(in(make([]any, 64)...), nodeProto("n", "Relu", x, y)), nil},
		"rank 64 transposed":     {model(in(make([]any, 64)...), nodeProto("n", "Transpose", x, y)), nil},
		"deep":                   {deep(50_000), nil},
		"cycle":                  {model(in(1, 4), nodeProto("a", "Relu", []string{"y"}, []string{"z"}), nodeProto("b", "Relu", []string{"z"}, y)), network.ErrGraph},
		"itself":                 {model(in(1, 4), nodeProto("a", "Relu", y, y)), network.ErrGraph},
		"two of one name":        {model(in(1, 4), nodeProto("a", "Relu", x, y), nodeProto("a", "Relu", x, y)), network.ErrGraph},
		"output is input":        {model(input("x", 1, 4), output("x", 1, 4)), nil},
		"output is constant":     {model(floats("w", 4), output("w", 1, 4)), nil},
		"no such output":         {model(in(1, 4)), network.ErrGraph},
		"no such input":          {model(in(1, 4), nodeProto("a", "Relu", []string{"q"}, y)), network.ErrGraph},
		"long names":             {model(in(1, 4), nodeProto(strings.Repeat("n", 1<<20), "Relu", []string{strings.Repeat("q", 1<<20)}, y)), network.ErrGraph},
		"long operator":          {model(in(1, 4), nodeProto("n", strings.Repeat("Op", 1<<20), x, y)), network.ErrUnsupported},
		"operator of two lines":  {model(in(1, 4), nodeProto("n\nn", "Op\x1b\nOp", x, y)), network.ErrUnsupported},
		"integers for floats":    {model(input("x", 7, 1, 1, 8, 8), output("y", 1), weights, nodeProto("n", "Conv", []string{"x", "w"}, y)), network.ErrUnsupported},
		"Cast of NaN":            {model(in(1), initializer("w", 1, []int64{3}, little(rawData, []float32{float32(math.NaN()), float32(math.Inf(1)), -1e30})), nodeProto("n", "Cast", []string{"w"}, y, number("to", 3))), nil},
		"Cast to nothing":        {model(in(1), nodeProto("n", "Cast", x, y, number("to", huge))), network.ErrGraph},
		"Div by 0":               {model(output("y", 7), given("a", math.MinInt64, 5), given("b", -1, 0), nodeProto("n", "Div", []string{"a", "b"}, y)), network.ErrData},
		"Pow of integers":        {model(output("y", 7), given("a", 2, 2), given("b", huge, -1), nodeProto("n", "Pow", []string{"a", "b"}, y)), nil},
		"Mod by 0":               {model(output("y", 7), given("a", math.MinInt64, 5), given("b", -1, 0), nodeProto("n", "Mod", []string{"a", "b"}, y)), network.ErrData},
	} {
		t.Run(name, func(t *testing.T) {
			memory := watchMemory(t)
			used := cpuTime()
			stage, err := attempt(c.b)
			if what := wrong(stage, err); what != "" {
				t.Error(what)
			}
			if !errors.Is(err, c.want) {
				t.Errorf("%s, %v; want %v", stageNames[stage], err, c.want)
			}
			if peak := memory(); peak > 96<<20 {
				t.Errorf("a peak of %d MiB over the start", peak>>20)
			}
			if used := cpuTime() - used; used > 5 {
				t.Errorf("took %.1f s of CPU time", used)
			}
		})
	}
}
