package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianwei/service/redraw"
)

// A voice evening from the first recording to the auditor's own computer.
func TestEvening_VoiceDeckFromRecordingToAudit(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		w.at(t, "20:05")
		e, media := w.sing(t, "陈建国", "voice", 1)
		if e.State != "done" || e.ChancesLeft != 1 {
			t.Fatalf("entry %+v", e)
		}
		p := w.play(t, "陈建国", "voice", e.ID)
		if !p.Won || p.AmountFen != 288 {
			t.Fatalf("every ticket of this deck wins, got %+v", p)
		}
		w.checkReceipt(t, "陈建国", w.path("voice", "/plays/%d/receipt", p.Seq), p)
		w.mediaIsPrivateUntilApproved(t, media, "voice")
		w.watchesLive(t, "voice")
		if wins := w.get(t, "陈建国", "/api/worker/awards"); !strings.Contains(wins.body, `"totalFen":288`) {
			t.Errorf("awards: %s", wins.body)
		}
		w.at(t, "22:00")
		var paid struct{ Awards, AmountFen int64 }
		for range 2 { // the same voucher twice is one payment
			w.succeeds(t, "finance", http.MethodPost, w.adminPath("voice", "/payments"), map[string]any{"reference": "付 2027-001"}, key("pay")...).into(t, &paid)
			if paid.Awards != 1 || paid.AmountFen != 288 {
				t.Errorf("paid %+v", paid)
			}
		}
		w.checkReceipt(t, "陈建国", w.path("voice", "/plays/%d/receipt", p.Seq), p)
		w.auditorAgrees(t, "voice")
	})
}

// A quiz from the paper to the winners, one of whom is disqualified.
func TestEvening_QuizRaffleFromPaperToAudit(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		w.at(t, "20:05")
		names := []string{"陈建国", "李秀英", "王德才", "赵玉兰", "孙志远"}
		entries := map[string]entry{}
		for i, who := range names {
			e := w.enter(t, who, "quiz", map[string]any{})
			right := i < 4 // the last one fails and stays off the list
			w.succeeds(t, who, http.MethodPost, w.path("quiz", "/entries/%d/steps", e.ID), map[string]any{"input": map[string]any{"answers": e.answersTo(right)[:2]}}, key("save")...)
			w.succeeds(t, who, http.MethodPost, w.path("quiz", "/entries/%d/steps", e.ID), map[string]any{"input": map[string]any{"answers": e.answersTo(right)[2:], "finish": true}}, key("finish")...).into(t, &e)
			if e.Raffle != right || e.View.Right == nil || len(e.View.Questions) != 0 {
				t.Errorf("%s: %+v", who, e)
			}
			entries[who] = e
		}
		w.checkReceipt(t, "陈建国", w.path("quiz", "/entries/%d/receipt", entries["陈建国"].ID), play{Seq: 0})
		w.at(t, "22:00")
		var shown entry
		w.get(t, "陈建国", w.path("quiz", "/entries/%d", entries["陈建国"].ID)).into(t, &shown)
		if len(shown.View.Questions) != 3 || len(shown.View.Questions[0].Correct) != 1 {
			t.Errorf("after the round its answers are shown: %+v", shown.View)
		}
		w.drawRaffle(t, "quiz")
		w.disqualifies(t, "quiz")
		w.succeeds(t, "drawer", http.MethodPost, w.adminPath("quiz", "/finish"), nil)
		w.get(t, "", "/api/public/rounds/"+w.rounds["quiz"])
		w.auditorAgrees(t, "quiz")
		for _, list := range []string{w.adminPath("quiz", "/winners"), w.adminPath("quiz", "/winners?part=substitutes"), w.adminPath("quiz", "/voids"), w.adminPath("quiz", ""),
			"/api/admin/rounds", "/api/admin/activities", "/api/admin/seasons", "/api/audit/rounds/" + w.rounds["quiz"] + "/statistics"} {
			w.get(t, "drawer", list)
		}
		for _, list := range []string{"/api/admin/workers", "/api/admin/workers?phone=13861000001", "/api/admin/unions", "/api/admin/groups", "/api/admin/works", "/api/admin/banks", "/api/admin/kinds", "/api/admin/templates", "/api/admin/funds"} {
			w.get(t, "organiser", list)
		}
		w.get(t, "auditor", "/api/audit/log")
		w.get(t, "auditor", fmt.Sprintf("/api/audit/funds/%d/statement", w.ids["fund"]))
		w.get(t, "administrator", "/api/admin/officers")
		for _, who := range names {
			w.get(t, who, "/api/worker/today")
			w.get(t, who, "/api/worker/me")
			w.get(t, who, w.path("quiz", ""))
			w.get(t, who, "/api/worker/awards")
		}
	})
}

