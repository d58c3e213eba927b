package glyphs

import (
	"bytes"
	_ "embed"
)

//go:embed glyphs.onnx
var model []byte

// Model returns the trained network as an ONNX file, the one that
//
//	go run ./examples/glyphs -o internal/glyphs/glyphs.onnx
//
// writes on any machine, in a few minutes: see there for the seed and the
// recipe. No weight was changed by anything but the training, and nothing was
// chosen by its accuracy on the images of TestSeed.
func Model() []byte { return bytes.Clone(model) }
