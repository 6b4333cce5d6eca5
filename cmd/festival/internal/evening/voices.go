package evening

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"nianwei/cmd/festival/internal/client"
)

// row is one row of the printed season being played.
type row struct {
	season   *Season
	activity *activity
	verdict  *verdict
	refusals *refusals
	began    time.Time
}

func (s *Season) newRow() row {
	return row{season: s, verdict: &verdict{}, refusals: &refusals{}, began: time.Now()}
}

// voices is the evening of greetings.
type voices struct {
	row
	round round
	tally *tally

	greeters  []*greeter
	strangers []*guest // on the roster, but not staying
	nobody    *client.Phone

	asked      atomic.Int64 // plays that were sent: before so many as there are tickets, none is told that all is gone
	played     atomic.Int64 // plays that were answered
	taps, cuts atomic.Int64
	rush       time.Duration // of the first wave
	killed     bool
	decided    int64 // works that a moderator has looked at
}

// PlayVoices plays the evening of greetings and reconciles it.
func (s *Season) PlayVoices(ctx context.Context) (RowReport, error) {
	v := &voices{row: s.newRow(), tally: newTally(s.unions)}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"publish", v.publish}, {"sign in", v.gather}, {"too early", v.early}, {"the rush", v.rushIn},
		{"moderation", v.moderate}, {"live numbers", v.watch}, {"close", v.close}, {"too late", v.late}, {"payment", v.pay},
	} {
		from := time.Now()
		if err := step.do(ctx); err != nil {
			return RowReport{}, fmt.Errorf("%s: %s: %w", s.Scenario.Voices.ID, step.what, err)
		}
		s.Say("%s %-13s %6.1fs", s.Scenario.Voices.ID, step.what, time.Since(from).Seconds())
	}
	return v.report(ctx)
}

func (v *voices) publish(ctx context.Context) (err error) {
	w := v.season.Scenario.Voices
	v.activity, err = v.season.publish(ctx, plan{
		template: w.Template, title: w.Title, timetable: w.Timetable, city: w.City, budgetFen: w.BudgetFen,
		settings: map[string]any{"medium": "voice", "minSeconds": 1, "maxSeconds": 60, "review": "draw_first", "askHometown": true},
		reward: map[string]any{"kind": "deck", "tickets": w.Tickets, "cap": 1, "prizes": []map[string]any{{
			"code": w.Packets.Code, "name": w.Packets.Name, "kind": "cash", "count": w.Packets.Count,
			"totalFen": w.Packets.TotalFen, "minFen": w.Packets.MinFen, "maxFen": w.Packets.MaxFen, "split": "box"}}},
	})
	if err != nil {
		return err
	}
	if len(v.activity.Rounds) != 1 {
		return fmt.Errorf("the timetable means %d rounds, want 1", len(v.activity.Rounds))
	}
	v.round = v.activity.Rounds[0]
	return nil
}

// gather signs everybody in two hours before the opening.
func (v *voices) gather(ctx context.Context) (err error) {
	s, w := v.season, v.season.Scenario.Voices
	if err := s.clock.forwardTo(ctx, time.UnixMilli(v.round.OpensAt).Add(-2*time.Hour)); err != nil {
		return err
	}
	for i, g := range s.guests(w.City, true)[:w.Greetings] {
		one := &greeter{guest: g}
		switch at := float64(i%100) / 100; {
		case at < w.DoubleTaps:
			one.manner = doubleTap
		case at < w.DoubleTaps+w.Cuts:
			one.manner = cutOff
		}
		v.greeters = append(v.greeters, one)
	}
	s.chance.Shuffle(len(v.greeters), func(i, j int) { v.greeters[i], v.greeters[j] = v.greeters[j], v.greeters[i] })
	v.strangers = s.guests(w.City, false)
	if err := s.signIn(ctx, append(guestsOf(v.greeters), v.strangers...)); err != nil {
		return err
	}
	v.nobody, err = s.signInUnbound(ctx)
	return err
}

