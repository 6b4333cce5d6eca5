package admin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"nianwei/api/gen"
	"nianwei/service/account"
)

const (
	sessionCookie  = "nianwei_officer"
	invitationPage = "/console/#/invitation?token="
)

// Accounts is officers' sessions and accounts.
type Accounts struct {
	officers *account.Officers
	base     string
	secure   bool
}

// NewAccounts makes the handlers. baseURL is where officers open the console,
// e.g. "https://union.example"; https makes cookies Secure.
func NewAccounts(officers *account.Officers, baseURL string) Accounts {
	base := strings.TrimRight(baseURL, "/")
	return Accounts{officers: officers, base: base, secure: strings.HasPrefix(base, "https://")}
}

// SetUpFirstOfficer makes the first administrator.
func (h Accounts) SetUpFirstOfficer(ctx context.Context, r gen.SetUpFirstOfficerRequestObject) (gen.SetUpFirstOfficerResponseObject, error) {
	s, err := h.officers.SetUp(ctx, r.Body.Token, r.Body.Login, r.Body.Name, r.Body.Password)
	if err != nil {
		return nil, err
	}
	cookie := h.cookie(s.Token, h.officers.SessionLife())
	return gen.SetUpFirstOfficer201JSONResponse{Body: officerOf(s.Officer), Headers: gen.SetUpFirstOfficer201ResponseHeaders{SetCookie: &cookie}}, nil
}

// SignInOfficer begins a session.
func (h Accounts) SignInOfficer(ctx context.Context, r gen.SignInOfficerRequestObject) (gen.SignInOfficerResponseObject, error) {
	ip, err := addressOf(ctx)
	if err != nil {
		return nil, err
	}
	s, err := h.officers.SignIn(ctx, r.Body.Login, r.Body.Password, ip)
	if err != nil {
		return nil, err
	}
	cookie := h.cookie(s.Token, h.officers.SessionLife())
	return gen.SignInOfficer200JSONResponse{Body: officerOf(s.Officer), Headers: gen.SignInOfficer200ResponseHeaders{SetCookie: &cookie}}, nil
}

// GetOfficerSession tells an officer who they are.
func (h Accounts) GetOfficerSession(ctx context.Context, _ gen.GetOfficerSessionRequestObject) (gen.GetOfficerSessionResponseObject, error) {
	o, err := mustOfficer(ctx)
	return gen.GetOfficerSession200JSONResponse(officerOf(o)), err
}

