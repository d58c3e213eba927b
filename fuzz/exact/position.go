package exact

// Fraction returns the position between the two neighbours, in units of 2^-64 of
// their distance, and whether it lies above that; 0 and false where the result
// is a value of the format, a zero, an infinity or a NaN.
func (p *Place) Fraction() (fraction uint64, more bool) {
	return p.position.fraction, p.position.more
}

// Fraction is that of a Place.
func (p *FixedPlace) Fraction() (fraction uint64, more bool) {
	return p.position.fraction, p.position.more
}

// Keep returns the place as it looks to one who keeps only n bits below the last
// place, 0 to 63, and forgets whether any follow.
func (p Place) Keep(n int) Place {
	p.position = p.position.keep(n)
	p.finePosition = p.finePosition.keep(n)
	return p
}

func (p position) keep(n int) position { return position{p.fraction &^ (1<<(64-n) - 1), false} }

// Tiny reports whether the exact magnitude is below the smallest normal value, and
// not zero.
func (p *Place) Tiny() bool { return p.tiny }

// Numbers returns the numbers of the two neighbours in ascending order of
// magnitude, as the codes of positive values count, beyond the largest finite value
// too. For a value of the format the first is its own.
func (p *Place) Numbers() (lower, upper int64) { return p.lower, p.upper }
