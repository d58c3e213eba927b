// Package bench compares halfulp with other libraries in one run. It is a module
// of its own: users never pull the peers in. One command prints every row: the
// operators of two types of 16 bits, of one of 8 and of a user's own, each by
// itself and as a chain of dependent operations (Latency), the operations in a
// context that rounds toward +infinity and asks for flags (Context, on types;
// RunTime, on formats of run time), and text beside strconv's float32.
//
//	cd bench && go test -run xxx -bench . -cpu 1
//
// Each row gives the fastest and the median pass over 64 Ki operands.
//
// Nanoseconds an operation, fastest pass of four runs; Intel Xeon (family 6, model
// 207), two cores that others used at the same time, Go 1.26.8, linux/amd64,
// without GOAMD64. Normally distributed numbers; random codes behind the stroke.
//
//	            Float16      BFloat16    E4M3FN       own E3M4     shogo82148 0.5.0  x448 0.8.4
//	add         5.6 /  8.8   5.6 /  5.9  0.88 / 0.99  0.91 / 0.98   8.4 /  9.6       13.5 / 15.9
//	mul         5.0 /  8.8   4.9 /  7.9  0.88 / 0.96  0.91 / 0.99   5.6 / 11.4       15.1 / 18.7
//	quo         5.6 /  9.4   5.3 /  8.6  0.88 / 0.95  0.85 / 0.91   6.8 / 10.8       17.7 / 22.5
//	sqrt        5.4          5.1         5.3          8.5          99                13.0
//	fma         7.1 / 12.7   7.9 /  8.1  12.0 / 18.1  23.6 / 26.9  15.3 / 18.1
//
//	latency
//	add        11.9         12.4         3.1          3.3          15.2
//	mul        12.4         12.2         3.1          3.1          11.6
//	quo        16.2         16.2         3.1          3.1          16.4
//	fma        16.6         14.3        14.2         11.3          14.2
//	sqrt       18.9         19.0        18.6          21.0        451 (with other work on both cores)
//
//	in a context, of other runs in which Float16's add took 5.3 and its fma 7.0
//	add        10.6 / 15.9  10.6 / 11.6  4.6 /  4.6   4.8 /  4.6
//	fma        12.1 / 23.3  12.4 / 17.9  13   / 23.4  20.9 / 25.8
//	add, at run time 18.1, 18.2 (bfloat16), 19.3 (e4m3fn); fma 20.6, 20.4, 22
//
//	elementary functions of Float16
//	exp        14.7 / 24.3  exp2   13.7 / 25.7  expm1   14.3 / 22.0  log   23.3 / 24.4
//	sigmoid    16.3 / 24.1  silu   17.0 / 24.5  softplus 16.2 / 22.8 log1p 20.4
//	tanh       19.6 / 21.9  sinh   19.5 / 29.0  cosh    17.6 / 27.9  cbrt  20.7 / 20.8
//	erf        18.9 / 21.5  gelu   24.5 / 28.9  sin     17.5 / 19.3  tan   22.0 / 23.9
//	exp10      13   / 22    asin   26   / 32    acos    26   / 29    atan  15   / 22
//	asinh      23   / 24    acosh  15   / 17    atanh   21   / 22    erfc  22   / 24
//
// SoftFloat-3 (C, gcc -O2, no peer of this module), whose operations were timed on
// as many normally distributed binary16 numbers at the same time, takes 20.3 in
// the geometric mean of the five operators, where Float16 takes 5.9 and BFloat16
// 5.8; on 1024 numbers again and again, which the branch predictor learns, 8.9.
//
// Text, as ratios of user CPU in one run to strconv.AppendFloat(x, 'g', -1, 32)
// and ParseFloat(s, 32): shortest decimals of Float16 numbers 1.0, of random
// BFloat16 codes 1.0; reading the same texts 1.3 and 1.4.
package bench
