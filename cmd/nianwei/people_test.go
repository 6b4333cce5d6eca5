package main

import (
	"context"
	"testing"

	"nianwei/service/account"
	"nianwei/service/wechat"
)

// aWorker gives the session token of a WeChat account that is not bound.
func (s *server) aWorker(t testing.TB) string {
	t.Helper()
	token, _, err := s.workers.SignIn(context.Background(), wechat.Identity{AppID: "wxservice", OpenID: "openid-" + randomID()})
	ok(t, err)
	return token
}

const password = "a long enough passphrase"

// anOfficer gives the session token of an officer with a role.
func (s *server) anOfficer(t testing.TB, role account.Role) string {
	t.Helper()
	ctx := context.Background()
	token, err := s.officers.SetupToken(ctx)
	ok(t, err)
	if token != "" {
		_, err = s.officers.SetUp(ctx, token, "root", "管理员", password)
		ok(t, err)
	}
	all, err := s.officers.List(ctx)
	ok(t, err)
	_, link, err := s.officers.Create(ctx, all[0].ID, "o-"+string(role), string(role), []account.Role{role})
	ok(t, err)
	session, err := s.officers.Accept(ctx, link.Token, password)
	ok(t, err)
	return session.Token
}
