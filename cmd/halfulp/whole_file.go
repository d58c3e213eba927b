package main

import (
	"io"
	"os"
	"path/filepath"
	"sync"
)

// writing is held while a file takes its place, so that an interrupt comes before or
// after and leaves nothing half done; unfinished is the file on its way there, which an
// interrupt removes.
var (
	writing    sync.Mutex
	unfinished string
)

// writeWhole writes a file beside its place and renames it: whatever happens, path has its
// old contents or all of the new ones.
func writeWhole(path string, b []byte) error {
	return writeWholeBy(path, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// writeWholeBy is writeWhole of what a function writes.
func writeWholeBy(path string, write func(w io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	underWay(f.Name())
	err = write(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	writing.Lock()
	defer writing.Unlock()
	unfinished = ""
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

func underWay(name string) {
	writing.Lock()
	defer writing.Unlock()
	unfinished = name
}
