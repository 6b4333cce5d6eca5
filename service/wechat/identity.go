package wechat

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/silenceper/wechat/v2/miniprogram/auth"
	"github.com/silenceper/wechat/v2/officialaccount/oauth"
)

// Scope is how much a worker is asked for.
type Scope string

// The scopes of WeChat's web authorisation.
const (
	ScopeBase     Scope = "snsapi_base"     // the openid alone, without a question
	ScopeUserInfo Scope = "snsapi_userinfo" // nickname and portrait too; WeChat asks the worker
)

// maxCodeBytes bounds a login code; real ones have 32 characters.
const maxCodeBytes = 256

// Identity is who WeChat says somebody is.
type Identity struct {
	AppID    string // the application the openid belongs to: the same person has another one elsewhere
	OpenID   string // empty if Snapshot
	UnionID  string // joins service account and mini-program; empty unless both hang on one open-platform account
	Snapshot bool   // a virtual account of the preview page; comes with ErrSnapshotUser
}

// AuthorizeURL gives the address to send the browser to. WeChat sends it back to
// redirect with a code for Exchange and with state, which should be unguessable
// and bound to the browser. WeChat checks the order of the parameters, which is
// the alphabet's.
func (c *Client) AuthorizeURL(redirect, state string, scope Scope) string {
	q := url.Values{
		"appid":         {c.appID},
		"redirect_uri":  {redirect},
		"response_type": {"code"},
		"scope":         {string(scope)},
		"state":         {state},
	}
	joint := "?"
	if strings.Contains(c.authorizeBase, "?") {
		joint = "&"
	}
	return c.authorizeBase + joint + q.Encode() + "#wechat_redirect"
}

// Exchange gives the identity behind a code of the authorisation page. A code
// works once, so a failure that may have used it up is not repeated here: the
// caller starts authorisation again.
func (c *Client) Exchange(ctx context.Context, code string) (Identity, error) {
	if code == "" || len(code) > maxCodeBytes {
		return Identity{}, ErrCodeInvalid
	}
	var got oauth.ResAccessToken
	err := c.call(ctx, "/sns/oauth2/access_token", func(ctx context.Context) (err error) {
		got, err = c.oauth.GetUserAccessTokenContext(ctx, url.QueryEscape(code))
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	if got.IsSnapShotUser != 0 {
		return Identity{AppID: c.appID, Snapshot: true}, ErrSnapshotUser
	}
	return identity("/sns/oauth2/access_token", c.appID, got.OpenID, got.UnionID)
}

// Code2Session gives the identity behind a code of the mini-program's wx.login,
// and the session key that its signatures and encrypted data are checked with,
// which must stay on the server.
func (c *Client) Code2Session(ctx context.Context, code string) (id Identity, sessionKey string, err error) {
	if c.session == nil {
		return Identity{}, "", ErrMiniOff
	}
	if code == "" || len(code) > maxCodeBytes {
		return Identity{}, "", ErrCodeInvalid
	}
	var got auth.ResCode2Session
	err = c.call(ctx, "/sns/jscode2session", func(ctx context.Context) (err error) {
		got, err = c.session.Code2SessionContext(ctx, url.QueryEscape(code))
		return err
	})
	if err != nil {
		return Identity{}, "", err
	}
	id, err = identity("/sns/jscode2session", c.miniAppID, got.OpenID, got.UnionID)
	return id, got.SessionKey, err
}

func identity(api, appID, openID, unionID string) (Identity, error) {
	if openID == "" {
		return Identity{}, ErrUnexpected.Because(errors.New("wechat " + api + ": no openid in the answer"))
	}
	return Identity{AppID: appID, OpenID: openID, UnionID: unionID}, nil
}
