package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A session is what the server gave out, while it lasts, and nothing else.
func TestRights_SessionsAreTheServersOwnAndEnd(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		worker, officer := w.cookies["陈建国"], w.cookies["organiser"]
		_, officerToken, _ := strings.Cut(officer, "=")
		forged := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
		for who, cookie := range map[string]string{
			"forged worker": "nianwei_worker=" + forged, "long worker": "nianwei_worker=" + strings.Repeat("a", 8000), "odd worker": "nianwei_worker=' OR 1=1",
			"cut worker": worker[:len(worker)-1], "worker with an officer's": "nianwei_worker=" + officerToken,
			"forged officer": "nianwei_officer=" + forged, "cut officer": officer[:len(officer)-1],
			"officer with a worker's": strings.Replace(worker, "nianwei_worker", "nianwei_officer", 1),
		} {
			path := "/api/worker/me"
			if strings.Contains(who, "fficer") && !strings.HasPrefix(who, "worker") {
				path = "/api/admin/session"
			}
			w.cookies[who] = cookie
			w.refuses(t, []scenario{{name: who, who: who, method: http.MethodGet, path: path, status: 401, reason: "session.invalid"}})
			delete(w.cookies, who)
		}
		w.refuses(t, []scenario{
			{name: "nobody as a worker", method: http.MethodGet, path: "/api/worker/today", status: 401, reason: "session.invalid"},
			{name: "nobody as an officer", method: http.MethodGet, path: "/api/admin/rounds", status: 401, reason: "session.invalid"},
			{name: "a worker as an officer", who: "陈建国", method: http.MethodGet, path: "/api/admin/workers", status: 401, reason: "session.invalid"},
			{name: "an officer as a worker", who: "organiser", method: http.MethodGet, path: "/api/worker/today", status: 401, reason: "session.invalid"},
			{name: "a forged bearer", method: http.MethodGet, path: "/api/worker/me", header: []string{"Authorization", "Bearer " + forged}, status: 401, reason: "session.invalid"},
		})
		now := w.machine.Now()
		w.machine.Set(now.Add(years+time.Hour), true)
		w.refuses(t, []scenario{
			{name: "a worker's session after its end", who: "李秀英", method: http.MethodGet, path: "/api/worker/me", status: 401, reason: "session.invalid"},
			{name: "an officer's session after its end", who: "organiser", method: http.MethodGet, path: "/api/admin/session", status: 401, reason: "session.invalid"},
		})
		w.machine.Set(now, true)
		if a := w.succeeds(t, "李秀英", http.MethodDelete, "/api/worker/session", nil); a.status != http.StatusNoContent {
			t.Errorf("sign out: %d", a.status)
		}
		w.refuses(t, []scenario{{name: "a session that was signed out", who: "李秀英", method: http.MethodGet, path: "/api/worker/me", status: 401, reason: "session.invalid"}})
	})
}

