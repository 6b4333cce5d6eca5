package schedule_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nianwei/model/fault"
	"nianwei/service/schedule"
	"nianwei/service/schedule/calendar"
)

func TestParse_ReadsTimetablesAsPeopleSayThem(t *testing.T) {
	for text, want := range map[string]string{
		"除夕 20:00":                     "除夕 20:00",
		"除夕 20:00 至 24:00":             "除夕 20:00 至 24:00",
		"除夕 20:00 至 初一 00:30":          "除夕 20:00 至 初一 00:30",
		"初一到初七 每天 08:00":               "初一至初七 每天 08:00",
		"初一到初七 每天 08:00 至 22:00":       "初一至初七 每天 08:00 至 22:00",
		"初一至初五 每天 20:00":               "初一至初五 每天 20:00",
		"连续五周 周五 10:00":                "连续5周 周五 10:00",
		"连续五周 周五 10:00 起于 2027-02-12":  "连续5周 周五 10:00 起于 2027-02-12",
		"每周五 10:00":                    "每周五 10:00",
		"2027-02-05 20:00":             "2027-02-05 20:00",
		"2月5日 20:00 至 22:00":           "2月5日 20:00 至 22:00",
		"正月十五 19:00":                   "正月十五 19:00",
		"端午 09:00":                     "端午 09:00",
		"cron 0 20 * * *":              "cron 0 20 * * *",
		"cron 0 20 * * * 持续 2小时":       "cron 0 20 * * * 持续 2小时",
		"cron 0 20 * * mon-fri 持续90分钟": "cron 0 20 * * MON-FRI 持续 1小时30分钟",

		"除夕　２０：００～２４：００":                 "除夕 20:00 至 24:00",
		"除夕晚上8点":                         "除夕 20:00",
		"除夕 晚八点半到十二点":                    "",
		"除夕晚上八点半到晚上十二点":                  "除夕 20:30 至 24:00",
		"大年三十 二十点三十分开始，二十二点结束":           "",
		"大年三十 二十点三十分开始，到二十二点结束":          "除夕 20:30 至 22:00",
		"除夕20:00——次日02:00":               "除夕 20:00 至 次日 02:00",
		"从初一到初七，每天早上8点，持续12个小时":          "初一至初七 每天 08:00 持续 12小时",
		"大年初一 8:00-22:00":                "初一 08:00 至 22:00",
		"初三下午三点一刻":                       "初三 15:15",
		"二〇二七年二月五日 二十点":                  "2027-02-05 20:00",
		"2027/2/5 20:00":                 "2027-02-05 20:00",
		"2027年2月5号 20时 到 21时30分":         "2027-02-05 20:00 至 21:30",
		"2027-02-05-2027-02-11 每天 08:00": "2027-02-05至2027-02-11 每天 08:00",
		"腊月廿三 10:00":                     "腊月廿三 10:00",
		"腊月二十三 10:00":                    "腊月廿三 10:00",
		"农历八月十五 19:00":                   "农历八月十五 19:00",
		"闰六月初一 10:00":                    "闰六月初一 10:00",
		"五一 10:00":                       "劳动节 10:00",
		"元宵节 19:00 持续一个半小时":              "元宵 19:00 持续 1小时30分钟",
		"每天 08:00":                       "每天 08:00",
		"每周一、三、五 10:00":                  "每周一、周三、周五 10:00",
		"每周一至周五 8点":                      "每周一、周二、周三、周四、周五 08:00",
		"每周末 10:00":                      "每周六、周日 10:00",
		"每星期日 10:00 至 12:00":             "每周日 10:00 至 12:00",
		"每周五，10:00":                      "每周五 10:00",
		"连续5个星期 每周五 10:00 从元旦起":          "连续5周 周五 10:00 起于 元旦",
		"除夕 20:00；初一 08:00\n初二 08:00":    "除夕 20:00；初一 08:00；初二 08:00",
	} {
		plan, err := schedule.Parse(text)
		if want == "" {
			if err == nil {
				t.Errorf("%s: read as %s, want a fault", text, plan)
			}
			continue
		}
		if err != nil || plan.String() != want {
			t.Errorf("%s: %q, %v; want %q", text, plan, err, want)
		}
	}
}

