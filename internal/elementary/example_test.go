package elementary_test

import (
	"fmt"

	"github.com/halfulp/halfulp/internal/elementary"
)

func Example() {
	fmt.Println(elementary.Exp(1), elementary.Log(10), elementary.Sigmoid(0))
	fmt.Println(elementary.Pow(-2, 3), elementary.Erf(1))
	// Output:
	// 2.718281828459045 2.302585092994046 0.5
	// -8 0.8427007929497149
}
