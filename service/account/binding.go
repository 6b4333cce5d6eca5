package account

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"

	"nianwei/model/store"
	"nianwei/service/operation"
)

// Bind makes a WeChat account stand for the worker of that name and phone.
// Whether phone or name was wrong is not told, and wrong guesses are limited
// per account, address and phone. The unique keys of accounts decide who of
// several comes first.
func (a *Workers) Bind(ctx context.Context, w Worker, name, phone, ip string) (Worker, error) {
	if w.Bound() {
		return Worker{}, ErrAlreadyBound
	}
	tries := a.bindTries(w, phone, ip)
	if err := spend(ctx, a.store, ErrTooManyBinds, tries...); err != nil {
		return Worker{}, err
	}
	workerID, err := a.identify(ctx, name, phone)
	if err != nil {
		return Worker{}, err
	}
	var hashes [][32]byte
	err = a.store.Write(ctx, func(tx *store.Tx) (err error) {
		if err := bind(tx, w.AccountID, workerID); err != nil {
			return err
		}
		if hashes, err = workerSessions().of(tx, w.AccountID); err != nil {
			return err
		}
		if _, err := tx.Row("SELECT union_id FROM workers WHERE id = ?", []any{workerID}, &w.UnionID); err != nil {
			return fmt.Errorf("account: bind: %w", err)
		}
		return refund(tx, tries...)
	})
	if err != nil {
		return Worker{}, err
	}
	a.cache.evict(hashes...)
	w.WorkerID = workerID
	return w, nil
}

func (a *Workers) bindTries(w Worker, phone, ip string) []try {
	tries := []try{
		{"bind/account/" + strconv.FormatInt(w.AccountID, 10), a.config.BindsPerAccount},
		{"bind/address/" + network(ip), a.config.BindsPerAddress},
	}
	if hash, ok := a.roster.PhoneHash(phone); ok {
		tries = append(tries, try{"bind/phone/" + hex.EncodeToString(hash[:]), a.config.BindsPerPhone})
	}
	return tries
}

// identify asks the roster without the writer's lock, which guessers must not hold.
func (a *Workers) identify(ctx context.Context, name, phone string) (workerID int64, err error) {
	err = a.store.Read(ctx, func(tx *store.Tx) error {
		id, found, err := a.roster.Identify(tx, name, phone)
		if err == nil && !found {
			err = ErrNoMatch
		}
		workerID = id
		return err
	})
	return workerID, err
}

func bind(tx *store.Tx, accountID, workerID int64) error {
	n, err := tx.Exec("UPDATE accounts SET worker_id = ?, bound_at = ? WHERE id = ? AND worker_id IS NULL", workerID, tx.Millis(), accountID)
	switch {
	case store.Duplicate(err):
		return ErrTaken
	case err != nil:
		return fmt.Errorf("account: bind: %w", err)
	case n == 0:
		return ErrAlreadyBound
	}
	return nil
}

// Unbind releases a worker from every WeChat account that stands for them and
// ends those accounts' sessions. The reason goes into the operators' log.
func (a *Workers) Unbind(ctx context.Context, officerID, workerID int64, reason string) error {
	var hashes [][32]byte
	err := a.store.Write(ctx, func(tx *store.Tx) error {
		hashes = nil
		accounts, err := accountsOf(tx, workerID)
		if err != nil {
			return err
		}
		if len(accounts) == 0 {
			return ErrNotBound
		}
		for _, id := range accounts {
			ended, err := workerSessions().endAll(tx, id, [32]byte{})
			if err != nil {
				return err
			}
			hashes = append(hashes, ended...)
		}
		if _, err := tx.Exec("UPDATE accounts SET worker_id = NULL, bound_at = NULL WHERE worker_id = ?", workerID); err != nil {
			return fmt.Errorf("account: unbind: %w", err)
		}
		return operation.Record(tx, officerID, "worker.unbind", fmt.Sprintf("worker/%d", workerID), reason, fmt.Sprintf("accounts=%v", accounts))
	})
	a.cache.evict(hashes...)
	return err
}

func accountsOf(tx *store.Tx, workerID int64) (ids []int64, err error) {
	var id int64
	err = tx.Each("SELECT id FROM accounts WHERE worker_id = ? ORDER BY id"+tx.ForUpdate(), []any{workerID}, []any{&id}, func() error {
		ids = append(ids, id)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("account: accounts of worker %d: %w", workerID, err)
	}
	return ids, nil
}
