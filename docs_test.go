package halfulp_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/chart"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

//go:generate go test -run TestDocs -generate

const guide = "docs/rounding.md"

// TestDocsOutput compares each block of the guide that shows a run of the program, and each picture that it made, with
// what the program gives. A block of explain's ends with the flags unless it is an explain-whole.
func TestDocsOutput(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "halfulp.exe")
	goCommand(t, "build", "-o", program, "./cmd/halfulp")
	run := func(arguments string) []byte {
		var stderr bytes.Buffer
		cmd := exec.Command(program, words(arguments)...)
		cmd.Dir, cmd.Stderr = dir, &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("halfulp %s: %v %s", arguments, err, &stderr)
		}
		return out
	}

	block := regexp.MustCompile("(?ms)^```(explain|explain-whole)\n\\$ halfulp ([^\n]*)\n(.*?)^```$")
	blocks := 0
	shown := block.ReplaceAllFunc(text, func(b []byte) []byte {
		blocks++
		m := block.FindSubmatch(b)
		out := run(string(m[2]))
		if head, rest, ok := bytes.Cut(out, []byte("\nflags: ")); ok && string(m[1]) == "explain" {
			flags, _, _ := bytes.Cut(rest, []byte("\n"))
			out = []byte(fmt.Sprintf("%s\nflags: %s\n", head, flags))
		}
		return []byte(fmt.Sprintf("```%s\n$ halfulp %s\n%s```", m[1], m[2], out))
	})
	if blocks < 15 {
		t.Errorf("%s shows %d runs", guide, blocks)
	}
	writeOrCompare(t, guide, shown, text)

	for _, m := range regexp.MustCompile(`(?m)^<!-- halfulp (.*) -->\n!\[.*\]\((.*)\)$`).FindAllSubmatch(text, -1) {
		run(string(m[1]) + " -svg picture.svg")
		svg, err := os.ReadFile(filepath.Join(dir, "picture.svg"))
		if err != nil {
			t.Fatal(err)
		}
		writeOrCompare(t, filepath.Join("docs", string(m[2])), svg, nil)
	}
}

// words cuts a command line at its blanks, except within single quotes.
func words(line string) []string {
	var all []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			all = append(all, part)
		} else {
			all = append(all, strings.Fields(part)...)
		}
	}
	return all
}

// writeOrCompare compares a file's content with what it should be, or writes that. A nil content is read.
func writeOrCompare(t *testing.T, file string, want, got []byte) {
	t.Helper()
	if *generate {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got == nil {
		var err error
		if got, err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, want) {
		line := 1
		for i := 0; i < len(got) && i < len(want) && got[i] == want[i]; i++ {
			if got[i] == '\n' {
				line++
			}
		}
		t.Errorf("%s is not what its generator makes, from line %d on: run go generate .", file, line)
	}
}

// TestDocsTables compares the guide's tables and its picture of the modes with what the packages compute.
func TestDocsTables(t *testing.T) {
	shows(t, guide, "ties", tiesTable())
	shows(t, guide, "tieshare", tieShare())
	shows(t, guide, "names", namesTable())
	shows(t, guide, "overflow", overflowTable(t))
	shows(t, guide, "e4m3", e4m3Table(t))
	shows(t, guide, "stochastic", stochasticTable(t))
	writeOrCompare(t, "docs/modes.svg", modesPicture(), nil)
}

// table writes rows of Markdown, the first one being the header.
func table(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			b.WriteString("|" + strings.Repeat("---|", len(row)) + "\n")
		}
	}
	return b.String()
}

// quarters rounds a number of quarters to an integer.
func quarters(mode rounding.Mode, n int) int {
	z, _ := rounding.ShiftRight64(mode, n < 0, uint64(max(n, -n)), 2)
	if n < 0 {
		return -int(z)
	}
	return int(z)
}

// tiesTable rounds numbers to integers in every mode.
func tiesTable() string {
	columns := []int{-11, -10, -9, -7, -6, -5, 5, 6, 7, 9, 10, 11}
	rows := [][]string{{"mode"}}
	for _, n := range columns {
		rows[0] = append(rows[0], fmt.Sprint(float64(n)/4))
	}
	for _, mode := range rounding.Modes() {
		row := []string{mode.String()}
		for _, n := range columns {
			s := fmt.Sprint(quarters(mode, n))
			if n%4 == 2 || n%4 == -2 {
				s = "**" + s + "**"
			}
			row = append(row, s)
		}
		rows = append(rows, row)
	}
	return table(rows)
}

