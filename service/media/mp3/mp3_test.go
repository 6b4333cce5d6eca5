package mp3

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// encode makes a real mp3 of a tone with noise.
func encode(t testing.TB, args ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "tone.mp3")
	all := []string{"-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=f=440:d=3", "-f", "lavfi", "-i", "anoisesrc=a=0.1:d=3", "-filter_complex", "amix"}
	if msg, err := exec.Command("ffmpeg", append(append(all, args...), "-f", "mp3", out)...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, msg)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// decodedSamples asks ffmpeg how long b really is.
func decodedSamples(t testing.TB, b []byte) int {
	t.Helper()
	cmd := exec.Command("ffmpeg", "-nostdin", "-loglevel", "error", "-f", "mp3", "-i", "pipe:0", "-f", "s16le", "-ac", "1", "pipe:1")
	cmd.Stdin = bytes.NewReader(b)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return len(out) / 2
}

func TestParse_MeasuresWhatADecoderHears(t *testing.T) {
	for name, args := range map[string]string{
		"cbr 44.1 mono":      "-ac 1 -ar 44100 -b:a 64k",
		"cbr 44.1 stereo":    "-ac 2 -ar 44100 -b:a 128k",
		"vbr 44.1":           "-ac 1 -ar 44100 -q:a 5",
		"48 kHz":             "-ac 1 -ar 48000 -b:a 96k",
		"32 kHz":             "-ac 2 -ar 32000 -b:a 96k",
		"mpeg-2 16 kHz":      "-ac 1 -ar 16000 -b:a 32k",
		"mpeg-2 22 kHz vbr":  "-ac 2 -ar 22050 -q:a 4",
		"mpeg-2 24 kHz":      "-ac 1 -ar 24000 -b:a 48k",
		"no table":           "-ac 1 -ar 16000 -b:a 32k -write_xing 0",
		"both tags":          "-ac 1 -ar 44100 -b:a 64k -metadata title=x -write_id3v1 1",
		"without reservoir":  "-ac 1 -ar 44100 -b:a 64k -reservoir 0",
		"joint stereo 320":   "-ac 2 -ar 44100 -b:a 320k",
		"lowest of mpeg-1":   "-ac 1 -ar 44100 -b:a 32k",
		"lowest of mpeg-2":   "-ac 1 -ar 16000 -b:a 8k",
		"highest of mpeg-2":  "-ac 2 -ar 24000 -b:a 160k",
		"another encoder":    "-ac 1 -ar 44100 -b:a 64k -c:a libshine",
		"another, no table":  "-ac 2 -ar 44100 -b:a 128k -c:a libshine -write_xing 0",
		"tag of version 2.3": "-ac 1 -ar 44100 -b:a 64k -id3v2_version 3 -metadata artist=" + strings.Repeat("x", 300),
	} {
		t.Run(name, func(t *testing.T) {
			b := encode(t, strings.Fields(args)...)
			track, err := Parse(b)
			if err != nil {
				t.Fatal(err)
			}
			heard := time.Duration(decodedSamples(t, b)) * time.Second / time.Duration(track.Rate())
			if d := (track.Duration() - heard).Abs(); d > 80*time.Millisecond {
				t.Errorf("measured %v, a decoder hears %v", track.Duration(), heard)
			}
			checkRewrite(t, b, track)
		})
	}
}

// checkRewrite asserts that the rewritten file plays the same frames and holds nothing else.
func checkRewrite(t *testing.T, in []byte, track *Track) {
	t.Helper()
	out := track.Bytes()
	again, err := Parse(out)
	if err != nil {
		t.Fatalf("the output is not clean: %v", err)
	}
	if !bytes.Equal(again.audio, track.audio) || !bytes.Equal(again.Bytes(), out) {
		t.Error("rewriting the output changes it")
	}
	if !bytes.Contains(in, track.audio) {
		t.Error("the frames are not those of the input")
	}
	for _, mark := range []string{"ID3", "TAG", "LAME", "Lavf", "Lavc"} {
		if bytes.Contains(out[:len(out)-len(track.audio)], []byte(mark)) {
			t.Errorf("the output's head holds %q", mark)
		}
	}
	if d := decodedSamples(t, out) - len(track.starts)*track.first.samples(); d < -3*1152 || d > 0 {
		t.Errorf("a decoder hears %d samples more than there are", d)
	}
}

