package main

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// expression is one operation and its operands as they were written.
type expression struct {
	text      string
	operation operation
	operands  []written
}

// written is an operand: a number of any length, or the code of one, in a format of its own or in that of the result.
type written struct {
	text    string
	at      int // where it begins within the expression
	value   exactValue
	isCode  bool
	code    uint64
	integer bool         // it is of no format
	in      numberFormat // nil where none is written
	format  int          // where that begins
}

// syntaxError is a mistake in an expression, and where it is.
type syntaxError struct {
	text string
	at   int // in bytes
	what string
}

func (e syntaxError) Error() string {
	return fmt.Sprintf("%q, character %d: %s", e.text, utf8.RuneCountInString(e.text[:e.at])+1, e.what)
}

// mark draws the expression with a mark below the mistake.
func (e syntaxError) mark() string {
	plain := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, e.text)
	return fmt.Sprintf("  %s\n  %s^\n", plain, strings.Repeat(" ", utf8.RuneCountInString(e.text[:e.at])))
}

// operandPattern is a number, a fraction of two, an infinity, a NaN or a code, as parseValue reads it. An exponent's
// sign belongs to the number: 1e-3 is no difference.
var operandPattern = regexp.MustCompile(`^(?i)[+-]?(?:code\(\s*[^(),\s]*\s*\)|(?:0x[0-9a-f.]+(?:p[+-]?[0-9]+)?|[0-9.]+(?:e[+-]?[0-9]+)?)(?:/(?:0x[0-9a-f.]+(?:p[+-]?[0-9]+)?|[0-9.]+(?:e[+-]?[0-9]+)?))?|infinity|inf|nan)`)

