package network

import "math"

// Adam holds the constants of the optimiser of Kingma and Ba, "Adam: a method
// for stochastic optimization" (2015), algorithm 1:
//
//	m = Beta1*m + (1-Beta1)*g          v = Beta2*v + (1-Beta2)*g*g
//	w = w - rate * (m/(1-Beta1^t)) / (sqrt(v/(1-Beta2^t)) + Epsilon)
//
// with t = 1 in the first step (after a restart again). A zero field stands for
// the value of the paper: 0.9, 0.999 and 1e-8. Steps are computed in float64
// and rounded to float32 once.
type Adam struct{ Beta1, Beta2, Epsilon float64 }

func (a Adam) withDefaults() Adam {
	if a.Beta1 == 0 {
		a.Beta1 = 0.9
	}
	if a.Beta2 == 0 {
		a.Beta2 = 0.999
	}
	if a.Epsilon == 0 {
		a.Epsilon = 1e-8
	}
	return a
}

func (a Adam) valid() bool {
	return a.Beta1 >= 0 && a.Beta1 < 1 && a.Beta2 >= 0 && a.Beta2 < 1 && a.Epsilon > 0 && !math.IsInf(a.Epsilon, 1)
}

// remaining returns 1 - beta^t by repeated multiplication, so that a resumed
// run has the bits of one that was not interrupted.
func remaining(beta float64, t int) float64 {
	power := 1.0
	for range t {
		if power *= beta; power < 0x1p-60 {
			return 1 // 1 - power rounds to it
		}
	}
	return 1 - power
}

// update makes a step on the weights w with the gradient g; m and v are the
// moments, c1 and c2 what remains of the betas.
func (a Adam) update(w, g, m, v []float32, rate, c1, c2 float64) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i := range w {
		x := float64(g[i])
		first := float64(a.Beta1*float64(m[i])) + float64((1-a.Beta1)*x)
		second := float64(a.Beta2*float64(v[i])) + float64((1-a.Beta2)*float64(x*x))
		m[i], v[i] = float32(first), float32(second)
		w[i] = float32(float64(w[i]) - float64(rate*(first/c1))/(math.Sqrt(second/c2)+a.Epsilon))
	}
}
