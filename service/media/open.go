package media

import (
	"context"
	"io"
	"time"

	"gocloud.dev/gcerrors"
)

// Attributes is what a server says of a stored file.
type Attributes struct {
	ContentType string // audio/mpeg, image/jpeg or video/mp4, always true
	Size        int64  // bytes
	ETag        string // quoted and strong: what is stored under a key never changes
	ModTime     time.Time
}

// Open gives a stored file for http.ServeContent: set Content-Type and ETag from
// the attributes, X-Content-Type-Options: nosniff, and pass ModTime and the
// reader. Only the ranges that are asked for are read. The caller closes it and
// keeps ctx alive until then. Error: ErrNotFound, also for keys that this
// package would never make.
func (s *Studio) Open(ctx context.Context, key string) (io.ReadSeekCloser, Attributes, error) {
	parsed, ok := s.keys.read(key)
	if !ok {
		return nil, Attributes{}, ErrNotFound
	}
	r, err := s.bucket.NewReader(ctx, key, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, Attributes{}, ErrNotFound
	}
	if err != nil {
		return nil, Attributes{}, err
	}
	return r, Attributes{
		ContentType: parsed.contentType(),
		Size:        r.Size(),
		ETag:        `"` + parsed.random + parsed.ext + `"`,
		ModTime:     parsed.at,
	}, nil
}
