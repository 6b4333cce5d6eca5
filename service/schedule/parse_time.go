package schedule

import "time"

// opensAt reads the time at which a window opens; 24:00 is refused, because it
// leaves open which day is meant.
func (s *scanner) opensAt() (Minute, error) {
	s.space()
	at, ok, err := s.timeOfDay()
	switch {
	case err != nil:
		return 0, err
	case !ok && s.end():
		return 0, invalid(reasonTime, "没有写开始时间，例如“除夕 20:00”")
	case !ok:
		return 0, invalid(reasonTime, "看不懂开始时间“%s”，请写成“20:00”或“晚上8点”", s.rest())
	case at == midnight:
		return 0, invalid(reasonTime, "开始时间不能是 24:00，请写第二天的 00:00")
	}
	return at, nil
}

func (s *scanner) closingTime() (Minute, error) {
	s.space()
	at, ok, err := s.timeOfDay()
	if err == nil && !ok {
		err = invalid(reasonTime, "没有写结束时间，例如“除夕 20:00 至 初一 00:30”")
	}
	return at, err
}

// timeOfDay reads 20:00, 20点30分, 晚上8点半. It is false, and consumes nothing, if
// no time stands there; it fails if the time cannot be.
func (s *scanner) timeOfDay() (at Minute, ok bool, err error) {
	start := s.pos
	period := s.period()
	s.space()
	hour, isNumber := s.number()
	if !isNumber {
		s.pos = start
		return 0, false, nil
	}
	minute, isTime := s.minutes()
	if !isTime {
		s.pos = start
		return 0, false, nil
	}
	at, valid := period.apply(hour, minute)
	if !valid {
		return 0, false, invalid(reasonTime, "没有“%s”这个时间，请写 00:00 到 24:00 之间的时间，例如“20:00”", string(s.src[start:s.pos]))
	}
	return at, true, nil
}

// minutes reads what follows the hour; an impossible number is given as 60 or more.
func (s *scanner) minutes() (int, bool) {
	if s.word(":") {
		m, count := s.digits()
		return m, count == 2
	}
	if !s.word("点钟", "点", "时") {
		return 0, false
	}
	switch {
	case s.word("半"):
		return 30, true
	case s.word("一刻"):
		return 15, true
	case s.word("三刻"):
		return 45, true
	case s.word("整", "正"):
		return 0, true
	}
	m := 0
	s.try(func() bool {
		n, ok := s.number()
		if ok {
			m = n
			s.word("分钟", "分")
		}
		return ok
	})
	return m, true
}

// period is the part of the day that a spoken hour is counted in.
type period uint8

const (
	wholeDay period = iota
	night           // 凌晨
	morning
	noon
	afternoon
	evening
)

func (s *scanner) period() period {
	switch {
	case s.word("凌晨"):
		return night
	case s.word("清晨", "早晨", "早上", "上午", "早"):
		return morning
	case s.word("中午"):
		return noon
	case s.word("下午", "傍晚"):
		return afternoon
	case s.word("晚上", "晚间", "夜里", "夜晚", "晚"):
		return evening
	default:
		return wholeDay
	}
}

// apply gives the minute of the day of a spoken time, or false if there is none.
// 晚上8点 is 20:00, 晚上12点 is 24:00, 凌晨12点 is 00:00; 晚上20点 is taken as said.
func (p period) apply(hour, minute int) (Minute, bool) {
	switch {
	case p == night && hour == 12:
		hour = 0
	case p == noon && hour < 3, p == afternoon && hour < 12:
		hour += 12
	case p == evening && hour > 4 && hour <= 12:
		hour += 12
	}
	at := Minute(hour*60 + minute)
	ok := hour >= 0 && minute >= 0 && minute < 60 && at <= midnight
	switch p {
	case night, morning:
		ok = ok && at <= noonTime
	case noon, afternoon, evening:
		ok = ok && at > 10*60
	}
	return at, ok
}

// lasting reads what follows 持续: 2小时, 90分钟, 一个半小时, 1天.
func (s *scanner) lasting() (Closing, error) {
	total, parts := time.Duration(0), 0
	for {
		s.space()
		d, ok := s.duration()
		if !ok {
			break
		}
		total += d
		parts++
	}
	if parts == 0 || total < time.Minute || total > maxDays*24*time.Hour {
		return Closing{}, invalid(reasonTime, "持续的时长要在1分钟到%d天之间，例如“持续 2小时”或“持续 90分钟”", maxDays)
	}
	return Closing{Until: ForDuration, Lasts: total}, nil
}

// duration reads one number with its unit.
func (s *scanner) duration() (d time.Duration, ok bool) {
	s.try(func() bool {
		if s.word("半个小时", "半小时") {
			d, ok = 30*time.Minute, true
			return true
		}
		n, isNumber := s.number()
		if !isNumber {
			return false
		}
		s.space()
		d, ok = s.unit(n)
		return ok
	})
	return d, ok
}

func (s *scanner) unit(n int) (time.Duration, bool) {
	switch {
	case s.word("个半小时"):
		return time.Duration(n)*time.Hour + 30*time.Minute, true
	case s.word("个小时", "小时", "个钟头"):
		return time.Duration(n) * time.Hour, true
	case s.word("分钟", "分"):
		return time.Duration(n) * time.Minute, true
	case s.word("天", "日"):
		return time.Duration(n) * 24 * time.Hour, true
	default:
		return 0, false
	}
}
