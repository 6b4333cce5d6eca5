package redraw

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a finished round.
const (
	FileOpen  = "open.note"
	FileLog   = "round.log"
	FileClose = "close.note"
	FileFinal = "final.note"
	FileKeys  = "keys.txt"
)

// Files is a finished round. The log is opened, not held, so that millions of
// lines stream in constant memory; it may be opened more than once.
type Files struct {
	Open  []byte
	Close []byte
	Final []byte
	Keys  []byte
	Log   func() (io.ReadCloser, error)
}

// Write writes the files through create, for instance into a zip archive; each
// file is closed before the next is created.
func (f Files) Write(create func(name string) (io.WriteCloser, error)) error {
	log, err := f.Log()
	if err != nil {
		return err
	}
	defer log.Close()
	for _, file := range []struct {
		name string
		from io.Reader
	}{
		{FileKeys, bytes.NewReader(f.Keys)},
		{FileOpen, bytes.NewReader(f.Open)},
		{FileLog, log},
		{FileClose, bytes.NewReader(f.Close)},
		{FileFinal, bytes.NewReader(f.Final)},
	} {
		if err := writeFile(create, file.name, file.from); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(create func(name string) (io.WriteCloser, error), name string, from io.Reader) error {
	w, err := create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, from)
	return errors.Join(err, w.Close())
}

// WriteDir writes the round into a directory, durably: every file is synced.
// A file that exists already is an error, because a published round never changes.
func (f Files) WriteDir(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	return f.Write(func(name string) (io.WriteCloser, error) {
		file, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
		if err != nil {
			return nil, err
		}
		return syncedFile{file}, nil
	})
}

type syncedFile struct{ *os.File }

func (f syncedFile) Close() error { return errors.Join(f.Sync(), f.File.Close()) }

// maxSmallFile bounds the files that are read whole; note allows a million bytes.
const maxSmallFile = 1 << 20

// OpenDir reads a finished round; keys.txt may lie in the directory or above it.
func OpenDir(dir string) (Files, error) {
	var f Files
	for _, file := range []struct {
		name string
		to   *[]byte
	}{{FileOpen, &f.Open}, {FileClose, &f.Close}, {FileFinal, &f.Final}, {FileKeys, &f.Keys}} {
		text, err := readSmall(filepath.Join(dir, file.name))
		if errors.Is(err, fs.ErrNotExist) && file.name == FileKeys {
			text, err = readSmall(filepath.Join(dir, "..", FileKeys))
		}
		if err != nil {
			return Files{}, err
		}
		*file.to = text
	}
	f.Log = func() (io.ReadCloser, error) { return os.Open(filepath.Join(dir, FileLog)) }
	return f, nil
}

func readSmall(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSmallFile+1))
	if err == nil && len(text) > maxSmallFile {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("file too large")}
	}
	return text, err
}
