package material_test

import (
	"bytes"
	"image/png"
	"testing"
	"time"

	"nianwei/cmd/festival/internal/material"
	"nianwei/service/media/mp3"
)

func TestVoice_IsAWholeRecordingThatNoOtherNumberHas(t *testing.T) {
	seen := map[string]int{}
	lengths := map[time.Duration]bool{}
	for n := range 1000 {
		file := material.Voice(n)
		track, err := mp3.Parse(file)
		if err != nil {
			t.Fatalf("voice %d: %v", n, err)
		}
		length := track.Duration()
		if length < 1200*time.Millisecond || length > 3100*time.Millisecond {
			t.Errorf("voice %d is %s long", n, length)
		}
		if other, twice := seen[string(file)]; twice {
			t.Errorf("voices %d and %d are the same", other, n)
		}
		seen[string(file)], lengths[length] = n, true
	}
	if len(lengths) < 50 {
		t.Errorf("only %d lengths", len(lengths))
	}
}

func TestTooShort_IsShorterThanASecond(t *testing.T) {
	track, err := mp3.Parse(material.TooShort(1))
	if err != nil || track.Duration() >= time.Second {
		t.Errorf("%v, %v", track, err)
	}
}

func TestPicture_IsOne(t *testing.T) {
	if _, err := png.Decode(bytes.NewReader(material.Picture())); err != nil {
		t.Error(err)
	}
}
