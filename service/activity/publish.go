package activity

import (
	"fmt"

	"nianwei/model"
	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/award"
	"nianwei/service/ledger"
	"nianwei/service/redraw"
)

// ErrPast says that an activity cannot be published for a time that is over.
var ErrPast = fault.New(fault.Conflict, "activity.past", "有场次的开始时间已经过去，请调整时间后再发布。")

// Publish makes an activity's rounds: it reserves their money, commits and
// signs every round's draw, each naming the one before. Nothing of a published
// activity changes any more.
func (e *Engine) Publish(tx *store.Tx, id int64) (*Activity, error) {
	n, err := tx.Exec("UPDATE activities SET state = ?, published_at = ? WHERE id = ? AND state = ?", string(Published), tx.Millis(), id, string(Drafted))
	if err != nil {
		return nil, fmt.Errorf("activity: publish: %w", err)
	}
	if n == 0 {
		return nil, e.notDraft(tx, id)
	}
	a, err := e.Find(tx, id)
	if err != nil {
		return nil, err
	}
	if fields := e.check(a.Draft); len(fields) > 0 {
		return nil, ErrDraft.With(fields...)
	}
	if err := e.kinds[a.Draft.Kind].checkStock(tx, a.Draft.Settings); err != nil {
		return nil, err
	}
	windows, err := e.windows(tx, a.Draft)
	if err != nil {
		return nil, err
	}
	var prev *redraw.Hash
	for i, w := range windows {
		if w.OpensAt < tx.Millis() {
			return nil, ErrPast.With(fault.Field{Path: "/timetable", Reason: ErrPast.Reason, Detail: w.Words})
		}
		hash, err := e.publishRound(tx, a, i+1, w, prev)
		if err != nil {
			return nil, err
		}
		prev = &hash
	}
	return e.Find(tx, id)
}

func (e *Engine) publishRound(tx *store.Tx, a *Activity, number int, w Window, prev *redraw.Hash) (redraw.Hash, error) {
	if fields := a.Draft.Reward.CheckRound(number); len(fields) > 0 {
		return redraw.Hash{}, ErrDraft.With(fields...)
	}
	name := fmt.Sprintf("a%d-%d", a.ID, number)
	id, err := tx.Insert("INSERT INTO rounds (name, activity_id, number, state, opens_at, closes_at) VALUES (?,?,?,?,?,?)",
		name, a.ID, number, string(model.RoundPlanned), w.OpensAt, w.ClosesAt)
	if err != nil {
		return redraw.Hash{}, fmt.Errorf("activity: round %s: %w", name, err)
	}
	if err := ledger.ReserveFor(tx, a.Draft.FundID, id, a.Draft.Reward.PromiseFen()); err != nil {
		return redraw.Hash{}, err
	}
	return e.desk.Commit(tx, a.Draft.Reward, award.Commitment{RoundID: id, Round: name, Number: number, OpensAt: w.OpensAt, ClosesAt: w.ClosesAt, Rules: a.Draft.Rules, Prev: prev})
}

// Preview gives a timetable in its usual form and the rounds it means in a season.
func (e *Engine) Preview(tx *store.Tx, seasonID int64, text string) (usual string, windows []Window, err error) {
	if usual, err = e.planner.Check(text); err != nil {
		return "", nil, err
	}
	windows, err = e.windows(tx, Draft{SeasonID: seasonID, Timetable: text})
	return usual, windows, err
}

func (e *Engine) windows(tx *store.Tx, d Draft) ([]Window, error) {
	var year int
	found, err := tx.Row("SELECT year FROM seasons WHERE id = ?", []any{d.SeasonID}, &year)
	if err != nil {
		return nil, fmt.Errorf("activity: season: %w", err)
	}
	if !found {
		return nil, ErrNoSeason
	}
	return e.planner.Windows(d.Timetable, year)
}
