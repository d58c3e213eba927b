// Horner evaluates a polynomial by Horner's rule in floating and fixed point of few bits, written once over
// [minifloat.Number], and shows its error against float64 where the terms cancel and where they do not.
//
//	go run ./examples/horner -o horner.svg
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"text/tabwriter"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/internal/chart"
	"github.com/halfulp/halfulp/minifloat"
)

// chebyshev are the coefficients of T6(x) = 32x⁶ - 48x⁴ + 18x² - 1, from the highest on, over 64: it swings
// between ±1/64 on [-1, 1] while its terms reach 3/4.
var chebyshev = []float64{32. / 64, 0, -48. / 64, 0, 18. / 64, 0, -1. / 64}

// horner evaluates a polynomial at x: a product and a sum, each rounded, for every coefficient.
func horner[T minifloat.Number[T]](coefficients []T, x T) T {
	y := minifloat.Zero[T]()
	for _, c := range coefficients {
		y = y.Mul(x).Add(c)
	}
	return y
}

func main() {
	log.SetFlags(0)
	file := flag.String("o", "", "`file` for a picture of the polynomial (SVG)")
	flag.Parse()
	if err := run(os.Stdout, *file); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, file string) error {
	picture := chart.Lines{Title: "A Chebyshev polynomial by Horner's rule in few bits", Subtitle: "T6(x) / 64; in each format x is a number of it",
		XName: "x", YName: "T6(x) / 64"}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "type\tlargest error\tmean error\t")
	measure[minifloat.E4M3FN](t, &picture, "e4m3fn")
	measure[minifloat.BFloat16](t, &picture, "bfloat16")
	measure[minifloat.Float16](t, &picture, "binary16")
	measure[fixedpoint.Q7](t, &picture, "Q0.7")
	measure[fixedpoint.Q15](t, &picture, "Q0.15")
	measure[minifloat.Float32](t, &picture, "binary32")
	if err := t.Flush(); err != nil {
		return err
	}
	return picture.WriteFile(file)
}

// measure evaluates the polynomial in one type, at numbers of that type.
func measure[T minifloat.Number[T]](w io.Writer, picture *chart.Lines, name string) {
	const numbers = 128
	var zero T
	coefficients := make([]T, len(chebyshev))
	for i, c := range chebyshev {
		coefficients[i] = zero.FromFloat64(c)
	}
	line, worst, sum := chart.Series{Name: name}, 0.0, 0.0
	for i := range numbers {
		x := zero.FromFloat64(float64(i) / numbers)
		y, square := horner(coefficients, x).Float64(), float64(x.Float64()*x.Float64())
		exact := float64((float64((float64((float64(32*square)-48)*square)+18)*square) - 1) / 64)
		worst, sum = max(worst, math.Abs(y-exact)), sum+math.Abs(y-exact)
		line.Points = append(line.Points, chart.Point{X: x.Float64(), Y: y})
	}
	picture.Series = append(picture.Series, line)
	fmt.Fprintf(w, "%s\t%.2g\t%.2g\t\n", name, worst, sum/numbers)
}
