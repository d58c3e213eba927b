package fuzz

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/halfulp/halfulp/rounding"
)

// maxFlags is the number of all flags together.
const maxFlags = 0x1f

const hexDigits = "0123456789abcdef"

// appendHex appends a code with n digits.
func appendHex(b []byte, code uint64, n int) []byte {
	for n--; n >= 0; n-- {
		b = append(b, hexDigits[code>>(4*n)&15])
	}
	return b
}

// appendCodes appends the operands of a case, each with a blank behind it.
func appendCodes(b []byte, formats []Format, c *Case) []byte {
	for i, f := range formats {
		b = append(appendHex(b, c[i], f.digits()), ' ')
	}
	return b
}

// nextField returns the next field of a line as a number, and the rest of the line.
// Without a field n is -1, with one that is no hexadecimal number of 64 bits -2;
// otherwise it is the number of digits.
func nextField(line []byte) (code uint64, n int, rest []byte) {
	for len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		line = line[1:]
	}
	if len(line) == 0 || line[0] == '#' {
		return 0, -1, nil
	}
	if len(line) > 2 && line[0] == '0' && line[1]|0x20 == 'x' {
		line = line[2:]
	}
	for ; n < len(line); n++ {
		d := line[n]
		switch {
		case d >= '0' && d <= '9':
			d -= '0'
		case d|0x20 >= 'a' && d|0x20 <= 'f':
			d = d | 0x20 - 'a' + 10
		case d == ' ' || d == '\t':
			return code, n, line[n:]
		default:
			return 0, -2, nil
		}
		if code>>60 != 0 {
			return 0, -2, nil
		}
		code = code<<4 | uint64(d)
	}
	return code, n, nil
}

// fields reads a line of hexadecimal numbers.
func fields(line []byte, into *[MaxOperands + 3]uint64) (n int, err error) {
	for {
		code, digits, rest := nextField(line)
		switch {
		case digits == -1:
			return n, nil
		case digits <= 0:
			return 0, errors.New("not hexadecimal numbers of at most 64 bits")
		case n == len(into):
			return 0, errors.New("too many numbers")
		}
		into[n] = code
		n++
		line = rest
	}
}

// lines reads lines of bounded length.
type lines struct {
	r      *bufio.Reader
	number int64
}

var errLongLine = fmt.Errorf("longer than %d bytes", maxLine)

// next returns the next line without its end, valid until the next call, and io.EOF
// behind the last.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	l.number++
	switch {
	case errors.Is(err, bufio.ErrBufferFull), len(line) > maxLine:
		return nil, errLongLine
	case err != nil && len(line) == 0:
		return nil, err
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	}
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line, nil
}

// textForm is which of the four forms the lines of answers have.
type textForm struct{ echo, flags bool }

// readText reads the answers, and that there are no more.
func readText(r *bufio.Reader, op Operation, cases []Case, answers []Answer) error {
	in := lines{r: r}
	formats := op.Formats()
	var form textForm
	columns := 0
	var v [MaxOperands + 3]uint64
	done := 0
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", in.number, err)
		}
		n, err := fields(line, &v)
		if err != nil {
			return fmt.Errorf("line %d, %s: %w", in.number, quoted(line), err)
		}
		if n == 0 {
			continue
		}
		if done == len(cases) {
			return fmt.Errorf("line %d, %s: more answers than the %d cases", in.number, quoted(line), len(cases))
		}
		c := &cases[done]
		if columns == 0 {
			form, columns = formOf(n, len(formats), v[0] == c[0]), n
		}
		if form.echo && len(formats) == 1 && columns == 2 && n == 2 && v[0] != c[0] && asFlags(cases, answers[:done]) {
			form = textForm{flags: true} // the first numbers were results that equal their operands
		}
		want := 1
		if form.echo {
			want += len(formats)
		}
		if form.flags {
			want++
		}
		if n != want {
			return fmt.Errorf("line %d, %s: %s, where the lines of %s have the operands, the result and the flags, or fewer, all alike",
				in.number, quoted(line), plural(int64(n), "number"), op.Operator.name)
		}
		k := 0
		if form.echo {
			for ; k < len(formats); k++ {
				if v[k] != c[k] {
					return fmt.Errorf("line %d, %s: operand %d is not that of case %d, %s", in.number, quoted(line), k+1, done+1, formats[k].hex(c[k]))
				}
			}
		}
		answers[done] = Answer{Code: v[k]}
		if form.flags {
			if v[k+1] > maxFlags {
				return fmt.Errorf("line %d, %s: flags beyond %x", in.number, quoted(line), maxFlags)
			}
			answers[done].Flags, answers[done].HasFlags = rounding.Flags(v[k+1]), true
		}
		done++
	}
	if done < len(cases) {
		return &endedError{fmt.Sprintf("%s to %s, the first of those without one is%s",
			plural(int64(done), "answer"), plural(int64(len(cases)), "case"), caseText(formats, &cases[done]))}
	}
	return nil
}

// asFlags reads answers of an operand and a result again as a result and flags, and
// reports false where they are no flags.
func asFlags(cases []Case, answers []Answer) bool {
	for _, a := range answers {
		if a.Code > maxFlags {
			return false
		}
	}
	for i, a := range answers {
		answers[i] = Answer{Code: cases[i][0], Flags: rounding.Flags(a.Code), HasFlags: true}
	}
	return true
}

// formOf returns the form of a line of n numbers; sameFirst says that the first is
// the first operand. Of one operand and two numbers these are the operand and the
// result if so.
func formOf(n, operands int, sameFirst bool) textForm {
	switch {
	case n == operands+2:
		return textForm{echo: true, flags: true}
	case n == operands+1 && (n > 2 || sameFirst):
		return textForm{echo: true}
	case n == 2:
		return textForm{flags: true}
	}
	return textForm{}
}

func caseText(formats []Format, c *Case) string {
	s := ""
	for i, f := range formats {
		s += " " + f.hex(c[i])
	}
	return s
}

// quoted shows the beginning of a line.
func quoted(line []byte) string {
	const most = 60
	if len(line) > most {
		return strconv.Quote(string(line[:most])) + "..."
	}
	return strconv.Quote(string(line))
}
