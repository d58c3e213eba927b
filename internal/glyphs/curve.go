package glyphs

import (
	"fmt"
	"io"
)

// Curve is the course of a training in parts of equal length. Where no image is
// shown twice, it tells how the network does on images that it has not seen.
type Curve struct {
	Points []CurvePoint
	each   int // steps of a part

	steps, images, right int // of the part that is not full
	loss                 float64
}

// CurvePoint is one part of a training.
type CurvePoint struct {
	Steps    int     // made at its end
	Loss     float64 // mean over its steps
	Accuracy float64 // percent of its images, before the step that they were for
}

// NewCurve returns the curve of a training of so many steps, in 20 parts at most.
func NewCurve(steps int) *Curve { return &Curve{each: max(1, (steps+19)/20)} }

// Add adds a step: its loss, the logits before it, and the labels of its images.
func (c *Curve) Add(loss float64, logits []float32, labels []int) {
	c.steps++
	c.loss += loss
	c.images += len(labels)
	c.right += correct(logits, labels)
	if c.steps == c.each {
		c.Points = append(c.Points, CurvePoint{
			Steps: c.each * (len(c.Points) + 1), Loss: c.loss / float64(c.steps), Accuracy: 100 * float64(c.right) / float64(c.images),
		})
		c.steps, c.images, c.right, c.loss = 0, 0, 0, 0
	}
}

// Last describes the last part that is full, for a line of progress.
func (c *Curve) Last() string {
	if len(c.Points) == 0 {
		return ""
	}
	p := c.Points[len(c.Points)-1]
	return fmt.Sprintf("loss %.3f  accuracy %.1f %%", p.Loss, p.Accuracy)
}

// WriteTable writes a line for each part.
func (c *Curve) WriteTable(w io.Writer) error {
	if _, err := fmt.Fprintln(w, " steps    loss  accuracy"); err != nil {
		return err
	}
	for _, p := range c.Points {
		if _, err := fmt.Fprintf(w, "%6d  %6.4f  %6.2f %%\n", p.Steps, p.Loss, p.Accuracy); err != nil {
			return err
		}
	}
	return nil
}
