package schedule

import (
	"errors"
	"strings"
	"unicode/utf8"

	"nianwei/model/fault"
)

// Parse reads a timetable: lines such as 除夕 20:00 至 24:00, separated by line
// breaks or semicolons. Numerals may be Arabic, Chinese or full-width. Errors are
// faults whose Chinese detail says what is wrong and gives an example.
func Parse(text string) (Plan, error) {
	if utf8.RuneCountInString(text) > MaxRunes {
		return Plan{}, invalid(reasonLong, "时间安排太长，最多%d个字", MaxRunes)
	}
	var plan Plan
	for line := range strings.SplitSeq(normalise(text), ";") {
		s := &scanner{src: []rune(strings.TrimSpace(line))}
		s.space()
		if s.end() {
			continue
		}
		if len(plan.Lines) == MaxLines {
			return Plan{}, invalid(reasonLong, "时间安排太长，最多%d行", MaxLines)
		}
		l, err := s.line()
		if err != nil {
			return Plan{}, named(err, strings.TrimSpace(line))
		}
		plan.Lines = append(plan.Lines, l)
	}
	if len(plan.Lines) == 0 {
		return Plan{}, invalid(reasonEmpty, "请填写时间安排，例如“除夕 20:00 至 24:00”")
	}
	return plan, nil
}

// named puts the line in front of what is wrong with it, for texts of many lines.
func named(err error, line string) error {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return err
	}
	c := *f
	c.Detail = "“" + line + "”：" + f.Detail
	return &c
}

func (s *scanner) line() (Line, error) {
	if s.word("cron", "CRON", "Cron") {
		return s.cronLine()
	}
	opens, err := s.opening()
	if err != nil {
		return Line{}, err
	}
	s.skipOpens()
	closes, err := s.closing(opens)
	if err != nil {
		return Line{}, err
	}
	if opens, err = s.since(opens); err != nil {
		return Line{}, err
	}
	s.space()
	if !s.end() {
		return Line{}, invalid(reasonSyntax, "多出了看不懂的“%s”。时间安排例如“除夕 20:00 至 24:00”或“初一至初七 每天 08:00”；多个安排请分行写", s.rest())
	}
	return Line{Opens: opens, Closes: closes}, nil
}

func (s *scanner) opening() (Opening, error) {
	s.space()
	s.word("从", "自")
	s.space()
	if s.word("连续") {
		return s.weeks()
	}
	if s.word("每天", "每日", "天天") {
		at, err := s.opensAt()
		return Daily{At: at}, err
	}
	start := s.pos
	s.word("每个", "每")
	if days, ok := s.weekdays(true); ok {
		at, err := s.opensAt()
		return Weekly{Days: days, At: at}, err
	}
	s.pos = start
	return s.dated()
}

// weeks reads what follows 连续: 五周 周五 10:00.
func (s *scanner) weeks() (Opening, error) {
	s.space()
	n, ok := s.number()
	if !ok || !s.word("周", "个星期", "星期", "个周", "个礼拜") {
		return nil, invalid(reasonSyntax, "“连续”后面要写周数，例如“连续五周 周五 10:00”")
	}
	if n < 1 || n > 60 {
		return nil, invalid(reasonSyntax, "连续的周数要在1到60之间，例如“连续五周 周五 10:00”")
	}
	s.space()
	s.word("每个", "每", "的")
	days, ok := s.weekdays(true)
	if !ok {
		return nil, invalid(reasonSyntax, "没有写星期几，例如“连续五周 周五 10:00”")
	}
	at, err := s.opensAt()
	return Weekly{Weeks: n, Days: days, At: at}, err
}

// dated reads 除夕 20:00 or 初一到初七 每天 08:00.
func (s *scanner) dated() (Opening, error) {
	first, ok, err := s.day()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, invalid(reasonSyntax, "看不懂“%s”是哪一天。可以写“除夕 20:00”“2月5日 20:00”“正月十五 19:00”“每周五 10:00”或“初一至初七 每天 08:00”", s.rest())
	}
	last, ranged, err := s.lastDay()
	if err != nil {
		return nil, err
	}
	s.space()
	daily := s.word("每天", "每日", "天天")
	switch {
	case ranged && !daily:
		return nil, invalid(reasonSyntax, "写了起止两天，还要写明“每天”，例如“%s至%s 每天 08:00”", first, last)
	case daily && !ranged:
		return nil, invalid(reasonSyntax, "“每天”前面要写起止两天，例如“初一至初七 每天 08:00”；整个活动季每天一场请写“每天 08:00”")
	}
	at, err := s.opensAt()
	if ranged {
		return Daily{First: first, Last: last, At: at}, err
	}
	return On{Day: first, At: at}, err
}

