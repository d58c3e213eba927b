package onnx_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// A field is a field of a message as a tree: messages that the schema knows
// have their fields in sub, everything else its value in u or b.
type field struct {
	num protowire.Number
	typ protowire.Type
	u   uint64
	b   []byte
	msg string // name of the message in sub, or empty
	sub []*field
	// lie is added to the length that is written for a bytes field.
	lie int
}

// schema names the messages inside messages, as far as mutations go.
var schema = map[string]map[protowire.Number]string{
	"Model":     {7: "Graph", 8: "Opset", 25: "Function"},
	"Graph":     {1: "Node", 5: "Tensor", 11: "ValueInfo", 12: "ValueInfo", 13: "ValueInfo"},
	"Node":      {5: "Attribute"},
	"Attribute": {5: "Tensor", 6: "Graph"},
	"ValueInfo": {2: "Type"},
	"Type":      {1: "TensorType"},
	"TensorType": {
		2: "Shape",
	},
	"Shape": {1: "Dim"},
}

// parse makes a tree of a sound message.
func parse(msg string, b []byte) []*field {
	var fields []*field
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		b = b[n:]
		f := &field{num: num, typ: typ}
		switch typ {
		case protowire.VarintType:
			f.u, n = protowire.ConsumeVarint(b)
		case protowire.Fixed32Type:
			var u uint32
			u, n = protowire.ConsumeFixed32(b)
			f.u = uint64(u)
		case protowire.Fixed64Type:
			f.u, n = protowire.ConsumeFixed64(b)
		case protowire.BytesType:
			f.b, n = protowire.ConsumeBytes(b)
			if f.msg = schema[msg][num]; f.msg != "" {
				f.sub, f.b = parse(f.msg, f.b), nil
			}
		}
		if n < 0 {
			panic("the message is not sound")
		}
		b = b[n:]
		fields = append(fields, f)
	}
	return fields
}

// encode writes a tree, with the lengths that its parts have now.
func encode(fields []*field) []byte {
	var out []byte
	for _, f := range fields {
		out = protowire.AppendTag(out, f.num, f.typ)
		switch f.typ {
		case protowire.VarintType:
			out = protowire.AppendVarint(out, f.u)
		case protowire.Fixed32Type:
			out = protowire.AppendFixed32(out, uint32(f.u))
		case protowire.Fixed64Type:
			out = protowire.AppendFixed64(out, f.u)
		default:
			b := f.b
			if f.msg != "" {
				b = encode(f.sub)
			}
			out = protowire.AppendVarint(out, uint64(len(b)+f.lie))
			out = append(out, b...)
		}
	}
	return out
}

// A mutator makes damaged copies of a model. It is a function of its seed.
type mutator struct {
	*rand.Rand
	model []byte
	root  []*field
}

func newMutator(model []byte, seed uint64) *mutator {
	return &mutator{rand.New(rand.NewPCG(seed, 0x6F6E6E78)), model, nil}
}

// bytes changes one to four places of the encoded model: bits, bytes, runs,
// pieces cut out or off, or copied elsewhere.
func (m *mutator) bytes() []byte {
	b := slices.Clone(m.model)
	for range 1 + m.IntN(4) {
		if len(b) < 2 {
			break
		}
		// Most of a model is weights: half of the places are near its ends,
		// or where a weight tensor begins.
		at := m.IntN(len(b))
		if m.IntN(2) == 0 {
			at = m.IntN(min(len(b), 4096))
			if m.IntN(2) == 0 {
				at = len(b) - 1 - at
			}
		}
		n := min(1+m.IntN(64), len(b)-at)
		switch m.IntN(8) {
		case 0, 1, 2:
			b[at] ^= 1 << m.IntN(8)
		case 3:
			b[at] = byte(m.IntN(256))
		case 4:
			for i := range n {
				b[at+i] = byte(m.Uint32())
			}
		case 5:
			b = slices.Delete(b, at, at+n)
		case 6:
			b = slices.Insert(b, at, b[m.IntN(len(b)-n):][:n]...)
		case 7:
			b = b[:at]
		}
	}
	return b
}

// structure changes one to four parts of the message, most often one, whose
// lengths are then right again (but for those that are changed on purpose).
func (m *mutator) structure() []byte {
	m.root = parse("Model", m.model)
	for range max(1, m.IntN(8)-3) {
		m.change()
	}
	return encode(m.root)
}

