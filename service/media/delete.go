package media

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// sweepBatch is how many keys the caller is asked about at once.
const sweepBatch = 500

// Delete removes a file, and a photo's or video's thumbnail with it. What is already gone is
// no error, so that a deletion that was cut short can be repeated.
func (s *Studio) Delete(ctx context.Context, key string) error {
	parsed, ok := s.keys.read(key)
	if !ok {
		return ErrNotFound
	}
	err := s.remove(ctx, key)
	if parsed.hasThumb() {
		err = errors.Join(err, s.remove(ctx, parsed.stem+extThumb))
	}
	return err
}

func (s *Studio) remove(ctx context.Context, key string) error {
	err := s.bucket.Delete(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return err
}

// Known tells which of the keys belong to somebody. Keys are those of Voice.Key,
// Photo.Key and Video.Key, at most 500 at once; thumbnails are not asked for.
type Known func(ctx context.Context, keys []string) (map[string]bool, error)

// Sweep removes what is older than age and unknown: files whose row was never
// committed because the server stopped in between. Give it at least an hour, so
// that no upload is still on its way to its row. It returns how many files it
// removed. Files that this package did not name are left alone.
func (s *Studio) Sweep(ctx context.Context, age time.Duration, known Known) (removed int, err error) {
	before := s.clock.Now().Add(-age)
	for _, shelf := range []string{shelfVoice, shelfPhoto, shelfVideo} {
		n, err := s.sweepShelf(ctx, shelf+"/", before, known)
		removed += n
		if err != nil {
			return removed, err
		}
	}
	return removed, s.sweepTemp(age)
}

// sweepShelf goes through a shelf day by day: a listing of one day stays small
// however many years are kept.
func (s *Studio) sweepShelf(ctx context.Context, shelf string, before time.Time, known Known) (removed int, err error) {
	days := s.bucket.List(&blob.ListOptions{Prefix: shelf, Delimiter: "/"})
	for {
		day, err := days.Next(ctx)
		if errors.Is(err, io.EOF) {
			return removed, nil
		}
		if err != nil {
			return removed, err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(day.Key, shelf), "/")
		if !day.IsDir || name > before.UTC().Format(dayLayout) {
			continue
		}
		n, err := s.sweepDay(ctx, day.Key, before, known)
		removed += n
		if err != nil {
			return removed, err
		}
	}
}

// sweepDay goes through the files of one day in batches.
func (s *Studio) sweepDay(ctx context.Context, day string, before time.Time, known Known) (removed int, err error) {
	files := s.bucket.List(&blob.ListOptions{Prefix: day})
	var old []string
	for {
		file, err := files.Next(ctx)
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return removed, err
		}
		if !ended && s.isOld(file.Key, before) {
			old = append(old, file.Key)
		}
		if ended || len(old) == sweepBatch {
			n, err := s.removeUnknown(ctx, old, known)
			removed += n
			if err != nil || ended {
				return removed, err
			}
			old = old[:0]
		}
	}
}

func (s *Studio) isOld(key string, before time.Time) bool {
	parsed, ok := s.keys.read(key)
	return ok && parsed.at.Before(before)
}

// removeUnknown asks whose the files are and removes nobody's.
func (s *Studio) removeUnknown(ctx context.Context, files []string, known Known) (removed int, err error) {
	if len(files) == 0 {
		return 0, nil
	}
	owners := make([]string, 0, len(files))
	for _, file := range files {
		if owner := s.owner(file); len(owners) == 0 || owners[len(owners)-1] != owner {
			owners = append(owners, owner)
		}
	}
	mine, err := known(ctx, owners)
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		if mine[s.owner(file)] {
			continue
		}
		if err := s.remove(ctx, file); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

func (s *Studio) owner(key string) string {
	parsed, _ := s.keys.read(key)
	return parsed.owner()
}

// sweepTemp removes the uploads in progress that a killed server left behind.
// File times are the machine's, so it is the machine's age that counts here: a
// directory is old if a fresh one is that much younger.
func (s *Studio) sweepTemp(age time.Duration) error {
	fresh, err := os.MkdirTemp(s.paths.Temp, tempPattern)
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	now, err := os.Stat(fresh)
	if err != nil {
		return err
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(fresh), tempPattern))
	if err != nil {
		return err
	}
	for _, dir := range left {
		was, err := os.Stat(dir)
		if err == nil && now.ModTime().Sub(was.ModTime()) > age {
			err = os.RemoveAll(dir)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