func TestParse_RefusesWhatIsNotAllFrames(t *testing.T) {
	good := encode(t, "-ac", "1", "-ar", "44100", "-b:a", "64k", "-id3v2_version", "0", "-write_xing", "0")
	track, err := Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	stereo := encode(t, "-ac", "2", "-ar", "44100", "-b:a", "64k", "-id3v2_version", "0", "-write_xing", "0")
	middle := track.starts[len(track.starts)/2]
	noise := append(bytes.Clone(good[:middle+4]), bytes.Repeat([]byte{0xEE}, len(good)-middle-4)...)
	for name, b := range map[string][]byte{
		"nothing":             nil,
		"cut in a frame":      good[:len(good)-10],
		"one byte behind":     append(bytes.Clone(good), 0),
		"a script behind":     append(bytes.Clone(good), "<script>alert(1)</script>"...),
		"a hole":              append(bytes.Clone(good[:middle]), good[middle+1:]...),
		"another stream":      append(bytes.Clone(good), stereo...),
		"noise with a header": noise,
		"starts mid-stream":   good[track.starts[20]:],
		"only a tag":          []byte("ID3\x04\x00\x00\x00\x00\x00\x00"),
		"a tag too long":      append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), good...),
		"a picture":           []byte("\x89PNG\r\n\x1a\n0000000000000000000000000000"),
		"8 kHz":               encode(t, "-ac", "1", "-ar", "8000", "-b:a", "16k"),
	} {
		if _, err := Parse(b); err == nil {
			t.Errorf("%s: taken for clean frames", name)
		}
	}
}

func TestParse_IgnoresAbsurdPadding(t *testing.T) {
	b := encode(t, "-ac", "1", "-ar", "16000", "-b:a", "32k")
	honest, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("Info")) + lameDelay
	copy(b[at:], []byte{0xFF, 0xFF, 0xFF})
	lying, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	if lying.Duration() < honest.Duration() {
		t.Errorf("a false tag shortens %v to %v", honest.Duration(), lying.Duration())
	}
}

func TestStarts_KnowsAStreamFromAccident(t *testing.T) {
	b := encode(t, "-ac", "1", "-ar", "44100", "-b:a", "64k", "-id3v2_version", "0")
	if !Starts(b) {
		t.Error("a stream is not known")
	}
	for _, not := range []string{"", "\xff\xfb", "\xff\xfb\x90\xc4" + strings.Repeat("x", 2000), "\xff\xf1\x50\x80" + strings.Repeat("\x00", 100)} {
		if Starts([]byte(not)) {
			t.Errorf("%q… is taken for a stream", not[:min(4, len(not))])
		}
	}
}

// FuzzParse: whatever comes in, what goes out is nothing but frames that parse to themselves.
func FuzzParse(f *testing.F) {
	for i, rate := range []int{16000, 44100} {
		f.Add(encode(f, "-ac", strconv.Itoa(i+1), "-ar", strconv.Itoa(rate), "-b:a", "64k", "-t", "0.2"))
	}
	f.Add([]byte("ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\xc4"))
	f.Fuzz(func(t *testing.T, b []byte) {
		track, err := Parse(b)
		if err != nil {
			return
		}
		out := track.Bytes()
		if bytes.HasPrefix(out, []byte("ID3")) {
			t.Fatal("the output begins with a tag")
		}
		again, err := Parse(out)
		if err != nil {
			t.Fatalf("the output does not parse: %v", err)
		}
		if len(again.starts) != len(track.starts) {
			t.Fatalf("%d frames became %d", len(track.starts), len(again.starts))
		}
	})
}

// BenchmarkParse walks and rewrites a minute of speech.
func BenchmarkParse(b *testing.B) {
	minute := bytes.Repeat(encode(b, "-ac", "1", "-ar", "16000", "-b:a", "32k", "-id3v2_version", "0", "-write_xing", "0"), 20)
	b.SetBytes(int64(len(minute)))
	b.ReportAllocs()
	for b.Loop() {
		track, err := Parse(minute)
		if err != nil {
			b.Fatal(err)
		}
		track.Bytes()
	}
}
