package encode_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"nianwei/api/encode"
)

func TestCursor_LeadsBackToItsPosition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Int64Min(0), 1, 3).Draw(t, "position")
		got := make([]int64, len(want))
		into := make([]*int64, len(want))
		for i := range got {
			into[i] = &got[i]
		}
		cursor := encode.Cursor(want...)
		if err := encode.Position(&cursor, into...); err != nil || !slices.Equal(got, want) {
			t.Fatalf("Position(Cursor(%v)) = %v, %v", want, got, err)
		}
		if len(cursor) > 100 {
			t.Fatalf("cursor of %d characters; the contract allows 100", len(cursor))
		}
	})
}

func TestCursor_RefusesWhatNoPageHasGiven(t *testing.T) {
	plain := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for _, wrong := range []string{"1.2", "!", plain("1"), plain("1.2.3"), plain("a.2"), plain("-1.2"), plain("01.2"), plain("1.2") + "=", plain("99999999999999999999.1"), plain("1.")} {
		a, b := int64(7), int64(8)
		if err := encode.Position(&wrong, &a, &b); !errors.Is(err, encode.ErrCursor) || a != 7 || b != 8 {
			t.Errorf("Position(%q) = %d, %d, %v; want ErrCursor and nothing changed", wrong, a, b, err)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(encode.Cursor(1, 2))
	f.Add("")
	f.Fuzz(func(t *testing.T, cursor string) {
		var a, b int64
		if encode.Position(&cursor, &a, &b) == nil && cursor != "" && encode.Cursor(a, b) != cursor {
			t.Errorf("%q was taken for %d, %d, whose cursor is %q", cursor, a, b, encode.Cursor(a, b))
		}
	})
}

func TestPage_CutsWhatWasReadTooFar(t *testing.T) {
	position := func(n int64) []int64 { return []int64{n} }
	items, next := encode.Page([]int64{5, 4, 3}, 2, position)
	if !slices.Equal(items, []int64{5, 4}) || next == nil || *next != encode.Cursor(4) {
		t.Errorf("three of two: %v, %v; want 5, 4 and the cursor of 4", items, next)
	}
	if items, next := encode.Page([]int64{5, 4}, 2, position); len(items) != 2 || next != nil {
		t.Errorf("two of two: %v, %v; want both and no further page", items, next)
	}
}

func TestLimit_StaysInTheContract(t *testing.T) {
	for asked, want := range map[int]int{-1: 1, 0: 1, 1: 1, 200: 200, 201: 200} {
		if got := encode.Limit(&asked); got != want {
			t.Errorf("Limit(%d) = %d, want %d", asked, got, want)
		}
	}
	if got := encode.Limit(nil); got != 50 {
		t.Errorf("Limit() = %d, want 50", got)
	}
}
