package schedule

import (
	"strings"
	"time"

	"nianwei/service/schedule/calendar"
)

// day reads a day as people name it. It is false, and consumes nothing, if no day
// stands there; it fails if the day cannot be or could be two.
func (s *scanner) day() (d Day, ok bool, err error) {
	s.space()
	if f, ok := s.festival(); ok {
		return Day{Festival: f}, true, nil
	}
	if d, ok, err := s.civil(); ok || err != nil {
		return d, ok, err
	}
	return s.lunar()
}

// festival reads a festival by any of its names.
func (s *scanner) festival() (calendar.Festival, bool) {
	for _, name := range []struct {
		festival calendar.Festival
		words    []string
	}{
		{calendar.NewYear, []string{"元旦节", "元旦"}},
		{calendar.Laba, []string{"腊八节", "腊八"}},
		{calendar.LittleSouth, []string{"南方小年"}},
		{calendar.LittleNorth, []string{"北方小年", "小年"}},
		{calendar.NewYearsEve, []string{"除夕夜", "除夕", "大年三十", "大年夜", "年三十"}},
		{calendar.Spring, []string{"春节"}},
		{calendar.Lantern, []string{"元宵节", "元宵", "上元节"}},
		{calendar.WomensDay, []string{"三八妇女节", "妇女节", "三八节"}},
		{calendar.Qingming, []string{"清明节", "清明"}},
		{calendar.LabourDay, []string{"五一劳动节", "国际劳动节", "劳动节", "五一"}},
		{calendar.DragonBoat, []string{"端午节", "端午", "端阳节"}},
		{calendar.Qixi, []string{"七夕节", "七夕"}},
		{calendar.MidAutumn, []string{"中秋节", "中秋"}},
		{calendar.NationalDay, []string{"国庆节", "国庆"}},
		{calendar.DoubleNinth, []string{"重阳节", "重阳"}},
		{calendar.WinterSolar, []string{"冬至节", "冬至"}},
	} {
		if s.word(name.words...) {
			return name.festival, true
		}
	}
	return "", false
}

// civil reads 2027-02-05, 2027年2月5日 or 2月5日.
func (s *scanner) civil() (d Day, ok bool, err error) {
	start := s.pos
	var date calendar.Date
	if s.try(func() bool { date, ok = s.fullDate(); return ok }) || s.try(func() bool { date, ok = s.monthAndDay(); return ok }) {
		if err := possible(date, string(s.src[start:s.pos])); err != nil {
			return Day{}, false, err
		}
		return Day{Civil: date}, true, nil
	}
	return Day{}, false, nil
}

// possible refuses days that no year has; 2月29日 without a year is left to the season.
func possible(d calendar.Date, said string) error {
	if d.Year == 0 {
		d.Year = 2024
	}
	if d.Year < calendar.FirstYear || d.Year > calendar.LastYear {
		return invalid(reasonDate, "“%s”的年份不在%d年到%d年之间", said, calendar.FirstYear, calendar.LastYear)
	}
	if !d.Valid() {
		return invalid(reasonDate, "没有“%s”这一天，请检查月份和日期，例如“2027-02-05”", said)
	}
	return nil
}

func (s *scanner) fullDate() (calendar.Date, bool) {
	year, ok := s.number()
	if !ok || year < 1000 || year > 9999 {
		return calendar.Date{}, false
	}
	if s.word("年") {
		d, ok := s.monthAndDay()
		d.Year = year
		return d, ok
	}
	for _, mark := range []string{"-", "/", "."} {
		if s.word(mark) {
			month, m := s.digits()
			joined := s.word(mark)
			day, n := s.digits()
			return calendar.Date{Year: year, Month: time.Month(month), Day: day}, m > 0 && joined && n > 0
		}
	}
	return calendar.Date{}, false
}

// monthAndDay reads 2月5日 and 二月五日. Arabic digits need no 日; Chinese numerals
// do, because 八月十五 is a lunar day.
func (s *scanner) monthAndDay() (calendar.Date, bool) {
	month, ok := s.number()
	if !ok || !s.word("月") {
		return calendar.Date{}, false
	}
	day, count := s.digits()
	if count > 0 {
		s.word("日", "号")
		return calendar.Date{Month: time.Month(month), Day: day}, true
	}
	day, ok = s.number()
	return calendar.Date{Month: time.Month(month), Day: day}, ok && s.word("日", "号")
}

