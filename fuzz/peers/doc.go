// Package peers runs package fuzz against other people's implementations: Go
// libraries as they are, and for the faults that threads and surveys report of
// others a stand-in each, a function of a few lines that is wrong in that way
// alone. Those without a fault must pass; of the others the fault must be found,
// given its class, and shrunk. README.md has the results.
//
// It is a module of its own, so that nobody who uses package fuzz gets these
// libraries.
package peers
