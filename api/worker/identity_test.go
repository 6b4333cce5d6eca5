package worker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"nianwei/api/gen"
	"nianwei/api/problem"
	"nianwei/api/worker"
	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/account"
	"nianwei/service/roster"
	"nianwei/service/wechat"
	"nianwei/service/wechat/wechatsim"
)

const (
	appID  = "wxofficial00000001"
	miniID = "wxmini000000000001"
	secret = "secretsecretsecretsecretsecret01"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rest is every operation that these tests do not call.
type rest struct{ gen.StrictServerInterface }

type handlers struct {
	rest
	worker.Identity
}

// phone is one worker's browser at a server with a simulated WeChat.
type phone struct {
	testing.TB
	sim     *wechatsim.Sim
	clock   *clock.Machine
	chen    wechatsim.Person
	handler http.Handler
	jar     map[string]string
}

func each(t *testing.T, test func(t *testing.T, p *phone)) {
	t.Helper()
	machine := clock.NewMachine(clock.System{})
	storetest.EachClock(t, machine, func(t *testing.T, s *store.Store) {
		machine.Set(time.Date(2021, 2, 11, 12, 0, 0, 0, time.UTC), true)
		sim, err := wechatsim.Start(wechatsim.Options{Clock: machine, Seed: "test", RedirectHosts: []string{"union.example"},
			Apps: []wechatsim.App{{AppID: appID, Secret: secret, Kind: wechatsim.Official, Name: "年味"}, {AppID: miniID, Secret: secret, Kind: wechatsim.Mini}}})
		must(t, err)
		t.Cleanup(func() {
			if err := sim.Close(); err != nil {
				t.Error(err)
			}
		})
		client, err := wechat.New(wechat.Config{AppID: appID, AppSecret: secret, MiniAppID: miniID, MiniAppSecret: secret, Clock: machine}, wechat.NewCache(machine, nil, nil), sim.Client(5*time.Second))
		must(t, err)
		keys, err := seal.New(bytes.Repeat([]byte{1}, seal.KeySize), bytes.Repeat([]byte{2}, seal.KeySize))
		must(t, err)
		r := roster.New(s, keys, roster.Limits{})
		_, err = r.Import(context.Background(), 1, []byte("姓名,手机号,工会\n陈建国,13812345678,市/甲工会\n"), roster.ImportOptions{})
		must(t, err)
		workers := account.NewWorkers(s, r, account.WorkerConfig{})
		h := worker.NewIdentity(worker.IdentityConfig{Workers: workers, WeChat: client, Store: s, Keys: keys, Clock: machine, Log: slog.New(slog.DiscardHandler), BaseURL: "https://union.example/"})
		test(t, &phone{TB: t, sim: sim, clock: machine, chen: sim.AddPeople(wechatsim.Person{Nickname: "陈建国"})[0], handler: serve(h, workers), jar: map[string]string{}})
	})
}

func serve(h worker.Identity, workers *account.Workers) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	problems := problem.Writer{Log: slog.New(slog.DiscardHandler)}
	r := gin.New()
	r.ContextWithFallback = true
	strict := gen.NewStrictHandlerWithOptions(handlers{Identity: h}, nil, gen.StrictGinServerOptions{
		RequestErrorHandlerFunc: problems.Write, HandlerErrorFunc: problems.Write, ResponseErrorHandlerFunc: problems.Write,
	})
	w := &gen.ServerInterfaceWrapper{Handler: strict, ErrorHandler: func(c *gin.Context, err error, _ int) { problems.Write(c, err) }}
	r.GET("/auth/wechat", w.StartWechatSignIn)
	r.GET("/auth/wechat/callback", w.FinishWechatSignIn)
	r.POST("/api/worker/session", w.SignInMiniProgram)
	in := r.Group("", func(c *gin.Context) {
		token, _ := c.Cookie("nianwei_worker")
		who, err := workers.Worker(c.Request.Context(), token)
		if err != nil {
			problems.Write(c, err)
			c.Abort()
			return
		}
		c.Request = c.Request.WithContext(account.WithWorker(c.Request.Context(), who))
	})
	in.DELETE("/api/worker/session", w.SignOutWorker)
	in.GET("/api/worker/me", w.GetMe)
	in.POST("/api/worker/binding", w.BindWorker)
	return r
}

