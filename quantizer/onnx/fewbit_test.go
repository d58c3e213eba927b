package onnx_test

import (
	"errors"
	"fmt"
	"runtime/debug"
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// TestFewBitMutations takes damaged models that run in float32 through the
// folding of batch normalization, calibration and a run in few bits: NaN and
// infinite weights, missing batch normalizations and odd shapes must end in an
// error or in a result.
func TestFewBitMutations(t *testing.T) {
	count := uint64(300)
	if testing.Short() {
		count = 30
	}
	models := zoo()
	models["kws_ds_cnn_s"] = shared.Read(t, "models/kws_ds_cnn_s.onnx")
	ran := 0
	for name, b := range models {
		for seed := range count {
			ok, err := fewBit(newMutator(b, seed+1).structure())
			if err != nil {
				t.Fatalf("%s, seed %d: %v", name, seed+1, err)
			}
			if ok {
				ran++
			}
		}
	}
	t.Logf("%d of %d ran", ran, count*uint64(len(models)))
	if ran < int(count) {
		t.Errorf("only %d ran", ran)
	}
}

// fewBit runs a model in several formats. The error is a panic or an error
// that is of no known kind.
func fewBit(b []byte) (ok bool, wrong error) {
	defer func() {
		if r := recover(); r != nil {
			wrong = fmt.Errorf("panic: %v\n%.4000s", r, debug.Stack())
		}
	}()
	if _, err := attempt(b); err != nil {
		return false, nil
	}
	g, err := onnx.Read(b)
	if err != nil {
		return false, err
	}
	g, _ = network.FoldBatchNorm(g)
	if _, _, err := network.RemoveQDQ(g); err != nil && known(err) != nil {
		return false, err
	}
	_, tensors := inputs(g)
	run := func(a network.Arithmetic) error {
		o := budget
		o.Arithmetic = a
		n, err := network.New(g, o)
		if err == nil {
			_, err = n.Run(tensors)
		}
		return err
	}
	c := network.NewCalibration()
	if err := run(c.Observe(network.Float32Arithmetic{Threads: 1})); err != nil {
		return false, known(err)
	}
	for _, name := range []string{"e4m3fn", "e2m1fn", "int8", "q1.6"} {
		f, err := quantizer.ParseFormat(name)
		if err != nil {
			return false, err
		}
		few := network.FewBit{Format: f, PerChannel: name == "int8", Calibration: c, Threads: 1}
		if f.Kind() != quantizer.Minifloat {
			few.Accumulator = blas.Accumulator{Exact: true}
		}
		if err := run(few); err != nil {
			return false, known(err)
		}
		pairs, _, err := network.InsertQDQ(g, few)
		if err == nil {
			_, _, err = network.RemoveQDQ(pairs)
		}
		if err != nil && known(err) != nil {
			return false, err
		}
	}
	return true, nil
}

// known returns an error that wraps none of the sentinels.
func known(err error) error {
	if wrong(building, err) == "" || errors.Is(err, quantizer.ErrNotFinite) || errors.Is(err, network.ErrNotCalibrated) {
		return nil
	}
	return err
}
