//go:build !amd64 || purego

package sumf32

var impls []impl
