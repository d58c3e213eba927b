package fixedpoint

// Storage is the integer that holds a [Fixed].
type Storage interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// Fraction is a count of fraction bits, F0 to F64. The length of the array is the
// count: unlike a method of a tag, the compiler folds it.
type Fraction interface {
	F0 | F1 | F2 | F3 | F4 | F5 | F6 | F7 | F8 | F9 | F10 | F11 | F12 |
		F13 | F14 | F15 | F16 | F17 | F18 | F19 | F20 | F21 | F22 | F23 | F24 | F25 |
		F26 | F27 | F28 | F29 | F30 | F31 | F32 | F33 | F34 | F35 | F36 | F37 | F38 |
		F39 | F40 | F41 | F42 | F43 | F44 | F45 | F46 | F47 | F48 | F49 | F50 | F51 |
		F52 | F53 | F54 | F55 | F56 | F57 | F58 | F59 | F60 | F61 | F62 | F63 | F64
}

// The counts of fraction bits.
type (
	F0  [0]struct{}
	F1  [1]struct{}
	F2  [2]struct{}
	F3  [3]struct{}
	F4  [4]struct{}
	F5  [5]struct{}
	F6  [6]struct{}
	F7  [7]struct{}
	F8  [8]struct{}
	F9  [9]struct{}
	F10 [10]struct{}
	F11 [11]struct{}
	F12 [12]struct{}
	F13 [13]struct{}
	F14 [14]struct{}
	F15 [15]struct{}
	F16 [16]struct{}
	F17 [17]struct{}
	F18 [18]struct{}
	F19 [19]struct{}
	F20 [20]struct{}
	F21 [21]struct{}
	F22 [22]struct{}
	F23 [23]struct{}
	F24 [24]struct{}
	F25 [25]struct{}
	F26 [26]struct{}
	F27 [27]struct{}
	F28 [28]struct{}
	F29 [29]struct{}
	F30 [30]struct{}
	F31 [31]struct{}
	F32 [32]struct{}
	F33 [33]struct{}
	F34 [34]struct{}
	F35 [35]struct{}
	F36 [36]struct{}
	F37 [37]struct{}
	F38 [38]struct{}
	F39 [39]struct{}
	F40 [40]struct{}
	F41 [41]struct{}
	F42 [42]struct{}
	F43 [43]struct{}
	F44 [44]struct{}
	F45 [45]struct{}
	F46 [46]struct{}
	F47 [47]struct{}
	F48 [48]struct{}
	F49 [49]struct{}
	F50 [50]struct{}
	F51 [51]struct{}
	F52 [52]struct{}
	F53 [53]struct{}
	F54 [54]struct{}
	F55 [55]struct{}
	F56 [56]struct{}
	F57 [57]struct{}
	F58 [58]struct{}
	F59 [59]struct{}
	F60 [60]struct{}
	F61 [61]struct{}
	F62 [62]struct{}
	F63 [63]struct{}
	F64 [64]struct{}
)
