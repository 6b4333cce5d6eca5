package account

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"nianwei/model/clock"
	"nianwei/model/store"
	"nianwei/service/wechat"
)

// Worker is who a worker's session belongs to.
type Worker struct {
	AccountID   int64
	WorkerID    int64 // of the roster; 0 = not bound
	UnionID     int64 // 工会 that the worker belongs to; 0 = not bound
	OpenID      string
	AppID       string
	SessionHash [32]byte
}

// Bound tells whether the account stands for somebody on the roster.
func (w Worker) Bound() bool { return w.WorkerID != 0 }

// WorkerConfig is what the workers' side can be told. What is zero is the default.
type WorkerConfig struct {
	SessionLife time.Duration // default 30 days
	CacheLife   time.Duration // how long another server may still let in who was signed out; default 5 s
	CacheSize   int           // sessions; default 200,000

	BindsPerAccount Allowance // default 5 an hour
	BindsPerAddress Allowance // default 30 an hour
	BindsPerPhone   Allowance // default 10 a day
}

func (c WorkerConfig) orDefault() WorkerConfig {
	return WorkerConfig{
		SessionLife:     cmp.Or(c.SessionLife, 30*24*time.Hour),
		CacheLife:       cmp.Or(c.CacheLife, 5*time.Second),
		CacheSize:       cmp.Or(c.CacheSize, 200_000),
		BindsPerAccount: cmp.Or(c.BindsPerAccount, Allowance{5, time.Hour}),
		BindsPerAddress: cmp.Or(c.BindsPerAddress, Allowance{30, time.Hour}),
		BindsPerPhone:   cmp.Or(c.BindsPerPhone, Allowance{10, 24 * time.Hour}),
	}
}

// Roster is what a binding asks of the roster.
type Roster interface {
	// Identify finds the active worker with this phone and this name.
	Identify(tx *store.Tx, name, phone string) (workerID int64, found bool, err error)
	// PhoneHash gives the keyed hash of a phone, by which tries are counted.
	PhoneHash(phone string) (hash [32]byte, ok bool)
}

// Workers lets workers in. It is safe for concurrent use.
type Workers struct {
	store  *store.Store
	roster Roster
	config WorkerConfig
	cache  *cache[Worker]
}

// NewWorkers makes the workers' side.
func NewWorkers(s *store.Store, roster Roster, c WorkerConfig) *Workers {
	c = c.orDefault()
	return &Workers{store: s, roster: roster, config: c, cache: newCache[Worker](s.Clock(), c.CacheLife, c.CacheSize)}
}

// SignIn begins a session for whom WeChat says somebody is. A virtual account
// of WeChat's preview page gets none: it belongs to nobody.
func (a *Workers) SignIn(ctx context.Context, who wechat.Identity) (token string, expiresAt int64, err error) {
	if who.Snapshot || who.OpenID == "" || who.AppID == "" {
		return "", 0, wechat.ErrSnapshotUser
	}
	token, hash := newToken()
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		accountID, err := meet(tx, who)
		if err != nil {
			return err
		}
		expiresAt = clock.Millis(tx.Now.Add(a.config.SessionLife))
		return workerSessions().begin(tx, hash, accountID, expiresAt)
	})
	if err != nil {
		return "", 0, err
	}
	return token, expiresAt, nil
}

// meet finds or makes the account of an identity.
func meet(tx *store.Tx, who wechat.Identity) (accountID int64, err error) {
	var unionID *string
	if who.UnionID != "" {
		unionID = &who.UnionID
	}
	for range 2 {
		n, err := tx.Exec("UPDATE accounts SET seen_at = ?, unionid = COALESCE(?, unionid) WHERE app_id = ? AND openid = ?", tx.Millis(), unionID, who.AppID, who.OpenID)
		if err != nil {
			return 0, fmt.Errorf("account: sign in: %w", err)
		}
		if n > 0 {
			_, err = tx.Row("SELECT id FROM accounts WHERE app_id = ? AND openid = ?", []any{who.AppID, who.OpenID}, &accountID)
			return accountID, err
		}
		accountID, err = tx.Insert("INSERT INTO accounts (app_id, openid, unionid, created_at, seen_at) VALUES (?,?,?,?,?)", who.AppID, who.OpenID, unionID, tx.Millis(), tx.Millis())
		if err == nil {
			return accountID, nil
		}
		if !store.Duplicate(err) { // somebody was first: the next UPDATE finds the account
			return 0, fmt.Errorf("account: sign in: %w", err)
		}
	}
	return 0, fmt.Errorf("account: sign in: the account neither exists nor can be made")
}

// Worker gives whose session a token is, or ErrSession. A bound worker's
// session is remembered for a few seconds; an unbound one is asked for each
// time, so that a binding counts at once on every server.
func (a *Workers) Worker(ctx context.Context, token string) (Worker, error) {
	hash, ok := hashToken(token)
	if !ok {
		return Worker{}, ErrSession
	}
	w, epoch, ok := a.cache.get(hash)
	if ok {
		return w, nil
	}
	w, expiresAt, err := a.read(ctx, hash)
	if err != nil {
		return Worker{}, err
	}
	if w.Bound() {
		a.cache.put(hash, epoch, w, expiresAt)
	}
	return w, nil
}

func (a *Workers) read(ctx context.Context, hash [32]byte) (w Worker, expiresAt int64, err error) {
	w.SessionHash = hash
	err = a.store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.Row(`SELECT a.id, COALESCE(r.id, 0), COALESCE(r.union_id, 0), a.openid, a.app_id, s.expires_at
			FROM worker_sessions s JOIN accounts a ON a.id = s.account_id LEFT JOIN workers r ON r.id = a.worker_id AND r.active = 1
			WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ?`, []any{hash[:], tx.Millis()},
			&w.AccountID, &w.WorkerID, &w.UnionID, &w.OpenID, &w.AppID, &expiresAt)
		if err != nil {
			return fmt.Errorf("account: session: %w", err)
		}
		if !found {
			return ErrSession
		}
		return nil
	})
	if err != nil {
		return Worker{}, 0, err
	}
	return w, expiresAt, nil
}

// SignOut ends one session.
func (a *Workers) SignOut(ctx context.Context, sessionHash [32]byte) error {
	err := a.store.Write(ctx, func(tx *store.Tx) error { return workerSessions().end(tx, sessionHash) })
	a.cache.evict(sessionHash)
	return err
}

// RevokeAccount ends all sessions of a WeChat account.
func (a *Workers) RevokeAccount(ctx context.Context, accountID int64) error {
	var hashes [][32]byte
	err := a.store.Write(ctx, func(tx *store.Tx) (err error) {
		hashes, err = workerSessions().endAll(tx, accountID, [32]byte{})
		return err
	})
	a.cache.evict(hashes...)
	return err
}

// SessionLife tells how long a session lasts, for the cookie that carries it.
func (a *Workers) SessionLife() time.Duration { return a.config.SessionLife }
