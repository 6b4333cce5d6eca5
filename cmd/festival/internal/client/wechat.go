package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const control = "/sandbox/wechat/control"

// WeChat is the sandbox's simulated WeChat.
type WeChat struct {
	client *Client
	appID  string
}

// WeChat finds the simulated WeChat of the server and its official account, by
// asking the product where it sends a worker to sign in.
func (c *Client) WeChat(ctx context.Context) (*WeChat, error) {
	to, _, err := c.Phone("").authorize(ctx)
	if err != nil {
		return nil, err
	}
	return &WeChat{client: c, appID: to.Query().Get("appid")}, nil
}

// People makes WeChat accounts, or finds those who exist, and gives their openids in order.
func (w *WeChat) People(ctx context.Context, names []string) ([]string, error) {
	type person struct {
		ID      string            `json:"id"`
		OpenIDs map[string]string `json:"openids,omitempty"`
	}
	var in struct {
		People []person `json:"people"`
	}
	for _, name := range names {
		in.People = append(in.People, person{ID: name})
	}
	out, err := Ask[struct {
		People []person `json:"people"`
	}](ctx, w.client, JSON("sim.people", http.MethodPost, control+"/people", in))
	if err != nil {
		return nil, err
	}
	if len(out.People) != len(names) {
		return nil, fmt.Errorf("sim.people: %d of %d", len(out.People), len(names))
	}
	openIDs := make([]string, len(names))
	for i, p := range out.People {
		openIDs[i] = p.OpenIDs[w.appID]
	}
	return openIDs, nil
}

// Codes mints one login code for each openid, in order. They live five minutes.
func (w *WeChat) Codes(ctx context.Context, openIDs []string, snapshot bool) ([]string, error) {
	out, err := Ask[struct {
		Codes []struct {
			Code string `json:"code"`
		} `json:"codes"`
	}](ctx, w.client, JSON("sim.codes", http.MethodPost, control+"/oauth-codes", map[string]any{"appid": w.appID, "openids": openIDs, "count": 1, "snapshot": snapshot}))
	if err != nil {
		return nil, err
	}
	codes := make([]string, 0, len(out.Codes))
	for _, c := range out.Codes {
		codes = append(codes, c.Code)
	}
	if len(codes) != len(openIDs) {
		return nil, fmt.Errorf("sim.codes: %d of %d", len(codes), len(openIDs))
	}
	return codes, nil
}

// authorize asks the product where to sign in, and gives the cookies that come with it.
func (p *Phone) authorize(ctx context.Context) (*url.URL, []string, error) {
	answer, err := p.client.Do(ctx, p.GetCall("auth.start", "/auth/wechat?next=/h5/"))
	if err != nil {
		return nil, nil, err
	}
	if answer.Status != http.StatusFound {
		return nil, nil, fmt.Errorf("auth.start: want a redirect: %w", answer.problem("auth.start"))
	}
	to, err := url.Parse(answer.Header.Get("Location"))
	if err != nil {
		return nil, nil, fmt.Errorf("auth.start: %w", err)
	}
	return to, cookies(answer), nil
}

// SignIn goes the whole way through WeChat's redirects with a login code. A
// code works once, so what breaks in the middle is for the caller to begin again.
func (p *Phone) SignIn(ctx context.Context, code string) error {
	to, state, err := p.authorize(ctx)
	if err != nil {
		return err
	}
	back := url.Values{"code": {code}, "state": {to.Query().Get("state")}}
	call := p.GetCall("auth.callback", "/auth/wechat/callback?"+back.Encode())
	call.Cookie = strings.Join(state, "; ")
	answer, err := p.client.Once(ctx, call)
	if err != nil {
		return err
	}
	for _, c := range cookies(answer) {
		if strings.HasPrefix(c, "nianwei_worker=") && len(c) > len("nianwei_worker=") {
			p.Cookie = c
		}
	}
	if answer.Status != http.StatusFound || p.Cookie == "" {
		if where, err := url.Parse(answer.Header.Get("Location")); err == nil && answer.Status == http.StatusFound {
			return refusedRedirect(where)
		}
		return answer.problem("auth.callback")
	}
	return nil
}

// refusedRedirect reads the reason out of a redirect to the page that explains.
func refusedRedirect(where *url.URL) error {
	_, query, _ := strings.Cut(where.Fragment, "?")
	inFragment, _ := url.ParseQuery(query) // a fragment without a query has no reason
	for _, q := range []url.Values{where.Query(), inFragment} {
		for _, name := range []string{"reason", "problem", "error"} {
			if reason := q.Get(name); reason != "" {
				return &Problem{Op: "auth.callback", Status: http.StatusFound, Reason: reason}
			}
		}
	}
	return &Problem{Op: "auth.callback", Status: http.StatusFound, Detail: where.String()}
}

// cookies gives name=value of what the answer sets.
func cookies(a Answer) []string {
	var out []string
	for _, line := range a.Header.Values("Set-Cookie") {
		pair, _, _ := strings.Cut(line, ";")
		out = append(out, pair)
	}
	return out
}
