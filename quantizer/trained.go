package quantizer

import (
	"fmt"
	"math"
	"strconv"

	"github.com/halfulp/halfulp/internal/elementary"
)

// Form says what the numbers are that an optimizer changes to train a range.
type Form uint8

// The forms. Ratios are to the calibrated range, so that layers whose thresholds
// differ many times over learn at one rate.
const (
	// Factor is the ratio of the threshold or width; the left limit is a shift,
	// a share of the calibrated width (FAT).
	Factor Form = iota
	// Logarithm is the logarithm to base 2 of that ratio; the shift is as in Factor
	// (TQT: with Scheme.PowerOfTwo the scale is the next power of two).
	Logarithm
	// StepSize is the scale itself, threshold or width over that of the format; the
	// left limit is a real number. Gradients are divided by sqrt(n*Q), for n
	// elements and Q values above zero (LSQ, LSQ+).
	StepSize
)

// String returns the form's name in lower case.
func (f Form) String() string {
	switch f {
	case Factor:
		return "factor"
	case Logarithm:
		return "logarithm"
	case StepSize:
		return "step size"
	}
	return "Form(" + strconv.Itoa(int(f)) + ")"
}

// Limits bound what training may make of a calibrated range. The zero value stands
// for those of the form.
type Limits struct {
	// The ratio of threshold or width to the calibrated one, in every form: 0.5 to 1
	// in Factor (the paper's; its released code has 0.5 to 1.3), 2^-10 to 2^10 in the
	// others, which keeps step sizes positive.
	Least, Most float64
	// The shift of the left limit, in shares of the calibrated width: -0.2 to 0.4.
	Left, Right float64
}

func (l Limits) orOf(f Form) Limits {
	if l.Least == 0 && l.Most == 0 {
		l.Least, l.Most = 0x1p-10, 0x1p10
		if f == Factor {
			l.Least, l.Most = 0.5, 1
		}
	}
	if l.Left == 0 && l.Right == 0 {
		l.Left, l.Right = -0.2, 0.4
	}
	return l
}

// Range is the real numbers from Lo to Hi.
type Range struct{ Lo, Hi float32 }

// Trained is a fake quantization whose ranges are trained: a [Surrogate] for every
// group, and the numbers that an optimizer changes. A step of training is
//
//	t.Forward(y, x)                   // forward
//	t.Backward(sums, dx, g, x)        // backward; sums start at zero
//	t.Gradient(grad, sums, n)         // by Values
//	...                               // the optimizer changes t.Values by grad
//	err := t.Project()
//
// None of it allocates. Forward and Backward may be called concurrently, with sums of
// their own that are then added in a fixed order.
type Trained struct {
	// Values are what is trained: in symmetric schemes one number for each group, in
	// asymmetric ones two, the size and the left limit, group by group. Their meaning
	// is that of the Form. Project must follow a change.
	Values []float32

	scheme Scheme
	form   Form
	limits Limits
	base   []Range
	now    []Surrogate
}

