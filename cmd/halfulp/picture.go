package main

import (
	"errors"
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
