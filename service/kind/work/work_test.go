package work_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"nianwei/model/fault"
	"nianwei/service/activity"
	"nianwei/service/activity/kindtest"
	"nianwei/service/kind/work"
)

func voice() work.Settings {
	return work.Settings{Medium: work.Voice, MinSeconds: 3, MaxSeconds: 60, Review: work.DrawFirst, Prompt: "用家乡话说一句祝福", AskHometown: true}
}

func photo() work.Settings {
	return work.Settings{Medium: work.Photo, MaxPhotos: 3, Review: work.ApproveFirst}
}

func with(s work.Settings, change func(*work.Settings)) work.Settings {
	change(&s)
	return s
}

// uploads are what one worker has sent.
func uploads() activity.Uploads {
	out := activity.Uploads{}
	for id, ms := range map[string]int64{"v2": 2499, "v3": 2500, "v20": 20000, "v60": 60500, "v61": 60501} {
		out[id] = activity.Upload{ID: id, Kind: "voice", URL: "/media/" + id, DurationMs: ms}
	}
	for _, id := range []string{"p1", "p2", "p3", "p4"} {
		out[id] = activity.Upload{ID: id, Kind: "photo", URL: "/media/" + id, ThumbURL: "/media/" + id + "?size=thumb", Width: 1280, Height: 960}
	}
	return out
}

func facts(work.Settings) activity.Facts {
	return activity.Facts{Now: 1_800_000_000_000, Round: activity.RoundFacts{ID: "a1-1", Number: 1, OpensAt: 1_799_999_999_000, ClosesAt: 1_800_010_000_000}, WorkerID: 7, Media: uploads()}
}

func TestKind_Conforms(t *testing.T) {
	type setup = kindtest.Setup[work.Settings, struct{}]
	voices := []kindtest.Walk{{`{"mediaIds":["v20"]}`}, {`{"mediaIds":["v3"],"title":"给爸妈拜年","hometown":"四川宜宾"}`}, {`{"mediaIds":["v60"],"title":"👨‍👩‍👧 团圆"}`}}
	kindtest.Run(t, work.Kind{}, kindtest.Case[work.Settings, struct{}, work.Progress, work.Input]{
		Good: map[string]setup{
			"voice":               {Settings: voice(), Walks: voices},
			"voice, after review": {Settings: with(voice(), func(s *work.Settings) { s.Review = work.ApproveFirst }), Walks: voices},
			"photo":               {Settings: photo(), Walks: []kindtest.Walk{{`{"mediaIds":["p1"]}`}, {`{"mediaIds":["p3","p1","p2"],"title":"年夜饭"}`}}},
		},
		Wrong: map[string]work.Settings{
			"/settings/medium":     with(voice(), func(s *work.Settings) { s.Medium = "video" }),
			"/settings/review":     with(voice(), func(s *work.Settings) { s.Review = "" }),
			"/settings/maxPhotos":  with(photo(), func(s *work.Settings) { s.MaxPhotos = 10 }),
			"/settings/minSeconds": with(voice(), func(s *work.Settings) { s.MinSeconds, s.MaxSeconds = 30, 20 }),
			"/settings/maxSeconds": with(voice(), func(s *work.Settings) { s.MaxSeconds = 61 }),
			"/settings/prompt":     with(voice(), func(s *work.Settings) { s.Prompt = strings.Repeat("年", 61) }),
		},
		Begin: []kindtest.Hostile{
			{JSON: `{}`, Reason: "work.count"},
			{JSON: `null`, Reason: "work.count"},
			{JSON: `{"mediaIds":[]}`, Reason: "work.count"},
			{JSON: `{"mediaIds":["p1","p2","p3","p4"]}`, Reason: "work.count"},
			{JSON: `{"mediaIds":["` + strings.Repeat(`p1","`, 5000) + `p1"]}`, Reason: "work.count"},
			{JSON: `{"mediaIds":["nobody's"]}`, Reason: "work.unknown"},
			{JSON: `{"mediaIds":[""]}`, Reason: "work.unknown"},
			{JSON: `{"mediaIds":["v2"]}`},
			{JSON: `{"mediaIds":["v61"]}`},
			{JSON: `{"mediaIds":[1]}`, Reason: "entry.input"},
			{JSON: `{"mediaIds":["v20"],"approved":true}`, Reason: "entry.input"},
		},
		Step:  []kindtest.Hostile{{JSON: `{"mediaIds":["v20"]}`, Reason: "work.handed_in"}, {JSON: `{}`, Reason: "work.handed_in"}},
		Facts: facts,
	})
}

