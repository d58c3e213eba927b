package blas

// OutH returns the number of rows of the output, zero where the kernel does not fit.
func (p ConvParams) OutH() int {
	return outSize(p.H, p.KH, p.StrideH, p.DilationH, p.PadTop, p.PadBottom)
}

// OutW returns the number of columns of the output, zero where the kernel does not fit.
func (p ConvParams) OutW() int {
	return outSize(p.W, p.KW, p.StrideW, p.DilationW, p.PadLeft, p.PadRight)
}

// empty reports whether the output has no elements.
func (p *ConvParams) empty() bool {
	return p.N == 0 || p.K == 0 || p.OutH() == 0 || p.OutW() == 0
}

func outSize(size, kernel, stride, dilation, before, after int) int {
	free := size + before + after - (max(dilation, 1)*(kernel-1) + 1)
	if free < 0 {
		return 0
	}
	return free/max(stride, 1) + 1
}

// Valid returns p without padding.
func (p ConvParams) Valid() ConvParams {
	p.PadTop, p.PadBottom, p.PadLeft, p.PadRight = 0, 0, 0, 0
	return p
}

// SameUpper returns p with the padding that makes the output ceil(H/StrideH) x ceil(W/StrideW); where
// the padding is odd, the greater half stands below and to the right. This is ONNX's SAME_UPPER and
// TensorFlow's SAME.
func (p ConvParams) SameUpper() ConvParams {
	v := samePadding(p.H, p.KH, p.StrideH, p.DilationH)
	h := samePadding(p.W, p.KW, p.StrideW, p.DilationW)
	p.PadTop, p.PadBottom, p.PadLeft, p.PadRight = v/2, v-v/2, h/2, h-h/2
	return p
}

// SameLower is SameUpper with the greater half above and to the left.
func (p ConvParams) SameLower() ConvParams {
	p = p.SameUpper()
	p.PadTop, p.PadBottom = p.PadBottom, p.PadTop
	p.PadLeft, p.PadRight = p.PadRight, p.PadLeft
	return p
}

func samePadding(size, kernel, stride, dilation int) int {
	stride = max(stride, 1)
	out := (size + stride - 1) / stride
	return max((out-1)*stride+max(dilation, 1)*(kernel-1)+1-size, 0)
}

// indices returns where the weights (the rows of the product) and the windows of the images (its
// columns) lie. k runs over (kh, kw, c) on both sides.
func (p *ConvParams) indices() (weights, windows index) {
	c, k, kernel := p.C/p.Groups, p.K/p.Groups, p.KH*p.KW
	weights = index{group: k * c * kernel, item: c * kernel, runs: kernel, length: c, step: kernel, runStep: 1}
	if p.WeightLayout == NHWC {
		weights.runs, weights.length, weights.step = 1, c*kernel, 1
	}
	windows = index{runs: kernel, length: c, image: true, window: window{
		outH: p.OutH(), outW: p.OutW(), height: p.H, width: p.W, kernelW: p.KW,
		reachH: (p.KH - 1) * p.DilationH, reachW: (p.KW - 1) * p.DilationW,
		strideH: p.StrideH, strideW: p.StrideW, dilationH: p.DilationH, dilationW: p.DilationW,
		top: p.PadTop, left: p.PadLeft, stepN: p.C * p.H * p.W}}
	if p.Layout == NHWC {
		windows.group, windows.step, windows.stepH, windows.stepW = c, 1, p.W*p.C, p.C
	} else {
		windows.group, windows.step, windows.stepH, windows.stepW = c*p.H*p.W, p.H*p.W, p.W, 1
	}
	return weights, windows
}

// axes returns where the output lies, by output channel and by pixel.
func (p *ConvParams) axes() (channels, pixels axis) {
	k, image := p.K/p.Groups, p.OutH()*p.OutW()
	if p.Layout == NHWC {
		return axis{group: k, inner: max(k, 1), step: 1}, axis{inner: image, outer: image * p.K, step: p.K}
	}
	return axis{group: k * image, inner: max(k, 1), step: image}, axis{inner: image, outer: image * p.K, step: 1}
}

// layConv fills in the geometry of q. It reports whether the output channels are the rows of q.
func layConv[T, A any](q *plan[T, A], p *ConvParams, weights, images source[T]) (channelRows bool) {
	channels, pixels := p.axes()
	w, x := p.indices()
	q.groups, q.depth = p.Groups, p.C/p.Groups*p.KH*p.KW
	return !q.lay(p.K/p.Groups, p.N*p.OutH()*p.OutW(), w, x, weights, images, channels, pixels)
}
