package main

import (
	"fmt"
	"io"
	"os"

	"github.com/halfulp/halfulp/internal/chart"
	"github.com/halfulp/halfulp/internal/glyphs"
)

// picture is the training curve as a chart.
func picture(course *glyphs.Curve) chart.Lines {
	var s chart.Series
	for _, p := range course.Points {
		s.Points = append(s.Points, chart.Point{X: float64(p.Steps), Y: p.Accuracy})
		s.Name = fmt.Sprintf("%.2f", p.Accuracy)
	}
	return chart.Lines{
		Title:    "Training on glyphs",
		Subtitle: "accuracy on the images of the steps, each shown once",
		XName:    fmt.Sprintf("steps of %d images", batch), YName: "accuracy (percent)",
		Series: []chart.Series{s},
	}
}

// writeTo writes a file by write, unless it has no name.
func writeTo(path string, write func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
