package network

import (
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

// The functions of one argument that operators and gates are made of, each
// computed in float64 and rounded to float32 once, unless it is exact anyway.

func exp32(x float32) float32     { return float32(elementary.Exp(float64(x))) }
func log32(x float32) float32     { return float32(elementary.Log(float64(x))) }
func tanh32(x float32) float32    { return float32(elementary.Tanh(float64(x))) }
func sigmoid32(x float32) float32 { return float32(elementary.Sigmoid(float64(x))) }

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func relu(x float32) float32 {
	if x < 0 {
		return 0
	}
	return x // NaN stays
}

// abs32 and neg32 act on the sign bit, as IEEE 754 has them.
func abs32(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
func neg32(x float32) float32 { return -x }

func isNaN(x float32) bool { return x != x }

// max32 and min32 return NaN where an operand is NaN, and order -0 before +0.
func max32(x, y float32) float32 { return max(x, y) }
func min32(x, y float32) float32 { return min(x, y) }

// clamp keeps NaN; hi wins where the bounds cross, as in min(max(x, lo), hi).
func clamp(x, lo, hi float32) float32 {
	if x < lo {
		x = lo
	}
	if x > hi {
		x = hi
	}
	return x
}

func hardSigmoid(alpha, beta float32) func(float32) float32 {
	return func(x float32) float32 { return clamp(float32(alpha*x)+beta, 0, 1) }
}

func leakyRelu(alpha float32) func(float32) float32 {
	return func(x float32) float32 {
		if x < 0 {
			return alpha * x
		}
		return x
	}
}

func elu(alpha float32) func(float32) float32 {
	return func(x float32) float32 {
		if x < 0 {
			return float32(float64(alpha) * elementary.Expm1(float64(x)))
		}
		return x
	}
}

func thresholdedRelu(alpha float32) func(float32) float32 {
	return func(x float32) float32 {
		if x > alpha || isNaN(x) {
			return x
		}
		return 0
	}
}

func softsign(x float32) float32 { return float32(float64(x) / (1 + math.Abs(float64(x)))) }

func geluErf(x float32) float32 {
	v := float64(x)
	return float32(0.5 * v * (1 + elementary.Erf(v*math.Sqrt2/2)))
}

func geluTanh(x float32) float32 {
	const sqrt2OverPi = 0.79788456080286535587989211986876
	v := float64(x)
	cube := float64(v*v) * v
	inner := sqrt2OverPi * (v + float64(0.044715*cube))
	return float32(0.5 * v * (1 + elementary.Tanh(inner)))
}
