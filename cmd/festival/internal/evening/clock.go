package evening

import (
	"context"
	"net/http"
	"sync"
	"time"

	"nianwei/cmd/festival/internal/client"
)

// timeMachine moves the product's clock and knows what it shows.
type timeMachine struct {
	api *client.Client

	mu   sync.Mutex
	at   time.Time // what it was set to
	when time.Time // real time then
}

// present is the time that the product's clock shows.
func (m *timeMachine) present() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at.Add(time.Since(m.when))
}

// moveTo sets the product's clock. Everything that has become due has happened
// when it returns.
func (m *timeMachine) moveTo(ctx context.Context, to time.Time) error {
	call := client.JSON("clock", http.MethodPut, "/api/sandbox/clock", map[string]any{"now": to.UnixMilli(), "frozen": false})
	call.Urgent = true
	if _, err := client.Ask[struct{}](ctx, m.api, call); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at, m.when = to, time.Now()
	return nil
}

// forwardTo is moveTo, unless that time has come by itself.
func (m *timeMachine) forwardTo(ctx context.Context, to time.Time) error {
	if !m.present().Before(to) {
		return nil
	}
	return m.moveTo(ctx, to)
}

// restore sets a restarted server's clock to where it would be.
func (m *timeMachine) restore(ctx context.Context) error { return m.moveTo(ctx, m.present()) }
