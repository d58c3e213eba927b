package main

import (
	"io"
	"os"
	"path/filepath"
	"sync"
)

// writing is held while a file takes its place, so that an interrupt comes before or
// after and leaves nothing half done; unfinished is the file on its way there, of which
// there is one at a time, and which an interrupt removes.
var (
	writing    sync.Mutex
	unfinished string
)

// wholeFile is a file that is written beside its place and renamed: whatever happens, the
// place has its old contents or all of the new ones.
type wholeFile struct {
	*os.File
	place  string // empty for a device or a pipe, which has no contents to keep
	closed bool
}

// createWhole begins a file. A place that cannot be written is found here, before the work
// on what it is to hold.
func createWhole(path string) (*wholeFile, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil { // it is a folder
			return nil, err
		}
		return &wholeFile{File: f}, nil
	}
	if target, err := filepath.EvalSymlinks(path); err == nil { // a link stays one
		path = target
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return nil, err
	}
	underWay(f.Name())
	return &wholeFile{File: f, place: path}, nil
}

// commit closes the file and lets it take its place.
func (f *wholeFile) commit() error {
	if f.place == "" {
		return f.close()
	}
	err := f.Chmod(0o644)
	if e := f.close(); err == nil {
		err = e
	}
	writing.Lock()
	defer writing.Unlock()
	unfinished = ""
	if err == nil {
		err = os.Rename(f.Name(), f.place)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

func (f *wholeFile) close() error {
	f.closed = true
	return f.Close()
}

// drop removes the file unless commit was called.
func (f *wholeFile) drop() {
	if f.closed {
		return
	}
	f.close()
	if f.place != "" {
		underWay("")
		os.Remove(f.Name())
	}
}

// writeWhole writes a whole file.
func writeWhole(path string, b []byte) error {
	return writeWholeBy(path, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// writeWholeBy is writeWhole of what a function writes.
func writeWholeBy(path string, write func(w io.Writer) error) error {
	f, err := createWhole(path)
	if err != nil {
		return err
	}
	defer f.drop()
	if err := write(f); err != nil {
		return err
	}
	return f.commit()
}

func underWay(name string) {
	writing.Lock()
	defer writing.Unlock()
	unfinished = name
}
