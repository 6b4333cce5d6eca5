package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"sync"
	"time"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/model/clock"
	"nianwei/service/activity"
)

const (
	pollEvery = time.Second
	beatEvery = 15 * time.Second // shorter than the idle time-out of any proxy
	rateOver  = 10 * time.Second
)

// counter gives a round's numbers; the engine is one.
type counter interface {
	Numbers(ctx context.Context, round string) (activity.Numbers, error)
	RefusedBusy() int64
}

// Live follows rounds for those who watch them. All watchers of a round share
// one poller, so the evening costs one query a second however many screens
// show it. It is safe for concurrent use.
type Live struct {
	counter counter
	log     *slog.Logger
	watch   clock.Clock // of the machine: a rate is per real second, even in the time machine
	ticks   func(time.Duration) (ticks <-chan time.Time, stop func())

	ctx   context.Context // of the pollers; ends with Close
	close context.CancelFunc
	mu    sync.Mutex
	feeds map[string]*feed
}

// feed is one round that is watched.
type feed struct {
	stop     context.CancelFunc
	watchers map[chan gen.RoundNumbers]struct{}
	last     *gen.RoundNumbers
}

// NewLive makes a Live for an engine's rounds.
func NewLive(c counter, log *slog.Logger) *Live {
	ctx, cancel := context.WithCancel(context.Background())
	return &Live{counter: c, log: log, watch: clock.System{}, ticks: ticker, ctx: ctx, close: cancel, feeds: map[string]*feed{}}
}

func ticker(every time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(every)
	return t.C, t.Stop
}

// Close ends all streams, so that a server can shut down while rounds are
// watched (http.Server.RegisterOnShutdown).
func (l *Live) Close() { l.close() }

// follow gives a channel with the newest numbers of a round, from now until
// leave is called. Numbers that nobody took in time are replaced by newer ones.
func (l *Live) follow(round string) (numbers <-chan gen.RoundNumbers, leave func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.feeds[round]
	if f == nil {
		ctx, stop := context.WithCancel(l.ctx)
		f = &feed{stop: stop, watchers: map[chan gen.RoundNumbers]struct{}{}}
		l.feeds[round] = f
		go l.poll(ctx, round, f)
	}
	c := make(chan gen.RoundNumbers, 1)
	f.watchers[c] = struct{}{}
	if f.last != nil {
		c <- *f.last
	}
	return c, func() { l.leave(round, f, c) }
}

func (l *Live) leave(round string, f *feed, c chan gen.RoundNumbers) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(f.watchers, c)
	if len(f.watchers) == 0 {
		f.stop()
		delete(l.feeds, round)
	}
}

// poll reads a round's numbers every second and tells the watchers when
// something has changed.
func (l *Live) poll(ctx context.Context, round string, f *feed) {
	ticks, stop := l.ticks(pollEvery)
	defer stop()
	var speed rate
	for {
		n, err := l.counter.Numbers(ctx, round)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			l.log.Warn("live numbers", "round", round, "cause", err.Error())
		default:
			numbers := numbersOf(&n.Round, n.Units, n.At, l.counter.RefusedBusy())
			numbers.Reviewing = n.Waiting
			perSecond := speed.add(l.watch.Now(), numbers.Participations)
			numbers.PerSecond = &perSecond
			l.tell(f, numbers)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

func (l *Live) tell(f *feed, n gen.RoundNumbers) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.last != nil && sameNumbers(*f.last, n) {
		return
	}
	f.last = &n
	for c := range f.watchers {
		select {
		case <-c: // its reader is slow; the newest numbers are what it wants
		default:
		}
		c <- n
	}
}

// sameNumbers compares all but the instant.
func sameNumbers(a, b gen.RoundNumbers) bool {
	if encode.Value(a.PerSecond) != encode.Value(b.PerSecond) {
		return false
	}
	a.At, a.PerSecond = b.At, b.PerSecond
	return a == b
}

// rate is a count's growth per second over the last ten.
type rate struct{ samples []sample }

type sample struct {
	at    time.Time
	count int64
}

// add takes a count and gives the rate, to one decimal.
func (r *rate) add(at time.Time, count int64) float32 {
	r.samples = append(r.samples, sample{at, count})
	for len(r.samples) > 1 && at.Sub(r.samples[1].at) >= rateOver {
		r.samples = r.samples[1:]
	}
	first := r.samples[0]
	seconds := at.Sub(first.at).Seconds()
	if seconds <= 0 {
		return 0
	}
	return float32(math.Round(float64(count-first.count)/seconds*10) / 10)
}

// watching is the answer of one watcher: server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
type watching struct {
	ctx   context.Context // of the request
	live  *Live
	round string
}

// VisitWatchRoundResponse streams until the reader goes away or the server ends.
func (s watching) VisitWatchRoundResponse(w http.ResponseWriter) error {
	numbers, leave := s.live.follow(s.round)
	defer leave()
	beats, stop := s.live.ticks(beatEvery)
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would collect the events otherwise
	w.WriteHeader(http.StatusOK)
	out := encode.NewStream(w)
	for {
		select {
		case <-s.ctx.Done():
			return nil
		case <-s.live.ctx.Done():
			return nil
		case n := <-numbers:
			text, err := json.Marshal(n)
			if err != nil {
				return fmt.Errorf("admin: live numbers: %w", err)
			}
			if _, err := fmt.Fprintf(out, "data: %s\n\n", text); err != nil {
				return gone(s.ctx, err)
			}
		case <-beats:
			if _, err := fmt.Fprint(out, ": 在\n\n"); err != nil {
				return gone(s.ctx, err)
			}
		}
		if err := out.Flush(); err != nil {
			return gone(s.ctx, err)
		}
	}
}

// gone tells a reader who went away, which is no error, from anything else.
func gone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
