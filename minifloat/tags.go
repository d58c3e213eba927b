package minifloat

// The widths and families of the typed face are types, because Go has no
// integer type parameters. They are arrays, because the length of an array is a
// constant in each instantiation, so that everything derived from it folds; a
// constraint with a method would be an indirect call. They are arrays of bytes,
// so that a size made of theirs is a literal: see tableKey.

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
	IEEE   [IEEEFamily]byte   // infinities, NaNs, -0
	FN     [FNFamily]byte     // NaN at all ones, -0
	FNUZ   [FNUZFamily]byte   // NaN at the code of -0
	Finite [FiniteFamily]byte // numbers only, -0
	FNU    [FNUFamily]byte    // a bare exponent
	SE     [P3109SE]byte      // IEEE P3109 signed extended
	SF     [P3109SF]byte      // IEEE P3109 signed finite
	UE     [P3109UE]byte      // IEEE P3109 unsigned extended
	UF     [P3109UF]byte      // IEEE P3109 unsigned finite

	// B11FNUZ is FNUZ with the bias 11, of e4m3b11fnuz.
	B11FNUZ [familyCount]byte
)

// The widths of exponent and mantissa fields.
type (
	E1  [1]byte
	E2  [2]byte
	E3  [3]byte
	E4  [4]byte
	E5  [5]byte
	E6  [6]byte
	E7  [7]byte
	E8  [8]byte
	E9  [9]byte
	E10 [10]byte
	E11 [11]byte
	M0  [0]byte
	M1  [1]byte
	M2  [2]byte
	M3  [3]byte
	M4  [4]byte
	M5  [5]byte
	M6  [6]byte
	M7  [7]byte
	M8  [8]byte
	M9  [9]byte
	M10 [10]byte
	M11 [11]byte
	M12 [12]byte
	M13 [13]byte
	M14 [14]byte
	M15 [15]byte
	M16 [16]byte
	M17 [17]byte
	M18 [18]byte
	M19 [19]byte
	M20 [20]byte
	M21 [21]byte
	M22 [22]byte
	M23 [23]byte
)
