// Package timetable lets activities be planned in the words of service/schedule:
// it gives a timetable the days of its season.
package timetable

import (
	"fmt"
	"time"

	"nianwei/service/activity"
	"nianwei/service/schedule"
	"nianwei/service/schedule/calendar"
)

// A season reaches from well before 元旦 to 劳动节, whatever the year: 除夕 lies
// between 20 January and 19 February.
const (
	daysBefore = 60
	daysAfter  = 120
)

// Planner reads timetables. It is safe for concurrent use.
type Planner struct {
	location *time.Location
	calendar *calendar.Calendar
}

// NewPlanner makes a planner whose times are wall times of location.
func NewPlanner(location *time.Location, c *calendar.Calendar) *Planner {
	return &Planner{location: location, calendar: c}
}

// Check gives a timetable in its usual form. What is wrong with it is a fault
// whose detail quotes the words.
func (p *Planner) Check(text string) (string, error) {
	plan, err := schedule.Parse(text)
	if err != nil {
		return "", err
	}
	return plan.String(), nil
}

// Windows gives the rounds that a timetable means in the season of a year, in
// the order in which they open. A round that names no end lasts until midnight.
func (p *Planner) Windows(text string, year int) ([]activity.Window, error) {
	plan, err := schedule.Parse(text)
	if err != nil {
		return nil, err
	}
	season, err := p.season(year)
	if err != nil {
		return nil, err
	}
	openings, err := plan.Openings(season)
	if err != nil {
		return nil, err
	}
	out := make([]activity.Window, len(openings))
	for i, w := range openings {
		words, err := w.Describe(p.location, p.calendar)
		if err != nil {
			return nil, fmt.Errorf("timetable: describe: %w", err)
		}
		out[i] = activity.Window{OpensAt: w.OpensAt, ClosesAt: w.ClosesAt, Words: words}
	}
	return out, nil
}

// season gives the days around 除夕 that belong to the season of a year.
func (p *Planner) season(year int) (schedule.Season, error) {
	eve, err := p.calendar.Festival(calendar.NewYearsEve, year)
	if err != nil {
		return schedule.Season{}, err
	}
	return schedule.Season{
		Year: year, Location: p.location, Calendar: p.calendar,
		From: eve.AddDays(-daysBefore).At(0, p.location),
		To:   eve.AddDays(daysAfter+1).At(0, p.location),
	}, nil
}
