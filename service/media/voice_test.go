package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"
	"pgregory.net/rapid"

	"nianwei/model/fault"
	"nianwei/service/media/mp3"
)

const secret = "SECRET-HOME-ADDRESS"

func TestVoice_TakesWhatEveryPhoneRecords(t *testing.T) {
	tag := []string{"-metadata", "title=" + secret, "-metadata", "comment=" + secret}
	for name, c := range map[string]struct {
		file []byte
		want Type
	}{
		"mp3":              {recorded(t, "a.mp3", "3", append(tag, "-ac", "1")...), MP3},
		"mp3 without id3":  {recorded(t, "a.mp3", "3", "-id3v2_version", "0"), MP3},
		"mp3 of 8 kHz":     {recorded(t, "a.mp3", "3", append(tag, "-ar", "8000")...), MP3},
		"adts":             {recorded(t, "a.aac", "3"), AAC},
		"m4a":              {recorded(t, "a.m4a", "3", tag...), M4A},
		"m4a, index first": {recorded(t, "a.m4a", "3", append(tag, "-movflags", "+faststart")...), M4A},
		"m4a in fragments": {recorded(t, "a.mp4", "3", append(tag, "-movflags", "frag_keyframe+empty_moov+default_base_moof")...), M4A},
		"wav":              {recorded(t, "a.wav", "3", tag...), WAV},
		"wav stereo float": {recorded(t, "a.wav", "3", "-ac", "2", "-c:a", "pcm_f32le"), WAV},
		"webm opus":        {recorded(t, "a.webm", "3", append(tag, "-c:a", "libopus")...), WebM},
		"ogg opus":         {recorded(t, "a.ogg", "3", append(tag, "-c:a", "libopus")...), Ogg},
		"amr":              {amr(150), AMR},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, Limits{})
			v, err := s.Voice(t.Context(), bytes.NewReader(c.file))
			if err != nil {
				t.Fatal(err)
			}
			if v.SourceType != c.want || v.SourceSize != int64(len(c.file)) {
				t.Errorf("taken for %+v", v)
			}
			if math.Abs(float64(v.DurationMs)-3000) > 80 {
				t.Errorf("3 s are measured as %d ms", v.DurationMs)
			}
			checkStoredVoice(t, s, v)
		})
	}
}

// checkStoredVoice asserts that what is stored is clean, and what the answer says.
func checkStoredVoice(t *testing.T, s stage, v Voice) {
	t.Helper()
	b := s.stored(t, v.Key)
	track, err := mp3.Parse(b)
	if err != nil {
		t.Fatalf("stored: %v", err)
	}
	if !bytes.Equal(track.Bytes(), b) || int64(len(b)) != v.Size {
		t.Error("what is stored is more than its frames")
	}
	for _, mark := range []string{"ID3", "APETAG", "Lavf", secret} {
		if bytes.Contains(b, []byte(mark)) {
			t.Errorf("what is stored holds %q", mark)
		}
	}
	if v.SHA256 == v.SourceSHA256 || len(v.SHA256) != 64 || len(v.SourceSHA256) != 64 {
		t.Errorf("sums %s, %s", v.SHA256, v.SourceSHA256)
	}
	s.leavesNothing(t)
}

func TestVoice_KeepsFramesOfCleanMP3WithoutFFmpeg(t *testing.T) {
	file := recorded(t, "a.mp3", "2", "-ac", "1", "-ar", "16000", "-b:a", "32k")
	s := newStageOn(t, memblob.OpenBucket(nil), Paths{FFmpeg: "/nowhere/ffmpeg", Temp: t.TempDir()}, Limits{})
	v, err := s.Voice(t.Context(), bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	checkStoredVoice(t, s, v)
	for name, other := range map[string][]byte{"amr": amr(100), "cut mp3": file[:len(file)-5]} {
		_, err := s.Voice(t.Context(), bytes.NewReader(other))
		if wantFault(t, err, ErrTranscoderMissing, "MP3"); fault.Of(err) != fault.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.leavesNothing(t)
}

func TestVoice_HoldsTheTrueLengthAgainstTheLimits(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want *fault.Fault
	}{
		"mp3 of 0.9 s":           {recorded(t, "a.mp3", "0.9", "-ar", "16000"), ErrTooShort},
		"mp3 of 1.0 s":           {recorded(t, "a.mp3", "1.01", "-ar", "16000"), nil},
		"mp3 of 60.3 s":          {recorded(t, "a.mp3", "60.3", "-ar", "16000", "-b:a", "32k"), nil},
		"mp3 of 60.7 s":          {recorded(t, "a.mp3", "60.7", "-ar", "16000", "-b:a", "32k"), ErrTooLong},
		"webm of 0.8 s":          {recorded(t, "a.webm", "0.8", "-c:a", "libopus"), ErrTooShort},
		"webm of 60.3 s":         {recorded(t, "a.webm", "60.3", "-c:a", "libopus", "-b:a", "12k"), nil},
		"webm of 10 min":         {recorded(t, "a.webm", "600", "-c:a", "libopus", "-b:a", "6k"), ErrTooLong},
		"webm, no length given":  {withoutDuration(t, recorded(t, "a.webm", "90", "-c:a", "libopus", "-b:a", "6k")), ErrTooLong},
		"wav that claims 1 s":    {claim(recorded(t, "a.wav", "70", "-ar", "8000"), 16000), nil},
		"wav that claims 10 min": {claim(recorded(t, "a.wav", "0.5", "-ar", "8000"), 9600000), ErrTooShort},
		"amr of 0.5 s":           {amr(25), ErrTooShort},
		"amr of 61 s":            {amr(3050), ErrTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, Limits{})
			v, err := s.Voice(t.Context(), bytes.NewReader(c.file))
			if c.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantFault(t, err, c.want)
			if v.Key != "" {
				t.Error("refused, and yet there is a key")
			}
			s.leavesNothing(t)
		})
	}
}