func TestBegin_TakesOnlyWhatTheSettingsAskFor(t *testing.T) {
	for _, c := range []struct {
		settings work.Settings
		media    []string
		want     error
	}{
		{voice(), []string{"v20"}, nil},
		{voice(), []string{"v3"}, nil},
		{voice(), []string{"v60"}, nil},
		{voice(), []string{"v2"}, work.ErrTooShort},
		{voice(), []string{"v61"}, work.ErrTooLong},
		{voice(), []string{"p1"}, work.ErrMedium},
		{voice(), []string{"v20", "v3"}, work.ErrCount},
		{photo(), []string{"p1", "p2", "p3"}, nil},
		{photo(), []string{"p1", "v20"}, work.ErrMedium},
		{photo(), []string{"p1", "p1"}, work.ErrRepeated},
		{photo(), []string{"p9"}, work.ErrUnknown},
	} {
		_, err := work.Kind{}.Begin(facts(c.settings), c.settings, struct{}{}, work.Input{Media: c.media})
		if c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s %v: %v, want %v", c.settings.Medium, c.media, err, c.want)
		}
	}
}

func TestBegin_WaitsForModerationOnlyWhenItMust(t *testing.T) {
	for review, want := range map[work.Review]activity.State{work.DrawFirst: activity.Done, work.ApproveFirst: activity.Reviewing} {
		s := with(voice(), func(s *work.Settings) { s.Review = review })
		o, err := work.Kind{}.Begin(facts(s), s, struct{}{}, work.Input{Media: []string{"v20"}, Title: "给爸妈拜年", Hometown: "四川宜宾"})
		if err != nil || o.State != want || o.Chances != 1 {
			t.Errorf("%s: %+v, %v; want %s with one chance", review, o, err, want)
		}
		if w := o.Work; w == nil || w.Title != "给爸妈拜年" || w.Hometown != "四川宜宾" || len(w.MediaIDs) != 1 {
			t.Errorf("%s: to moderation goes %+v", review, w)
		}
	}
}

func TestBegin_KeepsTextAsItShowsAndRefusesWhatHides(t *testing.T) {
	for text, want := range map[string]string{
		"  新年\n好  ":                     "新年 好",
		"Cafe\u0301":                    "Caf\u00e9",
		"👨‍👩‍👧‍👦 团圆🧨":                   "👨‍👩‍👧‍👦 团圆🧨",
		"新\u200b年\ufeff好":               "新年好",
		"ئۇيغۇر\u200cچە":                "ئۇيغۇر\u200cچە",
		"\u200d\u200d":                  "",
		"好\u202e年新":                     "refused",
		"\u2067好":                       "refused",
		"好\x00":                         "refused",
		"好\x1b[31m":                     "refused",
		"\ue000":                        "refused",
		strings.Repeat("福", 41):         "refused",
		strings.Repeat("🧨", 40):         strings.Repeat("🧨", 40),
		strings.Repeat(" ", 2000) + "好": "refused",
	} {
		s := voice()
		o, err := work.Kind{}.Begin(facts(s), s, struct{}{}, work.Input{Media: []string{"v20"}, Title: text, Hometown: text})
		if want == "refused" {
			if !errors.Is(err, work.ErrText) && !errors.Is(err, work.ErrTextLong) {
				t.Errorf("%+q is kept as %+q (%v)", text, o.Progress.Title, err)
			}
			continue
		}
		if err != nil || o.Progress.Title != want || o.Work.Hometown != want {
			t.Errorf("%+q is kept as %+q (%v), want %+q", text, o.Progress.Title, err, want)
		}
	}
}

