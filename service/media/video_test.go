package media

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"nianwei/model/fault"
)

// filmed gives a film of so many seconds.
func filmed(t testing.TB, name, length string, args ...string) []byte {
	t.Helper()
	picture := []string{"-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=" + length, "-pix_fmt", "yuv420p"}
	return recorded(t, name, length, append(picture, args...)...)
}

func TestVideo_TakesWhatPhonesFilm(t *testing.T) {
	x264 := []string{"-c:v", "libx264", "-preset", "ultrafast"}
	place := append(x264, "-metadata", "location=+31.57+120.30/"+secret, "-metadata", "title="+secret, "-metadata:s:v", "handler_name="+secret, "-movflags", "use_metadata_tags")
	for name, file := range map[string][]byte{
		"mp4":              filmed(t, "a.mp4", "2", place...),
		"mov":              filmed(t, "a.mov", "2", append(place, "-c:a", "pcm_s16le")...),
		"index first":      filmed(t, "a.mp4", "2", append(x264, "-movflags", "+faststart")...),
		"in fragments":     filmed(t, "a.mp4", "2", append(x264, "-movflags", "frag_keyframe+empty_moov")...),
		"without sound":    filmed(t, "a.mp4", "2", append(x264, "-an", "-map", "1:v")...),
		"with other track": filmed(t, "a.mov", "2", append(x264, "-timecode", "01:00:00:00")...),
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, Limits{})
			v, err := s.Video(t.Context(), bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			if v.Width != 320 || v.Height != 240 || math.Abs(float64(v.DurationMs)-2000) > 100 || v.SourceType != MP4 {
				t.Errorf("%+v", v)
			}
			b := s.stored(t, v.Key)
			if int64(len(b)) != v.Size || len(v.SHA256) != 64 {
				t.Errorf("%d bytes are stored, %+v", len(b), v)
			}
			if bytes.Contains(b, []byte(secret)) || bytes.Contains(b, []byte("+31.57")) || bytes.Contains(b, []byte("tmcd")) {
				t.Error("what the phone wrote beside the film is stored")
			}
			if bytes.Index(b, []byte("moov")) > bytes.Index(b, []byte("mdat")) {
				t.Error("it must load before it plays")
			}
			if m := decoded(t, s.stored(t, v.ThumbKey)).Bounds(); m.Dx() != 320 {
				t.Errorf("thumbnail %v", m)
			}
			s.leavesNothing(t)
			if err := s.Delete(t.Context(), v.Key); err != nil || len(s.keysStored(t)) > 0 {
				t.Errorf("deleted, and left: %v, %v", s.keysStored(t), err)
			}
		})
	}
}

func TestVideo_SaysWhatIsWrong(t *testing.T) {
	x264 := []string{"-c:v", "libx264", "-preset", "ultrafast"}
	good := filmed(t, "a.mp4", "2", x264...)
	for name, c := range map[string]struct {
		file []byte
		want *fault.Fault
		said string
	}{
		"hevc":          {filmed(t, "a.mp4", "1", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1"), ErrHEVC, "HEVC"},
		"mpeg-4 part 2": {filmed(t, "a.mp4", "1", "-c:v", "mpeg4"), ErrUnsupported, "H.264"},
		"webm":          {filmed(t, "a.webm", "1", "-c:v", "libvpx"), ErrUnsupported, "WebM"},
		"a voice":       {amr(50), ErrTypeMismatch, "AMR"},
		"a photo":       {asPNG(t, corners(20, 20)), ErrTypeMismatch, "PNG"},
		"text":          {[]byte("视频"), ErrNotVideo, "文本"},
		"too short":     {filmed(t, "a.mp4", "0.5", x264...), ErrTooShort, "视频"},
		"too long":      {filmed(t, "a.mp4", "6", x264...), ErrTooLong, "视频"},
		"cut":           {good[:len(good)-300], ErrBroken, "损坏"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, Limits{VideoMax: 5 * time.Second})
			_, err := s.Video(t.Context(), bytes.NewReader(c.file))
			wantFault(t, err, c.want, c.said)
			s.leavesNothing(t)
		})
	}
}

func TestVideo_IsSeenTheWayItWasHeld(t *testing.T) {
	flat := filmed(t, "a.mp4", "1", "-c:v", "libx264", "-preset", "ultrafast")
	path := filepath.Join(t.TempDir(), "flat.mp4")
	if err := os.WriteFile(path, flat, 0o600); err != nil {
		t.Fatal(err)
	}
	held := ffmpegMade(t, "held.mp4", "-i", path, "-c", "copy", "-metadata:s:v:0", "rotate=90")
	s := newStage(t, Limits{})
	v, err := s.Video(t.Context(), bytes.NewReader(held))
	if err != nil {
		t.Fatal(err)
	}
	if v.Width != 240 || v.Height != 320 {
		t.Errorf("upright film is %d×%d", v.Width, v.Height)
	}
	upright, turned := matrix(t, flat), matrix(t, s.stored(t, v.Key))
	if bytes.Equal(upright, turned) {
		t.Error("the stored film has lost how it was held")
	}
}

// matrix gives how a film's pictures are turned, from its track header (version 0).
func matrix(t *testing.T, file []byte) []byte {
	t.Helper()
	_, header, found := bytes.Cut(file, []byte("tkhd\x00"))
	if !found {
		t.Fatal("no track header")
	}
	return header[39:75]
}