var namePattern = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9]*`)

// formatPattern is the name of a format, in which a sign may belong to a number of bits: q10.-3. Some have brackets:
// ap_fixed<16,4>, sfixed(3 downto -4).
var formatPattern = regexp.MustCompile(`^(?i)(?:u?q-?[0-9]+\.-?[0-9]+|[a-z][a-z0-9_]*(?:<[^<>]*>|\([^()]*\))?)`)

// infix are the operations that are written between their operands.
var infix = map[byte]string{'+': "add", '-': "sub", '*': "mul"}

// isExpression reports whether a text that is no number was meant to be an operation.
func isExpression(text string) bool {
	first := operandPattern.FindString(text)
	rest := text[len(first):]
	return strings.ContainsRune(text, '(') || first != "" && rest != "" && strings.IndexByte("+-*,: ", rest[0]) >= 0
}

// parseExpression reads name(x, y, ...), x + y, x - y and x * y, and x:format, which is converted. Every operand may have
// a format.
func parseExpression(text string) (expression, error) {
	e := expression{text: text}
	if len(text) > maxValueText {
		return e, fmt.Errorf("an expression of %d characters: at most %d are read", len(text), maxValueText)
	}
	p := expressionParser{text: text}
	p.blanks()
	if name := namePattern.FindString(p.rest()); name != "" && operandPattern.FindString(p.rest()) == "" {
		var ok bool
		if e.operation, ok = operationNamed(name); !ok {
			if _, err := newNumberFormat(name); err == nil {
				return e, p.wrong("a format stands behind its operand: 0.1:%s", name)
			}
			return e, p.wrong("%q is no operation: %s", name, operationNames())
		}
		return e, p.call(&e, name)
	}
	return e, p.infix(&e)
}

// expressionParser stands at a byte of a text.
type expressionParser struct {
	text string
	at   int
}

func (p *expressionParser) rest() string { return p.text[p.at:] }

func (p *expressionParser) blanks() { p.at = len(p.text) - len(strings.TrimLeft(p.rest(), " \t")) }

func (p *expressionParser) wrong(format string, args ...any) error {
	return syntaxError{p.text, p.at, fmt.Sprintf(format, args...)}
}

// take goes past a character and the blanks after it.
func (p *expressionParser) take(c byte) bool {
	if p.at == len(p.text) || p.text[p.at] != c {
		return false
	}
	p.at++
	p.blanks()
	return true
}

// call reads what follows an operation's name.
func (p *expressionParser) call(e *expression, name string) error {
	p.at += len(name)
	p.blanks()
	formula := e.operation.call()
	if !p.take('(') {
		return p.wrong("an opening parenthesis is missing: %s", formula)
	}
	for i := range e.operation.operands {
		if i > 0 && !p.take(',') {
			if p.at < len(p.text) && p.text[p.at] == ')' {
				return p.wrong("an operand is missing: %s", formula)
			}
			return p.wrong("a comma was expected: %s", formula)
		}
		if err := p.operand(e); err != nil {
			return err
		}
	}
	if p.at < len(p.text) && p.text[p.at] == ',' {
		return p.wrong("an operand too many: %s", formula)
	}
	if !p.take(')') {
		return p.wrong("a closing parenthesis was expected")
	}
	return p.end()
}

// infix reads two operands with an operator between them.
func (p *expressionParser) infix(e *expression) error {
	if err := p.operand(e); err != nil {
		return err
	}
	if p.at == len(p.text) && e.operands[0].in != nil {
		e.operation, _ = operationNamed("convert")
		return nil
	}
	if p.at == len(p.text) {
		return p.wrong("an operator was expected: +, - or *")
	}
	name, ok := infix[p.text[p.at]]
	switch {
	case p.text[p.at] == '/':
		return p.wrong("a quotient that is rounded is quo(x, y); 1/3, without blanks, is a number")
	case !ok:
		return p.wrong("an operator was expected: +, - or *")
	}
	e.operation, _ = operationNamed(name)
	p.take(p.text[p.at])
	if err := p.operand(e); err != nil {
		return err
	}
	return p.end()
}

// end finds what follows an operation.
func (p *expressionParser) end() error {
	switch {
	case p.at == len(p.text):
		return nil
	case strings.IndexByte("+-*/", p.text[p.at]) >= 0:
		return p.wrong("one operation at a time, as each one rounds; fma(x, y, z) is x*y + z rounded once")
	}
	return p.wrong("the expression should end here")
}

// operand reads a number or code(0x3c), and its format where there is one.
func (p *expressionParser) operand(e *expression) error {
	if len(e.operands) > 0 && e.operation.exponent {
		return p.integer(e)
	}
	text := operandPattern.FindString(p.rest())
	if text == "" {
		if name := namePattern.FindString(p.rest()); name != "" {
			if _, ok := operationNamed(name); ok {
				return p.wrong("one operation at a time: a number was expected")
			}
		}
		return p.wrong("a number was expected: 0.3, -1e-4, 0x1.8p-3, 1/3, inf, nan or code(0x3c)")
	}
	w := written{text: text, at: p.at}
	var err error
	if inside, ok := strings.CutPrefix(strings.ToLower(strings.TrimLeft(text, "+-")), "code("); ok {
		if text[0] == '-' || text[0] == '+' {
			return p.wrong("a code has no sign before it")
		}
		w.isCode = true
		w.code, err = strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(inside, ")")), 0, 64)
		if err != nil {
			return p.wrong("a code is an integer, as in code(0x3c) or code(0b111)")
		}
	} else if w.value, err = parseValue(text); err != nil {
		return p.wrong("%v", err)
	}
	p.at += len(text)
	p.blanks()
	if p.take(':') {
		if err := p.format(&w); err != nil {
			return err
		}
	}
	e.operands = append(e.operands, w)
	return nil
}

// format reads the format of an operand.
func (p *expressionParser) format(w *written) error {
	name := formatPattern.FindString(p.rest())
	if name == "" {
		return p.wrong("a format was expected behind %s: e5m2, bfloat16, q1.6", w.text)
	}
	var err error
	if w.in, err = newNumberFormat(name); err != nil {
		return p.wrong("%v", err)
	}
	w.format = p.at
	p.at += len(name)
	p.blanks()
	return nil
}

// maxExponent is more than the distance of any two numbers of any formats.
const maxExponent = 100000

// integer reads the exponent of scalb.
func (p *expressionParser) integer(e *expression) error {
	text := operandPattern.FindString(p.rest())
	n, err := strconv.Atoi(text)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return p.wrong("an integer was expected: %s = %s", e.operation.call(), e.operation.formula)
	case err != nil || max(n, -n) > maxExponent:
		return p.wrong("the exponent is beyond %d, which no format reaches", maxExponent)
	}
	v := exactValue{text: strconv.Itoa(n), number: new(big.Rat).SetInt64(int64(n)), negative: n < 0}
	e.operands = append(e.operands, written{text: text, at: p.at, value: v, integer: true})
	p.at += len(text)
	p.blanks()
	if p.at < len(p.text) && p.text[p.at] == ':' {
		return p.wrong("this operand is an integer and has no format")
	}
	return nil
}
