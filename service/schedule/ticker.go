package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"nianwei/model/fault"
)

// Source calls tick again and again until stop is called; stop returns when no
// call is running any more.
type Source func(tick func()) (stop func())

// Every ticks at whole seconds, every d; less than a second is taken as one.
func Every(d time.Duration) Source {
	return func(tick func()) func() {
		c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(cron.DiscardLogger))
		c.Schedule(cron.Every(d), cron.FuncJob(tick))
		c.Start()
		return func() { <-c.Stop().Done() }
	}
}

// Ticker runs a function at the ticks of a source and whenever it is woken, one
// run at a time. Ticks that come during a run are folded into one run after it.
type Ticker struct {
	source  Source
	grace   time.Duration
	log     *slog.Logger
	tick    func(context.Context)
	pending chan struct{} // holds at most one tick that waits to be run
	running sync.Mutex
}

// NewTicker makes a ticker. At the end a running tick gets grace to finish before
// its context is cancelled.
func NewTicker(source Source, grace time.Duration, log *slog.Logger, tick func(context.Context)) *Ticker {
	return &Ticker{source: source, grace: grace, log: log, tick: tick, pending: make(chan struct{}, 1)}
}

// Wake asks for a tick now, for instance because the time machine was moved. It never blocks.
func (t *Ticker) Wake() {
	select {
	case t.pending <- struct{}{}:
	default:
	}
}

// Run ticks at once, to catch up after downtime, and then until ctx ends; it
// returns nil after the running tick has finished. It fails if it is running already.
func (t *Ticker) Run(ctx context.Context) error {
	if !t.running.TryLock() {
		return fault.New(fault.Conflict, "schedule.running", "").Because(fmt.Errorf("the ticker is running already"))
	}
	defer t.running.Unlock()
	work, cancel := t.outlive(ctx)
	defer cancel()
	t.Wake()
	defer t.source(t.Wake)()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.pending:
			if ctx.Err() == nil {
				t.once(work)
			}
		}
	}
}

// outlive gives a context that ends grace after ctx does.
func (t *Ticker) outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	forget := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(t.grace, cancel)
		context.AfterFunc(work, func() { timer.Stop() })
	})
	return work, func() { forget(); cancel() }
}

// once runs the tick. A panic is logged and the next tick comes: one bad round
// must not keep all the others from opening.
func (t *Ticker) once(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			t.log.ErrorContext(ctx, "schedule: a tick panicked", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	t.tick(ctx)
}
