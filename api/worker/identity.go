package worker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"nianwei/api/gen"
	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/service/account"
	"nianwei/service/roster"
	"nianwei/service/wechat"
)

const (
	sessionCookie = "nianwei_worker"
	tripCookie    = "nianwei_oauth"
	tripPath      = "/auth/wechat"
	callbackPath  = "/auth/wechat/callback"
	tripLife      = 10 * time.Minute // WeChat's codes live five
	home          = "/h5/"
	signInPage    = "/h5/#/pages/enter/enter"
)

// Reasons with which a browser comes back to the sign-in page, beside those of
// package wechat's faults.
const (
	reasonState    = "wechat.state"    // the answer belongs to no sign-in of this browser
	reasonDeclined = "wechat.declined" // the worker did not agree
)

// IdentityConfig is what signing in needs.
type IdentityConfig struct {
	Workers *account.Workers
	WeChat  *wechat.Client
	Store   *store.Store
	Keys    *seal.Keyring // signs what a browser keeps during a sign-in
	Clock   clock.Clock
	Log     *slog.Logger
	BaseURL string // "https://union.example": where WeChat sends browsers back to; https makes cookies Secure; empty = as the browser came
}

// Identity is who a worker is: signing in through WeChat and being bound to
// the roster.
type Identity struct {
	workers *account.Workers
	wechat  *wechat.Client
	store   *store.Store
	clock   clock.Clock
	log     *slog.Logger
	base    string
	secure  bool
	tripKey [32]byte
}

// NewIdentity makes the handlers of signing in.
func NewIdentity(c IdentityConfig) Identity {
	base := strings.TrimRight(c.BaseURL, "/")
	return Identity{workers: c.Workers, wechat: c.WeChat, store: c.Store, clock: c.Clock, log: c.Log,
		base: base, secure: strings.HasPrefix(base, "https://"), tripKey: c.Keys.Derive("worker sign-in cookie")}
}

// StartWechatSignIn sends the browser to WeChat.
func (h Identity) StartWechatSignIn(ctx context.Context, r gen.StartWechatSignInRequestObject) (gen.StartWechatSignInResponseObject, error) {
	next := home
	if r.Params.Next != nil && localPath(*r.Params.Next) {
		next = *r.Params.Next
	}
	c, err := ginOf(ctx)
	if err != nil {
		return nil, err
	}
	to := h.depart(c, trip{Next: next})
	return gen.StartWechatSignIn302Response{Headers: gen.StartWechatSignIn302ResponseHeaders{Location: &to}}, nil
}

// depart begins a trip to WeChat and gives the address to go to.
func (h Identity) depart(c *gin.Context, t trip) (to string) {
	var state [16]byte
	_, _ = rand.Read(state[:])
	t.State, t.EndsAt = hex.EncodeToString(state[:]), clock.Millis(h.clock.Now().Add(tripLife)) // WeChat takes only letters and digits
	h.keepTrip(c, t)
	return h.wechat.AuthorizeURL(h.returnTo(c)+callbackPath, t.State, wechat.ScopeBase)
}

// returnTo gives where WeChat sends the browser back to: the configured address,
// or in a sandbox without one the address that the browser itself used, so that
// its cookies go along. WeChat only returns to hosts that it was told of.
func (h Identity) returnTo(c *gin.Context) string {
	if h.base != "" {
		return h.base
	}
	return "http://" + c.Request.Host
}

// FinishWechatSignIn takes the browser back from WeChat. It always redirects:
// a worker cannot do anything with an error document.
func (h Identity) FinishWechatSignIn(ctx context.Context, r gen.FinishWechatSignInRequestObject) (gen.FinishWechatSignInResponseObject, error) {
	c, err := ginOf(ctx)
	if err != nil {
		return nil, err
	}
	c.Header("Cache-Control", "no-store")
	to := h.arrive(ctx, c, value(r.Params.Code), value(r.Params.State))
	return gen.FinishWechatSignIn302Response{Headers: gen.FinishWechatSignIn302ResponseHeaders{Location: &to}}, nil
}

// arrive decides where the browser goes on.
func (h Identity) arrive(ctx context.Context, c *gin.Context, code, state string) (to string) {
	t, ok := h.tripOf(c)
	switch {
	case !ok || !t.matches(state):
		if h.signedIn(ctx, c) {
			return home
		}
		return backTo(reasonState)
	case code == "":
		return backTo(reasonDeclined)
	case t.Done: // the callback was loaded again
		if h.signedIn(ctx, c) {
			return t.Next
		}
		return h.again(c, t, wechat.ErrCodeInvalid)
	}
	who, err := h.wechat.Exchange(ctx, code)
	if errors.Is(err, wechat.ErrCodeInvalid) {
		return h.again(c, t, err)
	}
	if err != nil {
		return h.giveUp(ctx, err)
	}
	token, _, err := h.workers.SignIn(ctx, who)
	if err != nil {
		return h.giveUp(ctx, err)
	}
	h.setCookie(c, sessionCookie, token, "/", h.workers.SessionLife())
	t.Done = true
	h.keepTrip(c, t)
	return t.Next
}

