package wechatsim

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"unicode/utf8"
)

const (
	authorizePath = "/connect/oauth2/authorize"

	maxStateBytes  = 128  // WeChat: state, at most 128 bytes
	maxFormBytes   = 8192 // of a posted choice
	maxListedShown = 50   // people on the page; others are found by typing their name
)

//go:embed page.html
var pageHTML string

// Pages are WeChat's pages for a browser. Mount them under any prefix, with
// http.StripPrefix: every address in them is relative.
func (s *Sim) Pages() http.Handler {
	page := template.Must(template.New("page").Parse(pageHTML))
	p := pages{world: s.world, page: page}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+authorizePath, p.ask)
	mux.HandleFunc("POST "+authorizePath, p.choose)
	return mux
}

type pages struct {
	world *world
	page  *template.Template
}

// asked is a checked request for authorisation.
type asked struct {
	app      App
	redirect *url.URL
	state    string
	scope    string
}

// trouble is what the page says instead of asking: WeChat's number and words.
type trouble struct {
	Number int
	Words  string
}

// check reads the query of an authorisation request.
func (w *world) check(q url.Values) (asked, *trouble) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, found := w.apps[q.Get("appid")]
	scope := q.Get("scope")
	switch {
	case !found:
		return asked{}, &trouble{10013, "appid 参数错误"}
	case a.Kind != Official || (scope != scopeBase && scope != scopeUserInfo):
		return asked{}, &trouble{10005, "scope 参数错误或没有 scope 权限"}
	case q.Get("response_type") != "code":
		return asked{}, &trouble{10004, "response_type 参数错误"}
	case len(q.Get("state")) > maxStateBytes || !utf8.ValidString(q.Get("state")):
		return asked{}, &trouble{10006, "state 参数错误"}
	}
	redirect, ok := w.allowed(q.Get("redirect_uri"))
	if !ok {
		return asked{}, &trouble{10003, "redirect_uri 域名与后台配置不一致"}
	}
	return asked{app: a.App, redirect: redirect, state: q.Get("state"), scope: scope}, nil
}

// ask shows the consent page. A script that may be silent (snsapi_base) and says
// who it is (?as=openid) is sent back at once.
func (p pages) ask(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	want, wrong := p.world.check(q)
	if wrong != nil {
		p.refuse(rw, wrong)
		return
	}
	if openID := q.Get("as"); openID != "" && want.scope == scopeBase {
		p.silently(rw, r, want, openID)
		return
	}
	p.show(rw, http.StatusOK, view{Asked: &want, People: p.world.choices(), Wide: want.scope == scopeUserInfo})
}

func (p pages) silently(rw http.ResponseWriter, r *http.Request, want asked, openID string) {
	p.world.mu.Lock()
	person, err := p.world.personOf(want.app.AppID, openID, Official)
	code := ""
	if err == nil {
		code = p.world.issueCode(login{appID: want.app.AppID, personID: person.ID, scope: want.scope})
	}
	p.world.mu.Unlock()
	if err != nil {
		p.refuse(rw, &trouble{40003, "没有这个 openid"})
		return
	}
	send(rw, r, back(want.redirect, code, want.state))
}

// choose takes the page's form: who, as what, allowed or refused.
func (p pages) choose(rw http.ResponseWriter, r *http.Request) {
	want, wrong := p.world.check(r.URL.Query())
	if wrong != nil {
		p.refuse(rw, wrong)
		return
	}
	r.Body = http.MaxBytesReader(rw, r.Body, maxFormBytes)
	if err := r.ParseForm(); err != nil {
		p.refuse(rw, &trouble{-1, "提交的内容读不出来"})
		return
	}
	if r.PostForm.Get("answer") != "allow" {
		send(rw, r, back(want.redirect, "", want.state))
		return
	}
	person, ok := p.world.chosen(r.PostForm.Get("person"), cleanNickname(r.PostForm.Get("nickname")))
	if !ok {
		p.show(rw, http.StatusUnprocessableEntity, view{
			Asked: &want, People: p.world.choices(), Wide: want.scope == scopeUserInfo,
			Hint: "请选一个微信号，或者写一个新昵称",
		})
		return
	}
	snapshot := r.PostForm.Get("snapshot") == "1"
	send(rw, r, back(want.redirect, p.world.admit(want, person, snapshot), want.state))
}

// chosen gives the person of a typed nickname, else the one picked.
func (w *world) chosen(id, nickname string) (string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if nickname != "" {
		return w.addPerson(Person{Nickname: nickname, Listed: true}).ID, true
	}
	_, found := w.people.byID[id]
	return id, found
}

func (w *world) admit(want asked, personID string, snapshot bool) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.issueCode(login{appID: want.app.AppID, personID: personID, scope: want.scope, snapshot: snapshot})
}

// send redirects and keeps the code out of caches and of the next page's referrer.
func send(rw http.ResponseWriter, r *http.Request, to string) {
	rw.Header().Set("Cache-Control", "no-store")
	rw.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(rw, r, to, http.StatusFound)
}

// choice is one person on the page.
type choice struct {
	ID, Nickname, Colour, Initial string
}

// choices gives the listed people, the newest of those who were added by hand first seen last.
func (w *world) choices() []choice {
	w.mu.Lock()
	defer w.mu.Unlock()
	listed := w.people.listed
	if len(listed) > maxListedShown {
		listed = listed[:maxListedShown]
	}
	shown := make([]choice, 0, len(listed))
	for _, p := range listed {
		first, _ := utf8.DecodeRuneInString(p.Nickname)
		shown = append(shown, choice{ID: p.ID, Nickname: p.Nickname, Colour: p.Colour, Initial: string(first)})
	}
	return shown
}

// view is what page.html shows.
type view struct {
	Asked   *asked
	People  []choice
	Wide    bool   // nickname and portrait are asked for too
	Hint    string // what was forgotten
	Trouble *trouble
}

// Name is the application's name.
func (v view) Name() string { return v.Asked.app.Name }

// Initial is the first character of the application's name.
func (v view) Initial() string {
	first, _ := utf8.DecodeRuneInString(v.Asked.app.Name)
	return string(first)
}

func (p pages) refuse(rw http.ResponseWriter, t *trouble) {
	p.show(rw, http.StatusBadRequest, view{Trouble: t})
}

func (p pages) show(rw http.ResponseWriter, status int, v view) {
	policy := "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
	if v.Asked != nil {
		policy += " " + v.Asked.redirect.Scheme + "://" + v.Asked.redirect.Host // browsers check the redirect after a form too
	}
	h := rw.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	rw.WriteHeader(status)
	_ = p.page.Execute(rw, v) // the reader has gone away
}
