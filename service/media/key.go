package media

import (
	"encoding/base32"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// The shelves of the bucket.
const (
	shelfVoice = "voice"
	shelfPhoto = "photo"
	shelfVideo = "video"
)

const (
	extVoice = ".mp3"
	extPhoto = ".jpg"
	extVideo = ".mp4"
	extThumb = ".thumb.jpg"
)

const (
	dayLayout    = "20060102"
	keyTime      = dayLayout + "/150405"
	keyRandom    = 16 // bytes: nobody guesses a key
	keySeparator = "-"
)

// keyForm is what this package's own keys look like, as in
// voice/20270206/120000-<26 letters and digits>.mp3, in UTC.
const keyForm = `^(voice|photo|video)/(\d{8}/\d{6})-([a-z2-7]{26})(\.mp3|\.jpg|\.mp4|\.thumb\.jpg)$`

// keys makes and reads keys. A key tells its age by the product's clock, so that
// a sweep does not depend on file times, which copies and restores change.
type keys struct {
	form *regexp.Regexp
}

func newKeys() keys { return keys{form: regexp.MustCompile(keyForm)} }

// fresh gives the part of a key before its extension.
func (keys) fresh(shelf string, now time.Time, random io.Reader) (string, error) {
	var b [keyRandom]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("media: no randomness for a key: %w", err)
	}
	name := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
	return shelf + "/" + now.UTC().Format(keyTime) + keySeparator + strings.ToLower(name), nil
}

// read takes a key apart; ok is false for anything that this package did not name.
func (k keys) read(key string) (parsed parsedKey, ok bool) {
	m := k.form.FindStringSubmatch(key)
	if m == nil {
		return parsedKey{}, false
	}
	at, err := time.Parse(keyTime, m[2])
	if err != nil {
		return parsedKey{}, false
	}
	return parsedKey{at: at, random: m[3], ext: m[4], stem: strings.TrimSuffix(key, m[4])}, true
}

// parsedKey is what a key says of itself.
type parsedKey struct {
	at     time.Time
	random string
	ext    string
	stem   string // the key without its extension
}

// owner is the key that the caller's row holds: a thumbnail belongs to its photo
// or video.
func (p parsedKey) owner() string {
	switch {
	case p.ext != extThumb:
		return p.stem + p.ext
	case strings.HasPrefix(p.stem, shelfVideo):
		return p.stem + extVideo
	default:
		return p.stem + extPhoto
	}
}

// hasThumb reports whether a thumbnail goes with the file.
func (p parsedKey) hasThumb() bool { return p.ext == extPhoto || p.ext == extVideo }

// contentType is what the object is served as. It follows from the key because
// nothing but what this package wrote itself is in the bucket.
func (p parsedKey) contentType() string {
	switch p.ext {
	case extVoice:
		return "audio/mpeg"
	case extVideo:
		return "video/mp4"
	default:
		return "image/jpeg"
	}
}
