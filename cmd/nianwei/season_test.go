package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"nianwei/service/wechat"
)

// person is somebody on the roster.
type person struct {
	name, phone, union, staying string
	openid, token               string
	unbound                     bool
}

// explained stands in every explanation of the question bank, so that an answer
// that gives one away is found.
const explained = "依据见手册"

func theRoster() []*person {
	return []*person{
		{name: "陈建国", phone: "13861000001", union: "市总工会/建设工会/一建公司", staying: "是"},
		{name: "李秀英", phone: "13861000002", union: "市总工会/建设工会/一建公司", staying: "是"},
		{name: "王德才", phone: "13861000003", union: "市总工会/建设工会/二建公司", staying: "是"},
		{name: "赵玉兰", phone: "13861000004", union: "市总工会/环卫工会/城北所", staying: "是"},
		{name: "孙志远", phone: "13861000005", union: "市总工会/环卫工会/城北所", staying: "否"},
		{name: "周立新", phone: "13861000006", union: "市总工会/环卫工会/城南所", staying: "是", unbound: true},
	}
}

// newWorld starts the product, imports its people and publishes a season, all
// over HTTP as its officers would. It is noon of 除夕.
func newWorld(t testing.TB, url string) *world {
	t.Helper()
	w := &world{contract: newContract(t), log: &logbook{}, cookies: map[string]string{"": ""}, people: theRoster(), ids: map[string]int64{}, rounds: map[string]string{}}
	t.Cleanup(func() { w.searchLog(t) })
	w.server = startOn(t, url, w.log)
	w.eve = time.Date(2027, 2, 5, 0, 0, 0, 0, w.location)
	w.at(t, "12:00")
	w.hireOfficers(t)
	w.gatherWorkers(t)
	w.planSeason(t)
	return w
}

// hireOfficers makes one officer of each role, and two drawers, over HTTP.
func (w *world) hireOfficers(t testing.TB) {
	t.Helper()
	token, err := w.officers.SetupToken(context.Background())
	ok(t, err)
	a := w.succeeds(t, "", http.MethodPost, "/api/admin/setup", map[string]any{"token": token, "login": "chief", "name": "管理员", "password": password})
	w.remember(t, "administrator", a)
	for _, o := range []struct{ who, name, role string }{
		{"organiser", "组织者", "organiser"}, {"drawer", "开奖员甲", "drawer"}, {"drawer2", "开奖员乙", "drawer"},
		{"auditor", "经审", "auditor"}, {"finance", "财务", "finance"},
	} {
		w.hire(t, o.who, o.name, o.role)
	}
}

func (w *world) hire(t testing.TB, who, name, role string) {
	t.Helper()
	var made struct {
		URL     string
		Officer struct{ ID int64 }
	}
	w.succeeds(t, "administrator", http.MethodPost, "/api/admin/officers", map[string]any{"login": who, "name": name, "roles": []string{role}}).into(t, &made)
	_, token, _ := strings.Cut(made.URL, "token=")
	token, err := url.QueryUnescape(token)
	ok(t, err)
	w.remember(t, who, w.succeeds(t, "", http.MethodPost, "/api/admin/invitation", map[string]any{"token": token, "password": password}))
	w.ids[who] = made.Officer.ID
}

// remember keeps the session cookie that an answer sets.
func (w *world) remember(t testing.TB, who string, a answer) {
	t.Helper()
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	if !strings.HasPrefix(cookie, "nianwei_officer=") {
		t.Fatalf("%s got no session: %v", who, a.header)
	}
	w.cookies[who] = cookie
}

// gatherWorkers imports the roster, signs everybody in and binds them.
func (w *world) gatherWorkers(t testing.TB) {
	t.Helper()
	rows := [][]string{{"姓名", "手机号", "工会", "是否留城"}}
	for _, p := range w.people {
		rows = append(rows, []string{p.name, p.phone, p.union, p.staying})
	}
	var report struct {
		Imported         bool
		Good, Bad, Added int
	}
	for _, dry := range []string{"true", "false"} {
		w.succeeds(t, "organiser", http.MethodPost, "/api/admin/roster/imports?dryRun="+dry, csvForm(t, rows)).into(t, &report)
		if report.Imported == (dry == "true") || report.Good != len(w.people) || report.Bad != 0 {
			t.Fatalf("import, dryRun=%s: %+v", dry, report)
		}
	}
	for _, p := range w.people {
		w.signIn(t, p)
		if !p.unbound {
			w.succeeds(t, p.name, http.MethodPost, "/api/worker/binding", map[string]any{"name": p.name, "phone": p.phone})
		}
	}
}

func (w *world) signIn(t testing.TB, p *person) {
	t.Helper()
	var err error
	p.openid = "openid-" + randomID()
	p.token, _, err = w.workers.SignIn(context.Background(), wechat.Identity{AppID: "wxservice", OpenID: p.openid})
	ok(t, err)
	w.cookies[p.name] = "nianwei_worker=" + p.token
}

