// Package npz reads NumPy's array files: .npy, one array, and .npz, a zip
// archive of them. It also knows the form in which this module's programs take
// labelled data: see [Dataset].
//
// All real numeric types are read, in both byte orders and both element
// orders: bool, integers of 8 to 64 bits, and binary16, binary32 and binary64.
// Complex numbers, strings, dates, records and pickled objects are refused.
//
// Files may come from anywhere. Every size that a file declares is checked
// against [Limits] and against the bytes that are really there before memory
// is allocated for it, and no more is inflated than the header declares.
// Errors name the file and the array and wrap one of the sentinels below.
//
// The format is that of numpy.lib.format, versions 1.0 to 3.0.
package npz
