package award

import (
	"bytes"
	"fmt"

	"nianwei/model"
	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/ledger"
	"nianwei/service/redraw"
)

// What can go wrong with a raffle.
var (
	ErrNoSource        = fault.New(fault.Invalid, "draw.no_source", "本场抽奖没有用到这个公开号码。")
	ErrNumberFormat    = fault.New(fault.Invalid, "draw.number_format", "号码的写法不对，请按示例逐位录入。")
	ErrNumberConfirmed = fault.New(fault.Conflict, "draw.number_confirmed", "这个号码已由两位开奖员确认，不能再改。")
	ErrNumbersMissing  = fault.New(fault.Conflict, "draw.numbers_missing", "还有公开号码没有由两位开奖员确认，不能开奖。")
	ErrNoEntrants      = fault.New(fault.Conflict, "draw.no_entrants", "没有人进入抽奖名单。")
	ErrNotWinner       = fault.New(fault.Conflict, "void.not_winner", "这个名次没有中奖，不能取消。")
	ErrVoidProposed    = fault.New(fault.Conflict, "void.already", "这个名次已经提出取消。")
	ErrVoidMissing     = fault.New(fault.NotFound, "void.unknown", "没有找到这条取消申请。")
	ErrVoidOwn         = fault.New(fault.Forbidden, "void.own", "取消资格须由另一位工作人员确认，不能自己确认自己提出的。")
	ErrVoidPending     = fault.New(fault.Conflict, "void.pending", "还有取消资格的申请没有确认，请先确认。")
	ErrNoSubstitute    = fault.New(fault.Conflict, "void.no_substitute", "已经没有候补可以递补，不能再取消。")
	ErrVoidReason      = fault.New(fault.Invalid, "void.reason", "请选择取消资格的原因。")
)

// NumberState is how far a public number has been typed.
type NumberState string

// The states of a public number.
const (
	NumberMissing   NumberState = "missing"
	NumberOnce      NumberState = "once"
	NumberConfirmed NumberState = "confirmed"
	NumberMismatch  NumberState = "mismatch"
)

// Number is a public number of a raffle and who typed it.
type Number struct {
	Source string
	Typed  int
	ByMe   bool
	State  NumberState
	Value  string // only when confirmed, so that the second officer cannot copy the first
}

// TypeNumber records a public number as one officer read it in the official
// bulletin. Two different officers must type the same; what differs locks the
// draw until both have typed again.
func (d *Desk) TypeNumber(tx *store.Tx, roundID, officerID int64, source, value string) error {
	w, m, err := d.lockDraw(tx, roundID, Frozen)
	if err != nil {
		return err
	}
	known := false
	for _, s := range m.Sources {
		known = known || s == source
	}
	if !known {
		return ErrNoSource
	}
	s, err := redraw.ParseSource(source)
	if err != nil {
		return fmt.Errorf("award: source %q of a signed manifest: %w", source, err)
	}
	if s.Check(value) != nil {
		return ErrNumberFormat
	}
	numbers, err := d.numbers(tx, w.RoundID, m.Sources, officerID)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if n.Source != source {
			continue
		}
		if n.State == NumberConfirmed {
			return ErrNumberConfirmed
		}
		if n.State == NumberMismatch { // both are to look again; the first to do so clears the table
			if _, err := tx.Exec("DELETE FROM draw_numbers WHERE round_id = ? AND source = ?", roundID, source); err != nil {
				return fmt.Errorf("award: clear number: %w", err)
			}
		} else if n.ByMe {
			if _, err := tx.Exec("DELETE FROM draw_numbers WHERE round_id = ? AND source = ? AND officer_id = ?", roundID, source, officerID); err != nil {
				return fmt.Errorf("award: retype number: %w", err)
			}
		}
	}
	_, err = tx.Exec("INSERT INTO draw_numbers (round_id, source, officer_id, value, at) VALUES (?,?,?,?,?)", roundID, source, officerID, value, tx.Millis())
	if err != nil {
		return fmt.Errorf("award: type number: %w", err)
	}
	return nil
}

