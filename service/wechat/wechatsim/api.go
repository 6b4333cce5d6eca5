package wechatsim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const maxRequestBytes = 1 << 20

// request is a call with its parameters, from the address and the JSON body alike.
type request struct {
	now    time.Time
	method string
	path   string
	params map[string]string
}

// reply is an answer before it is sent.
type reply struct {
	status      int
	contentType string
	disposition string
	body        []byte
	code        int
	msg         string // overrides the code's own text
}

func ok(fields map[string]any) reply {
	body, err := json.Marshal(fields)
	if err != nil {
		return refuse(-1)
	}
	return reply{status: http.StatusOK, body: body}
}

func refuse(code int) reply { return reply{status: http.StatusOK, code: code} }

// seal gives a refusal its body, whose text ends with the request id.
func (rep reply) seal(now time.Time, contentType string) reply {
	if rep.code != 0 {
		text := rep.msg
		if text == "" {
			text = errmsg(rep.code)
		}
		rep.body = fmt.Appendf(nil, `{"errcode":%d,"errmsg":%q}`, rep.code, text+" rid: "+requestID(now))
	}
	if rep.contentType == "" {
		rep.contentType = contentType
	}
	return rep
}

// write sends the first n bytes of the body under the length of all.
func (rep reply) write(rw http.ResponseWriter, n int) {
	rw.Header().Set("Content-Type", rep.contentType)
	rw.Header().Set("Content-Length", strconv.Itoa(len(rep.body)))
	if rep.disposition != "" {
		rw.Header().Set("Content-Disposition", rep.disposition)
	}
	rw.WriteHeader(rep.status)
	_, _ = rw.Write(rep.body[:n])
}

// endpoint is one interface: its method, the parameters WeChat documents, and its rule.
type endpoint struct {
	method string
	known  []string
	plain  bool // answers text/plain, as /sns does
	answer func(*world, *request) reply
}

// endpoints is every interface the simulator has, by path.
func endpoints() map[string]endpoint {
	return map[string]endpoint{
		"/cgi-bin/token":            {http.MethodGet, []string{"grant_type", "appid", "secret"}, false, (*world).classicToken},
		"/cgi-bin/stable_token":     {http.MethodPost, []string{"grant_type", "appid", "secret", "force_refresh"}, false, (*world).stableToken},
		"/cgi-bin/ticket/getticket": {http.MethodGet, []string{"access_token", "type"}, false, (*world).jsTicket},
		"/cgi-bin/media/get":        {http.MethodGet, []string{"access_token", "media_id"}, false, (*world).getMedia},
		"/sns/oauth2/access_token":  {http.MethodGet, []string{"appid", "secret", "code", "grant_type"}, true, (*world).exchange},
		"/sns/userinfo":             {http.MethodGet, []string{"access_token", "openid", "lang"}, true, (*world).userInfo},
		"/sns/jscode2session":       {http.MethodGet, []string{"appid", "secret", "js_code", "grant_type"}, true, (*world).codeToSession},
	}
}

// apiHandler answers for api.weixin.qq.com.
func (s *Sim) apiHandler() http.Handler {
	table := endpoints()
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		s.world.serve(table[r.URL.Path], rw, r)
	})
}

func (w *world) serve(e endpoint, rw http.ResponseWriter, r *http.Request) {
	req, readable := w.read(r)
	contentType := "application/json; encoding=utf-8"
	if e.plain {
		contentType = "text/plain"
	}

	w.mu.Lock()
	fault := w.nextFault(req.path)
	rep, instead := fault.instead()
	if !instead {
		rep = w.decide(e, req, readable)
	}
	rep = rep.seal(req.now, contentType)
	w.record(req, rep, unknown(e, req), fault)
	w.mu.Unlock()

	if fault != nil && !instead {
		w.lose(fault, rw, r, rep)
		return
	}
	rep.write(rw, len(rep.body))
}

func (w *world) decide(e endpoint, req *request, readable bool) reply {
	switch {
	case e.answer == nil:
		return refuse(40066)
	case e.method == http.MethodGet && req.method != http.MethodGet:
		return refuse(43001)
	case e.method == http.MethodPost && req.method != http.MethodPost:
		return refuse(43002)
	case !readable:
		return refuse(47001)
	}
	return e.answer(w, req)
}

// read collects the parameters; the second result is false if the body is not a JSON object.
func (w *world) read(r *http.Request) (*request, bool) {
	req := &request{now: w.clock.Now(), method: r.Method, path: r.URL.Path, params: map[string]string{}}
	query, err := url.ParseQuery(r.URL.RawQuery)
	for name, values := range query {
		req.params[name] = values[0]
	}
	if r.Method != http.MethodPost {
		return req, err == nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBytes+1))
	if err != nil || len(body) > maxRequestBytes {
		return req, false
	}
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		return req, false
	}
	for name, value := range fields {
		req.params[name] = strings.TrimSpace(fmt.Sprint(value))
	}
	return req, true
}

func unknown(e endpoint, req *request) []string {
	var names []string
	for name := range req.params {
		if !slices.Contains(e.known, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// authenticate checks appid and secret.
func (w *world) authenticate(req *request, kinds ...Kind) (*app, int) {
	appID, given := req.params["appid"], req.params["secret"]
	if appID == "" {
		return nil, 41002
	}
	a, found := w.apps[appID]
	switch {
	case !found || !slices.Contains(kinds, a.Kind):
		return nil, 40013
	case given == "":
		return nil, 41004
	case given != a.Secret:
		return nil, 40125
	}
	return a, 0
}