// drawRaffle has two drawers type the public numbers, and draws.
func (w *world) drawRaffle(t *testing.T, activity string) {
	t.Helper()
	for _, source := range quizSources() {
		for _, who := range []string{"drawer", "drawer2"} {
			w.succeeds(t, who, http.MethodPost, w.adminPath(activity, "/numbers"), map[string]any{"source": source, "value": "03,09,14,21,26,32+11"})
		}
	}
	var c struct {
		State    string
		Winners  int
		Entrants int
	}
	w.succeeds(t, "drawer", http.MethodPost, w.adminPath(activity, "/draw"), nil).into(t, &c)
	if c.State != "drawn" || c.Winners != 2 || c.Entrants != 4 {
		t.Fatalf("draw: %+v", c)
	}
}

// disqualifies has one drawer propose and the other confirm; the first
// substitute takes over.
func (w *world) disqualifies(t *testing.T, activity string) {
	t.Helper()
	w.succeeds(t, "drawer", http.MethodPost, w.adminPath(activity, "/voids"), map[string]any{"ranks": []int{0}, "reason": "unreachable"})
	w.refuses(t, []scenario{
		{name: "their own void", who: "drawer", method: http.MethodPost, path: w.adminPath(activity, "/voids/confirm"), body: map[string]any{"ranks": []int{0}}, status: 403, reason: "void.own"},
		{name: "the end with a void open", who: "drawer", method: http.MethodPost, path: w.adminPath(activity, "/finish"), status: 409, reason: "void.pending"},
		{name: "a void of nobody", who: "drawer", method: http.MethodPost, path: w.adminPath(activity, "/voids"), body: map[string]any{"ranks": []int{99}, "reason": "cheating"}, status: 409, reason: "void.not_winner"},
		{name: "a void of a negative rank", who: "drawer", method: http.MethodPost, path: w.adminPath(activity, "/voids"), body: map[string]any{"ranks": []int{-1}, "reason": "cheating"}, status: 422, reason: "request.invalid"},
		{name: "a void for no reason that there is", who: "drawer", method: http.MethodPost, path: w.adminPath(activity, "/voids"), body: map[string]any{"ranks": []int{1}, "reason": "unpopular"}, status: 422, reason: "request.invalid"},
		{name: "a void that nobody proposed", who: "drawer2", method: http.MethodPost, path: w.adminPath(activity, "/voids/confirm"), body: map[string]any{"ranks": []int{1}}, status: 404, reason: "void.unknown"},
		{name: "a second draw", who: "drawer", method: http.MethodPost, path: w.adminPath(activity, "/draw"), status: 409, reason: "draw.state"},
	})
	a := w.succeeds(t, "drawer2", http.MethodPost, w.adminPath(activity, "/voids/confirm"), map[string]any{"ranks": []int{0}})
	if !strings.Contains(a.body, `"newRank":2`) {
		t.Errorf("the first substitute takes over: %s", a.body)
	}
}

// checkReceipt verifies a worker's receipt as the worker can: with the published
// keys and nothing else.
func (w *world) checkReceipt(t *testing.T, who, path string, p play) {
	t.Helper()
	keys, err := redraw.ParseKeys([]byte(w.get(t, "", "/api/public/keys").body))
	ok(t, err)
	text := w.get(t, who, path).body
	r, err := redraw.ParseReceipt([]byte(text))
	ok(t, err)
	facts, err := r.Verify(keys)
	ok(t, err)
	if facts.Seq != p.Seq || facts.Fen != p.AmountFen || facts.Fixed != p.Won {
		t.Errorf("the receipt proves %+v, the play was %+v", facts, p)
	}
	forged, err := redraw.ParseReceipt([]byte(strings.Replace(text, r.OpenID, "openid-of-somebody-else", 1)))
	ok(t, err)
	if _, err := forged.Verify(keys); err == nil {
		t.Error("the receipt holds for anybody")
	}
	w.refuses(t, []scenario{{name: "another's receipt", who: "孙志远", method: http.MethodGet, path: path, status: 404, reason: "receipt.unknown", hasNot: []string{r.Salt}}})
}

