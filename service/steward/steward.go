// Package steward does what is due: it opens and closes rounds at their times,
// once, whoever of several servers ticks, and catches up after downtime.
package steward

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"nianwei/model/clock"
	"nianwei/model/store"
	"nianwei/service/activity"
	"nianwei/service/schedule"
)

// Steward acts on what service/schedule decides.
type Steward struct {
	engine *activity.Engine
	log    *slog.Logger
}

// New makes a steward of an engine.
func New(engine *activity.Engine, log *slog.Logger) *Steward {
	return &Steward{engine: engine, log: log}
}

// Act does everything that is due now. What fails is told and tried again at
// the next tick; it never stops the others.
func (s *Steward) Act(ctx context.Context) error {
	now, open, err := s.engine.Unsettled(ctx)
	if err != nil {
		return fmt.Errorf("steward: rounds: %w", err)
	}
	times := make([]schedule.RoundTimes, 0, len(open))
	names := make(map[int64]string, len(open))
	for _, r := range open {
		times = append(times, schedule.RoundTimes{ID: r.ID, State: schedule.State(r.State), OpensAt: r.OpensAt, ClosesAt: r.ClosesAt})
		names[r.ID] = r.Name
	}
	var errs []error
	for _, a := range schedule.Due(times, clock.FromMillis(now)) {
		var err error
		switch a.Do {
		case schedule.DoOpen:
			err = s.engine.OpenRound(ctx, a.RoundID)
		case schedule.DoClose:
			err = s.engine.CloseRound(ctx, names[a.RoundID])
		case schedule.DoSettle:
			// A round settles by its draw and not by time.
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("steward: %s %s: %w", a.Do, names[a.RoundID], err))
			continue
		}
		s.log.InfoContext(ctx, "round "+string(a.Do), "round", names[a.RoundID])
	}
	return errors.Join(errs...)
}

// Lease lets one of several servers act. It lives in the database and counts by
// the servers' own clocks, never by the time machine.
type Lease struct {
	store *store.Store
	watch clock.Clock
}

// NewLease makes leases in a database.
func NewLease(s *store.Store) *Lease { return &Lease{store: s, watch: clock.System{}} }

// Acquire takes or renews the named lease for holder until ttl from now. It
// gives false while another holder's lease has not run out.
func (l *Lease) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	held := false
	err := l.store.Write(ctx, func(tx *store.Tx) error {
		now := l.watch.Now()
		until, at := clock.Millis(now.Add(ttl)), clock.Millis(now)
		n, err := tx.Exec("UPDATE leases SET holder = ?, until_at = ? WHERE name = ? AND (holder = ? OR until_at <= ?)", holder, until, name, holder, at)
		if err != nil || n == 1 {
			held = n == 1
			return err
		}
		_, err = tx.Exec("INSERT INTO leases (name, holder, until_at) VALUES (?,?,?)", name, holder, until)
		if store.Duplicate(err) {
			return nil // somebody holds it, or was first to make it
		}
		held = err == nil
		return err
	})
	return held, err
}