// SignOutOfficer ends the session that asks.
func (h Accounts) SignOutOfficer(ctx context.Context, _ gen.SignOutOfficerRequestObject) (gen.SignOutOfficerResponseObject, error) {
	o, err := mustOfficer(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.officers.SignOut(ctx, o.SessionHash); err != nil {
		return nil, err
	}
	if c, ok := ctx.(*gin.Context); ok {
		c.Header("Set-Cookie", h.cookie("", -time.Second))
	}
	return gen.SignOutOfficer204Response{}, nil
}

// ChangePassword changes the password of the officer who asks.
func (h Accounts) ChangePassword(ctx context.Context, r gen.ChangePasswordRequestObject) (gen.ChangePasswordResponseObject, error) {
	o, err := mustOfficer(ctx)
	if err != nil {
		return nil, err
	}
	ip, err := addressOf(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.officers.ChangePassword(ctx, o, r.Body.Old, r.Body.New, ip); err != nil {
		return nil, err
	}
	return gen.ChangePassword204Response{}, nil
}

// ListOfficers gives all officers.
func (h Accounts) ListOfficers(ctx context.Context, _ gen.ListOfficersRequestObject) (gen.ListOfficersResponseObject, error) {
	officers, err := h.officers.List(ctx)
	if err != nil {
		return nil, err
	}
	out := gen.ListOfficers200JSONResponse{Items: make([]gen.Officer, len(officers))}
	for i, o := range officers {
		out.Items[i] = officerOf(o)
	}
	return out, nil
}

// CreateOfficer makes an officer and the link with which they begin.
func (h Accounts) CreateOfficer(ctx context.Context, r gen.CreateOfficerRequestObject) (gen.CreateOfficerResponseObject, error) {
	by, err := mustOfficer(ctx)
	if err != nil {
		return nil, err
	}
	o, link, err := h.officers.Create(ctx, by.ID, r.Body.Login, r.Body.Name, rolesOf(r.Body.Roles))
	if err != nil {
		return nil, err
	}
	return gen.CreateOfficer201JSONResponse(h.invite(o, link)), nil
}

// ChangeOfficer changes an officer's name or roles, or locks the account.
func (h Accounts) ChangeOfficer(ctx context.Context, r gen.ChangeOfficerRequestObject) (gen.ChangeOfficerResponseObject, error) {
	by, err := mustOfficer(ctx)
	if err != nil {
		return nil, err
	}
	change := account.Change{Name: r.Body.Name, Locked: r.Body.Locked}
	if r.Body.Roles != nil {
		change.Roles = rolesOf(*r.Body.Roles)
	}
	o, err := h.officers.Change(ctx, by.ID, r.Officer, change)
	if err != nil {
		return nil, err
	}
	return gen.ChangeOfficer200JSONResponse(officerOf(o)), nil
}

// CreateOfficerLink makes a new link for an officer who lost the password.
func (h Accounts) CreateOfficerLink(ctx context.Context, r gen.CreateOfficerLinkRequestObject) (gen.CreateOfficerLinkResponseObject, error) {
	by, err := mustOfficer(ctx)
	if err != nil {
		return nil, err
	}
	o, link, err := h.officers.NewLink(ctx, by.ID, r.Officer)
	if err != nil {
		return nil, err
	}
	return gen.CreateOfficerLink201JSONResponse(h.invite(o, link)), nil
}

// AcceptInvitation spends a link and signs its officer in.
func (h Accounts) AcceptInvitation(ctx context.Context, r gen.AcceptInvitationRequestObject) (gen.AcceptInvitationResponseObject, error) {
	s, err := h.officers.Accept(ctx, r.Body.Token, r.Body.Password)
	if err != nil {
		return nil, err
	}
	cookie := h.cookie(s.Token, h.officers.SessionLife())
	return gen.AcceptInvitation200JSONResponse{Body: officerOf(s.Officer), Headers: gen.AcceptInvitation200ResponseHeaders{SetCookie: &cookie}}, nil
}

// invite puts a link's token behind a #, so that it stays out of access logs.
func (h Accounts) invite(o account.Officer, link account.Link) gen.OfficerInvite {
	return gen.OfficerInvite{Officer: officerOf(o), Url: h.base + invitationPage + url.QueryEscape(link.Token), ExpiresAt: link.ExpiresAt}
}

func (h Accounts) cookie(token string, life time.Duration) string {
	//nolint:gosec // G124: Secure follows the configured address; a first try at home has no TLS
	cookie := http.Cookie{Name: sessionCookie, Value: token, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode}
	return cookie.String()
}

func officerOf(o account.Officer) gen.Officer {
	roles := make([]gen.Role, len(o.Roles))
	for i, r := range o.Roles {
		roles[i] = gen.Role(r)
	}
	out := gen.Officer{Id: o.ID, Login: o.Login, Name: o.Name, Roles: roles, Locked: o.Locked, Invited: o.Invited}
	if o.SeenAt != 0 {
		out.LastSeenAt = &o.SeenAt
	}
	return out
}

func rolesOf(in []gen.Role) []account.Role {
	out := make([]account.Role, len(in))
	for i, r := range in {
		out[i] = account.Role(r)
	}
	return out
}

// mustOfficer gives who asks. The router lets nobody in without a session.
func mustOfficer(ctx context.Context) (account.Officer, error) {
	o, ok := account.OfficerFrom(ctx)
	if !ok {
		return account.Officer{}, account.ErrSession
	}
	return o, nil
}

func addressOf(ctx context.Context) (string, error) {
	c, ok := ctx.(*gin.Context)
	if !ok {
		return "", errors.New("admin: called without a gin context")
	}
	return c.ClientIP(), nil
}
