package wechatsim

import (
	"encoding/base64"
	"time"
)

const (
	scopeBase     = "snsapi_base"
	scopeUserInfo = "snsapi_userinfo"
	userTokenLife = 2 * time.Hour
)

// exchange turns a code of the consent page into an openid, once.
func (w *world) exchange(req *request) reply {
	if req.params["grant_type"] != grantOfCode {
		return refuse(40002)
	}
	a, code := w.authenticate(req, Official)
	if code != 0 {
		return refuse(code)
	}
	if req.params["code"] == "" {
		return refuse(41008)
	}
	l, code := w.codes.take(req.params["code"], req.now, func(l login) bool { return l.appID == a.AppID })
	if code != 0 {
		return refuse(code)
	}
	user := userToken{login: l, openID: w.openID(l), ends: req.now.Add(userTokenLife)}
	value := secret("", 100)
	w.forgetUsers(req.now)
	w.users[value] = user
	fields := map[string]any{
		"access_token": value, "expires_in": int(userTokenLife / time.Second), "refresh_token": secret("", 100),
		"openid": user.openID, "scope": l.scope,
	}
	if l.snapshot {
		fields["is_snapshotuser"] = 1
	} else {
		fields["unionid"] = w.people.byID[l.personID].UnionID
	}
	return ok(fields)
}

// maxUserTokens bounds what a load test leaves behind.
const maxUserTokens = 200000

func (w *world) forgetUsers(now time.Time) {
	if len(w.users) < maxUserTokens {
		return
	}
	for value, u := range w.users {
		if !now.Before(u.ends) || len(w.users) >= maxUserTokens {
			delete(w.users, value)
		}
	}
}

// userInfo tells nickname and portrait to whoever was given the wider scope.
// Gender and region are empty since 2021-10-20.
func (w *world) userInfo(req *request) reply {
	user, found := w.users[req.params["access_token"]]
	switch {
	case req.params["access_token"] == "":
		return refuse(41001)
	case !found:
		return refuse(40001)
	case !req.now.Before(user.ends):
		return refuse(42001)
	case req.params["openid"] == "":
		return refuse(41009)
	case req.params["openid"] != user.openID:
		return refuse(40003)
	case user.scope != scopeUserInfo:
		return refuse(48001)
	}
	fields := map[string]any{
		"openid": user.openID, "nickname": "微信用户", "sex": 0, "language": "", "city": "", "province": "",
		"country": "", "headimgurl": "", "privilege": []string{},
	}
	if !user.snapshot {
		p := w.people.byID[user.personID]
		fields["nickname"], fields["unionid"] = p.Nickname, p.UnionID
	} else {
		fields["is_snapshotuser"] = 1
	}
	return ok(fields)
}

// codeToSession turns a code of wx.login into an openid and a session key, once.
func (w *world) codeToSession(req *request) reply {
	if req.params["grant_type"] != grantOfCode {
		return refuse(40002)
	}
	a, code := w.authenticate(req, Mini)
	if code != 0 {
		return refuse(code)
	}
	if req.params["js_code"] == "" {
		return refuse(41008)
	}
	l, code := w.jsCodes.take(req.params["js_code"], req.now, func(l login) bool { return l.appID == a.AppID })
	if code == errCodeExpired {
		code = errCodeUnknown // this interface has no code of its own for it
	}
	if code != 0 {
		return refuse(code)
	}
	return ok(map[string]any{
		"openid": w.openID(l), "unionid": w.people.byID[l.personID].UnionID,
		"session_key": base64.StdEncoding.EncodeToString([]byte(secret("", 16))),
	})
}
