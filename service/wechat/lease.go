package wechat

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"nianwei/model/clock"
)

// forceGap is how long to wait between two forced refreshes: WeChat refuses to
// refresh within 30 s and allows 20 a day.
const forceGap = time.Hour + 15*time.Minute

// lease is a secret that WeChat lends for two hours (a token, a ticket). However
// many ask, it is fetched once at a time; and while WeChat is down, the last one
// that is still valid goes on being used.
type lease struct {
	key     string
	cache   Cache
	clock   clock.Clock
	timeout time.Duration
	fetch   func(ctx context.Context, force bool) (value string, valid time.Duration, err error)

	flight singleflight.Group

	mu       sync.Mutex
	last     string    // the newest value, for when WeChat is down
	lastEnds time.Time // the end of its real life, later than the cache's
	forcedAt time.Time // when a refresh was last forced
}

func newLease(key string, cache Cache, clk clock.Clock, timeout time.Duration,
	fetch func(context.Context, bool) (string, time.Duration, error)) *lease {
	return &lease{key: key, cache: cache, clock: clk, timeout: timeout, fetch: fetch}
}

// value gives the current value, from the cache if it is there.
func (l *lease) value(ctx context.Context) (string, error) {
	if v := l.cached(); v != "" {
		return v, nil
	}
	return l.once(ctx, "value", func(ctx context.Context) (string, error) {
		if v := l.cached(); v != "" {
			return v, nil
		}
		v, err := l.refetch(ctx, false)
		if err == nil {
			return v, nil
		}
		if v = l.lastGood(); v != "" {
			return v, nil
		}
		return "", err
	})
}

// renew replaces bad, which WeChat has just refused. If WeChat hands out the
// same value again, a refresh is forced, within the limits WeChat sets.
func (l *lease) renew(ctx context.Context, bad string) (string, error) {
	return l.once(ctx, "renew "+bad, func(ctx context.Context) (string, error) {
		if v := l.cached(); v != "" && v != bad {
			return v, nil
		}
		l.drop(bad)
		v, err := l.refetch(ctx, false)
		if err != nil || v != bad || !l.mayForce() {
			return v, err
		}
		return l.refetch(ctx, true)
	})
}

// once shares one run among all who wait. The run outlives a caller who goes
// away, so that the others do not fail with that caller.
func (l *lease) once(ctx context.Context, name string, run func(context.Context) (string, error)) (string, error) {
	shared := l.flight.DoChan(name, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*l.timeout)
		defer cancel()
		return run(ctx)
	})
	select {
	case got := <-shared:
		v, _ := got.Val.(string)
		return v, got.Err
	case <-ctx.Done():
		return "", ErrUnavailable.Because(ctx.Err())
	}
}

// refetch asks WeChat and remembers the answer. A cache that cannot write costs
// a later fetch, never this one.
func (l *lease) refetch(ctx context.Context, force bool) (string, error) {
	v, valid, err := l.fetch(ctx, force)
	if err != nil {
		return "", err
	}
	fresh := valid - renewEarly
	if fresh <= 0 {
		fresh = valid / 2
	}
	l.mu.Lock()
	l.last, l.lastEnds = v, l.clock.Now().Add(valid)
	l.mu.Unlock()
	_ = l.cache.Set(l.key, v, fresh)
	return v, nil
}

func (l *lease) cached() string {
	v, _ := l.cache.Get(l.key).(string)
	return v
}

func (l *lease) lastGood() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.clock.Now().Before(l.lastEnds) {
		return l.last
	}
	return ""
}

func (l *lease) drop(bad string) {
	_ = l.cache.Delete(l.key)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == bad {
		l.last, l.lastEnds = "", time.Time{}
	}
}

func (l *lease) mayForce() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if !l.forcedAt.IsZero() && now.Sub(l.forcedAt) < forceGap {
		return false
	}
	l.forcedAt = now
	return true
}