// numbers gives how far each public number has been typed, in the manifest's order.
func (d *Desk) numbers(tx *store.Tx, roundID int64, sources []string, me int64) ([]Number, error) {
	typed := map[string][]string{}
	mine := map[string]bool{}
	var source, value string
	var officer int64
	err := tx.Each("SELECT source, officer_id, value FROM draw_numbers WHERE round_id = ? ORDER BY source, at", []any{roundID},
		[]any{&source, &officer, &value}, func() error {
			typed[source] = append(typed[source], value)
			mine[source] = mine[source] || officer == me
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("award: numbers of round %d: %w", roundID, err)
	}
	out := make([]Number, 0, len(sources))
	for _, s := range sources {
		n := Number{Source: s, Typed: len(typed[s]), ByMe: mine[s], State: NumberMissing}
		switch values := typed[s]; {
		case len(values) == 1:
			n.State = NumberOnce
		case len(values) > 1 && values[0] != values[1]:
			n.State = NumberMismatch
		case len(values) > 1:
			n.State, n.Value = NumberConfirmed, values[0]
		}
		out = append(out, n)
	}
	return out, nil
}

// lockDraw takes the head's lock and gives the draw if it is in one of the states.
func (d *Desk) lockDraw(tx *store.Tx, roundID int64, states ...DrawState) (*Draw, *redraw.Manifest, error) {
	if _, err := model.LockHead(tx, roundID); err != nil {
		return nil, nil, err
	}
	return d.drawIn(tx, roundID, states...)
}

func (d *Desk) drawIn(tx *store.Tx, roundID int64, states ...DrawState) (*Draw, *redraw.Manifest, error) {
	w, err := d.FindDraw(tx, roundID)
	if err != nil {
		return nil, nil, err
	}
	if w.Kind != Raffle {
		return nil, nil, ErrNoDraw
	}
	for _, s := range states {
		if w.State == s {
			m, _, err := d.manifest(w)
			return w, m, err
		}
	}
	return nil, nil, ErrDrawState
}

// DrawRaffle reveals the secret and ranks the frozen entrants. Winners have
// their awards at once, provisional until Finish.
func (d *Desk) DrawRaffle(tx *store.Tx, roundID, fundID int64) error {
	head, err := model.LockHead(tx, roundID)
	if err != nil {
		return err
	}
	w, m, err := d.drawIn(tx, roundID, Frozen)
	if err != nil {
		return err
	}
	numbers, err := d.numbers(tx, roundID, m.Sources, 0)
	if err != nil {
		return err
	}
	tail, err := OpenTail(head)
	if err != nil {
		return err
	}
	var public []redraw.PublicNumber
	for _, n := range numbers {
		if n.State != NumberConfirmed {
			return ErrNumbersMissing
		}
		p := redraw.PublicNumber{Source: n.Source, Value: n.Value}
		public = append(public, p)
		tail.append(redraw.AppendEntropy(tail.scratch(), p))
	}
	winners, ranking, entries, err := d.rank(tx, w, m, public)
	if err != nil {
		return err
	}
	secret, err := d.secretOf(w)
	if err != nil {
		return err
	}
	tail.append(redraw.AppendReveal(tail.scratch(), secret))
	if err := d.recordRanks(tx, head, tail, m, winners, ranking, entries); err != nil {
		return err
	}
	if err := ledger.RecordWin(tx, fundID, roundID, head.WonFen, "开奖"); err != nil {
		return err
	}
	head.Advance(tx.Millis())
	if err := tail.Flush(tx); err != nil {
		return err
	}
	w.State, w.Entropy = Drawn, string(redraw.EntropyText(public))
	if err := d.save(tx, w); err != nil {
		return err
	}
	return head.Save(tx)
}

// entrant is one enter line's worker.
type entrant struct{ seq, worker, union int64 }

// rank replays the frozen list from the log, which is what anybody else will
// draw from, and ranks it.
func (d *Desk) rank(tx *store.Tx, w *Draw, m *redraw.Manifest, public []redraw.PublicNumber) (*redraw.Winners, *redraw.Ranking, []entrant, error) {
	list := &redraw.Entrants{}
	err := eachLogLine(tx, w.RoundID, func(line []byte) error {
		l, ok := redraw.ParseLine(line)
		if !ok {
			return errLogGap
		}
		if l.Word != redraw.WordEnter {
			return nil
		}
		return list.Enter(l.Hash, l.Weight)
	})
	if err != nil {
		return nil, nil, nil, fmt.Errorf("award: entrants of %s: %w", m.Round, err)
	}
	if list.Len() == 0 {
		return nil, nil, nil, ErrNoEntrants
	}
	entries, err := d.entrants(tx, w.RoundID, list.Len())
	if err != nil {
		return nil, nil, nil, err
	}
	secret, err := d.secretOf(w)
	if err != nil {
		return nil, nil, nil, err
	}
	key := redraw.NewKey(secret, redraw.Hash(w.ManifestHash), redraw.EntriesHash(w.FreezeLines, redraw.Hash(w.FreezeRoot)), redraw.EntropyHash(public))
	units, err := redraw.NewUnits(key, m.Prizes)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("award: units of %s: %w", m.Round, err)
	}
	ranking := redraw.NewRanking(key, list)
	return redraw.NewWinners(units, ranking), ranking, entries, nil
}