// lastDay reads 至初七.
func (s *scanner) lastDay() (last Day, ok bool, err error) {
	s.space()
	if !s.until() {
		return Day{}, false, nil
	}
	last, ok, err = s.day()
	if err == nil && !ok {
		err = invalid(reasonSyntax, "看不懂“%s”是哪一天，例如“初一至初七 每天 08:00”", s.rest())
	}
	return last, ok, err
}

// until reads the words and marks that people put between a beginning and an end.
func (s *scanner) until() bool {
	if s.word("一直到", "直到", "直至", "至", "到") {
		s.space()
		return true
	}
	marks := 0
	for s.word("-", "~") {
		marks++
	}
	s.space()
	return marks > 0
}

// skipOpens passes over 开始, 起 and the like after an opening time, but not over 起于.
func (s *scanner) skipOpens() {
	s.space()
	if s.peek("起于") || s.peek("起自") {
		return
	}
	s.word("开始", "开放", "开抢", "准时", "起")
}

// since reads 起于 2027-02-12 after a weekly opening.
func (s *scanner) since(opens Opening) (Opening, error) {
	s.space()
	if !s.word("起于", "起自", "自", "从") {
		return opens, nil
	}
	w, ok := opens.(Weekly)
	if !ok {
		return nil, invalid(reasonSyntax, "“起于”只用于每周的安排，例如“连续五周 周五 10:00 起于 2027-02-12”")
	}
	s.space()
	day, ok, err := s.day()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, invalid(reasonSyntax, "“起于”后面要写日期，例如“起于 2027-02-12”")
	}
	s.word("起", "开始")
	w.Since = day
	return w, nil
}

// closing reads 至 24:00, 至 次日 02:00, 至 初一 00:30 or 持续 2小时; nothing is the default.
func (s *scanner) closing(opens Opening) (Closing, error) {
	s.space()
	if s.word("持续", "时长", "为期") {
		return s.lasting()
	}
	if !s.until() {
		return Closing{}, nil
	}
	c, err := s.closesAt(opens)
	s.word("结束", "截止", "为止", "止", "关闭")
	return c, err
}

func (s *scanner) closesAt(opens Opening) (Closing, error) {
	if s.word("次日", "第二天", "翌日") {
		at, err := s.closingTime()
		return Closing{Until: UntilNextDay, At: at}, err
	}
	s.word("当天", "当日", "同日")
	s.space()
	at, ok, err := s.timeOfDay()
	if err != nil {
		return Closing{}, err
	}
	if ok {
		return sameDay(opens, at)
	}
	return s.closingDay(opens)
}

func sameDay(opens Opening, at Minute) (Closing, error) {
	from, ok := opens.minute()
	if ok && at <= from && at == noonTime {
		return Closing{}, invalid(reasonOrder, "结束时间 12:00 不晚于开始时间 %s；半夜十二点请写“%s 至 24:00”", from, from)
	}
	if ok && at <= from {
		return Closing{}, invalid(reasonOrder, "结束时间 %s 不晚于开始时间 %s；跨过午夜请写“%s 至 次日 %s”", at, from, from, at)
	}
	return Closing{Until: UntilTime, At: at}, nil
}

func (s *scanner) closingDay(opens Opening) (Closing, error) {
	day, ok, err := s.day()
	if err != nil {
		return Closing{}, err
	}
	if !ok {
		return Closing{}, invalid(reasonSyntax, "看不懂结束时间“%s”，例如“除夕 20:00 至 24:00”或“除夕 20:00 至 初一 00:30”", s.rest())
	}
	if _, once := opens.(On); !once {
		return Closing{}, invalid(reasonSyntax, "每天或每周的安排不能在固定的一天结束，请写时间，例如“每天 20:00 至 22:00”或“每天 20:00 至 次日 02:00”")
	}
	at, err := s.closingTime()
	return Closing{Until: UntilDay, Day: day, At: at}, err
}
