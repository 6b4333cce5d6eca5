package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"nianwei/model/clock"
	"nianwei/model/fault"
)

// newYearsEve is when the tests play: 除夕 2027, 20:00 in Shanghai.
func newYearsEve() time.Time { return time.Date(2027, 2, 5, 12, 0, 0, 0, time.UTC) }

// stage is a studio with all that it was given.
type stage struct {
	*Studio
	bucket *blob.Bucket
	time   *clock.Machine
}

func newStage(t testing.TB, limits Limits) stage {
	t.Helper()
	return newStageOn(t, memblob.OpenBucket(nil), Paths{Temp: t.TempDir()}, limits)
}

func newStageOn(t testing.TB, bucket *blob.Bucket, paths Paths, limits Limits) stage {
	t.Helper()
	t.Cleanup(func() { _ = bucket.Close() })
	machine := clock.NewMachine(clock.System{})
	machine.Set(newYearsEve(), true)
	return stage{New(bucket, paths, limits, machine, rand.Reader), bucket, machine}
}

// stored gives what is in the bucket under key.
func (s stage) stored(t testing.TB, key string) []byte {
	t.Helper()
	b, err := s.bucket.ReadAll(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// leavesNothing asserts that no file of an upload stays on the machine.
func (s stage) leavesNothing(t testing.TB) {
	t.Helper()
	if left, _ := os.ReadDir(s.paths.Temp); len(left) > 0 {
		t.Errorf("%d temporary directories are left", len(left))
	}
}

// ffmpegMade runs ffmpeg and gives the file that it wrote.
func ffmpegMade(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	all := append([]string{"-nostdin", "-loglevel", "error"}, args...)
	if msg, err := exec.Command("ffmpeg", append(all, out)...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, msg)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// recorded gives a recording of so many seconds, as in recorded(t, "a.webm", "3", "-c:a", "libopus").
func recorded(t testing.TB, name, length string, args ...string) []byte {
	t.Helper()
	return ffmpegMade(t, name, append([]string{"-f", "lavfi", "-i", "sine=f=300:d=" + length}, args...)...)
}

// amr makes narrow-band frames by hand, of 20 ms each.
func amr(frames int) []byte {
	frame := append([]byte{0x3C}, make([]byte, 31)...)
	return append([]byte("#!AMR\n"), bytes.Repeat(frame, frames)...)
}

// wantFault asserts that err is the fault and that its detail says all of said.
func wantFault(t testing.TB, err error, want *fault.Fault, said ...string) {
	t.Helper()
	var f *fault.Fault
	if !errors.Is(err, want) || !errors.As(err, &f) {
		t.Errorf("%v, want %s", err, want.Reason)
		return
	}
	for _, s := range said {
		if !strings.Contains(f.Detail, s) {
			t.Errorf("the detail %q does not say %q", f.Detail, s)
		}
	}
}

func TestCheck_TellsWhetherRecordingsCanBeTranscoded(t *testing.T) {
	if err := newStage(t, Limits{}).Check(t.Context()); err != nil {
		t.Errorf("with ffmpeg: %v", err)
	}
	for name, path := range map[string]string{"nothing there": "/nowhere/ffmpeg", "another program": "true"} {
		s := newStageOn(t, memblob.OpenBucket(nil), Paths{FFmpeg: path}, Limits{})
		if err := s.Check(t.Context()); !errors.Is(err, ErrTranscoderMissing) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGate_RefusesWhenTheQueueIsFull(t *testing.T) {
	g := newGate(2, 1, 7*time.Second)
	ctx, giveUp := context.WithCancel(t.Context())
	leave, err := g.enter(ctx, 5) // heavier than the gate: all of it
	if err != nil {
		t.Fatal(err)
	}
	waited := make(chan error)
	go func() {
		_, err := g.enter(ctx, 1)
		waited <- err
	}()
	for g.waiting.Load() == 0 {
		runtime.Gosched()
	}
	_, err = g.enter(t.Context(), 1)
	wantFault(t, err, ErrBusy)
	var f *fault.Fault
	if !errors.As(err, &f) || f.RetryAfter != 7*time.Second || f.Code != fault.Unavailable {
		t.Errorf("refused with %+v", f)
	}
	giveUp()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("who gives up gets %v", err)
	}
	leave()
	if leave, err = g.enter(t.Context(), 2); err != nil {
		t.Fatalf("the gate is free again, but: %v", err)
	}
	leave()
}
