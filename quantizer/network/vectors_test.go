package network

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/x448/float16"

	"github.com/halfulp/halfulp/internal/shared"
)

// vectorTensor is a tensor of the ONNX node tests, see the README of
// vectors/suites.
type vectorTensor struct {
	Name      string
	DType     int
	Dims      []int
	RawHex    string    `json:"raw_hex"`
	FloatData []float64 `json:"float_data"`
	Int32Data []uint64  `json:"int32_data"`
	Int64Data []uint64  `json:"int64_data"`
}

// decode returns the tensor, or nil where its type is not one of ours.
func (v *vectorTensor) decode(t *testing.T) *Tensor {
	t.Helper()
	typ, ok := onnxTypes[v.DType]
	if !ok {
		return nil
	}
	shape := append([]int{}, v.Dims...)
	n, _ := sizeOf(shape)
	raw, err := hex.DecodeString(v.RawHex)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range v.Int32Data { // types of 8 bits or fewer: one byte each
		if typ.isFloat8() || typ == Uint8 || typ == Int4 || typ == Uint4 {
			raw = append(raw, byte(v))
		} else {
			raw = binary.LittleEndian.AppendUint32(raw, uint32(v))[:len(raw)+map[DType]int{Int16: 2, Uint16: 2, Int32: 4}[typ]]
		}
	}
	out := newTensor(value{typ: typ, shape: shape})
	for i := range n {
		switch v.DType {
		case 1:
			if len(raw) == 0 {
				out.Float[i] = float32(v.FloatData[i])
				break
			}
			out.Float[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		case 10:
			out.Float[i] = float16.Frombits(binary.LittleEndian.Uint16(raw[2*i:])).Float32()
		case 11:
			out.Float[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:])))
		case 16:
			out.Float[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(raw[2*i:])) << 16)
		case 2, 17, 18, 19, 20:
			out.Int[i] = int64(raw[i])
		case 3:
			out.Int[i] = int64(int8(raw[i]))
		case 4:
			out.Int[i] = int64(binary.LittleEndian.Uint16(raw[2*i:]))
		case 5:
			out.Int[i] = int64(int16(binary.LittleEndian.Uint16(raw[2*i:])))
		case 6:
			out.Int[i] = int64(int32(binary.LittleEndian.Uint32(raw[4*i:])))
		case 7:
			out.Int[i] = int64(binary.LittleEndian.Uint64(raw[8*i:]))
		case 21:
			out.Int[i] = int64(raw[i/2] >> (4 * (i % 2)) & 15)
		case 22:
			out.Int[i] = int64(int8(raw[i/2]>>(4*(i%2))<<4) >> 4)
		default:
			return nil
		}
	}
	return out
}

// TestONNXNodes runs the node tests of the ONNX project for the operators that
// exist here. Their opsets are newer than ours, with the same meaning.
func TestONNXNodes(t *testing.T) {
	var cases map[string]struct {
		Nodes []struct {
			In, Out []string
			Op      string
			Attr    map[string]any
		}
		Inputs, Outputs []vectorTensor
	}
	data := shared.Read(t, "vectors/suites/onnx_node_quant_cast_rnn.json.gz")
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	skipped := 0
	var names []string
	for name := range cases {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c := cases[name]
		if len(c.Nodes) != 1 || operators[c.Nodes[0].Op] == nil {
			skipped++
			continue
		}
		node := Node{Name: name, Op: c.Nodes[0].Op, Inputs: c.Nodes[0].In, Outputs: c.Nodes[0].Out, Attrs: Attributes{}}
		supported := true
		for key, v := range c.Nodes[0].Attr {
			switch v := v.(type) {
			case float64:
				node.Attrs[key] = ai(int64(v))
				if strings.HasPrefix(key, "alpha") || strings.HasPrefix(key, "beta") {
					node.Attrs[key] = af(float32(v))
				}
			case string:
				node.Attrs[key] = as(v)
			default:
				t.Fatalf("%s: attribute %q is %v", name, key, v)
			}
		}
		g := &Graph{Opset: 21, Nodes: []Node{node}, Initializers: map[string]*Tensor{}}
		feed := map[string]*Tensor{}
		for i := range c.Inputs {
			in := c.Inputs[i].decode(t)
			if in == nil {
				supported = false
				break
			}
			// Weights and biases of recurrent nodes have to be constant.
			if strings.Contains("GRU LSTM RNN", node.Op) && i > 0 && i < 4 {
				g.Initializers[c.Inputs[i].Name] = in
				continue
			}
			g.Inputs = append(g.Inputs, ValueInfo{Name: c.Inputs[i].Name, Type: in.Type})
			feed[c.Inputs[i].Name] = in
		}
		for i := range c.Outputs {
			if _, ok := onnxTypes[c.Outputs[i].DType]; !ok {
				supported = false
			}
			// The type of CastLike's second operand is float32 here.
			if node.Op == "CastLike" && (c.Outputs[i].DType == 10 || c.Outputs[i].DType == 16) {
				supported = false
			}
			g.Outputs = append(g.Outputs, ValueInfo{Name: c.Outputs[i].Name})
		}
		if !supported {
			skipped++
			continue
		}
		n, err := New(g, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := n.Run(feed)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range c.Outputs {
			want := c.Outputs[i].decode(t)
			y := got[c.Outputs[i].Name]
			tolerance := 0.0
			if strings.Contains("GRU LSTM RNN HardSigmoid", node.Op) {
				tolerance = 1e-6
			}
			ok := within(y, want, tolerance)
			if want.Type.isFloat8() { // any NaN will do
				format := float8Format(want.Type)
				ok = slices.EqualFunc(y.Int, want.Int, func(a, b int64) bool {
					x, z := format.Decode(uint32(a)), format.Decode(uint32(b))
					return a == b || x != x && z != z
				})
			}
			if !ok {
				t.Errorf("%s: output %d is %v, want %v", name, i, y, want)
			}
		}
		count[node.Op]++
	}
	total := 0
	for _, n := range count {
		total += n
	}
	t.Logf("%d cases run, %d skipped (types and operators that are not ours): %v", total, skipped, count)
	if total < 95 {
		t.Errorf("only %d cases ran", total)
	}
}
