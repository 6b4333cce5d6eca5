package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// tempPattern names the directories that uploads in progress live in.
const tempPattern = "nianwei-media-*"

// upload is a file as it was sent, in a directory of its own. It never reaches
// the bucket: an original may hold a place, a name, or worse.
type upload struct {
	dir    string
	path   string
	size   int64
	sha256 string // hex
}

// receive takes at most limit bytes from r. It reads one byte more to know that
// there are too many. Recordings arrive slowly from poor networks, hundreds at
// once, so they are kept in a file and not in memory.
func (s *Studio) receive(ctx context.Context, r io.Reader, limit int64) (*upload, error) {
	dir, err := os.MkdirTemp(s.paths.Temp, tempPattern)
	if err != nil {
		return nil, err
	}
	u := &upload{dir: dir, path: filepath.Join(dir, "upload")}
	if err := u.fill(ctx, r, limit); err != nil {
		u.discard()
		return nil, err
	}
	return u, nil
}

// fill copies r into the upload's file and sums it on the way.
func (u *upload) fill(ctx context.Context, r io.Reader, limit int64) error {
	f, err := os.OpenFile(u.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	source := &patient{ctx: ctx, r: io.LimitReader(r, limit+1)}
	u.size, err = io.Copy(io.MultiWriter(f, sum), source)
	switch {
	case source.err != nil:
		return ErrInterrupted.Because(source.err)
	case err != nil:
		return err
	case u.size == 0:
		return ErrEmpty
	case u.size > limit:
		return because(ErrTooLarge, "文件太大，最多 %s", megabytes(limit))
	}
	u.sha256 = hex.EncodeToString(sum.Sum(nil))
	return f.Close()
}

// discard removes everything that the upload left on this machine.
func (u *upload) discard() { _ = os.RemoveAll(u.dir) }

// patient is a reader that ends with its context, and remembers whether it was
// the sender who failed or the disk.
type patient struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		p.err = err
		return 0, err
	}
	n, err := p.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		p.err = err
	}
	return n, err
}
