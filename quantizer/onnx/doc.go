// Package onnx reads networks from ONNX files into the graphs of package
// network, and writes them: see [Write].
//
// A file is decoded straight from its bytes, without generated code and
// without a global registry: see [Read]. Files of the operator sets 7 to 21 are
// read, with tensors in every storage form that they may hold them in. What
// cannot be read (external data, sparse tensors, subgraphs, local functions,
// foreign operator sets) is an error that names the node or tensor; whether an
// operator can be run is for [network.New] to say.
//
// Files may come from anywhere. A declared size is compared with the bytes
// that are there before anything is allocated for it, so memory stays within a
// multiple of the file's size: about once for real networks of float32, at most
// 16 times for anything of tensors, and at most 100 times for a file made to be
// costly (of nothing but tiny nodes). Nesting has the fixed depth of the format
// without subgraphs.
//
// The types of a graph are fewer than those of a file: double, float16 and
// bfloat16 tensors become float32 (a double is rounded to nearest even, and
// becomes infinite beyond the range), and uint64 becomes int64. Codes of 8-bit
// floating-point formats stay codes. Nodes of the operator Constant become
// initializers, and inputs that have an initializer are constants, no inputs.
package onnx
