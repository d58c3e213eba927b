package onnx_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// TestMutations damages the smallest real model 10,000 times (300 with
// -short), every second time in its structure, and reads it, infers its shapes
// and runs it as far as it is accepted: no panic, at most 256 MiB over the
// start, and under 60 seconds on two cores.
func TestMutations(t *testing.T) {
	model := shared.Read(t, "models/kws_ds_cnn_s.onnx")
	if sound := parse("Model", model); !bytes.Equal(encode(sound), model) {
		t.Fatal("encoding the tree of the model does not give the model")
	}
	count := 10_000
	if testing.Short() {
		count = 300
	}
	memory := watchMemory(t)
	start, used := time.Now(), cpuTime()
	var outcomes [stages]atomic.Int64
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(count); i = next.Add(1) - 1 {
				m := newMutator(model, uint64(i))
				b := m.bytes()
				if i%2 == 1 {
					b = m.structure()
				}
				stage, err := attempt(b)
				outcomes[stage].Add(1)
				if what := wrong(stage, err); what != "" {
					t.Errorf("mutation %d: %s", i, what)
				}
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(start)
	peak := memory()
	var counts []string
	for stage := range outcomes {
		counts = append(counts, fmt.Sprintf("%s: %d", stageNames[stage], outcomes[stage].Load()))
	}
	t.Logf("%d mutations in %.1f s, %d MiB over the start; %s", count, elapsed.Seconds(), peak>>20, strings.Join(counts, ", "))
	if peak > 256<<20 {
		t.Errorf("a peak of %d MiB over the start", peak>>20)
	}
	if used := cpuTime() - used; used > 120 {
		t.Errorf("took %.0f s of CPU time, which is more than a minute on two cores", used)
	}
	// Mutations that are all refused, or all run, would test little.
	for _, stage := range []int{reading, building, done} {
		if outcomes[stage].Load() < int64(count/50) {
			t.Errorf("too few of a kind: %s", counts[stage])
		}
	}
}

// The stages at which an attempt can end.
const (
	reading = iota
	building
	shaping
	running
	done
	panicking
	stages
)

var stageNames = [stages]string{"refused by the reader", "as a graph", "by its shapes", "while running", "ran", "panic"}

// budget is enough for the sound model 10 times over.
var budget = network.Options{Threads: 1, MaxBytes: 32 << 20, MaxWork: 1 << 25}

// attempt takes a model as far as it goes, for one sample.
func attempt(b []byte) (stage int, err error) {
	defer func() {
		if r := recover(); r != nil {
			stack := make([]byte, 1<<14)
			stage, err = panicking, fmt.Errorf("panic: %v\n%s", r, stack[:runtime.Stack(stack, false)])
		}
	}()
	g, err := onnx.Read(b)
	if err != nil {
		return reading, err
	}
	n, err := network.New(g, budget)
	if err != nil {
		return building, err
	}
	shapes, tensors := inputs(g)
	if _, err := n.Shapes(shapes); err != nil {
		return shaping, err
	}
	if _, err := n.Run(tensors); err != nil {
		return running, err
	}
	return done, nil
}

// wrong says what is wrong with how an attempt ended: a panic, an error of no
// known kind, or one that is not a short line.
func wrong(stage int, err error) string {
	known := []error{network.ErrGraph, network.ErrUnsupported, network.ErrShape, network.ErrBudget, network.ErrData}
	switch {
	case err == nil:
		return ""
	case stage == panicking:
		return err.Error()
	case stage == reading:
		known = []error{onnx.ErrFormat, network.ErrUnsupported}
	}
	if !slices.ContainsFunc(known, func(k error) bool { return errors.Is(err, k) }) {
		return fmt.Sprintf("an error of no known kind: %v", err)
	}
	if s := err.Error(); len(s) > 1000 || strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Sprintf("no short line: %.1000q", s)
	}
	return ""
}

// inputs makes an input of one sample for a graph, as its declarations have it
// where they are reasonable.
func inputs(g *network.Graph) (map[string][]int, map[string]*network.Tensor) {
	shapes, tensors := map[string][]int{}, map[string]*network.Tensor{}
	for _, v := range g.Inputs {
		var shape []int
		n := 1
		for _, d := range v.Shape {
			size := d.Size
			if size < 0 || n*size > 1<<16 {
				size = 1
			}
			n *= size
			shape = append(shape, size)
		}
		shapes[v.Name] = shape
		if v.Type == network.Float32 {
			tensors[v.Name] = network.NewFloat(shape, nil)
		} else {
			tensors[v.Name] = network.NewInt(v.Type, shape, nil)
		}
	}
	return shapes, tensors
}

// watchMemory starts to watch the memory that the process holds. What it
// returns ends that and gives the peak in bytes over the start: of what the
// runtime has from the system, and on Linux of the resident set if that is
// more.
func watchMemory(t *testing.T) func() int64 {
	held := func() int64 {
		s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		metrics.Read(s)
		return int64(s[0].Value.Uint64() - s[1].Value.Uint64())
	}
	// What earlier tests left is not to hide what this one takes.
	debug.FreeOSMemory()
	// Writing 5 makes the kernel forget the peak so far.
	resets := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) == nil
	start, startRSS := held(), status("VmRSS")
	peak := start
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			peak = max(peak, held())
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return func() int64 {
		close(done)
		wg.Wait()
		over := peak - start
		if resets && startRSS > 0 {
			resident := status("VmHWM") - startRSS
			t.Logf("runtime: %d MiB, resident: %d MiB over the start", over>>20, resident>>20)
			over = max(over, resident)
		}
		return over
	}
}

// cpuTime returns the seconds of CPU time that the process has used: other
// processes must not make a test fail. It is zero where that is not known.
func cpuTime() float64 {
	b, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	// After the name, which is in brackets: the 12th and 13th field, in
	// hundredths of a second.
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	var ticks float64
	for _, s := range f[11:13] {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return ticks / 100
}

// status returns a line of /proc/self/status in bytes, 0 where there is none.
func status(key string) int64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, key+":"); ok {
			n, err := strconv.ParseInt(strings.Fields(v)[0], 10, 64)
			if err != nil {
				return 0
			}
			return n << 10
		}
	}
	return 0
}