func TestBegin_KeepsNoHometownThatWasNotAskedFor(t *testing.T) {
	o, err := work.Kind{}.Begin(facts(photo()), photo(), struct{}{}, work.Input{Media: []string{"p1"}, Hometown: "四川宜宾"})
	if err != nil || o.Progress.Hometown != "" || o.Work.Hometown != "" {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestInput_NeverAsksForMoreUploadsThanOneTooMany(t *testing.T) {
	in := work.Input{Media: make([]string, 10000)}
	if n := len(in.MediaIDs()); n != 10 {
		t.Errorf("%d uploads are looked up", n)
	}
}

func TestShow_GivesTheUploadsThatAreStillThere(t *testing.T) {
	f := facts(photo())
	delete(f.Media, "p2")
	f.Public = true
	v, ok := work.Kind{}.Show(f, photo(), struct{}{}, work.Progress{Media: []string{"p3", "p2", "p1"}, Title: "年夜饭"}).(work.View)
	if !ok || len(v.Media) != 2 || v.Media[0].ID != "p3" || v.Media[1].ThumbURL == "" || !v.Public {
		t.Errorf("%+v", v)
	}
}

func checkText(t interface{ Fatalf(string, ...any) }, raw, kept string) {
	if utf8.RuneCountInString(kept) > 40 || !norm.NFC.IsNormalString(kept) || kept != strings.TrimSpace(kept) {
		t.Fatalf("%+q is kept as %+q", raw, kept)
	}
	for _, r := range kept {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError {
			t.Fatalf("%+q is kept with %U", raw, r)
		}
	}
}

func TestBegin_KeepsTextThatStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := voice()
		title := rapid.StringN(0, 45, -1).Draw(t, "title")
		o, err := work.Kind{}.Begin(facts(s), s, struct{}{}, work.Input{Media: []string{"v20"}, Title: title})
		if err != nil {
			if fault.Of(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		checkText(t, title, o.Progress.Title)
		again, err := work.Kind{}.Begin(facts(s), s, struct{}{}, work.Input{Media: []string{"v20"}, Title: o.Progress.Title})
		if err != nil || again.Progress.Title != o.Progress.Title {
			t.Fatalf("%+q is kept as %+q and that as %+q (%v)", title, o.Progress.Title, again.Progress.Title, err)
		}
	})
}

func FuzzInput(f *testing.F) {
	for _, raw := range []string{`{"mediaIds":["v20"],"title":"好"}`, `{"mediaIds":["p1","p2"],"hometown":"\u202e"}`, `{"mediaIds":null}`, `{"mediaIds":["v20"],"title":"\ud800"}`} {
		f.Add([]byte(raw))
	}
	machine := activity.Register(work.Kind{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if machine.CheckInput(raw) != nil {
			return
		}
		var in work.Input
		if err := json.Unmarshal(raw, &in); err != nil {
			t.Fatal(err)
		}
		for _, s := range []work.Settings{voice(), photo()} {
			o, err := work.Kind{}.Begin(facts(s), s, struct{}{}, in)
			if err != nil {
				if fault.Of(err) != fault.Invalid {
					t.Fatal(err)
				}
				continue
			}
			checkText(t, in.Title, o.Progress.Title)
			checkText(t, in.Hometown, o.Progress.Hometown)
			if _, err := json.Marshal(work.Kind{}.Show(facts(s), s, struct{}{}, o.Progress)); err != nil {
				t.Fatal(err)
			}
		}
	})
}
