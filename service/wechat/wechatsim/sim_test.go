package wechatsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/service/wechat/wechatsim"
)

const (
	officialID     = "wxofficial"
	officialSecret = "official-secret"
	miniID         = "wxmini"
	miniSecret     = "mini-secret"
)

var eve = time.Date(2021, 2, 11, 12, 0, 0, 0, time.UTC)

type world struct {
	*testing.T
	*wechatsim.Sim
	clock *clock.Machine
	http  *http.Client
	chen  wechatsim.Person
}

func start(t testing.TB) *wechatsim.Sim {
	t.Helper()
	machine := clock.NewMachine(clock.System{})
	machine.Set(eve, true)
	return startAt(t, machine)
}

func startAt(t testing.TB, machine *clock.Machine) *wechatsim.Sim {
	t.Helper()
	sim, err := wechatsim.Start(wechatsim.Options{
		Clock: machine, Seed: "test", RedirectHosts: []string{"union.example", "127.0.0.1:8080"},
		Apps: []wechatsim.App{
			{AppID: officialID, Secret: officialSecret, Kind: wechatsim.Official, Name: "年味"},
			{AppID: miniID, Secret: miniSecret, Kind: wechatsim.Mini},
		},
		People: []wechatsim.Person{{Nickname: "陈建国"}, {ID: "li", Nickname: "李秀英"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	return sim
}

func open(t *testing.T) *world {
	machine := clock.NewMachine(clock.System{})
	machine.Set(eve, true)
	sim := startAt(t, machine)
	browser := sim.Client(5 * time.Second)
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &world{T: t, Sim: sim, clock: machine, http: browser, chen: sim.AddPeople(wechatsim.Person{Nickname: "陈建国"})[0]}
}

func (w *world) later(d time.Duration) { w.clock.Set(w.clock.Now().Add(d), true) }

type fields map[string]any

func (f fields) text(name string) string { s, _ := f[name].(string); return s }
func (f fields) number(name string) int  { n, _ := f[name].(float64); return int(n) }

func (w *world) decode(resp *http.Response, err error) fields {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		w.Fatal(err)
	}
	var f fields
	if err := json.Unmarshal(body, &f); err != nil {
		w.Fatalf("%v in %q", err, body)
	}
	return f
}

func (w *world) get(path string, pairs ...string) fields {
	w.Helper()
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return w.decode(w.http.Get("https://api.weixin.qq.com" + path + "?" + q.Encode()))
}

func (w *world) stable(body string) fields {
	w.Helper()
	return w.decode(w.http.Post("https://api.weixin.qq.com/cgi-bin/stable_token", "application/json", strings.NewReader(body)))
}

const stableBody = `{"grant_type":"client_credential","appid":"wxofficial","secret":"official-secret"}`

func (w *world) classic() fields {
	w.Helper()
	return w.get("/cgi-bin/token", "grant_type", "client_credential", "appid", officialID, "secret", officialSecret)
}

func (w *world) errcode(got fields, want int) {
	w.Helper()
	if got.number("errcode") != want {
		w.Errorf("answer %v, want errcode %d", got, want)
	}
	if want != 0 && !strings.Contains(got.text("errmsg"), " rid: ") {
		w.Errorf("errmsg %q has no rid", got.text("errmsg"))
	}
}

func (w *world) accepts(token string, want int) {
	w.Helper()
	w.errcode(w.get("/cgi-bin/ticket/getticket", "access_token", token, "type", "jsapi"), want)
}

func TestInterfaces_RefuseAsWeChatDoes(t *testing.T) {
	w := open(t)
	const exchange, session = "/sns/oauth2/access_token", "/sns/jscode2session"
	const grant = "authorization_code"
	rules := []struct {
		path  string
		pairs []string
		want  int
	}{
		{"/cgi-bin/token", []string{"appid", officialID, "secret", officialSecret}, 40002},
		{"/cgi-bin/token", []string{"grant_type", "client_credential"}, 41002},
		{"/cgi-bin/token", []string{"grant_type", "client_credential", "appid", "wxnobody", "secret", "x"}, 40013},
		{"/cgi-bin/token", []string{"grant_type", "client_credential", "appid", officialID}, 41004},
		{"/cgi-bin/token", []string{"grant_type", "client_credential", "appid", officialID, "secret", miniSecret}, 40125},
		{"/cgi-bin/stable_token", nil, 43002},
		{"/cgi-bin/ticket/getticket", []string{"type", "jsapi"}, 41001},
		{"/cgi-bin/ticket/getticket", []string{"type", "jsapi", "access_token", "short"}, 40014},
		{"/cgi-bin/ticket/getticket", []string{"type", "jsapi", "access_token", strings.Repeat("x", 136)}, 40001},
		{"/cgi-bin/media/get", []string{"media_id", "x"}, 41001},
		{exchange, []string{"appid", officialID, "secret", officialSecret, "code", "x"}, 40002},
		{exchange, []string{"appid", officialID, "secret", officialSecret, "grant_type", grant}, 41008},
		{exchange, []string{"appid", officialID, "secret", officialSecret, "grant_type", grant, "code", "x"}, 40029},
		{exchange, []string{"appid", miniID, "secret", miniSecret, "grant_type", grant, "code", "x"}, 40013},
		{session, []string{"appid", miniID, "secret", miniSecret, "grant_type", grant}, 41008},
		{session, []string{"appid", miniID, "secret", miniSecret, "grant_type", grant, "js_code", "x"}, 40029},
		{session, []string{"appid", officialID, "secret", officialSecret, "grant_type", grant, "js_code", "x"}, 40013},
		{"/cgi-bin/nothing", nil, 40066},
	}
	for _, r := range rules {
		w.errcode(w.get(r.path, r.pairs...), r.want)
	}
	w.errcode(w.stable("not JSON"), 47001)
	resp, err := w.http.Post("https://api.weixin.qq.com/cgi-bin/token", "", nil)
	w.errcode(w.decode(resp, err), 43001)
}

func TestClassicToken_EndsTheOneBeforeWithinFiveMinutes(t *testing.T) {
	w := open(t)
	first := w.classic().text("access_token")
	second := w.classic().text("access_token")
	if first == second || first == "" {
		t.Fatalf("%q and then %q", first, second)
	}
	w.accepts(first, 0)
	w.later(5 * time.Minute)
	w.accepts(first, 42001)
	w.accepts(second, 0)
	w.later(2 * time.Hour)
	w.accepts(second, 42001)
}

func TestClassicToken_HasADailyQuota(t *testing.T) {
	w := open(t)
	for range 2000 {
		if got := w.classic(); got.number("errcode") != 0 {
			t.Fatal(got)
		}
	}
	w.errcode(w.classic(), 45009)
	w.later(4 * time.Hour) // midnight in China
	w.errcode(w.classic(), 0)
}

func TestStableToken_IsTheSameForEverybody(t *testing.T) {
	w := open(t)
	first := w.stable(stableBody)
	w.later(114 * time.Minute)
	if again := w.stable(stableBody); again.text("access_token") != first.text("access_token") || again.number("expires_in") != 360 {
		t.Errorf("first %v, then %v", first, again)
	}
	w.later(2 * time.Minute)
	next := w.stable(stableBody)
	if next.text("access_token") == first.text("access_token") {
		t.Error("not renewed five minutes before its end")
	}
	w.accepts(first.text("access_token"), 0)
	w.later(5 * time.Minute)
	w.accepts(first.text("access_token"), 42001)
	w.accepts(next.text("access_token"), 0)
}

func TestStableToken_ForcedRefreshRevokesAndIsRationed(t *testing.T) {
	w := open(t)
	forced := strings.Replace(stableBody, "{", `{"force_refresh":true,`, 1)
	before := w.stable(stableBody).text("access_token")
	after := w.stable(forced).text("access_token")
	w.accepts(before, 40001)
	w.accepts(after, 0)
	if w.stable(forced).text("access_token") != after {
		t.Error("refreshed again within 30 s")
	}
	for range 19 {
		w.later(30 * time.Second)
		w.errcode(w.stable(forced), 0)
	}
	w.later(30 * time.Second)
	w.errcode(w.stable(forced), 45009)
}

func TestStableToken_AndClassicTokenAreApart(t *testing.T) {
	w := open(t)
	stable := w.stable(stableBody).text("access_token")
	w.classic()
	w.classic()
	w.later(10 * time.Minute)
	w.accepts(stable, 0)
}

func (w *world) exchange(code string) fields {
	w.Helper()
	return w.get("/sns/oauth2/access_token", "appid", officialID, "secret", officialSecret, "code", code, "grant_type", "authorization_code")
}

func TestCode_WorksOnceForFiveMinutes(t *testing.T) {
	w := open(t)
	mint := func() string {
		code, err := w.OAuthCode(officialID, w.chen.OpenIDs[officialID], false)
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	code, late, forgotten := mint(), mint(), mint()
	got := w.exchange(code)
	if got.text("openid") != w.chen.OpenIDs[officialID] || got.text("unionid") != w.chen.UnionID || got["is_snapshotuser"] != nil {
		t.Errorf("exchange gave %v", got)
	}
	w.errcode(w.exchange(code), 40163)
	w.later(5 * time.Minute)
	w.errcode(w.exchange(late), 42003)
	w.later(time.Hour)
	mint()
	w.errcode(w.exchange(forgotten), 40029)
}

func TestUserInfo_NeedsTheWiderScope(t *testing.T) {
	w := open(t)
	narrow := w.exchange(w.consent("snsapi_base", url.Values{"answer": {"allow"}, "person": {"陈建国"}}).Query().Get("code"))
	w.errcode(w.userInfo(narrow), 48001)
	wide := w.exchange(w.consent("snsapi_userinfo", url.Values{"answer": {"allow"}, "person": {"陈建国"}}).Query().Get("code"))
	if got := w.userInfo(wide); got.text("nickname") != "陈建国" || got.text("unionid") != w.chen.UnionID {
		t.Error(got)
	}
	wrong := fields{"access_token": wide["access_token"], "openid": "osomebodyelse"}
	w.errcode(w.userInfo(wrong), 40003)
	w.later(2 * time.Hour)
	w.errcode(w.userInfo(wide), 42001)
}

func (w *world) userInfo(grant fields) fields {
	w.Helper()
	return w.get("/sns/userinfo", "access_token", grant.text("access_token"), "openid", grant.text("openid"), "lang", "zh_CN")
}

func TestSnapshot_HasAnotherOpenIDAndNoUnionID(t *testing.T) {
	w := open(t)
	got := w.exchange(w.consent("snsapi_userinfo", url.Values{"answer": {"allow"}, "person": {"陈建国"}, "snapshot": {"1"}}).Query().Get("code"))
	if got.number("is_snapshotuser") != 1 || got.text("openid") == w.chen.OpenIDs[officialID] || got["unionid"] != nil {
		t.Errorf("exchange gave %v", got)
	}
	if got := w.userInfo(got); got.text("nickname") == "陈建国" {
		t.Error("the preview page knows the nickname")
	}
}

func TestOpenIDs_SurviveARestart(t *testing.T) {
	one, two := start(t), start(t)
	a, b := one.AddPeople(wechatsim.Person{Nickname: "赵"})[0], two.AddPeople(wechatsim.Person{Nickname: "赵"})[0]
	if a.OpenIDs[officialID] != b.OpenIDs[officialID] || a.UnionID != b.UnionID || len(a.UnionID) != 28 || a.UnionID[0] != 'o' {
		t.Errorf("%+v and %+v", a, b)
	}
}

func TestCalls_ShowUnknownFieldsAndNoSecrets(t *testing.T) {
	w := open(t)
	w.get("/cgi-bin/token", "grant_type", "client_credential", "appid", officialID, "secret", officialSecret, "extra", "1", "another", "2")
	calls := w.Calls()
	last := calls[len(calls)-1]
	if strings.Join(last.Unknown, " ") != "another extra" || last.Params["secret"] != "***" || last.At != clock.Millis(eve) {
		t.Errorf("%+v", last)
	}
	w.ForgetCalls()
	if len(w.Calls()) != 0 || w.Count("/cgi-bin/token") != 0 {
		t.Error("calls remembered")
	}
}

func TestFaults_AreSpentInOrder(t *testing.T) {
	w := open(t)
	for _, f := range []wechatsim.Fault{
		{Path: "/cgi-bin/token", Kind: wechatsim.Errcode, Code: -1, Times: 2},
		{Path: "/cgi-bin/token", Kind: wechatsim.Errcode, Code: 45009, Times: 1},
	} {
		if err := w.Inject(f); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{-1, -1, 45009, 0} {
		w.errcode(w.classic(), want)
	}
	for _, f := range []wechatsim.Fault{
		{Path: "/cgi-bin/token", Kind: "odd", Times: 1},
		{Path: "/cgi-bin/odd", Kind: wechatsim.Drop, Times: 1},
		{Path: "/cgi-bin/token", Kind: wechatsim.Drop},
		{Path: "/cgi-bin/token", Kind: wechatsim.Errcode, Times: 1},
	} {
		if err := w.Inject(f); err == nil {
			t.Errorf("armed %+v", f)
		}
	}
}

func TestFaults_LoseTheAnswerAfterTheDeed(t *testing.T) {
	w := open(t)
	code, err := w.OAuthCode(officialID, w.chen.OpenIDs[officialID], false)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Inject(wechatsim.Fault{Path: "/sns/oauth2/access_token", Kind: wechatsim.Truncate, Times: 1}); err != nil {
		t.Fatal(err)
	}
	resp, err := w.http.Get("https://api.weixin.qq.com/sns/oauth2/access_token?grant_type=authorization_code&appid=wxofficial&secret=official-secret&code=" + code)
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
	}
	if err == nil {
		t.Error("the answer came whole")
	}
	w.errcode(w.exchange(code), 40163)
}

func TestStart_RefusesAWorldWithoutSense(t *testing.T) {
	for name, o := range map[string]wechatsim.Options{
		"no clock":        {Apps: []wechatsim.App{{AppID: "a", Secret: "b", Kind: wechatsim.Mini}}},
		"no application":  {Clock: clock.System{}},
		"no kind":         {Clock: clock.System{}, Apps: []wechatsim.App{{AppID: "a", Secret: "b"}}},
		"no such address": {Clock: clock.System{}, Apps: []wechatsim.App{{AppID: "a", Secret: "b", Kind: wechatsim.Mini}}, Addr: "256.0.0.1:1"},
	} {
		if sim, err := wechatsim.Start(o); err == nil {
			t.Errorf("%s: started", name)
			_ = sim.Close()
		}
	}
}

func TestHosts_OthersAreNotServed(t *testing.T) {
	w := open(t)
	resp, err := w.http.Get("https://mp.weixin.qq.com/cgi-bin/token")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Error(resp.Status)
	}
	if _, err := w.http.Get("https://example.com/"); err == nil {
		t.Error("a certificate for a host that is not WeChat's")
	}
}
