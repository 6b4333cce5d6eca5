// Package template has the ready-made activities: a way of taking part × a way
// of rewarding × a timetable, with the rules written out. An organiser chooses
// one, changes what is different here, and publishes.
package template

import (
	"fmt"
	"time"

	"nianwei/service/activity"
	"nianwei/service/schedule"
)

// Template is one ready-made activity.
type Template struct {
	ID      string
	Title   string
	Summary string // what it is for and what is to be looked at before publishing
	Draft   activity.Draft
}

// All gives the templates for the next Spring Festival after now. Only what
// depends on the year is computed: the public numbers that decide a raffle must
// not exist yet when its round closes.
func All(now time.Time, location *time.Location) ([]Template, error) {
	quiz := quiz()
	windows, err := upcoming(quiz.Draft.Timetable, now, location)
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", quiz.ID, err)
	}
	for _, w := range windows {
		quiz.Draft.Reward.Sources = append(quiz.Draft.Reward.Sources, fmt.Sprintf("%d:%s", w.Number, beaconAfter(w.ClosesAt)))
	}
	return []Template{greeting(), quiz}, nil
}

// upcoming gives the windows of a timetable in the first year in which none of
// them has closed yet.
func upcoming(timetable string, now time.Time, location *time.Location) ([]schedule.Window, error) {
	plan, err := schedule.Parse(timetable)
	if err != nil {
		return nil, err
	}
	season := schedule.Season{Year: now.In(location).Year(), Location: location}
	windows, err := plan.Openings(season)
	if err == nil && windows[0].ClosesAt <= now.UnixMilli() {
		season.Year++
		windows, err = plan.Openings(season)
	}
	return windows, err
}

// The parameters of drand's quicknet, the League of Entropy's public beacon:
// https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/info
const (
	quicknetGenesis = 1692803367 // of round 1, unix seconds
	quicknetPeriod  = 3          // seconds
)

// beaconDelay leaves time to freeze a round's list before the number exists.
const beaconDelay = 10 * time.Minute

// beaconAfter names the first beacon that is published beaconDelay after a
// round's close, in unix milliseconds, or later.
func beaconAfter(closesAt int64) string {
	due := closesAt/1000 + int64(beaconDelay/time.Second)
	return fmt.Sprintf("drand-quicknet/%d", (due-quicknetGenesis+quicknetPeriod-1)/quicknetPeriod+1)
}
