package activity

import (
	"fmt"

	"nianwei/model/store"
)

// RoundNames gives the public ids of rounds by their number.
func RoundNames(tx *store.Tx, ids []int64) (map[int64]string, error) {
	out := make(map[int64]string, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var id int64
	var name string
	err := tx.Each("SELECT id, name FROM rounds WHERE id IN "+store.Marks(len(ids)), anys(ids), []any{&id, &name}, func() error {
		out[id] = name
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("activity: names of rounds: %w", err)
	}
	return out, nil
}
