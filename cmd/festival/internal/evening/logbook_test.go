package evening

import (
	"strings"
	"testing"
)

func TestLogbook_CountsWhatWasGiven(t *testing.T) {
	b, err := parseLogbook(strings.NewReader("open 00\ndeck 3 00\nask 0 aa 5\nwon 0 0 hongbao 288\nask 1 bb 6\nwon 1 1 - 0\nclose 9 2\nreveal 00\ntotal 1 288\nend\n"))
	if err != nil {
		t.Fatal(err)
	}
	if b.asks != 2 || b.prizes != 1 || b.fen != 288 || b.blanks != 1 || b.totalN != 1 || b.totalFen != 288 || b.won[0] != (result{"hongbao", 288}) {
		t.Errorf("%+v", b)
	}
	b, err = parseLogbook(strings.NewReader("enter 0 aa 1 5\nenter 1 bb 1 6\nrank 0 1 huafei 2000\nvoid 0 cheating\nsub 0 1 0\ntotal 1 2000\n"))
	if err != nil || b.enters != 2 || b.prizes != 1 || b.fen != 2000 || b.voids != 1 {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestLogbook_RefusesASecondResultAndBrokenLines(t *testing.T) {
	for _, text := range []string{"won 0 0 a 1\nwon 0 1 - 0\n", "won 0 0 a\n", "won x 0 a 1\n", "total 1\n", "rank 0 0 a -\n"} {
		if _, err := parseLogbook(strings.NewReader(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestVerdict_RemembersTheFirstAndCountsTheRest(t *testing.T) {
	v := &verdict{}
	same(v, "one", 1, 1)
	if len(v.list()) != 0 {
		t.Error("what holds was noted")
	}
	for range maxBroken + 7 {
		same(v, "figure", 1, 2)
	}
	if got := v.list(); len(got) != maxBroken+1 || got[0] != "figure: 1, want 2" || got[maxBroken] != "and 7 more" {
		t.Errorf("%v", got)
	}
}

func TestWrongly_ChangesANumberAndKeepsItsFormat(t *testing.T) {
	for value, want := range map[string]string{"40817": "40816", "01,05,09,18,24,31+10": "01,05,09,18,24,31+11"} {
		if got := wrongly(value); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}
