package schedule

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/service/schedule/calendar"
)

// Season is what a plan needs to become dates.
type Season struct {
	Year     int                // the year whose 正月初一 the season is about; 0 takes it from From
	From, To time.Time          // half-open; zero if not known yet, then only dated lines work
	Location *time.Location     // where the wall clock hangs; see LoadLocation
	Calendar *calendar.Calendar // nil makes one for this call
	Lasts    time.Duration      // length of a window whose line names no end; 0 means until midnight
}

// Window is when one round can be entered: from OpensAt up to but not including ClosesAt.
type Window struct {
	Number   int   // from 1, in the order of opening
	OpensAt  int64 // unix milliseconds UTC
	ClosesAt int64 // unix milliseconds UTC
}

// Contains reports whether t, in unix milliseconds, lies in the half-open window.
func (w Window) Contains(t int64) bool { return t >= w.OpensAt && t < w.ClosesAt }

// LoadLocation gives a time zone by its IANA name. The zones are compiled in, so
// the answer does not depend on the machine.
func LoadLocation(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, invalid(reasonZone, "不认识的时区“%s”，中国大陆请填“Asia/Shanghai”", name).Because(err)
	}
	return loc, nil
}

// Openings gives the windows of a plan in a season, in order and numbered from 1.
// Windows never overlap, and lie in the season if its days are known: a window
// that was asked for by date and lies outside is a fault, while 每天, 每周 and cron
// simply begin and end with the season. A window without an end of its own ends
// with the season at the latest.
func (p Plan) Openings(season Season) ([]Window, error) {
	s, err := newScope(season)
	if err != nil {
		return nil, err
	}
	var windows []Window
	for _, l := range p.Lines {
		more, err := l.windows(s)
		if err != nil {
			return nil, named(err, l.String())
		}
		if windows = append(windows, more...); len(windows) > MaxOpenings {
			return nil, tooMany()
		}
	}
	if len(windows) == 0 {
		return nil, invalid(reasonNothing, "按这个时间安排，活动季内没有一场开放，请检查活动季的起止日期")
	}
	slices.SortFunc(windows, func(a, b Window) int { return cmp.Compare(a.OpensAt, b.OpensAt) })
	for i := range windows {
		windows[i].Number = i + 1
	}
	if err := s.apart(windows); err != nil {
		return nil, err
	}
	return windows, nil
}

func tooMany() error {
	return invalid(reasonMany, "场次太多：一个时间安排最多%d场，请减少天数或拆成几个活动", MaxOpenings)
}

// moment is one opening: a day and a time of that day.
type moment struct {
	date calendar.Date
	at   Minute
}

// scope is a season that has been checked, with what is derived from it.
type scope struct {
	Season
	bounded bool // From and To are known
}

func newScope(season Season) (*scope, error) {
	if season.Location == nil {
		return nil, fault.New(fault.Internal, reasonZone, "").Because(errors.New("season without a location"))
	}
	if season.Calendar == nil {
		season.Calendar = calendar.New()
	}
	s := &scope{Season: season, bounded: !season.From.IsZero() && !season.To.IsZero()}
	if s.bounded && !s.From.Before(s.To) {
		return nil, invalid(reasonOrder, "活动季的结束时间要晚于开始时间")
	}
	if s.Lasts < 0 || s.Lasts > maxDays*24*time.Hour {
		return nil, invalid(reasonTime, "默认时长要在0到%d天之间", maxDays)
	}
	if s.Year == 0 && !s.From.IsZero() {
		s.Year = s.From.In(s.Location).Year()
	}
	return s, nil
}

func (s *scope) instant(m moment) time.Time { return m.date.At(int(m.at), s.Location) }

func (l Line) windows(s *scope) ([]Window, error) {
	moments, err := l.Opens.moments(s)
	if err != nil {
		return nil, err
	}
	var windows []Window
	for _, m := range moments {
		w, ok, err := l.window(s, m)
		if err != nil {
			return nil, err
		}
		if ok {
			windows = append(windows, w)
		}
	}
	return windows, nil
}

// window gives the window that opens at m; false if it begins outside the season and was not promised.
func (l Line) window(s *scope, m moment) (Window, bool, error) {
	opens := s.instant(m)
	closes, err := l.Closes.instant(s, m)
	if err != nil {
		return Window{}, false, err
	}
	if s.bounded && (opens.Before(s.From) || !opens.Before(s.To)) {
		if l.Opens.promised() {
			return Window{}, false, s.outside("开始", opens)
		}
		return Window{}, false, nil
	}
	if s.bounded && closes.After(s.To) {
		if l.Opens.promised() && l.Closes.Until != ByDefault {
			return Window{}, false, s.outside("结束", closes)
		}
		closes = s.To
	}
	w := Window{OpensAt: clock.Millis(opens), ClosesAt: clock.Millis(closes)}
	if w.OpensAt >= w.ClosesAt {
		return Window{}, false, invalid(reasonOrder, "%s开始的场次结束时间不晚于开始时间，请检查结束时间", s.stamp(opens))
	}
	if closes.Sub(opens) > (maxDays+1)*24*time.Hour {
		return Window{}, false, invalid(reasonOrder, "%s开始的场次超过一年，请检查结束日期", s.stamp(opens))
	}
	return w, true, nil
}

func (s *scope) outside(what string, t time.Time) error {
	return invalid(reasonOutside, "%s时间 %s 不在活动季内（%s 至 %s），请修改时间安排或活动季的起止日期", what, s.stamp(t), s.stamp(s.From), s.stamp(s.To))
}

// stamp writes an instant in faults.
func (s *scope) stamp(t time.Time) string { return t.In(s.Location).Format("2006年1月2日 15:04") }

// instant gives the end of the window that opens at m.
func (c Closing) instant(s *scope, m moment) (time.Time, error) {
	switch c.Until {
	case UntilTime:
		return s.instant(moment{m.date, c.At}), nil
	case UntilNextDay:
		return s.instant(moment{m.date.AddDays(1), c.At}), nil
	case UntilDay:
		date, err := s.onOrAfter(c.Day, m.date)
		return s.instant(moment{date, c.At}), err
	case ForDuration:
		return s.instant(m).Add(c.Lasts), nil
	default:
		if s.Lasts > 0 {
			return s.instant(m).Add(s.Lasts), nil
		}
		return s.instant(moment{m.date, midnight}), nil
	}
}

// apart fails if two windows share an instant.
func (s *scope) apart(windows []Window) error {
	for i := 1; i < len(windows); i++ {
		if a, b := windows[i-1], windows[i]; a.ClosesAt > b.OpensAt {
			return invalid(reasonOverlap, "两场时间重叠：一场 %s 至 %s，另一场从 %s 开始；请缩短前一场或推迟后一场",
				s.stamp(clock.FromMillis(a.OpensAt)), s.stamp(clock.FromMillis(a.ClosesAt)), s.stamp(clock.FromMillis(b.OpensAt)))
		}
	}
	return nil
}
