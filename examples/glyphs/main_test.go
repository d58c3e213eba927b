package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/chart"
	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// exhaustive repeats the whole training:
//
//	go test ./examples/glyphs -exhaustive -timeout 30m
//
// It takes a few minutes.
var exhaustive = flag.Bool("exhaustive", false, "train in full")

// file trains and returns the network's file.
func file(t *testing.T, steps int) []byte {
	t.Helper()
	g, course, err := train(steps)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := course.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", &table)
	b, err := onnx.Write(g)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestShortTraining: the first steps give the same file on every machine.
func TestShortTraining(t *testing.T) {
	steps, want := 100, "544aff4452c9d5be9cfd605a46b1d384a8ffd6d1d727b4f21c4bd081dc13a73f"
	if testing.Short() { // an emulator takes seconds for a step
		steps, want = 3, "46f9728eb4caf21faea2d0a5daa3ce222ced6c923af357be56b8c7bd5c9857d8"
	}
	digest := sha256.Sum256(file(t, steps))
	if got := hex.EncodeToString(digest[:]); got != want {
		t.Errorf("digest of the file after %d steps %s, want %s", steps, got, want)
	}
}

// TestFullTraining: the embedded network is what the recipe gives.
func TestFullTraining(t *testing.T) {
	if !*exhaustive {
		t.Skip("the whole training takes minutes: -exhaustive")
	}
	if got := file(t, allSteps); !bytes.Equal(got, glyphs.Model()) {
		t.Errorf("the training gives another file than the embedded one: digest %x, want %x", sha256.Sum256(got), sha256.Sum256(glyphs.Model()))
	}
}

// TestPictures: both are complete pictures, of what they should show.
func TestPictures(t *testing.T) {
	dir := t.TempDir()
	sheet := filepath.Join(dir, "sheet.png")
	if err := writeTo(sheet, glyphs.WriteSheet); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(sheet)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	// The second pixel of the fourth line of the first image.
	pixels, _ := glyphs.Draw(glyphs.TrainingSeed, 0)
	gray := 255 - uint32(255*pixels[3*glyphs.Size+1])
	if got, _, _, _ := m.At(4+3*1+1, 4+3*3+1).RGBA(); got>>8 != gray {
		t.Errorf("a pixel of the sheet is %d, want %d", got>>8, gray)
	}

	course := glyphs.NewCurve(2)
	course.Add(2, make([]float32, 2*len(glyphs.Classes)), []int{0, 1})
	course.Add(1, make([]float32, 2*len(glyphs.Classes)), []int{0, 0})

	var svg bytes.Buffer
	if err := picture(course).Write(&svg); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(svg.String(), ">100.00</text>") {
		t.Errorf("the last accuracy is not in the picture")
	}
	want := []chart.Point{{X: 1, Y: 50}, {X: 2, Y: 100}}
	if got := picture(course).Series[0].Points; !slices.Equal(got, want) {
		t.Errorf("the picture shows %v, want %v", got, want)
	}
	for d := xml.NewDecoder(&svg); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestCannotWrite(t *testing.T) {
	if err := writeTo(filepath.Join(t.TempDir(), "none", "x"), glyphs.WriteSheet); err == nil {
		t.Error("a file in no folder was written")
	}
}
