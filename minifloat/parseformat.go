package minifloat

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrUnknownFormat is wrapped by the errors of [ParseFormat].
var ErrUnknownFormat = errors.New("minifloat: unknown format")

// ParseFormat returns the format of a name. Case does not matter, nor do
// blanks, '_' and '-' between the parts; within a number they are errors, and so is
// a '-' between e or m and its number. Accepted are
//
//   - the names of the table and their common others: binary16, float16, half,
//     fp16, f16; bfloat16, bf16; tf32; binary32, float32, single, ...
//   - E and M with the family's suffix: e4m3fn, e5m2 (a bare name is IEEE),
//     e4m3fnuz, e4m3b11fnuz (b and a bias; a negative one as bm3 or b-3), e2m1fn,
//     e8m0fnu, e2m5finite; the suffix fn means Finite in formats of 6 bits or
//     fewer, where nanonly names the family FN. A final nosub takes the subnormal
//     numbers away.
//   - the same after float8_, float8, fp8_, f8 and the like, whose width must
//     agree: float8_e4m3fn, F8E4M3FN, f8E4M3FN, fp8_e4m3fn
//   - the family in front, as in "finite e2m5"
//   - P3109's names: Binary8p4se
//
// Anything else is an error that wraps [ErrUnknownFormat] and suggests the
// nearest known name.
func ParseFormat(name string) (Format, error) {
	s := squeeze(name)
	if f, ok := lookup(s); ok {
		return f, nil
	}
	f, err := parseName(s)
	if err == nil {
		return f, nil
	}
	if !errors.Is(err, errPattern) {
		return Format{}, fmt.Errorf("%w %s: %w", ErrUnknownFormat, quote(name), err)
	}
	if near := nearest(s); near != "" {
		return Format{}, fmt.Errorf("%w %s (did you mean %s?)", ErrUnknownFormat, quote(name), near)
	}
	return Format{}, fmt.Errorf("%w %s (a name is like e4m3fn, e3m4, binary16 or Binary8p4se)", ErrUnknownFormat, quote(name))
}

// maxName bounds what of a name is looked at and repeated in an error.
const maxName = 64

func quote(name string) string {
	if len(name) > maxName {
		name = name[:maxName] + "..."
	}
	return strconv.Quote(name)
}

// squeeze lowers the case and drops the separators between the parts of a name.
// It leaves those within a number, and every '-' that can be read as a sign: right
// before the number of an e, m, b or p.
func squeeze(name string) string {
	if len(name) > maxName {
		return name // no name is that long: leave it to fail
	}
	var b strings.Builder
	s := strings.ToLower(name)
	for s != "" {
		i := strings.IndexAny(s, separators)
		if i < 0 {
			i = len(s)
		}
		b.WriteString(s[:i])
		rest := strings.TrimLeft(s[i:], separators)
		if between := s[i : len(s)-len(rest)]; rest != "" && isDigit(rest[0]) {
			if before := b.String(); endsInDigit(before) {
				b.WriteString(between)
			} else if takesNumber(before) {
				b.WriteString(strings.NewReplacer("_", "", " ", "").Replace(between))
			}
		}
		s = rest
	}
	return b.String()
}

const separators = "_- "

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func endsInDigit(s string) bool { return s != "" && isDigit(s[len(s)-1]) }

// takesNumber reports whether s ends in a letter that has a number of its own: an
// e, m or b, or a p behind a digit, which is not that of fp8.
func takesNumber(s string) bool {
	if s == "" {
		return false
	}
	switch last := len(s) - 1; s[last] {
	case 'e', 'm', 'b':
		return true
	case 'p':
		return endsInDigit(s[:last])
	}
	return false
}

func lookup(s string) (Format, bool) {
	for i := range rows {
		r := &rows[i]
		if s == r.name {
			return r.format(), true
		}
		for _, a := range r.aliases {
			if s == a {
				return r.format(), true
			}
		}
	}
	return Format{}, false
}

// errPattern says that a name has not the shape of one; every other error says
// what is wrong with its numbers.
var errPattern = errors.New("no format's name")

// parseName reads the names that follow a pattern.
func parseName(s string) (Format, error) {
	s, nosub := strings.CutSuffix(s, "nosub")
	f, err := parsePattern(s)
	if err == nil && nosub {
		f = f.WithoutSubnormals()
	}
	return f, err
}

