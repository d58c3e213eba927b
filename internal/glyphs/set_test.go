package glyphs

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"testing"
)

// exhaustive takes in every image that the network was trained on:
//
//	go test ./internal/glyphs -run Disjoint -exhaustive
var exhaustive = flag.Bool("exhaustive", false, "compare all images of the training set")

// gray returns the pixels in 8 bits.
func gray(pixels []float32) []byte {
	b := make([]byte, len(pixels))
	for i, v := range pixels {
		b[i] = byte(v*255 + 0.5)
		if float32(b[i])/255 != v {
			panic(fmt.Sprintf("pixel %v is no multiple of 1/255", v))
		}
	}
	return b
}

// TestDigest: the images are the same on every machine.
func TestDigest(t *testing.T) {
	const want = "8f49876339e40927c01148259e922dda0547274583a52ab48f600f185292cb00"
	h := sha256.New()
	for _, seed := range []uint64{TrainingSeed, CalibrationSeed, TestSeed, 1 << 63} {
		x, _ := Set(seed, 120)
		h.Write(gray(x))
		far, _ := Draw(seed, 1<<31-1)
		h.Write(gray(far))
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("digest of images %s, want %s", got, want)
	}
}

// TestDisjoint: no two images of the sets are equal, within a set or in two.
// Without -exhaustive it sees a sample of the training set.
func TestDisjoint(t *testing.T) {
	training, other := 10000, 2000
	switch {
	case *exhaustive:
		training, other = 192000, 10000
	case testing.Short():
		training, other = 600, 200
	}
	seen := map[[sha256.Size]byte]string{}
	for _, set := range []struct {
		name string
		seed uint64
		n    int
	}{{"training", TrainingSeed, training}, {"calibration", CalibrationSeed, other}, {"test", TestSeed, other}} {
		for i := range set.n {
			pixels, _ := Draw(set.seed, i)
			key, name := sha256.Sum256(gray(pixels)), fmt.Sprintf("image %d of the %s set", i, set.name)
			if before, ok := seen[key]; ok {
				t.Errorf("%s is %s", name, before)
			}
			seen[key] = name
		}
	}
}

func TestNegativePanics(t *testing.T) {
	for name, f := range map[string]func(){
		"Draw":        func() { Draw(1, -1) },
		"Batch first": func() { Batch(1, -1, 2) },
		"Batch n":     func() { Batch(1, 0, -1) },
		"Set":         func() { Set(1, -1) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || s[:8] != "glyphs: " {
					t.Errorf("%s: panic %q", name, s)
				}
			}()
			f()
		}()
	}
}

func BenchmarkDraw(b *testing.B) {
	pixels := make([]float32, Size*Size)
	for i := 0; b.Loop(); i++ {
		draw(pixels, TrainingSeed, i)
	}
}

func ExampleDraw() {
	pixels, label := Draw(TestSeed, 287)
	fmt.Println(Classes[label])
	for y := range Size {
		row := ""
		for _, v := range pixels[y*Size:][:Size] {
			row += string(" .:-=+*#%@"[int(v*9.99)])
		}
		fmt.Println("|" + row + "|")
	}
	// Output:
	// 2
	// |                       .|
	// |                      . |
	// |                        |
	// |         ...           .|
	// |   .  .::==--.          |
	// |      :==+*+==: .       |
	// |     :-++=+=**=:        |
	// |    .-++-:.:-++-.  . .  |
	// |     =*+:  ..=++. .     |
	// |     =+=.    -++-     . |
	// |    :-+-..  .:++: .     |
	// |     .:-     -*=:   .   |
	// |.      .    .=+=.       |
	// |            :=+=..      |
	// |   .     . .:+=-  ::: . |
	// |    .       -*=:  -=--. |
	// |            =+=.  -++=- |
	// |           :+*-..:==++-:|
	// |         . :=+---=++++=.|
	// |           -+*==*++++*=:|
	// |          :=**+*+++===-.|
	// |         ..=**+++=+=+-. |
	// |  ..      .--=+++=++--  |
	// |  .        :..-=-=-:..  |
}

func ExampleBatch() {
	x, y := Batch(TrainingSeed, 64, 32)
	fmt.Println(len(x) == 32*Size*Size, len(y))
	for _, label := range y[:12] {
		fmt.Print(Classes[label], " ")
	}
	// Output:
	// true 32
	// D B P R S 5 Z 2 C G O Q
}
