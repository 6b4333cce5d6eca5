package account

import (
	"sync"
	"time"

	"nianwei/model/clock"
)

const shardCount = 64

// cache keeps who a session belongs to for a few seconds, so that most
// requests touch no database. It is split so that requests seldom wait for
// each other, and bounded so that sessions cannot fill the memory.
type cache[T any] struct {
	clock    clock.Clock
	life     time.Duration
	perShard int
	shards   [shardCount]shard[T]
}

type shard[T any] struct {
	mu    sync.RWMutex
	held  map[[32]byte]held[T]
	epoch uint64 // counts evictions
}

type held[T any] struct {
	value    T
	from, to int64 // unix milliseconds, half-open; from too, because a sandbox's clock goes back
}

func newCache[T any](c clock.Clock, life time.Duration, size int) *cache[T] {
	k := &cache[T]{clock: c, life: life, perShard: max(1, size/shardCount)}
	for i := range k.shards {
		k.shards[i].held = make(map[[32]byte]held[T])
	}
	return k
}

func (c *cache[T]) shard(hash [32]byte) *shard[T] { return &c.shards[hash[0]%shardCount] }

// get gives what is known of a session, if it is fresh. Otherwise epoch is what
// put needs after the database was asked.
func (c *cache[T]) get(hash [32]byte) (value T, epoch uint64, ok bool) {
	now := c.clock.Now().UnixMilli()
	s := c.shard(hash)
	s.mu.RLock()
	defer s.mu.RUnlock()
	h, found := s.held[hash]
	if !found || now < h.from || now >= h.to {
		return value, s.epoch, false
	}
	return h.value, s.epoch, true
}

// put keeps what the database said, unless something was evicted since get
// gave the epoch: the answer may be older than the revocation.
func (c *cache[T]) put(hash [32]byte, epoch uint64, value T, expiresAt int64) {
	now := c.clock.Now().UnixMilli()
	s := c.shard(hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch != epoch {
		return
	}
	if _, known := s.held[hash]; !known && len(s.held) >= c.perShard {
		s.makeRoom(now)
	}
	s.held[hash] = held[T]{value: value, from: now, to: min(now+c.life.Milliseconds(), expiresAt)}
}

// makeRoom drops what is stale among some, or at least one of them.
func (s *shard[T]) makeRoom(now int64) {
	const look = 16
	looked := 0
	for hash, h := range s.held {
		if looked == 0 || now >= h.to {
			delete(s.held, hash)
		}
		if looked++; looked == look {
			return
		}
	}
}

// evict forgets sessions at once.
func (c *cache[T]) evict(hashes ...[32]byte) {
	for _, hash := range hashes {
		s := c.shard(hash)
		s.mu.Lock()
		delete(s.held, hash)
		s.epoch++
		s.mu.Unlock()
	}
}
