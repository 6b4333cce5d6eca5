package media

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"gocloud.dev/blob"
)

// put stores what r gives under key, all of it or nothing. When it returns, a
// bucket in a directory has it on the disk: the row that will name it is, too.
func (s *Studio) put(ctx context.Context, key string, r io.Reader) error {
	ctx, abort := context.WithCancel(ctx)
	defer abort()
	parsed, _ := s.keys.read(key)
	var file onDisk
	w, err := s.bucket.NewWriter(ctx, key, &blob.WriterOptions{
		ContentType:                 parsed.contentType(),
		DisableContentTypeDetection: true,
		CacheControl:                "private, max-age=31536000, immutable",
		BeforeWrite:                 file.remember,
	})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		abort()
		return errors.Join(err, w.Close())
	}
	if err := file.sync(); err != nil {
		abort()
		return errors.Join(err, w.Close())
	}
	if err := w.Close(); err != nil {
		return err
	}
	return file.syncDirectory()
}

// onDisk is the file behind a bucket in a directory; for other buckets there is
// none, they answer when they have what they were given.
type onDisk struct{ file *os.File }

func (d *onDisk) remember(as func(any) bool) error {
	if !as(&d.file) {
		d.file = nil
	}
	return nil
}

// sync makes the content survive a power cut.
func (d *onDisk) sync() error {
	if d.file == nil {
		return nil
	}
	return d.file.Sync()
}

// syncDirectory makes the name survive it.
func (d *onDisk) syncDirectory() error {
	if d.file == nil {
		return nil
	}
	dir, err := os.Open(filepath.Dir(d.file.Name()))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
