// Command halfulp shows number formats of few bits and runs networks in them.
//
//	halfulp                         its own network quantized to int8, with a report
//	halfulp quantize -model X.onnx -data X.npz -eval Y.npz -o out
//	                                another network: thresholds trained without labels, a
//	                                report, and an ONNX file
//	halfulp formats                 the named formats
//	halfulp formats e4m3fn          every code of one
//	halfulp explain 0.3 e4m3fn      how a number is rounded to it, and why
//	halfulp explain 'fma(0.1, 3, -0.25)' e4m3fn
//	                                the same for the result of an operation
//	halfulp explain 'mul(0.1:e5m2, 3:bfloat16)' binary16
//	                                on operands in formats of their own
//	halfulp explain 0.3 e4m3fn -mode StochasticA -random 0b011 -random-bits 3
//	                                what random bits make of a number, and the odds
//	halfulp check -op add -format e5m2 -mode all -- ./their-fpu {mode}
//	                                whether a program rounds correctly, and what it does instead
//	halfulp check -vectors FILE...  the same for files of results
//	halfulp vectors -op mulAdd -format e4m3fn
//	                                correct results, for other people's tests
//	halfulp sweep                   accuracy of its own network in several formats
//	halfulp sweep -model X.onnx -data Y.npz
//	                                that of another network
//
// Exit codes: 0; 1 where data are at fault; 2 where the command line is; 3 where an
// implementation under check is wrong; 130 after an interrupt, which leaves no file half
// written and a training that goes on from its last epoch with the same command. Long
// flags may be written with one dash or two.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

func main() {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted
		writing.Lock() // a file that is taking its place gets there first
		if unfinished != "" {
			os.Remove(unfinished)
		}
		fmt.Fprintln(os.Stderr, "\nhalfulp: interrupted")
		os.Exit(exitInterrupted)
	}()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// commandLine is what kong reads the arguments into.
type commandLine struct {
	Formats  formatsCommand   `cmd:"" help:"List the named number formats, or every code of one."`
	Explain  explainCommand   `cmd:"" help:"Round a number, or the result of an operation, to a format and say why."`
	Quantize quantizeCommand  `cmd:"" help:"Quantize a network, train its thresholds, and write it and a report."`
	Check    checkCommand     `cmd:"" help:"Check the rounding of a program, or of files of results, and say what is wrong."`
	Vectors  vectorsCommand   `cmd:"" help:"Write cases with their correct results."`
	Sweep    sweepCommand     `cmd:"" help:"Run a network in several number formats and compare its accuracy."`
	Results  resultsCommand   `cmd:"" hidden:"" help:"Make docs/results.md."`
	Version  kong.VersionFlag `help:"Print the version."`
}

// streams are where a command writes.
type streams struct {
	out, err io.Writer
}

// usageError is a mistake on the command line; any other error is one of data.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

const (
	exitData        = 1
	exitUsage       = 2
	exitDisagree    = 3
	exitInterrupted = 130 // as shells have it: 128 and the number of the signal
)

// ownFolder is where the report goes that nobody gave a place.
const ownFolder = "halfulp-glyphs"

// next follows the table where nothing was asked for.
const next = `
accuracy: samples of which the network names the right class; agreement: the class that it names in float32;
SQNR: of the logits, signal to quantization noise. Look at the report in a browser.

The same with a network of your own, in ONNX, samples x to calibrate and train with and others, with labels y, to judge by:

  go run ./cmd/halfulp quantize -model X.onnx -data X.npz -eval Y.npz -o out

Other formats; one weight scale per output channel:

  go run ./cmd/halfulp quantize -format e4m3fn -o out
  go run ./cmd/halfulp quantize -format int4 -scheme channel -pointwise -o out

Many formats side by side, as a table and a picture:

  go run ./cmd/halfulp sweep -o chart.svg

Every value of a format; how a number becomes one; all commands and flags:

  go run ./cmd/halfulp formats e4m3fn
  go run ./cmd/halfulp explain 0.3 e4m3fn
  go run ./cmd/halfulp --help
`

// run is the whole program: it returns the exit code. Without arguments it
// quantizes its own network.
func run(args []string, stdout, stderr io.Writer) (code int) {
	bare := len(args) == 0
	if bare {
		args = []string{"quantize", "-o", ownFolder}
	}
	// kong ends a run that asked for help or the version by calling Exit.
	type exit struct{ code int }
	defer func() {
		switch e := recover().(type) {
		case nil:
		case exit:
			code = e.code
		default: // a defect: not to be mistaken for success
			panic(e)
		}
	}()
	var c commandLine
	parser, err := kong.New(&c,
		kong.Name("halfulp"),
		kong.Description("Number formats of few bits, and networks run in them. Without arguments: the program's own network quantized to int8, with a report. Long flags may have one dash or two."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exit{code}) }),
		kong.Vars{
			"version": version(), "images": strconv.Itoa(builtInImages),
			"formats": strings.Join(defaultFormats, ","), "formatList": strings.Join(defaultFormats, ", "),
			"operations": operationNames(),
		},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return report(stderr, err)
	}
	ctx, err := parser.Parse(doubleDashes(negativeValues(args)))
	if err != nil {
		return report(stderr, usageError{err})
	}
	c.Quantize.guide = bare
	return report(stderr, ctx.Run(streams{stdout, stderr}))
}

// report prints an error on one line and returns its exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintf(w, "halfulp: %s\n", oneLine(err))
	var syntax syntaxError
	if errors.As(err, &syntax) {
		io.WriteString(w, syntax.mark())
	}
	switch {
	case errors.As(err, new(usageError)):
		return exitUsage
	case errors.Is(err, errDisagree):
		return exitDisagree
	}
	return exitData
}

// oneLine returns an error on one line, without the names of packages.
func oneLine(err error) string {
	line := strings.Join(strings.Fields(err.Error()), " ")
	for _, p := range [...]string{"quantizer: ", "minifloat: ", "fixedpoint: ", "rounding: ", "network: ", "fuzz: "} { // packages, of no interest here
		line = strings.ReplaceAll(line, p, "")
	}
	return line
}

// version returns the version of the module that the program was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return "halfulp " + info.Main.Version
	}
	return "halfulp (devel)"
}