// pick returns a message and the index of one of its fields. Messages are
// chosen level by level, so that the many weights do not hide the rest.
func (m *mutator) pick() (fields *[]*field, i int, msg string) {
	fields, msg = &m.root, "Model"
	for {
		if len(*fields) == 0 {
			return fields, -1, msg
		}
		i = m.IntN(len(*fields))
		f := (*fields)[i]
		// The graph is most often what to go into.
		if msg == "Model" && m.IntN(4) > 0 {
			for k, g := range *fields {
				if g.num == 7 && g.msg != "" {
					i, f = k, g
				}
			}
		}
		if f.msg == "" || len(f.sub) == 0 || msg != "Model" && m.IntN(4) == 0 {
			return fields, i, msg
		}
		fields, msg = &f.sub, f.msg
	}
}

// ops are operators to put in the place of others.
var ops = strings.Fields(`Abs Add ArgMax AveragePool BatchNormalization Cast Ceil Clip Concat Constant ConstantOfShape
	Conv ConvTranspose CumSum DepthToSpace DequantizeLinear Div Dropout Einsum Elu Equal Erf Exp Expand Flatten Floor GRU
	Gather GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish Identity If InstanceNormalization LRN
	LSTM LayerNormalization LeakyRelu Log LogSoftmax Loop MatMul MatMulInteger Max MaxPool Min Mul Neg NonZero Not OneHot
	PRelu Pad Pow QuantizeLinear RNN Range Reciprocal ReduceMax ReduceMean ReduceProd ReduceSum Relu Reshape Resize Round
	Scan ScatterND Selu Shape Sigmoid Sign Slice Softmax Softplus SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh Tile TopK
	Transpose Trilu Unsqueeze Upsample Where Xor`)

// attrs are names of attributes to give to nodes that lack them.
var attrs = strings.Fields(`activations allowzero alpha auto_pad axes axis batch_dims beta block_size ceil_mode
	count_include_pad depth dilations direction dtype end epsilon exclusive fmod gamma group hidden_size k keepdims
	kernel_shape largest linear_before_reset mode momentum num_outputs output_padding output_shape pads perm sorted split
	start stash_type storage_order strides to transA transB upper value value_int value_ints`)

// change makes one change to the tree.
func (m *mutator) change() {
	fields, i, msg := m.pick()
	if i < 0 {
		return
	}
	f := (*fields)[i]
	switch m.IntN(12) {
	case 0: // the tag
		f.num = protowire.Number(1 + m.IntN(30))
	case 1: // the wire type, with what was there as far as it fits
		f.typ = []protowire.Type{protowire.VarintType, protowire.Fixed32Type, protowire.Fixed64Type, protowire.BytesType}[m.IntN(4)]
	case 2: // a length, rarely: what follows it cannot be read
		if m.IntN(4) == 0 {
			f.lie = m.IntN(9) - 4
		}
	case 3:
		*fields = slices.Delete(slices.Clone(*fields), i, i+1)
	case 4:
		*fields = slices.Insert(slices.Clone(*fields), i, f)
	case 5: // two change places
		k := m.IntN(len(*fields))
		(*fields)[i], (*fields)[k] = (*fields)[k], (*fields)[i]
	case 6: // a part from elsewhere
		if from, k, _ := m.pick(); k >= 0 && size((*from)[k]) < 1<<12 {
			*fields = slices.Insert(slices.Clone(*fields), i, clone((*from)[k]))
		}
	case 7: // a node gets another operator or one more attribute
		if n := m.node(); n != nil {
			if m.IntN(2) == 0 {
				m.setOp(n)
			} else {
				n.sub = append(n.sub, m.attribute())
			}
		}
	case 8: // an input or output of a node gets another name
		if n := m.node(); n != nil {
			for _, g := range n.sub {
				if (g.num == 1 || g.num == 2) && m.IntN(2) == 0 {
					g.b = m.name()
				}
			}
		}
	default:
		m.value(f, msg)
	}
}

