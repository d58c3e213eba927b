package exact

// Step says how a term of a dot product enters the sum.
type Step int

const (
	Fused       Step = iota // acc = round(acc + x*y): one rounding a term
	MultiplyAdd             // acc = round(acc + round(x*y)): two roundings a term
)

// Dot returns the sum of the products x[i]*y[i] in ascending order of i, added to
// start, with every rounding into the format acc, and all exceptions raised on
// the way. The order of a summation is stated by the order of the slices.
func Dot(start uint64, x, y []Number, acc Format, step Step, o Options) (sum uint64, flags Flags) {
	sum = start
	for i := range x {
		r := FMA(x[i], y[i], acc.Decode(sum))
		if step == MultiplyAdd {
			product, raised := RoundResult(Mul(x[i], y[i]), acc, o)
			flags |= raised
			r = Add(acc.Decode(sum), acc.Decode(product))
		}
		var raised Flags
		sum, raised = RoundResult(r, acc, o)
		flags |= raised
	}
	return sum, flags
}

// ExactDot returns start plus the sum of the products x[i]*y[i] without any
// rounding. NaNs, infinities and invalid products have the effect they have in
// Add and Mul. A sum of zero in which anything cancelled is marked as Add marks it.
func ExactDot(start Number, x, y []Number) Result {
	sum := exactly(start)
	raised := Flags(0)
	cancelled := false
	for i := range x {
		sum = FMA(x[i], y[i], sum.Number)
		raised |= sum.Raised
		cancelled = cancelled || sum.Cancelled
	}
	sum.Raised |= raised
	sum.Cancelled = sum.IsZero() && cancelled
	return sum
}
