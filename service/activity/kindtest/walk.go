package kindtest

import (
	"encoding/json"
	"strings"
	"testing"

	"nianwei/service/activity"
)

// walk sends a worker's inputs twice: once as the engine does, with a progress
// that was JSON in between, and once without. Both must come to the same.
func (s suite[S, M, P, I]) walk(t *testing.T, setup Setup[S, M], walk Walk) {
	f := s.Facts(setup.Settings)
	state := activity.State("")
	var stored, kept P
	for i, raw := range walk {
		in := s.input(t, raw)
		decide := func(p P) (activity.Outcome[P], error) {
			if i == 0 {
				return s.kind.Begin(f, setup.Settings, setup.Stock, in)
			}
			return s.kind.Step(f, setup.Settings, setup.Stock, p, in)
		}
		if i > 0 && state != activity.Open {
			t.Fatalf("step %d: the entry is already %s", i+1, state)
		}
		if i > 0 {
			f = s.later(f, stored)
		}
		one, err := decide(stored)
		if err != nil {
			t.Fatalf("step %d, %s: %v", i+1, raw, err)
		}
		other, err := decide(kept)
		if err != nil {
			t.Fatalf("step %d, %s: %v", i+1, raw, err)
		}
		if a, b := encode(t, one), encode(t, other); string(a) != string(b) {
			t.Errorf("step %d: the same facts gave %s and %s", i+1, a, b)
		}
		s.sound(t, f, one)
		stored, kept, state = s.stored(t, one.Progress), other.Progress, one.State
		s.shown(t, setup, f, stored, state)
	}
	if state == activity.Open {
		s.expires(t, setup, f, stored)
	}
}

// stored gives a progress as the database gives it back.
func (s suite[S, M, P, I]) stored(t *testing.T, p P) P {
	t.Helper()
	raw := encode(t, p)
	var back P
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatalf("progress %s: %v", raw, err)
	}
	if again := encode(t, back); string(again) != string(raw) {
		t.Fatalf("progress %s comes back as %s", raw, again)
	}
	return back
}

// sound checks what the engine takes on trust.
func (s suite[S, M, P, I]) sound(t *testing.T, f activity.Facts, o activity.Outcome[P]) {
	t.Helper()
	switch o.State {
	case activity.Open:
		if o.Score != 0 || o.Chances != 0 {
			t.Errorf("an unfinished entry tells its score (%d) or chances (%d)", o.Score, o.Chances)
		}
		if o.Deadline != 0 && (o.Deadline <= f.Now || o.Deadline > f.Round.ClosesAt) {
			t.Errorf("deadline %d is not between now (%d) and the round's end (%d)", o.Deadline, f.Now, f.Round.ClosesAt)
		}
	case activity.Reviewing:
		if o.Work == nil {
			t.Error("there is nothing to review")
		}
	case activity.Done, activity.Expired:
	default:
		t.Errorf("a kind cannot decide the state %q", o.State)
	}
	if o.State != activity.Open && o.Deadline != 0 {
		t.Errorf("an entry that is %s has a deadline", o.State)
	}
	if o.Chances < 0 || o.State == activity.Expired && o.Chances > 0 {
		t.Errorf("an entry that is %s gives %d chances", o.State, o.Chances)
	}
}

func (s suite[S, M, P, I]) expires(t *testing.T, setup Setup[S, M], f activity.Facts, p P) {
	f = s.later(f, p)
	f.Now = f.Round.ClosesAt
	f.Round.Closed = true
	o, err := s.kind.Expire(f, setup.Settings, setup.Stock, p)
	if err != nil {
		t.Fatal(err)
	}
	s.sound(t, f, o)
	if o.State != activity.Done && o.State != activity.Expired {
		t.Errorf("an entry at its deadline is still %s", o.State)
	}
	s.shown(t, setup, f, s.stored(t, o.Progress), o.State)
}

// shown looks at an entry as its worker does, before and after the round's close.
func (s suite[S, M, P, I]) shown(t *testing.T, setup Setup[S, M], f activity.Facts, p P, state activity.State) {
	t.Helper()
	f = s.later(f, p)
	f.Done = state == activity.Done
	for _, f.Public = range []bool{false, true} {
		for _, f.Round.Closed = range []bool{false, true} {
			before := encode(t, p)
			view := encode(t, s.kind.Show(f, setup.Settings, setup.Stock, p))
			if view[0] != '{' {
				t.Errorf("the view is no object: %s", view)
			}
			if again := encode(t, s.kind.Show(f, setup.Settings, setup.Stock, p)); string(again) != string(view) {
				t.Errorf("the same entry shows as %s and %s", view, again)
			}
			if string(encode(t, p)) != string(before) {
				t.Error("looking at an entry changes it")
			}
			for _, secret := range setup.Hidden {
				if !f.Round.Closed && strings.Contains(string(view), secret) {
					t.Errorf("%s shows %q before the round has closed: %s", state, secret, view)
				}
			}
		}
	}
}
