// Package mp3 walks MPEG Layer III streams frame by frame, without decoding
// them, so that a clean recording need not be transcoded: at a New Year's Eve
// greeting's pace that is the difference between one and a thousand files a
// second.
package mp3

import (
	"errors"
	"time"
)

// The ways in which bytes fail to be a clean stream. None of them means that a
// decoder could not play something of it.
var (
	ErrNoFrames = errors.New("mp3: no frame where the first should be")
	ErrBroken   = errors.New("mp3: something other than whole, consistent frames")
	ErrRare     = errors.New("mp3: a sample rate that not every player knows")
)

// Track is a stream of which every byte has been accounted for.
type Track struct {
	first   header
	audio   []byte // the frames, one after the other
	starts  []int  // where each frame begins in audio
	trimmed int    // samples that the encoder added at both ends, per its own tag
	varies  bool   // bit rates differ
}

// Parse accounts for every byte of b: ID3 tags, then whole Layer III frames of
// one version, rate and channel count whose side information is consistent, then
// nothing but an ID3v1 tag. It keeps a reference to b.
func Parse(b []byte) (*Track, error) {
	skip := SkipID3(b)
	if skip >= len(b) {
		return nil, ErrNoFrames
	}
	b = trimID3v1(b[skip:])
	first, ok := parseHeader(b)
	if !ok {
		return nil, ErrNoFrames
	}
	if first.version == mpeg25 {
		return nil, ErrRare
	}
	t := &Track{first: first}
	b = t.dropEncoderTag(b)
	if err := t.walk(b); err != nil {
		return nil, err
	}
	t.audio = b
	return t, nil
}

// walk steps through the frames of b to its very end.
func (t *Track) walk(b []byte) error {
	reservoir, bitrate := 0, 0
	for at := 0; at < len(b); {
		h, ok := parseHeader(b[at:])
		if !ok || !h.alike(t.first) || at+h.size() > len(b) {
			return ErrBroken
		}
		data, ok := frameData(h, b[at:at+h.size()], reservoir)
		if !ok {
			return ErrBroken
		}
		reservoir = min(reservoir+data, maxReach(h.version))
		t.varies = t.varies || bitrate != 0 && bitrate != h.bitrate
		bitrate = h.bitrate
		t.starts = append(t.starts, at)
		at += h.size()
	}
	if len(t.starts) == 0 {
		return ErrNoFrames
	}
	return nil
}

// frameData gives how many bytes of main data a frame carries, and whether its
// side information points only at bytes that exist.
func frameData(h header, frame []byte, reservoir int) (int, bool) {
	start := h.sideStart()
	data := len(frame) - start - h.sideSize()
	if data < 0 {
		return 0, false
	}
	s := parseSide(h, frame[start:start+h.sideSize()])
	ok := s.sensible && s.reach <= reservoir && s.bits <= 8*(s.reach+data)
	return data, ok
}

// maxReach is how far back a frame's data can begin: nine bits, or eight.
func maxReach(v version) int {
	if v == mpeg1 {
		return 511
	}
	return 255
}

// Duration is how long the track plays: its frames, less what the encoder says
// that it added.
func (t *Track) Duration() time.Duration {
	samples := len(t.starts)*t.first.samples() - t.trimmed
	return time.Duration(samples) * time.Second / time.Duration(t.first.rate)
}

// Rate is the number of samples per second.
func (t *Track) Rate() int { return t.first.rate }

// Channels is 1 or 2.
func (t *Track) Channels() int {
	if t.first.mono {
		return 1
	}
	return 2
}

// Starts reports whether b begins like a stream: two frames in step, of which
// the second may be cut off by the end of b. It is for telling file types apart.
func Starts(b []byte) bool {
	h, ok := parseHeader(b)
	if !ok || len(b) < h.size() {
		return false
	}
	if len(b) < h.size()+headerSize {
		return true
	}
	next, ok := parseHeader(b[h.size():])
	return ok && next.alike(h)
}
