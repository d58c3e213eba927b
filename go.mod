module github.com/halfulp/halfulp

go 1.26.0

require (
	github.com/alecthomas/kong v1.17.0
	github.com/leanovate/gopter v0.2.9
	github.com/x448/float16 v0.8.4
	golang.org/x/exp v0.0.0-20240506185415-9bf2ced13842
	golang.org/x/sys v0.49.0
	golang.org/x/term v0.47.0
	google.golang.org/protobuf v1.36.12
)
