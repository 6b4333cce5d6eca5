package activity

import (
	"context"
	"fmt"

	"nianwei/model"
	"nianwei/model/store"
	"nianwei/service/award"
)

// Timed is a round that has something to do with time.
type Timed struct {
	ID       int64
	Name     string
	State    model.RoundState
	OpensAt  int64
	ClosesAt int64
}

// Unsettled gives the rounds that are planned or open: those that a tick may
// have to move.
func (e *Engine) Unsettled(ctx context.Context) (now int64, out []Timed, err error) {
	err = e.store.Read(ctx, func(tx *store.Tx) error {
		now = tx.Millis()
		var t Timed
		return tx.Each("SELECT id, name, state, opens_at, closes_at FROM rounds WHERE state IN (?, ?) ORDER BY opens_at", []any{string(model.RoundPlanned), string(model.RoundOpen)},
			[]any{&t.ID, &t.Name, &t.State, &t.OpensAt, &t.ClosesAt}, func() error {
				out = append(out, t)
				return nil
			})
	})
	return now, out, err
}

// OpenRound marks a round as open. It does nothing to one that is not planned,
// so whoever ticks second changes nothing.
func (e *Engine) OpenRound(ctx context.Context, id int64) error {
	return e.store.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec("UPDATE rounds SET state = ?, opened_at = ? WHERE id = ? AND state = ?", string(model.RoundOpen), tx.Millis(), id, string(model.RoundPlanned))
		if err != nil {
			return fmt.Errorf("activity: open round %d: %w", id, err)
		}
		if n == 0 {
			return nil
		}
		return e.desk.Open(tx, id)
	})
}

// CloseRound ends a round: entries that were never finished come to what their
// kind says, the log is frozen, and a deck's draw ends. It does nothing to a
// round that is already closed.
func (e *Engine) CloseRound(ctx context.Context, name string) error {
	p, err := e.plan(ctx, name)
	if err != nil {
		return err
	}
	return e.store.Write(ctx, func(tx *store.Tx) error {
		head, err := model.LockHead(tx, p.id)
		if err != nil {
			return err
		}
		if isClosed(head.State) {
			return nil
		}
		if err := e.sweep(tx, p, head); err != nil {
			return err
		}
		final := p.draft.Reward.Kind == award.None
		if !final {
			if final, err = e.desk.Close(tx, head, p.draft.FundID); err != nil {
				return err
			}
		}
		if err := head.Save(tx); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE rounds SET state = ?, closed_at = ? WHERE id = ?", string(model.RoundClosed), tx.Millis(), p.id); err != nil {
			return fmt.Errorf("activity: close round %s: %w", name, err)
		}
		if !final {
			return nil
		}
		return model.FinishRound(tx, p.id)
	})
}

// sweep ends the entries that are still open when their round closes. They are
// decided as of the last instant of the round.
func (e *Engine) sweep(tx *store.Tx, p *plan, head *model.Head) error {
	if head.EntriesOpen == 0 {
		return nil
	}
	g := &group{engine: e, plan: p, tx: tx, head: head, now: min(max(head.LastAt, tx.Millis()), p.closesAt-1), bySeq: map[int64]*entryRow{}, byWorker: map[int64][]*entryRow{},
		wins: award.NewWins(0), newPlays: store.NewRows("plays", 0, "round_id"), works: store.NewRows("works", 0, "round_id")}
	var err error
	if p.table != nil {
		if g.tail, err = award.OpenTail(head); err != nil {
			return err
		}
	}
	rows, err := readEntries(tx, "round_id = ? AND worker_id IN (SELECT worker_id FROM entries WHERE round_id = ? AND state = 'open') ORDER BY seq", p.id, p.id)
	if err != nil {
		return err
	}
	var open []*entryRow
	var workers []int64
	for _, r := range rows {
		g.keep(r)
		if r.state == Open {
			open, workers = append(open, r), append(workers, r.workerID)
		}
	}
	if g.earlier, err = award.WonBefore(tx, p.siblings, workers); err != nil {
		return err
	}
	for _, r := range open {
		if err := g.expire(r, ""); err != nil {
			return err
		}
	}
	return g.write()
}
