package media

import (
	"bytes"
	"errors"
	"image"
	"slices"
	"strings"
	"testing"

	"nianwei/model/fault"
)

// A film is not taken for its sound because chance wrote "V_" before the codec's name.
func TestSniff_FindsTheCodecBehindAnAccident(t *testing.T) {
	b := []byte("\x1A\x45\xDF\xA3uid V_ \x86\x86A_OPUS\x86\x85V_VP8")
	if got, err := sniff(bytes.NewReader(b), int64(len(b))); got != webm || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// FuzzSniff: every content has an answer; and a type that is accepted begins
// with what that type begins with.
func FuzzSniff(f *testing.F) {
	f.Add(amr(3))
	f.Add([]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x13OpusHead"))
	f.Add([]byte("\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00\x00\x00\x00\x20moov\x00\x00\x00\x18hdlr\x00\x00\x00\x00\x00\x00\x00\x00soun"))
	f.Add([]byte("\x00\x00\x00\x01ftypM4A \x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Add([]byte("\x1A\x45\xDF\xA3\x86\x86A_OPUS"))
	f.Add([]byte("ID3\x04\x00\x00\x00\x00\x00\x01\x00\xff\xfb\x90\xc4"))
	f.Add([]byte("RIFF0000WEBPVP8X"))
	f.Add(asPNG(f, image.NewGray(image.Rect(0, 0, 1, 1))))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := sniff(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		starts := map[Type][]string{
			WAV: {"RIFF"}, WebP: {"RIFF"}, WebM: {"\x1A\x45"}, Ogg: {"OggS"}, AMR: {"#!AMR"},
			AAC: {"\xFF", "ID3"}, MP3: {"\xFF", "ID3"}, JPEG: {"\xFF\xD8"}, PNG: {"\x89PNG"}, GIF: {"GIF8"},
		}
		accepted := slices.Contains(acceptedTypes(), got)
		begins := func(s string) bool { return bytes.HasPrefix(b, []byte(s)) }
		if accepted && got != M4A && got != MP4 && !slices.ContainsFunc(starts[got], begins) {
			t.Fatalf("%.8q is taken for %s", b, got)
		}
		var refusal *fault.Fault
		if !errors.As(refuse(got, "audio", ErrNotAudio, voiceWanted), &refusal) || !strings.Contains(refusal.Detail, "录音") {
			t.Fatalf("%s is refused without a word", got)
		}
	})
}