// planSeason publishes the activities that the scenarios are about.
func (w *world) planSeason(t testing.TB) {
	t.Helper()
	w.make(t, "season", "/api/admin/seasons", map[string]any{"name": "2027 新春", "year": 2027})
	w.make(t, "fund", "/api/admin/funds", map[string]any{"name": "送温暖资金", "budgetFen": 100_000_00})
	w.make(t, "staying", "/api/admin/groups", map[string]any{"name": "留城职工", "staying": true})
	w.importBank(t)
	for _, name := range []string{"voice", "quiz", "staying only", "tomorrow", "photo"} {
		draft := w.draft(name)
		id := w.make(t, name, "/api/admin/activities", draft)
		var a struct{ Rounds []struct{ ID string } }
		w.succeeds(t, "organiser", http.MethodPost, fmt.Sprintf("/api/admin/activities/%d/publish", id), nil).into(t, &a)
		if len(a.Rounds) != 1 {
			t.Fatalf("%s has %d rounds", name, len(a.Rounds))
		}
		w.rounds[name] = a.Rounds[0].ID
	}
}

func (w *world) make(t testing.TB, name, path string, body any) int64 {
	t.Helper()
	var made struct{ ID int64 }
	w.succeeds(t, "organiser", http.MethodPost, path, body).into(t, &made)
	w.ids[name] = made.ID
	return made.ID
}

// draft gives an activity as the organiser plans it.
func (w *world) draft(name string) map[string]any {
	voice := map[string]any{"medium": "voice", "minSeconds": 1, "maxSeconds": 60, "review": "draw_first", "prompt": "用家乡话说一句祝福", "askHometown": true}
	deck := map[string]any{"kind": "deck", "tickets": 500, "prizes": []any{map[string]any{"code": "rp", "name": "新春红包", "kind": "cash", "count": 500, "amountFen": 288}}}
	d := map[string]any{"seasonId": w.ids["season"], "fundId": w.ids["fund"], "title": "乡音送祝福", "summary": "说一句祝福", "rules": "每人一次。",
		"kind": "work", "settings": voice, "timetable": "除夕 20:00 至 22:00", "reward": deck}
	switch name {
	case "quiz":
		d["title"], d["kind"] = "新春知识问答", "quiz"
		d["settings"] = map[string]any{"bankId": w.ids["bank"], "questions": 3, "seconds": 300, "attempts": 1, "attemptsPerDay": 1, "passScore": 1, "shuffle": true}
		d["reward"] = map[string]any{"kind": "raffle", "sources": quizSources(), "prizes": []any{map[string]any{"code": "rice", "name": "大米一袋", "kind": "goods", "count": 2, "amountFen": 5000}}}
	case "staying only":
		d["title"], d["groupId"] = "留城送祝福", w.ids["staying"]
	case "tomorrow":
		d["title"], d["timetable"] = "初一送祝福", "初一 20:00 至 22:00"
	case "photo":
		d["title"], d["settings"] = "年夜饭随手拍", map[string]any{"medium": "photo", "maxPhotos": 3, "review": "approve_first", "prompt": "拍一拍年夜饭"}
	}
	return d
}

func quizSources() []string { return []string{"ssq/2027014", "ssq/2027015", "ssq/2027016"} }

// rightOf gives the right option of each question of the bank.
func rightOf() map[string]string {
	return map[string]string{"春节是农历的哪一天？": "正月初一", "元宵节吃什么？": "汤圆", "端午节划什么？": "龙舟", "重阳节登什么？": "高处"}
}

func (w *world) importBank(t testing.TB) {
	t.Helper()
	rows := [][]any{{"题目", "选项A", "选项B", "选项C", "答案", "解析"}}
	for _, text := range slices.Sorted(keysOf(rightOf())) {
		rows = append(rows, []any{text, "不知道", rightOf()[text], "都不是", "B", explained})
	}
	var report struct{ BankID int64 }
	w.succeeds(t, "organiser", http.MethodPost, "/api/admin/banks?dryRun=false&name="+url.QueryEscape("新春题库"), fileForm(t, xlsx(t, rows))).into(t, &report)
	w.ids["bank"] = report.BankID
}

