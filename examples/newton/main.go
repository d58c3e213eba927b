// Newton takes square roots by Newton's iteration in floating and fixed point of few bits, written once
// over [minifloat.Number], and shows how many steps it takes and how often it ends beside the right root.
//
//	go run ./examples/newton -o newton.svg
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/internal/chart"
	"github.com/halfulp/halfulp/minifloat"
)

// root returns the iterates of x = (x + a/x) / 2 from x = a until one comes again.
func root[T minifloat.Number[T]](a T) []T {
	half := a.FromFloat64(0.5)
	for all, x := []T{a}, a; ; all = append(all, x) {
		x = x.Add(a.Quo(x)).Mul(half)
		if slices.ContainsFunc(all, func(y T) bool { return x.Cmp(y) == 0 }) {
			return all
		}
	}
}

func main() {
	log.SetFlags(0)
	file := flag.String("o", "", "`file` for a picture of the convergence (SVG)")
	flag.Parse()
	if err := run(os.Stdout, *file); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, file string) error {
	picture := chart.Lines{Title: "Newton's iteration for square roots in few bits", Subtitle: "mean of 300 numbers from 1 to 4",
		XName: "step", YName: "right bits, -log2 |x/√a - 1|"}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "type\tmean steps\tnot the nearest root\t")
	measure[minifloat.E4M3FN](t, &picture, "e4m3fn")
	measure[minifloat.BFloat16](t, &picture, "bfloat16")
	measure[minifloat.Float16](t, &picture, "binary16")
	measure[fixedpoint.Fixed[int16, fixedpoint.F12]](t, &picture, "Q3.12")
	measure[fixedpoint.Fixed[int32, fixedpoint.F28]](t, &picture, "Q3.28")
	measure[minifloat.Float32](t, &picture, "binary32")
	return errors.Join(t.Flush(), picture.WriteFile(file))
}

// measure takes roots in one type.
func measure[T minifloat.Number[T]](w io.Writer, picture *chart.Lines, name string) {
	const numbers, steps = 300, 8
	var zero T
	taken, off := 0, 0
	line := chart.Series{Name: name, Points: make([]chart.Point, steps)}
	for i := range numbers {
		a := zero.FromFloat64(1 + float64(3*float64(i)/numbers))
		exact, x := math.Sqrt(a.Float64()), root(a)
		last := len(x) - 1
		taken += last
		if x[last].Cmp(zero.FromFloat64(exact)) != 0 {
			off++
		}
		for k := range line.Points {
			line.Points[k].X = float64(k)
			line.Points[k].Y -= math.Log2(max(math.Abs(x[min(k, last)].Float64()/exact-1), 0x1p-30)) / numbers
		}
	}
	picture.Series = append(picture.Series, line)
	fmt.Fprintf(w, "%s\t%.2f\t%.1f %%\t\n", name, float64(taken)/numbers, 100*float64(off)/numbers)
}
