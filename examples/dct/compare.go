package main

import (
	"math"

	"github.com/halfulp/halfulp/internal/chart"
)

// image returns n blocks of a picture with values in [-1, 1): slopes, edges and a fine pattern.
func image(n int) []block {
	blocks := make([]block, n)
	for i := range blocks {
		a, b := math.Sin(float64(i)), math.Cos(1.7*float64(i))
		for y := range blocks[i] {
			for x := range blocks[i][y] {
				v := float64(0.4*a) + float64(0.05*b*float64(x)) - float64(0.04*a*float64(y)) + float64(0.1*math.Sin(float64(i)+float64(2.5*float64(x*y))))
				if x+y > 8+i%5 {
					v -= float64(0.5 * b)
				}
				blocks[i][y][x] = max(-1, min(v, 0.99))
			}
		}
	}
	return blocks
}

// comparison gathers the errors of coefficients.
type comparison struct {
	count                     int
	signal, noise, sum, worst float64
	power                     [15]float64 // by frequency: row and column of the coefficient together
	of                        [15]float64
}

func (c *comparison) add(want, got block) {
	for u := range want {
		for v := range want[u] {
			e := got[u][v] - want[u][v]
			c.count++
			c.signal += float64(want[u][v] * want[u][v])
			c.noise += float64(e * e)
			c.sum += e
			c.worst = max(c.worst, math.Abs(e))
			c.power[u+v] += float64(e * e)
			c.of[u+v]++
		}
	}
}

func (c *comparison) snr() float64  { return 10 * math.Log10(c.signal/c.noise) }
func (c *comparison) mean() float64 { return c.sum / float64(c.count) }

// spectrum is the root mean square error of each frequency in dB.
func (c *comparison) spectrum() (points []chart.Point) {
	for f, p := range c.power {
		points = append(points, chart.Point{X: float64(f), Y: 10 * math.Log10(p/c.of[f])})
	}
	return points
}
