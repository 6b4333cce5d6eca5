package timetable_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"nianwei/model/fault"
	"nianwei/service/activity"
	"nianwei/service/schedule"
	"nianwei/service/schedule/calendar"
	"nianwei/service/timetable"
)

var _ activity.Planner = (*timetable.Planner)(nil)

func planner(t *testing.T) *timetable.Planner {
	t.Helper()
	location, err := schedule.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return timetable.NewPlanner(location, calendar.New())
}

func TestPlanner_GivesTheRoundsThatPeopleMean(t *testing.T) {
	p := planner(t)
	for _, c := range []struct {
		text, usual string
		rounds      int
		first, last string
	}{
		{"除夕晚上8点", "除夕 20:00", 1, "2027年2月5日（星期五，除夕）20:00–24:00", ""},
		{"初一到初七 每天早上8点", "初一至初七 每天 08:00", 7, "2027年2月6日（星期六，春节）08:00–24:00", "2027年2月12日（星期五，正月初七）08:00–24:00"},
		{"1月1日 9:00 到 18:00", "1月1日 09:00 至 18:00", 1, "2027年1月1日（星期五，元旦）09:00–18:00", ""},
		{"正月十五 18:00 持续2小时", "正月十五 18:00 持续 2小时", 1, "2027年2月20日（星期六，元宵）18:00–20:00", ""},
		{"5月1日 10:00", "5月1日 10:00", 1, "2027年5月1日（星期六，劳动节）10:00–24:00", ""},
		{"2026年12月7日 10:00", "2026-12-07 10:00", 1, "2026年12月7日（星期一，十月廿九）10:00–24:00", ""},
	} {
		usual, err := p.Check(c.text)
		if err != nil || usual != c.usual {
			t.Errorf("Check(%q) = %q, %v; want %q", c.text, usual, err, c.usual)
		}
		windows, err := p.Windows(c.text, 2027)
		if err != nil || len(windows) != c.rounds {
			t.Errorf("Windows(%q) = %d rounds, %v; want %d", c.text, len(windows), err, c.rounds)
			continue
		}
		if windows[0].Words != c.first {
			t.Errorf("%q begins %s, want %s", c.text, windows[0].Words, c.first)
		}
		if last := windows[len(windows)-1].Words; c.last != "" && last != c.last {
			t.Errorf("%q ends %s, want %s", c.text, last, c.last)
		}
	}
}

func TestPlanner_RefusesWhatLiesOutsideTheSeason(t *testing.T) {
	p := planner(t)
	for text, reason := range map[string]string{
		"2026年12月6日 10:00": "schedule.outside_season",
		"2027年6月6日 10:00":  "schedule.outside_season",
		"除夕 25:00":         "",
		"":                 "",
	} {
		_, err := p.Windows(text, 2027)
		if fault.Of(err) != fault.Invalid || (reason != "" && fault.Reason(err) != reason) {
			t.Errorf("Windows(%q): %v, want an invalid fault %s", text, err, reason)
		}
	}
	if _, err := p.Windows("除夕 20:00", 1999); fault.Of(err) != fault.Invalid {
		t.Errorf("a year before the calendar: %v, want an invalid fault", err)
	}
}

func TestPlanner_GivesTheSameRoundsForTheUsualForm(t *testing.T) {
	p := planner(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"除夕晚上8点", "小年到除夕 每天 9点", "连续五周 周五 10:00", "每天 8:00", "初三 10:00 持续90分钟", "cron 0 20 * * 6"}).Draw(t, "text")
		year := rapid.IntRange(2024, 2040).Draw(t, "year")
		usual, err := p.Check(text)
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Windows(text, year)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.Windows(usual, year)
		if err != nil || !slices.Equal(a, b) {
			t.Fatalf("%q and its usual form %q differ: %v", text, usual, err)
		}
		for i, w := range a {
			if w.OpensAt >= w.ClosesAt || (i > 0 && a[i-1].ClosesAt > w.OpensAt) {
				t.Fatalf("%q: round %d is out of order: %+v", text, i+1, w)
			}
		}
	})
}
