package roster

import (
	"fmt"

	"nianwei/model/store"
)

// Facts is what the rest of the product may know of a worker without opening
// a sealed column.
type Facts struct {
	WorkerID  int64
	UnionID   int64
	UnionName string
	UnionPath string // "/1/5/"
	Trade     string
	Type      string
	Staying   bool
	Active    bool
	NameMask  string // 王*明
	PhoneMask string // 138****5678
}

// WorkerFacts reads one worker. It returns ErrUnknownWorker when there is none.
func WorkerFacts(tx *store.Tx, workerID int64) (Facts, error) {
	all, err := FactsOf(tx, []int64{workerID})
	if err != nil {
		return Facts{}, err
	}
	f, ok := all[workerID]
	if !ok {
		return Facts{}, ErrUnknownWorker
	}
	return f, nil
}

// FactsOf reads many workers with few statements. Who does not exist is left out.
func FactsOf(tx *store.Tx, workerIDs []int64) (map[int64]Facts, error) {
	all := make(map[int64]Facts, len(workerIDs))
	for at := 0; at < len(workerIDs); at += perStatement {
		part := workerIDs[at:min(at+perStatement, len(workerIDs))]
		ids := make([]any, len(part))
		for i, id := range part {
			ids[i] = id
		}
		var f Facts
		err := tx.Each(`SELECT w.id, w.union_id, u.name, u.path, w.trade, w.type, w.staying, w.active, w.name_mask, w.phone_mask
			FROM workers w JOIN unions u ON u.id = w.union_id WHERE w.id IN `+store.Marks(len(ids)), ids,
			[]any{&f.WorkerID, &f.UnionID, &f.UnionName, &f.UnionPath, &f.Trade, &f.Type, &f.Staying, &f.Active, &f.NameMask, &f.PhoneMask}, func() error {
				all[f.WorkerID] = f
				return nil
			})
		if err != nil {
			return nil, fmt.Errorf("roster: facts of %d workers: %w", len(part), err)
		}
	}
	return all, nil
}
