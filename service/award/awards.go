package award

import (
	"fmt"

	"nianwei/model"
	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/ledger"
)

// State is how far an award has come.
type State string

// The life of an award.
const (
	Provisional State = "provisional" // a raffle's winner, before the raffle is finished
	Owed        State = "owed"
	Paid        State = "paid"
	Void        State = "void" // disqualified; a substitute has it
)

// Award is what is owed to one worker.
type Award struct {
	RoundID    int64
	No         int64 // the play's number or the raffle's rank
	WorkerID   int64
	UnionID    int64
	Entry      int64
	PrizeCode  string
	AmountFen  int64
	State      State
	WonAt      int64
	PaidAt     *int64
	Reference  *string
	VoidReason *string
}

const awardColumns = "round_id, no, worker_id, union_id, entry_seq, prize_code, amount_fen, state, won_at, paid_at, reference, void_reason"

// NewRows prepares the insertion of awards.
func newAwardRows(n int) *store.Rows {
	return store.NewRows("awards", n, "round_id", "no", "worker_id", "union_id", "entry_seq", "prize_code", "amount_fen", "state", "won_at", "paid_at", "reference", "void_reason")
}

// Wins collects what a group of plays won, for one statement each.
type Wins struct {
	rows  *store.Rows
	count int64
	fen   int64
}

// NewWins prepares for at most n wins.
func NewWins(n int) *Wins { return &Wins{rows: newAwardRows(n)} }

// Add records that play no of a round won. The award is owed at once.
func (w *Wins) Add(roundID, no, workerID, unionID, entry int64, code string, fen, at int64) {
	w.rows.Add(roundID, no, workerID, unionID, entry, code, fen, string(Owed), at, nil, nil, nil)
	w.count++
	w.fen += fen
}

// Write inserts the awards, books their money and counts them in the head.
func (w *Wins) Write(tx *store.Tx, head *model.Head, fundID int64) error {
	if w.count == 0 {
		return nil
	}
	if err := w.rows.Write(tx); err != nil {
		return fmt.Errorf("award: wins of round %d: %w", head.RoundID, err)
	}
	memo := fmt.Sprintf("%d 份奖品", w.count)
	if err := ledger.RecordWin(tx, fundID, head.RoundID, w.fen, memo); err != nil {
		return err
	}
	head.Wins += w.count
	head.WonFen += w.fen
	return nil
}

// OfWorker gives a worker's awards, newest first, won before the cursor
// (instant, round, number), and the sum of everything that is theirs.
func OfWorker(tx *store.Tx, workerID int64, before Cursor, limit int) ([]Award, error) {
	query := "SELECT " + awardColumns + " FROM awards WHERE worker_id = ?"
	args := []any{workerID}
	if before.At > 0 {
		query += " AND (won_at < ? OR (won_at = ? AND (round_id < ? OR (round_id = ? AND no < ?))))"
		args = append(args, before.At, before.At, before.RoundID, before.RoundID, before.No)
	}
	return list(tx, query+" ORDER BY won_at DESC, round_id DESC, no DESC LIMIT ?", append(args, limit))
}

// Cursor is where a list of awards goes on.
type Cursor struct{ At, RoundID, No int64 }

// SumOfWorker gives what a worker has won and not lost again.
func SumOfWorker(tx *store.Tx, workerID int64) (fen int64, err error) {
	_, err = tx.Row("SELECT COALESCE(SUM(amount_fen), 0) FROM awards WHERE worker_id = ? AND state <> ?", []any{workerID, string(Void)}, &fen)
	return fen, err
}

// Newest gives a round's newest awards that stand.
func Newest(tx *store.Tx, roundID int64, limit int) ([]Award, error) {
	return list(tx, "SELECT "+awardColumns+" FROM awards WHERE round_id = ? AND state <> 'void' ORDER BY no DESC LIMIT ?", []any{roundID, limit})
}

