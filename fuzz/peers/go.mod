module github.com/halfulp/halfulp/fuzz/peers

go 1.26.0

require (
	github.com/apache/arrow-go/v18 v18.8.0
	github.com/gomlx/gopjrt v0.10.0
	github.com/halfulp/halfulp v0.0.0
	github.com/shogo82148/float16 v0.5.0
	github.com/x448/float16 v0.8.4
)

require (
	github.com/leanovate/gopter v0.2.9 // indirect
	github.com/shogo82148/int128 v0.2.0 // indirect
	golang.org/x/exp v0.0.0-20260112195511-716be5621a96 // indirect
)

replace github.com/halfulp/halfulp => ../..
