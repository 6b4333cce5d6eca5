// Package media is what happens to uploaded files: they are received within
// limits, recognised by their content, made into one form that every phone can
// play or show, and kept in a bucket under a key that nobody can guess. The
// caller remembers the key in a row of its own.
//
// Nothing that a sender wrote is ever stored as it came: what is in the bucket
// has been made by this package, frame by frame or pixel by pixel.
package media

import (
	"io"
	"sync"

	"gocloud.dev/blob"

	"nianwei/model/clock"
)

// Paths is where things are on this machine.
type Paths struct {
	FFmpeg string // the program, by path or by name; "" is "ffmpeg"
	Temp   string // directory for uploads in progress; "" is the system's
}

// Studio receives, transforms, serves and removes media. It is safe for
// concurrent use.
type Studio struct {
	bucket *blob.Bucket
	paths  Paths
	limits Limits
	clock  clock.Clock
	random io.Reader
	keys   keys

	randomness  sync.Mutex
	transcoding *gate // weight: one per ffmpeg
	walking     *gate // weight: bytes of memory
	decoding    *gate // weight: bytes of memory
}

// walksPerTranscoding is how many more recordings may wait for a walk than for
// ffmpeg: it takes a millisecond where that takes a hundred, so all wait as short.
const walksPerTranscoding = 16

// New gives a studio over a bucket, which stays the caller's to close. It works
// without ffmpeg for photos and for clean mp3 recordings; Check tells. random is
// crypto/rand.Reader in production: keys are secrets.
func New(bucket *blob.Bucket, paths Paths, limits Limits, clk clock.Clock, random io.Reader) *Studio {
	l := limits.filled()
	if paths.FFmpeg == "" {
		paths.FFmpeg = "ffmpeg"
	}
	return &Studio{
		bucket:      bucket,
		paths:       paths,
		limits:      l,
		clock:       clk,
		random:      random,
		keys:        newKeys(),
		transcoding: newGate(int64(l.Transcoders), l.Queue, l.RetryAfter),
		walking:     newGate(l.FrameMemory, walksPerTranscoding*l.Queue, l.RetryAfter),
		decoding:    newGate(l.PhotoMemory, l.Queue, l.RetryAfter),
	}
}

// freshKey gives a new key without its extension.
func (s *Studio) freshKey(shelf string) (string, error) {
	s.randomness.Lock()
	defer s.randomness.Unlock()
	return s.keys.fresh(shelf, s.clock.Now(), s.random)
}
