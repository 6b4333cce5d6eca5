package tokencache_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"nianwei/model/seal"
	"nianwei/service/tokencache"
	"nianwei/service/wechat"
)

func newRedis(t *testing.T, url string) *tokencache.Redis {
	t.Helper()
	ring, err := seal.New(make([]byte, 32), seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	r, err := tokencache.NewRedis(url, "nianwei:test:"+t.Name()+":", ring)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestRedis_KeepsAValueForItsTime(t *testing.T) {
	address := os.Getenv("NIANWEI_TEST_REDIS_ADDR")
	if address == "" {
		t.Log("no Redis server: make test starts one")
		return
	}
	r, ctx := newRedis(t, "redis://"+address+"/0"), context.Background()
	if _, _, err := r.Get(ctx, "t"); !errors.Is(err, wechat.ErrNotStored) {
		t.Fatalf("before: %v", err)
	}
	for _, v := range []string{"first", "second"} {
		if err := r.Set(ctx, "t", v, time.Hour); err != nil {
			t.Fatal(err)
		}
		got, ttl, err := r.Get(ctx, "t")
		if err != nil || got != v || ttl <= 59*time.Minute || ttl > time.Hour {
			t.Fatalf("got %q for %v, %v", got, ttl, err)
		}
	}
	if err := r.Delete(ctx, "t"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Get(ctx, "t"); !errors.Is(err, wechat.ErrNotStored) {
		t.Fatalf("after: %v", err)
	}
}

// A Redis that is away is an error and not a missing token, so that the caller
// keeps the last good one.
func TestRedis_ThatIsAwayIsNotAMissingToken(t *testing.T) {
	r := newRedis(t, "redis://127.0.0.1:1/0?dial_timeout=100ms&max_retries=-1")
	if _, _, err := r.Get(context.Background(), "t"); err == nil || errors.Is(err, wechat.ErrNotStored) {
		t.Fatalf("got %v, want a broken connection", err)
	}
}
