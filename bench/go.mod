module github.com/halfulp/halfulp/bench

go 1.26.0

require (
	github.com/halfulp/halfulp v0.0.0
	github.com/shogo82148/float16 v0.5.0
	github.com/x448/float16 v0.8.4
)

require (
	github.com/shogo82148/int128 v0.2.0 // indirect
	golang.org/x/exp v0.0.0-20240506185415-9bf2ced13842 // indirect
)

replace github.com/halfulp/halfulp => ../
