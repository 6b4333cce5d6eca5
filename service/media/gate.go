package media

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// gate lets only so much work happen at once, and so much wait for it. More is
// refused at once: a sender who is told to come back in five seconds is better
// off than one who waits for a time-out.
type gate struct {
	room       *semaphore.Weighted
	capacity   int64
	waiting    atomic.Int64
	queue      int64
	retryAfter time.Duration
}

func newGate(capacity int64, queue int, retryAfter time.Duration) *gate {
	return &gate{room: semaphore.NewWeighted(capacity), capacity: capacity, queue: int64(queue), retryAfter: retryAfter}
}

// enter waits for room of the given weight and gives the function that leaves
// it again. Work heavier than the whole gate gets all of it. Errors: ErrBusy
// when the queue is full, the context's own when it ends first.
func (g *gate) enter(ctx context.Context, weight int64) (leave func(), err error) {
	weight = min(max(weight, 1), g.capacity)
	if g.room.TryAcquire(weight) {
		return func() { g.room.Release(weight) }, nil
	}
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > g.queue {
		return nil, ErrBusy.After(g.retryAfter)
	}
	if err := g.room.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	return func() { g.room.Release(weight) }, nil
}