// entrants gives the workers behind the enter lines, by their number.
func (d *Desk) entrants(tx *store.Tx, roundID, n int64) ([]entrant, error) {
	out := make([]entrant, n)
	var no int64
	var e entrant
	seen := int64(0)
	err := tx.Each("SELECT raffle_no, seq, worker_id, union_id FROM entries WHERE round_id = ? AND raffle_no IS NOT NULL", []any{roundID},
		[]any{&no, &e.seq, &e.worker, &e.union}, func() error {
			if no < 0 || no >= n {
				return errLogGap
			}
			out[no] = e
			seen++
			return nil
		})
	if err == nil && seen != n {
		err = errLogGap
	}
	if err != nil {
		return nil, fmt.Errorf("award: entrants of round %d: %w", roundID, err)
	}
	return out, nil
}

// substitutesKept is how many substitutes stand ready in the table: as many as
// there are winners, and some.
func substitutesKept(units int64) int64 { return units + 50 }

func (d *Desk) recordRanks(tx *store.Tx, head *model.Head, tail *Tail, m *redraw.Manifest, winners *redraw.Winners, ranking *redraw.Ranking, entries []entrant) error {
	all := winners.All()
	ranks := store.NewRows("draw_ranks", 2*len(all)+50, "round_id", "no", "entry_seq", "worker_id", "state", "replaces")
	awards := newAwardRows(len(all))
	for _, win := range all {
		e := entries[win.Entry]
		tail.append(redraw.AppendRank(tail.scratch(), win))
		ranks.Add(head.RoundID, win.Rank, e.seq, e.worker, "winner", nil)
		awards.Add(head.RoundID, win.Rank, e.worker, e.union, e.seq, win.Code, win.Fen, string(Provisional), tx.Millis(), nil, nil, nil)
		head.Wins++
		head.WonFen += win.Fen
	}
	for rank := m.UnitCount(); rank < m.UnitCount()+substitutesKept(m.UnitCount()); rank++ {
		entry, ok := ranking.Entry(rank)
		if !ok {
			break
		}
		e := entries[entry]
		ranks.Add(head.RoundID, rank, e.seq, e.worker, "substitute", nil)
	}
	if err := ranks.Write(tx); err != nil {
		return fmt.Errorf("award: ranks of round %d: %w", head.RoundID, err)
	}
	return awards.Write(tx)
}

// VoidReasons are the reasons for which a winner can be disqualified, as they
// stand in the log.
func VoidReasons() []string {
	return []string{"not-eligible", "duplicate-person", "cheating", "left-union", "declined", "unreachable"}
}