// tieShare counts the ties among the sums of all numbers of a format.
func tieShare() string {
	f := minifloat.FormatOf[minifloat.E4M3FN]()
	inexact, ties := 0, 0
	for x := range uint32(1 << 8) {
		for y := range uint32(1 << 8) {
			sum := f.Decode(x) + f.Decode(y)
			if math.Abs(sum) > f.MaxFinite() || sum != sum {
				continue
			}
			code, flags := minifloat.Context{Mode: rounding.ToNearestAway}.Encode(f, sum)
			if flags != 0 {
				inexact++
				if down, _ := (minifloat.Context{Mode: rounding.ToNearestZero}).Encode(f, sum); down != code {
					ties++
				}
			}
		}
	}
	return fmt.Sprintf("Of the %d sums of two e4m3fn numbers that lie within its range and are inexact, %d are ties, %.0f %%.\n", inexact, ties, 100*float64(ties)/float64(inexact))
}

// namesTable lists what others call the modes.
func namesTable() string {
	rows := [][]string{{"mode", "elsewhere"}}
	for _, mode := range rounding.Modes() {
		sources, names := []string{}, map[string][]string{}
		for _, a := range rounding.Aliases() {
			if a.Mode == mode {
				source, _, _ := strings.Cut(a.Source, ":")
				if names[source] == nil {
					sources = append(sources, source)
				}
				names[source] = append(names[source], "`"+a.Name+"`")
			}
		}
		var parts []string
		for _, s := range sources {
			parts = append(parts, s+" "+strings.Join(names[s], " "))
		}
		rows = append(rows, []string{mode.String(), strings.Join(parts, "; ")})
	}
	return table(rows)
}

