// Glyphs draws images of distorted letters and digits, trains a small network
// on them, and writes it as ONNX: the network that this module has with it.
//
//	go run ./examples/glyphs -o glyphs.onnx
//
// The same file results on every machine, bit for bit.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/internal/progress"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// The recipe.
const (
	seed     = 1    // of the parameters before training
	batch    = 32   // images in a step
	allSteps = 6000 // 192000 images, each shown once
	rate     = 0.03 // of learning; it falls to 0 along half a cosine
)

func main() {
	log.SetFlags(0)
	steps := flag.Int("steps", allSteps, "`number` of steps; with fewer the network is another one")
	file := flag.String("o", "glyphs.onnx", "`file` of the trained network")
	curve := flag.String("curve", "", "`file` for a picture of the training curve (SVG)")
	sheet := flag.String("sheet", "", "`file` for a picture of some images (PNG)")
	flag.Parse()
	if flag.NArg() > 0 || *steps < 1 {
		log.Fatal("glyphs: no arguments but flags, and at least one step")
	}
	check := func(err error) {
		if err != nil {
			log.Fatal(err)
		}
	}

	trained, course, err := train(*steps)
	check(err)
	check(course.WriteTable(os.Stdout))
	accuracy, err := glyphs.Accuracy(trained, glyphs.TestSeed, 2000)
	check(err)
	fmt.Printf("accuracy on 2000 test images: %.2f %%\n", 100*accuracy)
	check(onnx.WriteFile(*file, trained))
	check(writeTo(*curve, picture(course).Write))
	check(writeTo(*sheet, glyphs.WriteSheet))
}

// train makes the network and trains it. Every step has images of its own.
func train(steps int) (*network.Graph, *glyphs.Curve, error) {
	start, err := network.Initialize(glyphs.NewNetwork(), seed)
	if err != nil {
		return nil, nil, err
	}
	trainer, err := network.NewTrainer(start, network.TrainOptions{Schedule: network.CosineRestarts(rate, 0, steps)})
	if err != nil {
		return nil, nil, err
	}
	course, line := glyphs.NewCurve(steps), progress.New(os.Stderr)
	defer line.Clear()
	line.Begin("training")
	for step := range steps {
		images, labels := glyphs.Batch(glyphs.TrainingSeed, step*batch, batch)
		loss, err := trainer.Step(glyphs.Tensor(images), network.Target{Labels: labels})
		if err != nil {
			return nil, nil, err
		}
		course.Add(loss, trainer.Logits(), labels)
		line.At(step+1, steps, course.Last())
	}
	return trainer.Graph(), course, nil
}