// lunar reads 初一, 大年初三, 正月十五, 腊月廿三, 农历八月十五, 闰六月初一.
func (s *scanner) lunar() (d Day, ok bool, err error) {
	start := s.pos
	said := s.word("农历", "阴历", "夏历")
	m := calendar.MonthDay{Leap: s.word("闰")}
	if s.word("大年") || s.peek("初") {
		m.Month = 1
	} else if m.Month, ok = s.lunarMonth(); !ok {
		s.pos = start
		return Day{}, false, nil
	}
	if m.Day, ok = s.lunarDay(); !ok {
		s.pos = start
		return Day{}, false, nil
	}
	words := string(s.src[start:s.pos])
	if s.peek("日") || s.peek("号") {
		return Day{}, false, invalid(reasonDate, "农历日期“%s”后面不写“日”或“号”", words)
	}
	if !said && !strings.ContainsAny(words, "闰正冬腊大初廿卅") {
		return Day{}, false, invalid(reasonAmbiguous, "分不清“%s”是公历还是农历：公历请写“%d月%d日”，农历请写“农历%s”", words, m.Month, m.Day, words)
	}
	return Day{Lunar: m}, true, nil
}

func (s *scanner) lunarMonth() (int, bool) {
	switch {
	case s.word("正月"):
		return 1, true
	case s.word("冬月", "十一月"):
		return 11, true
	case s.word("腊月", "十二月"):
		return 12, true
	}
	names := []rune("一二三四五六七八九十")
	for i, r := range names {
		if s.word(string(r) + "月") {
			return i + 1, true
		}
	}
	return 0, false
}

// lunarDay reads 初一 to 三十, with 廿 or 二十.
func (s *scanner) lunarDay() (int, bool) {
	base := 0
	switch {
	case s.word("初十"):
		return 10, true
	case s.word("初"):
		return s.unitDay(0)
	case s.word("三十", "卅"):
		return 30, true
	case s.word("二十", "廿"):
		base = 20
	case s.word("十"):
		base = 10
	default:
		return 0, false
	}
	if n, ok := s.unitDay(base); ok {
		return n, true
	}
	return base, true
}

// unitDay reads one digit, 一 to 九, and adds it to base.
func (s *scanner) unitDay(base int) (int, bool) {
	if s.end() {
		return 0, false
	}
	n, ok := digit(s.src[s.pos])
	if !ok || n == 0 || s.src[s.pos] == '两' {
		return 0, false
	}
	s.pos++
	return base + n, true
}

// weekdays reads 周五, 周一、三、五, 周一至周五, 周末. The first needs its 周 if prefixed is set.
func (s *scanner) weekdays(prefixed bool) (set Weekdays, ok bool) {
	ok = s.try(func() bool {
		first, named := s.weekday(prefixed)
		if !named {
			return false
		}
		set = s.moreWeekdays(first)
		return true
	})
	return set, ok
}

func (s *scanner) moreWeekdays(set Weekdays) Weekdays {
	for {
		from := set
		if s.try(func() bool {
			if !s.until() {
				return false
			}
			last, ok := s.weekday(false)
			set = weekdaysBetween(set, last)
			return ok
		}) {
			continue
		}
		set = from
		if !s.try(func() bool {
			s.space()
			s.word("和", "及", "与")
			s.space()
			more, ok := s.weekday(false)
			set |= more
			return ok
		}) {
			return from
		}
	}
}

// weekday reads 周五 or, after another, a bare 五. 周末 is Saturday and Sunday.
func (s *scanner) weekday(prefixed bool) (set Weekdays, ok bool) {
	ok = s.try(func() bool {
		if !s.word("周", "星期", "礼拜") && prefixed {
			return false
		}
		if s.word("末") {
			set = Weekdays(0).with(time.Saturday).with(time.Sunday)
			return true
		}
		n, named := s.weekdayNumber()
		set = Weekdays(0).with(time.Weekday(n % 7))
		return named
	})
	return set, ok
}

// weekdayNumber reads 一 to 六, 日, 天 or 1 to 7, but never the hour of a following time.
func (s *scanner) weekdayNumber() (int, bool) {
	if s.word("日", "天") {
		return 7, true
	}
	n, count := s.digits()
	if count == 0 {
		var ok bool
		if n, ok = s.unitDay(0); !ok {
			return 0, false
		}
	}
	followed := s.peek(":") || s.peek("点") || s.peek("时") || s.peek("十")
	return n, count <= 1 && n >= 1 && n <= 7 && !followed
}

// weekdaysBetween adds the days from the last one of a set, counted from Monday, up to last.
func weekdaysBetween(set, last Weekdays) Weekdays {
	from := 0
	for n := 1; n <= 7; n++ {
		if set.Has(time.Weekday(n % 7)) {
			from = n
		}
	}
	for n := from; n < from+7; n++ {
		set = set.with(time.Weekday(n % 7))
		if set&last == last {
			return set
		}
	}
	return set
}
