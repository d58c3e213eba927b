package network

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/quantizer"
)

// graphMaker builds graphs in which each node reads what the one before made.
type graphMaker struct {
	*Graph
	r    *rand.Rand
	at   string
	n    int // channels
	size int // positions in each direction
}

func newGraphMaker(r *rand.Rand, channels int) *graphMaker {
	return &graphMaker{&Graph{
		Opset: 13, Inputs: []ValueInfo{{Name: "x", Type: Float32}}, Outputs: []ValueInfo{{Name: "y"}},
		Initializers: map[string]*Tensor{"six": f(sh(), 6), "zero": f(sh(), 0)},
	}, r, "x", channels, 8}
}

func (c *graphMaker) add(op string, attrs Attributes, inputs ...string) {
	name := fmt.Sprintf("%s%d", strings.ToLower(op), len(c.Nodes))
	c.Nodes = append(c.Nodes, Node{Name: name, Op: op, Attrs: attrs, Inputs: append([]string{c.at}, inputs...), Outputs: []string{name + "_out"}})
	c.at = name + "_out"
}

// weights returns a tensor whose output channels differ in size by up to 2^8; some
// are zero.
func (c *graphMaker) weights(shape ...int) *Tensor {
	t := NewFloat(shape, nil)
	inner := len(t.Float) / shape[0]
	for k := range shape[0] {
		size := math.Ldexp(1+c.r.Float64(), c.r.IntN(9)-6)
		if c.r.IntN(12) == 0 {
			size = 0
		}
		for i := range inner {
			t.Float[k*inner+i] = float32(size * c.r.NormFloat64())
		}
	}
	return t
}

func (c *graphMaker) conv(out, kernel, groups, pad int) {
	name := fmt.Sprintf("conv%d", len(c.Nodes))
	c.Initializers[name+".w"] = c.weights(out, c.n/groups, kernel, kernel)
	inputs := []string{name + ".w"}
	if c.r.IntN(4) > 0 {
		b := NewFloat([]int{out}, nil)
		for k := range b.Float {
			b.Float[k] = float32(2*c.r.NormFloat64() + 1)
		}
		c.Initializers[name+".b"] = b
		inputs = append(inputs, name+".b")
	}
	p := int64(pad)
	c.add("Conv", Attributes{"group": ai(int64(groups)), "pads": aint(p, p, p, p)}, inputs...)
	c.n, c.size = out, c.size+2*pad-kernel+1
}

func (c *graphMaker) relu6() { c.add("Clip", nil, "zero", "six") }

// gemm reads channels of the given number of positions.
func (c *graphMaker) gemm(out, positions int, byRows bool) {
	name := fmt.Sprintf("gemm%d", len(c.Nodes))
	w := c.weights(out, c.n*positions)
	attrs := Attributes{"transB": ai(1), "beta": af(0.5)}
	if !byRows {
		attrs, w = nil, transposed(w)
	}
	c.Initializers[name+".w"], c.Initializers[name+".b"] = w, random(c.r, out)
	c.add("Gemm", attrs, name+".w", name+".b")
	c.n = out
}

// end makes the last tensor the output.
func (c *graphMaker) end() *Graph {
	last := &c.Nodes[len(c.Nodes)-1]
	last.Outputs = []string{"y"}
	return c.Graph
}

