package admin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"nianwei/api/admin"
	"nianwei/api/gen"
	"nianwei/api/problem"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/account"
	"nianwei/service/roster"
)

const password = "correct horse battery"

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
	admin.Accounts
	admin.Roster
}

// office is one installation and the browser of one officer at it.
type office struct {
	testing.TB
	handler  http.Handler
	officers *account.Officers
	cookie   string
}

func each(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		keys, err := seal.New(bytes.Repeat([]byte{1}, seal.KeySize), bytes.Repeat([]byte{2}, seal.KeySize))
		must(t, err)
		r := roster.New(s, keys, roster.Limits{Bytes: 10_000})
		officers := account.NewOfficers(s, account.OfficerConfig{Cost: account.PasswordCost{MemoryKiB: 8, Passes: 1, Threads: 1}})
		h := handlers{Accounts: admin.NewAccounts(officers, "https://union.example"), Roster: admin.NewRoster(r, account.NewWorkers(s, r, account.WorkerConfig{}))}
		test(t, &office{TB: t, officers: officers, handler: serve(h, officers)})
	})
}

func serve(h handlers, officers *account.Officers) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	problems := problem.Writer{Log: slog.New(slog.DiscardHandler)}
	r := gin.New()
	r.ContextWithFallback = true
	strict := gen.NewStrictHandlerWithOptions(h, nil, gen.StrictGinServerOptions{
		RequestErrorHandlerFunc: problems.Write, HandlerErrorFunc: problems.Write, ResponseErrorHandlerFunc: problems.Write,
	})
	w := &gen.ServerInterfaceWrapper{Handler: strict, ErrorHandler: func(c *gin.Context, err error, _ int) { problems.Write(c, err) }}
	r.POST("/api/admin/setup", w.SetUpFirstOfficer)
	r.POST("/api/admin/session", w.SignInOfficer)
	r.POST("/api/admin/invitation", w.AcceptInvitation)
	in := r.Group("", func(c *gin.Context) {
		token, _ := c.Cookie("nianwei_officer")
		o, err := officers.Officer(c.Request.Context(), token)
		if err != nil {
			problems.Write(c, err)
			c.Abort()
			return
		}
		c.Request = c.Request.WithContext(account.WithOfficer(c.Request.Context(), o))
	})
	in.GET("/api/admin/session", w.GetOfficerSession)
	in.DELETE("/api/admin/session", w.SignOutOfficer)
	in.POST("/api/admin/password", w.ChangePassword)
	in.GET("/api/admin/officers", w.ListOfficers)
	in.POST("/api/admin/officers", w.CreateOfficer)
	in.PATCH("/api/admin/officers/:officer", w.ChangeOfficer)
	in.POST("/api/admin/officers/:officer/link", w.CreateOfficerLink)
	in.POST("/api/admin/roster/imports", w.ImportRoster)
	in.GET("/api/admin/roster/template", w.GetRosterTemplate)
	in.GET("/api/admin/workers", w.ListWorkers)
	in.DELETE("/api/admin/workers/:worker/binding", w.UnbindWorker)
	in.GET("/api/admin/unions", w.ListUnions)
	in.GET("/api/admin/groups", w.ListGroups)
	in.POST("/api/admin/groups", w.CreateGroup)
	return r
}

// send makes a request as the signed-in officer and reads the answer into out.
func (o *office) send(method, target, contentType, body string, status int, out any) http.Header {
	o.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	if o.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "nianwei_officer", Value: o.cookie})
	}
	rec := httptest.NewRecorder()
	o.handler.ServeHTTP(rec, r)
	answer, err := io.ReadAll(rec.Body)
	must(o, err)
	if rec.Code != status {
		o.Fatalf("%s %s: got %d, want %d: %s", method, target, rec.Code, status, answer)
	}
	for _, secret := range []string{"argon2", "password", "hash", "horse"} {
		if bytes.Contains(bytes.ToLower(answer), []byte(secret)) && !strings.Contains(target, "imports") && status < 300 {
			o.Errorf("%s %s: the answer contains %q: %s", method, target, secret, answer)
		}
	}
	if out != nil {
		must(o, json.Unmarshal(answer, out))
	}
	for _, c := range rec.Result().Cookies() {
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			o.Errorf("cookie %v is open to scripts, plain HTTP or other sites", c)
		}
		o.cookie = c.Value
	}
	return rec.Header()
}

func (o *office) ask(method, target, body string, status int, out any) http.Header {
	o.Helper()
	return o.send(method, target, "application/json", body, status, out)
}

func (o *office) setUp() {
	o.Helper()
	token, err := o.officers.SetupToken(o.Context())
	must(o, err)
	o.ask("POST", "/api/admin/setup", fmt.Sprintf(`{"token":%q,"login":"admin.wang","name":"王主任","password":%q}`, token, password), 201, nil)
}

