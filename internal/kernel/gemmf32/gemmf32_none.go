//go:build !amd64 || purego

package gemmf32

var impls []impl
