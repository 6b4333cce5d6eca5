package schedule

import (
	"time"

	"nianwei/service/schedule/calendar"
)

func (o On) moments(s *scope) ([]moment, error) {
	date, err := s.date(o.Day)
	return []moment{{date, o.At}}, err
}

func (d Daily) moments(s *scope) ([]moment, error) {
	if d.First.IsZero() {
		return s.everyDay(d.At, func(calendar.Date) bool { return true })
	}
	first, err := s.date(d.First)
	if err != nil {
		return nil, err
	}
	last, err := s.onOrAfter(d.Last, first)
	if err != nil {
		return nil, err
	}
	if last.Before(first) {
		return nil, invalid(reasonOrder, "%s（%s）早于%s（%s），请把先到的一天写在前面", d.Last, last, d.First, first)
	}
	var out []moment
	for date := first; !last.Before(date); date = date.AddDays(1) {
		if len(out) > MaxOpenings {
			return nil, tooMany()
		}
		out = append(out, moment{date, d.At})
	}
	return out, nil
}

func (w Weekly) moments(s *scope) ([]moment, error) {
	first, err := s.weeklyFrom(w)
	if err != nil {
		return nil, err
	}
	if w.Weeks == 0 {
		return s.everyDay(w.At, func(d calendar.Date) bool { return w.Days.Has(d.Weekday()) && !d.Before(first) })
	}
	var out []moment
	for i := range 7 * w.Weeks {
		if d := first.AddDays(i); w.Days.Has(d.Weekday()) {
			out = append(out, moment{d, w.At})
		}
	}
	return out, nil
}

// weeklyFrom gives the first day that counts: the named one, or the first of the
// season on which the opening still lies ahead.
func (s *scope) weeklyFrom(w Weekly) (calendar.Date, error) {
	if !w.Since.IsZero() {
		return s.date(w.Since)
	}
	if s.From.IsZero() {
		return calendar.Date{}, noSeason()
	}
	first := calendar.DateOf(s.From.In(s.Location))
	if s.instant(moment{first, w.At}).Before(s.From) {
		first = first.AddDays(1)
	}
	return first, nil
}

// everyDay gives the days of the season that keep accepts.
func (s *scope) everyDay(at Minute, keep func(calendar.Date) bool) ([]moment, error) {
	if !s.bounded {
		return nil, noSeason()
	}
	var out []moment
	for d := calendar.DateOf(s.From.In(s.Location)); s.instant(moment{d, 0}).Before(s.To); d = d.AddDays(1) {
		if keep(d) {
			out = append(out, moment{d, at})
		}
		if len(out) > MaxOpenings+1 {
			return nil, tooMany()
		}
	}
	return out, nil
}

func (c Cron) moments(s *scope) ([]moment, error) {
	schedule, err := parseCron(c.Expr)
	if err != nil {
		return nil, err
	}
	if !s.bounded {
		return nil, noSeason()
	}
	var out []moment
	t := schedule.Next(s.From.In(s.Location).Add(-time.Nanosecond))
	for ; !t.IsZero() && t.Before(s.To); t = schedule.Next(t) {
		if len(out) > MaxOpenings {
			return nil, tooMany()
		}
		out = append(out, moment{calendar.DateOf(t), Minute(t.Hour()*60 + t.Minute())})
	}
	return out, nil
}

func noSeason() error {
	return invalid(reasonSeason, "请先填写活动季的起止日期；没有日期时只能写固定的一天，例如“除夕 20:00”")
}

// date finds the day that a person means in this season: the one inside the
// season if there is one, else the one of the season's year.
func (s *scope) date(d Day) (calendar.Date, error) {
	if d.Civil.Year != 0 {
		return d.Civil, nil
	}
	if s.Year == 0 {
		return calendar.Date{}, noSeason()
	}
	own, err := s.inYear(d, s.Year)
	if !s.bounded || (err == nil && s.covers(own)) {
		return own, err
	}
	first, last := s.From.In(s.Location).Year(), s.To.In(s.Location).Year()+1
	for year := first; year <= min(last, first+3); year++ {
		if date, err := s.inYear(d, year); err == nil && s.covers(date) {
			return date, nil
		}
	}
	return own, err
}

// covers reports whether any instant of the day lies in the season.
func (s *scope) covers(d calendar.Date) bool {
	return s.instant(moment{d, 0}).Before(s.To) && s.instant(moment{d, midnight}).After(s.From)
}

// onOrAfter finds the first such day that is not before another: 初一 after 除夕, 1月1日 after 12月31日.
func (s *scope) onOrAfter(d Day, from calendar.Date) (calendar.Date, error) {
	if d.Civil.Year != 0 {
		return d.Civil, nil
	}
	var failed error
	for year := from.Year; year <= from.Year+2; year++ {
		date, err := s.inYear(d, year)
		if err == nil && !date.Before(from) {
			return date, nil
		}
		if failed == nil {
			failed = err
		}
	}
	if failed == nil {
		failed = invalid(reasonDate, "找不到%s之后的%s", from.Chinese(), d)
	}
	return calendar.Date{}, failed
}

// inYear gives the day in one year, in the sense of calendar.Festival and calendar.InYear.
func (s *scope) inYear(d Day, year int) (calendar.Date, error) {
	switch {
	case d.Festival != "":
		return s.Calendar.Festival(d.Festival, year)
	case d.Lunar != calendar.MonthDay{}:
		return s.lunarInYear(d.Lunar, year)
	}
	date := calendar.Date{Year: year, Month: d.Civil.Month, Day: d.Civil.Day}
	if !date.Valid() {
		return calendar.Date{}, invalid(reasonDate, "%d年没有%s", year, d)
	}
	return date, nil
}

// lunarInYear adds a hint for the day that organisers look for in vain: most years have no 腊月三十.
func (s *scope) lunarInYear(m calendar.MonthDay, year int) (calendar.Date, error) {
	date, err := s.Calendar.InYear(m, year)
	if err != nil && m.Month == 12 && m.Day == 30 && year > calendar.FirstYear && year <= calendar.LastYear {
		return date, invalid(reasonDate, "%d年春节前的腊月只有二十九天，请写“除夕”", year).Because(err)
	}
	return date, err
}
