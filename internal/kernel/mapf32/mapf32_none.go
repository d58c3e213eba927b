//go:build !amd64 || purego

package mapf32

var impls []impl
