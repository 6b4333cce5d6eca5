package model

import (
	"fmt"

	"nianwei/model/store"
)

// FinishRound marks a round as final, and its activity as ended when that was
// its last.
func FinishRound(tx *store.Tx, roundID int64) error {
	if _, err := tx.Exec("UPDATE rounds SET state = ?, final_at = ? WHERE id = ?", string(RoundFinal), tx.Millis(), roundID); err != nil {
		return fmt.Errorf("finish round %d: %w", roundID, err)
	}
	var activity, open int64
	if _, err := tx.Row("SELECT activity_id FROM rounds WHERE id = ?", []any{roundID}, &activity); err != nil {
		return fmt.Errorf("finish round %d: %w", roundID, err)
	}
	if _, err := tx.Row("SELECT COUNT(*) FROM rounds WHERE activity_id = ? AND state <> ?", []any{activity, string(RoundFinal)}, &open); err != nil {
		return fmt.Errorf("finish round %d: %w", roundID, err)
	}
	if open > 0 {
		return nil
	}
	if _, err := tx.Exec("UPDATE activities SET state = 'ended' WHERE id = ?", activity); err != nil {
		return fmt.Errorf("finish activity %d: %w", activity, err)
	}
	return nil
}