// ProposeVoids records that one officer wants winners disqualified.
func (d *Desk) ProposeVoids(tx *store.Tx, roundID, officerID int64, ranks []int64, reason string) error {
	known := false
	for _, r := range VoidReasons() {
		known = known || r == reason
	}
	if !known {
		return ErrVoidReason
	}
	if _, _, err := d.lockDraw(tx, roundID, Drawn); err != nil {
		return err
	}
	for _, rank := range ranks {
		var state string
		found, err := tx.Row("SELECT state FROM draw_ranks WHERE round_id = ? AND no = ?", []any{roundID, rank}, &state)
		if err != nil {
			return fmt.Errorf("award: propose void: %w", err)
		}
		if !found || (state != "winner" && state != "took_over") {
			return ErrNotWinner.With(fault.Field{Path: "/ranks", Reason: ErrNotWinner.Reason, Detail: fmt.Sprintf("名次 %d 没有中奖。", rank+1)})
		}
		_, err = tx.Exec("INSERT INTO draw_voids (round_id, no, reason, proposed_by, proposed_at) VALUES (?,?,?,?,?)", roundID, rank, reason, officerID, tx.Millis())
		if store.Duplicate(err) {
			return ErrVoidProposed.With(fault.Field{Path: "/ranks", Reason: ErrVoidProposed.Reason, Detail: fmt.Sprintf("名次 %d 已经提出取消。", rank+1)})
		}
		if err != nil {
			return fmt.Errorf("award: propose void: %w", err)
		}
	}
	return nil
}

// ConfirmVoids lets a second officer confirm proposed voids. The i-th void of
// the round is taken over, prize and all, by the i-th substitute; no other
// winner moves.
func (d *Desk) ConfirmVoids(tx *store.Tx, roundID, officerID int64, ranks []int64) error {
	head, err := model.LockHead(tx, roundID)
	if err != nil {
		return err
	}
	_, m, err := d.drawIn(tx, roundID, Drawn)
	if err != nil {
		return err
	}
	tail, err := OpenTail(head)
	if err != nil {
		return err
	}
	for _, rank := range ranks {
		if err := d.confirmVoid(tx, head, tail, m, officerID, rank); err != nil {
			return err
		}
	}
	head.Advance(tx.Millis())
	if err := tail.Flush(tx); err != nil {
		return err
	}
	return head.Save(tx)
}

func (d *Desk) confirmVoid(tx *store.Tx, head *model.Head, tail *Tail, m *redraw.Manifest, officerID, rank int64) error {
	var reason string
	var proposer int64
	var confirmed *int64
	found, err := tx.Row("SELECT reason, proposed_by, confirmed_at FROM draw_voids WHERE round_id = ? AND no = ?", []any{head.RoundID, rank}, &reason, &proposer, &confirmed)
	switch {
	case err != nil:
		return fmt.Errorf("award: confirm void: %w", err)
	case !found:
		return ErrVoidMissing
	case confirmed != nil:
		return ErrVoidProposed
	case proposer == officerID:
		return ErrVoidOwn
	}
	var done int64
	if _, err := tx.Row("SELECT COUNT(*) FROM draw_voids WHERE round_id = ? AND confirmed_at IS NOT NULL", []any{head.RoundID}, &done); err != nil {
		return fmt.Errorf("award: confirm void: %w", err)
	}
	next := m.UnitCount() + done
	var sub entrant
	subFound, err := tx.Row("SELECT r.entry_seq, r.worker_id, e.union_id FROM draw_ranks r JOIN entries e ON e.round_id = r.round_id AND e.seq = r.entry_seq WHERE r.round_id = ? AND r.no = ? AND r.state = 'substitute'",
		[]any{head.RoundID, next}, &sub.seq, &sub.worker, &sub.union)
	if err != nil {
		return fmt.Errorf("award: substitute %d: %w", next, err)
	}
	if !subFound {
		return ErrNoSubstitute
	}
	var code string
	var fen int64
	found, err = tx.Row("SELECT prize_code, amount_fen FROM awards WHERE round_id = ? AND no = ? AND state = ?", []any{head.RoundID, rank, string(Provisional)}, &code, &fen)
	if err != nil {
		return fmt.Errorf("award: confirm void: %w", err)
	}
	if !found {
		return ErrNotWinner
	}
	var enter int64
	if _, err := tx.Row("SELECT raffle_no FROM entries WHERE round_id = ? AND seq = ?", []any{head.RoundID, sub.seq}, &enter); err != nil {
		return fmt.Errorf("award: substitute's entry: %w", err)
	}
	tail.append(redraw.AppendVoid(tail.scratch(), rank, reason))
	tail.append(redraw.AppendSub(tail.scratch(), rank, next, enter))
	if err := d.markVoid(tx, head.RoundID, rank, reason, officerID, &next); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE draw_ranks SET state = 'took_over', replaces = ? WHERE round_id = ? AND no = ?", rank, head.RoundID, next); err != nil {
		return fmt.Errorf("award: substitute takes over: %w", err)
	}
	awards := newAwardRows(1)
	awards.Add(head.RoundID, next, sub.worker, sub.union, sub.seq, code, fen, string(Provisional), tx.Millis(), nil, nil, nil)
	return awards.Write(tx)
}

