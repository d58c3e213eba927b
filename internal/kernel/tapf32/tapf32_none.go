//go:build !amd64 || purego

package tapf32

var impls []impl