// Who prepares does not draw, who draws does not confirm alone, who audits
// changes nothing.
func TestRights_NobodyHoldsTwoOfTheKeys(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		w.at(t, "22:00")
		post, admin := http.MethodPost, func(below string) string { return w.adminPath("quiz", below) }
		number := map[string]any{"source": quizSources()[0], "value": "03,09,14,21,26,32+11"}
		publish := fmt.Sprintf("/api/admin/activities/%d/publish", w.make(t, "another", "/api/admin/activities", w.draft("tomorrow")))
		var all []scenario
		forbidden := func(who, name, method, path string, body any) {
			all = append(all, scenario{name: who + ": " + name, who: who, method: method, path: path, body: body, header: key("a"), status: 403, reason: "officer.role"})
		}
		for _, who := range []string{"administrator", "organiser", "auditor", "finance"} {
			forbidden(who, "a public number", post, admin("/numbers"), number)
			forbidden(who, "the draw", post, admin("/draw"), nil)
			forbidden(who, "a void", post, admin("/voids"), map[string]any{"ranks": []int{0}, "reason": "cheating"})
			forbidden(who, "the end of the draw", post, admin("/finish"), nil)
		}
		for _, who := range []string{"administrator", "drawer", "auditor", "finance"} {
			forbidden(who, "to publish", post, publish, nil)
			forbidden(who, "to plan", post, "/api/admin/activities", w.draft("voice"))
			forbidden(who, "to moderate", post, "/api/admin/works/decisions", map[string]any{"workIds": []int{1}, "decision": "approve"})
		}
		for _, who := range []string{"administrator", "organiser", "drawer", "auditor"} {
			forbidden(who, "to pay", post, admin("/payments"), map[string]any{"reference": "付 1"})
		}
		for _, who := range []string{"organiser", "drawer", "auditor", "finance"} {
			forbidden(who, "to make officers", post, "/api/admin/officers", map[string]any{"login": "friend", "name": "熟人", "roles": []string{"drawer"}})
			forbidden(who, "to raise themselves", http.MethodPatch, fmt.Sprintf("/api/admin/officers/%d", w.ids[who]), map[string]any{"roles": []string{"administrator"}})
		}
		for _, who := range []string{"drawer", "auditor", "finance"} {
			forbidden(who, "the roster", http.MethodGet, "/api/admin/workers", nil)
		}
		for _, who := range []string{"administrator", "organiser", "drawer", "finance"} {
			forbidden(who, "the operators' log", http.MethodGet, "/api/audit/log", nil)
			forbidden(who, "the directory", http.MethodGet, "/api/audit/rounds/"+w.rounds["voice"]+"/directory?reason=curious", nil)
		}
		w.refuses(t, all)
		w.succeeds(t, "drawer", post, admin("/numbers"), number)
		w.refuses(t, []scenario{
			{name: "a draw with one officer's number", who: "drawer", method: post, path: admin("/draw"), status: 409, reason: "draw.numbers_missing"},
			{name: "a number that this round does not use", who: "drawer2", method: post, path: admin("/numbers"), body: map[string]any{"source": "ssq/2027099", "value": "03,09,14,21,26,32+11"}, status: 422, reason: "draw.no_source"},
			{name: "a number of no such form", who: "drawer2", method: post, path: admin("/numbers"), body: map[string]any{"source": quizSources()[0], "value": "3,9,14,21,26,32+11"}, status: 422, reason: "draw.number_format"},
			{name: "a number of a deck", who: "drawer2", method: post, path: w.adminPath("voice", "/numbers"), body: number, status: 404, reason: "draw.none"},
		})
		if a := w.get(t, "drawer2", admin("/draw")); strings.Contains(a.body, "03,09") {
			t.Errorf("the second officer could copy the number: %s", a.body)
		}
	})
}

