package award

import (
	"encoding/hex"
	"fmt"

	"nianwei/model"
	"nianwei/model/store"
)

// Control is where a draw stands, for the officers who carry it on.
type Control struct {
	Kind         Kind
	State        DrawState
	Commit       string
	ManifestHash string
	FreezeSize   int64
	FreezeRoot   string
	Numbers      []Number
	Entrants     int64
	Winners      int64
	Substitutes  int64
	Voids        int64
	AmountFen    int64
}

// Control gives where a round's draw stands, as one officer may see it.
func (d *Desk) Control(tx *store.Tx, roundID, officerID int64) (Control, error) {
	w, err := d.FindDraw(tx, roundID)
	if err != nil {
		return Control{}, err
	}
	m, _, err := d.manifest(w)
	if err != nil {
		return Control{}, err
	}
	head, err := model.ReadHead(tx, roundID)
	if err != nil {
		return Control{}, err
	}
	c := Control{Kind: w.Kind, State: w.State, Commit: hex.EncodeToString(w.Commit), ManifestHash: hex.EncodeToString(w.ManifestHash),
		FreezeSize: w.FreezeLines, FreezeRoot: hex.EncodeToString(w.FreezeRoot), Entrants: head.RaffleEntries, Winners: head.Wins, AmountFen: head.WonFen}
	if c.Numbers, err = d.numbers(tx, roundID, m.Sources, officerID); err != nil {
		return Control{}, err
	}
	if _, err := tx.Row("SELECT COUNT(*) FROM draw_ranks WHERE round_id = ? AND state = 'substitute'", []any{roundID}, &c.Substitutes); err != nil {
		return Control{}, fmt.Errorf("award: substitutes of round %d: %w", roundID, err)
	}
	if _, err := tx.Row("SELECT COUNT(*) FROM draw_voids WHERE round_id = ? AND confirmed_at IS NOT NULL", []any{roundID}, &c.Voids); err != nil {
		return Control{}, fmt.Errorf("award: voids of round %d: %w", roundID, err)
	}
	return c, nil
}

// Rank is one line of a raffle's order.
type Rank struct {
	Rank      int64
	Entry     int64
	WorkerID  int64
	State     string // winner, void, substitute, took_over
	Replaces  *int64
	PrizeCode *string
	AmountFen *int64
}

// Ranks gives a raffle's order from a rank on: the winners (with those who took
// over), or the substitutes who stand ready.
func (d *Desk) Ranks(tx *store.Tx, roundID, from int64, substitutes bool, limit int) ([]Rank, error) {
	where := "d.state <> 'substitute'"
	if substitutes {
		where = "d.state = 'substitute'"
	}
	var out []Rank
	var r Rank
	err := tx.Each(`SELECT d.no, d.entry_seq, d.worker_id, d.state, d.replaces, a.prize_code, a.amount_fen FROM draw_ranks d
		LEFT JOIN awards a ON a.round_id = d.round_id AND a.no = d.no WHERE d.round_id = ? AND d.no >= ? AND `+where+` ORDER BY d.no LIMIT ?`,
		[]any{roundID, from, limit}, []any{&r.Rank, &r.Entry, &r.WorkerID, &r.State, &r.Replaces, &r.PrizeCode, &r.AmountFen}, func() error {
			out = append(out, r)
			r.Replaces, r.PrizeCode, r.AmountFen = nil, nil, nil
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("award: ranks of round %d: %w", roundID, err)
	}
	return out, nil
}

// VoidRow is a proposed or confirmed disqualification.
type VoidRow struct {
	Rank        int64
	WorkerID    int64
	Reason      string
	ProposedBy  int64
	ProposedAt  int64
	ConfirmedBy *int64
	ConfirmedAt *int64
	NewRank     *int64
	NewWorkerID *int64
}

// Voids gives a round's disqualifications by rank.
func (d *Desk) Voids(tx *store.Tx, roundID int64) ([]VoidRow, error) {
	var out []VoidRow
	var v VoidRow
	err := tx.Each(`SELECT v.no, r.worker_id, v.reason, v.proposed_by, v.proposed_at, v.confirmed_by, v.confirmed_at, v.new_no, s.worker_id FROM draw_voids v
		JOIN draw_ranks r ON r.round_id = v.round_id AND r.no = v.no LEFT JOIN draw_ranks s ON s.round_id = v.round_id AND s.no = v.new_no
		WHERE v.round_id = ? ORDER BY v.no`, []any{roundID},
		[]any{&v.Rank, &v.WorkerID, &v.Reason, &v.ProposedBy, &v.ProposedAt, &v.ConfirmedBy, &v.ConfirmedAt, &v.NewRank, &v.NewWorkerID}, func() error {
			out = append(out, v)
			v.ConfirmedBy, v.ConfirmedAt, v.NewRank, v.NewWorkerID = nil, nil, nil, nil
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("award: voids of round %d: %w", roundID, err)
	}
	return out, nil
}
