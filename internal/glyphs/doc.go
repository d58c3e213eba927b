// Package glyphs has a data set and a small network that are the module's own:
// grayscale images of distorted glyphs that are drawn when they are needed, and
// a network in MobileNet's manner that was trained on them.
//
// An image is a function of a seed and an index, with the same bits on every
// machine. Seeds keep training, calibration and test apart. examples/glyphs is
// the program that trains the network.
package glyphs
