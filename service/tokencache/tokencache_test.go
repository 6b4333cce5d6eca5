package tokencache_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/tokencache"
	"nianwei/service/wechat"
)

func TestCache_KeepsAValueForItsTimeAndSealed(t *testing.T) {
	c := clock.NewMachine(clock.System{})
	storetest.EachClock(t, c, func(t *testing.T, s *store.Store) {
		c.Set(time.Unix(1_800_000_000, 0), true)
		ring, err := seal.New(make([]byte, 32), seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		cache, ctx := tokencache.New(s, ring), context.Background()
		if _, _, err := cache.Get(ctx, "t"); !errors.Is(err, wechat.ErrNotStored) {
			t.Fatalf("before: %v", err)
		}
		for _, v := range []string{"first-token", "second-token"} {
			if err := cache.Set(ctx, "t", v, time.Hour); err != nil {
				t.Fatal(err)
			}
			got, ttl, err := cache.Get(ctx, "t")
			if err != nil || got != v || ttl != time.Hour {
				t.Fatalf("got %q for %v, %v", got, ttl, err)
			}
		}
		var stored string
		if err := s.Read(ctx, func(tx *store.Tx) error {
			_, err := tx.Row("SELECT value FROM cache_entries", nil, &stored)
			return err
		}); err != nil || stored == "" || stored == "second-token" {
			t.Fatalf("stored as %q, %v", stored, err)
		}
		c.Set(c.Now().Add(time.Hour), true)
		if _, _, err := cache.Get(ctx, "t"); !errors.Is(err, wechat.ErrNotStored) {
			t.Fatalf("after its time: %v", err)
		}
		if err := cache.Delete(ctx, "t"); err != nil {
			t.Fatal(err)
		}
	})
}
