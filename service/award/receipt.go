package award

import (
	"fmt"

	"nianwei/model"
	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/redraw"
)

// ErrNoReceipt says that a play or entry does not exist, or is somebody else's.
var ErrNoReceipt = fault.New(fault.NotFound, "receipt.unknown", "没有找到这张凭证。")

// PlayReceipt gives the receipt of a worker's play (draw-spec.md section 8): it
// can be verified at once and offline. openid is that of the session.
func (d *Desk) PlayReceipt(tx *store.Tx, roundID, workerID, seq int64, openid string) (redraw.Receipt, error) {
	var askLine, pos int64
	found, err := tx.Row("SELECT ask_line, pos FROM plays WHERE round_id = ? AND seq = ? AND worker_id = ?", []any{roundID, seq, workerID}, &askLine, &pos)
	if err != nil {
		return redraw.Receipt{}, fmt.Errorf("award: receipt: %w", err)
	}
	if !found {
		return redraw.Receipt{}, ErrNoReceipt
	}
	table, err := d.Table(tx, roundID)
	if err != nil {
		return redraw.Receipt{}, err
	}
	const deckLine = 1 // open, deck
	r, err := d.receipt(tx, table, openid, askLine, askLine+1, deckLine)
	if err != nil {
		return r, err
	}
	leaf, err := table.deck.Proof(pos)
	if err != nil {
		return r, fmt.Errorf("award: ticket %d of %s: %w", pos, table.Manifest.Round, err)
	}
	r.Deck = &leaf
	return r, nil
}

// EntryReceipt gives the receipt of a worker's place on a raffle's list.
func (d *Desk) EntryReceipt(tx *store.Tx, roundID, workerID, entry int64, openid string) (redraw.Receipt, error) {
	var no *int64
	found, err := tx.Row("SELECT raffle_no FROM entries WHERE round_id = ? AND seq = ? AND worker_id = ?", []any{roundID, entry, workerID}, &no)
	if err != nil {
		return redraw.Receipt{}, fmt.Errorf("award: receipt: %w", err)
	}
	if !found || no == nil {
		return redraw.Receipt{}, ErrNoReceipt
	}
	table, err := d.Table(tx, roundID)
	if err != nil {
		return redraw.Receipt{}, err
	}
	return d.receipt(tx, table, openid, *no+1) // the list begins behind the open line
}

// receipt proves lines of the log under a checkpoint of the log as it is now.
func (d *Desk) receipt(tx *store.Tx, t *Table, openid string, lines ...int64) (redraw.Receipt, error) {
	head, err := model.ReadHead(tx, t.RoundID)
	if err != nil {
		return redraw.Receipt{}, err
	}
	var frontier redraw.Frontier
	if err := frontier.UnmarshalBinary(head.Frontier); err != nil {
		return redraw.Receipt{}, fmt.Errorf("log of %s: %w", t.Manifest.Round, err)
	}
	c := redraw.Checkpoint{Log: redraw.LogName(d.origin, t.Manifest.Round), Size: frontier.Size(), Root: frontier.Root()}
	signed, err := redraw.Sign(c.Text(), d.signer)
	if err != nil {
		return redraw.Receipt{}, fmt.Errorf("award: sign checkpoint: %w", err)
	}
	_, salt := d.who(t.Manifest.Round, openid)
	play := redraw.ReceiptPlay{Origin: d.origin, Round: t.Manifest.Round, Checkpoint: signed, Size: c.Size, Salt: salt, OpenID: openid}
	for _, index := range lines {
		line, err := logLine(tx, t.RoundID, index)
		if err != nil {
			return redraw.Receipt{}, err
		}
		play.Lines = append(play.Lines, redraw.ReceiptLine{Index: index, Line: append([]byte(nil), line...)})
	}
	r, err := redraw.NewReceipt(play, logHashes{tx: tx, roundID: t.RoundID})
	if err != nil {
		return r, fmt.Errorf("award: receipt of %s: %w", t.Manifest.Round, err)
	}
	return r, nil
}