// value changes the value of a field.
func (m *mutator) value(f *field, msg string) {
	switch {
	case f.typ == protowire.VarintType:
		f.u = m.number(f.u)
	case f.typ == protowire.Fixed32Type:
		f.u = uint64([]uint32{0, 1, 0x7FC00000, 0x7F800000, 0xFF800000, 0x7F7FFFFF, 0x80000000, m.Uint32()}[m.IntN(8)])
	case f.typ == protowire.Fixed64Type:
		f.u = []uint64{0, 1, 0x7FF8 << 48, 0x7FF0 << 48, m.Uint64()}[m.IntN(5)]
	case f.msg != "":
		f.sub = nil
	case msg == "Node" && f.num == 4:
		f.b = []byte(ops[m.IntN(len(ops))])
	case msg == "Attribute" && f.num == 1:
		f.b = []byte(attrs[m.IntN(len(attrs))])
	case msg == "Tensor" && f.num == 9 || len(f.b) > 64:
		f.b = m.data(f.b)
	case m.IntN(2) == 0:
		f.b = m.name()
	default:
		f.b = m.data(f.b)
	}
}

// number returns another number: near, far, or at some end.
func (m *mutator) number(u uint64) uint64 {
	ends := []uint64{0, 1, 2, 3, 4, 7, 16, 64, 255, 1000, 65536, 1 << 20, math.MaxInt32, 1 << 31, 1 << 32, 1 << 40, 1 << 62,
		math.MaxInt64, 1 << 63, math.MaxUint64, ^uint64(1), ^uint64(9)}
	switch m.IntN(5) {
	case 0:
		return u + uint64(m.IntN(5)) - 2
	case 1:
		return u ^ 1<<m.IntN(64)
	case 2:
		return u * uint64(m.IntN(5))
	case 3:
		return uint64(m.IntN(20))
	}
	return ends[m.IntN(len(ends))]
}

// data returns other bytes: fewer, more, or changed ones.
func (m *mutator) data(b []byte) []byte {
	b = slices.Clone(b)
	n := len(b)
	switch k := m.IntN(6); {
	case k == 0 || n == 0:
		return append(b, make([]byte, m.IntN(9))...)
	case k == 1:
		return b[:m.IntN(n)]
	case k == 2:
		return append(b, b...)
	case k == 3:
		return nil
	case k == 4 && n >= 4:
		// A float that no weight has.
		copy(b[m.IntN(n/4)*4:], []byte{0, 0, byte(m.IntN(2)) * 0x80, 0x7F})
	default:
		b[m.IntN(n)] ^= 1 << m.IntN(8)
	}
	return b
}

// node returns a node of the graph, if there still is one.
func (m *mutator) node() *field {
	var nodes []*field
	for _, g := range m.root {
		for _, n := range g.sub {
			if n.msg == "Node" {
				nodes = append(nodes, n)
			}
		}
	}
	if len(nodes) == 0 {
		return nil
	}
	return nodes[m.IntN(len(nodes))]
}

func (m *mutator) setOp(n *field) {
	for _, f := range n.sub {
		if f.num == 4 {
			f.b = []byte(ops[m.IntN(len(ops))])
		}
	}
}

// name returns a name from somewhere in the model, or a strange one.
func (m *mutator) name() []byte {
	if m.IntN(4) == 0 {
		return [][]byte{nil, []byte("\x00\n"), []byte("\xFF\xFE"), []byte(strings.Repeat("n", 1000)), []byte("x")}[m.IntN(5)]
	}
	for range 100 {
		if fields, i, _ := m.pick(); i >= 0 {
			if f := (*fields)[i]; f.typ == protowire.BytesType && f.msg == "" && len(f.b) < 64 {
				return f.b
			}
		}
	}
	return nil
}

// attribute returns an attribute of some name with a value of some kind.
func (m *mutator) attribute() *field {
	parts := text(1, attrs[m.IntN(len(attrs))])
	switch m.IntN(4) {
	case 0:
		parts = append(parts, varint(3, int64(m.number(1)))...)
	case 1:
		parts = append(parts, float(2, float32(m.NormFloat64()))...)
	case 2:
		for range m.IntN(7) {
			parts = append(parts, varint(8, int64(m.number(1)))...)
		}
	case 3:
		parts = append(parts, text(4, []string{"SAME_UPPER", "VALID", "reflect", "bidirectional", ""}[m.IntN(5)])...)
	}
	return &field{num: 5, typ: protowire.BytesType, msg: "Attribute", sub: parse("Attribute", parts)}
}

func clone(f *field) *field {
	c := *f
	c.sub = nil
	for _, g := range f.sub {
		c.sub = append(c.sub, clone(g))
	}
	return &c
}

func size(f *field) int { return len(encode([]*field{f})) }
