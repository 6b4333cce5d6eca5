package schedule_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/service/schedule"
)

// hand is a source that a test ticks by hand.
type hand struct {
	tick    func()
	stopped atomic.Bool
}

func (h *hand) source(tick func()) func() {
	h.tick = tick
	return func() { h.stopped.Store(true) }
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// start runs a ticker and gives the function that ends it and waits for its end.
func start(t *testing.T, ticker *schedule.Ticker) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- ticker.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func TestTicker_TicksAtOnceThenAtTheSourceAndWhenWoken(t *testing.T) {
	h := &hand{}
	ran := make(chan struct{})
	ticker := schedule.NewTicker(h.source, time.Minute, quiet(), func(context.Context) { ran <- struct{}{} })
	stop := start(t, ticker)
	<-ran
	h.tick()
	<-ran
	ticker.Wake()
	<-ran
	stop()
	if !h.stopped.Load() {
		t.Error("the source goes on after the end")
	}
}

func TestTicker_NeverOverlapsAndFoldsWhatPilesUp(t *testing.T) {
	h := &hand{}
	begun, finish := make(chan struct{}), make(chan struct{})
	var inside, runs atomic.Int32
	ticker := schedule.NewTicker(h.source, time.Minute, quiet(), func(context.Context) {
		if inside.Add(1) != 1 {
			t.Error("two ticks at once")
		}
		begun <- struct{}{}
		<-finish
		inside.Add(-1)
		runs.Add(1)
	})
	stop := start(t, ticker)
	<-begun
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(h.tick)
		wg.Go(ticker.Wake)
	}
	wg.Wait()
	finish <- struct{}{}
	<-begun
	finish <- struct{}{}
	stop()
	if got := runs.Load(); got != 2 {
		t.Errorf("%d runs, want the first and one for the two hundred that came meanwhile", got)
	}
}

func TestTicker_EndsAfterTheRunningTick(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	var finished atomic.Bool
	ticker := schedule.NewTicker((&hand{}).source, time.Hour, quiet(), func(ctx context.Context) {
		begun <- struct{}{}
		<-finish
		finished.Store(ctx.Err() == nil)
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- ticker.Run(ctx) }()
	<-begun
	cancel()
	select {
	case <-ended:
		t.Fatal("ended in the middle of a tick")
	case finish <- struct{}{}:
	}
	if err := <-ended; err != nil || !finished.Load() {
		t.Errorf("ended with %v; the tick could finish undisturbed: %v", err, finished.Load())
	}
}

func TestTicker_CancelsATickThatOutlivesItsGrace(t *testing.T) {
	begun := make(chan struct{})
	ticker := schedule.NewTicker((&hand{}).source, 0, quiet(), func(ctx context.Context) {
		close(begun)
		<-ctx.Done()
	})
	stop := start(t, ticker)
	<-begun
	stop()
}

func TestTicker_SurvivesATickThatPanics(t *testing.T) {
	h := &hand{}
	var logged strings.Builder
	runs := make(chan int)
	n := 0
	ticker := schedule.NewTicker(h.source, time.Minute, slog.New(slog.NewTextHandler(&logged, nil)), func(context.Context) {
		n++
		runs <- n
		if n == 1 {
			panic("bad round")
		}
	})
	stop := start(t, ticker)
	<-runs
	h.tick()
	if got := <-runs; got != 2 {
		t.Errorf("run %d", got)
	}
	stop()
	if !strings.Contains(logged.String(), "bad round") {
		t.Error("the panic was not logged")
	}
}

func TestTicker_RunsOnlyOnce(t *testing.T) {
	begun := make(chan struct{})
	ticker := schedule.NewTicker((&hand{}).source, time.Minute, quiet(), func(context.Context) { close(begun) })
	stop := start(t, ticker)
	<-begun
	if err := ticker.Run(t.Context()); fault.Of(err) != fault.Conflict {
		t.Errorf("a second run: %v, want a conflict", err)
	}
	stop()
}

func TestEvery_TicksByItselfAndStops(t *testing.T) {
	ticked := make(chan struct{}, 1)
	stop := schedule.Every(time.Second)(func() {
		select {
		case ticked <- struct{}{}:
		default:
		}
	})
	<-ticked
	stop()
}

// leases keeps leases in memory the way a table would.
type leases struct {
	mu    sync.Mutex
	clock clock.Clock
	rows  map[string]leaseRow
	fails error
}

type leaseRow struct {
	holder string
	until  time.Time
}

func (l *leases) Acquire(_ context.Context, name, holder string, ttl time.Duration) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails != nil {
		return false, l.fails
	}
	now := l.clock.Now()
	if row := l.rows[name]; row.holder != holder && now.Before(row.until) {
		return false, nil
	}
	l.rows[name] = leaseRow{holder, now.Add(ttl)}
	return true, nil
}

func TestLeased_OneOfSeveralServersActs(t *testing.T) {
	machine := clock.NewMachine(clock.System{})
	machine.Set(at(0), true)
	table := &leases{clock: machine, rows: map[string]leaseRow{}}
	acted := map[string]int{}
	server := func(holder string) func(context.Context) {
		return schedule.Leased(table, "tick", holder, time.Minute, quiet(), func(ctx context.Context) {
			if _, ok := ctx.Deadline(); !ok {
				t.Error("a tick without the lease's end")
			}
			acted[holder]++
		})
	}
	a, b := server("a"), server("b")
	a(t.Context())
	b(t.Context())
	a(t.Context())
	machine.Set(at(time.Minute.Milliseconds()), true) // a is gone; its lease runs out
	b(t.Context())
	a(t.Context())
	if acted["a"] != 2 || acted["b"] != 1 {
		t.Errorf("acted %v, want a twice and then b", acted)
	}
	table.fails = errors.New("database is away")
	b(t.Context())
	if acted["b"] != 1 {
		t.Error("acted without knowing about the lease")
	}
}

func TestLeased_StartGate(t *testing.T) {
	table := &leases{clock: clock.System{}, rows: map[string]leaseRow{}}
	var acted atomic.Int32
	gate := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 20 {
		tick := schedule.Leased(table, "tick", string(rune('a'+i)), time.Minute, quiet(), func(context.Context) { acted.Add(1) })
		wg.Go(func() {
			<-gate
			tick(t.Context())
		})
	}
	close(gate)
	wg.Wait()
	if got := acted.Load(); got != 1 {
		t.Errorf("%d servers acted, want 1", got)
	}
}
