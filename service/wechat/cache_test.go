package wechat_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/service/wechat"
)

// shelf is a store that several servers share; broken makes it fail.
type shelf struct {
	mu     sync.Mutex
	clock  clock.Clock
	values map[string]string
	ends   map[string]time.Time
	broken error
	gets   int
}

func newShelf(clk clock.Clock) *shelf {
	return &shelf{clock: clk, values: map[string]string{}, ends: map[string]time.Time{}}
}

func (s *shelf) Get(_ context.Context, key string) (string, time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gets++
	left := s.ends[key].Sub(s.clock.Now())
	if s.broken != nil {
		return "", 0, s.broken
	}
	if left <= 0 {
		return "", 0, wechat.ErrNotStored
	}
	return s.values[key], left, nil
}

func (s *shelf) Set(_ context.Context, key, value string, ttl time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key], s.ends[key] = value, s.clock.Now().Add(ttl)
	return s.broken
}

func (s *shelf) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, key)
	delete(s.ends, key)
	return s.broken
}

func stillClock() *clock.Machine {
	m := clock.NewMachine(clock.System{})
	m.Set(eve, true)
	return m
}

func TestCache_KeepsAValueForItsTime(t *testing.T) {
	m := stillClock()
	c := wechat.NewCache(m, nil, nil)
	if c.Get("k") != nil || c.IsExist("k") {
		t.Error("something from nothing")
	}
	if err := c.Set("k", "v", time.Minute); err != nil {
		t.Fatal(err)
	}
	if c.Get("k") != "v" || !c.IsExist("k") {
		t.Error("lost")
	}
	m.Set(eve.Add(time.Minute), true)
	if c.Get("k") != nil {
		t.Error("kept beyond its time")
	}
	if err := c.Set("k", 7, time.Minute); err == nil {
		t.Error("took a number")
	}
}

func TestCache_SharesThroughTheStore(t *testing.T) {
	m := stillClock()
	s := newShelf(m)
	one, two := wechat.NewCache(m, s, nil), wechat.NewCache(m, s, nil)
	if err := one.Set("k", "v", time.Minute); err != nil {
		t.Fatal(err)
	}
	if two.Get("k") != "v" {
		t.Error("the other server does not see it")
	}
	if err := two.Delete("k"); err != nil {
		t.Fatal(err)
	}
	if two.Get("k") != nil || wechat.NewCache(m, s, nil).Get("k") != nil {
		t.Error("still there")
	}
}

func TestCache_OutlivesABrokenStoreAndTellsOfIt(t *testing.T) {
	m := stillClock()
	s := newShelf(m)
	s.broken = errors.New("dial tcp: refused; secret=TOPSECRET")
	var out bytes.Buffer
	c := wechat.NewCache(m, s, slog.New(slog.NewTextHandler(&out, nil)))
	if c.Get("k") != nil {
		t.Error("something from a broken store")
	}
	if err := c.Set("k", "v", time.Minute); err != nil || c.Get("k") != "v" {
		t.Errorf("lost because of the store: %v", err)
	}
	if err := c.Delete("k"); err != nil || c.Get("k") != nil {
		t.Errorf("kept because of the store: %v", err)
	}
	if log := out.String(); strings.Count(log, "op=") != 4 || strings.Contains(log, "TOPSECRET") {
		t.Errorf("log:\n%s", log)
	}
}

func TestCache_IsSafeForSixteen(t *testing.T) {
	m := stillClock()
	c := wechat.NewCache(m, newShelf(m), nil)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for j := range 200 {
				key := strconv.Itoa((i + j) % 5)
				_ = c.Set(key, "v"+key, time.Minute)
				if v := c.Get(key); v != nil && v != "v"+key {
					t.Errorf("%s holds %v", key, v)
				}
				if j%50 == 0 {
					_ = c.Delete(key)
				}
			}
		})
	}
	all.Wait()
}

// A store that is down must not burn the quota of tokens at WeChat.
func TestToken_FetchedOnceThoughTheStoreIsBroken(t *testing.T) {
	s := newShelf(stillClock())
	s.broken = errors.New("down")
	w := startWith(t, 5*time.Second, s, func(*wechat.Config) {})
	for range 5 {
		_, err := w.client.JSConfig(t.Context(), "https://union.example/")
		w.wants(err, nil)
	}
	if n := w.sim.Count(tokenPath); n != 1 {
		t.Errorf("%d tokens", n)
	}
}

// Several servers share one token through the store.
func TestToken_SharedByServers(t *testing.T) {
	m := stillClock()
	s := newShelf(m)
	w := startWith(t, 5*time.Second, s, func(*wechat.Config) {})
	_, err := w.client.JSConfig(t.Context(), "https://union.example/")
	w.wants(err, nil)
	second, err := wechat.New(wechat.Config{AppID: appID, AppSecret: appSecret, Clock: w.clock}, wechat.NewCache(w.clock, s, nil), w.sim.Client(time.Second))
	w.wants(err, nil)
	_, err = second.JSConfig(t.Context(), "https://union.example/")
	w.wants(err, nil)
	if tokens, tickets := w.sim.Count(tokenPath), w.sim.Count(ticketPath); tokens != 1 || tickets != 1 {
		t.Errorf("%d tokens, %d tickets", tokens, tickets)
	}
}
