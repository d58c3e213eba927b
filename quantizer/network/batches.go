package network

import "fmt"

// MatMulBatches returns the shape of the product of two stacks of matrices,
// [..., M, K] and [..., K, N] with M, K, N > 0 and broadcasting leading
// dimensions, and for each matrix of the result, in order, the index of the
// matrix of a and of b that it is the product of.
func MatMulBatches(a, b []int) (shape []int, pairs [][2]int, err error) {
	shape, err = matMulShape(a, b)
	if err != nil {
		return nil, nil, err
	}
	lead := shape[:len(shape)-2]
	n, _ := sizeOf(lead)
	as, bs := broadcastStrides(a[:len(a)-2], lead), broadcastStrides(b[:len(b)-2], lead)
	pairs = make([][2]int, n)
	index := make([]int, len(lead))
	var pa, pb int
	for i := range pairs {
		pairs[i] = [2]int{pa, pb}
		for d := len(lead) - 1; d >= 0; d-- {
			index[d]++
			pa, pb = pa+as[d], pb+bs[d]
			if index[d] < lead[d] {
				break
			}
			pa, pb = pa-as[d]*lead[d], pb-bs[d]*lead[d]
			index[d] = 0
		}
	}
	return shape, pairs, nil
}

// matMulShape returns the shape of a product of stacks of matrices.
func matMulShape(a, b []int) ([]int, error) {
	if len(a) < 2 || len(b) < 2 {
		return nil, fmt.Errorf("%w: a product of shapes %v and %v", ErrShape, a, b)
	}
	if a[len(a)-1] != b[len(b)-2] {
		return nil, fmt.Errorf("%w: a product of shapes %v and %v: inner dimensions differ", ErrShape, a, b)
	}
	lead, err := broadcast(a[:len(a)-2], b[:len(b)-2])
	if err != nil {
		return nil, err
	}
	return append(lead, a[len(a)-2], b[len(b)-1]), nil
}

// broadcast returns the shape that a and b broadcast to.
func broadcast(a, b []int) ([]int, error) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out := make([]int, len(a), len(a)+2)
	copy(out, a)
	off := len(a) - len(b)
	for i, d := range b {
		switch e := a[off+i]; {
		case e == d || d == 1:
		case e == 1:
			out[off+i] = d
		default:
			return nil, fmt.Errorf("%w: shapes %v and %v do not broadcast", ErrShape, a, b)
		}
	}
	return out, nil
}

// broadcastStrides returns, for each dimension of out, by how many elements of
// a dense tensor of the given shape a step along it moves: zero where the
// shape is broadcast.
func broadcastStrides(shape, out []int) []int {
	strides := make([]int, len(out))
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		o := i + len(out) - len(shape)
		if shape[i] != 1 {
			strides[o] = step
		}
		step *= shape[i]
	}
	return strides
}
