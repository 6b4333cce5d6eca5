package client

import (
	"context"
	"sync"
)

// gate holds calls back while the server is away, as a balancer does.
type gate struct {
	mu   sync.Mutex
	open chan struct{} // nil while nothing is held; closed when it opens
}

// Hold holds back every call that is not urgent. Those on their way go on.
func (c *Client) Hold() {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	if c.gate.open == nil {
		c.gate.open = make(chan struct{})
	}
}

// Release lets the calls that were held back go.
func (c *Client) Release() {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	if c.gate.open != nil {
		close(c.gate.open)
		c.gate.open = nil
	}
}

func (g *gate) pass(ctx context.Context) error {
	g.mu.Lock()
	open := g.open
	g.mu.Unlock()
	if open == nil {
		return nil
	}
	select {
	case <-open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
