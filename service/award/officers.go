package award

import (
	"fmt"

	"nianwei/model/store"
)

// VoidOfficers gives the names of the officers who proposed or confirmed a
// round's voids, by their number.
func VoidOfficers(tx *store.Tx, roundID int64) (map[int64]string, error) {
	out := map[int64]string{}
	var id int64
	var name string
	err := tx.Each(`SELECT o.id, o.name FROM officers o WHERE o.id IN (SELECT proposed_by FROM draw_voids WHERE round_id = ?)
		OR o.id IN (SELECT confirmed_by FROM draw_voids WHERE round_id = ?)`, []any{roundID, roundID}, []any{&id, &name}, func() error {
		out[id] = name
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("award: officers of round %d: %w", roundID, err)
	}
	return out, nil
}