// ask makes a request with the browser's cookies and keeps those of the answer.
func (p *phone) ask(method, target, body string) *http.Response {
	p.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for name, value := range p.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	p.handler.ServeHTTP(rec, r)
	res := rec.Result()
	for _, c := range res.Cookies() {
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode {
			p.Errorf("cookie %v is open to scripts, plain HTTP or other sites", c)
		}
		if p.jar[c.Name] = c.Value; c.MaxAge < 0 {
			delete(p.jar, c.Name)
		}
	}
	return res
}

func (p *phone) want(res *http.Response, status int, location string) {
	p.Helper()
	body, err := io.ReadAll(res.Body)
	must(p, err)
	if res.StatusCode != status || res.Header.Get("Location") != location {
		p.Fatalf("got %d to %q, want %d to %q: %s", res.StatusCode, res.Header.Get("Location"), status, location, body)
	}
}

// leave begins a sign-in and gives the state that WeChat would send back.
func (p *phone) leave(next string) (state string) {
	p.Helper()
	return p.stateOf(p.ask("GET", "/auth/wechat?next="+url.QueryEscape(next), ""))
}

func (p *phone) stateOf(res *http.Response) string {
	p.Helper()
	to, err := url.Parse(res.Header.Get("Location"))
	must(p, err)
	q := to.Query()
	if res.StatusCode != 302 || to.Host != "open.weixin.qq.com" || q.Get("redirect_uri") != "https://union.example/auth/wechat/callback" || q.Get("scope") != "snsapi_base" {
		p.Fatalf("got %d to %s, want WeChat's page", res.StatusCode, to)
	}
	return q.Get("state")
}

func (p *phone) code(snapshot bool) string {
	p.Helper()
	code, err := p.sim.OAuthCode(appID, p.chen.OpenIDs[appID], snapshot)
	must(p, err)
	return code
}

func (p *phone) back(code, state string) *http.Response {
	p.Helper()
	return p.ask("GET", "/auth/wechat/callback?code="+code+"&state="+state, "")
}

func (p *phone) signIn() {
	p.Helper()
	p.want(p.back(p.code(false), p.leave("/h5/#/pages/today/today")), 302, "/h5/#/pages/today/today")
}

const why = "/h5/#/pages/enter/enter?reason="

func TestSignIn_ReturnsToThePageThatWasAskedFor(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		p.signIn()
		if len(p.jar["nianwei_worker"]) != 43 {
			t.Errorf("session cookie %q", p.jar["nianwei_worker"])
		}
		p.want(p.ask("GET", "/api/worker/me", ""), 200, "")
	})
}

func TestSignIn_NeverLeadsElsewhere(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		for _, next := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "/auth/wechat", ""} {
			p.want(p.back(p.code(false), p.leave(next)), 302, "/h5/")
		}
	})
}

func TestSignIn_ALoadedAgainCallbackLandsOnThePage(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		state, code := p.leave("/h5/#/a"), p.code(false)
		p.want(p.back(code, state), 302, "/h5/#/a")
		p.want(p.back(code, state), 302, "/h5/#/a")
		delete(p.jar, "nianwei_worker")
		p.stateOf(p.back(code, state))
	})
}

func TestSignIn_AUsedCodeStartsOverOnce(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		used := p.code(false)
		p.want(p.back(used, p.leave("/h5/#/a")), 302, "/h5/#/a")
		delete(p.jar, "nianwei_worker")
		again := p.stateOf(p.back(used, p.leave("/h5/#/b")))
		if p.jar["nianwei_worker"] != "" {
			t.Error("a used code began a session")
		}
		p.want(p.back(used, again), 302, why+"wechat.code_invalid")
		again = p.stateOf(p.back(used, p.leave("/h5/#/b")))
		p.want(p.back(p.code(false), again), 302, "/h5/#/b")
	})
}

// WeChat spent the code and its answer was lost; the worker loads the page again.
func TestSignIn_ALostAnswerIsMadeUpFor(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		must(t, p.sim.Inject(wechatsim.Fault{Path: "/sns/oauth2/access_token", Kind: wechatsim.Drop, Times: 1}))
		state, code := p.leave("/h5/#/a"), p.code(false)
		p.want(p.back(code, state), 302, why+"wechat.unavailable")
		p.want(p.back(p.code(false), p.stateOf(p.back(code, state))), 302, "/h5/#/a")
	})
}

