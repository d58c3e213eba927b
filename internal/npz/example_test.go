package npz_test

import (
	"fmt"

	"github.com/halfulp/halfulp/internal/npz"
)

func ExampleOpen() {
	f, err := npz.Open("testdata/orders.npz", npz.Limits{Bytes: 1 << 20})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	a, err := f.Array("c")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.DType(), a.Shape(), a.AppendFloat32s(nil, 7, 10))
	_, err = f.Array("x")
	fmt.Println(err)
	// Output:
	// int16 [2 3 4 5] [7 8 9]
	// testdata/orders.npz: missing array "x"; the file has "c", "empty", "f", "scalar", "t"
}
