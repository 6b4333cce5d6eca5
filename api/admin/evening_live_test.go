package admin

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"nianwei/api/gen"
	"nianwei/model"
	"nianwei/model/clock"
	"nianwei/service/activity"
)

// tally is a round whose numbers the test sets. It counts how often it is asked.
type tally struct {
	mu    sync.Mutex
	count int64
	reads int
}

func (c *tally) Numbers(context.Context, string) (activity.Numbers, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads++
	return activity.Numbers{At: int64(c.reads), Units: 10, Round: activity.Round{Head: model.Head{Participations: c.count}}}, nil
}

func (c *tally) RefusedBusy() int64 { return 0 }

func (c *tally) set(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count = n
}

func (c *tally) asked() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reads
}

// stage is a Live whose ticks and time the test makes.
type stage struct {
	*Live
	tally *tally
	clock *clock.Machine
	polls chan time.Time
	beats chan time.Time
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{tally: &tally{}, clock: clock.NewMachine(clock.System{}), polls: make(chan time.Time), beats: make(chan time.Time)}
	s.clock.Set(time.Unix(1_800_000_000, 0), true)
	s.Live = NewLive(s.tally, slog.New(slog.DiscardHandler))
	s.watch = s.clock
	s.ticks = func(every time.Duration) (<-chan time.Time, func()) {
		if every == beatEvery {
			return s.beats, func() {}
		}
		return s.polls, func() {}
	}
	t.Cleanup(s.Close)
	return s
}

// second lets one second pass: the poller reads once more.
func (s *stage) second() {
	now := s.clock.Now().Add(time.Second)
	s.clock.Set(now, true)
	s.polls <- now
}

func TestLive_AllWatchersOfARoundShareOnePoller(t *testing.T) {
	s := newStage(t)
	var all []<-chan gen.RoundNumbers
	for range 50 {
		numbers, leave := s.follow("a1-1")
		defer leave()
		all = append(all, numbers)
	}
	for _, c := range all {
		if n := <-c; n.Participations != 0 {
			t.Fatalf("began with %d", n.Participations)
		}
	}
	s.tally.set(30)
	s.second()
	for _, c := range all {
		if n := <-c; n.Participations != 30 || *n.PerSecond != 30 {
			t.Fatalf("got %d at %v a second, want 30 at 30", n.Participations, *n.PerSecond)
		}
	}
	if got := s.tally.asked(); got != 2 {
		t.Errorf("50 watchers cost %d reads in two seconds, want 2", got)
	}
}

func TestLive_TellsOnlyWhatChangedAndOnlyTheNewest(t *testing.T) {
	s := newStage(t)
	numbers, leave := s.follow("a1-1")
	defer leave()
	<-numbers
	s.second()
	s.second() // taken only after the tick before was worked off
	select {
	case n := <-numbers:
		t.Errorf("nothing changed, but %+v was told", n)
	default:
	}
	s.tally.set(10)
	s.second()
	s.tally.set(20)
	s.second()
	s.second()
	if n := <-numbers; n.Participations != 20 {
		t.Errorf("a slow watcher got %d, want the newest, 20", n.Participations)
	}
}

func TestLive_EndsItsPollerWithItsLastWatcher(t *testing.T) {
	s := newStage(t)
	numbers, leave := s.follow("a1-1")
	<-numbers
	leave()
	s.mu.Lock()
	left := len(s.feeds)
	s.mu.Unlock()
	if left != 0 {
		t.Errorf("%d rounds are still polled", left)
	}
	again, leave := s.follow("a1-1")
	defer leave()
	if n := <-again; n.Participations != 0 {
		t.Errorf("the second watcher got %+v", n)
	}
}

func TestRate_IsOverTheLastTenSeconds(t *testing.T) {
	var r rate
	at := time.Unix(1_800_000_000, 0)
	var got float32
	for second := range 31 {
		count := int64(second * 5)
		if second > 15 {
			count = 75 // nobody came any more
		}
		got = r.add(at.Add(time.Duration(second)*time.Second), count)
		switch {
		case second == 0 && got != 0:
			t.Errorf("at the beginning %v a second", got)
		case second > 0 && second <= 15 && got != 5:
			t.Errorf("after %d s %v a second, want 5", second, got)
		case second == 20 && got != 2.5:
			t.Errorf("5 s after the last %v a second, want 2.5", got)
		}
	}
	if got != 0 {
		t.Errorf("long after the last %v a second, want 0", got)
	}
}

func TestWatch_StreamsEventsAndBeatsAndEndsWithTheServer(t *testing.T) {
	s := newStage(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := (watching{ctx: r.Context(), live: s.Live, round: "a1-1"}).VisitWatchRoundResponse(w); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type %q", got)
	}
	lines := bufio.NewScanner(answer.Body)
	event := func() string {
		var text []string
		for lines.Scan() && lines.Text() != "" {
			text = append(text, lines.Text())
		}
		return strings.Join(text, "\n")
	}
	numbers := func() (n gen.RoundNumbers) {
		text := event()
		if err := json.Unmarshal([]byte(strings.TrimPrefix(text, "data: ")), &n); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		return n
	}
	if n := numbers(); n.Participations != 0 || n.PrizesLeft != 10 {
		t.Errorf("began with %+v", n)
	}
	s.tally.set(3)
	s.second()
	if n := numbers(); n.Participations != 3 {
		t.Errorf("got %+v, want 3 participations", n)
	}
	s.beats <- s.clock.Now()
	if got := event(); !strings.HasPrefix(got, ":") {
		t.Errorf("a beat reads %q, want a comment", got)
	}
	s.Close()
	if lines.Scan() {
		t.Errorf("after the end came %q", lines.Text())
	}
}