// A lock ends an officer's sessions with the request that locks.
func TestRights_LockedOfficerIsOutAtOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		path := fmt.Sprintf("/api/admin/officers/%d", w.ids["organiser"])
		w.get(t, "organiser", "/api/admin/session") // the session is remembered now
		w.succeeds(t, "administrator", http.MethodPatch, path, map[string]any{"locked": true})
		sign := map[string]any{"login": "organiser", "password": password}
		w.refuses(t, []scenario{
			{name: "a locked officer's session", who: "organiser", method: http.MethodGet, path: "/api/admin/session", status: 401, reason: "session.invalid"},
			{name: "a locked officer's deed", who: "organiser", method: http.MethodPost, path: "/api/admin/funds", body: `{"name":"小金库","budgetFen":1}`, status: 401, reason: "session.invalid"},
			{name: "a locked officer's sign-in", method: http.MethodPost, path: "/api/admin/session", body: sign, status: 403, reason: "officer.locked"},
			{name: "a wrong password", method: http.MethodPost, path: "/api/admin/session", body: map[string]any{"login": "drawer", "password": "not the passphrase"}, status: 401, reason: "officer.wrong_password"},
			{name: "a login that nobody has", method: http.MethodPost, path: "/api/admin/session", body: map[string]any{"login": "nobody", "password": "not the passphrase"}, status: 401, reason: "officer.wrong_password"},
			{name: "a used link", method: http.MethodPost, path: "/api/admin/invitation", body: map[string]any{"token": "used", "password": "a passphrase of its own"}, status: 404, reason: "link.invalid"},
			{name: "a second set-up", method: http.MethodPost, path: "/api/admin/setup", body: map[string]any{"token": "x", "login": "second", "name": "第二", "password": "a passphrase of its own"}, status: 404, reason: "link.invalid"},
			{name: "the last administrator's lock", who: "administrator", method: http.MethodPatch, path: fmt.Sprintf("/api/admin/officers/%d", w.administrator(t)), body: map[string]any{"locked": true}, status: 409, reason: "officer.last_administrator"},
		})
		w.succeeds(t, "administrator", http.MethodPatch, path, map[string]any{"locked": false})
		w.refuses(t, []scenario{{name: "the old session after an unlock", who: "organiser", method: http.MethodGet, path: "/api/admin/session", status: 401, reason: "session.invalid"}})
		w.remember(t, "organiser", w.succeeds(t, "", http.MethodPost, "/api/admin/session", sign))
		w.get(t, "organiser", "/api/admin/session")
	})
}

func (w *world) administrator(t *testing.T) int64 {
	t.Helper()
	var me struct{ ID int64 }
	w.get(t, "administrator", "/api/admin/session").into(t, &me)
	return me.ID
}

// Another site's page can make a browser send our cookies, but not be heard.
func TestRights_AnotherSitesPageIsRefused(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		w.at(t, "20:05")
		media := w.speak(t, "陈建国", 1)
		enter, input := w.path("voice", "/entries"), text(t, map[string]any{"input": map[string]any{"mediaIds": []string{media}}})
		from := func(more ...string) []string { return append(key("a"), more...) }
		fund := `{"name":"他站","budgetFen":100}`
		w.refuses(t, []scenario{
			{name: "an entry from another site", who: "陈建国", method: http.MethodPost, path: enter, body: input, header: from("Sec-Fetch-Site", "cross-site"), status: 403, reason: "request.cross_origin"},
			{name: "an entry from a sister site", who: "陈建国", method: http.MethodPost, path: enter, body: input, header: from("Sec-Fetch-Site", "same-site"), status: 403, reason: "request.cross_origin"},
			{name: "an entry with another origin", who: "陈建国", method: http.MethodPost, path: enter, body: input, header: from("Origin", "https://evil.example"), status: 403, reason: "request.cross_origin"},
			{name: "an entry from a sandboxed frame", who: "陈建国", method: http.MethodPost, path: enter, body: input, header: from("Origin", "null"), status: 403, reason: "request.cross_origin"},
			{name: "a fund from another site", who: "organiser", method: http.MethodPost, path: "/api/admin/funds", body: fund, header: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, reason: "request.cross_origin"},
			{name: "a form that another site sends", who: "organiser", method: http.MethodPost, path: "/api/admin/funds", body: content{"text/plain", []byte(fund)}, header: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, reason: "request.cross_origin"},
			{name: "a sign-out from another site", who: "organiser", method: http.MethodDelete, path: "/api/admin/session", header: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, reason: "request.cross_origin"},
			{name: "a draw from another site", who: "drawer", method: http.MethodPost, path: w.adminPath("quiz", "/draw"), header: []string{"Origin", "https://evil.example"}, status: 403, reason: "request.cross_origin"},
		})
		w.succeeds(t, "陈建国", http.MethodPost, enter, input, from("Sec-Fetch-Site", "same-origin", "Origin", "http://example.com")...)
	})
}
