package wechatsim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/service/wechat/wechatsim"
)

func (w *world) control(method, path, body string, status int) fields {
	w.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	rec := httptest.NewRecorder()
	w.Control().ServeHTTP(rec, r)
	if rec.Code != status {
		w.Fatalf("%s %s: %d %s", method, path, rec.Code, rec.Body)
	}
	var f fields
	if err := json.Unmarshal(rec.Body.Bytes(), &f); err != nil {
		w.Fatal(err)
	}
	return f
}

func TestControl_MakesPeopleAndTheirCodesInBulk(t *testing.T) {
	w := open(t)
	people, _ := w.control("POST", "/people", `{"count":100,"prefix":"压测"}`, http.StatusOK)["people"].([]any)
	if len(people) != 100 {
		t.Fatalf("%d people", len(people))
	}
	var ids []string
	for _, p := range people {
		one, _ := p.(map[string]any)
		openIDs, _ := one["openids"].(map[string]any)
		ids = append(ids, openIDs[officialID].(string))
	}
	list, err := json.Marshal(ids)
	if err != nil {
		t.Fatal(err)
	}
	codes, _ := w.control("POST", "/oauth-codes", `{"appid":"wxofficial","count":2,"openids":`+string(list)+`}`, http.StatusOK)["codes"].([]any)
	if len(codes) != 200 {
		t.Fatalf("%d codes", len(codes))
	}
	last, _ := codes[199].(map[string]any)
	if got := w.exchange(last["code"].(string)); got.text("openid") != ids[99] {
		t.Error(got)
	}
	if all, _ := w.control("GET", "/people", "", http.StatusOK)["people"].([]any); len(all) != 102 {
		t.Errorf("%d people in all", len(all))
	}
}

func TestControl_MintsJSCodesAndMedia(t *testing.T) {
	w := open(t)
	codes, _ := w.control("POST", "/js-codes", `{"appid":"wxmini","openids":["`+w.chen.OpenIDs[miniID]+`"]}`, http.StatusOK)["codes"].([]any)
	one, _ := codes[0].(map[string]any)
	got := w.get("/sns/jscode2session", "appid", miniID, "secret", miniSecret, "js_code", one["code"].(string), "grant_type", "authorization_code")
	if got.text("openid") != w.chen.OpenIDs[miniID] || got.text("session_key") == "" {
		t.Error(got)
	}
	id := w.control("POST", "/media?appid="+officialID, "#!AMR\n", http.StatusOK).text("media_id")
	token := w.stable(stableBody).text("access_token")
	resp, err := w.http.Get("https://api.weixin.qq.com/cgi-bin/media/get?access_token=" + token + "&media_id=" + id)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.Header.Get("Content-Type") != "audio/amr" || resp.ContentLength != 6 || !strings.Contains(resp.Header.Get("Content-Disposition"), id+".amr") {
		t.Error(resp.Header)
	}
}

func TestControl_FaultsTokensCallsAndPages(t *testing.T) {
	w := open(t)
	w.control("POST", "/faults", `{"path":"/cgi-bin/token","kind":"errcode","code":-1,"times":3}`, http.StatusOK)
	w.errcode(w.classic(), -1)
	if left, _ := w.control("GET", "/faults", "", http.StatusOK)["faults"].([]any); len(left) != 1 {
		t.Error(left)
	}
	w.control("DELETE", "/faults", "", http.StatusOK)
	token := w.classic().text("access_token")
	w.control("POST", "/token-revocations", `{"appid":"wxofficial"}`, http.StatusOK)
	w.accepts(token, 40001)
	if calls, _ := w.control("GET", "/calls", "", http.StatusOK)["calls"].([]any); len(calls) != 3 {
		t.Errorf("%d calls", len(calls))
	}
	w.control("DELETE", "/calls", "", http.StatusOK)
	verdict := w.control("POST", "/page-checks", `{"appId":"wxofficial","timestamp":1,"nonceStr":"a","signature":"b","url":"https://union.example/"}`, http.StatusOK)
	if verdict.text("result") != "invalid signature" {
		t.Error(verdict)
	}
}

func TestControl_MovesTheClockThatIsItsOwn(t *testing.T) {
	w := open(t)
	code, err := w.OAuthCode(officialID, w.chen.OpenIDs[officialID], false)
	if err != nil {
		t.Fatal(err)
	}
	to := eve.Add(time.Hour)
	body, err := json.Marshal(map[string]any{"now": clock.Millis(to), "frozen": true})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.control("POST", "/clock", string(body), http.StatusOK); int64(got["now"].(float64)) != clock.Millis(to) {
		t.Error(got)
	}
	w.errcode(w.exchange(code), 42003)
	if got := w.control("GET", "/clock", "", http.StatusOK); got["movable"] != true {
		t.Error(got)
	}

	fixed, err := wechatsim.Start(wechatsim.Options{Clock: clock.System{}, Apps: []wechatsim.App{{AppID: "a", Secret: "b", Kind: wechatsim.Mini}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fixed.Close() })
	(&world{T: t, Sim: fixed}).control("POST", "/clock", string(body), http.StatusUnprocessableEntity)
}

func TestControl_RefusesNonsense(t *testing.T) {
	w := open(t)
	for path, bodies := range map[string][]string{
		"/people":      {`{`, `{"people":[{}]}`, `{"count":-1}`, `{"count":10000000}`, `{"odd":1}`},
		"/oauth-codes": {`{}`, `{"appid":"wxofficial","openids":["x"]}`, `{"appid":"wxmini","openids":["x"]}`, `{"openids":["x"],"count":10000000}`},
		"/js-codes":    {`{"appid":"wxofficial","openids":["x"]}`},
		"/media":       {`no application`},
		"/faults":      {`{"path":"/cgi-bin/token","kind":"odd","times":1}`},
	} {
		for _, body := range bodies {
			if got := w.control("POST", path, body, http.StatusUnprocessableEntity); got.text("error") == "" {
				t.Errorf("%s %s: %v", path, body, got)
			}
		}
	}
}
