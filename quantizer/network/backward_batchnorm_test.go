package network

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// laneSum sums the terms of one channel by definition: for each chunk of 64 samples 16 chains, of which each takes
// every sixteenth element of a plane, and a tree of the chains; then a tree of the chunks. At most three of them.
func laneSum(samples, size int, term func(sample, i int) float64) float64 {
	var chunks []float64
	for lo := 0; lo < samples; lo += 64 {
		var lanes [16]float64
		for n := lo; n < min(lo+64, samples); n++ {
			for i := range size {
				lanes[i%16] += term(n, i)
			}
		}
		for _, half := range []int{8, 4, 2, 1} {
			for i := range half {
				lanes[i] += lanes[i+half]
			}
		}
		chunks = append(chunks, lanes[0])
	}
	sum := chunks[0]
	for _, c := range chunks[1:] {
		sum += c
	}
	return sum
}

// TestBatchNormalizationByItsDefinition compares every bit of a batch normalization in training, its gradients and its
// running averages, and of the gradient of a convolution's bias, with their operations in order.
func TestBatchNormalizationByItsDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for round := range 60 {
		samples, channels, size := []int{1, 3, 64, 65, 150}[round%5], 1+r.IntN(3), 1+r.IntN(50)
		data := func(shape ...int) *Tensor {
			if x := NewFloat(shape, nil); round%2 == 0 {
				return cancelling(r, x)
			}
			return randomTensor(r, 1, shape...)
		}
		x, weights, shift := data(samples, channels, size), NewFloat([]int{channels, 1, 1}, nil), NewFloat([]int{channels}, nil)
		for c := range channels {
			weights.Float[c] = 1 // the convolution changes nothing
		}
		scale, bias := randomTensor(r, 1, channels), randomTensor(r, 1, channels)
		g := sequence(map[string]*Tensor{
			"w": weights, "shift": shift, "scale": scale, "bias": bias, "mean": NewFloat([]int{channels}, nil), "variance": NewFloat([]int{channels}, nil),
		}, nodeOf("Conv", "h", Attributes{"group": attrInt(int64(channels))}, "x", "w", "shift"),
			nodeOf("BatchNormalization", "y", Attributes{"momentum": attrFloat(0.5)}, "h", "scale", "bias", "mean", "variance"))
		dy := data(samples, channels, size).Float
		trainer, err := NewTrainer(g, TrainOptions{InputGradients: true, Loss: projection{dy}, Threads: 1 + r.IntN(3)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := trainer.Backward(map[string]*Tensor{"x": x}, Target{}); err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprintf("%d samples, %d channels of %d: ", samples, channels, size)
		y, dx := make([]float32, len(x.Float)), make([]float32, len(x.Float))
		dscale, dbias, dshift := make([]float32, channels), make([]float32, channels), make([]float32, channels)
		means, variances := make([]float32, channels), make([]float32, channels)
		for c := range channels {
			at := func(n, i int) int { return (n*channels+c)*size + i }
			count := float64(samples * size)
			mean := laneSum(samples, size, func(n, i int) float64 { return float64(x.Float[at(n, i)]) }) / count
			variance := laneSum(samples, size, func(n, i int) float64 {
				d := float64(x.Float[at(n, i)]) - mean
				return float64(d * d)
			}) / count
			root := math.Sqrt(variance + float64(float32(1e-5)))
			inverse := 1 / root
			sumBias := laneSum(samples, size, func(n, i int) float64 { return float64(dy[at(n, i)]) })
			sumScale := inverse * laneSum(samples, size, func(n, i int) float64 {
				return float64(float64(dy[at(n, i)]) * (float64(x.Float[at(n, i)]) - mean))
			})
			dscale[c], dbias[c] = float32(sumScale), float32(sumBias)
			means[c], variances[c] = float32(float64(0.5*mean)), float32(float64(0.5*variance))
			slope, tilt := float64(scale.Float[c])*inverse, sumScale*inverse/count
			for n := range samples {
				for i := range size {
					k := at(n, i)
					d := float64(x.Float[k]) - mean
					y[k] = float32(float64(d*(float64(scale.Float[c])/root)) + float64(bias.Float[c]))
					dx[k] += float32(slope * (float64(dy[k]) - sumBias/count - float64(d*tilt)))
				}
			}
			dshift[c] = float32(laneSum(samples, size, func(n, i int) float64 { return float64(dx[at(n, i)]) }))
		}
		sameBits(t, what+"y", trainer.Logits(), y)
		sameBits(t, what+"dscale", trainer.Gradient("scale"), dscale)
		sameBits(t, what+"dbias", trainer.Gradient("bias"), dbias)
		sameBits(t, what+"dx", trainer.Gradient("x"), dx)
		sameBits(t, what+"the gradient of the convolution's bias", trainer.Gradient("shift"), dshift)
		trainer.Update()
		sameBits(t, what+"the running mean", trainer.Graph().Initializers["mean"].Float, means)
		sameBits(t, what+"the running variance", trainer.Graph().Initializers["variance"].Float, variances)
	}
}
