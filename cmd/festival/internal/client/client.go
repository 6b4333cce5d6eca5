// Package client speaks the product's HTTP API as its pages do: a worker's
// phone that tries again politely, an officer's console that signs in again.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	attemptTime = 30 * time.Second // of one attempt
	patience    = 90 * time.Second // of a call with all its attempts
	maxAnswer   = 64 << 20         // the largest export
)

// Client is the way to one server. It is safe for concurrent use.
type Client struct {
	base  string
	http  *http.Client
	gate  gate
	Meter *Meter
}

// New gives a client for the server at base that holds at most so many
// connections. Redirects are answers, because sign-in is made of them.
func New(base string, connections int) *Client {
	dial := &net.Dialer{Timeout: 5 * time.Second}
	return &Client{base: base, Meter: newMeter(), http: &http.Client{
		Transport:     &http.Transport{DialContext: dial.DialContext, MaxIdleConns: connections, MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Base is the server's address.
func (c *Client) Base() string { return c.base }

// Call is one request.
type Call struct {
	Op     string // what it is measured as
	Method string
	Path   string // with the query
	Cookie string
	Key    string // Idempotency-Key; empty = none
	From   string // the caller's address, as a balancer would pass it on
	Urgent bool   // not held back by Hold
	Type   string // of the body
	Body   []byte
}

// JSON gives a call that carries a value.
func JSON(op, method, path string, value any) Call {
	body, err := json.Marshal(value)
	if err != nil { // our own structs and maps always encode
		body = []byte("null")
	}
	return Call{Op: op, Method: method, Path: path, Type: "application/json", Body: body}
}

// Answer is what came back, whatever its status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Problem is the product's refusal.
type Problem struct {
	Op         string `json:"-"`
	Status     int    `json:"status"`
	Reason     string `json:"reason"`
	Detail     string `json:"detail"`
	RetryAfter int64  `json:"retryAfterMs"`
	Fields     []struct {
		Path   string `json:"path"`
		Reason string `json:"reason"`
		Detail string `json:"detail"`
	} `json:"fields"`
}

// Error gives operation, status, reason and what the product says to people.
func (p *Problem) Error() string {
	s := fmt.Sprintf("%s: %d %s %s", p.Op, p.Status, p.Reason, p.Detail)
	for _, f := range p.Fields {
		s += fmt.Sprintf(" [%s %s %s]", f.Path, f.Reason, f.Detail)
	}
	return s
}

// Reason gives the product's reason for a refusal, "" for anything else.
func Reason(err error) string {
	var p *Problem
	if errors.As(err, &p) {
		return p.Reason
	}
	return ""
}

// Once makes one attempt. Only what never came back is an error.
func (c *Client) Once(ctx context.Context, call Call) (Answer, error) {
	if !call.Urgent {
		if err := c.gate.pass(ctx); err != nil {
			return Answer{}, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, call.Method, c.base+call.Path, bytes.NewReader(call.Body))
	if err != nil {
		return Answer{}, err
	}
	for name, value := range map[string]string{"Content-Type": call.Type, "Cookie": call.Cookie, "Idempotency-Key": call.Key, "X-Forwarded-For": call.From} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	from := time.Now()
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return Answer{}, err
	}
	c.Meter.Took(call.Op, time.Since(from), resp.StatusCode)
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// Do makes a call until it is answered: a broken connection and a polite 503
// are tried again, with the same key. Call it only for what may be asked twice.
func (c *Client) Do(ctx context.Context, call Call) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	pause := 50 * time.Millisecond
	for {
		answer, err := c.Once(ctx, call)
		if err == nil && answer.Status != http.StatusServiceUnavailable {
			return answer, nil
		}
		wait := pause
		if err != nil {
			c.Meter.Broken()
			pause = min(2*pause, time.Second)
		} else {
			wait = answer.retryAfter()
		}
		select {
		case <-ctx.Done():
			if err == nil {
				err = answer.problem(call.Op)
			}
			return Answer{}, fmt.Errorf("%s: gave up: %w", call.Op, err)
		case <-time.After(wait/2 + rand.N(wait)): // spread, so that the refused do not come back together
		}
	}
}

// retryAfter is what the product asked to wait.
func (a Answer) retryAfter() time.Duration {
	if p := a.problem(""); p.RetryAfter > 0 {
		return time.Duration(p.RetryAfter) * time.Millisecond
	}
	if s, err := strconv.Atoi(a.Header.Get("Retry-After")); err == nil && s > 0 {
		return time.Duration(s) * time.Second
	}
	return time.Second
}

// problem reads a refusal.
func (a Answer) problem(op string) *Problem {
	p := &Problem{}
	if err := json.Unmarshal(a.Body, p); err != nil || p.Reason == "" {
		p.Detail = string(a.Body[:min(len(a.Body), 300)])
	}
	p.Op, p.Status = op, a.Status
	return p
}

// Ok gives the answer's problem unless its status says that it was done.
func (a Answer) Ok(op string) error {
	if a.Status >= 200 && a.Status < 300 {
		return nil
	}
	return a.problem(op)
}

// Ask makes a call until it is answered and decodes the answer.
func Ask[T any](ctx context.Context, c *Client, call Call) (T, error) {
	var out T
	answer, err := c.Do(ctx, call)
	if err != nil {
		return out, err
	}
	return Decode[T](answer, call.Op)
}

// Decode reads an answer, or gives its problem.
func Decode[T any](a Answer, op string) (T, error) {
	var out T
	if err := a.Ok(op); err != nil {
		return out, err
	}
	if len(a.Body) == 0 {
		return out, nil
	}
	if err := json.Unmarshal(a.Body, &out); err != nil {
		return out, fmt.Errorf("%s: %w", op, err)
	}
	return out, nil
}
