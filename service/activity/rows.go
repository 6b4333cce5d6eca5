package activity

import (
	"fmt"

	"nianwei/model/store"
)

// Worker is who asks, as the session says.
type Worker struct {
	ID      int64 // on the roster
	UnionID int64
	OpenID  string
}

// entryRow is a row of entries.
type entryRow struct {
	seq, workerID, unionID, nth int64
	state                       State
	idem                        string
	hash                        [32]byte
	createdAt                   int64
	deadlineAt, doneAt          *int64
	score                       int64
	chances                     int64
	raffleNo                    *int64
	stepIdem                    *string
	stepHash                    []byte
	progress                    []byte

	plays int64 // of this entry, when they were read
	dirty bool  // differs from the database
	fresh bool  // is not in the database yet
}

// playRow is a row of plays.
type playRow struct {
	seq, entry, nth, workerID int64
	idem                      string
	at, pos                   int64
	code                      string
	fen                       int64
	askLine                   int64
}

const entryColumns = "seq, worker_id, union_id, nth, state, idem, body_hash, created_at, deadline_at, done_at, score, chances, raffle_no, step_idem, step_hash, progress"

// byWorkers is the condition "of these workers, in this round". The plus keeps
// SQLite, which has no statistics, from walking the whole round by its primary
// key instead of asking the index for each worker.
const byWorkers = "worker_id IN %s AND +round_id = ?"

// workersArgs are the arguments of byWorkers.
func workersArgs(roundID int64, workers []int64) []any { return append(anys(workers), roundID) }

// readEntries reads entries of a round that meet a condition.
func readEntries(tx *store.Tx, where string, args ...any) ([]*entryRow, error) {
	var out []*entryRow
	var r entryRow
	var hash []byte
	err := tx.Each("SELECT "+entryColumns+" FROM entries WHERE "+where, args,
		[]any{&r.seq, &r.workerID, &r.unionID, &r.nth, &r.state, &r.idem, &hash, &r.createdAt, &r.deadlineAt, &r.doneAt, &r.score, &r.chances, &r.raffleNo, &r.stepIdem, &r.stepHash, &r.progress},
		func() error {
			one := r
			one.hash = [32]byte(hash)
			one.progress = append([]byte(nil), r.progress...)
			one.stepHash = append([]byte(nil), r.stepHash...)
			out = append(out, &one)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("entries: %w", err)
	}
	return out, nil
}

// readPlays reads plays of a round that meet a condition.
func readPlays(tx *store.Tx, where string, args ...any) ([]*playRow, error) {
	var out []*playRow
	var r playRow
	err := tx.Each("SELECT seq, entry_seq, nth, worker_id, idem, at, pos, prize_code, amount_fen, ask_line FROM plays WHERE "+where, args,
		[]any{&r.seq, &r.entry, &r.nth, &r.workerID, &r.idem, &r.at, &r.pos, &r.code, &r.fen, &r.askLine}, func() error {
			one := r
			out = append(out, &one)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("plays: %w", err)
	}
	return out, nil
}

func (r *entryRow) values(roundID int64) []any {
	var stepHash any
	if len(r.stepHash) > 0 {
		stepHash = r.stepHash
	}
	return []any{roundID, r.seq, r.workerID, r.unionID, r.nth, string(r.state), r.idem, r.hash[:], r.createdAt, r.deadlineAt, r.doneAt,
		r.score, r.chances, r.raffleNo, r.stepIdem, stepHash, r.progress}
}

func newEntryRows(n int) *store.Rows {
	return store.NewRows("entries", n, "round_id", "seq", "worker_id", "union_id", "nth", "state", "idem", "body_hash", "created_at", "deadline_at", "done_at",
		"score", "chances", "raffle_no", "step_idem", "step_hash", "progress")
}

func anys(ids []int64) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = id
	}
	return out
}
