package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// expression is one operation and its operands as they were written.
type expression struct {
	operation operation
	operands  []written
}

// written is an operand: a number of any length, or the code of one.
type written struct {
	text   string
	at     int // where it begins within the expression
	value  exactValue
	isCode bool
	code   uint64
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

// infix are the operations that are written between their operands.
var infix = map[byte]string{'+': "add", '-': "sub", '*': "mul"}

// isExpression reports whether a text that is no number was meant to be an operation.
func isExpression(text string) bool {
	first := operandPattern.FindString(text)
	rest := text[len(first):]
	return strings.ContainsRune(text, '(') || first != "" && rest != "" && strings.IndexByte("+-*, ", rest[0]) >= 0
}

// parseExpression reads name(x, y, ...), or x + y, x - y and x * y.
func parseExpression(text string) (expression, error) {
	var e expression
	if len(text) > maxValueText {
		return e, fmt.Errorf("an expression of %d characters: at most %d are read", len(text), maxValueText)
	}
	p := expressionParser{text: text}
	p.blanks()
	if name := namePattern.FindString(p.rest()); name != "" && operandPattern.FindString(p.rest()) == "" {
		var ok bool
		if e.operation, ok = operationNamed(name); !ok {
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

// operand reads a number or code(0x3c).
func (p *expressionParser) operand(e *expression) error {
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
	e.operands = append(e.operands, w)
	p.at += len(text)
	p.blanks()
	return nil
}
