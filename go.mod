module github.com/halfulp/halfulp

go 1.26.0

require (
	github.com/alecthomas/kong v1.17.0 // indirect
	github.com/leanovate/gopter v0.2.9 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	golang.org/x/exp v0.0.0-20240506185415-9bf2ced13842 // indirect
	golang.org/x/sys v0.49.0
	golang.org/x/term v0.47.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)