func TestOfficers_FromTheFirstLinkToTheLastLock(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.ask("GET", "/api/admin/session", "", 401, nil)
		o.setUp()
		var me gen.Officer
		o.ask("GET", "/api/admin/session", "", 200, &me)
		if me.Login != "admin.wang" || len(me.Roles) != 1 || me.Roles[0] != gen.Administrator || me.LastSeenAt == nil {
			t.Errorf("me %+v", me)
		}
		var invite gen.OfficerInvite
		o.ask("POST", "/api/admin/officers", `{"login":"chen","name":"陈","roles":["drawer","organiser"]}`, 201, &invite)
		page, token, found := strings.Cut(invite.Url, "?token=")
		if !found || page != "https://union.example/console/#/invitation" || !invite.Officer.Invited {
			t.Errorf("invite %+v", invite)
		}
		o.ask("POST", "/api/admin/officers", `{"login":"chen","name":"陈","roles":["drawer"]}`, 409, nil)
		admin := o.cookie
		var chen gen.Officer
		o.ask("POST", "/api/admin/invitation", fmt.Sprintf(`{"token":%q,"password":%q}`, token, password), 200, &chen)
		o.ask("POST", "/api/admin/invitation", fmt.Sprintf(`{"token":%q,"password":%q}`, token, password), 404, nil)
		o.ask("POST", "/api/admin/password", fmt.Sprintf(`{"old":%q,"new":"another long one"}`, password), 204, nil)
		chens := o.cookie

		o.cookie = admin
		var list struct{ Items []gen.Officer }
		o.ask("GET", "/api/admin/officers", "", 200, &list)
		if len(list.Items) != 2 || list.Items[1].Invited {
			t.Errorf("officers %+v", list)
		}
		o.ask("PATCH", fmt.Sprintf("/api/admin/officers/%d", me.Id), `{"locked":true}`, 409, nil)
		o.ask("PATCH", fmt.Sprintf("/api/admin/officers/%d", chen.Id), `{"name":"陈工","roles":["auditor"]}`, 200, &chen)
		if chen.Name != "陈工" || len(chen.Roles) != 1 || chen.Roles[0] != gen.Auditor {
			t.Errorf("changed to %+v", chen)
		}
		o.ask("POST", fmt.Sprintf("/api/admin/officers/%d/link", chen.Id), "", 201, &invite)
		o.ask("PATCH", fmt.Sprintf("/api/admin/officers/%d", chen.Id), `{"locked":true}`, 200, nil)

		o.cookie = chens
		o.ask("GET", "/api/admin/session", "", 401, nil)
		o.cookie = admin
		o.ask("DELETE", "/api/admin/session", "", 204, nil)
		if o.cookie != "" {
			t.Error("the cookie stayed")
		}
		o.cookie = admin
		o.ask("GET", "/api/admin/session", "", 401, nil)
		o.ask("POST", "/api/admin/session", `{"login":"admin.wang","password":"wrong"}`, 401, nil)
		o.ask("POST", "/api/admin/session", fmt.Sprintf(`{"login":"admin.wang","password":%q}`, password), 200, nil)
		o.ask("GET", "/api/admin/session", "", 200, nil)
	})
}

func (o *office) upload(query, field, file string, status int, out any) {
	o.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	must(o, w.WriteField("note", "before the file"))
	part, err := w.CreateFormFile(field, "名册.csv")
	must(o, err)
	_, err = io.WriteString(part, file)
	must(o, err)
	must(o, w.Close())
	o.send("POST", "/api/admin/roster/imports"+query, w.FormDataContentType(), form.String(), status, out)
}

func TestRoster_FromTheFileToTheGroup(t *testing.T) {
	const file = "姓名,手机号,工会,行业,用工类型,是否留城\n王小明,13812345678,市/甲,制造业,,是\n李红,坏,市/乙,,,\n"
	each(t, func(t *testing.T, o *office) {
		o.setUp()
		var report gen.ImportReport
		o.upload("", "file", file, 200, &report)
		if !report.DryRun || report.Imported || report.Added != 1 || report.Bad != 1 || len(report.Problems) != 1 || report.Problems[0].Row != 3 || *report.Problems[0].Column != "手机号" {
			t.Errorf("a dry run: %+v", report)
		}
		o.upload("?dryRun=false", "file", file, 200, &report)
		if report.Imported {
			t.Errorf("with a bad row: %+v", report)
		}
		o.upload("?dryRun=false&skipBad=true", "file", file, 200, &report)
		if !report.Imported || report.Added != 1 || len(*report.UnionsAdded) != 2 {
			t.Errorf("without the bad row: %+v", report)
		}
		o.upload("", "other", file, 422, nil)
		o.upload("", "file", strings.Repeat("x", 10_001), 422, nil)

		var page gen.WorkerPage
		o.ask("GET", "/api/admin/workers?phone=13812345678", "", 200, &page)
		if len(page.Items) != 1 || page.Items[0].Name != "王*明" || page.Items[0].Phone != "138****5678" || *page.Total != 1 || page.Items[0].Bound {
			t.Errorf("workers %+v", page)
		}
		var unions struct{ Items []gen.Union }
		o.ask("GET", "/api/admin/unions", "", 200, &unions)
		if len(unions.Items) != 2 || unions.Items[0].ParentId != nil || unions.Items[0].Workers != 1 || *unions.Items[1].ParentId != unions.Items[0].Id {
			t.Errorf("unions %+v", unions)
		}
		var group gen.Group
		o.ask("POST", "/api/admin/groups", `{"name":"留城职工","staying":true}`, 201, &group)
		if group.Workers != 1 || group.Trades == nil || group.Staying == nil || !*group.Staying {
			t.Errorf("group %+v", group)
		}
		o.ask("POST", "/api/admin/groups", `{"name":"留城职工"}`, 409, nil)
		var groups struct{ Items []gen.Group }
		o.ask("GET", "/api/admin/groups", "", 200, &groups)
		if len(groups.Items) != 1 {
			t.Errorf("groups %+v", groups)
		}
		o.ask("DELETE", fmt.Sprintf("/api/admin/workers/%d/binding?reason=换手机", page.Items[0].Id), "", 404, nil)
		head := o.ask("GET", "/api/admin/roster/template", "", 200, nil)
		if !strings.Contains(head.Get("Content-Disposition"), "filename*=utf-8''") {
			t.Errorf("disposition %q", head.Get("Content-Disposition"))
		}
	})
}
