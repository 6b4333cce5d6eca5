package calendar

import "time"

// Festival is a day that people call by name. The value is the name itself.
type Festival string

// The festivals that a timetable can name.
const (
	NewYear     Festival = "元旦"
	Laba        Festival = "腊八"
	LittleNorth Festival = "小年"   // 腊月廿三, as printed calendars and the north keep it
	LittleSouth Festival = "南方小年" // 腊月廿四, as the lower Yangtze keeps it
	NewYearsEve Festival = "除夕"
	Spring      Festival = "春节"
	Lantern     Festival = "元宵"
	WomensDay   Festival = "妇女节"
	Qingming    Festival = "清明"
	LabourDay   Festival = "劳动节"
	DragonBoat  Festival = "端午"
	Qixi        Festival = "七夕"
	MidAutumn   Festival = "中秋"
	NationalDay Festival = "国庆"
	DoubleNinth Festival = "重阳"
	WinterSolar Festival = "冬至"
)

// Festivals gives every festival, in the order in which a year from 元旦 to 冬至 meets them.
func Festivals() []Festival {
	return []Festival{
		NewYear, Laba, LittleNorth, LittleSouth, NewYearsEve, Spring, Lantern, WomensDay,
		Qingming, LabourDay, DragonBoat, Qixi, MidAutumn, NationalDay, DoubleNinth, WinterSolar,
	}
}

// rule says how a festival's day is found; exactly one field is set.
type rule struct {
	month time.Month // with day: a civil date
	day   int
	lunar MonthDay // a day of the lunar year
	term  string   // a solar term
	eve   bool     // the day before 正月初一
}

func ruleOf(f Festival) (rule, bool) {
	switch f {
	case NewYear:
		return rule{month: time.January, day: 1}, true
	case WomensDay:
		return rule{month: time.March, day: 8}, true
	case LabourDay:
		return rule{month: time.May, day: 1}, true
	case NationalDay:
		return rule{month: time.October, day: 1}, true
	case Laba:
		return rule{lunar: MonthDay{Month: 12, Day: 8}}, true
	case LittleNorth:
		return rule{lunar: MonthDay{Month: 12, Day: 23}}, true
	case LittleSouth:
		return rule{lunar: MonthDay{Month: 12, Day: 24}}, true
	case NewYearsEve:
		return rule{eve: true}, true
	case Spring:
		return rule{lunar: MonthDay{Month: 1, Day: 1}}, true
	case Lantern:
		return rule{lunar: MonthDay{Month: 1, Day: 15}}, true
	case DragonBoat:
		return rule{lunar: MonthDay{Month: 5, Day: 5}}, true
	case Qixi:
		return rule{lunar: MonthDay{Month: 7, Day: 7}}, true
	case MidAutumn:
		return rule{lunar: MonthDay{Month: 8, Day: 15}}, true
	case DoubleNinth:
		return rule{lunar: MonthDay{Month: 9, Day: 9}}, true
	case Qingming, WinterSolar:
		return rule{term: string(f)}, true
	default:
		return rule{}, false
	}
}

// falls reports whether a day with these properties is the rule's day.
func (r rule) falls(date Date, lunar Lunar, term string, eve bool) bool {
	switch {
	case r.eve:
		return eve
	case r.term != "":
		return r.term == term
	case r.day != 0:
		return r.month == date.Month && r.day == date.Day
	default:
		return r.lunar == lunar.MonthDay()
	}
}
