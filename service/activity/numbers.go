package activity

import (
	"context"
	"fmt"

	"nianwei/model"
	"nianwei/model/store"
)

// Numbers is a round as it stands, exact: it was written with what it counts.
type Numbers struct {
	At    int64
	Round Round
	Units int64 // prizes that the round has

	Waiting int64 // works that no moderator has decided yet
}

// Numbers gives a round's live numbers.
func (e *Engine) Numbers(ctx context.Context, name string) (n Numbers, err error) {
	err = e.store.Read(ctx, func(tx *store.Tx) error {
		n.At = tx.Millis()
		if n.Round, err = FindRound(tx, name); err != nil {
			return err
		}
		d, err := n.Round.Draft()
		if err != nil {
			return err
		}
		n.Units = d.Reward.Units()
		n.Waiting, err = WaitingWorks(tx, n.Round.ID)
		return err
	})
	return n, err
}

// WaitingWorks counts a round's works that no moderator has decided yet,
// whether or not their workers' draws wait for it.
func WaitingWorks(tx *store.Tx, roundID int64) (n int64, err error) {
	if _, err := tx.Row("SELECT COUNT(*) FROM works WHERE round_id = ? AND state = ?", []any{roundID, string(WorkWaiting)}, &n); err != nil {
		return 0, fmt.Errorf("waiting works of round %d: %w", roundID, err)
	}
	return n, nil
}

// RefusedBusy tells how many requests this server has refused because the
// queue was too long.
func (e *Engine) RefusedBusy() int64 { return e.refused.Load() }

// Figures are the numbers that a season's report prints.
type Figures struct {
	Participations int64 // 人次
	People         int64
	Works          int64
	Plays          int64
	Prizes         int64
	AmountFen      int64
	PaidFen        int64
	Voids          int64
}

// UnionFigures are a round's figures of one union.
type UnionFigures struct {
	UnionID                                   int64
	Name                                      string
	Participations, People, Prizes, AmountFen int64
}

// Statistics counts a round's figures over the rows themselves, so that they
// can be held against the live numbers, the ledger and the export.
func Statistics(tx *store.Tx, name string) (Figures, []UnionFigures, error) {
	r, err := FindRound(tx, name)
	if err != nil {
		return Figures{}, nil, err
	}
	var f Figures
	for _, q := range []struct {
		query string
		dest  []any
	}{
		{"SELECT COUNT(*), COUNT(DISTINCT worker_id) FROM entries WHERE round_id = ? AND state = 'done'", []any{&f.Participations, &f.People}},
		{"SELECT COUNT(*) FROM works WHERE round_id = ?", []any{&f.Works}},
		{"SELECT COUNT(*) FROM plays WHERE round_id = ?", []any{&f.Plays}},
		{"SELECT COUNT(*), COALESCE(SUM(amount_fen), 0) FROM awards WHERE round_id = ? AND state <> 'void'", []any{&f.Prizes, &f.AmountFen}},
		{"SELECT COALESCE(SUM(amount_fen), 0) FROM awards WHERE round_id = ? AND state = 'paid'", []any{&f.PaidFen}},
		{"SELECT COUNT(*) FROM draw_voids WHERE round_id = ? AND confirmed_at IS NOT NULL", []any{&f.Voids}},
	} {
		if _, err := tx.Row(q.query, []any{r.ID}, q.dest...); err != nil {
			return f, nil, fmt.Errorf("statistics of %s: %w", name, err)
		}
	}
	unions, err := unionFigures(tx, r.ID)
	return f, unions, err
}

func unionFigures(tx *store.Tx, roundID int64) ([]UnionFigures, error) {
	var out []UnionFigures
	at := map[int64]int{}
	var u UnionFigures
	err := tx.Each(`SELECT u.id, u.name, COUNT(*), COUNT(DISTINCT e.worker_id) FROM entries e JOIN unions u ON u.id = e.union_id
		WHERE e.round_id = ? AND e.state = 'done' GROUP BY u.id, u.name ORDER BY COUNT(*) DESC, u.id`, []any{roundID},
		[]any{&u.UnionID, &u.Name, &u.Participations, &u.People}, func() error {
			at[u.UnionID] = len(out)
			out = append(out, u)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("statistics by union: %w", err)
	}
	var id, prizes, fen int64
	err = tx.Each("SELECT union_id, COUNT(*), COALESCE(SUM(amount_fen), 0) FROM awards WHERE round_id = ? AND state <> 'void' GROUP BY union_id", []any{roundID},
		[]any{&id, &prizes, &fen}, func() error {
			if i, ok := at[id]; ok {
				out[i].Prizes, out[i].AmountFen = prizes, fen
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("statistics by union: %w", err)
	}
	return out, nil
}

// CheckNumbers counts a round's rows and tells where the live numbers differ
// from them; "" when they agree.
func CheckNumbers(tx *store.Tx, name string) (string, error) {
	r, err := FindRound(tx, name)
	if err != nil {
		return "", err
	}
	f, _, err := Statistics(tx, name)
	if err != nil {
		return "", err
	}
	h := r.Head
	got := model.Head{Participations: f.Participations, People: f.People, Works: f.Works, Plays: f.Plays, Wins: f.Prizes, WonFen: f.AmountFen}
	want := model.Head{Participations: h.Participations, People: h.People, Works: h.Works, Plays: h.Plays, Wins: h.Wins, WonFen: h.WonFen}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Sprintf("逐行统计为 人次 %d、人数 %d、作品 %d、抽奖 %d、中奖 %d、金额 %d 分；汇总为 %d、%d、%d、%d、%d、%d 分。",
			got.Participations, got.People, got.Works, got.Plays, got.Wins, got.WonFen, want.Participations, want.People, want.Works, want.Plays, want.Wins, want.WonFen), nil
	}
	return "", nil
}