func mustFormat(t *testing.T, name string) minifloat.Format {
	t.Helper()
	f, err := minifloat.ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// exactly writes a code's value, with all digits where they are few.
func exactly(f minifloat.Format, code uint32) string {
	x := f.Decode(code)
	switch {
	case x-x != 0 || x == 0:
		return minifloat.Value{Format: f, Bits: code}.Text('g', -1)
	case math.Abs(x) > 1e9:
		return fmt.Sprintf("2^%d", math.Ilogb(x)) // of e8m0fnu
	}
	return fmt.Sprint(x)
}

// outcome is what a number becomes, with the flags.
func outcome(f minifloat.Format, c minifloat.Context, x float64) string {
	code, flags := c.Encode(f, x)
	s := exactly(f, code)
	if flags != 0 {
		s += " `" + flags.String() + "`"
	}
	return s
}

// overflowTable says what becomes of what lies beyond the range.
func overflowTable(t *testing.T) string {
	rows := [][]string{{"family", "for example", "SatNone", "SatFinite", "SatPropagate", "SatNone, ToZero", "SatNone, +Inf", "SatPropagate, +Inf", "NaN"}}
	for _, name := range []string{"e5m2", "e4m3fn", "e4m3fnuz", "e2m3fn", "e8m0fnu", "Binary8p4se", "Binary8p4sf", "Binary8p4ue", "Binary8p4uf"} {
		f := mustFormat(t, name)
		beyond := 4 * f.MaxFinite()
		c := func(s rounding.Saturation) minifloat.Context { return minifloat.Context{Saturation: s} }
		rows = append(rows, []string{f.Family().String(), f.Name(),
			outcome(f, c(rounding.SatNone), beyond), outcome(f, c(rounding.SatFinite), beyond), outcome(f, c(rounding.SatPropagate), beyond),
			outcome(f, minifloat.Context{Mode: rounding.ToZero}, beyond),
			outcome(f, c(rounding.SatNone), math.Inf(1)), outcome(f, c(rounding.SatPropagate), math.Inf(1)),
			outcome(f, c(rounding.SatNone), math.NaN())})
	}
	return table(rows)
}

// e4m3Table compares the formats that are called so.
func e4m3Table(t *testing.T) string {
	rows := [][]string{{"", "largest", "smallest normal", "smallest", "code of 1", "0x78 is", "0x7f is", "0x80 is", "500 becomes", "500, SatFinite"}}
	for _, name := range []string{"e4m3", "e4m3fn", "e4m3fnuz", "e4m3b11fnuz", "Binary8p4se"} {
		f := mustFormat(t, name)
		one, _ := minifloat.Context{}.Encode(f, 1)
		power := func(x float64) string { return fmt.Sprintf("2^%d", math.Ilogb(x)) }
		rows = append(rows, []string{f.Name(), fmt.Sprint(f.MaxFinite()), power(f.SmallestNormal()), power(f.SmallestSubnormal()), fmt.Sprintf("%#x", one),
			exactly(f, 0x78), exactly(f, 0x7f), exactly(f, 0x80),
			outcome(f, minifloat.Context{}, 500), outcome(f, minifloat.Context{Saturation: rounding.SatFinite}, 500)})
	}
	return table(rows)
}

// stochasticTable counts the random words that round up.
func stochasticTable(t *testing.T) string {
	f := mustFormat(t, "e4m3fn")
	const bits = 3
	rows := [][]string{{"between 1 and 1.125, at"}}
	parts := []float64{0, 1, 2, 3, 4, 6, 10, 16, 24, 30, 31}
	for _, p := range parts {
		rows[0] = append(rows[0], fmt.Sprintf("%g/32", p))
	}
	for _, mode := range rounding.StochasticModes() {
		row := []string{mode.String()}
		for _, p := range parts {
			up := 0
			for random := range uint64(1) << bits {
				code, _ := minifloat.Context{Mode: mode}.EncodeStochastic(f, 1+p/256, random, bits)
				if f.Decode(code) == 1.125 {
					up++
				}
			}
			row = append(row, fmt.Sprintf("%d/%d", up, 1<<bits))
		}
		rows = append(rows, row)
	}
	return table(rows)
}

// modesPicture draws each mode's steps from numbers to integers: a filled point belongs to the step, a hollow one does not.
func modesPicture() []byte {
	const (
		cell, row    = 232.0, 232.0
		unit, reach  = 34.0, 10 // pixels of 1, and quarters drawn on either side
		line, colour = `stroke="#1f5fa8" stroke-width="2.5"`, "#1f5fa8"
	)
	modes := rounding.Modes()
	c := chart.NewCanvas(4*cell+16, 3*row+36, "The rounding modes, from numbers to integers")
	c.Text(16, 24, "From numbers to integers: what each mode makes of x", chart.Bold)
	for i, mode := range modes {
		x0, y0 := 8+float64(cell*(float64(i%4)+0.5)), 44+float64(row*(float64(i/4)+0.52))
		at := func(x, y float64) (float64, float64) { return x0 + float64(unit*x), y0 - float64(unit*y) }
		c.Text(x0, y0-float64(row*0.43), mode.String(), `text-anchor="middle"`, `font-weight="bold"`)
		for k := -2; k <= 2; k++ {
			for _, upright := range []bool{false, true} {
				x1, y1, x2, y2 := -2.6, float64(k), 2.6, float64(k)
				if upright {
					x1, y1, x2, y2 = y1, x1, y2, x2
				}
				a, b := at(x1, y1)
				d, e := at(x2, y2)
				style := chart.Grid
				if k == 0 {
					style = chart.Frame
				}
				c.Line(a, b, d, e, style)
			}
		}
		for y := -2; y <= 2; y++ {
			lo, hi, any := 0, 0, false
			for q := -reach; q <= reach; q++ {
				if quarters(mode, q) == y {
					if !any {
						lo = q
					}
					hi, any = q, true
				}
			}
			if !any {
				continue
			}
			// Steps begin and end at multiples of a half: one that a quarter is the last of goes on to the next half, which is not its own.
			from, to := lo-lo&1, hi+hi&1
			x1, y1 := at(float64(from)/4, float64(y))
			x2, y2 := at(float64(to)/4, float64(y))
			if from != to {
				c.Line(x1, y1, x2, y2, line)
			}
			end := func(x, y float64, q, sample int) {
				if q < -reach || q > reach || sample == -reach || sample == reach {
					return // the step goes on
				}
				fill := "#fff"
				if q == sample {
					fill = colour
				}
				c.Circle(x, y, 3.6, colour, fill)
			}
			end(x1, y1, from, lo)
			end(x2, y2, to, hi)
		}
	}
	var b bytes.Buffer
	c.Write(&b) // a buffer takes everything
	return b.Bytes()
}