// withoutDuration voids the Duration element (0x4489, eight bytes), as MediaRecorder leaves it.
func withoutDuration(t *testing.T, webm []byte) []byte {
	t.Helper()
	at := bytes.Index(webm, []byte{0x44, 0x89, 0x88})
	if at < 0 {
		t.Fatal("no duration to void")
	}
	copy(webm[at:], []byte{0xEC, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	return webm
}

// claim makes a wav say that it holds so many bytes of sound.
func claim(wav []byte, size uint32) []byte {
	binary.LittleEndian.PutUint32(wav[bytes.Index(wav, []byte("data"))+4:], size)
	return wav
}

func TestVoice_SaysWhatWasSentInstead(t *testing.T) {
	png := ffmpegMade(t, "a.png", "-f", "lavfi", "-i", "color=red:s=40x30", "-frames:v", "1")
	film := []string{"-f", "lavfi", "-i", "color=red:s=64x48:d=1"}
	for name, c := range map[string]struct {
		file []byte
		want *fault.Fault
		said string
	}{
		"a PNG called mp3":    {png, ErrTypeMismatch, "PNG 图片"},
		"a PNG behind a tag":  {append([]byte("ID3\x04\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00"), png...), ErrNotAudio, "录音"},
		"a film":              {recorded(t, "a.mp4", "1", append(film, "-c:v", "mpeg4")...), ErrTypeMismatch, "视频"},
		"a webm film":         {recorded(t, "a.webm", "1", append(film, "-c:v", "libvpx")...), ErrTypeMismatch, "视频"},
		"flac":                {recorded(t, "a.flac", "1"), ErrUnsupported, "FLAC"},
		"vorbis":              {recorded(t, "a.ogg", "1", "-c:a", "libvorbis"), ErrUnsupported, "Vorbis"},
		"text":                {[]byte("新年好！"), ErrNotAudio, "文本"},
		"a web page":          {[]byte("<html><script>alert(1)</script></html>"), ErrNotAudio, "网页"},
		"a playlist":          {[]byte("#EXTM3U\n#EXTINF:1\nfile:///etc/passwd\n"), ErrNotAudio, "请上传录音"},
		"a list to join":      {[]byte("ffconcat version 1.0\nfile /etc/passwd\n"), ErrNotAudio, "请上传录音"},
		"random bytes":        {bytes.Repeat([]byte{0xFF, 0xFB, 0x90, 0x17, 0x2A}, 200), ErrNotAudio, "无法识别"},
		"an adts sync only":   {[]byte("\xff\xf1\x50\x80garbagegarbagegarbage"), ErrNotAudio, "无法识别"},
		"a PDF":               {[]byte("%PDF-1.7\n"), ErrNotAudio, "PDF"},
		"nothing":             {nil, ErrEmpty, "空"},
		"an mp4 with nothing": {[]byte("\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00"), ErrNotAudio, "无法识别"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newStage(t, Limits{}).Voice(t.Context(), bytes.NewReader(c.file))
			wantFault(t, err, c.want, c.said)
		})
	}
}

func TestVoice_RefusesWhatCannotBePlayed(t *testing.T) {
	m4a := recorded(t, "a.m4a", "3")
	webm := recorded(t, "a.webm", "3", "-c:a", "libopus")
	adts := recorded(t, "a.aac", "3")
	for i := 600; i < len(adts); i++ {
		adts[i] = byte(i * 7)
	}
	for name, file := range map[string][]byte{
		"m4a whose index is cut": m4a[:len(m4a)-200],
		"webm cut in its header": webm[:300],
		"wav of no samples":      recorded(t, "a.wav", "1")[:44],
		"amr of no frames":       []byte("#!AMR\n"),
		"adts of noise":          adts,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, Limits{})
			_, err := s.Voice(t.Context(), bytes.NewReader(file))
			if !errors.Is(err, ErrBroken) && !errors.Is(err, ErrNotAudio) && !errors.Is(err, ErrTooShort) {
				t.Errorf("%v", err)
			}
			s.leavesNothing(t)
		})
	}
}

