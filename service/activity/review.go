package activity

import (
	"context"
	"encoding/json"
	"fmt"

	"nianwei/model/fault"
	"nianwei/model/store"
)

// WorkState is how far the moderation of a work has come.
type WorkState string

// The states of a work.
const (
	WorkWaiting  WorkState = "waiting"
	WorkApproved WorkState = "approved" // public
	WorkRefused  WorkState = "refused"
)

// ErrNoReason says that a refusal needs a reason that its worker can be shown.
var ErrNoReason = fault.New(fault.Invalid, "work.reason_required", "不通过时请写明原因，职工会看到它。")

// ruling is what a moderator decided about some works of one round.
type ruling struct {
	works     []ruledWork
	approve   bool
	reason    string
	officerID int64
	record    func(*store.Tx, int) error // writes the operators' log in the same transaction
	decided   int
}

type ruledWork struct {
	id, entry, worker int64
	openid            string
}

// Decide says yes or no to works. A work whose entry waited for it counts from
// this moment, or is refused. It gives the number of works whose state changed;
// record is called in the transaction of each round's works.
func (e *Engine) Decide(ctx context.Context, officerID int64, workIDs []int64, approve bool, reason string, record func(*store.Tx, int) error) (int, error) {
	if !approve && reason == "" {
		return 0, ErrNoReason
	}
	byRound := map[string]*ruling{}
	err := e.store.Read(ctx, func(tx *store.Tx) error {
		var w ruledWork
		var round string
		return tx.Each(`SELECT w.id, w.entry_seq, w.worker_id, r.name, COALESCE((SELECT MAX(c.openid) FROM accounts c WHERE c.worker_id = w.worker_id), '')
			FROM works w JOIN rounds r ON r.id = w.round_id WHERE w.id IN `+store.Marks(len(workIDs)), anys(workIDs),
			[]any{&w.id, &w.entry, &w.worker, &round, &w.openid}, func() error {
				u := byRound[round]
				if u == nil {
					u = &ruling{approve: approve, reason: reason, officerID: officerID, record: record}
					byRound[round] = u
				}
				u.works = append(u.works, w)
				return nil
			})
	})
	if err != nil {
		return 0, fmt.Errorf("activity: works: %w", err)
	}
	total := 0
	for round, u := range byRound {
		p, err := e.plan(ctx, round)
		if err != nil {
			return total, err
		}
		if a := e.submit(ctx, p, &request{verb: review, ruling: u}); a.err != nil {
			return total, a.err
		}
		total += u.decided
	}
	return total, nil
}

// review applies a moderator's ruling. It is a request like any other, so that
// an approval can never race the worker's own play or the round's close. Unlike
// the others it writes as it goes, so what goes wrong here undoes the group.
func (g *group) review(r *request) answer {
	if err := g.rule(r.ruling); err != nil {
		g.broken = err
		return answer{err: err}
	}
	return answer{}
}

func (g *group) rule(u *ruling) error {
	to := WorkRefused
	if u.approve {
		to = WorkApproved
	}
	decided := 0
	for _, w := range u.works {
		n, err := g.tx.Exec("UPDATE works SET state=?, reason=?, decided_at=?, decided_by=? WHERE id=? AND state<>?", string(to), u.reason, g.now, u.officerID, w.id, string(to))
		if err != nil {
			return fmt.Errorf("activity: decide work %d: %w", w.id, err)
		}
		if n == 0 {
			continue
		}
		decided++
		if err := g.settleReview(w, u); err != nil {
			return err
		}
	}
	if decided > 0 && u.record != nil {
		if err := u.record(g.tx, decided); err != nil {
			return err
		}
	}
	u.decided = decided
	return nil
}

// settleReview lets an entry that waited for its work count, or refuses it.
func (g *group) settleReview(w ruledWork, u *ruling) error {
	if g.byWorker[w.worker] == nil {
		if err := g.readEntries([]int64{w.worker}); err != nil {
			return err
		}
	}
	row := g.bySeq[w.entry]
	if row == nil {
		return fmt.Errorf("activity: work %d has no entry", w.id)
	}
	if row.state != Reviewing {
		return nil // the draw was not made to wait for the moderator
	}
	g.head.Reviewing--
	if u.approve {
		g.finish(row, w.openid)
		return nil
	}
	row.state, row.dirty = Refused, true
	return nil
}

// WorkItem is a work as lists show it.
type WorkItem struct {
	ID        int64
	RoundName string
	Title     string // of the work
	Hometown  string
	WorkerID  int64
	UnionID   int64
	MediaIDs  []string
	State     WorkState
	Reason    string
	At        int64
	Activity  string // the activity's title
}

// WorkFilter chooses works for a list.
type WorkFilter struct {
	State  WorkState // "" = any
	Round  string    // public id; "" = any
	After  int64     // oldest first: ids behind this one …
	Before int64     // … or newest first: ids before this one; -1 = from the newest
	Limit  int
}

// FindWorks gives the works that a filter chooses, and how many it means in all.
func FindWorks(tx *store.Tx, f WorkFilter) (items []WorkItem, total int64, err error) {
	where, args := " WHERE 1 = 1", []any{}
	if f.State != "" {
		where, args = where+" AND w.state = ?", append(args, string(f.State))
	}
	if f.Round != "" {
		where, args = where+" AND r.name = ?", append(args, f.Round)
	}
	const from = " FROM works w JOIN rounds r ON r.id = w.round_id JOIN activities a ON a.id = r.activity_id"
	if _, err := tx.Row("SELECT COUNT(*)"+from+where, args, &total); err != nil {
		return nil, 0, fmt.Errorf("activity: count works: %w", err)
	}
	order := " ORDER BY w.id LIMIT ?"
	switch {
	case f.Before != 0:
		order = " ORDER BY w.id DESC LIMIT ?"
		if f.Before > 0 {
			where, args = where+" AND w.id < ?", append(args, f.Before)
		}
	case f.After > 0:
		where, args = where+" AND w.id > ?", append(args, f.After)
	}
	var w WorkItem
	var media string
	err = tx.Each("SELECT w.id, r.name, a.title, w.title, w.hometown, w.worker_id, w.union_id, w.media_ids, w.state, w.reason, w.created_at"+from+where+order, append(args, f.Limit),
		[]any{&w.ID, &w.RoundName, &w.Activity, &w.Title, &w.Hometown, &w.WorkerID, &w.UnionID, &media, &w.State, &w.Reason, &w.At}, func() error {
			one := w
			one.MediaIDs = nil
			if err := json.Unmarshal([]byte(media), &one.MediaIDs); err != nil {
				return fmt.Errorf("work %d: media: %w", w.ID, err)
			}
			items = append(items, one)
			return nil
		})
	if err != nil {
		return nil, 0, fmt.Errorf("activity: works: %w", err)
	}
	return items, total, nil
}
