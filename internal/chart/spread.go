package chart

// Spread moves ascending positions as little as their groups allow until
// neighbours are at least gap apart and all lie within lo and hi, the higher bound
// giving way if there are too many: positions that collide become a block around
// their mean.
func Spread(want []float64, gap, lo, hi float64) []float64 {
	type block struct {
		n   int
		sum float64 // of each member's wanted position of the block's first
	}
	var blocks []block
	start := func(b block) float64 {
		length := float64(gap * float64(b.n-1))
		return max(lo, min(b.sum/float64(b.n), hi-length))
	}
	for _, v := range want {
		blocks = append(blocks, block{1, v})
		for len(blocks) > 1 {
			p, q := blocks[len(blocks)-2], blocks[len(blocks)-1]
			if start(p)+float64(gap*float64(p.n)) <= start(q) {
				break
			}
			// A member k places into the merged block wants its first k gaps higher.
			p.sum += q.sum - float64(gap*float64(p.n*q.n))
			p.n += q.n
			blocks = append(blocks[:len(blocks)-2], p)
		}
	}
	at := make([]float64, 0, len(want))
	for _, b := range blocks {
		for i := range b.n {
			at = append(at, start(b)+float64(gap*float64(i)))
		}
	}
	return at
}
