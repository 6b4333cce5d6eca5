package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Photo is a picture in the bucket: an upright JPEG that holds nothing but pixels.
type Photo struct {
	Key          string
	ThumbKey     string // a small JPEG of the same picture
	Width        int    // pixels of the stored picture, as it is seen
	Height       int
	Size         int64  // bytes of the stored picture, without the thumbnail
	SHA256       string // hex, of the stored picture
	SourceType   Type   // what was sent
	SourceSize   int64
	SourceSHA256 string // hex, of what was sent: the same file sent twice has the same
}

// Photo receives a picture from r, turns it upright, makes it small enough for a
// phone and stores it with a thumbnail. Place, time and camera are gone. Errors:
// ErrTooLarge, ErrEmpty, ErrInterrupted; ErrNotImage, ErrTypeMismatch, ErrUnsupported, ErrHEIC,
// ErrBroken; ErrTooManyPixels; ErrBusy with RetryAfter.
func (s *Studio) Photo(ctx context.Context, r io.Reader) (Photo, error) {
	u, err := s.receive(ctx, r, s.limits.PhotoBytes)
	if err != nil {
		return Photo{}, err
	}
	defer u.discard()
	source, err := expectPhoto(u)
	if err != nil {
		return Photo{}, err
	}
	made, err := s.develop(ctx, u, source)
	if err != nil {
		return Photo{}, err
	}
	stem, err := s.freshKey(shelfPhoto)
	if err != nil {
		return Photo{}, err
	}
	sum := sha256.Sum256(made.shown)
	photo := Photo{
		Key:          stem + extPhoto,
		ThumbKey:     stem + extThumb,
		Width:        made.width,
		Height:       made.height,
		Size:         int64(len(made.shown)),
		SHA256:       hex.EncodeToString(sum[:]),
		SourceType:   source,
		SourceSize:   u.size,
		SourceSHA256: u.sha256,
	}
	if err := s.put(ctx, photo.ThumbKey, bytes.NewReader(made.thumb)); err != nil {
		return Photo{}, err
	}
	return photo, s.put(ctx, photo.Key, bytes.NewReader(made.shown))
}