func TestVoice_MeasuresWhatIsLeftOfACutRecording(t *testing.T) {
	for name, file := range map[string][]byte{
		"mp3":  recorded(t, "a.mp3", "4", "-ar", "16000", "-b:a", "32k"),
		"webm": recorded(t, "a.webm", "4", "-c:a", "libopus", "-cluster_time_limit", "500"),
		"wav":  recorded(t, "a.wav", "4"),
		"amr":  amr(200),
	} {
		s := newStage(t, Limits{})
		v, err := s.Voice(t.Context(), bytes.NewReader(file[:len(file)/2+3]))
		if err != nil || v.DurationMs < 1500 || v.DurationMs > 2500 {
			t.Errorf("%s: half of 4 s is %d ms, %v", name, v.DurationMs, err)
		}
	}
}

// endless is a sender who never stops, and counts what was taken.
type endless struct{ read int64 }

func (e *endless) Read(b []byte) (int, error) {
	e.read += int64(len(b))
	return len(b), nil
}

func TestReceive_ReadsNoMoreThanOneByteBeyondTheLimit(t *testing.T) {
	s := newStage(t, Limits{VoiceBytes: 100_000, PhotoBytes: 70_000})
	var sender endless
	_, err := s.Voice(t.Context(), &sender)
	wantFault(t, err, ErrTooLarge, "MB")
	if sender.read != 100_001 {
		t.Errorf("%d bytes were read of a limit of 100,000", sender.read)
	}
	_, err = s.Photo(t.Context(), &endless{})
	wantFault(t, err, ErrTooLarge)
	s.leavesNothing(t)
}

func TestReceive_TellsWhenTheSenderStops(t *testing.T) {
	s := newStage(t, Limits{})
	_, err := s.Voice(t.Context(), io.MultiReader(strings.NewReader("#!AMR\n"), failing{}))
	wantFault(t, err, ErrInterrupted)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Voice(gone, bytes.NewReader(amr(100)))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	s.leavesNothing(t)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestVoice_IsRefusedPolitelyWhenAllTranscodersAreTaken(t *testing.T) {
	s := newStage(t, Limits{Transcoders: 1, Queue: 1, RetryAfter: 3 * time.Second})
	leave, err := s.transcoding.enter(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	s.transcoding.waiting.Store(1)
	_, err = s.Voice(t.Context(), bytes.NewReader(amr(100)))
	wantFault(t, err, ErrBusy)
	if _, err := s.Voice(t.Context(), bytes.NewReader(recorded(t, "a.mp3", "2"))); err != nil {
		t.Errorf("a clean mp3 need not wait: %v", err)
	}
	s.transcoding.waiting.Store(0)
	leave()
	if _, err := s.Voice(t.Context(), bytes.NewReader(amr(100))); err != nil {
		t.Errorf("when one is free again: %v", err)
	}
}

func TestVoice_EndsATranscoderThatTakesTooLong(t *testing.T) {
	stuck := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(stuck, []byte("#!/bin/sh\nexec tail -f /dev/null\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := newStageOn(t, memblob.OpenBucket(nil), Paths{FFmpeg: stuck, Temp: t.TempDir()}, Limits{JobTime: 50 * time.Millisecond})
	_, err := s.Voice(t.Context(), bytes.NewReader(amr(100)))
	wantFault(t, err, ErrBusy)
	s.leavesNothing(t)
}

// What an ID3 tag holds never reaches the bucket, whatever it is and however it is wrapped.
func TestVoice_NeverKeepsATag(t *testing.T) {
	frames := recorded(t, "a.mp3", "1.5", "-ar", "16000", "-b:a", "32k", "-id3v2_version", "0")
	s := newStage(t, Limits{})
	rapid.Check(t, func(rt *rapid.T) {
		body := append([]byte(secret), rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(rt, "tag")...)
		n := len(body)
		file := append([]byte{'I', 'D', '3', 4, 0, 0, 0, 0, byte(n >> 7), byte(n & 0x7F)}, body...)
		file = append(file, frames...)
		if rapid.Bool().Draw(rt, "old tag too") {
			old := make([]byte, 128)
			copy(old, "TAG"+secret)
			file = append(file, old...)
		}
		v, err := s.Voice(t.Context(), bytes.NewReader(file))
		if err != nil {
			rt.Fatal(err)
		}
		b := s.stored(t, v.Key)
		if bytes.Contains(b, []byte(secret)) || bytes.Contains(b, []byte("ID3")) {
			rt.Fatal("the tag is stored")
		}
	})
}

func BenchmarkVoice(b *testing.B) {
	for name, file := range map[string][]byte{
		"clean mp3 30s":  recorded(b, "a.mp3", "30", "-ac", "1", "-ar", "16000", "-b:a", "48k"),
		"webm 30s":       recorded(b, "a.webm", "30", "-c:a", "libopus", "-b:a", "32k"),
		"amr 30s":        amr(1500),
		"m4a 30s":        recorded(b, "a.m4a", "30"),
		"unclean mp3 8k": recorded(b, "a.mp3", "30", "-ac", "1", "-ar", "8000", "-b:a", "24k"),
	} {
		b.Run(name, func(b *testing.B) {
			bucket, err := Directory(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			s := newStageOn(b, bucket, Paths{Temp: b.TempDir()}, Limits{})
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := s.Voice(b.Context(), bytes.NewReader(file)); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "voices/s")
		})
	}
}
