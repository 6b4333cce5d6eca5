package activity

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"nianwei/model"
	"nianwei/model/store"
	"nianwei/service/award"
)

// Entry is an entry as its worker may see it.
type Entry struct {
	ID          int64
	Round       string
	State       State
	CreatedAt   int64
	DoneAt      *int64
	Score       int64
	ChancesLeft int64
	Raffle      bool
	Refusal     string
	View        any // what the kind shows; becomes JSON
}

// Play is a play as its worker may see it.
type Play struct {
	Round     string
	Seq       int64
	Entry     int64
	At        int64
	Won       bool
	Prize     award.Prize // zero for a blank
	AmountFen int64
}

// Begin takes part in a round. raw is the kind's input. The same key with the
// same input gives the same entry again. The answer leaves after it is durable.
func (e *Engine) Begin(ctx context.Context, w Worker, round, key string, raw json.RawMessage) (*Entry, error) {
	return e.ask(ctx, w, round, &request{verb: begin, worker: w, idem: key, hash: sha256.Sum256(raw)}, raw)
}

// Step takes the next step of an entry that is not finished.
func (e *Engine) Step(ctx context.Context, w Worker, round string, entry int64, key string, raw json.RawMessage) (*Entry, error) {
	return e.ask(ctx, w, round, &request{verb: step, worker: w, entry: entry, idem: key, hash: sha256.Sum256(raw)}, raw)
}

func (e *Engine) ask(ctx context.Context, w Worker, round string, r *request, raw json.RawMessage) (*Entry, error) {
	if w.ID == 0 {
		return nil, ErrUnbound
	}
	p, err := e.plan(ctx, round)
	if err != nil {
		return nil, err
	}
	if r.input, err = p.machine.input(raw); err != nil {
		return nil, err
	}
	r.media = mediaOf(r.input)
	a := e.submit(ctx, p, r)
	if a.err != nil {
		return nil, a.err
	}
	return e.entry(ctx, p, w, a.entry.seq)
}

// Play draws for an entry that has a chance left. When the deck is known to be
// empty the answer is given without queueing.
func (e *Engine) Play(ctx context.Context, w Worker, round string, entry int64, key string) (*Play, error) {
	if w.ID == 0 {
		return nil, ErrUnbound
	}
	p, err := e.plan(ctx, round)
	if err != nil {
		return nil, err
	}
	if p.soldOut.Load() {
		return e.played(ctx, p, w, entry, key)
	}
	a := e.submit(ctx, p, &request{verb: play, worker: w, entry: entry, idem: key})
	if a.err != nil {
		return nil, a.err
	}
	return p.showPlay(a.play), nil
}

// played answers when everything is gone: with the play that the worker made
// before, if this is its retry.
func (e *Engine) played(ctx context.Context, p *plan, w Worker, entry int64, key string) (*Play, error) {
	var out *Play
	err := e.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := readPlays(tx, "worker_id = ? AND round_id = ?", w.ID, p.id)
		for _, r := range rows {
			switch {
			case r.idem == key && r.entry == entry:
				out = p.showPlay(r)
			case r.idem == key:
				return ErrKeyReused
			}
		}
		return err
	})
	if err == nil && out == nil {
		err = ErrAllGone
	}
	return out, err
}

func (p *plan) showPlay(r *playRow) *Play {
	prize, won := p.draft.Reward.Prize(r.code)
	return &Play{Round: p.name, Seq: r.seq, Entry: r.entry, At: r.at, Won: won, Prize: prize, AmountFen: r.fen}
}

// Entry gives a worker's own entry as it stands now. Anybody else's is ErrNoEntry.
func (e *Engine) Entry(ctx context.Context, w Worker, round string, entry int64) (*Entry, error) {
	if w.ID == 0 {
		return nil, ErrUnbound
	}
	p, err := e.plan(ctx, round)
	if err != nil {
		return nil, err
	}
	return e.entry(ctx, p, w, entry)
}

func (e *Engine) entry(ctx context.Context, p *plan, w Worker, seq int64) (*Entry, error) {
	var out []Entry
	err := e.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, _, err = e.mine(tx, p, w, "seq = ?", seq)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, ErrNoEntry
	}
	return &out[0], nil
}

// mine gives a worker's entries of a round that meet a condition, as the worker
// may see them, and the worker's plays.
func (e *Engine) mine(tx *store.Tx, p *plan, w Worker, where string, args ...any) ([]Entry, []*playRow, error) {
	rows, err := readEntries(tx, "worker_id = ? AND round_id = ? AND "+where+" ORDER BY seq", append([]any{w.ID, p.id}, args...)...)
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	plays, err := readPlays(tx, "worker_id = ? AND round_id = ? ORDER BY seq", w.ID, p.id)
	if err != nil {
		return nil, nil, err
	}
	for _, play := range plays {
		for _, row := range rows {
			if row.seq == play.entry {
				row.plays++
			}
		}
	}
	head, err := model.ReadHead(tx, p.id)
	if err != nil {
		return nil, nil, err
	}
	out := make([]Entry, 0, len(rows))
	for _, row := range rows {
		one, err := e.show(tx, p, head, row)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, one)
	}
	return out, plays, nil
}

func (e *Engine) show(tx *store.Tx, p *plan, head *model.Head, row *entryRow) (Entry, error) {
	ids, err := p.machine.uses(row.progress)
	if err != nil {
		return Entry{}, err
	}
	uploads := Uploads{}
	var state, reason string
	if len(ids) > 0 {
		media, err := readMedia(tx, ids, e.mediaURL)
		if err != nil {
			return Entry{}, err
		}
		for id, m := range media {
			uploads[id] = m.upload
		}
		if _, err := tx.Row("SELECT state, reason FROM works WHERE round_id = ? AND entry_seq = ?", []any{p.id, row.seq}, &state, &reason); err != nil {
			return Entry{}, fmt.Errorf("activity: work of entry: %w", err)
		}
	}
	f := e.facts(p, tx.Millis(), isClosed(head.State), row, uploads)
	f.Public = WorkState(state) == WorkApproved
	view, err := p.machine.show(f, p.settings, p.stock, row.progress)
	if err != nil {
		return Entry{}, err
	}
	out := Entry{ID: row.seq, Round: p.name, State: row.state, CreatedAt: row.createdAt, DoneAt: row.doneAt, Score: row.score, Raffle: row.raffleNo != nil, View: view}
	if WorkState(state) == WorkRefused {
		out.Refusal = reason
	}
	if row.state == Done && p.draft.Reward.Kind == award.Deck && f.Now < p.closesAt && !isClosed(head.State) {
		out.ChancesLeft = max(0, row.chances-row.plays)
	}
	return out, nil
}
