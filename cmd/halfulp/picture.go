package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

// picture is the file of a chart. It is opened before a sweep starts, so that a
// path that cannot be written is found at once and not after minutes.
type picture struct {
	path string
	file *os.File
	// created: the file is there because of this run.
	created bool
}

// openPicture opens the file of a picture. What is in it stays until write.
func openPicture(path string) (*picture, error) {
	_, err := os.Stat(path)
	created := errors.Is(err, fs.ErrNotExist)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	return &picture{path, f, created}, nil
}

// ownPicture is where the chart goes that nobody gave a place.
const ownPicture = "halfulp-sweep.svg"

// openOwnPicture is openPicture for a place that the program chose: where
// another file stands there, or nothing can be written, it is a new file among
// the temporary ones.
func openOwnPicture(path string) (*picture, error) {
	if info, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && isChart(path) {
		if p, err := openPicture(path); err == nil {
			return p, nil
		}
	}
	f, err := os.CreateTemp("", "halfulp-sweep-*.svg")
	if err != nil {
		return nil, err
	}
	return &picture{f.Name(), f, true}, nil
}

// isChart reports whether a file begins as the charts of this program do.
func isChart(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 1<<10))
	return err == nil && bytes.HasPrefix(head, []byte("<svg ")) && bytes.Contains(head, []byte(chartSubject+"</title>"))
}

// write makes b the whole of the file and closes it.
func (p *picture) write(b []byte) error {
	err := p.file.Truncate(0)
	if err == nil {
		_, err = p.file.Write(b)
	}
	if e := p.file.Close(); err == nil {
		err = e
	}
	p.file = nil
	return err
}

// drop undoes openPicture unless the picture was written.
func (p *picture) drop() {
	if p.file == nil {
		return
	}
	p.file.Close()
	if p.created {
		os.Remove(p.file.Name())
	}
}
