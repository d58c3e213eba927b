// Package model is a floating-point unit at the level of bits: unpack, align or
// multiply, normalize, round, pack, in integers no wider than 64 bits, as a unit
// in hardware does it. It shares no arithmetic with the rest of the module.
//
// It exists to be wrong on purpose. With [NoFault] it is correct, which its own
// test proves against package fuzz/exact; every other [Fault] is one mistake at
// one place, marked there by "u.Fault ==", of the kind that units and libraries
// have had. The tests of package fuzz plant them one at a time and demand that
// each is found.
package model
