package scenario_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nianwei/cmd/festival/internal/scenario"
)

const printed = "../../../../scripts/festival-2021.yaml"

func read(t testing.TB) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Read(printed)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRead_TheSeasonComesToThePrintedFigures(t *testing.T) {
	s := read(t)
	if s.Voices.Greetings != 18864 || s.Voices.Packets.Count != 4574 || s.Voices.Packets.TotalFen != 1325212 || s.Voices.Packets.MinFen != 30 {
		t.Errorf("W5 is %+v", s.Voices)
	}
	winners := s.Quiz.Prize.Count * int64(len(s.Quiz.Papers))
	if winners != 1000 || winners*s.Quiz.Prize.AmountFen != 2000000 {
		t.Errorf("Z7 gives %d prizes of %d fen", winners, s.Quiz.Prize.AmountFen)
	}
	voids := 0
	for _, n := range s.Quiz.Voids {
		voids += n
	}
	if voids != 10 {
		t.Errorf("%d are disqualified, want 10", voids)
	}
	if s.Roster.Workers() < 18864+12570 {
		t.Errorf("the roster has %d workers", s.Roster.Workers())
	}
}

func TestScale_KeepsEveryRule(t *testing.T) {
	s := read(t)
	rapid.Check(t, func(t *rapid.T) {
		small, err := s.Scale(rapid.Float64Range(0.01, 2).Draw(t, "by"))
		if err != nil {
			t.Fatal(err)
		}
		if small.Voices.Packets.MinFen != 30 || small.Quiz.Prize.AmountFen != 2000 {
			t.Fatal("a prize is worth something else")
		}
	})
	if s.Voices.Greetings != 18864 || s.Quiz.Papers[0] != 8000 {
		t.Error("scaling changed the original")
	}
}

func TestRead_NamesWhatCannotBe(t *testing.T) {
	text, err := os.ReadFile(printed)
	if err != nil {
		t.Fatal(err)
	}
	for change, want := range map[[2]string]string{
		{"tickets: 15000", "tickets: 20000"}: "cannot take all",
		{"tickets: 15000", "tickets: 4000"}:  "4000 tickets for 4574",
		{"maxFen: 549", "maxFen: 900"}:       "within 10 %",
		{"city: zhenjiang", "city: suzhou"}:  "no city",
		{"voids: [6, 4]", "voids: [6]"}:      "by round",
		{"greetings: 18864", "greeting: 1"}:  "greeting",
	} {
		path := filepath.Join(t.TempDir(), "s.yaml")
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), change[0], change[1], 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := scenario.Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", change[1], err, want)
		}
	}
}
