package schedule_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nianwei/model/fault"
	"nianwei/service/schedule"
	"nianwei/service/schedule/calendar"
)

func shanghai(t testing.TB) *time.Location {
	t.Helper()
	loc, err := schedule.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// spring gives a season around the Spring Festival of 2027: 20 December 2026 to the end of March.
func spring(t testing.TB) schedule.Season {
	loc := shanghai(t)
	return schedule.Season{
		Year: 2027, From: time.Date(2026, 12, 20, 0, 0, 0, 0, loc), To: time.Date(2027, 4, 1, 0, 0, 0, 0, loc),
		Location: loc, Calendar: calendar.New(),
	}
}

func parse(t testing.TB, text string) schedule.Plan {
	t.Helper()
	plan, err := schedule.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return plan
}

func TestDescribe_ShowsTheDatesOfAPlan(t *testing.T) {
	season := spring(t)
	for text, want := range map[string][]string{
		"除夕 20:00":                            {"2027年2月5日（星期五，除夕）20:00–24:00"},
		"除夕 20:00 至 24:00":                    {"2027年2月5日（星期五，除夕）20:00–24:00"},
		"除夕 20:00 至 初一 00:30":                 {"2027年2月5日（星期五，除夕）20:00–次日00:30"},
		"除夕 20:00 至 次日 00:00":                 {"2027年2月5日（星期五，除夕）20:00–24:00"},
		"初一 08:00 至 初七 24:00":                 {"2027年2月6日（星期六，春节）08:00–2027年2月12日（星期五，正月初七）24:00"},
		"2027-02-05 20:00 持续 90分钟":            {"2027年2月5日（星期五，除夕）20:00–21:30"},
		"2月5日 20:00 至 22:00":                  {"2027年2月5日（星期五，除夕）20:00–22:00"},
		"正月十五 19:00":                          {"2027年2月20日（星期六，元宵）19:00–24:00"},
		"12月25日 19:00":                        {"2026年12月25日（星期五，冬月十七）19:00–24:00"},
		"12月31日 20:00 至 元旦 00:30":             {"2026年12月31日（星期四，冬月廿三）20:00–次日00:30"},
		"腊八 07:00；小年 07:00":                   {"2027年1月15日（星期五，腊八）07:00–24:00", "2027年1月30日（星期六，小年）07:00–24:00"},
		"小年 07:00；腊八 07:00":                   {"2027年1月15日（星期五，腊八）07:00–24:00", "2027年1月30日（星期六，小年）07:00–24:00"},
		"连续两周 周五 10:00":                       {"2026年12月25日（星期五，冬月十七）10:00–24:00", "2027年1月1日（星期五，元旦）10:00–24:00"},
		"连续两周 周五 10:00 至 12:00 起于 2027-02-12": {"2027年2月12日（星期五，正月初七）10:00–12:00", "2027年2月19日（星期五，正月十四）10:00–12:00"},
		"除夕至初二 每天 08:00 至 22:00": {"2027年2月5日（星期五，除夕）08:00–22:00",
			"2027年2月6日（星期六，春节）08:00–22:00", "2027年2月7日（星期日，正月初二）08:00–22:00"},
		"cron 30 9 5 2 * 持续 2小时": {"2027年2月5日（星期五，除夕）09:30–11:30"},
	} {
		got, err := parse(t, text).Describe(season)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s:\n got %s (%v)\nwant %s", text, strings.Join(got, "\n     "), err, strings.Join(want, "\n     "))
		}
	}
}

func TestOpenings_FollowTheSeasonsYear(t *testing.T) {
	for year, want := range map[int]string{2021: "2021-02-11", 2025: "2025-01-28", 2027: "2027-02-05", 2028: "2028-01-25", 2033: "2033-01-30"} {
		season := schedule.Season{Year: year, Location: shanghai(t)}
		windows, err := parse(t, "除夕 20:00").Openings(season)
		if err != nil || len(windows) != 1 {
			t.Fatalf("%d: %v, %v", year, windows, err)
		}
		if got := time.UnixMilli(windows[0].OpensAt).In(season.Location).Format("2006-01-02 15:04"); got != want+" 20:00" {
			t.Errorf("%d: opens %s, want %s", year, got, want)
		}
	}
}

