package activity

import (
	"context"
	"time"

	"nianwei/model/store"
	"nianwei/service/award"
)

// Standing is how a round stands for one worker; the first that applies, in
// this order, is given.
type Standing string

// How a round can stand for a worker.
const (
	StandsUnbound     Standing = "unbound"
	StandsNotEligible Standing = "not_eligible"
	StandsNotYet      Standing = "not_yet"
	StandsReviewing   Standing = "reviewing"
	StandsRefused     Standing = "refused"
	StandsUnfinished  Standing = "unfinished"
	StandsChanceLeft  Standing = "chance_left"
	StandsTaken       Standing = "taken"
	StandsSoldOut     Standing = "sold_out"
	StandsOpen        Standing = "open"
	StandsClosed      Standing = "closed"
)

// Card is a round as it stands for one worker.
type Card struct {
	Round      Round
	Summary    string
	RewardKind award.Kind
	Rounds     int // how many the activity has
	Standing   Standing
	PrizesLeft *int64 // deck: prizes not yet drawn
}

// Today gives the rounds that are open, coming within a week, and ended within
// the last, as they stand for a worker.
func (e *Engine) Today(ctx context.Context, w Worker) (now int64, open, upcoming, ended []Card, err error) {
	const week = int64(7 * 24 * time.Hour / time.Millisecond)
	err = e.store.Read(ctx, func(tx *store.Tx) error {
		now = tx.Millis()
		list, err := RoundsAround(tx, now, now-week, now+week)
		if err != nil {
			return err
		}
		for _, r := range list {
			card, err := e.card(ctx, tx, r, w)
			if err != nil {
				return err
			}
			switch {
			case isClosed(r.State()) || now >= r.ClosesAt:
				ended = append([]Card{*card}, ended...)
			case now < r.OpensAt:
				upcoming = append(upcoming, *card)
			default:
				open = append(open, *card)
			}
		}
		return nil
	})
	return now, open, upcoming, ended, err
}

// Detail is a round with its rules and what a worker has done in it.
type Detail struct {
	Card    Card
	Now     int64
	Draft   Draft
	Public  any // what a worker may know of the kind's settings
	Entries []Entry
	Plays   []Play
	Draw    *award.Facts
}

// Detail gives a round as one worker may see it.
func (e *Engine) Detail(ctx context.Context, w Worker, name string) (*Detail, error) {
	p, err := e.plan(ctx, name)
	if err != nil {
		return nil, err
	}
	out := &Detail{Draft: p.draft, Public: p.machine.public(p.settings)}
	err = e.store.Read(ctx, func(tx *store.Tx) error {
		out.Now = tx.Millis()
		r, err := FindRound(tx, name)
		if err != nil {
			return err
		}
		card, err := e.card(ctx, tx, r, w)
		if err != nil {
			return err
		}
		out.Card = *card
		if w.ID != 0 {
			var plays []*playRow
			if out.Entries, plays, err = e.mine(tx, p, w, "1 = 1"); err != nil {
				return err
			}
			for _, row := range plays {
				out.Plays = append(out.Plays, *p.showPlay(row))
			}
		}
		if p.table == nil {
			return nil
		}
		draw, err := e.desk.FindDraw(tx, p.id)
		if err != nil {
			return err
		}
		facts, err := e.desk.Facts(draw)
		out.Draw = &facts
		return err
	})
	return out, err
}

// card gives a round as it stands for a worker.
func (e *Engine) card(ctx context.Context, tx *store.Tx, r Round, w Worker) (*Card, error) {
	p, err := e.planIn(tx, r.Name)
	if err != nil {
		return nil, err
	}
	c := &Card{Round: r, Summary: p.draft.Summary, RewardKind: p.draft.Reward.Kind}
	if _, err := tx.Row("SELECT COUNT(*) FROM rounds WHERE activity_id = ?", []any{r.ActivityID}, &c.Rounds); err != nil {
		return nil, err
	}
	if p.draft.Reward.Kind == award.Deck {
		left := p.draft.Reward.Units() - r.Head.Wins
		c.PrizesLeft = &left
	}
	c.Standing, err = e.standing(tx, p, r, w)
	return c, err
}

func (e *Engine) standing(tx *store.Tx, p *plan, r Round, w Worker) (Standing, error) {
	now := tx.Millis()
	over := isClosed(r.State()) || now >= p.closesAt
	if w.ID == 0 {
		return StandsUnbound, nil
	}
	mine, err := readEntries(tx, "worker_id = ? AND round_id = ? ORDER BY seq", w.ID, p.id)
	if err != nil {
		return "", err
	}
	if len(mine) == 0 {
		may, err := e.roster.Members(tx, p.draft.GroupID, []int64{w.ID})
		if err != nil {
			return "", err
		}
		if _, ok := may[w.ID]; !ok {
			return StandsNotEligible, nil
		}
	}
	if now < p.opensAt {
		return StandsNotYet, nil
	}
	if len(mine) > 0 {
		s, err := e.standingOf(tx, p, mine, over)
		if err != nil || s != "" {
			return s, err
		}
	}
	soldOut := p.draft.Reward.Kind == award.Deck && p.table.Left(r.Head.Plays) <= 0
	switch {
	case over:
		return StandsClosed, nil
	case soldOut:
		return StandsSoldOut, nil
	}
	return StandsOpen, nil
}

// standingOf tells how a round stands for who has entries in it; "" when the
// worker may begin again.
func (e *Engine) standingOf(tx *store.Tx, p *plan, mine []*entryRow, over bool) (Standing, error) {
	last := mine[len(mine)-1]
	switch {
	case last.state == Reviewing:
		return StandsReviewing, nil
	case last.state == Refused && over:
		return StandsRefused, nil
	case last.state == Open && !over && (last.deadlineAt == nil || tx.Millis() <= *last.deadlineAt+stepGrace):
		return StandsUnfinished, nil
	}
	if p.draft.Reward.Kind == award.Deck && !over && !p.soldOut.Load() {
		plays, err := readPlays(tx, "worker_id = ? AND round_id = ?", last.workerID, p.id)
		if err != nil {
			return "", err
		}
		used, wins := map[int64]int64{}, int64(0)
		for _, row := range plays {
			used[row.entry]++
			if row.code != blank {
				wins++
			}
		}
		for _, row := range mine {
			if row.state == Done && row.chances > used[row.seq] && wins < p.table.Manifest.Cap {
				return StandsChanceLeft, nil
			}
		}
	}
	if over {
		return StandsTaken, nil
	}
	if last.state == Refused {
		return StandsRefused, nil
	}
	g := group{engine: e, plan: p, now: tx.Millis()}
	if counted := g.mayBeginAgain(closedOnes(mine)); counted != nil {
		return StandsTaken, nil
	}
	return "", nil
}

// closedOnes gives the entries that are not open: an open one that gets here is
// past its deadline and will be closed by the next beginning.
func closedOnes(rows []*entryRow) []*entryRow {
	out := make([]*entryRow, 0, len(rows))
	for _, r := range rows {
		if r.state == Open {
			c := *r
			c.state = Expired
			r = &c
		}
		out = append(out, r)
	}
	return out
}