func TestParse_SaysWhatIsWrongAndGivesAnExample(t *testing.T) {
	for text, want := range map[string]struct{ reason, words string }{
		"":                              {"schedule.empty", "例如"},
		" ；\n":                          {"schedule.empty", "例如"},
		"除夕":                            {"schedule.bad_time", "没有写开始时间"},
		"除夕 25:00":                      {"schedule.bad_time", "没有“25:00”这个时间"},
		"除夕 20:60":                      {"schedule.bad_time", "例如“20:00”"},
		"除夕 24:00":                      {"schedule.bad_time", "第二天的 00:00"},
		"除夕 上午20点":                      {"schedule.bad_time", "上午20点"},
		"除夕 20:00 至 02:00":              {"schedule.order", "20:00 至 次日 02:00"},
		"除夕晚八点半到十二点":                    {"schedule.order", "20:30 至 24:00"},
		"除夕 20:00 至":                    {"schedule.syntax", "结束时间"},
		"除夕 20:00 至 初一":                 {"schedule.bad_time", "没有写结束时间"},
		"除夕 20:00 一起来":                  {"schedule.syntax", "一起来"},
		"圣诞 20:00":                      {"schedule.syntax", "圣诞"},
		"2027-02-30 20:00":              {"schedule.bad_date", "2027-02-30"},
		"13月1日 20:00":                   {"schedule.bad_date", "13月1日"},
		"1999-01-01 20:00":              {"schedule.bad_date", "年份"},
		"二月十五 20:00":                    {"schedule.ambiguous_date", "农历二月十五"},
		"腊月廿三日 20:00":                   {"schedule.bad_date", "不写“日”"},
		"初一至初七 08:00":                   {"schedule.syntax", "初一至初七 每天 08:00"},
		"初一 每天 08:00":                   {"schedule.syntax", "起止两天"},
		"连续 周五 10:00":                   {"schedule.syntax", "连续五周 周五 10:00"},
		"连续五周 10:00":                    {"schedule.syntax", "星期几"},
		"连续九十九周 周五 10:00":               {"schedule.syntax", "1到60"},
		"除夕 20:00 起于 2027-02-12":        {"schedule.syntax", "每周"},
		"每天 08:00 至 初一 09:00":           {"schedule.syntax", "次日"},
		"cron 0 20 * *":                 {"schedule.syntax", "五段"},
		"cron @daily":                   {"schedule.syntax", "五段"},
		"cron TZ=UTC 0 20 * *":          {"schedule.syntax", "五段"},
		"cron 61 20 * * *":              {"schedule.syntax", "五段"},
		"cron 0 20 * * * 持续":            {"schedule.bad_time", "持续 2小时"},
		"除夕 20:00 持续 0分钟":               {"schedule.bad_time", "1分钟"},
		"除夕 20:00 持续 999天":              {"schedule.bad_time", "366天"},
		strings.Repeat("除", 2001):       {"schedule.too_long", "2000"},
		strings.Repeat("除夕 20:00；", 51): {"schedule.too_long", "50"},
	} {
		_, err := schedule.Parse(text)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Code != fault.Invalid || f.Reason != want.reason || !strings.Contains(f.Detail, want.words) {
			t.Errorf("%.40s: %v; want %s with %q", text, err, want.reason, want.words)
		}
	}
}

func drawDay(t *rapid.T, label string) schedule.Day {
	switch rapid.IntRange(0, 3).Draw(t, label+" kind") {
	case 0:
		return schedule.Day{Festival: rapid.SampledFrom(calendar.Festivals()).Draw(t, label)}
	case 1:
		return schedule.Day{Lunar: calendar.MonthDay{
			Month: rapid.IntRange(1, 12).Draw(t, label+" month"), Day: rapid.IntRange(1, 30).Draw(t, label+" day"), Leap: rapid.Bool().Draw(t, label+" leap")}}
	case 2:
		return schedule.Day{Civil: calendar.Date{Month: time.Month(rapid.IntRange(1, 12).Draw(t, label+" month")), Day: rapid.IntRange(1, 29).Draw(t, label+" day")}}
	default:
		return schedule.Day{Civil: calendar.Date{Year: 2027, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 5000).Draw(t, label))}
	}
}

