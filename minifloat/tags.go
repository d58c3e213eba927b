package minifloat

// The widths and families of the typed face are types, because Go has no
// integer type parameters. They are arrays, because the length of an array is a
// constant in each instantiation, so that everything derived from it folds; a
// constraint with a method would be an indirect call.

// Storage is the unsigned integer that holds a code: the smallest one that is
// wide enough, or any wider one.
type Storage interface{ uint8 | uint16 | uint32 }

// Exponent is the width of the exponent field, E1 to E11.
type Exponent interface {
	E1 | E2 | E3 | E4 | E5 | E6 | E7 | E8 | E9 | E10 | E11
}

// Mantissa is the width of the mantissa field, M0 to M23.
type Mantissa interface {
	M0 | M1 | M2 | M3 | M4 | M5 | M6 | M7 | M8 | M9 | M10 | M11 |
		M12 | M13 | M14 | M15 | M16 | M17 | M18 | M19 | M20 | M21 | M22 | M23
}

// Family says which codes are special, and fixes the bias.
type Family interface {
	IEEE | FN | FNUZ | Finite | FNU | SE | SF | UE | UF | B11FNUZ
}

// The families of the typed face. Each is described at the [FamilyID] it stands
// for, whose value is its length.
type (
	IEEE   [IEEEFamily]struct{}   // infinities, NaNs, -0
	FN     [FNFamily]struct{}     // NaN at all ones, -0
	FNUZ   [FNUZFamily]struct{}   // NaN at the code of -0
	Finite [FiniteFamily]struct{} // numbers only, -0
	FNU    [FNUFamily]struct{}    // a bare exponent
	SE     [P3109SE]struct{}      // IEEE P3109 signed extended
	SF     [P3109SF]struct{}      // IEEE P3109 signed finite
	UE     [P3109UE]struct{}      // IEEE P3109 unsigned extended
	UF     [P3109UF]struct{}      // IEEE P3109 unsigned finite

	// B11FNUZ is FNUZ with the bias 11, of e4m3b11fnuz.
	B11FNUZ [familyCount]struct{}
)

// The widths of exponent and mantissa fields.
type (
	E1  [1]struct{}
	E2  [2]struct{}
	E3  [3]struct{}
	E4  [4]struct{}
	E5  [5]struct{}
	E6  [6]struct{}
	E7  [7]struct{}
	E8  [8]struct{}
	E9  [9]struct{}
	E10 [10]struct{}
	E11 [11]struct{}
	M0  [0]struct{}
	M1  [1]struct{}
	M2  [2]struct{}
	M3  [3]struct{}
	M4  [4]struct{}
	M5  [5]struct{}
	M6  [6]struct{}
	M7  [7]struct{}
	M8  [8]struct{}
	M9  [9]struct{}
	M10 [10]struct{}
	M11 [11]struct{}
	M12 [12]struct{}
	M13 [13]struct{}
	M14 [14]struct{}
	M15 [15]struct{}
	M16 [16]struct{}
	M17 [17]struct{}
	M18 [18]struct{}
	M19 [19]struct{}
	M20 [20]struct{}
	M21 [21]struct{}
	M22 [22]struct{}
	M23 [23]struct{}
)