func list(tx *store.Tx, query string, args []any) ([]Award, error) {
	var out []Award
	var a Award
	err := tx.Each(query, args, []any{&a.RoundID, &a.No, &a.WorkerID, &a.UnionID, &a.Entry, &a.PrizeCode, &a.AmountFen, &a.State, &a.WonAt, &a.PaidAt, &a.Reference, &a.VoidReason},
		func() error {
			out = append(out, a)
			a.PaidAt, a.Reference, a.VoidReason = nil, nil, nil
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("award: list: %w", err)
	}
	return out, nil
}

// WonBefore tells which of the workers hold an award that stands in one of the
// given rounds.
func WonBefore(tx *store.Tx, rounds, workers []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	if len(rounds) == 0 || len(workers) == 0 {
		return out, nil
	}
	args := make([]any, 0, len(rounds)+len(workers))
	for _, r := range rounds {
		args = append(args, r)
	}
	for _, w := range workers {
		args = append(args, w)
	}
	var worker int64
	err := tx.Each("SELECT DISTINCT worker_id FROM awards WHERE round_id IN "+store.Marks(len(rounds))+" AND worker_id IN "+store.Marks(len(workers))+" AND state <> 'void'",
		args, []any{&worker}, func() error {
			out[worker] = true
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("award: earlier winners: %w", err)
	}
	return out, nil
}

// What can go wrong with a payment.
var (
	ErrNotFinal   = fault.New(fault.Conflict, "payment.not_final", "这场活动的结果还没有最终确定，不能发放。")
	ErrNothingDue = fault.New(fault.Conflict, "payment.nothing_due", "这场活动没有待发放的奖品。")
	ErrKeyReused  = fault.New(fault.Conflict, "idempotency.reused", "同一请求编号被用于不同内容，请刷新页面后重试。")
)

// Payment is what one recorded payment covered.
type Payment struct {
	Awards    int64
	AmountFen int64
	Again     bool // was recorded before, under the same key
}

// RecordPayment books that all owed awards of a final round were paid outside
// the system under one reference. The same key gives the same answer again.
func RecordPayment(tx *store.Tx, roundID, fundID, officerID int64, key, reference string, body [32]byte) (Payment, error) {
	head, err := model.LockHead(tx, roundID)
	if err != nil {
		return Payment{}, err
	}
	var p Payment
	var old []byte
	found, err := tx.Row("SELECT awards, amount_fen, body_hash FROM payments WHERE round_id = ? AND idem = ?", []any{roundID, key}, &p.Awards, &p.AmountFen, &old)
	if err != nil {
		return Payment{}, fmt.Errorf("award: payment: %w", err)
	}
	if found {
		if string(old) != string(body[:]) {
			return Payment{}, ErrKeyReused
		}
		p.Again = true
		return p, nil
	}
	if head.State != model.RoundFinal {
		return Payment{}, ErrNotFinal
	}
	if _, err := tx.Row("SELECT COUNT(*), COALESCE(SUM(amount_fen), 0) FROM awards WHERE round_id = ? AND state = ?", []any{roundID, string(Owed)}, &p.Awards, &p.AmountFen); err != nil {
		return Payment{}, fmt.Errorf("award: payment: %w", err)
	}
	if p.Awards == 0 {
		return Payment{}, ErrNothingDue
	}
	if _, err := tx.Exec("UPDATE awards SET state = ?, paid_at = ?, reference = ? WHERE round_id = ? AND state = ?", string(Paid), tx.Millis(), reference, roundID, string(Owed)); err != nil {
		return Payment{}, fmt.Errorf("award: payment: %w", err)
	}
	if err := ledger.RecordPayment(tx, fundID, roundID, p.AmountFen, reference); err != nil {
		return Payment{}, err
	}
	head.PaidFen += p.AmountFen
	head.Advance(tx.Millis())
	if err := head.Save(tx); err != nil {
		return Payment{}, err
	}
	_, err = tx.Exec("INSERT INTO payments (round_id, idem, body_hash, officer_id, reference, awards, amount_fen, at) VALUES (?,?,?,?,?,?,?,?)",
		roundID, key, body[:], officerID, reference, p.Awards, p.AmountFen, tx.Millis())
	if err != nil {
		return Payment{}, fmt.Errorf("award: payment: %w", err)
	}
	return p, nil
}
