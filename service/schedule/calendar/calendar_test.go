package calendar_test

import (
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nianwei/model/fault"
	"nianwei/service/schedule/calendar"
)

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return calendar.DateOf(at)
}

// firsts are 正月初一 as published for the years that a season may be planned in.
func firsts() map[int]string {
	return map[int]string{
		2021: "2021-02-12", 2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17", 2027: "2027-02-06",
		2028: "2028-01-26", 2029: "2029-02-13", 2030: "2030-02-03", 2031: "2031-01-23", 2032: "2032-02-11",
		2033: "2033-01-31", 2034: "2034-02-19", 2035: "2035-02-08", 2036: "2036-01-28", 2037: "2037-02-15",
		2038: "2038-02-04", 2039: "2039-01-24", 2040: "2040-02-12",
	}
}

func TestFestival_FallsOnThePublishedDay(t *testing.T) {
	c := calendar.New()
	for _, tc := range []struct {
		festival calendar.Festival
		days     map[int]string
	}{
		{calendar.Spring, firsts()},
		{calendar.NewYearsEve, map[int]string{
			2021: "2021-02-11", 2025: "2025-01-28", 2026: "2026-02-16", 2027: "2027-02-05", 2028: "2028-01-25", 2029: "2029-02-12",
			2031: "2031-01-22", 2032: "2032-02-10", 2039: "2039-01-23", 2040: "2040-02-11"}},
		{calendar.Lantern, map[int]string{2024: "2024-02-24", 2025: "2025-02-12", 2026: "2026-03-03", 2027: "2027-02-20"}},
		{calendar.Qingming, map[int]string{2024: "2024-04-04", 2025: "2025-04-04", 2026: "2026-04-05", 2027: "2027-04-05", 2028: "2028-04-04"}},
		{calendar.DragonBoat, map[int]string{2024: "2024-06-10", 2025: "2025-05-31", 2026: "2026-06-19", 2027: "2027-06-09",
			2028: "2028-05-28", 2029: "2029-06-16", 2030: "2030-06-05"}},
		{calendar.Qixi, map[int]string{2024: "2024-08-10", 2025: "2025-08-29", 2026: "2026-08-19"}},
		{calendar.MidAutumn, map[int]string{2024: "2024-09-17", 2025: "2025-10-06", 2026: "2026-09-25", 2027: "2027-09-15",
			2028: "2028-10-03", 2029: "2029-09-22", 2030: "2030-09-12", 2033: "2033-09-08"}},
		{calendar.DoubleNinth, map[int]string{2024: "2024-10-11", 2025: "2025-10-29", 2026: "2026-10-18"}},
		{calendar.Laba, map[int]string{2025: "2025-01-07", 2026: "2026-01-26", 2027: "2027-01-15"}},
		{calendar.LittleNorth, map[int]string{2025: "2025-01-22", 2026: "2026-02-10", 2027: "2027-01-30"}},
		{calendar.LittleSouth, map[int]string{2025: "2025-01-23", 2026: "2026-02-11", 2027: "2027-01-31"}},
		{calendar.WinterSolar, map[int]string{2024: "2024-12-21", 2025: "2025-12-21", 2026: "2026-12-22"}},
		{calendar.NewYear, map[int]string{2027: "2027-01-01"}},
		{calendar.WomensDay, map[int]string{2027: "2027-03-08"}},
		{calendar.LabourDay, map[int]string{2027: "2027-05-01"}},
		{calendar.NationalDay, map[int]string{2027: "2027-10-01"}},
	} {
		for year, want := range tc.days {
			got, err := c.Festival(tc.festival, year)
			if err != nil || got.String() != want {
				t.Errorf("%s of %d = %v, %v; want %s", tc.festival, year, got, err, want)
			}
		}
	}
}

func TestCalendar_CountsTheFirstFifteenDaysOfEveryYear(t *testing.T) {
	c := calendar.New()
	for year, first := range firsts() {
		for n := 1; n <= 15; n++ {
			d := day(t, first).AddDays(n - 1)
			got, err := c.Day(d)
			if err != nil || got.Lunar != (calendar.Lunar{Year: year, Month: 1, Day: n}) {
				t.Errorf("%v is %+v, %v; want 正月%s of %d", d, got.Lunar, err, calendar.DayName(n), year)
			}
		}
	}
}

func TestNewYearsEve_IsTheDayBeforeTheFirstInEveryYear(t *testing.T) {
	c := calendar.New()
	for year := 2021; year <= 2040; year++ {
		first, err := c.Festival(calendar.Spring, year)
		if err != nil {
			t.Fatal(err)
		}
		eve, err := c.Day(first.AddDays(-1))
		if err != nil {
			t.Fatal(err)
		}
		if len(eve.Festivals) == 0 || eve.Festivals[len(eve.Festivals)-1] != calendar.NewYearsEve {
			t.Errorf("%v: festivals %v lack 除夕", eve.Date, eve.Festivals)
		}
		if eve.Lunar.Month != 12 || eve.Lunar.Day < 29 || eve.Lunar.Year != year-1 {
			t.Errorf("%v: 除夕 on %+v", eve.Date, eve.Lunar)
		}
	}
}

func TestCalendar_KnowsTheLeapMonths(t *testing.T) {
	want := map[int]int{2025: 6, 2028: 5, 2031: 3, 2033: 11, 2036: 6, 2039: 5}
	c := calendar.New()
	for year := 2024; year <= 2040; year++ {
		leap := 0
		for month := 1; month <= 12; month++ {
			if _, err := c.Civil(calendar.Lunar{Year: year, Month: month, Day: 1, Leap: true}); err == nil {
				leap = month
			}
		}
		if w, ok := want[year]; ok && leap != w {
			t.Errorf("leap month of %d = %d, want %d", year, leap, w)
		}
	}
}

