package chart

import (
	"fmt"
	"math"
	"strconv"
)

// Axis is a range with ticks: from First to Last steps of Digit * 10^Exponent.
type Axis struct {
	First, Last int64
	Digit       int64 // 1, 2 or 5
	Exponent    int
}

// NewAxis returns the axis with about n steps from lo or below to hi or above, lo < hi
// and both finite.
func NewAxis(lo, hi float64, n int) Axis {
	raw := (hi - lo) / float64(n)
	if !(raw > 0 && raw <= math.MaxFloat64) {
		panic("chart: no range")
	}
	// The exponent of the step is that of raw's decimal, unless its first digit is above 5.
	e := strconv.FormatFloat(raw, 'e', 17, 64)
	exponent, err := strconv.Atoi(e[len("1.12345678901234567e"):])
	if err != nil {
		panic("chart: " + err.Error())
	}
	a := Axis{Digit: 1, Exponent: exponent + 1}
	for _, d := range [...]int64{1, 2, 5} {
		if tick(d, exponent) >= raw {
			a = Axis{Digit: d, Exponent: exponent}
			break
		}
	}
	a.First, a.Last = int64(math.Floor(lo/a.Step())), int64(math.Ceil(hi/a.Step()))
	return a
}

// tick returns n * 10^e, rounded once.
func tick(n int64, e int) float64 {
	x, err := strconv.ParseFloat(fmt.Sprintf("%de%d", n, e), 64)
	if err != nil {
		panic("chart: " + err.Error())
	}
	return x
}

// Step returns the distance of ticks.
func (a Axis) Step() float64 { return tick(a.Digit, a.Exponent) }

// Lo returns the lower end.
func (a Axis) Lo() float64 { return tick(a.First*a.Digit, a.Exponent) }

// Hi returns the upper end.
func (a Axis) Hi() float64 { return tick(a.Last*a.Digit, a.Exponent) }

// At returns where x stands on an axis that is drawn between two pixels.
func (a Axis) At(x, from, to float64) float64 {
	return from + float64((to-from)*((x-a.Lo())/(a.Hi()-a.Lo())))
}

// Tick is a labelled place on an axis.
type Tick struct {
	Value float64
	Label string
}

// Ticks returns the ticks, both ends included.
func (a Axis) Ticks() []Tick {
	var ticks []Tick
	for k := a.First; k <= a.Last; k++ {
		v := tick(k*a.Digit, a.Exponent)
		label := strconv.FormatFloat(v, 'f', max(0, -a.Exponent), 64)
		if a.Exponent < -6 || a.Exponent > 6 {
			label = strconv.FormatFloat(v, 'g', -1, 64)
		}
		ticks = append(ticks, Tick{v, label})
	}
	return ticks
}
