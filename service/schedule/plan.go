// Package schedule turns timetables as people write them, such as 除夕 20:00 or
// 初一至初七 每天 08:00, into the windows of rounds; decides which of those rounds
// are due to open, close or settle; and ticks. It is the only package that
// knows robfig/cron.
package schedule

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // Asia/Shanghai must be known on a machine without zone files

	"nianwei/service/schedule/calendar"
)

// Limits that keep a timetable readable and a season's rounds countable.
const (
	MaxOpenings = 400  // rounds of one plan
	MaxLines    = 50   // lines of one text
	MaxRunes    = 2000 // characters of one text
	maxDays     = 366  // length of one window, and of one range of days
)

// Plan is a parsed timetable. It holds no dates of a year unless the text named
// them, so that the same plan serves the next Spring Festival.
type Plan struct {
	Lines []Line
}

// Line is one line of a timetable: when its windows open, and how they close.
type Line struct {
	Opens  Opening
	Closes Closing
}

// Opening is when the windows of a line open: On, Daily, Weekly or Cron.
type Opening interface {
	// text gives the canonical words, up to the opening time.
	text() string
	// moments gives the openings in a season, in order.
	moments(s *scope) ([]moment, error)
	// minute is the time of day, or false if it differs from opening to opening.
	minute() (Minute, bool)
	// promised reports whether every opening was asked for by date or by number,
	// so that one outside the season is a mistake and not merely left out.
	promised() bool
}

// On opens once, on one day.
type On struct {
	Day Day
	At  Minute
}

// Daily opens every day from the first day to the last; both zero mean the whole season.
type Daily struct {
	First, Last Day
	At          Minute
}

// Weekly opens on days of the week.
type Weekly struct {
	Weeks int // how many weeks in a row; 0 means to the season's end
	Days  Weekdays
	Since Day // the first day that counts; zero means the season's first day
	At    Minute
}

// Cron opens when a five-field cron expression says so (minute hour day month weekday).
type Cron struct {
	Expr string
}

// Day is a day as a person names it. Exactly one field is set; a Civil without a
// year and the other two are found in the season.
type Day struct {
	Festival calendar.Festival
	Lunar    calendar.MonthDay
	Civil    calendar.Date // Year 0: every year
}

// IsZero reports whether no day is named.
func (d Day) IsZero() bool { return d == Day{} }

// Minute is a time of day in minutes after midnight, 0 to 1440 (24:00).
type Minute int

const (
	noonTime Minute = 12 * 60
	midnight Minute = 24 * 60
)

// Weekdays is a set of days of the week; bit 0 is Sunday, as in time.Weekday.
type Weekdays uint8

// Has reports whether w is in the set.
func (s Weekdays) Has(w time.Weekday) bool { return s&(1<<w) != 0 }

func (s Weekdays) with(w time.Weekday) Weekdays { return s | 1<<w }

// Closing is how a window ends. Its zero value is the season's default length.
type Closing struct {
	Until ClosingKind
	At    Minute        // with UntilTime, UntilNextDay, UntilDay
	Day   Day           // with UntilDay
	Lasts time.Duration // with ForDuration: whole minutes
}

// ClosingKind says which of a Closing's fields count.
type ClosingKind uint8

// The ways in which a window ends.
const (
	ByDefault    ClosingKind = iota // the season's default length
	UntilTime                       // at a time of the same day
	UntilNextDay                    // at a time of the next day
	UntilDay                        // at a time of a named day
	ForDuration                     // after a length of time
)

// String gives the canonical Chinese text, which Parse reads back to the same plan.
func (p Plan) String() string {
	lines := make([]string, len(p.Lines))
	for i, l := range p.Lines {
		lines[i] = l.String()
	}
	return strings.Join(lines, "；")
}

