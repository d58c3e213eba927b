package network

import (
	"math"
	"testing"
)

var (
	inf = float32(math.Inf(1))
	nan = float32(math.NaN())
)

// operatorCases are worked out by hand from the ONNX specification.
var operatorCases = []struct {
	name      string
	op        string
	opset     int
	attrs     Attributes
	in        []*Tensor
	constant  []int
	want      []*Tensor
	tolerance float64
}{
	{name: "broadcast both", op: "Add", opset: 7, in: []*Tensor{f(sh(2, 1), 1, 2), f(sh(3), 10, 20, 30)}, want: []*Tensor{f(sh(2, 3), 11, 21, 31, 12, 22, 32)}},
	{name: "scalar", op: "Sub", opset: 13, in: []*Tensor{f(sh(), 1), f(sh(2), 3, -4)}, want: []*Tensor{f(sh(2), -2, 5)}},
	{name: "empty", op: "Mul", opset: 13, in: []*Tensor{f(sh(0, 2)), f(sh(1, 2), 3, 4)}, want: []*Tensor{f(sh(0, 2))}},
	{name: "wraps", op: "Add", opset: 14, in: []*Tensor{NewInt(Int8, sh(2), []int64{127, -128}), NewInt(Int8, sh(1), []int64{1})}, want: []*Tensor{NewInt(Int8, sh(2), []int64{-128, -127})}},
	{name: "integers truncate", op: "Div", opset: 7, in: []*Tensor{i64(sh(4), 7, -7, 7, -7), i64(sh(4), 2, 2, -2, -2)}, want: []*Tensor{i64(sh(4), 3, -3, -3, 3)}},
	{name: "floats", op: "Div", opset: 7, in: []*Tensor{f(sh(3), 1, -1, 0), f(sh(), 0)}, want: []*Tensor{f(sh(3), inf, -inf, nan)}},
	{name: "sign of divisor", op: "Mod", opset: 10, in: []*Tensor{i64(sh(4), -4, 7, 5, 4), i64(sh(4), 2, -3, 8, -2)}, want: []*Tensor{i64(sh(4), 0, -2, 5, 0)}},
	{name: "fmod", op: "Mod", opset: 10, attrs: Attributes{"fmod": ai(1)}, in: []*Tensor{f(sh(2), -4.3, 7.25), f(sh(2), 2.1, -3)}, want: []*Tensor{f(sh(2), -0.1, 1.25)}, tolerance: 1e-6},
	{name: "fmod of integers", op: "Mod", opset: 10, attrs: Attributes{"fmod": ai(1)}, in: []*Tensor{i64(sh(2), -7, 7), i64(sh(2), 3, -3)}, want: []*Tensor{i64(sh(2), -1, 1)}},
	{name: "small exponents", op: "Pow", opset: 13, in: []*Tensor{f(sh(2, 1), 3, -2), f(sh(4), 2, 3, 0, -1)}, want: []*Tensor{f(sh(2, 4), 9, 27, 1, 1.0/3, 4, -8, 1, -0.5)}, tolerance: 1e-7},
	{name: "integer exponent", op: "Pow", opset: 12, in: []*Tensor{f(sh(2), 3, 4), i64(sh(), 2)}, want: []*Tensor{f(sh(2), 9, 16)}},
	{name: "integers", op: "Pow", opset: 12, in: []*Tensor{i64(sh(4), 2, -3, -1, 5), i64(sh(4), 10, 3, -3, -1)}, want: []*Tensor{i64(sh(4), 1024, -27, -1, 0)}},
	{name: "slope per channel", op: "PRelu", opset: 9, in: []*Tensor{f(sh(2, 2), -1, 2, -3, -4), f(sh(2, 1), 0.5, 0.25)}, want: []*Tensor{f(sh(2, 2), -0.5, 2, -0.75, -1)}},
	{name: "three", op: "Max", opset: 8, in: []*Tensor{f(sh(2), 1, 5), f(sh(1), 3), f(sh(2, 1), 0, 4)}, want: []*Tensor{f(sh(2, 2), 3, 5, 4, 5)}},
	{name: "NaN", op: "Min", opset: 13, in: []*Tensor{f(sh(2), 1, nan), f(sh(2), nan, 3)}, want: []*Tensor{f(sh(2), nan, nan)}},
	{name: "mean", op: "Mean", opset: 13, in: []*Tensor{f(sh(2), 1, 2), f(sh(2), 4, 8), f(sh(), 1)}, want: []*Tensor{f(sh(2), 2, 11.0/3)}, tolerance: 1e-7},
	{name: "sum", op: "Sum", opset: 8, in: []*Tensor{f(sh(2), 1, 2)}, want: []*Tensor{f(sh(2), 1, 2)}},
	{name: "floats", op: "Equal", opset: 11, in: []*Tensor{f(sh(3), 1, 2, nan), f(sh(3), 1, 3, nan)}, want: []*Tensor{NewInt(Bool, sh(3), []int64{1, 0, 0})}},
	{name: "integers", op: "GreaterOrEqual", opset: 12, in: []*Tensor{i64(sh(3), 1, 2, 3), i64(sh(), 2)}, want: []*Tensor{NewInt(Bool, sh(3), []int64{0, 1, 1})}},
	{name: "truth", op: "Xor", opset: 7, in: []*Tensor{NewInt(Bool, sh(2, 1), []int64{0, 1}), NewInt(Bool, sh(2), []int64{0, 1})}, want: []*Tensor{NewInt(Bool, sh(2, 2), []int64{0, 1, 1, 0})}},
	{name: "not", op: "Not", opset: 7, in: []*Tensor{NewInt(Bool, sh(2), []int64{0, 1})}, want: []*Tensor{NewInt(Bool, sh(2), []int64{1, 0})}},
	{name: "broadcast all", op: "Where", opset: 9, in: []*Tensor{NewInt(Bool, sh(2, 1), []int64{1, 0}), f(sh(1, 2), 1, 2), f(sh(), 9)}, want: []*Tensor{f(sh(2, 2), 1, 2, 9, 9)}},

	{name: "relu", op: "Relu", opset: 7, in: []*Tensor{f(sh(4), -1, 0, 2, nan)}, want: []*Tensor{f(sh(4), 0, 0, 2, nan)}},
	{name: "leaky", op: "LeakyRelu", opset: 7, attrs: Attributes{"alpha": af(0.5)}, in: []*Tensor{f(sh(2), -1, 3)}, want: []*Tensor{f(sh(2), -0.5, 3)}},
	{name: "elu", op: "Elu", opset: 7, attrs: Attributes{"alpha": af(2)}, in: []*Tensor{f(sh(2), -1, 3)}, want: []*Tensor{f(sh(2), -1.2642411, 3)}, tolerance: 1e-7},
	{name: "celu", op: "Celu", opset: 12, attrs: Attributes{"alpha": af(2)}, in: []*Tensor{f(sh(2), -1, 3)}, want: []*Tensor{f(sh(2), -0.7869387, 3)}, tolerance: 1e-7},
	{name: "selu", op: "Selu", opset: 7, in: []*Tensor{f(sh(2), -1, 1)}, want: []*Tensor{f(sh(2), -1.1113307, 1.050701)}, tolerance: 1e-7},
	{name: "threshold", op: "ThresholdedRelu", opset: 10, attrs: Attributes{"alpha": af(2)}, in: []*Tensor{f(sh(3), -1, 2, 2.5)}, want: []*Tensor{f(sh(3), 0, 0, 2.5)}},
	{name: "hard sigmoid", op: "HardSigmoid", opset: 7, in: []*Tensor{f(sh(4), -3, 0, 1, 9)}, want: []*Tensor{f(sh(4), 0, 0.5, 0.7, 1)}, tolerance: 1e-7},
	{name: "hard swish", op: "HardSwish", opset: 14, in: []*Tensor{f(sh(4), -4, -1.5, 1.5, 4)}, want: []*Tensor{f(sh(4), 0, -0.375, 1.125, 4)}, tolerance: 1e-7},
	{name: "sigmoid", op: "Sigmoid", opset: 13, in: []*Tensor{f(sh(4), 0, 2, -200, inf)}, want: []*Tensor{f(sh(4), 0.5, 0.880797, 0, 1)}, tolerance: 1e-7},
	{name: "tanh", op: "Tanh", opset: 13, in: []*Tensor{f(sh(3), 0, 0.5, -9)}, want: []*Tensor{f(sh(3), 0, 0.46211717, -1)}, tolerance: 1e-7},
	{name: "erf", op: "Erf", opset: 13, in: []*Tensor{f(sh(3), 0, 0.5, -3)}, want: []*Tensor{f(sh(3), 0, 0.5204999, -0.9999779)}, tolerance: 1e-7},
	{name: "erf", op: "Gelu", opset: 20, in: []*Tensor{f(sh(3), -1, 0, 1)}, want: []*Tensor{f(sh(3), -0.15865526, 0, 0.8413447)}, tolerance: 1e-7},
	{name: "tanh", op: "Gelu", opset: 20, attrs: Attributes{"approximate": as("tanh")}, in: []*Tensor{f(sh(3), -1, 0, 1)}, want: []*Tensor{f(sh(3), -0.15880801, 0, 0.841192)}, tolerance: 1e-7},
	{name: "mish", op: "Mish", opset: 18, in: []*Tensor{f(sh(1), 1)}, want: []*Tensor{f(sh(1), 0.86509836)}, tolerance: 1e-7},
	{name: "softplus", op: "Softplus", opset: 7, in: []*Tensor{f(sh(2), 0, 100)}, want: []*Tensor{f(sh(2), 0.6931472, 100)}, tolerance: 1e-7},
	{name: "softsign", op: "Softsign", opset: 7, in: []*Tensor{f(sh(2), -1, 3)}, want: []*Tensor{f(sh(2), -0.5, 0.75)}},
	{name: "exp", op: "Exp", opset: 7, in: []*Tensor{f(sh(3), 0, 1, -200)}, want: []*Tensor{f(sh(3), 1, 2.7182817, 0)}},
	{name: "log", op: "Log", opset: 7, in: []*Tensor{f(sh(3), 1, 0, -1)}, want: []*Tensor{f(sh(3), 0, -inf, nan)}},
	{name: "sin", op: "Sin", opset: 7, in: []*Tensor{f(sh(2), 0, 1)}, want: []*Tensor{f(sh(2), 0, 0.84147096)}, tolerance: 1e-7},
	{name: "cos", op: "Cos", opset: 7, in: []*Tensor{f(sh(2), 0, 1)}, want: []*Tensor{f(sh(2), 1, 0.5403023)}, tolerance: 1e-7},
	{name: "sqrt", op: "Sqrt", opset: 7, in: []*Tensor{f(sh(3), 4, 2, -1)}, want: []*Tensor{f(sh(3), 2, 1.4142135, nan)}},
	{name: "reciprocal", op: "Reciprocal", opset: 7, in: []*Tensor{f(sh(2), 4, 0)}, want: []*Tensor{f(sh(2), 0.25, inf)}},
	{name: "neg", op: "Neg", opset: 7, in: []*Tensor{f(sh(2), 4, 0)}, want: []*Tensor{f(sh(2), -4, float32(math.Copysign(0, -1)))}},
	{name: "abs", op: "Abs", opset: 7, in: []*Tensor{i64(sh(2), -4, 3)}, want: []*Tensor{i64(sh(2), 4, 3)}},
	{name: "sign", op: "Sign", opset: 9, in: []*Tensor{f(sh(4), -4, 0, 3, nan)}, want: []*Tensor{f(sh(4), -1, 0, 1, nan)}},
	{name: "floor", op: "Floor", opset: 7, in: []*Tensor{f(sh(2), -1.5, 1.5)}, want: []*Tensor{f(sh(2), -2, 1)}},
	{name: "ceil", op: "Ceil", opset: 7, in: []*Tensor{f(sh(2), -1.5, 1.5)}, want: []*Tensor{f(sh(2), -1, 2)}},
	{name: "ties to even", op: "Round", opset: 11, in: []*Tensor{f(sh(4), 0.5, 1.5, 2.5, -1.5)}, want: []*Tensor{f(sh(4), 0, 2, 2, -2)}},
	{name: "nan", op: "IsNaN", opset: 9, in: []*Tensor{f(sh(2), nan, 1)}, want: []*Tensor{NewInt(Bool, sh(2), []int64{1, 0})}},
	{name: "negative only", op: "IsInf", opset: 10, attrs: Attributes{"detect_positive": ai(0)}, in: []*Tensor{f(sh(3), inf, -inf, nan)}, want: []*Tensor{NewInt(Bool, sh(3), []int64{0, 1, 0})}},
	{name: "attributes", op: "Clip", opset: 7, attrs: Attributes{"min": af(-1), "max": af(6)}, in: []*Tensor{f(sh(4), -3, 0, 9, nan)}, want: []*Tensor{f(sh(4), -1, 0, 6, nan)}},
	{name: "inputs", op: "Clip", opset: 11, in: []*Tensor{f(sh(3), -3, 0, 9), nil, f(sh(), 6)}, want: []*Tensor{f(sh(3), -3, 0, 6)}},
	{name: "integers", op: "Clip", opset: 12, in: []*Tensor{i64(sh(3), -3, 0, 9), i64(sh(), -1)}, want: []*Tensor{i64(sh(3), -1, 0, 9)}},

	{name: "sum, attribute", op: "ReduceSum", opset: 11, attrs: Attributes{"axes": aint(1)}, in: []*Tensor{f(sh(2, 3), 1, 2, 3, 4, 5, 6)}, want: []*Tensor{f(sh(2, 1), 6, 15)}},
	{name: "sum, input", op: "ReduceSum", opset: 13, attrs: Attributes{"keepdims": ai(0)}, in: []*Tensor{f(sh(2, 3), 1, 2, 3, 4, 5, 6), i64(sh(1), -2)}, constant: []int{1}, want: []*Tensor{f(sh(3), 5, 7, 9)}},
	{name: "all", op: "ReduceMean", opset: 18, in: []*Tensor{f(sh(2, 2), 1, 2, 3, 4)}, want: []*Tensor{f(sh(1, 1), 2.5)}},
	{name: "none", op: "ReduceMean", opset: 18, attrs: Attributes{"noop_with_empty_axes": ai(1)}, in: []*Tensor{f(sh(2), 1, 2)}, want: []*Tensor{f(sh(2), 1, 2)}},
	{name: "outer and inner", op: "ReduceMax", opset: 13, attrs: Attributes{"axes": aint(0, 2), "keepdims": ai(0)}, in: []*Tensor{f(sh(2, 2, 2), 1, 2, 3, 4, 8, 7, 6, 5)}, want: []*Tensor{f(sh(2), 8, 6)}},
	{name: "integers", op: "ReduceMin", opset: 13, attrs: Attributes{"axes": aint(0)}, in: []*Tensor{i64(sh(3), 5, -2, 7)}, want: []*Tensor{i64(sh(1), -2)}},
	{name: "shape", op: "ReduceProd", opset: 13, attrs: Attributes{"keepdims": ai(0)}, in: []*Tensor{i64(sh(3), 5, 2, 7)}, want: []*Tensor{i64(sh(), 70)}},
	{name: "l1", op: "ReduceL1", opset: 13, in: []*Tensor{f(sh(3), 5, -2, 7)}, want: []*Tensor{f(sh(1), 14)}},
	{name: "l2", op: "ReduceL2", opset: 13, in: []*Tensor{f(sh(2), 3, -4)}, want: []*Tensor{f(sh(1), 5)}},
	{name: "squares", op: "ReduceSumSquare", opset: 13, in: []*Tensor{f(sh(2), 3, -4)}, want: []*Tensor{f(sh(1), 25)}},
	{name: "log sum", op: "ReduceLogSum", opset: 13, in: []*Tensor{f(sh(2), 3, 4)}, want: []*Tensor{f(sh(1), 1.9459101)}, tolerance: 1e-7},
	{name: "log sum exp", op: "ReduceLogSumExp", opset: 13, in: []*Tensor{f(sh(2), 1000, 1000)}, want: []*Tensor{f(sh(1), 1000.6931)}, tolerance: 1e-7},
	{name: "first", op: "ArgMax", opset: 13, attrs: Attributes{"axis": ai(1)}, in: []*Tensor{f(sh(2, 3), 1, 3, 3, 5, 4, 5)}, want: []*Tensor{i64(sh(2, 1), 1, 0)}},
	{name: "last", op: "ArgMax", opset: 13, attrs: Attributes{"axis": ai(-1), "select_last_index": ai(1), "keepdims": ai(0)}, in: []*Tensor{f(sh(2, 3), 1, 3, 3, 5, 4, 5)}, want: []*Tensor{i64(sh(2), 2, 2)}},
	{name: "columns", op: "ArgMin", opset: 7, in: []*Tensor{i64(sh(2, 3), 1, 3, 3, 5, 2, 5)}, want: []*Tensor{i64(sh(1, 3), 0, 1, 0)}},

	{name: "last axis", op: "Softmax", opset: 13, in: []*Tensor{f(sh(2, 2), 0, 0, 1000, 1001)}, want: []*Tensor{f(sh(2, 2), 0.5, 0.5, 0.26894143, 0.73105854)}, tolerance: 1e-7},
	{name: "first axis", op: "Softmax", opset: 13, attrs: Attributes{"axis": ai(0)}, in: []*Tensor{f(sh(2, 2), 0, 3, 1, 3)}, want: []*Tensor{f(sh(2, 2), 0.26894143, 0.5, 0.73105854, 0.5)}, tolerance: 1e-7},
	{name: "flattened", op: "Softmax", opset: 11, in: []*Tensor{f(sh(1, 2, 2), 0, 0, 0, 0)}, want: []*Tensor{f(sh(1, 2, 2), 0.25, 0.25, 0.25, 0.25)}},
	{name: "log", op: "LogSoftmax", opset: 13, in: []*Tensor{f(sh(1, 2), 0, 1)}, want: []*Tensor{f(sh(1, 2), -1.3132616, -0.3132617)}, tolerance: 1e-7},
	{name: "layer", op: "LayerNormalization", opset: 17, attrs: Attributes{"epsilon": af(0)}, in: []*Tensor{f(sh(1, 4), 1, 2, 3, 4), f(sh(4), 1, 1, 2, 2), f(sh(4), 0, 0, 0, 10)}, want: []*Tensor{f(sh(1, 4), -1.3416407, -0.4472136, 0.8944272, 12.683281), f(sh(1, 1), 2.5), f(sh(1, 1), 0.8944272)}, tolerance: 1e-7},
	{name: "batch", op: "BatchNormalization", opset: 9, attrs: Attributes{"epsilon": af(1)}, in: []*Tensor{f(sh(1, 2, 2), 1, 2, 3, 4), f(sh(2), 2, 4), f(sh(2), 1, -1), f(sh(2), 1, 2), f(sh(2), 3, 15)}, want: []*Tensor{f(sh(1, 2, 2), 1, 2, 0, 1)}},
	{name: "instance", op: "InstanceNormalization", opset: 7, attrs: Attributes{"epsilon": af(0)}, in: []*Tensor{f(sh(1, 1, 2), 1, 3), f(sh(1), 5), f(sh(1), 1)}, want: []*Tensor{f(sh(1, 1, 2), -4, 6)}},

	{name: "copies and infers", op: "Reshape", opset: 13, in: []*Tensor{f(sh(2, 3), 1, 2, 3, 4, 5, 6), i64(sh(3), 0, -1, 1)}, constant: []int{1}, want: []*Tensor{f(sh(2, 3, 1), 1, 2, 3, 4, 5, 6)}},
	{name: "allow zero", op: "Reshape", opset: 14, attrs: Attributes{"allowzero": ai(1)}, in: []*Tensor{f(sh(0, 3)), i64(sh(2), 3, 0)}, constant: []int{1}, want: []*Tensor{f(sh(3, 0))}},
	{name: "axis", op: "Flatten", opset: 11, attrs: Attributes{"axis": ai(-1)}, in: []*Tensor{f(sh(1, 2, 2), 1, 2, 3, 4)}, want: []*Tensor{f(sh(2, 2), 1, 2, 3, 4)}},
	{name: "to a column", op: "Flatten", opset: 9, attrs: Attributes{"axis": ai(0)}, in: []*Tensor{f(sh(2), 1, 2)}, want: []*Tensor{f(sh(1, 2), 1, 2)}},
	{name: "attribute", op: "Squeeze", opset: 7, attrs: Attributes{"axes": aint(0)}, in: []*Tensor{f(sh(1, 2, 1), 1, 2)}, want: []*Tensor{f(sh(2, 1), 1, 2)}},
	{name: "all", op: "Squeeze", opset: 13, in: []*Tensor{f(sh(1, 2, 1), 1, 2)}, want: []*Tensor{f(sh(2), 1, 2)}},
	{name: "input", op: "Unsqueeze", opset: 13, in: []*Tensor{f(sh(2), 1, 2), i64(sh(2), 0, -1)}, constant: []int{1}, want: []*Tensor{f(sh(1, 2, 1), 1, 2)}},
	{name: "perm", op: "Transpose", opset: 7, attrs: Attributes{"perm": aint(1, 2, 0)}, in: []*Tensor{f(sh(2, 1, 3), 1, 2, 3, 4, 5, 6)}, want: []*Tensor{f(sh(1, 3, 2), 1, 4, 2, 5, 3, 6)}},
	{name: "reversed", op: "Transpose", opset: 7, in: []*Tensor{i64(sh(2, 2), 1, 2, 3, 4)}, want: []*Tensor{i64(sh(2, 2), 1, 3, 2, 4)}},
	{name: "both ways", op: "Expand", opset: 8, in: []*Tensor{f(sh(2, 1), 1, 2), i64(sh(3), 2, 1, 2)}, constant: []int{1}, want: []*Tensor{f(sh(2, 2, 2), 1, 1, 2, 2, 1, 1, 2, 2)}},
	{name: "repeats", op: "Tile", opset: 7, in: []*Tensor{f(sh(2, 2), 1, 2, 3, 4), i64(sh(2), 1, 2)}, constant: []int{1}, want: []*Tensor{f(sh(2, 4), 1, 2, 1, 2, 3, 4, 3, 4)}},
	{name: "all", op: "Shape", opset: 7, in: []*Tensor{f(sh(2, 0, 3))}, want: []*Tensor{i64(sh(3), 2, 0, 3)}},
	{name: "some", op: "Shape", opset: 15, attrs: Attributes{"start": ai(-2), "end": ai(9)}, in: []*Tensor{f(sh(2, 0, 3))}, want: []*Tensor{i64(sh(2), 0, 3)}},
	{name: "count", op: "Size", opset: 13, in: []*Tensor{f(sh(2, 1), 1, 2)}, want: []*Tensor{i64(sh(), 2)}},
	{name: "same", op: "Identity", opset: 13, in: []*Tensor{f(sh(2), 1, 2)}, want: []*Tensor{f(sh(2), 1, 2)}},
	{name: "mask", op: "Dropout", opset: 12, in: []*Tensor{f(sh(2), 1, 2)}, want: []*Tensor{f(sh(2), 1, 2), NewInt(Bool, sh(2), []int64{1, 1})}},
	{name: "ratio", op: "Dropout", opset: 7, attrs: Attributes{"ratio": af(0.3)}, in: []*Tensor{f(sh(2), 1, 2)}, want: []*Tensor{f(sh(2), 1, 2)}},

	{name: "middle", op: "Concat", opset: 11, attrs: Attributes{"axis": ai(-2)}, in: []*Tensor{f(sh(2, 1, 2), 1, 2, 3, 4), f(sh(2, 2, 2), 5, 6, 7, 8, 9, 10, 11, 12)}, want: []*Tensor{f(sh(2, 3, 2), 1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12)}},
	{name: "attribute", op: "Split", opset: 11, attrs: Attributes{"axis": ai(1), "split": aint(1, 2)}, in: []*Tensor{f(sh(2, 3), 1, 2, 3, 4, 5, 6)}, want: []*Tensor{f(sh(2, 1), 1, 4), f(sh(2, 2), 2, 3, 5, 6)}},
	{name: "equal", op: "Split", opset: 13, in: []*Tensor{f(sh(4), 1, 2, 3, 4)}, want: []*Tensor{f(sh(2), 1, 2), f(sh(2), 3, 4)}},
	{name: "uneven", op: "Split", opset: 18, attrs: Attributes{"num_outputs": ai(2)}, in: []*Tensor{f(sh(3), 1, 2, 3)}, want: []*Tensor{f(sh(2), 1, 2), f(sh(1), 3)}},
	{name: "attributes", op: "Slice", opset: 9, attrs: Attributes{"starts": aint(0, 1), "ends": aint(1, 1000)}, in: []*Tensor{f(sh(2, 3), 1, 2, 3, 4, 5, 6)}, want: []*Tensor{f(sh(1, 2), 2, 3)}},
	{name: "backwards", op: "Slice", opset: 10, in: []*Tensor{f(sh(5), 0, 1, 2, 3, 4), i64(sh(1), -1), i64(sh(1), math.MinInt64), i64(sh(1), 0), i64(sh(1), -2)}, constant: []int{1, 2, 3, 4}, want: []*Tensor{f(sh(3), 4, 2, 0)}},
	{name: "empty", op: "Slice", opset: 13, in: []*Tensor{f(sh(5), 0, 1, 2, 3, 4), i64(sh(1), 3), i64(sh(1), 1)}, constant: []int{1, 2}, want: []*Tensor{f(sh(0))}},
	{name: "rows", op: "Gather", opset: 11, in: []*Tensor{f(sh(3, 2), 1, 2, 3, 4, 5, 6), i64(sh(2, 1), -1, 0)}, want: []*Tensor{f(sh(2, 1, 2), 5, 6, 1, 2)}},
	{name: "scalar index", op: "Gather", opset: 7, attrs: Attributes{"axis": ai(1)}, in: []*Tensor{f(sh(2, 2), 1, 2, 3, 4), i64(sh(), 1)}, want: []*Tensor{f(sh(2), 2, 4)}},
	{name: "elements", op: "GatherElements", opset: 11, attrs: Attributes{"axis": ai(1)}, in: []*Tensor{f(sh(2, 2), 1, 2, 3, 4), i64(sh(2, 2), 0, 0, 1, 0)}, want: []*Tensor{f(sh(2, 2), 1, 1, 4, 3)}},
	{name: "attributes", op: "Pad", opset: 7, attrs: Attributes{"pads": aint(0, 1, 1, 0), "value": af(9)}, in: []*Tensor{f(sh(1, 2), 1, 2)}, want: []*Tensor{f(sh(2, 3), 9, 1, 2, 9, 9, 9)}},
	{name: "reflect", op: "Pad", opset: 11, attrs: Attributes{"mode": as("reflect")}, in: []*Tensor{f(sh(3), 1, 2, 3), i64(sh(2), 2, 1)}, constant: []int{1}, want: []*Tensor{f(sh(6), 3, 2, 1, 2, 3, 2)}},
	{name: "edge", op: "Pad", opset: 13, attrs: Attributes{"mode": as("edge")}, in: []*Tensor{f(sh(2, 2), 1, 2, 3, 4), i64(sh(4), 1, 0, 0, 2)}, constant: []int{1}, want: []*Tensor{f(sh(3, 4), 1, 2, 2, 2, 1, 2, 2, 2, 3, 4, 4, 4)}},
	{name: "wrap", op: "Pad", opset: 19, attrs: Attributes{"mode": as("wrap")}, in: []*Tensor{f(sh(3), 1, 2, 3), i64(sh(2), 4, 2)}, constant: []int{1}, want: []*Tensor{f(sh(9), 3, 1, 2, 3, 1, 2, 3, 1, 2)}},
	{name: "axes and value", op: "Pad", opset: 18, in: []*Tensor{i64(sh(2, 1), 1, 2), i64(sh(2), 1, 0), i64(sh(), 7), i64(sh(1), -1)}, constant: []int{1, 3}, want: []*Tensor{i64(sh(2, 2), 7, 1, 7, 2)}},
	{name: "negative", op: "Pad", opset: 11, in: []*Tensor{f(sh(4), 1, 2, 3, 4), i64(sh(2), -1, 1)}, constant: []int{1}, want: []*Tensor{f(sh(4), 2, 3, 4, 0)}},

	{name: "value", op: "Constant", opset: 7, attrs: Attributes{"value": {Kind: AttrTensor, Tensor: i64(sh(2), 3, 4)}}, want: []*Tensor{i64(sh(2), 3, 4)}},
	{name: "floats", op: "Constant", opset: 12, attrs: Attributes{"value_floats": {Kind: AttrFloats, Floats: []float32{1, 2}}}, want: []*Tensor{f(sh(2), 1, 2)}},
	{name: "fill", op: "ConstantOfShape", opset: 9, attrs: Attributes{"value": {Kind: AttrTensor, Tensor: i64(sh(1), 7)}}, in: []*Tensor{i64(sh(2), 1, 2)}, constant: []int{0}, want: []*Tensor{i64(sh(1, 2), 7, 7)}},
	{name: "down", op: "Range", opset: 11, in: []*Tensor{i64(sh(), 10), i64(sh(), 4), i64(sh(), -3)}, constant: []int{0, 1, 2}, want: []*Tensor{i64(sh(2), 10, 7)}},
	{name: "up", op: "Range", opset: 11, in: []*Tensor{i64(sh(), 0), i64(sh(), 4), i64(sh(), 2)}, constant: []int{0, 1, 2}, want: []*Tensor{i64(sh(2), 0, 2)}},
	{name: "floats", op: "Range", opset: 11, in: []*Tensor{f(sh(), 1), f(sh(), 2.1), f(sh(), 0.5)}, constant: []int{0, 1, 2}, want: []*Tensor{f(sh(3), 1, 1.5, 2)}},
	{name: "truncates", op: "Cast", opset: 9, attrs: Attributes{"to": ai(7)}, in: []*Tensor{f(sh(4), 1.9, -1.9, nan, inf)}, want: []*Tensor{i64(sh(4), 1, -1, 0, math.MaxInt64)}},
	{name: "float16", op: "Cast", opset: 9, attrs: Attributes{"to": ai(10)}, in: []*Tensor{f(sh(3), 1.0004883, 65520, 1e-8)}, want: []*Tensor{f(sh(3), 1, inf, 0)}},
	{name: "truth", op: "Cast", opset: 9, attrs: Attributes{"to": ai(9)}, in: []*Tensor{f(sh(3), 0, nan, -2)}, want: []*Tensor{NewInt(Bool, sh(3), []int64{0, 1, 1})}},
	{name: "ties to even", op: "QuantizeLinear", opset: 10, in: []*Tensor{f(sh(5), 1, 3, -500, 500, 5), f(sh(), 2), NewInt(Int8, sh(), []int64{1})}, want: []*Tensor{NewInt(Int8, sh(5), []int64{1, 3, -128, 127, 3})}},
	{name: "per axis", op: "DequantizeLinear", opset: 13, attrs: Attributes{"axis": ai(0)}, in: []*Tensor{NewInt(Uint8, sh(2, 2), []int64{0, 10, 255, 3}), f(sh(2), 0.5, 2), NewInt(Uint8, sh(2), []int64{2, 5})}, want: []*Tensor{f(sh(2, 2), -1, 4, 500, -4)}},
	{name: "int32", op: "DequantizeLinear", opset: 10, in: []*Tensor{NewInt(Int32, sh(1), []int64{1 << 20}), f(sh(), 0.5)}, want: []*Tensor{f(sh(1), 1<<19)}},

	{name: "kernel 2", op: "MaxPool", opset: 7, attrs: Attributes{"kernel_shape": aint(2, 2)}, in: []*Tensor{f(sh(1, 1, 2, 3), 1, 5, 2, 3, 4, 6)}, want: []*Tensor{f(sh(1, 1, 1, 2), 5, 6)}},
	{name: "padding is not zero", op: "MaxPool", opset: 12, attrs: Attributes{"kernel_shape": aint(3), "pads": aint(1, 1), "strides": aint(2)}, in: []*Tensor{f(sh(1, 1, 3), -5, -2, -3)}, want: []*Tensor{f(sh(1, 1, 2), -2, -2)}},
	{name: "ceil", op: "MaxPool", opset: 10, attrs: Attributes{"kernel_shape": aint(2), "strides": aint(2), "ceil_mode": ai(1)}, in: []*Tensor{f(sh(1, 1, 3), 1, 2, 3)}, want: []*Tensor{f(sh(1, 1, 2), 2, 3)}},
	{name: "dilation", op: "MaxPool", opset: 10, attrs: Attributes{"kernel_shape": aint(2), "dilations": aint(2)}, in: []*Tensor{f(sh(1, 1, 4), 4, 2, 3, 1)}, want: []*Tensor{f(sh(1, 1, 2), 4, 2)}},
	{name: "without padding", op: "AveragePool", opset: 7, attrs: Attributes{"kernel_shape": aint(3), "pads": aint(1, 1)}, in: []*Tensor{f(sh(1, 1, 3), 2, 4, 9)}, want: []*Tensor{f(sh(1, 1, 3), 3, 5, 6.5)}},
	{name: "with padding", op: "AveragePool", opset: 7, attrs: Attributes{"kernel_shape": aint(3), "pads": aint(1, 1), "count_include_pad": ai(1)}, in: []*Tensor{f(sh(1, 1, 3), 2, 4, 9)}, want: []*Tensor{f(sh(1, 1, 3), 2, 5, 13.0/3)}, tolerance: 1e-7},
	{name: "ceil with padding", op: "AveragePool", opset: 19, attrs: Attributes{"kernel_shape": aint(2), "strides": aint(2), "count_include_pad": ai(1), "ceil_mode": ai(1)}, in: []*Tensor{f(sh(1, 1, 3), 2, 4, 9)}, want: []*Tensor{f(sh(1, 1, 2), 3, 9)}},
	{name: "same upper", op: "AveragePool", opset: 11, attrs: Attributes{"kernel_shape": aint(2), "auto_pad": as("SAME_UPPER")}, in: []*Tensor{f(sh(1, 1, 2), 2, 4)}, want: []*Tensor{f(sh(1, 1, 2), 3, 4)}},
	{name: "same lower", op: "AveragePool", opset: 11, attrs: Attributes{"kernel_shape": aint(2), "auto_pad": as("SAME_LOWER")}, in: []*Tensor{f(sh(1, 1, 2), 2, 4)}, want: []*Tensor{f(sh(1, 1, 2), 2, 3)}},
	{name: "mean", op: "GlobalAveragePool", opset: 7, in: []*Tensor{f(sh(1, 2, 1, 2), 1, 2, 3, 5)}, want: []*Tensor{f(sh(1, 2, 1, 1), 1.5, 4)}},
	{name: "max", op: "GlobalMaxPool", opset: 7, in: []*Tensor{f(sh(1, 2, 2), 1, 2, -3, -5)}, want: []*Tensor{f(sh(1, 2, 1), 2, -3)}},

	{name: "one dimension", op: "Conv", opset: 7, in: []*Tensor{f(sh(1, 1, 4), 1, 2, 3, 4), f(sh(1, 1, 2), 1, -1), f(sh(1), 10)}, constant: []int{1, 2}, want: []*Tensor{f(sh(1, 1, 3), 9, 9, 9)}},
	{name: "depthwise", op: "Conv", opset: 11, attrs: Attributes{"group": ai(2), "pads": aint(1, 0)}, in: []*Tensor{f(sh(1, 2, 2), 1, 2, 3, 4), f(sh(2, 1, 2), 1, 1, 0, 1)}, constant: []int{1}, want: []*Tensor{f(sh(1, 2, 2), 1, 3, 3, 4)}},
	{name: "same upper", op: "Conv", opset: 11, attrs: Attributes{"auto_pad": as("SAME_UPPER"), "strides": aint(2, 2)}, in: []*Tensor{f(sh(1, 1, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9), f(sh(1, 1, 2, 2), 1, 1, 1, 1)}, constant: []int{1}, want: []*Tensor{f(sh(1, 1, 2, 2), 12, 9, 15, 9)}},
	{name: "bias", op: "Gemm", opset: 7, attrs: Attributes{"transB": ai(1)}, in: []*Tensor{f(sh(1, 2), 1, 2), f(sh(3, 2), 1, 0, 0, 1, 1, 1), f(sh(3), 10, 20, 30)}, constant: []int{1, 2}, want: []*Tensor{f(sh(1, 3), 11, 22, 33)}},
	{name: "scaled", op: "Gemm", opset: 11, attrs: Attributes{"transA": ai(1), "alpha": af(2), "beta": af(0.5)}, in: []*Tensor{f(sh(2, 1), 1, 2), f(sh(2, 2), 1, 2, 3, 4), f(sh(1, 1), 8)}, want: []*Tensor{f(sh(1, 2), 18, 24)}},
	{name: "scaled bias", op: "Gemm", opset: 7, attrs: Attributes{"beta": af(0.5)}, in: []*Tensor{f(sh(1, 2), 1, 2), f(sh(2, 2), 1, 0, 0, 1), f(sh(1, 2), 10, 20)}, constant: []int{1, 2}, want: []*Tensor{f(sh(1, 2), 6, 12)}},
	{name: "one bias", op: "Gemm", opset: 7, in: []*Tensor{f(sh(1, 2), 1, 2), f(sh(2, 2), 1, 0, 0, 1), f(sh(), 10)}, constant: []int{1, 2}, want: []*Tensor{f(sh(1, 2), 11, 12)}},
	{name: "activations", op: "Gemm", opset: 13, attrs: Attributes{"transB": ai(1)}, in: []*Tensor{f(sh(1, 2), 1, 2), f(sh(3, 2), 1, 0, 0, 1, 1, 1)}, want: []*Tensor{f(sh(1, 3), 1, 2, 3)}},
	{name: "column of C", op: "Gemm", opset: 13, in: []*Tensor{f(sh(2, 1), 1, 2), f(sh(1, 2), 1, 2), f(sh(2, 1), 10, 20)}, constant: []int{1, 2}, want: []*Tensor{f(sh(2, 2), 11, 12, 22, 24)}},
	{name: "constant left", op: "Gemm", opset: 13, attrs: Attributes{"transA": ai(1), "transB": ai(1)}, in: []*Tensor{f(sh(2, 1), 1, 2), f(sh(1, 2), 3, 4)}, constant: []int{0}, want: []*Tensor{f(sh(1, 1), 11)}},
	{name: "vectors", op: "MatMul", opset: 9, in: []*Tensor{f(sh(2), 1, 2), f(sh(2), 3, 4)}, want: []*Tensor{f(sh(), 11)}},
	{name: "stack by matrix", op: "MatMul", opset: 9, in: []*Tensor{f(sh(2, 1, 2), 1, 2, 3, 4), f(sh(2, 2), 1, 0, 0, 2)}, constant: []int{1}, want: []*Tensor{f(sh(2, 1, 2), 1, 4, 3, 8)}},
	{name: "broadcast stacks", op: "MatMul", opset: 13, in: []*Tensor{f(sh(2, 1, 1, 2), 1, 2, 3, 4), f(sh(2, 2, 1), 1, 0, 0, 1)}, want: []*Tensor{f(sh(2, 2, 1, 1), 1, 2, 3, 4)}},
	{name: "constant vector", op: "MatMul", opset: 13, in: []*Tensor{f(sh(2, 2), 1, 2, 3, 4), f(sh(2), 1, 10)}, constant: []int{1}, want: []*Tensor{f(sh(2), 21, 43)}},
}

func TestOperators(t *testing.T) {
	covered := map[string]bool{}
	for _, c := range operatorCases {
		t.Run(c.op+"/"+c.name, func(t *testing.T) {
			covered[c.op] = true
			// Once with activations, once with everything constant, where no
			// product is asked for: the same results through constant folding.
			all := make([]int, len(c.in))
			for i := range all {
				all[i] = i
			}
			for _, constant := range [][]int{c.constant, all} {
				out := apply(t, c.op, c.opset, c.attrs, len(c.want), c.in, constant...)
				for i, want := range c.want {
					if !within(out[i], want, c.tolerance) {
						t.Errorf("constant %v: output %d is %v %v, want %v %v", constant, i, out[i].Shape, out[i], want.Shape, want)
					}
				}
			}
		})
	}
	for _, name := range []string{"Less", "Greater", "LessOrEqual", "And", "Or", "GRU", "LSTM", "RNN", "CastLike"} {
		covered[name] = true // in other tests
	}
	for name := range operators {
		if !covered[name] {
			t.Errorf("no test of %s", name)
		}
	}
}
