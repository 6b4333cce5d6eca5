// Package tokencache shares WeChat's tokens between servers through the
// database, sealed, since whoever holds one can speak in the union's name.
package tokencache

import (
	"context"
	"fmt"
	"time"

	"nianwei/model/clock"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/service/wechat"
)

const purpose = "wechat.token"

// Cache implements wechat.Store on the table cache_entries.
type Cache struct {
	store *store.Store
	ring  *seal.Keyring
}

// New makes a cache.
func New(s *store.Store, ring *seal.Keyring) *Cache { return &Cache{store: s, ring: ring} }

// Get gives a value and how much longer it lives. It returns
// wechat.ErrNotStored when there is none, or none that this server can open.
func (c *Cache) Get(ctx context.Context, key string) (value string, ttl time.Duration, err error) {
	err = c.store.Read(ctx, func(tx *store.Tx) error {
		var sealed []byte
		var expires int64
		found, err := tx.Row("SELECT value, expires_at FROM cache_entries WHERE name = ?", []any{key}, &sealed, &expires)
		if err != nil {
			return fmt.Errorf("token cache: %w", err)
		}
		ttl = clock.FromMillis(expires).Sub(tx.Now)
		if !found || ttl <= 0 {
			return wechat.ErrNotStored
		}
		plain, err := c.ring.Open(purpose, sealed)
		if err != nil {
			return wechat.ErrNotStored
		}
		value = string(plain)
		return nil
	})
	return value, ttl, err
}

// Set stores a value for ttl.
func (c *Cache) Set(ctx context.Context, key, value string, ttl time.Duration) error {
	return c.store.Write(ctx, func(tx *store.Tx) error {
		rows := store.NewRows("cache_entries", 1, "name", "value", "expires_at")
		rows.Add(key, c.ring.Seal(purpose, []byte(value)), clock.Millis(tx.Now.Add(ttl)))
		return rows.Upsert(tx, "name", "value", "expires_at")
	})
}

// Delete forgets a value.
func (c *Cache) Delete(ctx context.Context, key string) error {
	return c.store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM cache_entries WHERE name = ?", key)
		return err
	})
}
