// Dct transforms the blocks of a picture as JPEG does, in fixed point and in float64, and shows how far
// the coefficients are apart: what a format costs, and what it costs to cut bits off instead of rounding.
//
//	go run ./examples/dct -o dct.svg
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
	"github.com/halfulp/halfulp/rounding"
)

func main() {
	log.SetFlags(0)
	file := flag.String("o", "", "`file` for a picture of the error of each coefficient (SVG)")
	flag.Parse()
	if err := run(os.Stdout, *file); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, file string) error {
	blocks := image(64)
	picture := chart.Lines{Title: "A DCT of 8 x 8 pixels in fixed point", Subtitle: "error against float64; rounding after each step or each sum, or bits of the sum cut off (toward -infinity)",
		XName: "frequency (row and column together)", YName: "error (dB)"}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "format\trounding\tSNR dB\tmax error\tmean error\t")
	row := func(name, mode string, transform func(block) block) {
		var e comparison
		for _, b := range blocks {
			e.add(float64s(b), transform(b))
		}
		fmt.Fprintf(t, "%s\t%s\t%.1f\t%.2g\t%+.2g\t\n", name, mode, e.snr(), e.worst, e.mean())
		picture.Series = append(picture.Series, chart.Series{Name: name + ", " + mode, Points: e.spectrum()})
	}
	row("Q3.4", "each step", typed[fixedpoint.Q3x4])
	row("Q3.4", "each sum", mixed("q3.4", rounding.ToNearestEven))
	row("Q3.8", "each sum", mixed("q3.8", rounding.ToNearestEven))
	row("Q3.12", "each sum", mixed("q3.12", rounding.ToNearestEven))
	row("Q3.12", "cut", mixed("q3.12", rounding.ToNegativeInf))
	row("Q15.16", "each step", typed[fixedpoint.Q15x16])
	row("Q3.28", "each sum", mixed("q3.28", rounding.ToNearestEven))
	if err := t.Flush(); err != nil {
		return err
	}
	return picture.WriteFile(file)
}
