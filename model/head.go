// Package model has the rows that more than one service writes, and the rules
// that need only the row.
package model

import (
	"fmt"

	"nianwei/model/fault"
	"nianwei/model/store"
)

// RoundState is how far a round has come.
type RoundState string

// The life of a round.
const (
	RoundPlanned RoundState = "planned" // published, not yet open
	RoundOpen    RoundState = "open"
	RoundClosed  RoundState = "closed" // takes nothing more; its draw is not final yet
	RoundFinal   RoundState = "final"
)

// ErrNoRound says that a round does not exist.
var ErrNoRound = fault.New(fault.NotFound, "round.unknown", "没有找到这场活动。")

// Head is the hot row of a round. Whoever writes entries, plays or log lines
// holds its lock until the commit, so its numbers are exact and the log has
// one order, whatever number of servers works on the round.
type Head struct {
	RoundID int64
	State   RoundState // of the round; read with the lock

	Entries        int64 // rows of entries = the next entry's number
	EntriesOpen    int64 // begun and not finished
	Reviewing      int64 // wait for moderation before they count
	Participations int64 // 人次: entries that count
	People         int64 // workers with at least one entry that counts
	Works          int64
	Plays          int64 // = the next play's number
	Wins           int64
	WonFen         int64
	ReservedFen    int64
	PaidFen        int64
	ReleasedFen    int64
	RaffleEntries  int64 // enter lines
	LogLines       int64
	Frontier       []byte // redraw.Frontier of the log
	LastAt         int64  // the instant of the last write; never goes back
}

const headColumns = "h.entries, h.entries_open, h.reviewing, h.participations, h.people, h.works, h.plays, h.wins, h.won_fen, h.reserved_fen, h.paid_fen, h.released_fen, h.raffle_entries, h.log_lines, h.frontier, h.last_at, r.state"

// LockHead reads a round's head and holds it until the commit. Call it before
// any other read of the round in the transaction.
func LockHead(tx *store.Tx, roundID int64) (*Head, error) {
	return head(tx, roundID, tx.ForUpdate())
}

// ReadHead reads a round's head without holding it.
func ReadHead(tx *store.Tx, roundID int64) (*Head, error) { return head(tx, roundID, "") }

func head(tx *store.Tx, roundID int64, lock string) (*Head, error) {
	h := &Head{RoundID: roundID}
	found, err := tx.Row("SELECT "+headColumns+" FROM round_heads h JOIN rounds r ON r.id = h.round_id WHERE h.round_id = ?"+lock, []any{roundID},
		&h.Entries, &h.EntriesOpen, &h.Reviewing, &h.Participations, &h.People, &h.Works, &h.Plays, &h.Wins, &h.WonFen,
		&h.ReservedFen, &h.PaidFen, &h.ReleasedFen, &h.RaffleEntries, &h.LogLines, &h.Frontier, &h.LastAt, &h.State)
	if err != nil {
		return nil, fmt.Errorf("round head %d: %w", roundID, err)
	}
	if !found {
		return nil, ErrNoRound
	}
	return h, nil
}

// CreateHead makes the head of a new round.
func CreateHead(tx *store.Tx, h *Head) error {
	rows := store.NewRows("round_heads", 1, "round_id", "entries", "entries_open", "reviewing", "participations", "people", "works", "plays",
		"wins", "won_fen", "reserved_fen", "paid_fen", "released_fen", "raffle_entries", "log_lines", "frontier", "last_at")
	rows.Add(h.RoundID, h.Entries, h.EntriesOpen, h.Reviewing, h.Participations, h.People, h.Works, h.Plays,
		h.Wins, h.WonFen, h.ReservedFen, h.PaidFen, h.ReleasedFen, h.RaffleEntries, h.LogLines, h.Frontier, h.LastAt)
	if err := rows.Write(tx); err != nil {
		return fmt.Errorf("round head %d: %w", h.RoundID, err)
	}
	return nil
}

// Save writes the head back. The database refuses a head that has won more
// than was reserved.
func (h *Head) Save(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE round_heads SET entries=?, entries_open=?, reviewing=?, participations=?, people=?, works=?, plays=?, wins=?, won_fen=?,
		reserved_fen=?, paid_fen=?, released_fen=?, raffle_entries=?, log_lines=?, frontier=?, last_at=? WHERE round_id=?`,
		h.Entries, h.EntriesOpen, h.Reviewing, h.Participations, h.People, h.Works, h.Plays, h.Wins, h.WonFen,
		h.ReservedFen, h.PaidFen, h.ReleasedFen, h.RaffleEntries, h.LogLines, h.Frontier, h.LastAt, h.RoundID)
	if err != nil {
		return fmt.Errorf("round head %d: %w", h.RoundID, err)
	}
	return nil
}

// Advance gives the instant of this write: now, but never before the last one,
// so that the log's times never go back whatever the servers' clocks say.
func (h *Head) Advance(now int64) int64 {
	h.LastAt = max(h.LastAt, now)
	return h.LastAt
}