// randomNetwork returns a network of convolutions of every form with activations and
// pooling between, and its input of 8 x 8 positions.
func randomNetwork(seed uint64, relu6 bool) (*Graph, map[string]*Tensor) {
	r := rand.New(rand.NewPCG(seed, 3))
	c := newGraphMaker(r, 3)
	c.conv(6, 3, 1, 1)
	for range 1 + r.IntN(3) {
		c.activation(relu6)
		switch r.IntN(4) {
		case 0:
			c.conv(c.n*(1+r.IntN(2)), 3, c.n, 1) // depthwise, with a multiplier
		case 1:
			c.conv(6, 1, 1, 0)
		case 2:
			c.conv(2*c.n, 1+2*r.IntN(2), 2, 1)
		case 3:
			c.conv(c.n, 3, c.n, r.IntN(2))
			c.activation(relu6)
			c.conv(4, 1, 1, 0)
		}
	}
	c.activation(relu6)
	switch r.IntN(4) {
	case 0:
		positions := 1
		if r.IntN(2) == 0 {
			c.add("GlobalAveragePool", nil)
		} else {
			positions = c.size * c.size
		}
		c.add("Flatten", nil)
		c.gemm(4, positions, true)
		c.add("Relu", nil)
		c.gemm(3, 1, false)
	case 1:
		c.add("GlobalMaxPool", nil)
		c.conv(5, 1, 1, 0)
	}
	g := c.end()
	if r.IntN(3) == 0 {
		slices.Reverse(g.Nodes) // they may stand in any order
	}
	x := NewFloat([]int{4, 3, 8, 8}, nil)
	for i := range x.Float {
		x.Float[i] = float32(r.NormFloat64())
	}
	return g, map[string]*Tensor{"x": x}
}

func (c *graphMaker) activation(relu6 bool) {
	switch k := c.r.IntN(8); {
	case k == 0:
	case k == 1:
		c.add("LeakyRelu", Attributes{"alpha": af(0.25)})
	case relu6 && k < 6:
		c.relu6()
	default:
		c.add("Relu", nil)
	}
	if c.r.IntN(4) == 0 && c.size > 4 {
		c.add("MaxPool", Attributes{"kernel_shape": aint(2, 2)})
		c.size--
	}
}

