package calendar

// Lunar is a day of the Chinese calendar. A lunar year begins on 正月初一, so
// the 腊月 that people celebrate in January belongs to the lunar year before.
type Lunar struct {
	Year  int  // the civil year in which the lunar year's 正月初一 falls
	Month int  // 1 to 12
	Day   int  // 1 to 30
	Leap  bool // a 闰月, which follows the ordinary month of the same number
}

// MonthDay gives the day without its year, the form in which feasts recur.
func (l Lunar) MonthDay() MonthDay { return MonthDay{Month: l.Month, Day: l.Day, Leap: l.Leap} }

// MonthDay is a day of every lunar year, such as 正月十五.
type MonthDay struct {
	Month int
	Day   int
	Leap  bool
}

// Valid reports whether some lunar year could have the day.
func (m MonthDay) Valid() bool {
	return m.Month >= 1 && m.Month <= 12 && m.Day >= 1 && m.Day <= 30
}

// In gives the day in a lunar year. Not every year has it: see Calendar.Civil.
func (m MonthDay) In(year int) Lunar {
	return Lunar{Year: year, Month: m.Month, Day: m.Day, Leap: m.Leap}
}

// String gives the day as people write it, such as 正月初一, 闰六月廿三 or 腊月三十;
// it is empty for a day that cannot be.
func (m MonthDay) String() string {
	if !m.Valid() {
		return ""
	}
	leap := ""
	if m.Leap {
		leap = "闰"
	}
	return leap + MonthName(m.Month) + DayName(m.Day)
}

// MonthName gives 正月 to 腊月, or nothing for a number that is no month.
func MonthName(month int) string {
	if month < 1 || month > 12 {
		return ""
	}
	names := [...]string{"正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊"}
	return names[month-1] + "月"
}

// DayName gives 初一 to 三十, or nothing for a number that is no lunar day.
func DayName(day int) string {
	digits := [...]string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}
	switch {
	case day < 1 || day > 30:
		return ""
	case day <= 10:
		return "初" + digits[day-1]
	case day < 20:
		return "十" + digits[day-11]
	case day == 20:
		return "二十"
	case day < 30:
		return "廿" + digits[day-21]
	default:
		return "三十"
	}
}
