package wechat

import (
	"context"
	"errors"
	"time"

	"github.com/silenceper/wechat/v2/credential"
)

// renewEarly is how long before its end a token or ticket is replaced. WeChat
// itself makes the next stable token five minutes early and keeps both valid
// meanwhile (getStableAccessToken), so a shorter margin would never matter.
const renewEarly = 5 * time.Minute

// tokenRefused are the answers that mean "this token, not this request":
// invalid or not the latest, malformed, expired.
func tokenRefused(err error) bool {
	var refusal *CodeError
	if !errors.As(err, &refusal) {
		return false
	}
	return refusal.Code == 40001 || refusal.Code == 40014 || refusal.Code == 42001
}

// withToken runs do with the current token. If WeChat refuses the token, it is
// replaced and do runs once more: the library would keep the bad one for hours.
func (c *Client) withToken(ctx context.Context, do func(token string) error) error {
	token, err := c.token.value(ctx)
	if err != nil {
		return err
	}
	err = do(token)
	if !tokenRefused(err) {
		return err
	}
	token, renewErr := c.token.renew(ctx, token)
	if renewErr != nil {
		return renewErr
	}
	return do(token)
}

// credentialSource makes a fresh library handle for each fetch, so that no lock
// of the library is held over a call.
type credentialSource struct {
	appID, secret string
	cache         Cache
}

func (s *credentialSource) fetch(ctx context.Context, force bool) (credential.ResAccessToken, error) {
	handle := credential.NewStableAccessToken(s.appID, s.secret, credential.CacheKeyOfficialAccountPrefix, s.cache)
	stable, ok := handle.(*credential.StableAccessToken)
	if !ok {
		return credential.ResAccessToken{}, errors.New("wechat: the library's stable token has another type")
	}
	return stable.GetAccessTokenDirectly(ctx, force)
}

// fetchToken asks WeChat for the stable token. force makes WeChat revoke the
// current one, which it allows 20 times a day.
func (c *Client) fetchToken(ctx context.Context, source *credentialSource, force bool) (string, time.Duration, error) {
	var got credential.ResAccessToken
	err := c.call(ctx, "/cgi-bin/stable_token", func(ctx context.Context) (err error) {
		got, err = source.fetch(ctx, force)
		return err
	})
	if err != nil {
		return "", 0, err
	}
	if got.AccessToken == "" {
		return "", 0, ErrUnexpected.Because(errors.New("wechat /cgi-bin/stable_token: no token in the answer"))
	}
	return got.AccessToken, time.Duration(got.ExpiresIn) * time.Second, nil
}

// fetchTicket asks WeChat for the ticket that page signatures are made with.
func (c *Client) fetchTicket(ctx context.Context, _ bool) (string, time.Duration, error) {
	var got credential.ResTicket
	err := c.withToken(ctx, func(token string) error {
		return c.call(ctx, "/cgi-bin/ticket/getticket", func(ctx context.Context) (err error) {
			got, err = credential.GetTicketFromServerContext(ctx, token)
			return err
		})
	})
	if err != nil {
		return "", 0, err
	}
	if got.Ticket == "" {
		return "", 0, ErrUnexpected.Because(errors.New("wechat /cgi-bin/ticket/getticket: no ticket in the answer"))
	}
	return got.Ticket, time.Duration(got.ExpiresIn) * time.Second, nil
}