func drawOpening(t *rapid.T) schedule.Opening {
	at := schedule.Minute(rapid.IntRange(0, 1439).Draw(t, "at"))
	switch rapid.IntRange(0, 5).Draw(t, "opening") {
	case 0:
		return schedule.On{Day: drawDay(t, "day"), At: at}
	case 1:
		return schedule.Daily{First: drawDay(t, "first"), Last: drawDay(t, "last"), At: at}
	case 2:
		return schedule.Daily{At: at}
	case 3:
		return schedule.Cron{Expr: rapid.SampledFrom([]string{"0 20 * * *", "*/5 8-22 1,15 * MON-FRI", "0 0 30 2 *", "15 10 ? JAN,FEB 0"}).Draw(t, "cron")}
	default:
		w := schedule.Weekly{Weeks: rapid.IntRange(0, 60).Draw(t, "weeks"), Days: schedule.Weekdays(rapid.IntRange(1, 127).Draw(t, "days")), At: at}
		if rapid.Bool().Draw(t, "since") {
			w.Since = drawDay(t, "since day")
		}
		return w
	}
}

func drawClosing(t *rapid.T, opens schedule.Opening) schedule.Closing {
	_, cron := opens.(schedule.Cron)
	_, once := opens.(schedule.On)
	kind := schedule.ClosingKind(rapid.IntRange(0, 4).Draw(t, "closing"))
	switch {
	case kind == schedule.ForDuration:
		return schedule.Closing{Until: kind, Lasts: time.Duration(rapid.IntRange(1, 366*24*60).Draw(t, "lasts")) * time.Minute}
	case cron:
		return schedule.Closing{}
	case kind == schedule.UntilTime:
		return schedule.Closing{Until: kind, At: 24 * 60}
	case kind == schedule.UntilNextDay:
		return schedule.Closing{Until: kind, At: schedule.Minute(rapid.IntRange(0, 1440).Draw(t, "closes"))}
	case kind == schedule.UntilDay && once:
		return schedule.Closing{Until: kind, Day: drawDay(t, "closing day"), At: schedule.Minute(rapid.IntRange(0, 1440).Draw(t, "closes"))}
	default:
		return schedule.Closing{}
	}
}

func TestPlan_ReadsBackFromItsOwnText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var plan schedule.Plan
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			opens := drawOpening(t)
			plan.Lines = append(plan.Lines, schedule.Line{Opens: opens, Closes: drawClosing(t, opens)})
		}
		back, err := schedule.Parse(plan.String())
		if err != nil || !reflect.DeepEqual(back, plan) {
			t.Fatalf("%s\nreads back as %s (%v)\n%#v\n%#v", plan, back, err, plan, back)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"除夕 20:00 至 24:00", "初一到初七 每天 08:00", "连续五周 周五 10:00 起于 2027-02-12", "每周一、三、五 晚上八点半 持续 90分钟",
		"2027年2月5日 20时－次日02:00", "闰六月廿三 10:00；农历八月十五 19:00", "cron */5 8-22 ? * MON-FRI 持续 2小时", "二〇二七年十二月三十一日 00:00 至 元旦 00:30",
	} {
		f.Add(text)
	}
	loc, err := schedule.LoadLocation("Asia/Shanghai")
	if err != nil {
		f.Fatal(err)
	}
	season := schedule.Season{
		Year: 2027, From: time.Date(2026, 12, 20, 0, 0, 0, 0, loc), To: time.Date(2027, 4, 1, 0, 0, 0, 0, loc),
		Location: loc, Calendar: calendar.New(),
	}
	f.Fuzz(func(t *testing.T, text string) {
		plan, err := schedule.Parse(text)
		if err != nil {
			if fault.Of(err) != fault.Invalid {
				t.Fatalf("%q: %v is not a fault of the input", text, err)
			}
			return
		}
		back, err := schedule.Parse(plan.String())
		if err != nil || !reflect.DeepEqual(back, plan) {
			t.Fatalf("%q: %s reads back as %s (%v)", text, plan, back, err)
		}
		checkWindows(t, plan, season)
	})
}

// checkWindows asserts what holds for the windows of every plan.
func checkWindows(t interface{ Fatalf(string, ...any) }, plan schedule.Plan, season schedule.Season) {
	windows, err := plan.Openings(season)
	if err != nil {
		if fault.Of(err) != fault.Invalid || windows != nil {
			t.Fatalf("%s: %v with %d windows", plan, err, len(windows))
		}
		return
	}
	last := season.From.UnixMilli()
	for i, w := range windows {
		if w.Number != i+1 || w.OpensAt < last || w.ClosesAt <= w.OpensAt || w.ClosesAt > season.To.UnixMilli() {
			t.Fatalf("%s: window %d is %+v, the one before closes at %d", plan, i, w, last)
		}
		last = w.ClosesAt
	}
	if len(windows) == 0 || len(windows) > schedule.MaxOpenings {
		t.Fatalf("%s: %d windows", plan, len(windows))
	}
}
