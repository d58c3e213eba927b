package glyphs

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// logitsFor returns logits whose largest are those of the given classes.
func logitsFor(classes ...int) []float32 {
	x := make([]float32, len(classes)*len(Classes))
	for i, k := range classes {
		x[i*len(Classes)+k] = 1
	}
	return x
}

func TestCurve(t *testing.T) {
	c := NewCurve(41) // parts of three steps
	for step := range 7 {
		if got := c.Last(); (got == "") != (step < 3) {
			t.Errorf("after %d steps: %q", step, got)
		}
		c.Add(float64(step), logitsFor(step, 1), []int{step, step})
	}
	want := []CurvePoint{
		{Steps: 3, Loss: 1, Accuracy: 100 * 4.0 / 6},
		{Steps: 6, Loss: 4, Accuracy: 50},
	}
	if fmt.Sprint(c.Points) != fmt.Sprint(want) {
		t.Errorf("points %v, want %v", c.Points, want)
	}
}

// failing fails at the n-th write.
type failing struct{ n int }

var errFull = errors.New("full")

func (f *failing) Write(b []byte) (int, error) {
	if f.n--; f.n < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestCurveCannotBeWritten(t *testing.T) {
	c := NewCurve(1)
	c.Add(1, logitsFor(0), []int{0})
	for n := range 2 {
		if err := c.WriteTable(&failing{n}); !errors.Is(err, errFull) {
			t.Errorf("write %d fails: error %v", n, err)
		}
	}
}

func ExampleCurve() {
	c := NewCurve(2)
	c.Add(2.5, logitsFor(0, 1), []int{0, 0})
	c.Add(1.25, logitsFor(3, 4), []int{3, 4})
	fmt.Println(c.Last())
	c.WriteTable(os.Stdout)
	// Output:
	// loss 1.250  accuracy 100.0 %
	//  steps    loss  accuracy
	//      1  2.5000   50.00 %
	//      2  1.2500  100.00 %
}
