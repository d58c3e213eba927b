// Package network holds a neural network as a graph and runs it.
//
// A [Graph] has the semantics of ONNX, opsets 7 to 21: what an operator means
// is decided here, by the opset of the graph; package onnx only reads the file.
// [New] checks and orders a graph, folds what is constant and prepares every
// matrix product; [Network.Shapes] infers the shape of every tensor from those
// of the inputs; [Network.Run] computes.
//
// Every matrix product of a network (Conv, Gemm, MatMul, GRU, LSTM, RNN) is a
// [Site] and is computed by an [Arithmetic]: float32 chains of package blas
// unless another one is chosen. Everything else is computed in float32 (sums
// over many elements in float64, in a fixed order), with functions of
// internal/elementary, so that results are the same bits on every machine and
// with any number of threads.
//
// A [Trainer] computes gradients of a loss with respect to a graph's
// initializers, and changes them with [Adam]; [Initialize] draws the values to
// begin with. Training too has the same bits everywhere.
//
// With TrainOptions.Thresholds a Trainer computes in few bits and trains the thresholds
// of the products' operands instead, or multipliers of single weights, or the weights
// themselves ([Trains]); a [Distillation] does so without labels, towards the logits in
// float32.
//
// [FewBit] is the arithmetic of few bits: weights and activations in formats of their own,
// weights per tensor or channel, activations with or without zero points, scales that
// are powers of two, ranges by any criterion from a [Calibration]. [FewBit.Operands]
// says what quantizes the operands of a product, [Ties] which tensors integer runtimes
// want at one scale.
//
// Passes make a graph ready for few bits: [FoldBatchNorm], [RescaleChannels] or
// [EqualizeLayers], [AbsorbBiases], [CenterActivations], [FitWeights], [LearnRounding], [CorrectBias], [RoundWeights], [RoundBiases]. Each is a
// function from a graph to another one and a report; a [Quantization] applies them by
// name, and calibrates, ties and trains.
// Rescaling and equalization leave what the network computes as it is. ReLU6 stays
// exact in both: the one leaves channels alone that reach the limit, the other gives
// every channel a limit of its own, Relu and Min with a constant of shape
// [1, C, 1, 1] in the place of Clip.
//
// [InsertQDQ] writes what few bits do into a graph, as pairs of QuantizeLinear and
// DequantizeLinear, for other programs; [RemoveQDQ] reads it.
//
// Graphs may come from hostile files. Whatever is wrong with one is an error
// that names the node, its operator and the opset, and wraps [ErrGraph],
// [ErrUnsupported], [ErrShape], [ErrData] or [ErrBudget]; memory and work are bounded by
// [Options] before anything is allocated.
package network