// rushIn opens the round and lets the crowd in, wave by wave. The cheats come
// with the first wave, when some have played and others have not.
func (v *voices) rushIn(ctx context.Context) error {
	opens := time.UnixMilli(v.round.OpensAt)
	stop := make(chan error, 1)
	go func() { stop <- v.killInTheMiddle(ctx) }()
	left := v.greeters
	for i, wave := range v.season.Scenario.Voices.Waves {
		if err := v.season.clock.forwardTo(ctx, opens.Add(wave.At)); err != nil {
			return err
		}
		n := min(int(float64(len(v.greeters))*wave.Share), len(left))
		if i == len(v.season.Scenario.Voices.Waves)-1 {
			n = len(left)
		}
		from := time.Now()
		if err := v.wave(ctx, i == 0, left[:n], left[n:]); err != nil {
			return err
		}
		if i == 0 {
			v.rush = time.Since(from)
		}
		left = left[n:]
	}
	v.played.Add(int64(len(v.greeters))) // whoever waits for plays waits no longer
	return <-stop
}

// wave plays the greetings of one wave; the first is full of cheats, for whom
// those who come later have not greeted yet.
func (v *voices) wave(ctx context.Context, first bool, now, later []*greeter) error {
	jobs := make([]func(context.Context) error, 0, len(now))
	for _, g := range now {
		jobs = append(jobs, func(ctx context.Context) error { return v.greet(ctx, g) })
	}
	if !first {
		return v.run(ctx, jobs)
	}
	early := len(jobs) * 3 / 10
	if err := v.run(ctx, jobs[:early]); err != nil {
		return err
	}
	rest := append(jobs[early:], v.cheats(now[:early], later)...)
	v.season.chance.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return v.run(ctx, rest)
}

func (v *voices) run(ctx context.Context, jobs []func(context.Context) error) error {
	return each(ctx, v.season, jobs, func(ctx context.Context, job func(context.Context) error) error { return job(ctx) })
}

// killInTheMiddle kills the server when two fifths of the tickets are drawn,
// starts it again on the same data, and reads again what was acknowledged.
func (v *voices) killInTheMiddle(ctx context.Context) error {
	s := v.season
	if !s.Kill || s.Server == nil {
		return nil
	}
	for v.played.Load() < s.Scenario.Voices.Tickets*2/5 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
	known := v.acknowledged()
	s.API.Hold()
	defer s.API.Release()
	if err := s.Server.Kill(); err != nil {
		return err
	}
	if err := s.Server.Restart(ctx); err != nil {
		return err
	}
	if err := s.clock.restore(ctx); err != nil {
		return err
	}
	s.API.Release()
	v.killed = true
	s.Say("   killed the server after %d plays and started it again", len(known))
	return v.reread(ctx, known)
}

// acknowledged gives those whose play was answered until now.
func (v *voices) acknowledged() []client.Play {
	v.tally.mu.Lock()
	defer v.tally.mu.Unlock()
	out := make([]client.Play, 0, len(v.tally.plays))
	for _, p := range v.tally.plays {
		out = append(out, p)
	}
	return out
}

// reread reads acknowledged plays as their workers do: each is there, once, and says the same.
func (v *voices) reread(ctx context.Context, known []client.Play) error {
	const enough = 500
	known = known[:min(len(known), enough)]
	return each(ctx, v.season, known, func(ctx context.Context, p client.Play) error {
		g := v.tally.owner(p.EntryID)
		got, err := g.look(ctx, v.round.ID)
		if err != nil {
			return err
		}
		v.verdict.expect(len(got.Plays) == 1 && slices.Contains(got.Plays, p), "after the kill %s has the plays %v, was told %v", g.Name, got.Plays, p)
		return nil
	})
}

// close lets the round's time run out: a deck ends by itself.
func (v *voices) close(ctx context.Context) error {
	if err := v.season.clock.moveTo(ctx, time.UnixMilli(v.round.ClosesAt).Add(time.Second)); err != nil {
		return err
	}
	return v.refresh(ctx)
}

// refresh reads the round as the console shows it.
func (v *voices) refresh(ctx context.Context) (err error) {
	v.round, err = v.readRound(ctx, v.round.ID)
	return err
}

func (r *row) readRound(ctx context.Context, id string) (round, error) {
	return client.Get[round](ctx, r.season.crew.organiser, "admin.round", "/api/admin/rounds/"+id)
}