// The year 2033 is the one that calendar programs get wrong: the leap month
// follows the eleventh month, and nothing in summer is leap.
func TestCalendar_PutsTheLeapMonthOf2033AfterTheEleventh(t *testing.T) {
	c := calendar.New()
	for s, want := range map[string]calendar.Lunar{
		"2033-08-25": {Year: 2033, Month: 8, Day: 1},
		"2033-09-08": {Year: 2033, Month: 8, Day: 15},
		"2033-11-22": {Year: 2033, Month: 11, Day: 1},
		"2033-12-22": {Year: 2033, Month: 11, Day: 1, Leap: true},
		"2034-01-19": {Year: 2033, Month: 11, Day: 29, Leap: true},
		"2034-01-20": {Year: 2033, Month: 12, Day: 1},
		"2025-06-25": {Year: 2025, Month: 6, Day: 1},
		"2025-07-25": {Year: 2025, Month: 6, Day: 1, Leap: true},
	} {
		got, err := c.Day(day(t, s))
		if err != nil || got.Lunar != want {
			t.Errorf("%s = %+v, %v; want %+v", s, got.Lunar, err, want)
		}
	}
}

func TestCalendar_AnswersWrongDaysWithAFault(t *testing.T) {
	c := calendar.New()
	for name, tc := range map[string]struct {
		ask    func() error
		reason string
	}{
		"no such civil day": {func() error { _, err := c.Day(calendar.Date{Year: 2027, Month: 2, Day: 30}); return err }, "calendar.bad_date"},
		"month 0":           {func() error { _, err := c.Day(calendar.Date{Year: 2027, Day: 3}); return err }, "calendar.bad_date"},
		"zero date":         {func() error { _, err := c.Day(calendar.Date{}); return err }, "calendar.bad_date"},
		"too early":         {func() error { _, err := c.Day(calendar.Date{Year: 1999, Month: 2, Day: 3}); return err }, "calendar.year"},
		"too late":          {func() error { _, err := c.Festival(calendar.NewYear, 2051); return err }, "calendar.year"},
		"unknown festival":  {func() error { _, err := c.Festival("圣诞", 2027); return err }, "calendar.festival"},
		"short 腊月": {func() error { _, err := c.Civil(calendar.Lunar{Year: 2026, Month: 12, Day: 30}); return err },
			"calendar.bad_date"},
		"no leap month": {func() error { _, err := c.Civil(calendar.Lunar{Year: 2027, Month: 5, Day: 5, Leap: true}); return err },
			"calendar.bad_date"},
		"month 13":   {func() error { _, err := c.Civil(calendar.Lunar{Year: 2027, Month: 13, Day: 1}); return err }, "calendar.bad_date"},
		"before all": {func() error { _, err := c.Festival(calendar.NewYearsEve, calendar.FirstYear-1); return err }, "calendar.year"},
		"last 腊月 day": {func() error {
			_, err := c.Civil(calendar.Lunar{Year: calendar.LastYear, Month: 12, Day: 30})
			return err
		}, "calendar.year"},
	} {
		if err := tc.ask(); fault.Reason(err) != tc.reason || fault.Of(err) != fault.Invalid {
			t.Errorf("%s: %v, want invalid %s", name, err, tc.reason)
		}
	}
}

func TestCalendar_LunarAndCivilAgreeBothWays(t *testing.T) {
	c := calendar.New()
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.Date{Year: 2024, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 17*365).Draw(t, "days"))
		today, err := c.Day(d)
		if err != nil {
			t.Fatal(err)
		}
		back, err := c.Civil(today.Lunar)
		if err != nil || back != d {
			t.Fatalf("%v → %+v → %v, %v", d, today.Lunar, back, err)
		}
	})
}

func TestCalendar_ServesManyAtOnce(t *testing.T) {
	c := calendar.New()
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for year := 2024; year < 2030; year++ {
				if _, err := c.Festival(calendar.NewYearsEve, year+i%2); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestMonthDay_IsWrittenAsPeopleDo(t *testing.T) {
	for want, m := range map[string]calendar.MonthDay{
		"正月初一": {Month: 1, Day: 1}, "正月十五": {Month: 1, Day: 15}, "闰六月廿三": {Month: 6, Day: 23, Leap: true},
		"腊月三十": {Month: 12, Day: 30}, "冬月二十": {Month: 11, Day: 20}, "": {Month: 13, Day: 1},
	} {
		if got := m.String(); got != want {
			t.Errorf("%+v = %q, want %q", m, got, want)
		}
	}
	if calendar.WeekdayName(time.Sunday) != "星期日" || calendar.WeekdayName(time.Friday) != "星期五" {
		t.Error("weekday names are wrong")
	}
}

func TestDay_IsLabelledByFestivalOrLunarDay(t *testing.T) {
	c := calendar.New()
	for s, want := range map[string]string{
		"2027-02-05": "除夕", "2027-02-06": "春节", "2027-02-07": "正月初二", "2027-01-15": "腊八",
		"2031-10-01": "中秋、国庆", "2025-07-25": "闰六月初一",
	} {
		got, err := c.Day(day(t, s))
		if err != nil || got.Label() != want {
			t.Errorf("%s = %q, %v; want %q", s, got.Label(), err, want)
		}
	}
}

func BenchmarkCalendar_FirstUseOfAYear(b *testing.B) {
	for b.Loop() {
		if _, err := calendar.New().Day(calendar.Date{Year: 2027, Month: 2, Day: 5}); err != nil {
			b.Fatal(err)
		}
	}
}
