package media

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
)

// buckets are the kinds of bucket that everything about storing must hold on.
func buckets(t *testing.T) map[string]*blob.Bucket {
	t.Helper()
	directory, err := Directory(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*blob.Bucket{"memory": memblob.OpenBucket(nil), "directory": directory}
}

func onEveryBucket(t *testing.T, test func(t *testing.T, s stage)) {
	t.Helper()
	for name, bucket := range buckets(t) {
		t.Run(name, func(t *testing.T) {
			test(t, newStageOn(t, bucket, Paths{Temp: t.TempDir()}, Limits{}))
		})
	}
}

func (s stage) photo(t *testing.T) Photo {
	t.Helper()
	p, err := s.Photo(t.Context(), bytes.NewReader(asPNG(t, corners(60, 40))))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// keysStored lists the whole bucket.
func (s stage) keysStored(t *testing.T) []string {
	t.Helper()
	var keys []string
	for list := s.bucket.List(nil); ; {
		o, err := list.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return keys
		}
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
}

func TestOpen_ServesRanges(t *testing.T) {
	onEveryBucket(t, func(t *testing.T, s stage) {
		v, err := s.Voice(t.Context(), bytes.NewReader(amr(100)))
		if err != nil {
			t.Fatal(err)
		}
		whole := s.stored(t, v.Key)
		ask := func(header, value string) *httptest.ResponseRecorder {
			r, a, err := s.Open(t.Context(), v.Key)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if a.Size != v.Size || !a.ModTime.Equal(newYearsEve()) {
				t.Errorf("attributes %+v", a)
			}
			w := httptest.NewRecorder()
			w.Header().Set("Content-Type", a.ContentType)
			w.Header().Set("ETag", a.ETag)
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.Header.Set(header, value)
			http.ServeContent(w, request, "", a.ModTime, r)
			return w
		}
		if w := ask("Accept", "*/*"); w.Code != 200 || !bytes.Equal(w.Body.Bytes(), whole) || w.Header().Get("Content-Type") != "audio/mpeg" {
			t.Errorf("whole: %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
		}
		if w := ask("Range", "bytes=100-299"); w.Code != 206 || !bytes.Equal(w.Body.Bytes(), whole[100:300]) {
			t.Errorf("range: %d, %d bytes", w.Code, w.Body.Len())
		}
		if w := ask("Range", "bytes=-50"); w.Code != 206 || !bytes.Equal(w.Body.Bytes(), whole[len(whole)-50:]) {
			t.Errorf("end: %d, %d bytes", w.Code, w.Body.Len())
		}
		if w := ask("If-None-Match", ask("Accept", "*/*").Header().Get("ETag")); w.Code != 304 {
			t.Errorf("unchanged: %d", w.Code)
		}
	})
}

func TestOpen_KnowsOnlyItsOwnKeys(t *testing.T) {
	onEveryBucket(t, func(t *testing.T, s stage) {
		if err := s.bucket.WriteAll(t.Context(), "backup/secret.txt", []byte("x"), nil); err != nil {
			t.Fatal(err)
		}
		gone := s.photo(t).Key
		if err := s.Delete(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"", "/", "..", "../../etc/passwd", "backup/secret.txt", gone, gone + "/..", gone + "\x00", "voice/../" + gone, strings.ToUpper(gone)} {
			if _, _, err := s.Open(t.Context(), key); !errors.Is(err, ErrNotFound) {
				t.Errorf("%q: %v", key, err)
			}
		}
		if err := s.Delete(t.Context(), "backup/secret.txt"); !errors.Is(err, ErrNotFound) {
			t.Errorf("deletes what is not its own: %v", err)
		}
	})
}

func TestKey_CannotBeGuessedAndTellsItsAge(t *testing.T) {
	s := newStage(t, Limits{})
	form := regexp.MustCompile(`^photo/20270205/120000-[a-z2-7]{26}\.jpg$`)
	a, b := s.photo(t).Key, s.photo(t).Key
	if !form.MatchString(a) || a == b {
		t.Errorf("keys %s, %s", a, b)
	}
}

func TestStore_WritesNothingWithoutRandomness(t *testing.T) {
	s := newStage(t, Limits{})
	s.random = strings.NewReader("short")
	if _, err := s.Photo(t.Context(), bytes.NewReader(asPNG(t, corners(9, 9)))); err == nil {
		t.Error("a key was made of nothing")
	}
	if left := s.keysStored(t); len(left) > 0 {
		t.Errorf("stored %v", left)
	}
}

func TestDelete_TakesTheThumbnailAlongAndCanBeRepeated(t *testing.T) {
	onEveryBucket(t, func(t *testing.T, s stage) {
		p := s.photo(t)
		for range 2 {
			if err := s.Delete(t.Context(), p.Key); err != nil {
				t.Error(err)
			}
		}
		if left := s.keysStored(t); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}

func TestSweep_RemovesOnlyWhatIsOldAndNobodys(t *testing.T) {
	onEveryBucket(t, func(t *testing.T, s stage) {
		if err := s.bucket.WriteAll(t.Context(), "photo/20200101/notes.txt", []byte("x"), nil); err != nil {
			t.Fatal(err)
		}
		mine, orphan := s.photo(t), s.photo(t)
		s.time.Set(newYearsEve().Add(2*time.Hour), true)
		young := s.photo(t)
		var asked []string
		known := func(_ context.Context, keys []string) (map[string]bool, error) {
			asked = append(asked, keys...)
			return map[string]bool{mine.Key: true}, nil
		}
		if n, err := s.Sweep(t.Context(), 2*time.Hour, known); n != 0 || err != nil || len(asked) > 0 {
			t.Errorf("at exactly the age: %d removed, %v, asked %v", n, err, asked)
		}
		if n, err := s.Sweep(t.Context(), time.Hour, known); n != 2 || err != nil {
			t.Errorf("%d removed, %v", n, err)
		}
		want := []string{"photo/20200101/notes.txt", mine.Key, mine.ThumbKey, young.Key, young.ThumbKey}
		slices.Sort(want)
		if got := s.keysStored(t); !slices.Equal(got, want) {
			t.Errorf("left %v, want %v", got, want)
		}
		slices.Sort(asked)
		if want := []string{mine.Key, orphan.Key}; len(asked) != 2 || !slices.Contains(want, asked[0]) || !slices.Contains(want, asked[1]) {
			t.Errorf("asked about %v", asked)
		}
	})
}

func TestSweep_KeepsEverythingWhenNobodyCanTell(t *testing.T) {
	s := newStage(t, Limits{})
	s.photo(t)
	s.time.Set(newYearsEve().AddDate(1, 0, 0), true)
	down := errors.New("database is down")
	n, err := s.Sweep(t.Context(), time.Hour, func(context.Context, []string) (map[string]bool, error) { return nil, down })
	if n != 0 || !errors.Is(err, down) || len(s.keysStored(t)) != 2 {
		t.Errorf("%d removed, %v", n, err)
	}
}

func TestSweep_AsksInBatches(t *testing.T) {
	s := newStage(t, Limits{})
	for i := range 3*sweepBatch + 7 {
		key := "voice/20270101/120000-" + strings.Repeat("a", 22) + letter(i/1000) + letter(i/100%10) + letter(i/10%10) + letter(i%10) + extVoice
		if err := s.bucket.WriteAll(t.Context(), key, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	largest := 0
	n, err := s.Sweep(t.Context(), time.Hour, func(_ context.Context, keys []string) (map[string]bool, error) {
		largest = max(largest, len(keys))
		return nil, nil
	})
	if n != 3*sweepBatch+7 || err != nil || largest != sweepBatch || len(s.keysStored(t)) > 0 {
		t.Errorf("%d removed, batches of %d, %v", n, largest, err)
	}
}

func letter(i int) string { return string(rune('a' + i)) }

func TestSweep_RemovesUploadsThatAKilledServerLeft(t *testing.T) {
	s := newStage(t, Limits{})
	left, kept := filepath.Join(s.paths.Temp, "nianwei-media-1"), filepath.Join(s.paths.Temp, "another-2")
	for _, dir := range []string{left, kept} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		long := time.Now().Add(-2 * time.Hour)
		if err := os.Chtimes(dir, long, long); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Sweep(t.Context(), time.Hour, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("another's directory: %v", err)
	}
}
