// Package clock is the only place that asks the machine what time it is.
// Everything else is handed a Clock, so that tests and the sandbox's time
// machine can play a season in minutes.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. Implementations are safe for concurrent use.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock.
type System struct{}

// Now gives the machine's time.
func (System) Now() time.Time { return time.Now() }

// Machine is a clock that can be moved: the sandbox's time machine. It runs on
// from where it was set, unless it is frozen.
type Machine struct {
	mu     sync.Mutex
	base   Clock
	offset time.Duration
	frozen bool
	at     time.Time
}

// NewMachine gives a time machine that shows base's time until it is moved.
func NewMachine(base Clock) *Machine { return &Machine{base: base} }

// Now gives the machine's present.
func (m *Machine) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.frozen {
		return m.at
	}
	return m.base.Now().Add(m.offset)
}

// Set moves the present to t; a frozen machine stands still there, any other runs on from t.
func (m *Machine) Set(t time.Time, frozen bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.offset = t.Sub(m.base.Now())
	m.at, m.frozen = t, frozen
}

// Reset returns to the base clock's time.
func (m *Machine) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.offset, m.frozen = 0, false
}

// State tells the present and whether the machine stands still or has been moved.
func (m *Machine) State() (now time.Time, frozen, moved bool) {
	now = m.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	return now, m.frozen, m.frozen || m.offset != 0
}

// Millis gives t as unix milliseconds, the unit of every instant in the database, the API and a draw's log.
func Millis(t time.Time) int64 { return t.UnixMilli() }

// FromMillis gives the UTC instant of unix milliseconds.
func FromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
