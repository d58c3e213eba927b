package glyphs

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer/network"
)

// epsilon of batch normalization is MobileNet's own. It bounds what folding does
// to a channel that is nearly constant: its weights become 1/sqrt(epsilon) times
// as large.
const epsilon = 1e-3

// NewNetwork returns the network before its training, with parameters that are
// zero: network.Initialize draws them. It is a small one in the manner of MobileNet
// (Howard and others, 2017; the inverted residual is of Sandler and others,
// 2018):
//
//	stem         3x3 convolution, stride 2               16 channels of 12x12
//	separable1   3x3 depthwise and 1x1 convolution       32 of 12x12
//	separable2   the same, stride 2                      48 of 6x6
//	inverted     1x1 to 128 channels, 3x3 depthwise,
//	             1x1, added to the input                 48 of 6x6
//	separable3   as separable2                           96 of 3x3
//	pool         the mean of each channel
//	logits       fully connected
//
// Every convolution is followed by batch normalization and, but for the last of
// the inverted residual, by ReLU6. The input "images" is [N, 1, Size, Size], the
// output "logits" [N, len(Classes)].
func NewNetwork() *network.Graph {
	b := &builder{&network.Graph{
		Name:    "glyphs",
		Opset:   13,
		Inputs:  []network.ValueInfo{batchOf("images", 1, Size, Size)},
		Outputs: []network.ValueInfo{batchOf("logits", len(Classes))},
		Initializers: map[string]*network.Tensor{
			"zero": network.NewFloat(nil, []float32{0}), "six": network.NewFloat(nil, []float32{6}),
		},
	}}
	x := b.conv("stem", "images", convolution{in: 1, out: 16, kernel: 3, stride: 2})
	x = b.separable("separable1", x, 16, 32, 1)
	x = b.separable("separable2", x, 32, 48, 2)
	x = b.inverted("inverted", x, 48, 128)
	x = b.separable("separable3", x, 48, 96, 2)
	x = b.node("pool", "GlobalAveragePool", nil, x)
	x = b.node("flatten", "Flatten", nil, x)
	b.node("logits", "Gemm", network.Attributes{"transB": integer(1)}, x, b.zeros("logits.weight", len(Classes), 96), b.zeros("logits.bias", len(Classes)))
	return b.graph
}

// builder appends nodes to a graph. Its methods return the name of what the last
// of them makes, which is the node's own.
type builder struct{ graph *network.Graph }

// convolution has the sizes of one; where groups is 0 there is one group.
type convolution struct {
	in, out, kernel, stride, groups int
	linear                          bool // without ReLU6
}

// conv appends a convolution, its batch normalization and ReLU6.
func (b *builder) conv(name, x string, c convolution) string {
	groups, pad := max(1, c.groups), int64(c.kernel/2)
	x = b.node(name+".conv", "Conv", network.Attributes{
		"kernel_shape": integers(int64(c.kernel), int64(c.kernel)),
		"strides":      integers(int64(c.stride), int64(c.stride)),
		"pads":         integers(pad, pad, pad, pad),
		"group":        integer(int64(groups)),
	}, x, b.zeros(name+".conv.weight", c.out, c.in/groups, c.kernel, c.kernel))
	x = b.node(name+".norm", "BatchNormalization", network.Attributes{"epsilon": {Kind: network.AttrFloat, Float: epsilon}}, x, b.zeros(name+".norm.scale", c.out),
		b.zeros(name+".norm.bias", c.out), b.zeros(name+".norm.mean", c.out), b.zeros(name+".norm.variance", c.out))
	if c.linear {
		return x
	}
	return b.node(name+".relu6", "Clip", nil, x, "zero", "six")
}

func (b *builder) depthwise(name, x string, channels, stride int) string {
	return b.conv(name, x, convolution{in: channels, out: channels, kernel: 3, stride: stride, groups: channels})
}

func (b *builder) separable(name, x string, in, out, stride int) string {
	x = b.depthwise(name+".depthwise", x, in, stride)
	return b.conv(name+".pointwise", x, convolution{in: in, out: out, kernel: 1, stride: 1})
}

func (b *builder) inverted(name, x string, channels, inner int) string {
	y := b.conv(name+".expand", x, convolution{in: channels, out: inner, kernel: 1, stride: 1})
	y = b.depthwise(name+".depthwise", y, inner, 1)
	y = b.conv(name+".project", y, convolution{in: inner, out: channels, kernel: 1, stride: 1, linear: true})
	return b.node(name+".add", "Add", nil, x, y)
}

func (b *builder) node(name, op string, attributes network.Attributes, inputs ...string) string {
	b.graph.Nodes = append(b.graph.Nodes, network.Node{Name: name, Op: op, Inputs: inputs, Outputs: []string{name}, Attrs: attributes})
	return name
}

// zeros adds an initializer.
func (b *builder) zeros(name string, shape ...int) string {
	if b.graph.Initializers[name] != nil {
		panic(fmt.Sprintf("glyphs: two initializers %q", name))
	}
	b.graph.Initializers[name] = network.NewFloat(shape, nil)
	return name
}

func integer(i int64) network.Attribute {
	return network.Attribute{Kind: network.AttrInt, Int: i}
}

func integers(i ...int64) network.Attribute {
	return network.Attribute{Kind: network.AttrInts, Ints: i}
}

// batchOf declares a tensor whose first dimension is the number of samples.
func batchOf(name string, shape ...int) network.ValueInfo {
	v := network.ValueInfo{Name: name, Type: network.Float32, HasShape: true, Shape: []network.Dim{{Size: -1, Symbol: "N"}}}
	for _, d := range shape {
		v.Shape = append(v.Shape, network.Dim{Size: d})
	}
	return v
}
