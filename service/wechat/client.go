// Package wechat is the product's only door to WeChat: who somebody is, what a
// page may do in WeChat's browser, and what somebody recorded there.
//
// It wraps github.com/silenceper/wechat/v2 so that no other package meets the
// library's habits: errors that contain the application's secret, a process-wide
// HTTP client without a time-out, and tokens that stay in use after WeChat has
// revoked them. Every error that leaves this package is a *fault.Fault whose text
// is free of secrets.
package wechat

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/silenceper/wechat/v2/credential"
	"github.com/silenceper/wechat/v2/miniprogram"
	"github.com/silenceper/wechat/v2/miniprogram/auth"
	miniconfig "github.com/silenceper/wechat/v2/miniprogram/config"
	"github.com/silenceper/wechat/v2/officialaccount"
	officialconfig "github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/oauth"

	"nianwei/model/clock"
)

const (
	// DefaultAuthorizeBase is WeChat's own authorisation page.
	DefaultAuthorizeBase = "https://open.weixin.qq.com/connect/oauth2/authorize"

	// DefaultMaxMediaBytes is far above a voice of 60 s (about 100 KB of AMR) and
	// far below what would hurt a server that downloads many of them.
	DefaultMaxMediaBytes = 10 << 20
)

// Config names the two applications of one union at WeChat.
type Config struct {
	AppID     string // the service account's (公众号) appid
	AppSecret string // its secret; never logged, never part of an error

	MiniAppID     string // the mini-program's appid; empty if there is none
	MiniAppSecret string

	// AuthorizeBase is the page that asks the worker for consent; empty means
	// DefaultAuthorizeBase. The sandbox sends the browser to a page of the
	// simulator on the product's own origin instead.
	AuthorizeBase string

	MaxMediaBytes int64 // largest download of Media in bytes; 0 means DefaultMaxMediaBytes

	Clock clock.Clock
}

// validate reports every mistake at once and repeats no secret.
func (cfg Config) validate() error {
	var wrong []error
	check := func(ok bool, text string) {
		if !ok {
			wrong = append(wrong, errors.New("wechat: "+text))
		}
	}
	check(plain(cfg.AppID), "the service account's appid is missing or has characters that no appid has")
	check(plain(cfg.AppSecret), "the service account's secret is missing or has characters that no secret has")
	if cfg.MiniAppID != "" || cfg.MiniAppSecret != "" {
		check(plain(cfg.MiniAppID), "the mini-program's appid is missing or has characters that no appid has")
		check(plain(cfg.MiniAppSecret), "the mini-program's secret is missing or has characters that no secret has")
	}
	if _, err := url.Parse(cfg.AuthorizeBase); err != nil {
		check(false, "the address of the authorisation page is not a URL")
	}
	check(cfg.MaxMediaBytes >= 0, "the largest media size is negative")
	check(cfg.Clock != nil, "a clock is needed")
	return errors.Join(wrong...)
}

// plain holds for the alphabet of appids and secrets. The library pastes both
// into addresses unescaped, so nothing else may get in.
func plain(s string) bool {
	return regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`).MatchString(s)
}

// Client talks to WeChat for one service account and, if there is one, one
// mini-program. It is safe for concurrent use.
type Client struct {
	appID         string
	miniAppID     string
	authorizeBase string
	maxMediaBytes int64
	clock         clock.Clock
	http          *http.Client

	oauth   *oauth.Oauth
	session *auth.Auth // nil without a mini-program
	token   *lease
	ticket  *lease
}

// New gives a client that makes its calls with httpClient, which must have a
// time-out: a worker waits behind each of them. The library's handles are all
// built here, because it builds them lazily and without a lock.
func New(cfg Config, cache Cache, httpClient *http.Client) (*Client, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if cache == nil {
		return nil, errors.New("wechat: a cache is needed")
	}
	if httpClient == nil || httpClient.Timeout <= 0 {
		return nil, errors.New("wechat: an HTTP client with a time-out is needed")
	}
	carry()
	c := &Client{
		appID:         cfg.AppID,
		miniAppID:     cfg.MiniAppID,
		authorizeBase: cfg.AuthorizeBase,
		maxMediaBytes: cfg.MaxMediaBytes,
		clock:         cfg.Clock,
		http:          httpClient,
	}
	if c.authorizeBase == "" {
		c.authorizeBase = DefaultAuthorizeBase
	}
	if c.maxMediaBytes == 0 {
		c.maxMediaBytes = DefaultMaxMediaBytes
	}
	c.buildOfficial(cfg, cache)
	if cfg.MiniAppID != "" {
		c.session = miniprogram.NewMiniProgram(&miniconfig.Config{
			AppID: cfg.MiniAppID, AppSecret: cfg.MiniAppSecret, Cache: cache, UseStableAK: true,
		}).GetAuth()
	}
	return c, nil
}

func (c *Client) buildOfficial(cfg Config, cache Cache) {
	stable := &credentialSource{appID: cfg.AppID, secret: cfg.AppSecret, cache: cache}
	c.token = newLease("wechat/token/"+cfg.AppID, cache, c.clock, c.http.Timeout,
		func(ctx context.Context, force bool) (string, time.Duration, error) {
			return c.fetchToken(ctx, stable, force)
		})
	c.ticket = newLease("wechat/ticket/"+cfg.AppID, cache, c.clock, 2*c.http.Timeout, c.fetchTicket)

	account := officialaccount.NewOfficialAccount(&officialconfig.Config{
		AppID: cfg.AppID, AppSecret: cfg.AppSecret, Cache: cache, UseStableAK: true,
	})
	account.SetAccessTokenHandle(tokenHandle{c.token})
	c.oauth = account.GetOauth()
}

// call makes one call of the library. It gives the library a context that
// carries the answer's notebook, bounds it by the client's time-out, and throws
// the library's own error text away, since that may contain the secret.
func (c *Client) call(ctx context.Context, api string, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.http.Timeout)
	defer cancel()
	a := &answer{api: api, transport: c.http.Transport}
	err := do(context.WithValue(ctx, answerKey{}, a))
	return a.fault(err != nil)
}

// tokenHandle hands the lease's token to whatever part of the library needs one.
type tokenHandle struct{ lease *lease }

// GetAccessToken gives the current token.
func (h tokenHandle) GetAccessToken() (string, error) {
	return h.lease.value(context.Background())
}

// GetAccessTokenContext gives the current token.
func (h tokenHandle) GetAccessTokenContext(ctx context.Context) (string, error) {
	return h.lease.value(ctx)
}

var _ credential.AccessTokenContextHandle = tokenHandle{}
