package schedule

import "nianwei/model/fault"

// The ways in which a timetable can be wrong. Each comes with a sentence that
// says what is wrong and shows a right one.
const (
	reasonEmpty     = "schedule.empty"          // no line at all
	reasonLong      = "schedule.too_long"       // more text than a timetable needs
	reasonSyntax    = "schedule.syntax"         // words that are not understood
	reasonTime      = "schedule.bad_time"       // a time of day that does not exist
	reasonDate      = "schedule.bad_date"       // a day that does not exist
	reasonAmbiguous = "schedule.ambiguous_date" // civil or lunar
	reasonOrder     = "schedule.order"          // ends before it begins
	reasonSeason    = "schedule.no_season"      // needs the season's days, which are not given
	reasonOutside   = "schedule.outside_season" // a promised window does not lie in the season
	reasonOverlap   = "schedule.overlap"        // two windows at once
	reasonMany      = "schedule.too_many"       // more than MaxOpenings
	reasonNothing   = "schedule.no_opening"     // the season holds no window
	reasonZone      = "schedule.location"       // an unknown time zone
)

func invalid(reason, format string, args ...any) *fault.Fault {
	return fault.Newf(fault.Invalid, reason, format, args...)
}
