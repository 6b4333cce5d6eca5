package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Video is a film in the bucket: MP4 that plays while it loads, with H.264
// pictures and AAC sound.
type Video struct {
	Key          string
	ThumbKey     string // a small JPEG of its first picture
	Width        int    // pixels, as it is seen
	Height       int
	DurationMs   int64  // of what is stored
	Size         int64  // bytes of the stored file
	SHA256       string // hex, of the stored file
	SourceType   Type   // what was sent
	SourceSize   int64
	SourceSHA256 string // hex, of what was sent: the same file sent twice has the same
}

// Video receives a film from r and stores it anew: the pictures as they are
// coded, the sound coded afresh, place, time and other tracks gone. Errors:
// ErrTooLarge, ErrEmpty, ErrInterrupted; ErrNotVideo, ErrTypeMismatch, ErrUnsupported, ErrHEVC,
// ErrBroken; ErrTooShort, ErrTooLong, ErrTooManyPixels; ErrBusy with RetryAfter, ErrTranscoderMissing.
func (s *Studio) Video(ctx context.Context, r io.Reader) (Video, error) {
	u, err := s.receive(ctx, r, s.limits.VideoBytes)
	if err != nil {
		return Video{}, err
	}
	defer u.discard()
	source, err := expectVideo(u)
	if err != nil {
		return Video{}, err
	}
	longest := s.limits.VideoMax + s.limits.Tolerance + time.Second
	if err := s.convert(ctx, videoArgs(u, longest)); err != nil {
		return Video{}, err
	}
	length, err := s.filmLength(u)
	if err != nil {
		return Video{}, err
	}
	poster, seen, err := s.poster(ctx, u)
	if err != nil {
		return Video{}, err
	}
	v := Video{Width: seen.X, Height: seen.Y, DurationMs: length.Milliseconds(), SourceType: source, SourceSize: u.size, SourceSHA256: u.sha256}
	return s.keepVideo(ctx, v, u, poster)
}

func (u *upload) filmPath() string { return filepath.Join(u.dir, "film"+extVideo) }

func (u *upload) posterPath() string { return filepath.Join(u.dir, "poster"+extPhoto) }

// videoArgs makes an MP4 whose index comes first, and a picture of its beginning.
func videoArgs(u *upload, longest time.Duration) []string {
	return append(reading(u, "mov", "h264,aac,amrnb,amrwb,pcm_s16le,pcm_s16be"),
		"-map", "0:v:0", "-map", "0:a:0?", "-sn", "-dn",
		"-map_metadata", "-1", "-map_metadata:s:v", "-1", "-map_metadata:s:a", "-1", "-map_chapters", "-1",
		"-t", decimal(longest), "-c:v", "copy", "-c:a", "aac", "-b:a", "96k", "-ac", "2", "-ar", madeRate,
		"-threads", "1", "-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4", "file:"+u.filmPath(),
		"-map", "0:v:0", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p", "-threads", "1",
		"-f", "image2", "-update", "1", "file:"+u.posterPath(),
	)
}

// filmLength reads how long the film is that ffmpeg wrote, and holds it against the limits.
func (s *Studio) filmLength(u *upload) (time.Duration, error) {
	f, err := os.Open(u.filmPath())
	if err != nil {
		return 0, err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headSize))
	if err != nil {
		return 0, err
	}
	length, ok := movieLength(head)
	if !ok {
		return 0, ErrBroken
	}
	return length, checkLength("视频", length, s.limits.VideoMin, s.limits.VideoMax, s.limits.Tolerance)
}

// movieLength reads the movie header (ISO 14496-12 8.2.2) of a file that ffmpeg
// wrote with the index first.
func movieLength(b []byte) (time.Duration, bool) {
	_, b, found := bytes.Cut(b, []byte("mvhd\x00"))
	if !found || len(b) < 19 {
		return 0, false
	}
	scale, length := binary.BigEndian.Uint32(b[11:]), binary.BigEndian.Uint32(b[15:])
	if scale == 0 {
		return 0, false
	}
	return time.Duration(float64(length) / float64(scale) * float64(time.Second)), true
}

// poster makes the thumbnail, and tells how large the film is seen.
func (s *Studio) poster(ctx context.Context, u *upload) (thumb []byte, seen image.Point, err error) {
	c, err := readConfig(u.posterPath(), JPEG)
	if err != nil {
		return nil, seen, ErrBroken.Because(err)
	}
	if err := s.checkPixels(c.Width, c.Height); err != nil {
		return nil, seen, err
	}
	leave, err := s.decoding.enter(ctx, decodingCost(c))
	if err != nil {
		return nil, seen, err
	}
	defer leave()
	f, err := os.Open(u.posterPath())
	if err != nil {
		return nil, seen, err
	}
	defer f.Close()
	picture, err := jpeg.Decode(f)
	if err != nil {
		return nil, seen, ErrBroken.Because(err)
	}
	thumb, err = s.encode(shrink(picture, s.limits.ThumbSide))
	return thumb, picture.Bounds().Size(), err
}

// keepVideo stores the film and its thumbnail.
func (s *Studio) keepVideo(ctx context.Context, v Video, u *upload, poster []byte) (Video, error) {
	stem, err := s.freshKey(shelfVideo)
	if err != nil {
		return Video{}, err
	}
	v.Key, v.ThumbKey = stem+extVideo, stem+extThumb
	if err := s.put(ctx, v.ThumbKey, bytes.NewReader(poster)); err != nil {
		return Video{}, err
	}
	f, err := os.Open(u.filmPath())
	if err != nil {
		return Video{}, err
	}
	defer f.Close()
	sum := sha256.New()
	counted := &counter{r: io.TeeReader(f, sum)}
	if err := s.put(ctx, v.Key, counted); err != nil {
		return Video{}, err
	}
	v.Size, v.SHA256 = counted.n, hex.EncodeToString(sum.Sum(nil))
	return v, nil
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
