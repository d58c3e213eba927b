package onnx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/halfulp/halfulp/quantizer/network"
)

// The versions of the default operator set that are read.
const (
	minOpset = 7
	maxOpset = 21
)

// ReadFile reads the model in a file. Errors begin with the file's name.
func ReadFile(path string) (*network.Graph, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", path, malformed("not a regular file"))
	}
	// Protobuf messages are smaller than 2 GiB.
	if info.Size() >= 1<<31 {
		return nil, fmt.Errorf("%s: %w", path, malformed("a file of %d bytes", info.Size()))
	}
	b := make([]byte, info.Size())
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	g, err := Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return g, nil
}

// Read decodes a model: the bytes of a ModelProto. The graph keeps nothing of
// b. Errors wrap [ErrFormat] where b is no ONNX model or a damaged one, and
// [network.ErrUnsupported] where the model uses what this package does not
// read. Whether the graph is consistent and its operators are known is not
// checked here but by [network.New].
func Read(b []byte) (*network.Graph, error) {
	g, err := readModel(b)
	if err == nil {
		return g, nil
	}
	if what := sniff(b); what != "" && errors.Is(err, ErrFormat) {
		return nil, malformed("the file looks like %s", what)
	}
	return nil, err
}

func readModel(b []byte) (*network.Graph, error) {
	if len(b) == 0 {
		return nil, malformed("the file is empty")
	}
	g := &network.Graph{Opsets: map[string]int{}, Initializers: map[string]*network.Tensor{}}
	var hasVersion, hasGraph bool
	m := &message{name: "ModelProto", rest: b}
	for m.next() {
		switch m.num {
		case 1:
			hasVersion = true
			if v := m.int64(); m.err == nil && v < 3 {
				return nil, unsupported("IR version %d", v)
			}
		case 7:
			hasGraph = true
			m.bytes()
		case 8:
			if err := readOpset(m.message("OperatorSetIdProto"), g); err != nil {
				return nil, err
			}
		case 25:
			return nil, unsupported("local function %s", quote(functionName(m.message("FunctionProto"))))
		}
	}
	switch {
	case m.err != nil:
		return nil, m.err
	case !hasGraph:
		return nil, malformed("no graph")
	case !hasVersion:
		return nil, malformed("no IR version")
	case len(g.Opsets) == 0:
		return nil, malformed("no operator set")
	case g.Opsets[""] == 0:
		return nil, unsupported("operator sets other than the default one only")
	case g.Opsets[""] < minOpset || g.Opsets[""] > maxOpset:
		return nil, unsupported("opset %d; %d to %d are read", g.Opsets[""], minOpset, maxOpset)
	}
	g.Opset = g.Opsets[""]
	// A second walk, as the operator sets stand behind the graph in most files.
	m = &message{name: "ModelProto", rest: b}
	for m.next() {
		if m.num != 7 {
			continue
		}
		if err := readGraph(m.message("GraphProto"), g); err != nil {
			return nil, err
		}
	}
	return g, finish(g)
}

// readOpset reads an OperatorSetIdProto.
func readOpset(m *message, g *network.Graph) error {
	var domain string
	var version int64
	for m.next() {
		switch m.num {
		case 1:
			domain = canonicalDomain(m.string())
		case 2:
			version = m.int64()
		}
	}
	if m.err != nil {
		return m.err
	}
	if version < 1 || version > 1<<31-1 {
		return malformed("version %d of operator set %s", version, quote(domain))
	}
	if v, ok := g.Opsets[domain]; ok && v != int(version) {
		return malformed("versions %d and %d of operator set %s", v, version, quote(domain))
	}
	g.Opsets[domain] = int(version)
	return nil
}

// functionName finds the name in a FunctionProto.
func functionName(m *message) string {
	for m.next() {
		if m.num == 1 {
			return m.string()
		}
	}
	return ""
}

// sniff says what kind of other file this is, or nothing.
func sniff(b []byte) string {
	for _, k := range []struct {
		at          int
		magic, what string
	}{
		{0, "\x89PNG\r\n\x1a\n", "a PNG image"},
		{0, "\xff\xd8\xff", "a JPEG image"},
		{0, "PK\x03\x04", "a zip archive (.npz, .keras, PyTorch)"},
		{0, "\x1f\x8b", "a gzip file"},
		{0, "\x93NUMPY", "a NumPy array"},
		{0, "\x89HDF\r\n\x1a\n", "an HDF5 file (Keras)"},
		{0, "GGUF", "a GGUF file"},
		{4, "TFL3", "a TensorFlow Lite model"},
		{4, "ORTM", "an ONNX Runtime flatbuffer (.ort)"},
	} {
		if len(b) >= k.at && bytes.HasPrefix(b[k.at:], []byte(k.magic)) {
			return k.what
		}
	}
	head := b[:min(len(b), 64)]
	if len(head) > 0 && bytes.IndexFunc(head, func(r rune) bool {
		return r > '~' || r < ' ' && !strings.ContainsRune("\t\n\r", r)
	}) < 0 {
		return "text"
	}
	return ""
}