// mediaIsPrivateUntilApproved follows a recording from its owner's alone to
// everybody's, by a moderator's yes.
func (w *world) mediaIsPrivateUntilApproved(t *testing.T, media, activity string) {
	t.Helper()
	path := "/api/media/" + media
	part := w.ask(t, "陈建国", http.MethodGet, path, nil, "Range", "bytes=0-99")
	if part.status != http.StatusPartialContent || len(part.body) != 100 || !strings.HasPrefix(part.header.Get("Content-Range"), "bytes 0-99/") {
		t.Errorf("a range of my own recording: %d, %d bytes, %v", part.status, len(part.body), part.header)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=86400, immutable"} {
		if part.header.Get(name) != want {
			t.Errorf("%s: %q", name, part.header.Get(name))
		}
	}
	if a := w.ask(t, "陈建国", http.MethodGet, path, nil, "Range", "bytes=999999-"); a.status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a range behind the end: %d", a.status)
	}
	w.refuses(t, []scenario{
		{name: "another's recording", who: "李秀英", method: http.MethodGet, path: path, status: 404, reason: "media.unknown"},
		{name: "a recording for nobody", method: http.MethodGet, path: path, status: 401, reason: "session.invalid"},
		{name: "a recording for who does not moderate", who: "drawer", method: http.MethodGet, path: path, status: 404, reason: "media.unknown"},
	})
	if works := w.get(t, "李秀英", w.path(activity, "/works")); strings.Contains(works.body, media) {
		t.Errorf("a work is public before its yes: %s", works.body)
	}
	var queue struct{ Items []struct{ ID int64 } }
	w.get(t, "organiser", "/api/admin/works?state=waiting").into(t, &queue)
	if len(queue.Items) != 1 {
		t.Fatalf("%d works wait", len(queue.Items))
	}
	w.refuses(t, []scenario{{name: "a no without a reason", who: "organiser", method: http.MethodPost, path: "/api/admin/works/decisions",
		body: map[string]any{"workIds": []int64{queue.Items[0].ID}, "decision": "refuse"}, status: 422, reason: "work.reason_required"}})
	w.get(t, "organiser", path)
	a := w.succeeds(t, "organiser", http.MethodPost, "/api/admin/works/decisions", map[string]any{"workIds": []int64{queue.Items[0].ID}, "decision": "approve"})
	if a.body != "{\"decided\":1}\n" && a.body != `{"decided":1}` {
		t.Errorf("decided: %s", a.body)
	}
	if works := w.get(t, "李秀英", w.path(activity, "/works")); !strings.Contains(works.body, media) || !strings.Contains(works.body, "陈*国") {
		t.Errorf("an approved work is public, masked: %s", works.body)
	}
	if part := w.ask(t, "李秀英", http.MethodGet, path, nil, "Range", "bytes=10-19"); part.status != http.StatusPartialContent || len(part.body) != 10 {
		t.Errorf("a range of an approved recording: %d, %d bytes", part.status, len(part.body))
	}
}

// watchesLive reads the first event of a round's live numbers over a socket.
func (w *world) watchesLive(t *testing.T, activity string) {
	t.Helper()
	srv := httptest.NewServer(w.http.Handler)
	defer srv.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+w.adminPath(activity, "/live"), nil)
	ok(t, err)
	req.Header.Set("Cookie", w.cookies["auditor"])
	res, err := srv.Client().Do(req)
	ok(t, err)
	defer func() { _ = res.Body.Close() }()
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	ok(t, err)
	event, isData := strings.CutPrefix(line, "data: ")
	if !isData || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%v: %q", res.Header, line)
	}
	var n any
	answer{body: event}.into(t, &n)
	ok(t, w.contract.schemas["RoundNumbers"].Value.VisitJSON(n))
	if !strings.Contains(event, `"participations":1`) || !strings.Contains(event, `"wonFen":288`) {
		t.Errorf("live: %s", event)
	}
}

// auditorAgrees checks a finished round in the product, and from its ZIP alone.
func (w *world) auditorAgrees(t *testing.T, activity string) {
	t.Helper()
	round := w.rounds[activity]
	if a := w.get(t, "auditor", "/api/audit/rounds/"+round+"/check"); !strings.Contains(a.body, `"ok":true`) || strings.Contains(a.body, `"ok":false`) {
		t.Errorf("check: %s", a.body)
	}
	a := w.get(t, "auditor", "/api/audit/rounds/"+round+"/directory?reason=annual-audit")
	dir := t.TempDir()
	unzip(t, []byte(a.body), dir)
	files, err := redraw.OpenDir(filepath.Join(dir, round))
	ok(t, err)
	keys, err := redraw.ParseKeys([]byte(w.get(t, "", "/api/public/keys").body))
	ok(t, err)
	report, err := redraw.Verify(files, redraw.VerifyOptions{Origin: w.config.Origin, Keys: &keys})
	ok(t, err)
	if first, bad := report.First(); bad || !report.OK() {
		t.Errorf("the directory does not hold: %s", first)
	}
}

func unzip(t testing.TB, data []byte, dir string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	ok(t, err)
	for _, f := range z.File {
		in, err := f.Open()
		ok(t, err)
		text, err := io.ReadAll(in)
		ok(t, err)
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		ok(t, os.MkdirAll(filepath.Dir(path), 0o700))
		ok(t, os.WriteFile(path, text, 0o600))
	}
}
