package admin

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nianwei/api/gen"
	"nianwei/model"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/redraw"
	"nianwei/service/roster"
)

func TestPublicNumber_ExamplesKeepTheFormatOfTheirSource(t *testing.T) {
	for source, title := range map[string]string{
		"ssq/2027016":                 "双色球 第2027016期",
		"dlt/2027015":                 "大乐透 第2027015期",
		"pl5/2027035":                 "排列5 第2027035期",
		"sse-000001-close/2027-02-12": "上证指数 2027年2月12日收盘",
		"drand-quicknet/1234567":      "drand 公共随机信标 第1234567轮",
	} {
		got, format := publicNumber(source)
		if got != title {
			t.Errorf("%s is called %q, want %q", source, got, title)
		}
		s, err := redraw.ParseSource(source)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(format); err != nil {
			t.Errorf("the example %q of %s: %v", format, source, err)
		}
	}
}

func TestDraft_ComesBackAsItWasSent(t *testing.T) {
	word := rapid.StringMatching(`[a-z年味]{0,8}`)
	number := rapid.Int64Range(0, 1<<40)
	prizes := rapid.Custom(func(t *rapid.T) award.Prize {
		return award.Prize{Code: word.Draw(t, "code"), Name: word.Draw(t, "name"), Kind: award.Cash, Count: number.Draw(t, "count"), AmountFen: number.Draw(t, "fen"),
			TotalFen: number.Draw(t, "total"), MinFen: number.Draw(t, "min"), MaxFen: number.Draw(t, "max"), Split: rapid.SampledFrom([]string{"", "box", "open"}).Draw(t, "split")}
	})
	rapid.Check(t, func(t *rapid.T) {
		settings, err := json.Marshal(map[string]any{"minutes": number.Draw(t, "minutes"), "word": word.Draw(t, "word")})
		if err != nil {
			t.Fatal(err)
		}
		want := activity.Draft{SeasonID: number.Draw(t, "season"), FundID: number.Draw(t, "fund"), GroupID: number.Draw(t, "group"), TemplateID: word.Draw(t, "template"),
			Title: word.Draw(t, "title"), Summary: word.Draw(t, "summary"), Intro: word.Draw(t, "intro"), Rules: word.Draw(t, "rules"), Kind: "quiz", Settings: settings, Timetable: word.Draw(t, "when"),
			Reward: award.Reward{Kind: award.Raffle, Tickets: number.Draw(t, "tickets"), Cap: number.Draw(t, "cap"), OncePerActivity: rapid.Bool().Draw(t, "once"),
				Sources: rapid.SliceOfN(word, 1, 3).Draw(t, "sources"), Prizes: rapid.SliceOfN(prizes, 1, 3).Draw(t, "prizes")}}
		sent, err := draftFor(want)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(sent)
		if err != nil {
			t.Fatal(err)
		}
		var received gen.ActivityDraft
		if err := json.Unmarshal(text, &received); err != nil {
			t.Fatal(err)
		}
		got, err := draftOf(&received)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, %v\nwant %+v", got, err, want)
		}
	})
}

func TestNumbers_WhatWasGivenBackIsNotLeft(t *testing.T) {
	for name, c := range map[string]struct {
		head         model.Head
		prizes, left int64
	}{
		"before":  {model.Head{ReservedFen: 10_000}, 100, 10_000},
		"during":  {model.Head{ReservedFen: 10_000, Wins: 40, WonFen: 4_000}, 60, 6_000},
		"at last": {model.Head{ReservedFen: 10_000, Wins: 40, WonFen: 4_000, ReleasedFen: 6_000, PaidFen: 4_000}, 60, 0},
	} {
		n := numbersOf(&activity.Round{Head: c.head}, 100, 7, 3)
		if n.PrizesLeft != c.prizes || n.LeftFen != c.left || n.At != 7 || n.RefusedBusy != 3 {
			t.Errorf("%s: %d prizes and %d fen left, at %d, %d refused; want %d and %d, 7, 3", name, n.PrizesLeft, n.LeftFen, n.At, n.RefusedBusy, c.prizes, c.left)
		}
	}
}

func TestControl_ShowsANumberOnlyWhenConfirmed(t *testing.T) {
	out := controlOf("a1-1", award.Control{Kind: award.Raffle, State: award.Frozen, Numbers: []award.Number{
		{Source: "ssq/2027016", Typed: 2, ByMe: true, State: award.NumberConfirmed, Value: "01,05,09,18,24,31+07"},
		{Source: "pl5/2027035", Typed: 1, State: award.NumberOnce},
	}})
	if len(out.Numbers) != 2 {
		t.Fatalf("%d numbers, want 2", len(out.Numbers))
	}
	first, second := out.Numbers[0], out.Numbers[1]
	if first.Value == nil || *first.Value != "01,05,09,18,24,31+07" || !*first.ByMe || first.Typed != 2 {
		t.Errorf("confirmed: %+v", first)
	}
	if second.Value != nil || *second.ByMe || second.State != gen.DrawControlNumbersStateOnce {
		t.Errorf("typed once: %+v, want no value", second)
	}
	text, err := json.Marshal(controlOf("a1-1", award.Control{Kind: award.Deck}))
	if err != nil {
		t.Fatal(err)
	}
	if want := `"numbers":[]`; !strings.Contains(string(text), want) {
		t.Errorf("a deck's control is %s, want %s in it", text, want)
	}
}

func TestVoid_TellsWhoMayNotConfirm(t *testing.T) {
	people := map[int64]roster.Facts{7: {NameMask: "王*明"}, 8: {NameMask: "李*"}}
	officers := map[int64]string{1: "张三", 2: "李四"}
	at, two, eight, rank := int64(9), int64(2), int64(8), int64(30)
	proposed := voidOf(award.VoidRow{Rank: 3, WorkerID: 7, Reason: "declined", ProposedBy: 1, ProposedAt: 5}, people, officers, 1)
	if !*proposed.Mine || proposed.State != gen.VoidStateProposed || proposed.ProposedBy != "张三" || proposed.Name != "王*明" || proposed.ConfirmedBy != nil {
		t.Errorf("proposed: %+v", proposed)
	}
	confirmed := voidOf(award.VoidRow{Rank: 3, WorkerID: 7, ProposedBy: 1, ConfirmedBy: &two, ConfirmedAt: &at, NewRank: &rank, NewWorkerID: &eight}, people, officers, 2)
	if *confirmed.Mine || confirmed.State != gen.VoidStateConfirmed || *confirmed.ConfirmedBy != "李四" || *confirmed.NewName != "李*" || *confirmed.NewRank != 30 {
		t.Errorf("confirmed: %+v", confirmed)
	}
}
