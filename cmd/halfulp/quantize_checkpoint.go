package main

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/halfulp/halfulp/quantizer/network"
)

// openFolder makes a folder, unless its name is empty, and finds out at once whether
// files can be made in it.
func openFolder(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return "", usageError{fmt.Errorf("-o %s: a file; it has to be a folder", path)}
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return "", fmt.Errorf("-o %s: %w", path, err)
	}
	f, err := os.CreateTemp(path, "*.tmp")
	if err != nil {
		return "", fmt.Errorf("-o %s: %w", path, err)
	}
	f.Close()
	return path, os.Remove(f.Name())
}

// openOwnFolder is openFolder for a place that the program chose: where another folder
// stands there, or nothing can be written, it is a new one among the temporary ones.
func openOwnFolder(path string) (string, error) {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (len(entries) == 0 || isReport(filepath.Join(path, reportName))) {
		if path, err := openFolder(path); err == nil {
			return path, nil
		}
	}
	return os.MkdirTemp("", ownFolder+"-")
}

// isReport reports whether a file is a report of this program.
func isReport(path string) bool {
	b, err := os.ReadFile(path)
	return err == nil && bytes.Contains(b[:min(len(b), 1<<10)], []byte("in few bits</title>"))
}

// checkpoint keeps training between runs.
type checkpoint struct {
	path string // empty: nothing is kept
	checkpointData
}

type checkpointData struct {
	Run    string // the digest of what is trained and how
	States map[string]network.DistillState
	Losses []lossPoint
}

// openCheckpoint reads what an interrupted run has left, or begins.
func openCheckpoint(path, folder, run string) (*checkpoint, error) {
	if path == "" && folder != "" {
		path = filepath.Join(folder, "checkpoint")
	}
	c := &checkpoint{path: path, checkpointData: checkpointData{Run: run, States: map[string]network.DistillState{}}}
	if path == "" {
		return c, nil
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	var old checkpointData
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&old); err != nil {
		return nil, fmt.Errorf("%s: no checkpoint of this program, or a damaged one: %w", path, err)
	}
	if old.Run != run {
		return nil, fmt.Errorf("%s: a checkpoint of a run with another network, other samples or other flags; remove it to begin anew", path)
	}
	c.checkpointData = old
	return c, nil
}

// keep writes the state after an epoch.
func (c *checkpoint) keep(pass string, s network.DistillState, p lossPoint) error {
	c.Losses = append(c.Losses, p)
	if p.Epoch == 0 {
		return nil // nothing is lost so far
	}
	c.States[pass] = s
	if c.path == "" {
		return nil
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(c.checkpointData); err != nil {
		return err
	}
	return writeWhole(c.path, b.Bytes())
}

func (c *checkpoint) remove() error {
	if c.path == "" {
		return nil
	}
	if err := os.Remove(c.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
