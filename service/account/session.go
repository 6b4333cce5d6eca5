package account

import (
	"fmt"

	"nianwei/model/store"
)

// sessions is one of the two tables of sessions, which differ in whose they are.
type sessions struct{ table, owner string }

func workerSessions() sessions { return sessions{table: "worker_sessions", owner: "account_id"} }

func officerSessions() sessions { return sessions{table: "officer_sessions", owner: "officer_id"} }

func (s sessions) begin(tx *store.Tx, hash [32]byte, owner, expiresAt int64) error {
	_, err := tx.Exec("INSERT INTO "+s.table+" (token_hash, "+s.owner+", created_at, expires_at) VALUES (?,?,?,?)", hash[:], owner, tx.Millis(), expiresAt)
	if err != nil {
		return fmt.Errorf("account: begin session: %w", err)
	}
	return nil
}

func (s sessions) end(tx *store.Tx, hash [32]byte) error {
	_, err := tx.Exec("UPDATE "+s.table+" SET revoked_at = ? WHERE token_hash = ? AND revoked_at IS NULL", tx.Millis(), hash[:])
	if err != nil {
		return fmt.Errorf("account: end session: %w", err)
	}
	return nil
}

// endAll revokes an owner's sessions, but for one that may stay, and gives the
// hashes to evict after the commit.
func (s sessions) endAll(tx *store.Tx, owner int64, but [32]byte) (hashes [][32]byte, err error) {
	if _, err := tx.Exec("UPDATE "+s.table+" SET revoked_at = ? WHERE "+s.owner+" = ? AND revoked_at IS NULL AND token_hash <> ?", tx.Millis(), owner, but[:]); err != nil {
		return nil, fmt.Errorf("account: end sessions: %w", err)
	}
	return s.of(tx, owner)
}

// of gives the hashes of all of an owner's sessions, for eviction.
func (s sessions) of(tx *store.Tx, owner int64) (hashes [][32]byte, err error) {
	var hash []byte
	err = tx.Each("SELECT token_hash FROM "+s.table+" WHERE "+s.owner+" = ?", []any{owner}, []any{&hash}, func() error {
		hashes = append(hashes, [32]byte(hash))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("account: sessions: %w", err)
	}
	return hashes, nil
}