func parsePattern(s string) (Format, error) {
	if f, ok := lookup(s); ok {
		return f, nil
	}
	if rest, ok := strings.CutPrefix(s, "binary"); ok {
		return parseP3109(rest)
	}
	front := ""
	for _, p := range [...]string{"finite", "ieee", "nanonly"} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			front, s = p, rest
			break
		}
	}
	width := 0
	for _, p := range [...]string{"float", "fp", "f"} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			if width, s, ok = number2(rest); !ok {
				return Format{}, errPattern
			}
			break
		}
	}
	f, err := parseEM(s, front)
	if err == nil && width != 0 && width != f.Bits() {
		return Format{}, fmt.Errorf("%v has %d bits, not %d", f, f.Bits(), width)
	}
	return f, err
}

// parseEM reads e<E>m<M>[b<bias>]<family>, the family being given in front or
// behind.
func parseEM(s, front string) (Format, error) {
	s, ok := strings.CutPrefix(s, "e")
	if !ok {
		return Format{}, errPattern
	}
	e, s, ok := number2(s)
	if !ok {
		return Format{}, errPattern
	}
	if s, ok = strings.CutPrefix(s, "m"); !ok {
		return Format{}, errPattern
	}
	m, s, ok := number2(s)
	if !ok {
		return Format{}, errPattern
	}
	bias, biased := 0, false
	if rest, ok := strings.CutPrefix(s, "b"); ok {
		rest, minus := strings.CutPrefix(rest, "m")
		if !minus {
			rest, minus = strings.CutPrefix(rest, "-")
		}
		if bias, s, biased = number2(rest); !biased {
			return Format{}, errPattern
		}
		if minus {
			bias = -bias
		}
	}
	switch {
	case front == "":
	case s == "":
		s = front
	default:
		return Format{}, errPattern
	}
	family := noFamily
	switch s {
	case "", "ieee":
		family = IEEEFamily
	case "finite":
		family = FiniteFamily
	case "nanonly":
		family = FNFamily
	case "fn":
		if family = FNFamily; 1+e+m <= finiteFNBits {
			family = FiniteFamily
		}
	case "fnuz":
		family = FNUZFamily
	case "fnu":
		family = FNUFamily
	case "p3109se":
		family = P3109SE
	case "p3109sf":
		family = P3109SF
	case "p3109ue":
		family = P3109UE
	case "p3109uf":
		family = P3109UF
	default:
		return Format{}, errPattern
	}
	f, err := NewFormat(e, m, family)
	if err == nil && biased {
		f, err = f.WithBias(bias)
	}
	return f, err
}

// parseP3109 reads <K>p<P>{s,u}{e,f}.
func parseP3109(s string) (Format, error) {
	k, s, ok := number2(s)
	if !ok {
		return Format{}, errPattern
	}
	if s, ok = strings.CutPrefix(s, "p"); !ok {
		return Format{}, errPattern
	}
	p, s, ok := number2(s)
	if !ok || len(s) != 2 || s[0] != 's' && s[0] != 'u' || s[1] != 'e' && s[1] != 'f' {
		return Format{}, errPattern
	}
	return P3109(k, p, s[0] == 's', s[1] == 'e')
}

// number2 cuts a decimal number of one to four digits off the front.
func number2(s string) (n int, rest string, ok bool) {
	i := 0
	for i < len(s) && i < 5 && isDigit(s[i]) {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], 0 < i && i < 5
}

// nearest returns the known name at the least edit distance from s, "" where
// none is near: more than a third of s would have to change.
func nearest(s string) string {
	if len(s) > maxName {
		return ""
	}
	best, name := len(s)/3+1, ""
	try := func(candidate, canonical string) {
		if d := editDistance(s, candidate); d < best {
			best, name = d, canonical
		}
	}
	for _, name := range [...]string{"Binary8p4se", "Binary8p3se", "Binary4p2sf", "Binary8p1uf"} {
		try(strings.ToLower(name), name)
	}
	for i := range rows {
		r := &rows[i]
		try(r.name, r.name)
		for _, a := range r.aliases {
			try(a, a)
		}
		for _, prefix := range [...]string{"float", "fp", "f"} {
			p := prefix + strconv.Itoa(r.format().Bits()) + r.name
			try(p, r.name)
		}
	}
	return name
}

// editDistance counts the insertions, deletions, substitutions and swaps of
// neighbours that turn a into b.
func editDistance(a, b string) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			d := prev[j-1]
			if a[i-1] != b[j-1] {
				d++
			}
			d = min(d, prev[j]+1, cur[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, prev2[j-2]+1)
			}
			cur[j] = d
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}