// String gives the line's canonical text.
func (l Line) String() string {
	s := l.Opens.text() + l.Closes.text()
	if w, ok := l.Opens.(Weekly); ok && !w.Since.IsZero() {
		s += " 起于 " + w.Since.String()
	}
	return s
}

func (o On) text() string { return o.Day.String() + " " + o.At.String() }

func (d Daily) text() string {
	if d.First.IsZero() {
		return "每天 " + d.At.String()
	}
	return d.First.String() + "至" + d.Last.String() + " 每天 " + d.At.String()
}

func (w Weekly) text() string {
	if w.Weeks == 0 {
		return "每" + w.Days.String() + " " + w.At.String()
	}
	return fmt.Sprintf("连续%d周 %s %s", w.Weeks, w.Days, w.At)
}

func (c Cron) text() string { return "cron " + c.Expr }

func (c Closing) text() string {
	switch c.Until {
	case UntilTime:
		return " 至 " + c.At.String()
	case UntilNextDay:
		return " 至 次日 " + c.At.String()
	case UntilDay:
		return " 至 " + c.Day.String() + " " + c.At.String()
	case ForDuration:
		return " 持续 " + durationText(c.Lasts)
	default:
		return ""
	}
}

func (o On) minute() (Minute, bool)     { return o.At, true }
func (d Daily) minute() (Minute, bool)  { return d.At, true }
func (w Weekly) minute() (Minute, bool) { return w.At, true }
func (c Cron) minute() (Minute, bool)   { return 0, false }

func (o On) promised() bool     { return true }
func (d Daily) promised() bool  { return !d.First.IsZero() }
func (w Weekly) promised() bool { return w.Weeks > 0 }
func (c Cron) promised() bool   { return false }

// String gives the day as the canonical text writes it.
func (d Day) String() string {
	switch {
	case d.Festival != "":
		return string(d.Festival)
	case d.Lunar != calendar.MonthDay{}:
		return lunarText(d.Lunar)
	case d.Civil.Year != 0:
		return d.Civil.String()
	default:
		return fmt.Sprintf("%d月%d日", int(d.Civil.Month), d.Civil.Day)
	}
}

// lunarText writes 初一 for 正月初一, as everybody does, and adds 农历 where the
// words alone could be taken for a civil date.
func lunarText(m calendar.MonthDay) string {
	switch {
	case m.Month == 1 && m.Day <= 10 && !m.Leap:
		return calendar.DayName(m.Day)
	case saysLunar(m):
		return m.String()
	default:
		return "农历" + m.String()
	}
}

// saysLunar reports whether the written day cannot be a civil one: 正月, 冬月, 腊月,
// a leap month, 初一 to 初十, 廿一 to 廿九.
func saysLunar(m calendar.MonthDay) bool {
	return m.Leap || m.Month == 1 || m.Month > 10 || m.Day <= 10 || (m.Day > 20 && m.Day < 30)
}

// String gives the time as 08:00; the end of a day is 24:00.
func (m Minute) String() string { return fmt.Sprintf("%02d:%02d", int(m)/60, int(m)%60) }

// String gives the set as 周一、周五, from Monday to Sunday.
func (s Weekdays) String() string {
	var names []string
	for n := 1; n <= 7; n++ {
		w := time.Weekday(n % 7)
		if s.Has(w) {
			names = append(names, strings.Replace(calendar.WeekdayName(w), "星期", "周", 1))
		}
	}
	return strings.Join(names, "、")
}

// durationText writes 2天, 2小时, 90分钟 as 1小时30分钟.
func durationText(d time.Duration) string {
	const day = 24 * time.Hour
	var b strings.Builder
	if d >= day {
		fmt.Fprintf(&b, "%d天", d/day)
	}
	if h := d % day / time.Hour; h > 0 {
		fmt.Fprintf(&b, "%d小时", h)
	}
	if m := d % time.Hour / time.Minute; m > 0 {
		fmt.Fprintf(&b, "%d分钟", m)
	}
	return b.String()
}