// NewTrained returns a quantization that starts from calibrated ranges, one for each
// group. Symmetric schemes use the threshold of a range as [Scheme.Params] does,
// asymmetric ones widen it to contain 0. A range of width 0 has scale 1 and is not
// trained; a left limit of 0 stays (FAT's unsigned form: nothing lies below it).
//
// The error wraps [ErrScheme] where s.Check fails, a range is not finite or ends before
// it begins, limits are not 0 < Least <= 1 <= Most and Left <= 0 <= Right, or a scale
// lies below the normal float32 (formats of 9 exponent bits or more). It panics for an
// unknown form.
func NewTrained(s Scheme, form Form, limits Limits, ranges []Range) (*Trained, error) {
	if form > StepSize {
		panic(badForm)
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	l := limits.orOf(form)
	if !(l.Least > 0 && l.Least <= 1 && l.Most >= 1 && l.Most <= math.MaxFloat32 && l.Left <= 0 && l.Right >= 0) {
		return nil, fmt.Errorf("%w: limits %+v", ErrScheme, limits)
	}
	if len(ranges) == 0 {
		return nil, fmt.Errorf("%w: no ranges", ErrScheme)
	}
	t := &Trained{scheme: s, form: form, limits: l, base: make([]Range, len(ranges)), now: make([]Surrogate, len(ranges)),
		Values: make([]float32, s.trained()*len(ranges))}
	for g, r := range ranges {
		if !(r.Lo <= r.Hi && r.Lo >= -math.MaxFloat32 && r.Hi <= math.MaxFloat32) {
			return nil, fmt.Errorf("%w: group %d: range from %v to %v", ErrScheme, g, r.Lo, r.Hi)
		}
		t.base[g].Lo, t.base[g].Hi = s.widen(r.Lo, r.Hi)
		v := t.values(g)
		size, left := t.calibrated(g)
		if scale := size / s.span(); size > 0 && !(math.Abs(float64(float32(scale))-scale) <= 0x1p-20*scale) {
			return nil, fmt.Errorf("%w: group %d: the scale %v of %v is beyond float32", ErrScheme, g, scale, s.Format)
		}
		switch form {
		case Factor:
			v[0] = 1
		case StepSize:
			v[0] = float32(size / s.span())
			if s.Asymmetric {
				v[1] = float32(left)
			}
		}
	}
	return t, t.Project()
}

// trained returns the number of trained numbers of a group.
func (s Scheme) trained() int {
	if s.Asymmetric {
		return 2
	}
	return 1
}

func (t *Trained) values(g int) []float32 {
	n := t.scheme.trained()
	return t.Values[n*g:][:n]
}

// span returns the threshold or width of the format itself.
func (s Scheme) span() float64 {
	if !s.Asymmetric {
		return s.Format.Largest()
	}
	return s.Format.Largest() - s.Format.Least()
}

// calibrated returns the threshold or width with which group g began, and its left
// limit.
func (t *Trained) calibrated(g int) (size, left float64) {
	r := t.base[g]
	if !t.scheme.Asymmetric {
		return float64(r.Hi), 0
	}
	return float64(r.Hi) - float64(r.Lo), float64(r.Lo)
}

// Project moves Values to the nearest ones that are allowed, those of the limits
// with a range that contains 0, and makes them take effect. Where one is NaN or
// infinite, the error wraps [ErrNotFinite] and names the group, and nothing has
// changed.
func (t *Trained) Project() error {
	for i, v := range t.Values {
		if !(math.Abs(float64(v)) <= math.MaxFloat32) {
			return fmt.Errorf("%w: %v is trained for group %d", ErrNotFinite, v, i/t.scheme.trained())
		}
	}
	for g := range t.base {
		v := t.values(g)
		base, left := t.calibrated(g)
		if base == 0 {
			t.now[g] = t.scheme.surrogate(Params{Scale: 1, Zero: t.scheme.zero(0, 1)}, 1, 0)
			continue
		}
		size := t.size(v, base)
		if !t.scheme.Asymmetric {
			t.now[g] = t.scheme.Symmetric(size)
			continue
		}
		t.now[g] = t.scheme.Affine(t.left(v, left, base, size), size)
	}
	return nil
}

// size projects the first number and returns the threshold or width that it stands
// for. It is a function of the projected number, so that a run that is resumed from
// its Values has the same bits.
func (t *Trained) size(v []float32, base float64) float64 {
	least, most := t.limits.Least, t.limits.Most
	switch t.form {
	case Logarithm:
		least, most = elementary.Log(least)*(1/math.Ln2), elementary.Log(most)*(1/math.Ln2)
	case StepSize:
		least, most = least*base/t.scheme.span(), most*base/t.scheme.span()
	}
	x := min(max(float64(v[0]), least), most)
	v[0] = float32(x)
	x = float64(v[0])
	switch t.form {
	case Factor:
		x *= base
	case Logarithm:
		x = elementary.Pow(2, x) * base
	case StepSize:
		x *= t.scheme.span() // exact: x over the span is the number again
	}
	if t.scheme.Asymmetric {
		return min(max(x, math.SmallestNonzeroFloat32), 2*math.MaxFloat32)
	}
	return min(max(x, math.SmallestNonzeroFloat32), math.MaxFloat32)
}

// left projects the second number and returns the left limit that it stands for,
// a function of the projected number too.
func (t *Trained) left(v []float32, left, base, size float64) float64 {
	if left == 0 {
		v[1] = 0
		return 0
	}
	unit, from := base, left // of a share
	if t.form == StepSize {
		unit, from = 1, 0
	}
	least := max(left+float64(t.limits.Left*base), -size)
	most := min(left+float64(t.limits.Right*base), 0)
	most = max(least, most)
	m := from + float64(float64(v[1])*unit)
	if c := min(max(m, least), most); c != m {
		v[1] = float32((c - from) / unit)
		m = from + float64(float64(v[1])*unit)
	}
	return min(max(m, -size), 0)
}

// Quantizer returns the quantization as it is now.
func (t *Trained) Quantizer() Quantizer {
	q := Quantizer{Scheme: t.scheme, Params: make([]Params, len(t.now))}
	for g := range t.now {
		q.Params[g] = t.now[g].params
	}
	return q
}

// Groups returns the number of ranges.
func (t *Trained) Groups() int { return len(t.now) }

// Surrogate returns that of a group, as it is now.
func (t *Trained) Surrogate(g int) Surrogate { return t.now[g] }

// Forward writes the fake-quantized x to dst. dst and x may be the same slice. It
// panics where the lengths differ or do not fit the groups.
func (t *Trained) Forward(dst, x []float32) {
	if len(dst) != len(x) {
		panic(badLength)
	}
	t.must(len(x))
	t.scheme.Grouping.runs(len(x), func(i, j, g int) {
		fakeQuantize(dst[i:j], x[i:j], t.scheme.Format, t.now[g].params)
	})
}

func (t *Trained) must(n int) {
	if t.scheme.Grouping.Groups(n) != len(t.now) {
		panic(badParams)
	}
}

// Backward adds to sums, one for each group, the gradients by their ranges, and to
// dx, unless it is nil, that by the inputs, as [Surrogate.Backward] does for every run
// of elements of one group; runs are added in ascending order. It panics where
// lengths differ or do not fit the groups.
func (t *Trained) Backward(sums []Gradient, dx, g, x []float32) {
	if len(g) != len(x) || dx != nil && len(dx) != len(x) {
		panic(badLength)
	}
	t.must(len(x))
	if len(sums) != len(t.now) {
		panic(badParams)
	}
	t.scheme.Grouping.runs(len(x), func(i, j, group int) {
		var d []float32
		if dx != nil {
			d = dx[i:j]
		}
		sums[group].Add(t.now[group].Backward(d, g[i:j], x[i:j]))
	})
}

// Gradient adds to grad the gradient by Values, from that by the ranges. n is the
// number of elements of a group, of weights or of one sample's activations; only
// the StepSize form uses it. It panics where lengths differ from those of Values and
// groups, or n is not positive.
func (t *Trained) Gradient(grad []float32, sums []Gradient, n int) {
	if len(grad) != len(t.Values) {
		panic(badLength)
	}
	if len(sums) != len(t.now) {
		panic(badParams)
	}
	if n <= 0 {
		panic(badCount)
	}
	byStep := 1 / math.Sqrt(float64(n)*float64(t.scheme.Format.valueCount()-1))
	per := t.scheme.trained()
	for g := range t.now {
		base, left := t.calibrated(g)
		if base == 0 {
			continue
		}
		size, shift := base, base
		switch t.form {
		case Logarithm:
			size = t.now[g].size * math.Ln2
		case StepSize:
			size, shift = t.scheme.span()*byStep, byStep
		}
		grad[per*g] += float32(sums[g].Size * size)
		if per == 2 && left != 0 {
			grad[per*g+1] += float32(sums[g].Left * shift)
		}
	}
}
