package fixedpoint

// FullAdd returns a format that holds every sum of a number of f and one of g:
// the larger number of fraction bits, the larger number of integer bits and one
// more, and a sign where one has it. This is the rule of VHDL's fixed_pkg, of
// APyTypes and of Simulink's full precision. The error is [NewFormat]'s where
// that takes more than 64 bits.
func (f Format) FullAdd(g Format) (Format, error) {
	f.mustBeValid()
	g.mustBeValid()
	return NewFormat(f.signed || g.signed, 1+max(f.IntegerBits(), g.IntegerBits()), max(f.FractionBits(), g.FractionBits()))
}

// FullSub returns a format that holds every difference of a number of f and one
// of g: that of FullAdd, but always with a sign, which takes the place of the
// further integer bit where neither f nor g has one.
func (f Format) FullSub(g Format) (Format, error) {
	f.mustBeValid()
	g.mustBeValid()
	integer := max(f.IntegerBits(), g.IntegerBits())
	if f.signed || g.signed {
		integer++
	}
	return NewFormat(true, integer, max(f.FractionBits(), g.FractionBits()))
}

// FullMul returns a format that holds every product of a number of f and one of
// g: as many bits as both together, as many fraction bits as both together, and a
// sign where one has it. The error is [NewFormat]'s where that takes more than 64
// bits, or more fraction bits than a format has.
func (f Format) FullMul(g Format) (Format, error) {
	f.mustBeValid()
	g.mustBeValid()
	integer := f.IntegerBits() + g.IntegerBits()
	if f.signed && g.signed {
		integer++ // the product of the two lowest values; the width of both signs
	}
	return NewFormat(f.signed || g.signed, integer, f.FractionBits()+g.FractionBits())
}
