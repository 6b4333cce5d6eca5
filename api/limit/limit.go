// Package limit refuses who asks faster than any person or office can, before
// anything expensive is done for them.
package limit

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"nianwei/model/clock"
)

// Rates are requests per second with room for a burst; 0 = no limit.
type Rates struct {
	PerAccount, PerAddress           float64
	PerAccountBurst, PerAddressBurst int
}

// Limits counts requests of accounts and addresses. What has been quiet for a
// while is forgotten, so that memory stays bounded.
type Limits struct {
	accounts  buckets[int64]
	addresses buckets[string]
}

// New makes limits of these rates.
func New(r Rates) *Limits {
	return &Limits{
		accounts:  buckets[int64]{rate: rate.Limit(r.PerAccount), burst: r.PerAccountBurst, kept: map[int64]*bucket{}},
		addresses: buckets[string]{rate: rate.Limit(r.PerAddress), burst: r.PerAddressBurst, kept: map[string]*bucket{}},
	}
}

// Account takes one request of an account; when it is refused, after says when
// the next will be taken.
func (l *Limits) Account(id int64) (after time.Duration, ok bool) { return l.accounts.take(id) }

// Address takes one request of a network address. Offices and carriers put
// many people behind one, so its rate is set high.
func (l *Limits) Address(ip string) (after time.Duration, ok bool) { return l.addresses.take(ip) }

// forgetAfter is how long a quiet key is kept; by then its bucket is full again.
const forgetAfter = 5 * time.Minute

type bucket struct {
	limiter *rate.Limiter
	seen    time.Time
}

type buckets[K comparable] struct {
	rate  rate.Limit
	burst int

	mu    sync.Mutex
	kept  map[K]*bucket
	swept time.Time
}

func (b *buckets[K]) take(key K) (after time.Duration, ok bool) {
	if b.rate == 0 {
		return 0, true
	}
	now := clock.System{}.Now()
	b.mu.Lock()
	if now.Sub(b.swept) > forgetAfter {
		b.sweep(now)
	}
	one := b.kept[key]
	if one == nil {
		one = &bucket{limiter: rate.NewLimiter(b.rate, b.burst)}
		b.kept[key] = one
	}
	one.seen = now
	b.mu.Unlock()
	r := one.limiter.ReserveN(now, 1)
	if after = r.DelayFrom(now); after > 0 {
		r.CancelAt(now)
		return after, false
	}
	return 0, true
}

func (b *buckets[K]) sweep(now time.Time) {
	for key, one := range b.kept {
		if now.Sub(one.seen) > forgetAfter {
			delete(b.kept, key)
		}
	}
	b.swept = now
}
