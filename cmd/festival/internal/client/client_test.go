package client_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"nianwei/cmd/festival/internal/client"
)

func TestDo_AsksAgainAfterAPoliteRefusalWithTheSameKey(t *testing.T) {
	var asked atomic.Int64
	keys := make(chan string, 3)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys <- r.Header.Get("Idempotency-Key")
		if asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`{"reason":"busy","retryAfterMs":5}`))
			return
		}
		_, _ = w.Write([]byte(`{"bound":true}`))
	}))
	defer s.Close()
	c := client.New(s.URL, 4)
	me, err := client.Ask[client.Me](context.Background(), c, client.Call{Op: "x", Method: http.MethodPost, Path: "/", Key: "key-of-this-request"})
	if err != nil || !me.Bound {
		t.Fatalf("%+v, %v", me, err)
	}
	for range 3 {
		if key := <-keys; key != "key-of-this-request" {
			t.Errorf("asked again under %q", key)
		}
	}
	if busy, _ := c.Meter.Counts(); busy != 2 {
		t.Errorf("%d busy answers, want 2", busy)
	}
	if took := c.Meter.Reset()["x"]; took.Count != 1 {
		t.Errorf("measured %+v; a polite refusal is no answer", took)
	}
}

func TestDo_DoesNotAskAgainWhenToldNo(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write([]byte(`{"reason":"entry.already","detail":"您已经参加过本场活动。"}`))
	}))
	defer s.Close()
	_, err := client.Ask[client.Me](context.Background(), client.New(s.URL, 4), client.Call{Op: "x", Method: http.MethodGet, Path: "/"})
	if client.Reason(err) != "entry.already" || asked.Load() != 1 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
}

func TestCut_SendsTheRequestAndLosesTheAnswer(t *testing.T) {
	arrived, gone := make(chan string, 1), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- r.Header.Get("Idempotency-Key")
		<-r.Context().Done()
		close(gone)
	}))
	defer s.Close()
	p := client.New(s.URL, 4).Phone("10.0.0.1")
	p.Cut(context.Background(), p.PlayCall("a1-1", 3, "key-of-a-lost-answer"))
	if key := <-arrived; key != "key-of-a-lost-answer" {
		t.Errorf("arrived with %q", key)
	}
	<-gone
}

func TestHold_KeepsCallsBackUntilTheServerIsBack(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer s.Close()
	c := client.New(s.URL, 4)
	c.Hold()
	done := make(chan error, 1)
	go func() {
		_, err := c.Do(context.Background(), client.Call{Op: "x", Method: http.MethodGet, Path: "/"})
		done <- err
	}()
	if _, err := c.Do(context.Background(), client.Call{Op: "urgent", Method: http.MethodGet, Path: "/", Urgent: true}); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := c.Once(short, client.Call{Op: "x", Method: http.MethodGet, Path: "/"}); err == nil || asked.Load() != 1 {
		t.Errorf("%d calls went through a closed gate (%v)", asked.Load(), err)
	}
	c.Release()
	if err := <-done; err != nil || asked.Load() != 2 {
		t.Errorf("%v after the gate opened, %d calls", err, asked.Load())
	}
}