func (d *Desk) markVoid(tx *store.Tx, roundID, rank int64, reason string, officerID int64, newRank *int64) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"UPDATE draw_voids SET confirmed_by = ?, confirmed_at = ?, new_no = ? WHERE round_id = ? AND no = ?", []any{officerID, tx.Millis(), *newRank, roundID, rank}},
		{"UPDATE draw_ranks SET state = 'void' WHERE round_id = ? AND no = ?", []any{roundID, rank}},
		{"UPDATE awards SET state = ?, void_reason = ? WHERE round_id = ? AND no = ?", []any{string(Void), reason, roundID, rank}},
	} {
		n, err := tx.Exec(step.query, step.args...)
		if err != nil {
			return fmt.Errorf("award: void rank %d: %w", rank, err)
		}
		if n != 1 {
			return fmt.Errorf("award: void rank %d: %d rows", rank, n)
		}
	}
	return nil
}

// Finish ends the log of a drawn raffle: the awards are owed, and what nobody
// won goes back to the fund.
func (d *Desk) Finish(tx *store.Tx, roundID, fundID int64) error {
	head, err := model.LockHead(tx, roundID)
	if err != nil {
		return err
	}
	w, m, err := d.drawIn(tx, roundID, Drawn)
	if err != nil {
		return err
	}
	var pending int64
	if _, err := tx.Row("SELECT COUNT(*) FROM draw_voids WHERE round_id = ? AND confirmed_at IS NULL", []any{roundID}, &pending); err != nil {
		return fmt.Errorf("award: finish: %w", err)
	}
	if pending > 0 {
		return ErrVoidPending
	}
	tail, err := OpenTail(head)
	if err != nil {
		return err
	}
	if err := d.end(tail, w, m, head.Wins, head.WonFen); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE awards SET state = ? WHERE round_id = ? AND state = ?", string(Owed), roundID, string(Provisional)); err != nil {
		return fmt.Errorf("award: finish: %w", err)
	}
	if err := d.release(tx, head, fundID); err != nil {
		return err
	}
	head.Advance(tx.Millis())
	if err := tail.Flush(tx); err != nil {
		return err
	}
	if err := d.save(tx, w); err != nil {
		return err
	}
	if err := head.Save(tx); err != nil {
		return err
	}
	return model.FinishRound(tx, roundID)
}

// eachLogLine calls fn with every line of a round's log, without its LF.
func eachLogLine(tx *store.Tx, roundID int64, fn func(line []byte) error) error {
	return eachChunk(tx, roundID, func(data []byte) error {
		for len(data) > 0 {
			end := bytes.IndexByte(data, '\n')
			if end < 0 {
				return errLogGap
			}
			if err := fn(data[:end]); err != nil {
				return err
			}
			data = data[end+1:]
		}
		return nil
	})
}

// eachChunk calls fn with the log's bytes, chunk by chunk in order.
func eachChunk(tx *store.Tx, roundID int64, fn func(data []byte) error) error {
	const page = 64
	for next := int64(0); ; {
		read := 0
		var first, count int64
		var data []byte
		err := tx.Each("SELECT first_line, line_count, data FROM log_chunks WHERE round_id = ? AND first_line >= ? ORDER BY first_line LIMIT ?",
			[]any{roundID, next, page}, []any{&first, &count, &data}, func() error {
				if first != next {
					return errLogGap
				}
				next = first + count
				read++
				return fn(data)
			})
		if err != nil {
			return err
		}
		if read < page {
			return nil
		}
	}
}
