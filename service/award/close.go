package award

import (
	"fmt"

	"nianwei/model"
	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/ledger"
	"nianwei/service/redraw"
)

// ErrDrawState says that a draw is not where a step needs it to be.
var ErrDrawState = fault.New(fault.Conflict, "draw.state", "抽奖还没有进行到这一步，或者已经过了这一步，请刷新页面。")

// Close freezes the log of a round that takes nothing more. A deck is revealed
// and ended at once; a raffle waits for its public numbers. It tells whether
// the draw is final. The caller holds the head and saves it.
func (d *Desk) Close(tx *store.Tx, head *model.Head, fundID int64) (final bool, err error) {
	w, err := d.FindDraw(tx, head.RoundID)
	if err != nil {
		return false, err
	}
	if w.State != Running && w.State != Committed {
		return false, ErrDrawState
	}
	m, _, err := d.manifest(w)
	if err != nil {
		return false, err
	}
	tail, err := OpenTail(head)
	if err != nil {
		return false, err
	}
	counted := head.Plays
	if w.Kind == Raffle {
		counted = head.RaffleEntries
	}
	at := max(head.Advance(tx.Millis()), m.OpensAt)
	tail.append(redraw.AppendClose(tail.scratch(), at, counted))
	frozen := tail.checkpoint(redraw.LogName(d.origin, m.Round))
	closeNote, err := redraw.Sign(frozen.Text(), d.signer)
	if err != nil {
		return false, fmt.Errorf("award: sign close of %s: %w", m.Round, err)
	}
	w.State, w.FreezeLines, w.FreezeRoot, w.CloseNote = Frozen, frozen.Size, frozen.Root[:], closeNote
	if w.Kind == Deck {
		secret, err := d.secretOf(w)
		if err != nil {
			return false, err
		}
		tail.append(redraw.AppendReveal(tail.scratch(), secret))
		if err := d.end(tail, w, m, head.Wins, head.WonFen); err != nil {
			return false, err
		}
		if err := d.release(tx, head, fundID); err != nil {
			return false, err
		}
	}
	if err := tail.Flush(tx); err != nil {
		return false, err
	}
	return w.State == Final, d.save(tx, w)
}

// end writes the last lines of a log and signs the whole.
func (d *Desk) end(tail *Tail, w *Draw, m *redraw.Manifest, wins, fen int64) error {
	tail.append(redraw.AppendTotal(tail.scratch(), wins, fen))
	tail.append(redraw.AppendEnd(tail.scratch()))
	note, err := redraw.Sign(tail.checkpoint(redraw.LogName(d.origin, m.Round)).Text(), d.signer)
	if err != nil {
		return fmt.Errorf("award: sign end of %s: %w", m.Round, err)
	}
	w.State, w.FinalNote = Final, note
	return nil
}

// release gives what the round reserved and nobody won back to its fund.
func (d *Desk) release(tx *store.Tx, head *model.Head, fundID int64) error {
	left := head.ReservedFen - head.WonFen - head.ReleasedFen
	head.ReleasedFen += left
	return ledger.ReleaseOf(tx, fundID, head.RoundID, left)
}

func (d *Desk) save(tx *store.Tx, w *Draw) error {
	_, err := tx.Exec("UPDATE draws SET state=?, entropy=?, freeze_lines=?, freeze_root=?, close_note=?, final_note=? WHERE round_id=?",
		string(w.State), w.Entropy, w.FreezeLines, w.FreezeRoot, w.CloseNote, orEmpty(w.FinalNote), w.RoundID)
	if err != nil {
		return fmt.Errorf("award: save draw of round %d: %w", w.RoundID, err)
	}
	return nil
}

func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
