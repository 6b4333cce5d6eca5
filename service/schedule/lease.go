package schedule

import (
	"context"
	"log/slog"
	"time"
)

// Lease lets one of several servers act. It spares work; it is not what makes a
// step happen once, which is the condition on the round's state.
type Lease interface {
	// Acquire takes or renews the named lease for holder until ttl from now. It
	// reports false while another holder's lease has not run out.
	Acquire(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
}

// Leased gives a tick that acts only while holder has the lease, and whose
// context ends with the lease, so that a slow server stops before another begins.
// A lease that cannot be asked for is logged, and the next tick asks again.
func Leased(lease Lease, name, holder string, ttl time.Duration, log *slog.Logger, tick func(context.Context)) func(context.Context) {
	return func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, ttl)
		defer cancel()
		held, err := lease.Acquire(ctx, name, holder, ttl)
		if err != nil {
			log.ErrorContext(ctx, "schedule: no answer about the lease", "lease", name, "holder", holder, "error", err)
			return
		}
		if held {
			tick(ctx)
		}
	}
}
