package wechat_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/service/wechat"
	"nianwei/service/wechat/wechatsim"
)

const (
	appID      = "wxofficial00000001"
	appSecret  = "officialsecretofficialsecret0001"
	miniID     = "wxmini000000000001"
	miniSecret = "minisecretminisecretminisecret01"

	tokenPath  = "/cgi-bin/stable_token"
	ticketPath = "/cgi-bin/ticket/getticket"
	mediaPath  = "/cgi-bin/media/get"
	oauthPath  = "/sns/oauth2/access_token"
	jsPath     = "/sns/jscode2session"
)

// eve is New Year's Eve at eight, in Shanghai.
var eve = time.Date(2021, 2, 11, 12, 0, 0, 0, time.UTC)

// world is a client with its own simulated WeChat.
type world struct {
	*testing.T
	sim    *wechatsim.Sim
	clock  *clock.Machine
	client *wechat.Client
	chen   wechatsim.Person
}

func start(t *testing.T) *world {
	t.Helper()
	return startWith(t, 5*time.Second, nil, func(*wechat.Config) {})
}

func startWith(t *testing.T, timeout time.Duration, store wechat.Store, change func(*wechat.Config)) *world {
	t.Helper()
	machine := clock.NewMachine(clock.System{})
	machine.Set(eve, true)
	sim, err := wechatsim.Start(wechatsim.Options{
		Clock: machine, Seed: "test", RedirectHosts: []string{"union.example"},
		Apps: []wechatsim.App{
			{AppID: appID, Secret: appSecret, Kind: wechatsim.Official, Name: "年味"},
			{AppID: miniID, Secret: miniSecret, Kind: wechatsim.Mini},
		},
		People: []wechatsim.Person{{Nickname: "陈建国"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := wechat.Config{
		AppID: appID, AppSecret: appSecret, MiniAppID: miniID, MiniAppSecret: miniSecret,
		MaxMediaBytes: 1000, Clock: machine,
	}
	change(&cfg)
	client, err := wechat.New(cfg, wechat.NewCache(machine, store, nil), sim.Client(timeout))
	if err != nil {
		t.Fatal(err)
	}
	return &world{T: t, sim: sim, clock: machine, client: client, chen: sim.AddPeople(wechatsim.Person{Nickname: "陈建国"})[0]}
}

func (w *world) later(d time.Duration) { w.clock.Set(w.clock.Now().Add(d), true) }

func (w *world) code(snapshot bool) string {
	w.Helper()
	code, err := w.sim.OAuthCode(appID, w.chen.OpenIDs[appID], snapshot)
	if err != nil {
		w.Fatal(err)
	}
	return code
}

func (w *world) jsCode() string {
	w.Helper()
	code, err := w.sim.JSCode(miniID, w.chen.OpenIDs[miniID])
	if err != nil {
		w.Fatal(err)
	}
	return code
}

func (w *world) media(contentType string, body string) string {
	w.Helper()
	id, err := w.sim.AddMedia(appID, contentType, []byte(body))
	if err != nil {
		w.Fatal(err)
	}
	return id
}

func (w *world) inject(path string, kind wechatsim.FaultKind, code, times int) {
	w.Helper()
	if err := w.sim.Inject(wechatsim.Fault{Path: path, Kind: kind, Code: code, Times: times}); err != nil {
		w.Fatal(err)
	}
}

// wants checks an error against a fault, and that nothing secret is in its text.
func (w *world) wants(err error, want *fault.Fault) {
	w.Helper()
	if want == nil {
		if err != nil {
			w.Fatalf("error: %v", err)
		}
		return
	}
	if !errors.Is(err, want) {
		w.Errorf("error %v, want %v", err, want)
	}
	w.clean(err)
}

func (w *world) clean(err error) {
	w.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, secret := range []string{appSecret, miniSecret, "secret=", "access_token=", "code=0", "api.weixin.qq.com/"} {
			if strings.Contains(e.Error(), secret) {
				w.Errorf("%q is part of an error: %v", secret, e)
			}
		}
	}
}

func TestExchange_GivesTheIdentityOnce(t *testing.T) {
	w := start(t)
	code := w.code(false)
	got, err := w.client.Exchange(t.Context(), code)
	w.wants(err, nil)
	if want := (wechat.Identity{AppID: appID, OpenID: w.chen.OpenIDs[appID], UnionID: w.chen.UnionID}); got != want {
		t.Errorf("identity %+v, want %+v", got, want)
	}
	_, err = w.client.Exchange(t.Context(), code) // the worker reloads the callback page
	w.wants(err, wechat.ErrCodeInvalid)
	var refusal *wechat.CodeError
	if !errors.As(err, &refusal) || refusal.Code != 40163 || !strings.Contains(refusal.Message, "rid: ") {
		t.Errorf("cause %+v, want 40163 with its rid", refusal)
	}
}

func TestExchange_OneOfManyWinsTheCode(t *testing.T) {
	w := start(t)
	code := w.code(false)
	errs := make(chan error, 16)
	gate := make(chan struct{})
	for range 16 {
		go func() {
			<-gate
			_, err := w.client.Exchange(t.Context(), code)
			errs <- err
		}()
	}
	close(gate)
	won := 0
	for range 16 {
		if err := <-errs; err == nil {
			won++
		} else {
			w.wants(err, wechat.ErrCodeInvalid)
		}
	}
	if won != 1 {
		t.Errorf("%d exchanges of one code succeeded", won)
	}
}

func TestExchange_SnapshotUsersAreNobody(t *testing.T) {
	w := start(t)
	got, err := w.client.Exchange(t.Context(), w.code(true))
	w.wants(err, wechat.ErrSnapshotUser)
	if fault.Of(err) != fault.Forbidden || !got.Snapshot || got.OpenID != "" || got.UnionID != "" {
		t.Errorf("a snapshot user came through as %+v", got)
	}
}

func TestExchange_RefusesCodesThatCannotBe(t *testing.T) {
	w := start(t)
	expired := w.code(false)
	w.later(5 * time.Minute)
	for name, code := range map[string]string{
		"expired": expired, "invented": "0invented", "empty": "", "endless": strings.Repeat("0", 5000),
		"of the other application": w.jsCode(), "with control characters": "0\r\n\x00", "not ASCII": "年味",
	} {
		_, err := w.client.Exchange(t.Context(), code)
		if !errors.Is(err, wechat.ErrCodeInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		w.clean(err)
	}
}

// A code is typed by whoever opens the callback; it must not become parameters.
func TestExchange_CodesCannotAddParameters(t *testing.T) {
	w := start(t)
	_, err := w.client.Exchange(t.Context(), "x&appid="+miniID+"&secret=y#z")
	w.wants(err, wechat.ErrCodeInvalid)
	calls := w.sim.Calls()
	if got := calls[len(calls)-1].Params; got["appid"] != appID || got["code"] != "x&appid="+miniID+"&secret=y#z" || got["grant_type"] == "" {
		t.Errorf("WeChat was sent %v", got)
	}
}

// One table for both logins: WeChat's refusals and failures, and what they mean here.
func TestLogins_MapEveryAnswer(t *testing.T) {
	rules := []struct {
		kind wechatsim.FaultKind
		code int
		want *fault.Fault
	}{
		{wechatsim.Errcode, -1, wechat.ErrUnavailable},
		{wechatsim.Errcode, 40029, wechat.ErrCodeInvalid},
		{wechatsim.Errcode, 40163, wechat.ErrCodeInvalid},
		{wechatsim.Errcode, 42003, wechat.ErrCodeInvalid},
		{wechatsim.Errcode, 40226, wechat.ErrUserBlocked},
		{wechatsim.Errcode, 45009, wechat.ErrQuota},
		{wechatsim.Errcode, 45011, wechat.ErrQuota},
		{wechatsim.Errcode, 40013, wechat.ErrMisconfigured},
		{wechatsim.Errcode, 40125, wechat.ErrMisconfigured},
		{wechatsim.Errcode, 40164, wechat.ErrMisconfigured},
		{wechatsim.Errcode, 48001, wechat.ErrMisconfigured},
		{wechatsim.Errcode, 99999, wechat.ErrUnexpected},
		{wechatsim.HTML502, 0, wechat.ErrUnavailable},
		{wechatsim.HTML200, 0, wechat.ErrUnavailable},
		{wechatsim.Drop, 0, wechat.ErrUnavailable},
		{wechatsim.Truncate, 0, wechat.ErrUnavailable},
	}
	for _, r := range rules {
		w := start(t) // a connection of its own: net/http repeats a GET on one that was used before
		w.inject(oauthPath, r.kind, r.code, 1)
		code := w.code(false)
		_, err := w.client.Exchange(t.Context(), code)
		w.wants(err, r.want)
		if done := r.kind == wechatsim.Drop || r.kind == wechatsim.Truncate; done {
			_, err = w.client.Exchange(t.Context(), code) // it was used, though nobody heard
			w.wants(err, wechat.ErrCodeInvalid)
		}

		w = start(t)
		w.inject(jsPath, r.kind, r.code, 1)
		_, _, err = w.client.Code2Session(t.Context(), w.jsCode())
		w.wants(err, r.want)
	}
}

func TestUnavailable_SaysWhenToTryAgain(t *testing.T) {
	w := start(t)
	w.inject(oauthPath, wechatsim.Errcode, -1, 1)
	_, err := w.client.Exchange(t.Context(), w.code(false))
	var f *fault.Fault
	if !errors.As(err, &f) || f.RetryAfter <= 0 {
		t.Errorf("error %+v has no time to try again", f)
	}
}

func TestExchange_DoesNotWaitForever(t *testing.T) {
	w := startWith(t, 100*time.Millisecond, nil, func(*wechat.Config) {})
	w.inject(oauthPath, wechatsim.Hang, 0, 1)
	_, err := w.client.Exchange(t.Context(), w.code(false))
	w.wants(err, wechat.ErrUnavailable)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v hides that time ran out", err)
	}
}

func TestExchange_EndsWithTheCaller(t *testing.T) {
	w := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.client.Exchange(ctx, w.code(false))
	w.wants(err, wechat.ErrUnavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v hides that the caller went away", err)
	}
}

func TestExchange_WrongSecretIsOurMistakeAndStaysSecret(t *testing.T) {
	const wrong = "wrongsecretwrongsecret"
	w := startWith(t, time.Second, nil, func(cfg *wechat.Config) { cfg.AppSecret = wrong })
	_, err := w.client.Exchange(t.Context(), w.code(false))
	w.wants(err, wechat.ErrMisconfigured)
	_, err = w.client.JSConfig(t.Context(), "https://union.example/")
	w.wants(err, wechat.ErrMisconfigured)
	if strings.Contains(err.Error(), wrong) {
		t.Errorf("the secret is part of %v", err)
	}
}

func TestErrors_HoldNoSecretWhenNobodyAnswers(t *testing.T) {
	w := start(t)
	dead := w.sim.Client(time.Second)
	client, err := wechat.New(wechat.Config{AppID: appID, AppSecret: appSecret, MiniAppID: miniID, MiniAppSecret: miniSecret, Clock: w.clock},
		wechat.NewCache(w.clock, nil, nil), dead)
	w.wants(err, nil)
	if err := w.sim.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = client.Exchange(t.Context(), "0code")
	w.wants(err, wechat.ErrUnavailable)
	_, _, err = client.Code2Session(t.Context(), "0code")
	w.wants(err, wechat.ErrUnavailable)
	_, err = client.JSConfig(t.Context(), "https://union.example/")
	w.wants(err, wechat.ErrUnavailable)
	_, _, err = client.Media(t.Context(), "media")
	w.wants(err, wechat.ErrUnavailable)
}

func TestCode2Session_GivesTheSamePersonAnotherOpenID(t *testing.T) {
	w := start(t)
	code := w.jsCode()
	got, key, err := w.client.Code2Session(t.Context(), code)
	w.wants(err, nil)
	if want := (wechat.Identity{AppID: miniID, OpenID: w.chen.OpenIDs[miniID], UnionID: w.chen.UnionID}); got != want || len(key) != 24 {
		t.Errorf("identity %+v with a key of %d characters, want %+v", got, len(key), want)
	}
	if w.chen.OpenIDs[miniID] == w.chen.OpenIDs[appID] {
		t.Error("one openid in two applications")
	}
	_, _, err = w.client.Code2Session(t.Context(), code)
	w.wants(err, wechat.ErrCodeInvalid)
	late := w.jsCode()
	w.later(5 * time.Minute)
	_, _, err = w.client.Code2Session(t.Context(), late)
	w.wants(err, wechat.ErrCodeInvalid)
}

func TestCode2Session_NeedsAMiniProgram(t *testing.T) {
	w := startWith(t, time.Second, nil, func(cfg *wechat.Config) { cfg.MiniAppID, cfg.MiniAppSecret = "", "" })
	_, _, err := w.client.Code2Session(t.Context(), "0code")
	w.wants(err, wechat.ErrMiniOff)
}

func TestJSConfig_SatisfiesWeChatsBrowser(t *testing.T) {
	w := start(t)
	const page = "https://union.example/h5/?season=1&x=%E5%B9%B4#/round/7"
	got, err := w.client.JSConfig(t.Context(), page)
	w.wants(err, nil)
	check := wechatsim.PageConfig{AppID: got.AppID, Timestamp: got.Timestamp, NonceStr: got.NonceStr, Signature: got.Signature, URL: page}
	if verdict := w.sim.CheckPage(check); verdict != "ok" {
		t.Errorf("WeChat's browser says %q", verdict)
	}
	check.URL = "https://union.example/other"
	if verdict := w.sim.CheckPage(check); verdict != "invalid signature" {
		t.Errorf("a signature of another page is %q", verdict)
	}
	if got.Timestamp != eve.Unix() {
		t.Errorf("signed at %d, not at the clock's %d", got.Timestamp, eve.Unix())
	}
}

func TestJSConfig_FetchesOnceForEverybody(t *testing.T) {
	w := start(t)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 20 {
				if _, err := w.client.JSConfig(context.Background(), "https://union.example/"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if tokens, tickets := w.sim.Count(tokenPath), w.sim.Count(ticketPath); tokens != 1 || tickets != 1 {
		t.Errorf("%d tokens and %d tickets for 320 pages", tokens, tickets)
	}
	w.later(116 * time.Minute)
	_, err := w.client.JSConfig(t.Context(), "https://union.example/")
	w.wants(err, nil)
	if tickets := w.sim.Count(ticketPath); tickets != 2 {
		t.Errorf("%d tickets after two hours", tickets)
	}
}

func TestToken_ReplacedOnceWhenWeChatRefusesIt(t *testing.T) {
	for _, code := range []int{40001, 40014, 42001} {
		w := start(t)
		w.inject(ticketPath, wechatsim.Errcode, code, 1)
		_, err := w.client.JSConfig(t.Context(), "https://union.example/")
		w.wants(err, nil)
		if n := w.sim.Count(ticketPath); n != 2 {
			t.Errorf("%d: %d calls for a ticket, want 2", code, n)
		}

		w.inject(mediaPath, wechatsim.Errcode, code, 2)
		_, _, err = w.client.Media(t.Context(), w.media("audio/amr", "#!AMR\n"))
		w.wants(err, wechat.ErrUnavailable)
		if n := w.sim.Count(mediaPath); n != 2 {
			t.Errorf("%d: %d downloads, want 2 and no more", code, n)
		}
	}
}

func TestToken_RevokedByWeChatIsForgotten(t *testing.T) {
	w := start(t)
	id := w.media("audio/amr", "#!AMR\nvoice")
	w.read(id, "#!AMR\nvoice")
	w.sim.RevokeTokens(appID)
	w.read(id, "#!AMR\nvoice")
	if n := w.sim.Count(tokenPath); n != 2 {
		t.Errorf("%d tokens fetched, want 2", n)
	}
}

// If WeChat refuses a token and hands out the same one again, a refresh is
// forced, and not again within the hour, because WeChat allows 20 a day.
func TestToken_ForcedRefreshesAreRationed(t *testing.T) {
	w := start(t)
	id := w.media("audio/amr", "#!AMR\n")
	for range 5 {
		w.inject(mediaPath, wechatsim.Errcode, 40001, 1)
		w.read(id, "#!AMR\n")
	}
	forced := 0
	for _, c := range w.sim.Calls() {
		if c.Params["force_refresh"] == "true" {
			forced++
		}
	}
	if forced != 1 {
		t.Errorf("%d forced refreshes, want 1", forced)
	}
}

func TestToken_LastGoodOneServesWhileWeChatIsDown(t *testing.T) {
	w := start(t)
	id := w.media("audio/amr", "#!AMR\n")
	w.read(id, "#!AMR\n")
	w.later(117 * time.Minute) // past the cache's life, not past WeChat's
	w.inject(tokenPath, wechatsim.Errcode, -1, 1)
	w.read(id, "#!AMR\n")
	w.later(4 * time.Minute)
	w.inject(tokenPath, wechatsim.Errcode, -1, 1)
	_, _, err := w.client.Media(t.Context(), id)
	w.wants(err, wechat.ErrUnavailable)
}

// A token that WeChat has refused is not "the last good one", even if no other can be had.
func TestToken_RefusedOneIsNeverUsedAgain(t *testing.T) {
	w := start(t)
	id := w.media("audio/amr", "#!AMR\n")
	w.read(id, "#!AMR\n")
	w.sim.RevokeTokens(appID)
	w.inject(tokenPath, wechatsim.Errcode, -1, 3)
	for range 3 {
		_, _, err := w.client.Media(t.Context(), id)
		w.wants(err, wechat.ErrUnavailable)
	}
	if n := w.sim.Count(mediaPath); n != 2 {
		t.Errorf("%d downloads, want one with the good token and one that was refused", n)
	}
	w.read(id, "#!AMR\n")
}

func (w *world) read(id, want string) {
	w.Helper()
	body, kind, err := w.client.Media(w.Context(), id)
	w.wants(err, nil)
	got, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil {
		w.Fatal(err)
	}
	if string(got) != want || kind != "audio/amr" {
		w.Errorf("read %q of type %q", got, kind)
	}
}

func TestMedia_IsKeptThreeDays(t *testing.T) {
	w := start(t)
	id := w.media("audio/amr", "#!AMR\n")
	w.later(72*time.Hour - time.Second)
	w.read(id, "#!AMR\n")
	w.later(time.Second)
	_, _, err := w.client.Media(t.Context(), id)
	w.wants(err, wechat.ErrMediaGone)
	for _, odd := range []string{"", "x&access_token=y", strings.Repeat("m", 300)} {
		_, _, err = w.client.Media(t.Context(), odd)
		w.wants(err, wechat.ErrMediaGone)
	}
}

func TestMedia_IsBounded(t *testing.T) {
	w := start(t)
	w.read(w.media("audio/amr", strings.Repeat("a", 1000)), strings.Repeat("a", 1000))
	_, _, err := w.client.Media(t.Context(), w.media("audio/amr", strings.Repeat("a", 1001)))
	w.wants(err, wechat.ErrMediaTooLarge)
}

func TestMedia_VideosAreNotFiles(t *testing.T) {
	w := start(t)
	_, _, err := w.client.Media(t.Context(), w.media("text/plain", `{"video_url":"http://v.example/x"}`))
	w.wants(err, wechat.ErrMediaKind)
}

func TestMedia_FailuresAreTold(t *testing.T) {
	w := start(t)
	id := w.media("audio/amr", strings.Repeat("a", 600))
	for _, kind := range []wechatsim.FaultKind{wechatsim.HTML502, wechatsim.HTML200} {
		w.inject(mediaPath, kind, 0, 1)
		_, _, err := w.client.Media(t.Context(), id)
		w.wants(err, wechat.ErrUnavailable)
	}
	w.inject(mediaPath, wechatsim.Truncate, 0, 1)
	body, _, err := w.client.Media(t.Context(), id)
	w.wants(err, nil)
	_, err = io.ReadAll(body)
	w.wants(err, wechat.ErrUnavailable)
	if err := body.Close(); err != nil {
		t.Error(err)
	}
}

func TestAuthorizeURL_EscapesAndKeepsWeChatsOrder(t *testing.T) {
	w := start(t)
	got := w.client.AuthorizeURL("https://union.example/cb?a=1&b=2", "s&t=1#", wechat.ScopeBase)
	want := "https://open.weixin.qq.com/connect/oauth2/authorize?appid=" + appID +
		"&redirect_uri=https%3A%2F%2Funion.example%2Fcb%3Fa%3D1%26b%3D2&response_type=code&scope=snsapi_base&state=s%26t%3D1%23#wechat_redirect"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	w = startWith(t, time.Second, nil, func(cfg *wechat.Config) { cfg.AuthorizeBase = "/sandbox/wechat/connect/oauth2/authorize?x=1" })
	if got := w.client.AuthorizeURL("https://union.example/", "s", wechat.ScopeBase); !strings.HasPrefix(got, "/sandbox/wechat/connect/oauth2/authorize?x=1&appid=") {
		t.Error(got)
	}
}

// The whole way of a worker: menu, consent page, callback, identity.
func TestLogin_GoesRoundThroughTheConsentPage(t *testing.T) {
	w := start(t)
	browser := w.sim.Client(5 * time.Second)
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	ask := w.client.AuthorizeURL("https://union.example/cb", "st", wechat.ScopeUserInfo)
	resp, err := browser.PostForm(ask, url.Values{"answer": {"allow"}, "nickname": {"新来的"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	callback, err := resp.Location()
	if err != nil {
		t.Fatal(err, resp.Status)
	}
	got, err := w.client.Exchange(t.Context(), callback.Query().Get("code"))
	w.wants(err, nil)
	if want := w.sim.AddPeople(wechatsim.Person{Nickname: "新来的"})[0].OpenIDs[appID]; got.OpenID != want || callback.Query().Get("state") != "st" {
		t.Errorf("%+v came back to %s", got, callback)
	}
}

func TestNew_ReportsEveryMistakeAndNoSecret(t *testing.T) {
	w := start(t)
	cache, client := wechat.NewCache(w.clock, nil, nil), w.sim.Client(time.Second)
	_, err := wechat.New(wechat.Config{AppID: "wx&x=", AppSecret: "se cret", MiniAppID: miniID, AuthorizeBase: ":", MaxMediaBytes: -1}, cache, client)
	if err == nil || strings.Count(err.Error(), "\n") != 5 || strings.Contains(err.Error(), "se cret") {
		t.Errorf("error: %v", err)
	}
	fine := wechat.Config{AppID: appID, AppSecret: appSecret, Clock: w.clock}
	if _, err := wechat.New(fine, nil, client); err == nil {
		t.Error("a client without a cache")
	}
	for _, endless := range []*http.Client{nil, {}, http.DefaultClient} {
		if _, err := wechat.New(fine, cache, endless); err == nil {
			t.Error("a client without a time-out")
		}
	}
}

// Two unions in one process: the library has one HTTP client, the calls must not mix.
func TestClients_DoNotShareTheirConnections(t *testing.T) {
	here, there := start(t), start(t)
	var all sync.WaitGroup
	for _, w := range []*world{here, there} {
		for range 8 {
			code := w.code(false)
			all.Go(func() {
				if _, err := w.client.Exchange(context.Background(), code); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	if a, b := here.sim.Count(oauthPath), there.sim.Count(oauthPath); a != 8 || b != 8 {
		t.Errorf("%d and %d calls", a, b)
	}
}

// HTTPClient reaches the simulator as the product's configuration would.
func TestHTTPClient_GoesThroughTheNamedAddress(t *testing.T) {
	w := start(t)
	client, err := wechat.HTTPClient(5*time.Second, wechat.Via{Addr: w.sim.Addr(), Authority: w.sim.Authority()})
	w.wants(err, nil)
	c, err := wechat.New(wechat.Config{AppID: appID, AppSecret: appSecret, Clock: w.clock}, wechat.NewCache(w.clock, nil, nil), client)
	w.wants(err, nil)
	_, err = c.Exchange(t.Context(), w.code(false))
	w.wants(err, nil)

	untrusting, err := wechat.HTTPClient(5*time.Second, wechat.Via{Addr: w.sim.Addr()})
	w.wants(err, nil)
	c, err = wechat.New(wechat.Config{AppID: appID, AppSecret: appSecret, Clock: w.clock}, wechat.NewCache(w.clock, nil, nil), untrusting)
	w.wants(err, nil)
	_, err = c.Exchange(t.Context(), w.code(false))
	w.wants(err, wechat.ErrUnavailable)
}
