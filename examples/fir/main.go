// Fir runs a low-pass filter over three tones in fixed point and in float64, and shows how far the
// two are apart: what the format of samples and coefficients costs, and what that of the sums.
//
//	go run ./examples/fir -o fir.svg
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"text/tabwriter"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/internal/chart"
	"github.com/halfulp/halfulp/minifloat"
)

func main() {
	log.SetFlags(0)
	file := flag.String("o", "", "`file` for a picture of the error (SVG)")
	flag.Parse()
	if err := run(os.Stdout, *file); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, file string) error {
	h, x := lowPass(63, 0.08), tones(500)
	picture := chart.Lines{Title: "A FIR filter of 63 taps in fixed point", Subtitle: "lines: operands, and the format of the sums",
		XName: "attenuation of the input (dB)", YName: "signal to error against float64 (dB)"}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "operands\tsums\tSNR dB\tmax error\t")
	row := func(operands, sums string, filter func(h, x []float64) []float64) {
		snr, worst := compare(float64s(h, x), filter(h, x))
		fmt.Fprintf(t, "%s\t%s\t%.1f\t%.2g\t\n", operands, sums, snr, worst)
		line := chart.Series{Name: operands + ", " + sums}
		for a := -6.0; a <= 60; a += 3 {
			y := attenuate(x, a)
			snr, _ := compare(float64s(h, y), filter(h, y))
			line.Points = append(line.Points, chart.Point{X: a, Y: snr})
		}
		picture.Series = append(picture.Series, line)
	}
	row("Q0.7", "Q0.7", typed[fixedpoint.Q7])
	row("Q0.7", "Q8.14", mixed("q0.7", "q8.14"))
	row("Q0.15", "Q0.15", typed[fixedpoint.Q15])
	row("Q0.15", "Q8.31", mixed("q0.15", "q8.31"))
	row("Q0.31", "Q0.31", typed[fixedpoint.Q31])
	row("binary16", "binary16", typed[minifloat.Float16])
	if err := t.Flush(); err != nil {
		return err
	}
	return picture.WriteFile(file)
}