func mustRun(t testing.TB, g *Graph, a Arithmetic, in map[string]*Tensor) map[string]*Tensor {
	t.Helper()
	n, err := New(g, Options{Arithmetic: a, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	out, err := n.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func observe(t testing.TB, g *Graph, in map[string]*Tensor) *OutputStatistics {
	t.Helper()
	s := NewOutputStatistics()
	mustRun(t, g, s.Observe(Float32Arithmetic{}), in)
	return s
}

// near reports whether two outputs are equal to a share of the largest value.
func near(got, want *Tensor, share float64) bool {
	var most float64
	for _, v := range want.Float {
		most = max(most, math.Abs(float64(v)))
	}
	for i, v := range want.Float {
		if !(math.Abs(float64(got.Float[i])-float64(v)) <= share*most) {
			return false
		}
	}
	return len(got.Float) == len(want.Float)
}

// TestUnchangedProperty: what a network computes on the calibrated data stays as it
// is, to rounding, through every pass, and bit for bit with powers of two. (What
// clips per channel, as equalization does, stays so on any data.)
func TestUnchangedProperty(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(5)
	parameters.MinSuccessfulTests = 150
	properties := gopter.NewProperties(parameters)
	changed := map[string]int{}
	properties.Property("outputs", prop.ForAll(func(seed uint64, relu6, powerOfTwo bool) string {
		g, x := randomNetwork(seed, relu6)
		want := mustRun(t, g, nil, x)["y"]
		before := map[string]*Tensor{}
		for name, v := range g.Initializers {
			before[name] = v.clone()
		}
		s := observe(t, g, x)
		check := func(name string, made *Graph, err error, exact bool, x map[string]*Tensor, want *Tensor) string {
			if err != nil {
				return name + ": " + err.Error()
			}
			got := mustRun(t, made, nil, x)["y"]
			if exact && !same(got, want) {
				return name + " changed a bit"
			}
			// Rounded weights move sums near the limits of ReLU6; those are what
			// the next weights, of up to 2^3, multiply.
			if !near(got, want, 1e-3) {
				return name + " changed the outputs"
			}
			for n, v := range made.Initializers {
				if v != g.Initializers[n] {
					changed[name]++
					break
				}
			}
			return ""
		}
		rescaled, _, err := RescaleChannels(g, s, RescaleOptions{Rescaling: quantizer.Rescaling{PowerOfTwo: powerOfTwo}})
		if why := check("rescale", rescaled, err, powerOfTwo, x, want); why != "" {
			return why
		}
		any := map[string]*Tensor{"x": x["x"].clone()}
		for i := range any["x"].Float {
			any["x"].Float[i] *= 4
		}
		wantAny := mustRun(t, g, nil, any)["y"]
		for name, s := range map[string]*OutputStatistics{"equalize": nil, "equalize with statistics": s} {
			equalized, _, err := EqualizeLayers(g, s, EqualizeOptions{Equalization: quantizer.Equalization{PowerOfTwo: powerOfTwo}})
			if why := check(name, equalized, err, powerOfTwo, any, wantAny); why != "" {
				return why
			}
			s := observe(t, equalized, x)
			absorbed, _, err := AbsorbBiases(equalized, s, 0)
			if why := check("absorb", absorbed, err, false, x, want); why != "" {
				return why
			}
			again, _, err := EqualizeLayers(absorbed, nil, EqualizeOptions{Equalization: quantizer.Equalization{Bound: 8}})
			if why := check("equalize again", again, err, false, x, want); why != "" {
				return why
			}
		}
		if !relu6 {
			unlimited, _, err := EqualizeLayers(g, nil, EqualizeOptions{Limits: Unlimited})
			if why := check("unlimited", unlimited, err, false, any, wantAny); why != "" {
				return why
			}
		}
		for name, v := range before {
			if !same(g.Initializers[name], v) {
				return "the given graph has changed"
			}
		}
		return ""
	}, gen.UInt64(), gen.Bool(), gen.Bool()))
	properties.TestingRun(t)
	for _, name := range []string{"rescale", "equalize", "equalize with statistics", "absorb", "equalize again", "unlimited"} {
		if changed[name] < 20 {
			t.Errorf("%s changed %d networks", name, changed[name])
		}
	}
}

// TestOutputStatistics compares with sums over the product's output.
func TestOutputStatistics(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	c := newGraphMaker(r, 3)
	c.conv(4, 3, 1, 0)
	g := c.end()
	g.Nodes[0].Name = "conv"
	s := NewOutputStatistics()
	a := s.Observe(Float32Arithmetic{})
	var all [4][]float64
	for _, n := range []int{3, 130, 1} {
		x := map[string]*Tensor{"x": random(r, n, 3, 4, 5)}
		mustRun(t, g, a, x)
		y := mustRun(t, g, nil, x)["y"]
		for i, v := range y.Float {
			k := i / 6 % 4
			all[k] = append(all[k], float64(v))
		}
	}
	channels := s.Channels("conv")
	if len(channels) != 4 {
		t.Fatalf("%d channels", len(channels))
	}
	for k, c := range channels {
		var mean, square float64
		for _, v := range all[k] {
			mean += v / float64(len(all[k]))
		}
		for _, v := range all[k] {
			square += (v - mean) * (v - mean) / float64(len(all[k]))
		}
		if c.Count != int64(len(all[k])) || float64(c.Least) != slices.Min(all[k]) || float64(c.Greatest) != slices.Max(all[k]) ||
			math.Abs(c.Mean-mean) > 1e-12 || math.Abs(c.Deviation-math.Sqrt(square)) > 1e-9 {
			t.Errorf("channel %d: %+v, want %d values from %v to %v, mean %v, deviation %v", k, c, len(all[k]), slices.Min(all[k]), slices.Max(all[k]), mean, math.Sqrt(square))
		}
	}
	if s.Channels("other") != nil {
		t.Error("statistics of a product that is not there")
	}
	x := map[string]*Tensor{"x": random(r, 1, 3, 4, 5)}
	x["x"].Float[30] = float32(math.Inf(1))
	n, err := New(g, Options{Arithmetic: a})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Run(x); !errors.Is(err, quantizer.ErrNotFinite) || !strings.Contains(err.Error(), `"conv"`) {
		t.Errorf("error %v", err)
	}
}

// TestRescaleChannels: which pairs there are, in a network by hand, and that the
// factors are those of the plain helper.
func TestRescaleChannels(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	c := newGraphMaker(r, 4)
	c.conv(4, 1, 1, 0)
	c.Nodes[0].Name = "expand"
	c.relu6()
	c.conv(8, 3, 4, 1) // multiplier 2
	c.Nodes[2].Name = "depthwise"
	c.add("Clip", nil, "zero", "twelve")
	c.Initializers["twelve"] = f(sh(), 12)
	c.conv(6, 1, 2, 0)
	c.Nodes[4].Name = "project"
	project := c.at
	c.conv(6, 1, 1, 0)
	c.Nodes[5].Name = "side"
	c.add("Add", nil, project)
	c.conv(6, 3, 6, 1)
	c.Nodes[7].Name = "last depthwise"
	c.conv(2, 1, 1, 0)
	c.Nodes[8].Name = "last"
	g := c.end()
	x := map[string]*Tensor{"x": random(r, 5, 4, 7, 7)}
	s := observe(t, g, x)

	made, entries, err := RescaleChannels(g, s, RescaleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []ChannelRescaling{
		{First: "expand", Next: "depthwise", Limit: 6},
		{First: "depthwise", Next: "project", Limit: 12},
		{First: "project", Reason: `"conv4_out" has 2 readers or is an output`},
		{First: "side", Reason: `"conv5_out" is read by a Add`},
		{First: "last depthwise", Next: "last"},
		{First: "last", Reason: `"y" is an output`},
	}
	for i, w := range want {
		if e := entries[i]; e.First != w.First || e.Next != w.Next || e.Limit != w.Limit || e.Reason != w.Reason {
			t.Errorf("entry %d is %v %v %v %q, want %v %v %v %q", i, e.First, e.Next, e.Limit, e.Reason, w.First, w.Next, w.Limit, w.Reason)
		}
	}
	var maxima []float32
	for _, c := range s.Channels("depthwise") {
		maxima = append(maxima, c.Greatest)
	}
	byHand, err := quantizer.Rescaling{Limit: 12}.Factors(g.Initializers["conv2.w"].Float, 8, maxima)
	if err != nil {
		t.Fatal(err)
	}
	if got := entries[1]; got.Control != byHand.Control || !slices.Equal(got.Channels, byHand.Channels) {
		t.Errorf("channels %v, want %v", got, byHand)
	}
	// The weights of project, [6, 4, 1, 1] in two groups of 3: output 4 reads the
	// channels 4 to 7.
	for i := range 4 {
		got, want := made.Initializers["conv4.w"].Float[4*4+i], g.Initializers["conv4.w"].Float[4*4+i]/byHand.Channels[4+i].Factor
		if got != want {
			t.Errorf("weight %d of project is %v, want %v", i, got, want)
		}
	}
	got := mustRun(t, made, nil, x)["y"]
	if !near(got, mustRun(t, g, nil, x)["y"], 1e-4) {
		t.Error("the outputs have changed")
	}

	// Filters of one input channel share their factor.
	_, entries, err = RescaleChannels(g, s, RescaleOptions{Rescaling: quantizer.Rescaling{Multiplier: 2}, DepthwiseOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if entries[0].Reason != "it is not depthwise" {
		t.Errorf("reason %q", entries[0].Reason)
	}
	for k := 0; k < 8; k += 2 {
		if a, b := entries[1].Channels[k].Factor, entries[1].Channels[k+1].Factor; a != b {
			t.Errorf("the channels %d and %d have the factors %v and %v", k, k+1, a, b)
		}
	}

	// Without maxima, or with those of another network.
	for _, s := range []*OutputStatistics{nil, NewOutputStatistics()} {
		if _, _, err := RescaleChannels(g, s, RescaleOptions{}); !errors.Is(err, ErrNotCalibrated) || !strings.Contains(err.Error(), `"depthwise"`) {
			t.Errorf("error %v", err)
		}
		if _, _, err := AbsorbBiases(g, s, 0); !errors.Is(err, ErrNotCalibrated) {
			t.Errorf("error %v", err)
		}
	}
	if _, _, err := EqualizeLayers(g, NewOutputStatistics(), EqualizeOptions{}); !errors.Is(err, ErrNotCalibrated) {
		t.Errorf("error %v", err)
	}
	g.Initializers["conv2.w"].Float[3] = float32(math.NaN())
	for name, pass := range map[string]func() error{
		"rescale":  func() error { _, _, err := RescaleChannels(g, s, RescaleOptions{}); return err },
		"equalize": func() error { _, _, err := EqualizeLayers(g, nil, EqualizeOptions{}); return err },
	} {
		if err := pass(); !errors.Is(err, quantizer.ErrNotFinite) || !strings.HasPrefix(err.Error(), "network: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestRescaleGrouped: a convolution in groups of more than one channel is not
// depthwise.
func TestRescaleGrouped(t *testing.T) {
	c := newGraphMaker(rand.New(rand.NewPCG(17, 18)), 4)
	c.conv(4, 3, 2, 1)
	c.conv(4, 1, 1, 0)
	_, entries, err := RescaleChannels(c.end(), nil, RescaleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if entries[0].Reason != "neither it nor the next product is depthwise" {
		t.Errorf("reason %q", entries[0].Reason)
	}
}

// TestPassesKeepSharedWeights: weights that two nodes read, or that are declared as an input,
// stay for those who read them besides.
func TestPassesKeepSharedWeights(t *testing.T) {
	for _, declared := range []bool{false, true} {
		c := newGraphMaker(rand.New(rand.NewPCG(19, 20)), 2)
		c.conv(2, 1, 1, 0)
		c.add("Relu", nil)
		c.conv(2, 1, 1, 0)
		g := c.end()
		if declared {
			g.Inputs = append(g.Inputs, ValueInfo{Name: "conv0.w", Type: Float32})
		} else {
			g.Nodes = append(g.Nodes, Node{Op: "Conv", Inputs: []string{"x", "conv0.w"}, Outputs: []string{"z"}})
			g.Outputs = append(g.Outputs, ValueInfo{Name: "z"})
		}
		w := g.Initializers["conv0.w"]
		made, entries, err := EqualizeLayers(g, nil, EqualizeOptions{})
		if err != nil || entries[0].Next == "" {
			t.Fatalf("entries %+v, error %v", entries, err)
		}
		if made.Initializers["conv0.w"] != w {
			t.Error("the shared weights have changed")
		}
		x := map[string]*Tensor{"x": random(c.r, 2, 2, 3, 3)}
		want, got := mustRun(t, g, nil, x), mustRun(t, made, nil, x)
		for name := range want {
			if !near(got[name], want[name], 1e-5) {
				t.Errorf("%s has changed", name)
			}
		}
	}
}

// TestPairReasons: what keeps two products from being a pair.
func TestPairReasons(t *testing.T) {
	base := func() *Graph {
		c := newGraphMaker(rand.New(rand.NewPCG(11, 12)), 2)
		c.conv(2, 1, 1, 0)
		c.relu6()
		c.conv(2, 1, 1, 0)
		return c.end()
	}
	for _, test := range []struct {
		reason string
		change func(g *Graph)
	}{
		{"", func(g *Graph) {}},
		{"", func(g *Graph) { g.Nodes[1].Inputs[1] = "" }}, // a limit alone
		{"", func(g *Graph) {
			g.Opset, g.Nodes[1].Inputs, g.Nodes[1].Attrs = 9, g.Nodes[1].Inputs[:1], Attributes{"min": af(0), "max": af(4)}
		}},
		{"", func(g *Graph) {
			g.Initializers["m"] = f(sh(1, 2, 1, 1), 3, 4)
			g.Nodes[1] = Node{Name: "min", Op: "Min", Inputs: []string{"m", "conv0_out"}, Outputs: g.Nodes[1].Outputs}
		}},
		{"not a constant for each channel", func(g *Graph) {
			g.Initializers["m"] = f(sh(1, 1, 1, 2), 3, 4)
			g.Nodes[1] = Node{Name: "min", Op: "Min", Inputs: []string{"m", "conv0_out"}, Outputs: g.Nodes[1].Outputs}
		}},
		{"has 3 inputs", func(g *Graph) { g.Nodes[1].Op = "Min" }},
		{"opset 7 has no Min that broadcasts", func(g *Graph) {
			g.Opset, g.Nodes[1].Inputs, g.Nodes[1].Attrs = 7, g.Nodes[1].Inputs[:1], Attributes{"min": af(0), "max": af(4)}
		}},
		{"clips to -1..6", func(g *Graph) { g.Initializers["zero"] = f(sh(), -1) }},
		{"clips to 0..0", func(g *Graph) { g.Initializers["six"] = f(sh(), 0) }},
		{"a bound of clip1 is not constant", func(g *Graph) { g.Nodes[1].Inputs[2] = "x" }},
		{"read by a Tanh", func(g *Graph) { g.Nodes[1].Op, g.Nodes[1].Inputs = "Tanh", g.Nodes[1].Inputs[:1] }},
		{"has 2 readers", func(g *Graph) { g.Outputs = append(g.Outputs, ValueInfo{Name: "conv0_out"}) }},
		{"is read by a MatMul", func(g *Graph) { g.Nodes[2].Op = "MatMul" }},
		{"weights \"x\" are not a constant", func(g *Graph) { g.Nodes[2].Inputs[1] = "x" }},
		{"biases \"x\" are not", func(g *Graph) { g.Nodes[0].Inputs = append(g.Nodes[0].Inputs[:2], "x") }},
		{"weights \"conv0.w\" are not", func(g *Graph) { g.Initializers["conv0.w"] = nil }},
		{"3 groups", func(g *Graph) { g.Nodes[0].Attrs["group"] = ai(3) }},
		{"reads 3 channels of 2", func(g *Graph) { g.Initializers["conv2.w"] = random(rand.New(rand.NewPCG(1, 1)), 2, 3, 1, 1) }},
		{"second output", func(g *Graph) {
			g.Nodes[1] = Node{Name: "pool", Op: "MaxPool", Inputs: []string{"conv0_out"}, Outputs: []string{"clip1_out", "indices"}}
		}},
		{"scaled or transposed", func(g *Graph) { g.Nodes[0].Op, g.Nodes[0].Attrs = "Gemm", Attributes{"alpha": af(2)} }},
	} {
		g := base()
		test.change(g)
		_, entries, err := EqualizeLayers(g, nil, EqualizeOptions{})
		if err != nil {
			t.Errorf("%s: %v", test.reason, err)
			continue
		}
		if e := entries[0]; (e.Next == "") != (test.reason != "") || !strings.Contains(e.Reason, test.reason) {
			t.Errorf("entry %+v, want %q", e, test.reason)
		}
	}
}

// TestEqualizeLayers: balanced ranges, the limits, and the forms of the activation.
func TestEqualizeLayers(t *testing.T) {
	c := newGraphMaker(rand.New(rand.NewPCG(13, 14)), 1)
	c.Initializers["w0"], c.Initializers["w2"] = f(sh(2, 1, 1, 1), 4, 0.5), f(sh(1, 2, 1, 1), 1, 2)
	c.add("Conv", nil, "w0")
	c.relu6()
	c.add("Conv", nil, "w2")
	g := c.end()
	made, entries, err := EqualizeLayers(g, nil, EqualizeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if e := entries[0]; e.Rounds != 2 || !slices.Equal(e.Limits, []float32{3, 12}) || e.Channels[0].Factor != 0.5 || e.Channels[1].Factor != 2 || e.Channels[0].First != 4 {
		t.Errorf("entry %+v", e)
	}
	if !slices.Equal(made.Initializers["w0"].Float, []float32{2, 1}) || !slices.Equal(made.Initializers["w2"].Float, []float32{2, 1}) {
		t.Errorf("weights %v and %v", made.Initializers["w0"].Float, made.Initializers["w2"].Float)
	}
	ops := ""
	for _, n := range made.Nodes {
		ops += n.Op + " "
	}
	if ops != "Conv Relu Min Conv " || made.Initializers["six"] != nil || made.Initializers["zero"] != nil {
		t.Errorf("nodes %s, initializers %v", ops, made.Initializers)
	}
	// Over and under the limits of both channels.
	in := map[string]*Tensor{"x": f(sh(1, 1, 1, 4), -1, 1, 2, 20)}
	if got, want := mustRun(t, made, nil, in)["y"], f(sh(1, 1, 1, 4), 0, 4+1, 6+2, 6+12); !same(got, want) {
		t.Errorf("outputs %v, want %v", got.Float, want.Float)
	}
	// With statistics the activation counts, which is 6 at most in channel 0 and 2 in
	// channel 1: the factor is sqrt(r2/sqrt(r1*a)).
	s := observe(t, g, map[string]*Tensor{"x": f(sh(1, 1, 1, 2), 4, -50)})
	_, entries, err = EqualizeLayers(g, s, EqualizeOptions{Rounds: 1})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{math.Sqrt(1 / math.Sqrt(4*6)), math.Sqrt(2 / math.Sqrt(0.5*2))} {
		if got := entries[0].Channels[k].Factor; math.Abs(float64(got)/want-1) > 1e-6 {
			t.Errorf("factor %v, want %v", got, want)
		}
	}

	// Nothing rectifies or clips: the magnitude counts.
	linear := *g
	linear.Nodes = append([]Node{}, g.Nodes...)
	linear.Nodes[1] = Node{Name: "identity", Op: "Identity", Inputs: g.Nodes[1].Inputs[:1], Outputs: g.Nodes[1].Outputs}
	s = observe(t, &linear, map[string]*Tensor{"x": f(sh(1, 1, 1, 2), 4, -50)}) // -200 to 16, -25 to 2
	_, entries, err = EqualizeLayers(&linear, s, EqualizeOptions{Rounds: 1})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{math.Sqrt(1 / math.Sqrt(4*200)), math.Sqrt(2 / math.Sqrt(0.5*25))} {
		if got := entries[0].Channels[k].Factor; math.Abs(float64(got)/want-1) > 1e-6 {
			t.Errorf("factor %v, want %v", got, want)
		}
	}

	made, _, err = EqualizeLayers(g, nil, EqualizeOptions{Limits: Unlimited})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := mustRun(t, made, nil, in)["y"], f(sh(1, 1, 1, 4), 0, 4+1, 8+2, 80+20); !same(got, want) {
		t.Errorf("without limits %v, want %v", got.Float, want.Float)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	EqualizeLayers(g, nil, EqualizeOptions{Limits: 9})
}

// TestAbsorbBiases: by hand, and what is left alone.
func TestAbsorbBiases(t *testing.T) {
	c := newGraphMaker(rand.New(rand.NewPCG(15, 16)), 1)
	c.Initializers["w0"], c.Initializers["b0"] = f(sh(2, 1, 1, 1), 1, -1), f(sh(2), 3, 1)
	c.Initializers["w2"] = f(sh(1, 2, 1, 1), 10, 100)
	c.add("Conv", nil, "w0", "b0")
	c.relu6()
	c.add("Conv", Attributes{"pads": aint(0, 0, 0, 0)}, "w2")
	g := c.end()
	x := map[string]*Tensor{"x": f(sh(1, 1, 1, 4), -1, 0, 2, 4)} // channel 0 from 2 to 7, channel 1 from -3 to 2
	s := observe(t, g, x)
	made, entries, err := AbsorbBiases(g, s, 0)
	if err != nil {
		t.Fatal(err)
	}
	if e := entries[0]; e.Next != "conv2" || !slices.Equal(e.Constants, []float32{2, 0}) || entries[1].Reason == "" {
		t.Errorf("entries %+v", entries)
	}
	if got := made.Initializers["b0"].Float; !slices.Equal(got, []float32{1, 1}) {
		t.Errorf("biases %v", got)
	}
	if got, want := mustRun(t, made, nil, x)["y"], mustRun(t, g, nil, x)["y"]; !same(got, want) {
		t.Errorf("outputs %v, want %v", got.Float, want.Float)
	}
	limits := made.Initializers[made.Nodes[2].Inputs[1]]
	if made.Nodes[2].Op != "Min" || !slices.Equal(limits.Float, []float32{4, 6}) {
		t.Errorf("limits %+v", limits)
	}
	// mean 4.25 (7 counts in full), deviation sqrt(3.6875)
	if _, entries, err = AbsorbBiases(g, s, 1); err != nil || math.Abs(float64(entries[0].Constants[0])-(4.25-math.Sqrt(3.6875))) > 1e-6 {
		t.Errorf("entries %+v, error %v", entries, err)
	}
	// A channel that is always beyond its limit is constant, and gone.
	beyond := *g
	beyond.Initializers = maps.Clone(g.Initializers)
	beyond.Initializers["b0"] = f(sh(2), 8, 1)
	s = observe(t, &beyond, x)
	made, entries, err = AbsorbBiases(&beyond, s, 0)
	if err != nil || !slices.Equal(entries[0].Constants, []float32{6, 0}) {
		t.Errorf("entries %+v, error %v", entries, err)
	}
	if got, want := mustRun(t, made, nil, x)["y"], mustRun(t, &beyond, nil, x)["y"]; !same(got, want) {
		t.Errorf("outputs %v, want %v", got.Float, want.Float)
	}
	s = observe(t, g, x)
	g.Nodes[2].Attrs["pads"] = aint(0, 1, 0, 0)
	if _, entries, err = AbsorbBiases(g, s, 0); err != nil || entries[0].Reason != "padding or pooling follows it" {
		t.Errorf("entries %+v, error %v", entries, err)
	}
	g.Nodes[1] = Node{Name: "identity", Op: "Identity", Inputs: g.Nodes[1].Inputs[:1], Outputs: g.Nodes[1].Outputs}
	if _, entries, err = AbsorbBiases(g, s, 0); err != nil || entries[0].Reason != "no ReLU follows it" {
		t.Errorf("entries %+v, error %v", entries, err)
	}
}

// TestRescaleRelu: without an upper limit no channel is brought beyond the largest.
func TestRescaleRelu(t *testing.T) {
	c := newGraphMaker(rand.New(rand.NewPCG(23, 24)), 2)
	c.Initializers["w0"], c.Initializers["w2"] = f(sh(2, 1, 1, 1), 4, 0.5), f(sh(1, 2, 1, 1), 1, 1)
	c.add("Conv", Attributes{"group": ai(2)}, "w0")
	c.add("Relu", nil)
	c.add("Conv", nil, "w2")
	g := c.end()
	s := observe(t, g, map[string]*Tensor{"x": f(sh(1, 2, 1, 1), 3, 12)}) // channels of 12 and 6
	_, entries, err := RescaleChannels(g, s, RescaleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// The mean weight is 2.25, which channel 1 may come to with a factor of 4.5.
	if got := entries[0].Factors(); !slices.Equal(got, []float32{0.5625, 2}) || entries[0].Channels[1].State != quantizer.Capped {
		t.Errorf("factors %v", got)
	}
	if _, entries, err = RescaleChannels(g, nil, RescaleOptions{}); err != nil || entries[0].Channels[1].Factor != 4.5 {
		t.Errorf("entries %+v, error %v", entries, err)
	}
}
