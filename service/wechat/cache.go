package wechat

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"nianwei/model/clock"
)

// Cache keeps what WeChat lends (tokens, tickets) for as long as it is fresh. It
// has the methods of the library's own cache type, so that one value serves both;
// NewCache gives one that is safe, which the library's is not.
type Cache interface {
	Get(key string) any
	Set(key string, value any, ttl time.Duration) error
	IsExist(key string) bool
	Delete(key string) error
}

// ErrNotStored is what a Store answers for a key it does not hold, or no longer.
var ErrNotStored = errors.New("wechat: not stored")

// Store keeps values beyond one process, so that several servers share a token
// and a restart does not need a new one. The values are secrets.
type Store interface {
	// Get gives the value and how much longer it lives, or ErrNotStored.
	Get(ctx context.Context, key string) (value string, ttl time.Duration, err error)
	Set(ctx context.Context, key, value string, ttl time.Duration) error
	Delete(ctx context.Context, key string) error
}

// storeTimeout bounds each use of the store: a slow one must not stop logins.
const storeTimeout = 2 * time.Second

// memory is a cache in this process, in front of a store that may be absent or broken.
type memory struct {
	clock  clock.Clock
	store  Store
	log    *slog.Logger
	flight singleflight.Group

	mu   sync.RWMutex
	held map[string]held
}

type held struct {
	value string
	ends  time.Time
}

// NewCache gives a cache that is safe for concurrent use. store may be nil: then
// values live in this process alone. Errors of the store are logged and cost a
// fetch from WeChat, never a failed login.
func NewCache(clk clock.Clock, store Store, log *slog.Logger) Cache {
	return &memory{clock: clk, store: store, log: log, held: map[string]held{}}
}

// Get gives the value as a string, nil if there is none or it has ended.
func (m *memory) Get(key string) any {
	if v, ok := m.fresh(key); ok {
		return v
	}
	if m.store == nil {
		return nil
	}
	v, _, _ := m.flight.Do(key, func() (any, error) { return m.load(key), nil })
	return v
}

func (m *memory) fresh(key string) (string, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	h, ok := m.held[key]
	return h.value, ok && m.clock.Now().Before(h.ends)
}

// load brings a value of the store into memory; nil if there is none.
func (m *memory) load(key string) any {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	value, ttl, err := m.store.Get(ctx, key)
	if errors.Is(err, ErrNotStored) || err == nil && ttl <= 0 {
		return nil
	}
	if err != nil {
		m.complain("get", key, err)
		return nil
	}
	m.keep(key, value, ttl)
	return value
}

func (m *memory) keep(key, value string, ttl time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[key] = held{value: value, ends: m.clock.Now().Add(ttl)}
}

// Set keeps a string for ttl. It fails only for a value of another type.
func (m *memory) Set(key string, value any, ttl time.Duration) error {
	s, ok := value.(string)
	if !ok {
		return errors.New("wechat: the cache keeps strings alone")
	}
	m.keep(key, s, ttl)
	if m.store == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	if err := m.store.Set(ctx, key, s, ttl); err != nil {
		m.complain("set", key, err)
	}
	return nil
}

// IsExist tells whether Get would give a value.
func (m *memory) IsExist(key string) bool { return m.Get(key) != nil }

// Delete forgets the value here and in the store.
func (m *memory) Delete(key string) error {
	m.mu.Lock()
	delete(m.held, key)
	m.mu.Unlock()
	if m.store == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	if err := m.store.Delete(ctx, key); err != nil && !errors.Is(err, ErrNotStored) {
		m.complain("delete", key, err)
	}
	return nil
}

func (m *memory) complain(op, key string, err error) {
	if m.log != nil {
		m.log.Warn("the store of WeChat's tokens failed", "op", op, "key", key, "err", redact(err.Error()))
	}
}