func TestOpenings_SevenDaysFromTheFirstAreSevenRounds(t *testing.T) {
	season := spring(t)
	season.Lasts = 24 * time.Hour
	windows, err := parse(t, "初一到初七 每天 08:00").Openings(season)
	if err != nil || len(windows) != 7 {
		t.Fatalf("%d windows, %v", len(windows), err)
	}
	for i := 1; i < 7; i++ {
		if windows[i].OpensAt != windows[i-1].ClosesAt {
			t.Errorf("round %d opens at %d, the one before closes at %d", i+1, windows[i].OpensAt, windows[i-1].ClosesAt)
		}
	}
}

func TestOpenings_RecurringLinesBeginAndEndWithTheSeason(t *testing.T) {
	season := spring(t)
	season.From = time.Date(2027, 2, 5, 12, 0, 0, 0, season.Location)
	season.To = time.Date(2027, 2, 12, 11, 0, 0, 0, season.Location)
	for text, want := range map[string]int{
		"每天 10:00": 7, "每天 12:00": 7, "每周五 10:00": 1, "每周五 12:00": 1, "cron 0 10 * * *": 7, "cron 0 12 * * *": 7,
	} {
		windows, err := parse(t, text).Openings(season)
		if err != nil || len(windows) != want {
			t.Errorf("%s: %d windows, %v; want %d", text, len(windows), err, want)
		}
		for _, w := range windows {
			if w.ClosesAt > season.To.UnixMilli() {
				t.Errorf("%s: %+v outlives the season", text, w)
			}
		}
	}
}

func TestOpenings_RefusesWhatCannotBe(t *testing.T) {
	season := spring(t)
	bare := schedule.Season{Year: 2027, Location: season.Location, Calendar: season.Calendar}
	daily := season
	daily.Lasts = 30 * time.Hour
	for name, tc := range map[string]struct {
		text   string
		season schedule.Season
		reason string
		words  string
	}{
		"festival outside":     {"国庆 10:00", season, "schedule.outside_season", "2027年10月1日 10:00"},
		"year outside":         {"2028-02-05 20:00", season, "schedule.outside_season", "2028年2月5日"},
		"end outside":          {"2027-03-31 20:00 至 次日 02:00", season, "schedule.outside_season", "结束"},
		"five weeks too late":  {"连续五周 周五 10:00 起于 2027-03-12", season, "schedule.outside_season", "2027年4月2日"},
		"overlapping lines":    {"除夕 20:00；除夕 22:00", season, "schedule.overlap", "22:00"},
		"the same twice":       {"除夕 20:00；除夕 20:00", season, "schedule.overlap", "重叠"},
		"default too long":     {"每天 08:00", daily, "schedule.overlap", "重叠"},
		"overlapping cron":     {"cron 0 * * * 1 持续 2小时", season, "schedule.overlap", "重叠"},
		"too many":             {"cron * * * * * 持续 1分钟", season, "schedule.too_many", "400"},
		"backwards days":       {"2027-02-10 至 2027-02-05 每天 08:00", season, "schedule.order", "先到的一天"},
		"backwards end":        {"2027-02-10 08:00 至 2027-02-09 08:00", season, "schedule.order", "不晚于"},
		"a year too long":      {"2027-02-10 08:00 至 2029-02-09 08:00", bare, "schedule.order", "超过一年"},
		"no 腊月三十":              {"腊月三十 20:00", season, "schedule.bad_date", "请写“除夕”"},
		"no leap month":        {"闰五月初五 20:00", season, "calendar.bad_date", "闰五月初五"},
		"no 29 February":       {"2月29日 20:00", season, "schedule.bad_date", "2027年没有2月29日"},
		"weekly, no season":    {"每周五 10:00", bare, "schedule.no_season", "起止日期"},
		"five weeks no season": {"连续五周 周五 10:00", bare, "schedule.no_season", "起止日期"},
		"cron, no season":      {"cron 0 20 * * *", bare, "schedule.no_season", "起止日期"},
		"no year":              {"除夕 20:00", schedule.Season{Location: season.Location}, "schedule.no_season", "活动季"},
		"nothing":              {"cron 0 0 30 2 *", season, "schedule.no_opening", "没有一场"},
		"backwards season":     {"除夕 20:00", schedule.Season{From: season.To, To: season.From, Location: season.Location}, "schedule.order", "活动季"},
		"negative default":     {"除夕 20:00", schedule.Season{Year: 2027, Location: season.Location, Lasts: -1}, "schedule.bad_time", "默认时长"},
		"year off the table":   {"除夕 20:00", schedule.Season{Year: 1900, Location: season.Location}, "calendar.year", "1900"},
	} {
		_, err := parse(t, tc.text).Openings(tc.season)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Code != fault.Invalid || f.Reason != tc.reason || !strings.Contains(f.Detail, tc.words) {
			t.Errorf("%s: %v; want %s with %q", name, err, tc.reason, tc.words)
		}
	}
}

