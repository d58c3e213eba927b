package network

import (
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

// A Schedule returns the learning rate of a step, counted from 0, and whether
// the moments of the optimiser begin anew with it.
type Schedule func(step int) (rate float64, restart bool)

// ConstantRate is the Schedule of one rate without restarts.
func ConstantRate(rate float64) Schedule {
	return func(int) (float64, bool) { return rate, false }
}

// CosineRestarts is the Schedule of Loshchilov and Hutter, "SGDR" (2017): half
// a cosine from rate to least in every period of the given number of steps,
// with a restart at the beginning of each but the first. It panics for a period
// below 1.
func CosineRestarts(rate, least float64, period int) Schedule {
	checkPeriod(period)
	return func(step int) (float64, bool) {
		d := step % period
		half := (1 + elementary.Cos(math.Pi*float64(d)/float64(period))) / 2
		return least + float64((rate-least)*half), d == 0 && step > 0
	}
}

// QuarterCosineRestarts is the Schedule of the released code of FAT (Goncharenko
// and others, "Fast adjustable threshold for uniform neural network
// quantization", 2019), whose cosine falls only to cos(pi/4) before a restart:
//
//	rate * exp(-1e-4*step) * cos(pi*d / (4*period)) + 1e-7, d = step mod period
//
// There rate is 1e-3 and period 400. It panics for a period below 1.
func QuarterCosineRestarts(rate float64, period int) Schedule {
	checkPeriod(period)
	return func(step int) (float64, bool) {
		d := step % period
		c := elementary.Cos(math.Pi * float64(d) / (4 * float64(period)))
		return float64(rate*elementary.Exp(-1e-4*float64(step))*c) + 1e-7, d == 0 && step > 0
	}
}

func checkPeriod(period int) {
	if period < 1 {
		panic("network: a schedule with a period below 1")
	}
}