func TestSignIn_WhatWentWrongIsToldOnThePage(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		p.want(p.back(p.code(true), p.leave("/h5/")), 302, why+"wechat.snapshot_user")
		p.want(p.back("", p.leave("/h5/")), 302, why+"wechat.declined")
		p.want(p.back(p.code(false), "0123456789abcdef"), 302, why+"wechat.state")
		state := p.leave("/h5/")
		p.clock.Set(p.clock.Now().Add(10*time.Minute), true)
		p.want(p.back(p.code(false), state), 302, why+"wechat.state")
		must(t, p.sim.Inject(wechatsim.Fault{Path: "/sns/oauth2/access_token", Kind: wechatsim.HTML502, Times: 1}))
		p.want(p.back(p.code(false), p.leave("/h5/")), 302, why+"wechat.unavailable")
		if p.jar["nianwei_worker"] != "" {
			t.Error("a failed sign-in began a session")
		}
	})
}

// Somebody sends a worker a link with their own code, so that the worker acts
// under the sender's account.
func TestSignIn_AForeignAnswerIsRefused(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		state := p.leave("/h5/")
		delete(p.jar, "nianwei_oauth")
		p.want(p.back(p.code(false), state), 302, why+"wechat.state")
		p.leave("/h5/")
		p.want(p.back(p.code(false), state), 302, why+"wechat.state")
		p.jar["nianwei_oauth"] = "e30.AAAA"
		p.want(p.back(p.code(false), ""), 302, why+"wechat.state")
	})
}

func (p *phone) me(res *http.Response) (me gen.Me) {
	p.Helper()
	body, err := io.ReadAll(res.Body)
	must(p, err)
	if res.StatusCode != 200 {
		p.Fatalf("got %d: %s", res.StatusCode, body)
	}
	if bytes.Contains(body, []byte("陈建国")) || bytes.Contains(body, []byte("13812345678")) {
		p.Errorf("the answer tells a whole name or phone: %s", body)
	}
	must(p, json.Unmarshal(body, &me))
	return me
}

func TestBinding_ShowsAMaskedWorker(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		p.signIn()
		if me := p.me(p.ask("GET", "/api/worker/me", "")); me.Bound {
			t.Errorf("bound before binding: %+v", me)
		}
		wrong := p.ask("POST", "/api/worker/binding", `{"name":"陈建","phone":"13812345678"}`)
		if body, _ := io.ReadAll(wrong.Body); wrong.StatusCode != 422 || !bytes.Contains(body, []byte(account.ErrNoMatch.Reason)) {
			t.Errorf("a wrong name: %d %s", wrong.StatusCode, body)
		}
		for _, me := range []gen.Me{
			p.me(p.ask("POST", "/api/worker/binding", `{"name":" 陈 建国","phone":"138 1234 5678"}`)),
			p.me(p.ask("GET", "/api/worker/me", "")),
		} {
			if !me.Bound || *me.Name != "陈*国" || *me.Phone != "138****5678" || *me.UnionName != "甲工会" {
				t.Errorf("got %+v", me)
			}
		}
	})
}

func TestSignOut_EndsTheSessionAndTheCookie(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		p.signIn()
		old := p.jar["nianwei_worker"]
		p.want(p.ask("DELETE", "/api/worker/session", ""), 204, "")
		if _, kept := p.jar["nianwei_worker"]; kept {
			t.Error("the cookie stayed")
		}
		p.jar["nianwei_worker"] = old
		p.want(p.ask("GET", "/api/worker/me", ""), problem.Status(fault.Unauthorized), "")
	})
}

func TestMiniProgram_GetsAToken(t *testing.T) {
	each(t, func(t *testing.T, p *phone) {
		code, err := p.sim.JSCode(miniID, p.chen.OpenIDs[miniID])
		must(t, err)
		res := p.ask("POST", "/api/worker/session", `{"code":"`+code+`"}`)
		var got struct {
			Token     string
			ExpiresAt int64
		}
		must(t, json.NewDecoder(res.Body).Decode(&got))
		if res.StatusCode != 200 || len(got.Token) != 43 || got.ExpiresAt != p.clock.Now().Add(30*24*time.Hour).UnixMilli() || len(res.Cookies()) != 0 {
			t.Errorf("got %d %+v", res.StatusCode, got)
		}
		p.want(p.ask("POST", "/api/worker/session", `{"code":"`+code+`"}`), 401, "")
	})
}
