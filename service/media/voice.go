package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"time"

	"nianwei/service/media/mp3"
)

// Voice is a recording in the bucket: an mp3 file without tags.
type Voice struct {
	Key          string
	DurationMs   int64  // measured from what plays, not from what a header claims
	Size         int64  // bytes of the stored file
	SHA256       string // hex, of the stored file
	SourceType   Type   // what was sent
	SourceSize   int64
	SourceSHA256 string // hex, of what was sent: the same file sent twice has the same
}

// Voice receives a recording from r and stores it as mp3. Errors: ErrTooLarge,
// ErrEmpty, ErrInterrupted; ErrNotAudio, ErrTypeMismatch, ErrUnsupported, ErrBroken;
// ErrTooShort, ErrTooLong; ErrBusy with RetryAfter, ErrTranscoderMissing.
func (s *Studio) Voice(ctx context.Context, r io.Reader) (Voice, error) {
	u, err := s.receive(ctx, r, s.limits.VoiceBytes)
	if err != nil {
		return Voice{}, err
	}
	defer u.discard()
	source, err := expectVoice(u)
	if err != nil {
		return Voice{}, err
	}
	play, err := s.playable(ctx, u, source)
	if err != nil {
		return Voice{}, err
	}
	if err := s.checkVoice(play.length); err != nil {
		return Voice{}, err
	}
	key, err := s.freshKey(shelfVoice)
	if err != nil {
		return Voice{}, err
	}
	key += extVoice
	sum := sha256.Sum256(play.file)
	return Voice{
		Key:          key,
		DurationMs:   play.length.Milliseconds(),
		Size:         int64(len(play.file)),
		SHA256:       hex.EncodeToString(sum[:]),
		SourceType:   source,
		SourceSize:   u.size,
		SourceSHA256: u.sha256,
	}, s.put(ctx, key, bytes.NewReader(play.file))
}

// playable is a recording as it will be stored.
type playable struct {
	file   []byte
	length time.Duration
}

// playable makes the file that every phone plays: the frames of a clean mp3 as
// they are, anything else by ffmpeg.
func (s *Studio) playable(ctx context.Context, u *upload, source Type) (playable, error) {
	if source == MP3 {
		play, err := s.walk(ctx, u.path, u.size)
		if err == nil || !isUnclean(err) {
			return play, err
		}
	}
	longest := s.limits.VoiceMax + s.limits.Tolerance + time.Second
	if err := s.convert(ctx, voiceArgs(u, source, longest)); err != nil {
		return playable{}, err
	}
	made, err := os.Stat(u.playablePath())
	if err != nil {
		return playable{}, err
	}
	play, err := s.walk(ctx, u.playablePath(), made.Size())
	if isUnclean(err) { // ffmpeg found nothing to encode
		return playable{}, ErrBroken.Because(err)
	}
	return play, err
}

// walk reads an mp3 file of the given size, measures it and rewrites it to
// nothing but its frames.
func (s *Studio) walk(ctx context.Context, path string, size int64) (playable, error) {
	leave, err := s.walking.enter(ctx, 3*size)
	if err != nil {
		return playable{}, err
	}
	defer leave()
	b, err := os.ReadFile(path)
	if err != nil {
		return playable{}, err
	}
	track, err := mp3.Parse(b)
	if err != nil {
		return playable{}, err
	}
	length := track.Duration()
	if err := s.checkVoice(length); err != nil {
		return playable{}, err
	}
	return playable{file: track.Bytes(), length: length}, nil
}

// isUnclean reports whether an mp3 needs a decoder's leniency.
func isUnclean(err error) bool {
	return anyOf(err, mp3.ErrNoFrames, mp3.ErrBroken, mp3.ErrRare)
}

// checkVoice holds a recording against the limits.
func (s *Studio) checkVoice(d time.Duration) error {
	return checkLength("录音", d, s.limits.VoiceMin, s.limits.VoiceMax, s.limits.Tolerance)
}

// checkLength holds a length against its limits; what is it, in Chinese.
func checkLength(what string, d, shortest, longest, tolerance time.Duration) error {
	switch {
	case d < shortest:
		return because(ErrTooShort, "%s只有 %s，至少要 %s", what, seconds(d), seconds(shortest))
	case d > longest+tolerance:
		return because(ErrTooLong, "%s超过了 %s，请剪短或重新录制", what, seconds(longest))
	default:
		return nil
	}
}
