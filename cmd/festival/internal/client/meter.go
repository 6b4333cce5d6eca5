package client

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Meter remembers how long answers took, by operation.
type Meter struct {
	mu     sync.Mutex
	took   map[string][]time.Duration
	busy   int64
	broken int64
}

// Timing is how fast one operation was answered.
type Timing struct {
	Count int     `json:"count"`
	P50Ms float64 `json:"p50Ms"`
	P99Ms float64 `json:"p99Ms"`
}

func newMeter() *Meter { return &Meter{took: map[string][]time.Duration{}} }

// Took notes an answer. A polite refusal is counted apart: it is fast, and it
// is not what the worker came for.
func (m *Meter) Took(op string, d time.Duration, status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if status == http.StatusServiceUnavailable {
		m.busy++
		return
	}
	m.took[op] = append(m.took[op], d)
}

// Broken notes an attempt that was never answered.
func (m *Meter) Broken() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken++
}

// Counts tells how many attempts were politely refused and how many were never answered.
func (m *Meter) Counts() (busy, broken int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.busy, m.broken
}

// Reset begins to measure anew and gives what was measured until now.
func (m *Meter) Reset() map[string]Timing {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(map[string]Timing, len(m.took))
	for op, all := range m.took {
		slices.Sort(all)
		out[op] = Timing{Count: len(all), P50Ms: quantile(all, 0.50), P99Ms: quantile(all, 0.99)}
	}
	m.took, m.busy, m.broken = map[string][]time.Duration{}, 0, 0
	return out
}

// quantile gives a quantile of sorted times in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	at := min(int(q*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[at].Microseconds()) / 1000
}
