package activity

import (
	"encoding/json"
	"fmt"

	"nianwei/model"
	"nianwei/model/store"
	"nianwei/service/award"
)

// Round is one opening of an activity, with its numbers.
type Round struct {
	ID         int64
	Name       string // public id, e.g. "a12-1"
	ActivityID int64
	Number     int
	OpensAt    int64
	ClosesAt   int64
	OpenedAt   *int64
	ClosedAt   *int64
	FinalAt    *int64
	Title      string
	Kind       string
	DrawState  string // "none" without a draw
	Head       model.Head

	draft []byte
}

// State is how far the round has come.
func (r Round) State() model.RoundState { return r.Head.State }

// RewardKind tells how the round rewards.
func (r Round) RewardKind() (award.Kind, error) {
	d, err := r.Draft()
	return d.Reward.Kind, err
}

// Draft gives what the round was published with.
func (r Round) Draft() (Draft, error) {
	var d Draft
	if err := json.Unmarshal(r.draft, &d); err != nil {
		return d, fmt.Errorf("round %s: stored draft: %w", r.Name, err)
	}
	return d, nil
}

const roundQuery = `SELECT r.id, r.name, r.activity_id, r.number, r.state, r.opens_at, r.closes_at, r.opened_at, r.closed_at, r.final_at,
	a.title, a.kind, a.draft, COALESCE(d.state, 'none'),
	h.entries, h.entries_open, h.reviewing, h.participations, h.people, h.works, h.plays, h.wins, h.won_fen, h.reserved_fen, h.paid_fen, h.released_fen, h.raffle_entries
	FROM rounds r JOIN activities a ON a.id = r.activity_id JOIN round_heads h ON h.round_id = r.id LEFT JOIN draws d ON d.round_id = r.id WHERE `

// rounds gives the rounds that meet a condition, which ends with its own ORDER BY.
func rounds(tx *store.Tx, where string, args ...any) ([]Round, error) {
	var out []Round
	var r Round
	h := &r.Head
	err := tx.Each(roundQuery+where, args, []any{&r.ID, &r.Name, &r.ActivityID, &r.Number, &h.State, &r.OpensAt, &r.ClosesAt, &r.OpenedAt, &r.ClosedAt, &r.FinalAt,
		&r.Title, &r.Kind, &r.draft, &r.DrawState,
		&h.Entries, &h.EntriesOpen, &h.Reviewing, &h.Participations, &h.People, &h.Works, &h.Plays, &h.Wins, &h.WonFen, &h.ReservedFen, &h.PaidFen, &h.ReleasedFen, &h.RaffleEntries},
		func() error {
			h.RoundID = r.ID
			one := r
			one.draft = append([]byte(nil), r.draft...)
			out = append(out, one)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("rounds: %w", err)
	}
	return out, nil
}

// FindRound gives a round by its public id. It returns ErrNoRound when there is none.
func FindRound(tx *store.Tx, name string) (Round, error) {
	list, err := rounds(tx, "r.name = ?", name)
	if err != nil {
		return Round{}, err
	}
	if len(list) == 0 {
		return Round{}, ErrNoRound
	}
	return list[0], nil
}

// RoundFilter chooses rounds for a list, newest opening first.
type RoundFilter struct {
	ActivityID int64            // 0 = any
	State      model.RoundState // "" = any
	BeforeAt   int64            // cursor: opens before this …
	BeforeID   int64            // … or then and with a smaller id; 0 = from the newest
	Limit      int
}

// FindRounds gives the rounds that a filter chooses.
func FindRounds(tx *store.Tx, f RoundFilter) ([]Round, error) {
	where, args := "1 = 1", []any{}
	if f.ActivityID != 0 {
		where, args = where+" AND r.activity_id = ?", append(args, f.ActivityID)
	}
	if f.State != "" {
		where, args = where+" AND r.state = ?", append(args, string(f.State))
	}
	if f.BeforeID != 0 {
		where, args = where+" AND (r.opens_at < ? OR (r.opens_at = ? AND r.id < ?))", append(args, f.BeforeAt, f.BeforeAt, f.BeforeID)
	}
	return rounds(tx, where+" ORDER BY r.opens_at DESC, r.id DESC LIMIT ?", append(args, f.Limit)...)
}

// RoundsAround gives the rounds that are open at now, open before until, or
// closed after since, in the order in which they open.
func RoundsAround(tx *store.Tx, now, since, until int64) ([]Round, error) {
	return rounds(tx, "r.opens_at < ? AND r.closes_at > ? ORDER BY r.opens_at, r.id", until, min(since, now))
}

// RoundByID gives a round by its number in the database.
func RoundByID(tx *store.Tx, id int64) (Round, error) {
	list, err := rounds(tx, "r.id = ?", id)
	if err != nil {
		return Round{}, err
	}
	if len(list) == 0 {
		return Round{}, ErrNoRound
	}
	return list[0], nil
}
