package fuzz_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
)

// The test binary is a program under check, too: this variable says which.
const programVariable = "HALFULP_FUZZ_PROGRAM"

func TestMain(m *testing.M) {
	if name := os.Getenv(programVariable); name != "" {
		programUnderCheck(name)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func program(name string) *fuzz.Program {
	return &fuzz.Program{Command: []string{os.Args[0]}, Env: append(os.Environ(), programVariable+"="+name)}
}

// programUnderCheck adds codes of e4m3fn, in one of several manners.
func programUnderCheck(name string) {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	add := func(x, y uint8) (uint8, uint8) {
		z, flags := minifloat.Context{}.Add(f, minifloat.Value{Format: f, Bits: uint32(x)}, minifloat.Value{Format: f, Bits: uint32(y)})
		return uint8(z.Bits), uint8(flags)
	}
	in, out := bufio.NewReaderSize(os.Stdin, 1<<16), bufio.NewWriterSize(os.Stdout, 1<<16)
	defer out.Flush()
	if strings.HasPrefix(name, "binary") {
		for n := 0; ; n++ {
			x, err := in.ReadByte()
			y, _ := in.ReadByte()
			if err != nil || name == "binary few" && n == 100 {
				return
			}
			z, flags := add(x, y)
			out.WriteByte(z)
			if name == "binary flags" {
				out.WriteByte(flags)
			}
			if name == "binary many" && n == 0 {
				out.WriteByte(0)
			}
		}
	}
	line, buffer := bufio.NewScanner(in), make([]byte, 0, 64)
	for n := 1; line.Scan(); n++ {
		text := line.Bytes()
		x, _ := strconv.ParseUint(string(text[:2]), 16, 8)
		buffer = append(append(buffer[:0], text...), ' ')
		if name == "negate" {
			out.WriteString(fmt.Sprintf("%02x %02x\n", x^0x80, 0))
			continue
		}
		if name == "negate echo" {
			out.WriteString(fmt.Sprintf("%02x %02x\n", x, x^0x80))
			continue
		}
		y, _ := strconv.ParseUint(string(text[3:5]), 16, 8)
		z, flags := add(uint8(x), uint8(y))
		hex := func(v uint8) []byte { return append(buffer, "0123456789ABCDEF"[v>>4], "0123456789ABCDEF"[v&15]) }
		switch name {
		case "result":
			buffer = buffer[:0]
			buffer = hex(z)
		case "result and flags":
			buffer = buffer[:0]
			buffer = append(hex(z), ' ')
			buffer = hex(flags)
		case "operands and result":
			buffer = hex(z)
		default:
			buffer = append(hex(z), ' ')
			buffer = hex(flags)
		}
		switch {
		case name == "wrong" && x == 0x38 && y == 0x10:
			buffer = append(buffer[:6], "45 00"...)
		case name == "hangs" && n == 5000:
			out.Flush()
			time.Sleep(time.Hour)
		case name == "dies" && n == 5000:
			out.Flush()
			fmt.Fprintln(os.Stderr, "no such unit")
			os.Exit(3)
		case name == "panics" && n == 5000:
			panic("out of range")
		case name == "stops" && n == 5000:
			return
		case name == "garbage" && n == 5000:
			buffer = append(buffer[:0], "segmentation fault"...)
		case name == "other operand" && n == 5000:
			buffer[0] = '7'
		case name == "long line" && n == 5000:
			buffer = bytes.Repeat([]byte("0"), 1<<20)
		case name == "many" && n == 5000:
			buffer = append(append(buffer, '\n'), buffer...)
		case name == "flags too large" && n == 5000:
			buffer = append(buffer[:len(buffer)-2], "20"...)
		case name == "exits" && n == 65536:
			defer os.Exit(4)
			defer out.Flush()
		}
		out.Write(buffer)
		out.WriteByte('\n')
	}
	if name == "comments" {
		out.WriteString("# the end\r\n\n")
	}
}

func TestProgramsPass(t *testing.T) {
	op := fuzz.Add.In(fuzz.Float(parse(t, "e4m3fn")))
	for _, name := range []string{"result", "result and flags", "operands and result", "all", "comments"} {
		passes(t, check(t, program(name), op, fuzz.Options{}), 1<<16)
	}
	p := program("binary")
	p.Binary = true
	passes(t, check(t, p, op, fuzz.Options{}), 1<<16)
	p = program("binary flags")
	p.Binary, p.Flags = true, true
	passes(t, check(t, p, op, fuzz.Options{}), 1<<16)

	// Of one operand, two numbers may be either form, and the first lines leave it open.
	negate := fuzz.Neg.In(fuzz.Float(parse(t, "e4m3fn")))
	passes(t, check(t, program("negate"), negate, fuzz.Options{}), 1<<8)
	passes(t, check(t, program("negate echo"), negate, fuzz.Options{}), 1<<8)
}

func TestProgramIsWrong(t *testing.T) {
	r := check(t, program("wrong"), fuzz.Add.In(fuzz.Float(parse(t, "e4m3fn"))), fuzz.Options{})
	if r.Failed != 1 || len(r.Findings) != 1 || r.Findings[0].Simplest.Operands != (fuzz.Case{0x38, 0x10}) || r.Findings[0].Simplest.Got.Code != 0x45 {
		t.Error(r)
	}
}

func TestProgramsFail(t *testing.T) {
	op := fuzz.Add.In(fuzz.Float(parse(t, "e4m3fn")))
	for name, want := range map[string]string{
		"hangs":           "neither reads nor writes for 1s",
		"dies":            "4,999 answers to 65,536 cases, the first of those without one is 0x13 0x87 (exit status 3); it wrote: no such unit",
		"panics":          "panic: out of range",
		"stops":           "4,999 answers to 65,536 cases",
		"garbage":         `line 5000, "segmentation fault": not hexadecimal`,
		"other operand":   `operand 1 is not that of case 5000, 0x13`,
		"long line":       "line 5000: longer than 4096 bytes",
		"many":            `line 5001, "13 87`,
		"flags too large": "flags beyond 1f",
		"exits":           "all answers, but exit status 4",
		"binary few":      "100 answers of 1 byte each and 0 bytes to 65,536 cases",
		"binary many":     "more than 65,536 answers of 1 byte each",
	} {
		p := program(name)
		p.Timeout, p.Binary = time.Minute, strings.HasPrefix(name, "binary")
		if name == "hangs" {
			p.Timeout = time.Second
		}
		r, err := fuzz.Check(context.Background(), p, op, fuzz.Options{})
		if !errors.Is(err, fuzz.ErrProgram) || !strings.Contains(err.Error(), want) || r == nil || r.OK() || r.Exhaustive {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	for _, p := range []*fuzz.Program{{}, {Command: []string{"./no-such-program"}}} {
		if _, err := fuzz.Check(context.Background(), p, op, fuzz.Options{}); !errors.Is(err, fuzz.ErrProgram) {
			t.Error(err)
		}
	}
}

func TestProgramIsCancelled(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	_, err := fuzz.Check(ctx, program("hangs"), fuzz.Add.In(fuzz.Float(parse(t, "e4m3fn"))), fuzz.Options{})
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, fuzz.ErrProgram) {
		t.Error(err)
	}
}
