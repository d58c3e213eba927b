//go:build !purego

package cpu

import "golang.org/x/sys/cpu"

const assembly = true

// detect asks the processor, and whether the operating system keeps the wide registers.
func detect() set {
	x := &cpu.X86
	avx2 := x.HasAVX2 && x.HasFMA
	return set{AVX2: avx2, AVX512: avx2 && x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL}
}
