// Package roster is who works where: the tree of unions, the workers with
// their personal columns sealed, and the groups that activities are held for.
package roster

import (
	"fmt"

	"nianwei/model/fault"
	"nianwei/model/seal"
	"nianwei/model/store"
)

// The purposes that personal columns are sealed and hashed for.
const (
	sealName  = "worker.name"
	sealPhone = "worker.phone"
)

// What can be wrong with a question about the roster.
var (
	ErrUnknownWorker = fault.New(fault.NotFound, "worker.unknown", "名册里没有找到这位职工。")
	ErrUnknownUnion  = fault.New(fault.NotFound, "union.unknown", "没有找到这个工会。")
	ErrCursor        = fault.New(fault.Invalid, "cursor.invalid", "翻页位置不正确，请从第一页重新打开。")
	ErrPhone         = fault.New(fault.Invalid, "worker.phone", "手机号应为 11 位，以 1 开头，例如 13812345678。")
)

// Roster reads and writes the roster. It is safe for concurrent use.
type Roster struct {
	store  *store.Store
	keys   *seal.Keyring
	limits Limits
}

// New gives a roster whose personal columns are sealed with keys. A limit that
// is zero is DefaultLimits'.
func New(s *store.Store, keys *seal.Keyring, limits Limits) *Roster {
	return &Roster{store: s, keys: keys, limits: limits.orDefault()}
}

// Identify finds the active worker with this phone and this name, both as a
// person types them. found is false alike for an unknown phone and another
// name, so that nobody can learn which phones are on the roster.
func (r *Roster) Identify(tx *store.Tx, name, phone string) (workerID int64, found bool, err error) {
	number, ok := ParsePhone(phone)
	if !ok {
		return 0, false, nil
	}
	hash := r.phoneHash(number)
	var sealed []byte
	found, err = tx.Row("SELECT id, name_sealed FROM workers WHERE phone_hash = ? AND active = 1", []any{hash[:]}, &workerID, &sealed)
	if err != nil || !found {
		return 0, false, err
	}
	onRoster, err := r.keys.Open(sealName, sealed)
	if err != nil {
		return 0, false, fmt.Errorf("roster: name of worker %d: %w", workerID, err)
	}
	if FoldName(string(onRoster)) != FoldName(name) {
		return 0, false, nil
	}
	return workerID, true, nil
}

// PhoneHash gives the keyed hash of a phone as a person types it, by which it
// can be counted without being kept. ok is false when it is no mobile number.
func (r *Roster) PhoneHash(phone string) (hash [32]byte, ok bool) {
	number, ok := ParsePhone(phone)
	if !ok {
		return hash, false
	}
	return r.phoneHash(number), true
}

func (r *Roster) phoneHash(number string) [32]byte { return r.keys.Hash(sealPhone, []byte(number)) }

// MaxBytes tells how long a file may be, so that nobody reads a longer one.
func (r *Roster) MaxBytes() int64 { return r.limits.Bytes }
