// Package sandbox is the API of the time machine. It is served only where
// WeChat is simulated.
package sandbox

import (
	"context"

	"nianwei/api/gen"
	"nianwei/model/clock"
)

// Clock moves the product's present.
type Clock struct {
	Machine *clock.Machine
	// Moved makes everything happen that has become due.
	Moved func(ctx context.Context) error
}

func (h Clock) state() gen.Clock {
	now, frozen, moved := h.Machine.State()
	return gen.Clock{Now: clock.Millis(now), Frozen: frozen, Moved: moved}
}

// GetClock gives the product's present.
func (h Clock) GetClock(context.Context, gen.GetClockRequestObject) (gen.GetClockResponseObject, error) {
	return gen.GetClock200JSONResponse(h.state()), nil
}

// SetClock moves the present. What has become due happens before the answer.
func (h Clock) SetClock(ctx context.Context, r gen.SetClockRequestObject) (gen.SetClockResponseObject, error) {
	h.Machine.Set(clock.FromMillis(r.Body.Now), r.Body.Frozen != nil && *r.Body.Frozen)
	if err := h.Moved(ctx); err != nil {
		return nil, err
	}
	return gen.SetClock200JSONResponse(h.state()), nil
}

// ResetClock returns to real time.
func (h Clock) ResetClock(ctx context.Context, _ gen.ResetClockRequestObject) (gen.ResetClockResponseObject, error) {
	h.Machine.Reset()
	if err := h.Moved(ctx); err != nil {
		return nil, err
	}
	return gen.ResetClock200JSONResponse(h.state()), nil
}
