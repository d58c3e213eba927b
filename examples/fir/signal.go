package main

import "math"

// tones are n samples of three sines, of which a low-pass filter keeps the first.
func tones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		for _, f := range []float64{0.01, 0.15, 0.37} {
			x[i] += float64(0.3 * math.Sin(2*math.Pi*f*float64(i)))
		}
	}
	return x
}

// lowPass returns the coefficients of a filter that cuts at a share of the sampling rate: a sinc under a Hann
// window, with a sum of 1.
func lowPass(taps int, cut float64) []float64 {
	h := make([]float64, taps)
	sum := 0.0
	for i := range h {
		t := float64(i) - float64(float64(taps-1)/2)
		h[i] = 2 * cut
		if t != 0 {
			h[i] = math.Sin(2*math.Pi*cut*t) / (math.Pi * t)
		}
		h[i] = float64(h[i] * (0.5 + float64(0.5*math.Cos(2*math.Pi*t/float64(taps+1)))))
		sum += h[i]
	}
	for i := range h {
		h[i] /= sum
	}
	return h
}

// compare returns the ratio of signal to error in dB, and the largest error.
func compare(want, got []float64) (snr, worst float64) {
	signal, noise := 0.0, 0.0
	for i := range want {
		e := got[i] - want[i]
		worst = max(worst, math.Abs(e))
		signal += float64(want[i] * want[i])
		noise += float64(e * e)
	}
	return 10 * math.Log10(signal/noise), worst
}

// attenuate returns the samples lowered by so many dB.
func attenuate(x []float64, db float64) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = math.Pow(10, -db/20) * x[i]
	}
	return y
}
