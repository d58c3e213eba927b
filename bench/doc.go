// Package bench compares halfulp with other libraries in one run. It is a module
// of its own: users never pull the peers in.
//
//	cd bench && go test -run xxx -bench . -cpu 1
package bench
