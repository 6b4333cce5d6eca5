package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// Officer is somebody signed in to the console. Moving the clock ends sessions,
// so an officer who is told to sign in does so once and asks again.
type Officer struct {
	Login    string
	Password string
	client   *Client

	mu     sync.Mutex
	cookie string
}

// Officer gives an officer who has a password already.
func (c *Client) Officer(login, password string) *Officer {
	return &Officer{client: c, Login: login, Password: password}
}

// SetUp spends the first start's one-time link and gives the first administrator.
func (c *Client) SetUp(ctx context.Context, token, login, name, password string) (*Officer, error) {
	o := c.Officer(login, password)
	return o, o.enter(ctx, JSON("setup", http.MethodPost, "/api/admin/setup", map[string]string{"token": token, "login": login, "name": name, "password": password}))
}

// Accept spends an invitation's one-time link and gives the officer it was for.
func (c *Client) Accept(ctx context.Context, link, login, password string) (*Officer, error) {
	_, token, found := strings.Cut(link, "token=")
	if !found {
		return nil, fmt.Errorf("invitation: no token in the link of %s", login)
	}
	token, _, _ = strings.Cut(token, "&")
	o := c.Officer(login, password)
	return o, o.enter(ctx, JSON("invitation", http.MethodPost, "/api/admin/invitation", map[string]string{"token": token, "password": password}))
}

// enter makes a call that signs in and keeps the session.
func (o *Officer) enter(ctx context.Context, call Call) error {
	answer, err := o.client.Do(ctx, call)
	if err != nil {
		return err
	}
	if err := answer.Ok(call.Op); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range cookies(answer) {
		if strings.HasPrefix(c, "nianwei_officer=") {
			o.cookie = c
		}
	}
	if o.cookie == "" {
		return fmt.Errorf("%s: no session for %s", call.Op, o.Login)
	}
	return nil
}

// SignIn signs in with login and password.
func (o *Officer) SignIn(ctx context.Context) error {
	return o.enter(ctx, JSON("officer.signin", http.MethodPost, "/api/admin/session", map[string]string{"login": o.Login, "password": o.Password}))
}

func (o *Officer) signed(call Call) Call {
	o.mu.Lock()
	defer o.mu.Unlock()
	call.Cookie = o.cookie
	return call
}

// Do makes a call in the officer's name.
func (o *Officer) Do(ctx context.Context, call Call) (Answer, error) {
	answer, err := o.client.Do(ctx, o.signed(call))
	if err != nil || answer.Status != http.StatusUnauthorized {
		return answer, err
	}
	if err := o.SignIn(ctx); err != nil {
		return Answer{}, err
	}
	return o.client.Do(ctx, o.signed(call))
}

// Get reads something in an officer's name.
func Get[T any](ctx context.Context, o *Officer, op, path string) (T, error) {
	return Send[T](ctx, o, Call{Op: op, Method: http.MethodGet, Path: path})
}

// Post writes something in an officer's name.
func Post[T any](ctx context.Context, o *Officer, op, path string, value any) (T, error) {
	return Send[T](ctx, o, JSON(op, http.MethodPost, path, value))
}

// Send makes a call in an officer's name and decodes the answer.
func Send[T any](ctx context.Context, o *Officer, call Call) (T, error) {
	answer, err := o.Do(ctx, call)
	if err != nil {
		var none T
		return none, err
	}
	return Decode[T](answer, call.Op)
}

// Stream opens a call whose answer never ends; the caller closes it.
func (o *Officer) Stream(ctx context.Context, call Call) (io.ReadCloser, error) {
	if answer, err := o.Do(ctx, Call{Op: "session", Method: http.MethodGet, Path: "/api/admin/session"}); err != nil {
		return nil, err
	} else if err := answer.Ok("session"); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, o.client.base+call.Path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Cookie", o.signed(call).Cookie)
	resp, err := o.client.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%s: %s", call.Op, resp.Status), resp.Body.Close())
	}
	return resp.Body, nil
}