// again starts over once: a code works once, so a page that was loaded again,
// or an answer that was lost, needs another. A second time would be a circle.
func (h Identity) again(c *gin.Context, t trip, cause error) (to string) {
	if t.Again {
		return backTo(fault.Reason(cause))
	}
	return h.depart(c, trip{Next: t.Next, Again: true})
}

func (h Identity) giveUp(ctx context.Context, err error) (to string) {
	if code := fault.Of(err); code == fault.Internal || code == fault.Unavailable {
		h.log.ErrorContext(ctx, "sign-in failed", "cause", err.Error())
	}
	return backTo(fault.Reason(err))
}

// backTo gives the address of the sign-in page that says why.
func backTo(reason string) string { return signInPage + "?reason=" + url.QueryEscape(reason) }

// signedIn tells whether the browser has a session already.
func (h Identity) signedIn(ctx context.Context, c *gin.Context) bool {
	token, err := c.Cookie(sessionCookie)
	if err != nil {
		return false
	}
	_, err = h.workers.Worker(ctx, token)
	return err == nil
}

// SignInMiniProgram signs a mini-program in.
func (h Identity) SignInMiniProgram(ctx context.Context, r gen.SignInMiniProgramRequestObject) (gen.SignInMiniProgramResponseObject, error) {
	who, _, err := h.wechat.Code2Session(ctx, r.Body.Code)
	if err != nil {
		return nil, err
	}
	token, expiresAt, err := h.workers.SignIn(ctx, who)
	if err != nil {
		return nil, err
	}
	if c, err := ginOf(ctx); err == nil {
		c.Header("Cache-Control", "no-store")
	}
	return gen.SignInMiniProgram200JSONResponse{Token: token, ExpiresAt: expiresAt}, nil
}

// SignOutWorker ends the session that asks.
func (h Identity) SignOutWorker(ctx context.Context, _ gen.SignOutWorkerRequestObject) (gen.SignOutWorkerResponseObject, error) {
	w, ok := account.WorkerFrom(ctx)
	if !ok {
		return nil, account.ErrSession
	}
	if err := h.workers.SignOut(ctx, w.SessionHash); err != nil {
		return nil, err
	}
	c, err := ginOf(ctx)
	if err != nil {
		return nil, err
	}
	h.setCookie(c, sessionCookie, "", "/", -time.Second)
	return gen.SignOutWorker204Response{}, nil
}

// GetMe tells a worker who the product takes them for.
func (h Identity) GetMe(ctx context.Context, _ gen.GetMeRequestObject) (gen.GetMeResponseObject, error) {
	w, ok := account.WorkerFrom(ctx)
	if !ok {
		return nil, account.ErrSession
	}
	me, err := h.describe(ctx, w)
	return gen.GetMe200JSONResponse(me), err
}

// BindWorker binds the session's WeChat account to a worker of the roster.
func (h Identity) BindWorker(ctx context.Context, r gen.BindWorkerRequestObject) (gen.BindWorkerResponseObject, error) {
	w, ok := account.WorkerFrom(ctx)
	if !ok {
		return nil, account.ErrSession
	}
	c, err := ginOf(ctx)
	if err != nil {
		return nil, err
	}
	if w, err = h.workers.Bind(ctx, w, r.Body.Name, r.Body.Phone, c.ClientIP()); err != nil {
		return nil, err
	}
	me, err := h.describe(ctx, w)
	return gen.BindWorker200JSONResponse(me), err
}

func (h Identity) describe(ctx context.Context, w account.Worker) (me gen.Me, err error) {
	if !w.Bound() {
		return gen.Me{}, nil
	}
	err = h.store.Read(ctx, func(tx *store.Tx) error {
		f, err := roster.WorkerFacts(tx, w.WorkerID)
		me = gen.Me{Bound: true, Name: &f.NameMask, Phone: &f.PhoneMask, UnionName: &f.UnionName}
		return err
	})
	return me, err
}

func (h Identity) setCookie(c *gin.Context, name, content, path string, life time.Duration) {
	//nolint:gosec // G124: Secure follows the configured address; a first try at home has no TLS
	http.SetCookie(c.Writer, &http.Cookie{Name: name, Value: content, Path: path, MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode})
}

// ginOf gives the HTTP side of a request.
func ginOf(ctx context.Context) (*gin.Context, error) {
	c, ok := ctx.(*gin.Context)
	if !ok {
		return nil, errors.New("worker: called without a gin context")
	}
	return c, nil
}

func value(optional *string) string {
	if optional == nil {
		return ""
	}
	return *optional
}