func keysOf[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// secrets gives the texts that no answer and no log line may hold: who people
// are in full, and what lets somebody in. Only the openid of own is left out.
func (w *world) secrets(own string) []string {
	c := w.config.WeChat
	out := []string{c.AppSecret, c.MiniAppSecret, password}
	for _, p := range w.people {
		out = append(out, p.name, p.phone, p.token)
		if p.name != own {
			out = append(out, p.openid)
		}
	}
	for who, cookie := range w.cookies {
		if _, token, found := strings.Cut(cookie, "nianwei_officer="); found && who != "" {
			out = append(out, token)
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// hidesAnswers tells whether the quiz is not over yet.
func (w *world) hidesAnswers() bool {
	return w.server != nil && w.machine.Now().Before(w.eve.Add(22*time.Hour))
}

// searchLog looks for what the log of the whole test must not hold.
func (w *world) searchLog(t testing.TB) {
	t.Helper()
	text := w.log.String()
	if !strings.Contains(text, "msg=request") {
		t.Error("the log has no requests, so it was not looked at")
	}
	for _, secret := range append(w.secrets(""), "nianwei_worker=", "nianwei_officer=") {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("the log says %q: …%s…", secret, text[max(0, at-200):min(len(text), at+200)])
		}
	}
}

// csvForm gives a roster as the form that a browser sends.
func csvForm(t testing.TB, rows [][]string) content {
	t.Helper()
	var text strings.Builder
	for _, row := range rows {
		text.WriteString(strings.Join(row, ",") + "\n")
	}
	return fileForm(t, []byte(text.String()))
}

func fileForm(t testing.TB, data []byte) content {
	t.Helper()
	return form(t, "", data, "file.xlsx")
}

// form gives a multipart body: the purpose, unless it is "", and the file.
func form(t testing.TB, purpose string, data []byte, filename string) content {
	t.Helper()
	var body bytes.Buffer
	f := multipart.NewWriter(&body)
	if purpose != "" {
		ok(t, f.WriteField("purpose", purpose))
	}
	part, err := f.CreateFormFile("file", filename)
	ok(t, err)
	_, err = part.Write(data)
	ok(t, err)
	ok(t, f.Close())
	return content{f.FormDataContentType(), body.Bytes()}
}

func xlsx(t testing.TB, rows [][]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		ok(t, book.SetSheetRow(book.GetSheetName(0), fmt.Sprintf("A%d", i+1), &row))
	}
	var out bytes.Buffer
	ok(t, book.Write(&out))
	ok(t, book.Close())
	return out.Bytes()
}

// recording gives a silent mp3 of about two seconds that no other n has:
// MPEG-2 Layer III at 16 kHz and 8 kbit/s has frames of 36 bytes and 36 ms.
func recording(n int) []byte {
	const frames, frameBytes, sideBytes = 56, 36, 13
	out := make([]byte, frames*frameBytes)
	for i := range frames {
		frame := out[i*frameBytes:]
		copy(frame, "\xFF\xF3\x18\xC4")
		binary.BigEndian.PutUint64(frame[sideBytes:], uint64(n))
	}
	return out
}

// picture gives a PNG of one colour.
func picture(t testing.TB, n int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 * 48 {
		m.Set(i%64, i/64, color.RGBA{uint8(n), 40, 40, 255})
	}
	var out bytes.Buffer
	ok(t, png.Encode(&out, m))
	return out.Bytes()
}

// key gives an idempotency key.
func key(name string) []string {
	return []string{"Idempotency-Key", (strings.ReplaceAll(name, " ", "-") + "-0123456789abcdef")}
}

// speak uploads a recording and gives its id.
func (w *world) speak(t testing.TB, who string, n int) string {
	t.Helper()
	return w.upload(t, who, form(t, "voice", recording(n), "voice.mp3"))
}

func (w *world) upload(t testing.TB, who string, body content) string {
	t.Helper()
	var m struct{ ID string }
	w.succeeds(t, who, http.MethodPost, "/api/worker/media", body).into(t, &m)
	return m.ID
}

// entry is an entry as its worker sees it.
type entry struct {
	ID          int64
	State       string
	ChancesLeft int
	Raffle      bool
	Score       int64
	View        struct {
		Public    bool
		Right     *int
		Questions []struct {
			Text    string
			Options []string
			Correct []int
		}
	}
}

// enter takes part in a round and must be taken.
func (w *world) enter(t testing.TB, who, activity string, input any) entry {
	t.Helper()
	var e entry
	w.succeeds(t, who, http.MethodPost, w.path(activity, "/entries"), map[string]any{"input": input}, key("enter "+activity)...).into(t, &e)
	return e
}

// path gives the worker's address of a round, or of something below it.
func (w *world) path(activity, below string, args ...any) string {
	return "/api/worker/rounds/" + w.rounds[activity] + fmt.Sprintf(below, args...)
}

// adminPath is path for officers.
func (w *world) adminPath(activity, below string) string {
	return "/api/admin/rounds/" + w.rounds[activity] + below
}

// play is a play as its worker sees it.
type play struct {
	Seq       int64
	Won       bool
	AmountFen int64
}

func (w *world) play(t testing.TB, who, activity string, entry int64) play {
	t.Helper()
	var p play
	w.succeeds(t, who, http.MethodPost, w.path(activity, "/entries/%d/play", entry), nil, key("play "+activity)...).into(t, &p)
	return p
}

// sing takes part in a voice round and gives the entry and its recording.
func (w *world) sing(t testing.TB, who, activity string, n int) (entry, string) {
	t.Helper()
	id := w.speak(t, who, n)
	return w.enter(t, who, activity, map[string]any{"mediaIds": []string{id}, "hometown": "丹阳"}), id
}

// answersTo gives the answers to a paper, right or wrong.
func (e entry) answersTo(right bool) []map[string]any {
	var out []map[string]any
	for i, q := range e.View.Questions {
		at := slices.Index(q.Options, rightOf()[q.Text])
		if !right {
			at = (at + 1) % len(q.Options)
		}
		out = append(out, map[string]any{"question": i, "options": []int{at}})
	}
	return out
}

// text gives a value as JSON.
func text(t testing.TB, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	ok(t, err)
	return string(out)
}
