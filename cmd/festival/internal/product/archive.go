package product

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path/filepath"
)

// maxFile bounds one file of an exported round: 100 million lines are more than any.
const maxFile = 8 << 30

// Unzip writes an exported round's files into a directory and gives their names.
func Unzip(archive []byte, dir string) ([]string, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	var names []string
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		name := filepath.Base(f.Name) // never outside dir, whatever the archive says
		if err := extract(f, filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("export: %s: %w", name, err)
		}
		names = append(names, name)
	}
	return names, nil
}

func extract(f *zip.File, to string) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxFile))
	if err != nil {
		return err
	}
	return WriteFile(to, text)
}
