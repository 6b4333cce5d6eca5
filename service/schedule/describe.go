package schedule

import (
	"time"

	"nianwei/model/clock"
	"nianwei/service/schedule/calendar"
)

// Describe gives one line for each window, such as 2027年2月5日（星期五，除夕）20:00–24:00,
// for the organiser to check a plan before it counts.
func (p Plan) Describe(season Season) ([]string, error) {
	if season.Calendar == nil {
		season.Calendar = calendar.New()
	}
	windows, err := p.Openings(season)
	if err != nil {
		return nil, err
	}
	lines := make([]string, len(windows))
	for i, w := range windows {
		if lines[i], err = w.Describe(season.Location, season.Calendar); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// Describe gives the window in words. An end on the next day reads 次日, an end at midnight 24:00.
func (w Window) Describe(loc *time.Location, c *calendar.Calendar) (string, error) {
	opens := clock.FromMillis(w.OpensAt).In(loc)
	day, err := dayText(calendar.DateOf(opens), c)
	if err != nil {
		return "", err
	}
	end, err := closesText(calendar.DateOf(opens), clock.FromMillis(w.ClosesAt).In(loc), c)
	return day + opens.Format("15:04") + "–" + end, err
}

func dayText(d calendar.Date, c *calendar.Calendar) (string, error) {
	day, err := c.Day(d)
	if err != nil {
		return "", err
	}
	return d.Chinese() + "（" + calendar.WeekdayName(d.Weekday()) + "，" + day.Label() + "）", nil
}

func closesText(opened calendar.Date, closes time.Time, c *calendar.Calendar) (string, error) {
	date, clockText := calendar.DateOf(closes), closes.Format("15:04")
	if clockText == "00:00" && closes.Second() == 0 {
		date, clockText = date.AddDays(-1), "24:00"
	}
	switch date {
	case opened:
		return clockText, nil
	case opened.AddDays(1):
		return "次日" + clockText, nil
	}
	day, err := dayText(date, c)
	return day + clockText, err
}
