package schedule

import (
	"cmp"
	"slices"
	"time"

	"nianwei/model/clock"
)

// State is how far a round has come. A round only moves forward: a time machine
// set back, or a server whose clock is wrong, never reopens one.
type State string

// The states that the timetable moves a round through. A round in any other
// state, such as a cancelled one, is left alone.
const (
	Planned State = "planned"
	Open    State = "open"
	Closed  State = "closed"
	Settled State = "settled"
)

// Verb is what is to be done to a round.
type Verb string

// What a timetable asks for.
const (
	DoOpen   Verb = "open"
	DoClose  Verb = "close"
	DoSettle Verb = "settle" // give back what nobody claimed
)

// RoundTimes is what the timetable has to know of a round. All instants are unix
// milliseconds UTC.
type RoundTimes struct {
	ID        int64
	State     State
	OpensAt   int64
	ClosesAt  int64
	SettlesAt int64 // 0: the timetable does not settle the round
}

// Action is one step of one round that is due: it moves the round from one state
// to another, and is void if the round is no longer in the first.
type Action struct {
	RoundID  int64
	Do       Verb
	From, To State
	At       int64 // when it fell due, unix milliseconds, however late the tick
}

// Due gives the steps that are due at now, in the order in which they fell due;
// of those that fell due together, what ends comes before what begins, so that
// the fund of one round is free for the next. It is pure: whoever acts does so
// only if the round is still in From and moves it to To in the same transaction,
// so that two servers, a repeated tick or a crash halfway cannot do a step twice.
//
// A round that was slept through is opened and then closed, and never left open
// after its end. A round whose window is empty is closed without being opened.
func Due(rounds []RoundTimes, now time.Time) []Action {
	ms := clock.Millis(now)
	var due []Action
	for _, r := range rounds {
		for {
			a, ok := r.next()
			if !ok || a.At > ms {
				break
			}
			due = append(due, a)
			r.State = a.To
		}
	}
	slices.SortFunc(due, func(a, b Action) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Do.rank(), b.Do.rank()), cmp.Compare(a.RoundID, b.RoundID))
	})
	return due
}

// Next gives the earliest instant, in unix milliseconds, at which a step of one
// of the rounds falls due; false if none ever will. It may lie in the past.
func Next(rounds []RoundTimes) (at int64, ok bool) {
	for _, r := range rounds {
		if a, more := r.next(); more && (!ok || a.At < at) {
			at, ok = a.At, true
		}
	}
	return at, ok
}

// next gives the round's next step, whether or not it is due yet.
func (r RoundTimes) next() (Action, bool) {
	switch {
	case r.State == Planned && r.OpensAt < r.ClosesAt:
		return Action{RoundID: r.ID, Do: DoOpen, From: Planned, To: Open, At: r.OpensAt}, true
	case r.State == Planned, r.State == Open:
		return Action{RoundID: r.ID, Do: DoClose, From: r.State, To: Closed, At: r.ClosesAt}, true
	case r.State == Closed && r.SettlesAt != 0:
		return Action{RoundID: r.ID, Do: DoSettle, From: Closed, To: Settled, At: max(r.SettlesAt, r.ClosesAt)}, true
	default:
		return Action{}, false
	}
}

// rank orders what falls due at the same instant; it keeps a round's own steps in order.
func (v Verb) rank() int { return slices.Index([]Verb{DoClose, DoSettle, DoOpen}, v) }
