package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The one format that is made: docs/adr/0007-media.md says why.
const (
	madeRate    = "44100"
	madeBitrate = "64k"
)

// maxAlloc is the largest piece of memory that ffmpeg may ask for, in bytes.
const maxAlloc = 128 << 20

// playablePath is where ffmpeg writes to.
func (u *upload) playablePath() string { return filepath.Join(u.dir, "playable"+extVoice) }

// convert runs ffmpeg on an upload when it is its turn. Errors: ErrBusy,
// ErrTranscoderMissing, ErrBroken; the context's own when it ends first.
func (s *Studio) convert(ctx context.Context, args []string) error {
	leave, err := s.transcoding.enter(ctx, 1)
	if err != nil {
		return err
	}
	defer leave()
	job, cancel := context.WithTimeout(ctx, s.limits.JobTime)
	defer cancel()
	said, err := s.ffmpeg(job, args...)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case job.Err() != nil:
		return ErrBusy.After(s.limits.RetryAfter).Because(job.Err())
	case isMissing(err):
		return ErrTranscoderMissing.Because(err)
	default:
		return ErrBroken.Because(fmt.Errorf("%w: %s", err, said))
	}
}

// reading tells ffmpeg how to read an upload. The reader is named, so that no
// content can choose one that opens other files; so are the decoders and protocols.
func reading(u *upload, reader, decoders string) []string {
	return []string{
		"-nostdin", "-hide_banner", "-loglevel", "error",
		"-max_alloc", strconv.Itoa(maxAlloc), "-max_error_rate", "0.1",
		"-protocol_whitelist", "file,pipe", "-format_whitelist", reader, "-codec_whitelist", decoders,
		"-threads", "1", "-filter_threads", "1", "-f", reader, "-i", "file:" + u.path,
	}
}

// voiceArgs makes an mp3 of an upload. It stops a little after the longest
// recording allowed, so that hours of silence in a small file cost no more than
// a minute of speech; Voice then finds it too long.
func voiceArgs(u *upload, source Type, longest time.Duration) []string {
	reader, decoders := readerOf(source)
	return append(reading(u, reader, decoders),
		"-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
		"-t", decimal(longest),
		"-ac", "1", "-ar", madeRate, "-c:a", "libmp3lame", "-b:a", madeBitrate, "-compression_level", "7",
		"-threads", "1", "-id3v2_version", "0", "-f", "mp3", "file:"+u.playablePath(),
	)
}

// decimal writes a length as ffmpeg reads it.
func decimal(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// readerOf names the one reader and the decoders that a type may use.
func readerOf(t Type) (reader, decoders string) {
	switch t {
	case MP3:
		return "mp3", "mp3,mp3float"
	case AAC:
		return "aac", "aac"
	case M4A:
		return "mov", "aac,amrnb,amrwb"
	case WAV:
		return "wav", "pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le,pcm_alaw,pcm_mulaw"
	case WebM:
		return "matroska", "opus"
	case Ogg:
		return "ogg", "opus"
	default:
		return "amr", "amrnb,amrwb"
	}
}

// Check reports whether ffmpeg can be run and can make mp3, for a readiness
// probe. Error: ErrTranscoderMissing.
func (s *Studio) Check(ctx context.Context) error {
	job, cancel := context.WithTimeout(ctx, s.limits.JobTime)
	defer cancel()
	said, err := s.ffmpeg(job, "-nostdin", "-hide_banner", "-loglevel", "error", "-h", "encoder=libmp3lame")
	if err == nil && !strings.Contains(said, "Encoder libmp3lame") {
		err = errors.New("media: this ffmpeg has no mp3 encoder")
	}
	if err != nil {
		return ErrTranscoderMissing.Because(err)
	}
	return nil
}

// ffmpeg runs the program with nothing of this server's environment and gives
// what it said. It is killed when ctx ends.
func (s *Studio) ffmpeg(ctx context.Context, args ...string) (said string, err error) {
	cmd := exec.CommandContext(ctx, s.paths.FFmpeg, args...)
	cmd.Env = []string{"LC_ALL=C"}
	cmd.WaitDelay = time.Second
	out := &brief{max: 4096}
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	return strings.TrimSpace(out.String()), err
}

// isMissing reports whether a program could not be started at all.
func isMissing(err error) bool { return anyOf(err, exec.ErrNotFound, fs.ErrNotExist, fs.ErrPermission) }

func anyOf(err error, targets ...error) bool {
	for _, t := range targets {
		if errors.Is(err, t) {
			return true
		}
	}
	return false
}

// brief keeps the beginning of what a program says.
type brief struct {
	bytes.Buffer
	max int
}

func (b *brief) Write(p []byte) (int, error) {
	if room := b.max - b.Len(); room > 0 {
		b.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
