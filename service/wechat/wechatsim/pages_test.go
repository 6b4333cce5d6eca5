package wechatsim_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"nianwei/service/wechat/wechatsim"
)

func asking(change ...string) url.Values {
	q := url.Values{
		"appid": {officialID}, "redirect_uri": {"https://union.example/cb"}, "response_type": {"code"},
		"scope": {"snsapi_base"}, "state": {"st"},
	}
	for i := 0; i < len(change); i += 2 {
		q.Set(change[i], change[i+1])
	}
	return q
}

func ask(h http.Handler, q url.Values, form url.Values) *httptest.ResponseRecorder {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, "/connect/oauth2/authorize?"+q.Encode(), body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// consent goes through the page under WeChat's own host name.
func (w *world) consent(scope string, form url.Values) *url.URL {
	w.Helper()
	resp, err := w.http.PostForm("https://open.weixin.qq.com/connect/oauth2/authorize?"+asking("scope", scope).Encode(), form)
	if err != nil {
		w.Fatal(err)
	}
	_ = resp.Body.Close()
	to, err := resp.Location()
	if err != nil {
		w.Fatal(err, resp.Status)
	}
	return to
}

func TestPage_OffersTheListedPeopleAndNobodyElse(t *testing.T) {
	sim := start(t)
	sim.AddPeople(wechatsim.Person{Nickname: "压测000001"}, wechatsim.Person{Nickname: `<b>"恶`, Listed: true})
	rec := ask(sim.Pages(), asking(), nil)
	body := rec.Body.String()
	for _, want := range []string{"陈建国", "李秀英", `value="li"`, "年味", "以快照页身份（虚拟账号）", "允许", "&lt;b&gt;"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, no := range []string{"压测000001", "<b>\"", "<script", officialSecret, "ZgotmplZ"} {
		if strings.Contains(body, no) {
			t.Errorf("the page has %q", no)
		}
	}
	if rec.Code != http.StatusOK || !strings.Contains(rec.Header().Get("Content-Security-Policy"), "form-action 'self' https://union.example") {
		t.Error(rec.Code, rec.Header())
	}
}

// The page works under any prefix and loads nothing: it names no address at all.
func TestPage_NamesNoAddress(t *testing.T) {
	sim := start(t)
	found := regexp.MustCompile(`(?i)(src|href|action)\s*=|url\(|https?:`).FindString(ask(sim.Pages(), asking(), nil).Body.String())
	if found != "" {
		t.Errorf("the page has %q", found)
	}
	mounted := http.StripPrefix("/sandbox/wechat", sim.Pages())
	r := httptest.NewRequest(http.MethodGet, "/sandbox/wechat/connect/oauth2/authorize?"+asking().Encode(), nil)
	rec := httptest.NewRecorder()
	mounted.ServeHTTP(rec, r)
	if rec.Code != http.StatusOK {
		t.Error(rec.Code)
	}
}

func TestPage_SendsTheChosenPersonBack(t *testing.T) {
	w := open(t)
	for name, rule := range map[string]struct {
		form   url.Values
		person wechatsim.Person
	}{
		"picked":             {url.Values{"person": {"陈建国"}}, wechatsim.Person{Nickname: "陈建国"}},
		"typed wins":         {url.Values{"person": {"陈建国"}, "nickname": {" 孙  丽\u202e "}}, wechatsim.Person{Nickname: "孙 丽"}},
		"typed who is there": {url.Values{"nickname": {"陈建国"}}, wechatsim.Person{Nickname: "陈建国"}},
	} {
		rule.form.Set("answer", "allow")
		to := w.consent("snsapi_base", rule.form)
		want := w.AddPeople(rule.person)[0].OpenIDs[officialID]
		if got := w.exchange(to.Query().Get("code")); got.text("openid") != want {
			t.Errorf("%s: %v", name, got)
		}
		if to.Host != "union.example" || to.Query().Get("state") != "st" {
			t.Errorf("%s: sent to %s", name, to)
		}
	}
}

func TestPage_RefusalGoesBackWithoutACode(t *testing.T) {
	to := open(t).consent("snsapi_base", url.Values{"answer": {"refuse"}, "person": {"陈建国"}})
	if to.String() != "https://union.example/cb?state=st" {
		t.Error(to)
	}
}

func TestPage_AsksAgainIfNobodyWasChosen(t *testing.T) {
	rec := ask(start(t).Pages(), asking(), url.Values{"answer": {"allow"}, "person": {"nobody"}, "nickname": {" \u200b\t"}})
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "请选一个微信号") {
		t.Error(rec.Code)
	}
}

func TestPage_ScriptsMayBeSilent(t *testing.T) {
	w := open(t)
	chen := w.chen.OpenIDs[officialID]
	rec := ask(w.Pages(), asking("as", chen), nil)
	to, err := url.Parse(rec.Header().Get("Location"))
	if err != nil || rec.Code != http.StatusFound {
		t.Fatal(rec.Code, err)
	}
	if got := w.exchange(to.Query().Get("code")); got.text("openid") != chen {
		t.Error(got)
	}
	if rec := ask(w.Pages(), asking("as", "onobody"), nil); rec.Code != http.StatusBadRequest {
		t.Errorf("nobody's openid: %d", rec.Code)
	}
	if rec := ask(w.Pages(), asking("as", chen, "scope", "snsapi_userinfo"), nil); rec.Code != http.StatusOK {
		t.Errorf("the wider scope is always asked for: %d", rec.Code)
	}
}

func TestPage_RefusesWhatWeChatWould(t *testing.T) {
	sim := start(t)
	for name, rule := range map[string]struct {
		change []string
		want   string
	}{
		"unknown application": {[]string{"appid", "wxnobody"}, "10013"},
		"a mini-program":      {[]string{"appid", miniID}, "10005"},
		"no scope":            {[]string{"scope", ""}, "10005"},
		"response type":       {[]string{"response_type", "token"}, "10004"},
		"long state":          {[]string{"state", strings.Repeat("s", 129)}, "10006"},
		"no redirect":         {[]string{"redirect_uri", ""}, "10003"},
		"other host":          {[]string{"redirect_uri", "https://evil.example/"}, "10003"},
		"sub-domain":          {[]string{"redirect_uri", "https://a.union.example/"}, "10003"},
		"longer domain":       {[]string{"redirect_uri", "https://union.example.evil.example/"}, "10003"},
		"user name":           {[]string{"redirect_uri", "https://union.example@evil.example/"}, "10003"},
		"user name of ours":   {[]string{"redirect_uri", "https://evil.example@union.example/"}, "10003"},
		"backslash":           {[]string{"redirect_uri", `https://evil.example\@union.example/`}, "10003"},
		"script":              {[]string{"redirect_uri", "javascript://union.example/%0aalert(1)"}, "10003"},
		"no scheme":           {[]string{"redirect_uri", "//union.example/"}, "10003"},
		"line break":          {[]string{"redirect_uri", "https://union.example/\r\nSet-Cookie: a=b"}, "10003"},
		"not ASCII":           {[]string{"redirect_uri", "https://union.example/年"}, "10003"},
		"full-width slash":    {[]string{"redirect_uri", "https://union.example\uff0f@evil.example/"}, "10003"},
		"other port":          {[]string{"redirect_uri", "http://127.0.0.1:8081/"}, "10003"},
	} {
		for _, form := range []url.Values{nil, {"answer": {"allow"}, "person": {"陈建国"}}, {"answer": {"refuse"}}} {
			rec := ask(sim.Pages(), asking(rule.change...), form)
			if rec.Code != http.StatusBadRequest || !strings.Contains(rec.Body.String(), rule.want) || rec.Header().Get("Location") != "" {
				t.Errorf("%s: %d, want error %s", name, rec.Code, rule.want)
			}
		}
	}
}

func TestPage_KeepsTheAddressAndReplacesOldCodes(t *testing.T) {
	sim := start(t)
	refuse := url.Values{"answer": {"refuse"}}
	for redirect, want := range map[string]string{
		"https://union.example":                       "https://union.example?state=st",
		"https://union.example:8443/a%2Fb?x=1&code=x": "https://union.example:8443/a%2Fb?x=1&state=st",
		"http://127.0.0.1:8080/?%63ode=x&state=y#/r":  "http://127.0.0.1:8080/?state=st#/r",
	} {
		if got := ask(sim.Pages(), asking("redirect_uri", redirect), refuse).Header().Get("Location"); got != want {
			t.Errorf("%s: sent to %s, want %s", redirect, got, want)
		}
	}
}

// Whatever the query is, a browser goes nowhere but to a registered host, with
// one code at most and the state unchanged.
func FuzzPage_RedirectsToRegisteredHostsAlone(f *testing.F) {
	sim := start(f)
	pages := sim.Pages()
	openID := sim.AddPeople(wechatsim.Person{Nickname: "陈建国"})[0].OpenIDs[officialID]
	for _, redirect := range []string{
		"https://union.example/cb?x=1", "https://union.example:8443", "http://127.0.0.1:8080/#/a?b", "https://union.example@evil.example/",
		`https://union.example\.evil.example`, "//union.example", "https://union.example%2eevil.example", "https:union.example", "http://[::1]/",
		"https://union.example/?code=1&code=2&state=3",
	} {
		f.Add(redirect, "st", "snsapi_base")
	}
	f.Fuzz(func(t *testing.T, redirect, state, scope string) {
		rec := ask(pages, asking("redirect_uri", redirect, "state", state, "scope", scope, "as", openID), nil)
		location := rec.Header().Get("Location")
		if location == "" {
			if rec.Code != http.StatusBadRequest && rec.Code != http.StatusOK {
				t.Errorf("status %d", rec.Code)
			}
			return
		}
		to := regexp.MustCompile(`^https?://([^/?#\\@]*)([/?#]|$)`).FindStringSubmatch(strings.ToLower(location))
		if to == nil || (to[1] != "127.0.0.1:8080" && to[1] != "union.example" && !regexp.MustCompile(`^union\.example:[0-9]*$`).MatchString(to[1])) {
			t.Fatalf("%q leads to %q", redirect, location)
		}
		u, err := url.Parse(location)
		if err != nil {
			t.Fatal(err)
		}
		if q := u.Query(); len(q["code"]) != 1 || len(q["state"]) != 1 || q.Get("state") != state {
			t.Errorf("%q with state %q leads to %q", redirect, state, location)
		}
	})
}
