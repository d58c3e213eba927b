// Package blas multiplies matrices and convolves images in float32, in integers and in formats of few
// bits, with an accumulator that is chosen.
//
// # Storage
//
// Matrices are slices that hold one row after the other. LD, the leading dimension, is the distance
// between the beginnings of two rows; elements marked * are never read nor written.
//
//	C, 3 x 4, LDC = 6          op(B) = B transposed, K = 2, N = 4: B is stored as N x K, LDB = 3
//
//	00 01 02 03  *  *          B[k=0,j=0]  B[k=1,j=0]  *
//	10 11 12 13  *  *          B[k=0,j=1]  B[k=1,j=1]  *
//	20 21 22 23                B[k=0,j=2]  B[k=1,j=2]  *
//	                           B[k=0,j=3]  B[k=1,j=3]
//
// Images are N x C x H x W ([NCHW]) or N x H x W x C ([NHWC]) without gaps. A window of a convolution,
// KW = 3, StrideW = 2, DilationW = 2, PadLeft = 1, over a row of seven pixels:
//
//	padding  x0 x1 x2 x3 x4 x5 x6  padding
//	   w0       w1    w2                      output 0
//	            w0    w1    w2                output 1
//	                  w0    w1    w2          output 2
//	                        w0    w1    w2    output 3 if PadRight = 1
//
// # Order
//
// Every element of a result is one chain over ascending k, starting from the bias, from the element itself
// or from zero, rounded at every step as the operation says. In a convolution k runs over the rows of the
// kernel, its columns and the channels of the group, the channels fastest; padding takes part as zeros. How
// the work is cut into tiles, and over how many goroutines, never shows in a result.
//
// # Operations
//
//	GemmFloat32  ConvFloat32    float32: fused multiply-adds
//	GemmInt32    ConvInt32      int8 or uint8, zero points -> int32
//	GemmInt8     ConvInt8       the same, requantized to int8 or uint8
//	Gemm         Conv           an Array of any format, an Accumulator of any format, or exact
//
// The first four have definitions of a few lines, [ReferenceGemmFloat32] and its siblings. All allocate
// nothing when they find enough memory in a [Workspace].
package blas
