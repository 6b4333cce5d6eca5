package schedule_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nianwei/service/schedule"
)

func at(ms int64) time.Time { return time.UnixMilli(ms) }

func TestDue_GivesTheStepsThatHaveFallenDue(t *testing.T) {
	round := func(state schedule.State) schedule.RoundTimes {
		return schedule.RoundTimes{ID: 1, State: state, OpensAt: 100, ClosesAt: 200, SettlesAt: 300}
	}
	for name, tc := range map[string]struct {
		round schedule.RoundTimes
		now   int64
		want  []schedule.Verb
	}{
		"before it opens":          {round(schedule.Planned), 99, nil},
		"as it opens":              {round(schedule.Planned), 100, []schedule.Verb{schedule.DoOpen}},
		"while it is open":         {round(schedule.Open), 199, nil},
		"as it closes":             {round(schedule.Open), 200, []schedule.Verb{schedule.DoClose}},
		"slept through":            {round(schedule.Planned), 200, []schedule.Verb{schedule.DoOpen, schedule.DoClose}},
		"slept through all":        {round(schedule.Planned), 999, []schedule.Verb{schedule.DoOpen, schedule.DoClose, schedule.DoSettle}},
		"as it settles":            {round(schedule.Closed), 300, []schedule.Verb{schedule.DoSettle}},
		"all done":                 {round(schedule.Settled), 999, nil},
		"cancelled":                {round("cancelled"), 999, nil},
		"clock set back":           {round(schedule.Closed), 150, nil},
		"no settling":              {schedule.RoundTimes{ID: 1, State: schedule.Closed, OpensAt: 1, ClosesAt: 2}, 999, nil},
		"empty window":             {schedule.RoundTimes{ID: 1, State: schedule.Planned, OpensAt: 100, ClosesAt: 100}, 999, []schedule.Verb{schedule.DoClose}},
		"closed early by somebody": {round(schedule.Closed), 250, nil},
	} {
		var got []schedule.Verb
		for _, a := range schedule.Due([]schedule.RoundTimes{tc.round}, at(tc.now)) {
			got = append(got, a.Do)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestDue_EndsOneRoundBeforeItBeginsTheNext(t *testing.T) {
	rounds := []schedule.RoundTimes{
		{ID: 1, State: schedule.Planned, OpensAt: 200, ClosesAt: 300},
		{ID: 2, State: schedule.Open, OpensAt: 100, ClosesAt: 200, SettlesAt: 200},
		{ID: 3, State: schedule.Planned, OpensAt: 150, ClosesAt: 400},
	}
	want := []schedule.Action{
		{RoundID: 3, Do: schedule.DoOpen, From: schedule.Planned, To: schedule.Open, At: 150},
		{RoundID: 2, Do: schedule.DoClose, From: schedule.Open, To: schedule.Closed, At: 200},
		{RoundID: 2, Do: schedule.DoSettle, From: schedule.Closed, To: schedule.Settled, At: 200},
		{RoundID: 1, Do: schedule.DoOpen, From: schedule.Planned, To: schedule.Open, At: 200},
	}
	if got := schedule.Due(rounds, at(250)); !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestNext_IsTheEarliestStepToCome(t *testing.T) {
	rounds := []schedule.RoundTimes{
		{ID: 1, State: schedule.Planned, OpensAt: 200, ClosesAt: 300},
		{ID: 2, State: schedule.Open, OpensAt: 100, ClosesAt: 180},
		{ID: 3, State: schedule.Settled, OpensAt: 1, ClosesAt: 2},
	}
	if got, ok := schedule.Next(rounds); !ok || got != 180 {
		t.Errorf("next = %d, %v; want 180", got, ok)
	}
	if got, ok := schedule.Next(rounds[2:]); ok {
		t.Errorf("next = %d, want none", got)
	}
}

// season is a table of rounds and of what was done to them.
type season struct {
	rounds []schedule.RoundTimes
	done   []schedule.Action
}

// apply does a step the way a transaction does: only if the round is still where the step begins.
func (s *season) apply(a schedule.Action) {
	i := slices.IndexFunc(s.rounds, func(r schedule.RoundTimes) bool { return r.ID == a.RoundID })
	if s.rounds[i].State == a.From {
		s.rounds[i].State = a.To
		s.done = append(s.done, a)
	}
}

func drawRounds(t *rapid.T) []schedule.RoundTimes {
	rounds := make([]schedule.RoundTimes, rapid.IntRange(1, 6).Draw(t, "rounds"))
	for i := range rounds {
		opens := rapid.Int64Range(0, 100).Draw(t, "opens")
		rounds[i] = schedule.RoundTimes{
			ID: int64(i + 1), State: schedule.Planned, OpensAt: opens,
			ClosesAt:  opens + rapid.Int64Range(0, 40).Draw(t, "length"),
			SettlesAt: rapid.SampledFrom([]int64{0, 1, opens + 50}).Draw(t, "settles"),
		}
	}
	return rounds
}

// tick acts on what is due at now; a crash leaves some of it undone, and a slow
// second server acts on the rows as they were earlier.
func (s *season) tick(t *rapid.T, stale []schedule.RoundTimes, now int64) {
	seen := s.rounds
	if rapid.Bool().Draw(t, "stale") {
		seen = stale
	}
	due := schedule.Due(seen, at(now))
	for _, a := range due[:rapid.IntRange(0, len(due)).Draw(t, "until crash")] {
		s.apply(a)
	}
}

func TestDue_AnyTicksLeadToTheSameEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := drawRounds(t)
		once := &season{rounds: slices.Clone(start)}
		many := &season{rounds: slices.Clone(start)}
		end := rapid.Int64Range(0, 200).Draw(t, "end")
		for _, now := range rapid.SliceOfN(rapid.Int64Range(0, end), 0, 20).Draw(t, "ticks") {
			many.tick(t, slices.Clone(start), now)
		}
		for _, s := range []*season{once, many} {
			for _, a := range schedule.Due(s.rounds, at(end)) {
				s.apply(a)
			}
		}
		if !slices.Equal(once.rounds, many.rounds) {
			t.Fatalf("one tick ends in %+v, many in %+v", once.rounds, many.rounds)
		}
		if again := schedule.Due(many.rounds, at(end)); len(again) != 0 {
			t.Fatalf("a repeated tick finds %+v due", again)
		}
		checkSteps(t, start, many, end)
	})
}

// checkSteps asserts that each step was done once, in order, not early, and that nothing is open outside its window.
func checkSteps(t *rapid.T, start []schedule.RoundTimes, s *season, end int64) {
	state := map[int64]schedule.State{}
	for _, r := range start {
		state[r.ID] = schedule.Planned
	}
	for _, a := range s.done {
		if state[a.RoundID] != a.From || a.At > end {
			t.Fatalf("%+v was done to a round that is %s, at %d", a, state[a.RoundID], end)
		}
		state[a.RoundID] = a.To
	}
	for _, r := range s.rounds {
		inside := schedule.Window{OpensAt: r.OpensAt, ClosesAt: r.ClosesAt}.Contains(end)
		if (r.State == schedule.Open) != inside {
			t.Fatalf("round %+v at %d", r, end)
		}
	}
}

func TestDue_LeavesItsInputAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rounds := drawRounds(t)
		before := slices.Clone(rounds)
		now := at(rapid.Int64Range(0, 200).Draw(t, "now"))
		first := schedule.Due(rounds, now)
		if !slices.Equal(rounds, before) || !slices.Equal(first, schedule.Due(rounds, now)) {
			t.Fatal("deciding is not pure")
		}
		slices.Reverse(rounds)
		if !slices.Equal(first, schedule.Due(rounds, now)) {
			t.Fatal("the order of the rows changes the order of the steps")
		}
	})
}
