// Package bench compares halfulp with other libraries in one run. It is a module
// of its own: users never pull the peers in. One command prints every row: the
// operators of two types of 16 bits, of one of 8 and of a user's own, each by
// itself and as a chain of dependent operations (Latency), the operations in a
// context that rounds toward +infinity and asks for flags (Context, on types;
// RunTime, on formats of run time), the elementary functions, and text beside
// strconv's float32.
//
//	cd bench && go test -run xxx -bench . -cpu 1
//
// Each row gives the fastest and the median pass over 64 Ki operands.
//
// Nanoseconds an operation, all of one run, the fastest of its passes; Intel Xeon
// (family 6, model 207), two cores, nothing else on them, Go 1.26.8, linux/amd64,
// without GOAMD64. Normally distributed numbers; random codes behind the stroke.
//
//	            Float16      BFloat16    E4M3FN       own E3M4     shogo82148 0.5.0  x448 0.8.4
//	add         5.2 /  7.6   5.1 /  5.3  0.79 / 0.86  0.79 / 0.88   7.6 /  8.5       11.7 / 14.2
//	mul         4.5 /  7.4   4.2 /  6.7  0.79 / 0.85  0.79 / 0.88   5.2 /  9.9       12.7 / 16.5
//	quo         5.1 /  8.0   4.7 /  7.6  0.79 / 0.86  0.82 / 0.88   6.1 /  9.4       14.8 / 19.8
//	sqrt        4.8          4.4         4.9          7.4          58                11.6
//	fma         6.7 / 10.9   7.0 /  7.2   9.7 / 14.8  18.5 / 18.3  12.0 / 15.4
//
//	latency
//	add        10.7         10.5         2.7          2.9          13.0
//	mul        10.6         10.5         2.7          2.7           9.9
//	quo        14.0         13.9         2.7          2.7          14.2
//	sqrt       16.4         16.4        16.7         18.0          58
//	fma        13.7         12.3        12.6         10.6          12.1
//
//	in a context that rounds toward +infinity, with flags
//	add        10.0 / 13.1  10.1 / 10.4  4.4 /  4.4   4.4 /  4.4
//	mul         8.0 / 16.8   8.0 / 14.6  4.4 /  4.4   4.4 /  4.4
//	quo         8.2 / 17.8   8.1 / 15.9  4.4 /  4.4   4.4 /  4.4
//	sqrt        6.9          6.9         7.2          9.2
//	fma        11.2 / 20.1  11.2 / 16.1 11.8 / 20.5  20.0 / 23.5
//
//	at run time, in that context
//	add        16.2         16.2        17.2
//	mul        14.0         14.0        14.9
//	fma        18.4         18.4        19.1
//
//	elementary functions of Float16
//	exp        12.1 / 20.8  exp2   11.8 / 21.7  exp10    12.8 / 21.7  expm1  12.4 / 19.1
//	log        18.6 / 20.2  log2   19.2 / 20.3  log10    19.2 / 20.1  log1p  15.6 / 17.6
//	sin        15.0 / 16.1  cos    15.0 / 16.1  tan      19.1 / 19.9  cbrt   15.8 / 16.6
//	asin       25.9 / 31.8  acos   25.6 / 28.8  atan     14.8 / 22.1  erfc   21.1 / 23.2
//	sinh       16.9 / 25.1  cosh   15.2 / 23.7  tanh     16.3 / 19.0  erf    16.0 / 18.8
//	asinh      23.2 / 23.5  acosh  14.4 / 17.0  atanh    21.0 / 21.3  gelu   20.4 / 24.0
//	sigmoid    14.0 / 20.1  silu   14.1 / 21.3  softplus 13.5 / 19.6
//
// In the geometric mean of the five operators Float16 takes 5.2 and BFloat16 5.0.
// SoftFloat-3 (C, gcc -O2, no peer of this module), on as many normally distributed
// binary16 numbers between the passes of the same run, takes 16.6.
//
// Text of that run, beside strconv.AppendFloat(x, 'g', -1, 32) and ParseFloat(s, 32)
// on the same texts: shortest decimals of normally distributed Float16 numbers 0.95,
// of random codes 1.11, of random BFloat16 codes 1.17; reading them 0.97, 0.90 and 1.53.
package bench
