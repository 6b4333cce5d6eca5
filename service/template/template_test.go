package template_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/kind"
	"nianwei/service/schedule"
	"nianwei/service/template"
)

func shanghai(t *testing.T) *time.Location {
	t.Helper()
	loc, err := schedule.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func all(t *testing.T, now time.Time) map[string]template.Template {
	t.Helper()
	list, err := template.All(now, shanghai(t))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]template.Template{}
	for _, one := range list {
		out[one.ID] = one
	}
	if len(out) != len(list) || len(list) != 2 {
		t.Fatalf("%d templates, %d names", len(list), len(out))
	}
	return out
}

// windows gives the rounds of a draft in the season of a year.
func windows(t *testing.T, d activity.Draft, year int) []schedule.Window {
	t.Helper()
	plan, err := schedule.Parse(d.Timetable)
	if err != nil {
		t.Fatal(err)
	}
	if plan.String() != d.Timetable {
		t.Errorf("the timetable %q is usually written %q", d.Timetable, plan.String())
	}
	list, err := plan.Openings(schedule.Season{Year: year, Location: shanghai(t)})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAll_CanBePublishedOnceTheBankIsChosen(t *testing.T) {
	machines := map[string]activity.Machine{}
	for _, m := range kind.All() {
		machines[m.Name] = m
	}
	for id, one := range all(t, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)) {
		d := one.Draft
		settings := map[string]any{}
		if err := json.Unmarshal(d.Settings, &settings); err != nil {
			t.Fatal(err)
		}
		if d.Kind == "quiz" {
			settings["bankId"] = 1
		}
		raw, err := json.Marshal(settings)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := machines[d.Kind].CheckSettings(raw); len(wrong) > 0 {
			t.Errorf("%s: %v", id, wrong)
		}
		for i := range windows(t, d, 2027) {
			if wrong := d.Reward.CheckRound(i + 1); len(wrong) > 0 {
				t.Errorf("%s, round %d: %v", id, i+1, wrong)
			}
		}
		if wrong := d.Reward.Check(); len(wrong) > 0 {
			t.Errorf("%s: %v", id, wrong)
		}
		if d.TemplateID != id || one.Title == "" || one.Summary == "" || d.Title == "" || d.Intro == "" || d.SeasonID != 0 || d.FundID != 0 {
			t.Errorf("%s: %+v", id, one)
		}
		for what, within := range map[string]bool{
			"title": utf8.RuneCountInString(d.Title) <= 60, "summary": utf8.RuneCountInString(d.Summary) <= 120,
			"intro": utf8.RuneCountInString(d.Intro) <= 4000, "rules": utf8.RuneCountInString(d.Rules) <= 8000,
		} {
			if !within {
				t.Errorf("%s: the %s is longer than the contract allows", id, what)
			}
		}
	}
}

func TestAll_GivesWhatTheFestivalOf2021Gave(t *testing.T) {
	list := all(t, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	greeting, quiz := list["greeting"].Draft, list["quiz"].Draft
	if greeting.Reward.Kind != award.Deck || greeting.Reward.Units() != 4574 || greeting.Reward.PromiseFen() != 1_325_212 {
		t.Errorf("%+v", greeting.Reward)
	}
	rounds := windows(t, quiz, 2027)
	if quiz.Reward.Kind != award.Raffle || len(rounds) != 2 || 2*quiz.Reward.Units() != 1000 || 2*quiz.Reward.PromiseFen() != 2_000_000 || !quiz.Reward.OncePerActivity {
		t.Errorf("%+v, %d rounds", quiz.Reward, len(rounds))
	}
	eve := windows(t, greeting, 2027)
	if len(eve) != 1 || time.UnixMilli(eve[0].OpensAt).In(shanghai(t)).Format(time.DateTime) != "2027-02-05 20:00:00" || eve[0].ClosesAt-eve[0].OpensAt != int64(270*time.Minute/time.Millisecond) {
		t.Errorf("%+v", eve)
	}
}

// What the rules promise must be what the draft does.
func TestAll_RulesSayWhatTheRewardGives(t *testing.T) {
	for id, one := range all(t, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)) {
		d, p := one.Draft, one.Draft.Reward.Prizes[0]
		words := []string{fmt.Sprint(p.Count), "24 小时", "指纹", "凭证"}
		if d.Reward.Kind == award.Deck {
			words = append(words, yuan(p.TotalFen), yuan(p.MinFen), yuan(p.MaxFen), fmt.Sprint(d.Reward.Tickets))
		} else {
			words = append(words[:3], "1000 名", "20 元话费", "20000 元", "公开号码", "候补")
		}
		for _, word := range words {
			if !strings.Contains(d.Rules, word) {
				t.Errorf("the rules of %s do not say %q", id, word)
			}
		}
	}
}

func yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

func TestAll_NamesBeaconsThatDoNotExistWhenTheirRoundCloses(t *testing.T) {
	loc := shanghai(t)
	for now, year := range map[time.Time]int{
		time.Date(2026, 12, 1, 0, 0, 0, 0, loc):  2027,
		time.Date(2027, 2, 7, 20, 0, 0, 0, loc):  2027,
		time.Date(2027, 2, 7, 21, 0, 0, 0, loc):  2028,
		time.Date(2027, 12, 31, 0, 0, 0, 0, loc): 2028,
		time.Date(2029, 1, 1, 0, 0, 0, 0, loc):   2029,
	} {
		d := all(t, now)["quiz"].Draft
		rounds := windows(t, d, year)
		if len(d.Reward.Sources) != len(rounds) {
			t.Fatalf("%v for %d rounds", d.Reward.Sources, len(rounds))
		}
		for i, source := range d.Reward.Sources {
			beacon, found := strings.CutPrefix(source, fmt.Sprintf("%d:drand-quicknet/", i+1))
			n, err := strconv.ParseInt(beacon, 10, 64)
			if !found || err != nil {
				t.Fatal(source)
			}
			// drand's own rule: round n appears (n-1) periods after the genesis.
			late := 1692803367_000 + (n-1)*3000 - rounds[i].ClosesAt
			if late < 10*60*1000 || late > 10*60*1000+3000 {
				t.Errorf("%v, %s is published %d ms after the close", now, source, late)
			}
		}
	}
}
