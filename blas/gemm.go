package blas

// layGemm fills in the geometry of q. It reports whether the output channels are the rows of q.
func layGemm[T, A any](q *plan[T, A], p *GemmParams, a, b source[T]) (channelRows bool) {
	ia, ib := matrix(p.LDA, 1, p.K), matrix(1, p.LDB, p.K)
	if p.TransA {
		ia = matrix(1, p.LDA, p.K)
	}
	if p.TransB {
		ib = matrix(p.LDB, 1, p.K)
	}
	q.groups, q.depth = 1, p.K
	swapped := q.lay(p.M, p.N, ia, ib, a, b, axis{inner: max(p.M, 1), step: p.LDC}, axis{inner: max(p.N, 1), step: 1})
	return p.PerRow != swapped
}

// matrix is the index of items of a matrix that begin item apart, with elements step apart.
func matrix(item, step, depth int) index {
	return index{item: item, runs: 1, length: depth, step: step}
}