func TestOpenings_NeedALocation(t *testing.T) {
	_, err := parse(t, "除夕 20:00").Openings(schedule.Season{Year: 2027})
	if fault.Of(err) != fault.Internal {
		t.Errorf("%v, want an internal fault: the wiring is wrong, not the organiser", err)
	}
	for _, name := range []string{"", "Local", "Asia/Zhenjiang"} {
		if _, err := schedule.LoadLocation(name); fault.Reason(err) != "schedule.location" {
			t.Errorf("%q: %v, want schedule.location", name, err)
		}
	}
}

func TestWindow_IsHalfOpen(t *testing.T) {
	w := schedule.Window{Number: 1, OpensAt: 1000, ClosesAt: 2000}
	for at, want := range map[int64]bool{999: false, 1000: true, 1999: true, 2000: false} {
		if w.Contains(at) != want {
			t.Errorf("contains %d = %v", at, !want)
		}
	}
}

func TestOpenings_NeverOverlapNorLeaveTheSeason(t *testing.T) {
	base := spring(t)
	rapid.Check(t, func(t *rapid.T) {
		season := base
		season.From = base.From.Add(time.Duration(rapid.IntRange(0, 60*24).Draw(t, "from")) * time.Hour)
		season.To = season.From.Add(time.Duration(rapid.IntRange(1, 90*24).Draw(t, "length")) * time.Hour)
		season.Lasts = time.Duration(rapid.IntRange(0, 30).Draw(t, "lasts")) * time.Hour
		var plan schedule.Plan
		for range rapid.IntRange(1, 3).Draw(t, "lines") {
			opens := drawOpening(t)
			plan.Lines = append(plan.Lines, schedule.Line{Opens: opens, Closes: drawClosing(t, opens)})
		}
		checkWindows(t, plan, season)
	})
}

func TestOpenings_KeepTheWallClockWhereClocksChange(t *testing.T) {
	loc, err := schedule.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	season := schedule.Season{Year: 2027, From: time.Date(2027, 3, 27, 0, 0, 0, 0, loc), To: time.Date(2027, 3, 30, 0, 0, 0, 0, loc), Location: loc}
	windows, err := parse(t, "每天 08:00 至 09:00").Openings(season)
	if err != nil || len(windows) != 3 {
		t.Fatalf("%v, %v", windows, err)
	}
	for _, w := range windows {
		if got := time.UnixMilli(w.OpensAt).In(loc).Format("15:04"); got != "08:00" {
			t.Errorf("opens at %s", got)
		}
	}
}
