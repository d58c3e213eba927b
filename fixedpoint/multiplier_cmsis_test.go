package fixedpoint

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/shared"
)

// cmsisCase is a layer of CMSIS-NN's unit tests, whose outputs TensorFlow Lite made. Names have the case's own before them.
type cmsisCase struct {
	Define map[string]json.RawMessage
	Array  map[string]struct {
		Type string
		Data []int64
	}
	name string
}

// number returns a definition, or the default where it is missing.
func (c *cmsisCase) number(t *testing.T, name string, missing int64) int64 {
	t.Helper()
	text, ok := c.Define[strings.ToUpper(c.name)+"_"+name]
	if !ok {
		return missing
	}
	var v int64
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s: %s is %s", c.name, name, text)
	}
	return v
}

// array returns the first array of these names.
func (c *cmsisCase) array(names ...string) []int64 {
	for _, n := range names {
		if a, ok := c.Array[c.name+"_"+n]; ok {
			return a.Data
		}
	}
	return nil
}

// cmsisSum is one output of a layer: the sum of its products and its bias, the multiplier, and what the vectors say.
type cmsisSum struct {
	sum  int64
	m    Multiplier
	want int64
}

// layer runs a convolution in NHWC, weights OHWI (depthwise 1HWO), with plain loops. finish turns a rescaled sum into an output.
func (c *cmsisCase) layer(t *testing.T) (sums []cmsisSum, finish func(z int32) int64) {
	input, weights := c.array("input"), c.array("weights")
	bias, want := c.array("biases", "bias"), c.array("output_ref", "output")
	mult, shift := c.array("output_mult", "output_multiplier"), c.array("output_shift")
	n := func(name string, missing int64) int64 { return c.number(t, name, missing) }
	in, out := n("IN_CH", 0), n("OUT_CH", 0)
	batches, w, h, kw, kh := n("INPUT_BATCHES", 1), n("INPUT_W", 1), n("INPUT_H", 1), n("FILTER_X", 1), n("FILTER_Y", 1)
	ow, oh := n("OUTPUT_W", 1), n("OUTPUT_H", 1)
	strideX, strideY, padX, padY, stepX, stepY := n("STRIDE_X", 1), n("STRIDE_Y", 1), n("PAD_X", 0), n("PAD_Y", 0), n("DILATION_X", 1), n("DILATION_Y", 1)
	inputOffset, outputOffset, least, most := n("INPUT_OFFSET", 0), n("OUTPUT_OFFSET", 0), n("OUT_ACTIVATION_MIN", 0), n("OUT_ACTIVATION_MAX", 0)
	whole := Multiplier{Mantissa: int32(n("OUTPUT_MULTIPLIER", 0)), Shift: int(n("OUTPUT_SHIFT", 0))} // of a fully connected layer
	finish = func(z int32) int64 { return max(least, min(int64(z)+outputOffset, most)) }

	depthwise, perInput := n("CH_MULT", 0) > 0, n("CH_MULT", 1)
	group := in // input channels of one output channel
	if depthwise {
		group = 1
	} else if k := int64(len(weights)) / (out * kw * kh); k < in && in%k == 0 {
		group, perInput = k, out/(in/k)
	}
	if whole != (Multiplier{}) {
		in, group, w, h = in*w*h, in*w*h, 1, 1
	}
	for b := range batches {
		for oy := range oh {
			for ox := range ow {
				for o := range out {
					sum := int64(0)
					if len(bias) > 0 {
						sum = bias[o]
					}
					for ky := range kh {
						for kx := range kw {
							y, x := oy*strideY-padY+ky*stepY, ox*strideX-padX+kx*stepX
							if y < 0 || y >= h || x < 0 || x >= w {
								continue
							}
							for i := range group {
								channel := i
								if group < in {
									channel += o / perInput * group
								}
								at := ((o*kh+ky)*kw+kx)*group + i
								if depthwise {
									at = (ky*kw+kx)*out + o
								}
								sum += weights[at] * (input[((b*h+y)*w+x)*in+channel] + inputOffset)
							}
						}
					}
					m := whole
					if m == (Multiplier{}) {
						m = Multiplier{int32(mult[o]), int(shift[o])}
					}
					if len(sums) == len(want) {
						t.Fatalf("%s: more than %d outputs", c.name, len(want))
					}
					sums = append(sums, cmsisSum{sum, m, want[len(sums)]})
				}
			}
		}
	}
	if len(sums) != len(want) {
		t.Fatalf("%s: %d outputs, want %d", c.name, len(sums), len(want))
	}
	return sums, finish
}

// TestCMSISNN runs the convolutions and fully connected layers of CMSIS-NN's tests, whose weights are int8: in the form CMSISNN,
// which every layer with sums of 32 bits needs, some of them no other but gemmlowp's; with sums of 64 bits through ApplyInt64.
func TestCMSISNN(t *testing.T) {
	cases := map[string]*cmsisCase{}
	if err := json.Unmarshal(shared.Read(t, "vectors/suites/cmsis_nn_s8_s16_s4.json.gz"), &cases); err != nil {
		t.Fatal(err)
	}
	layers, wide, values := 0, 0, 0
	others := map[Form]int{} // layers that a form does not give
	for name, c := range cases {
		c.name = name
		input := c.Array[name+"_input"]
		if _, layer := c.Define[strings.ToUpper(name)+"_OUT_ACTIVATION_MIN"]; !layer || len(input.Data) == 0 || len(c.array("weights")) == 0 ||
			strings.Contains(name, "int4") || strings.Contains(name, "transpose") {
			continue
		}
		sums, finish := c.layer(t)
		differ := func(apply func(m Multiplier, sum int64) int32) (n int) {
			for _, s := range sums {
				if finish(apply(s.m, s.sum)) != s.want {
					n++
				}
			}
			return n
		}
		values += len(sums)
		if input.Type == "int16_t" && !strings.Contains(name, "xint32") { // xint32: 16-bit activations with a bias of 32 bits
			if d := differ(Multiplier.ApplyInt64); d > 0 {
				t.Errorf("%s: %d of %d outputs differ", name, d, len(sums))
			}
			wide++
			continue
		}
		layers++
		for _, f := range Forms() {
			d := differ(func(m Multiplier, sum int64) int32 {
				if sum != int64(int32(sum)) || !CMSISNN.Supports(m) {
					t.Fatalf("%s: sum %d, multiplier %+v", name, sum, m)
				}
				return f.Apply(m, int32(sum))
			})
			if d > 0 {
				others[f]++
			}
			if d > 0 && (f == CMSISNN || f == Gemmlowp) {
				t.Errorf("%s: %d of %d outputs differ in the form %v", name, d, len(sums), f)
			}
		}
	}
	t.Logf("%d layers with sums of 32 bits, %d of 64 bits, %d outputs; layers that a form does not give: %v", layers, wide, values, others)
	if layers < 30 || wide < 10 || others[TFLiteSingle] == 0 || others[ONNX] == 0 {
		t.Errorf("%d layers, %d with sums of 64 bits, %v: the check is blind", layers, wide, others)
	}
}
