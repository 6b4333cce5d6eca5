// Package calendar knows the Chinese lunar calendar and the festivals in it.
// It keeps the library that computes them behind tables of plain values: the
// library panics on days that do not exist and recomputes a year on each call.
package calendar

import (
	"fmt"
	"strings"
	"sync"
	"time"

	lunar "github.com/6tail/lunar-go/calendar"

	"nianwei/model/fault"
)

// The civil years that a calendar answers for. 2024 to 2040 are checked by the
// tests against published dates; the rest are what the library computes.
const (
	FirstYear = 2000
	LastYear  = 2050
)

// Day is one civil day with everything a timetable can say about it.
type Day struct {
	Date      Date
	Lunar     Lunar
	Festivals []Festival // in the order of Festivals; mostly none. Not to be changed.
}

// Label says what people call the day: its festivals, or its lunar month and day.
func (d Day) Label() string {
	if len(d.Festivals) == 0 {
		return d.Lunar.MonthDay().String()
	}
	names := make([]string, len(d.Festivals))
	for i, f := range d.Festivals {
		names[i] = string(f)
	}
	return strings.Join(names, "、")
}

// Calendar answers questions about days and computes each year once, when it is
// first asked about. It is safe for concurrent use.
type Calendar struct {
	mu    sync.Mutex
	years map[int]*table
}

// New gives an empty calendar; a year costs some ten milliseconds on its first use.
func New() *Calendar { return &Calendar{years: make(map[int]*table)} }

// Day gives the lunar date and the festivals of a civil day. It fails with
// calendar.bad_date or calendar.year.
func (c *Calendar) Day(d Date) (Day, error) {
	if !d.Valid() {
		return Day{}, fault.Newf(fault.Invalid, "calendar.bad_date", "没有%d年%d月%d日这一天", d.Year, int(d.Month), d.Day)
	}
	t, err := c.year(d.Year)
	if err != nil {
		return Day{}, err
	}
	return t.days[d], nil
}

// Civil gives the civil day of a lunar one. It fails with calendar.bad_date if
// the lunar year has no such day, as 腊月三十 and leap months often do not exist.
func (c *Calendar) Civil(l Lunar) (Date, error) {
	if !l.MonthDay().Valid() {
		return Date{}, fault.New(fault.Invalid, "calendar.bad_date", "农历只有十二个月，每月最多三十天")
	}
	for _, year := range []int{l.Year, l.Year + 1} {
		t, err := c.year(year)
		if err != nil {
			return Date{}, err
		}
		if d, ok := t.lunar[l]; ok {
			return d, nil
		}
	}
	return Date{}, fault.Newf(fault.Invalid, "calendar.bad_date", "农历%d年没有%s这一天", l.Year, l.MonthDay())
}

// InYear gives the civil day that people in the spring of a year mean by a
// lunar day: 冬月 and 腊月 are the ones that lead up to that year's 正月初一, all
// other months follow it.
func (c *Calendar) InYear(m MonthDay, year int) (Date, error) {
	if m.Month >= 11 {
		return c.Civil(m.In(year - 1))
	}
	return c.Civil(m.In(year))
}

// Festival gives a festival's day in a year. 腊八, 小年 and 除夕 are the ones before
// that year's 正月初一, so all festivals of one Spring Festival share its year.
func (c *Calendar) Festival(f Festival, year int) (Date, error) {
	r, ok := ruleOf(f)
	if !ok {
		return Date{}, fault.Newf(fault.Invalid, "calendar.festival", "不认识的节日“%s”", string(f))
	}
	switch {
	case r.eve:
		first, err := c.Civil(Lunar{Year: year, Month: 1, Day: 1})
		return first.AddDays(-1), err
	case r.term != "":
		t, err := c.year(year)
		if err != nil {
			return Date{}, err
		}
		return t.terms[r.term], nil
	case r.day != 0:
		_, err := c.year(year)
		return Date{Year: year, Month: r.month, Day: r.day}, err
	default:
		return c.InYear(r.lunar, year)
	}
}

func (c *Calendar) year(year int) (*table, error) {
	if year < FirstYear || year > LastYear {
		return nil, fault.Newf(fault.Invalid, "calendar.year", "年份%d不在日历范围内（%d年至%d年）", year, FirstYear, LastYear)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t, ok := c.years[year]; ok {
		return t, nil
	}
	t, err := build(year)
	if err != nil {
		return nil, err
	}
	c.years[year] = t
	return t, nil
}

// table holds one civil year, never changed after build.
type table struct {
	days  map[Date]Day
	lunar map[Lunar]Date
	terms map[string]Date
}

// build computes a civil year. A panic of the library becomes an error, because
// a wrong year must not take the server down.
func build(year int) (t *table, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, fault.New(fault.Internal, "calendar.broken", "").Because(fmt.Errorf("lunar calendar of %d: %v", year, p))
		}
	}()
	t = &table{days: map[Date]Day{}, lunar: map[Lunar]Date{}, terms: map[string]Date{}}
	first := Date{Year: year, Month: time.January, Day: 1}
	today, term := convert(first)
	for d := first; d.Year == year; d = d.AddDays(1) {
		tomorrow, nextTerm := convert(d.AddDays(1))
		t.add(d, today, term, tomorrow)
		today, term = tomorrow, nextTerm
	}
	return t, nil
}

func (t *table) add(d Date, today Lunar, term string, tomorrow Lunar) {
	eve := tomorrow.MonthDay() == MonthDay{Month: 1, Day: 1}
	day := Day{Date: d, Lunar: today}
	for _, f := range Festivals() {
		if r, ok := ruleOf(f); ok && r.falls(d, today, term, eve) {
			day.Festivals = append(day.Festivals, f)
		}
	}
	t.days[d] = day
	t.lunar[today] = d
	if term != "" {
		t.terms[term] = d
	}
}

// convert asks the library, in which a leap month's number is negative, for a
// day's lunar date and for the solar term that begins on it.
func convert(d Date) (Lunar, string) {
	l := lunar.NewSolarFromYmd(d.Year, int(d.Month), d.Day).GetLunar()
	month := l.GetMonth()
	out := Lunar{Year: l.GetYear(), Month: month, Day: l.GetDay()}
	if month < 0 {
		out.Month, out.Leap = -month, true
	}
	return out, l.GetJieQi()
}
