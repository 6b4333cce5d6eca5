package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"nianwei/api/gen"
	"nianwei/service/account"
)

var update = flag.Bool("update", false, "rewrite golden files")

// startServer runs the whole product on a fresh SQLite database; requests go to
// its handler.
func startServer(t testing.TB) *server {
	t.Helper()
	k, err := open(context.Background(), testConfig(t.TempDir()), io.Discard)
	ok(t, err)
	s := &server{core: k}
	t.Cleanup(func() { ok(t, s.close()) })
	ok(t, s.prepare(context.Background()))
	ok(t, s.listen(context.Background()))
	return s
}

// The contract and the router name the same operations; pages and probes are
// the only routes that the contract does not know.
func TestRoutes_AreThoseOfTheContract(t *testing.T) {
	spec, err := gen.GetSpec()
	ok(t, err)
	var want, got []string
	for path, item := range spec.Paths.Map() {
		for method := range item.Operations() {
			want = append(want, method+" "+strings.NewReplacer("{", ":", "}", "").Replace(path))
		}
	}
	for _, r := range startServer(t).http.Handler.(*gin.Engine).Routes() {
		if strings.HasPrefix(r.Path, "/api/") || strings.HasPrefix(r.Path, "/auth/") {
			got = append(got, r.Method+" "+r.Path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	for _, route := range want {
		if !slices.Contains(got, route) {
			t.Errorf("the contract has %s, the router does not", route)
		}
	}
	for _, route := range got {
		if !slices.Contains(want, route) {
			t.Errorf("the router has %s, the contract does not", route)
		}
	}
}

// Who may ask what, of every route: the golden file is the matrix, so a change
// of anybody's rights is a change that a reviewer sees.
func TestRoutes_PermissionMatrix(t *testing.T) {
	s := startServer(t)
	roles := []string{"nobody", "worker", "administrator", "organiser", "drawer", "auditor", "finance"}
	cookies := map[string]string{"worker": "nianwei_worker=" + s.aWorker(t)}
	for _, role := range roles[2:] {
		cookies[role] = "nianwei_officer=" + s.anOfficer(t, account.Role(role))
	}
	routes := s.http.Handler.(*gin.Engine).Routes()
	slices.SortFunc(routes, func(a, b gin.RouteInfo) int { return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method) })
	var out bytes.Buffer
	fmt.Fprintf(&out, "%-64s %s\n", "route", strings.Join(roles, " "))
	for _, r := range routes {
		if !strings.HasPrefix(r.Path, "/api/") && !strings.HasPrefix(r.Path, "/auth/") || ends(r) {
			continue
		}
		cells := make([]string, len(roles))
		for i, role := range roles {
			cells[i] = fmt.Sprintf("%-*s", len(role), s.mayAsk(r, cookies[role]))
		}
		fmt.Fprintln(&out, strings.TrimRight(fmt.Sprintf("%-6s %-57s %s", r.Method, r.Path, strings.Join(cells, " ")), " "))
	}
	golden := filepath.Join("testdata", "permissions.golden")
	if *update {
		ok(t, os.MkdirAll("testdata", 0o755))
		ok(t, os.WriteFile(golden, out.Bytes(), 0o600))
	}
	want, err := os.ReadFile(golden)
	ok(t, err)
	if !bytes.Equal(want, out.Bytes()) {
		t.Errorf("the permission matrix is not the golden one; look at the difference, then go test ./cmd/nianwei -run PermissionMatrix -update\n%s", out.String())
	}
}

// ends tells the routes that would end the very session they are asked with, or
// that never end.
func ends(r gin.RouteInfo) bool {
	return r.Method == http.MethodDelete && strings.HasSuffix(r.Path, "/session") || strings.HasSuffix(r.Path, "/live")
}

// mayAsk gives "yes" when a request gets past the session and role checks,
// whatever becomes of it then.
func (s *server) mayAsk(r gin.RouteInfo, cookie string) string {
	path := strings.NewReplacer(":round", "none", ":entry", "0", ":seq", "0", ":officer", "999", ":worker", "999", ":activity", "999", ":fund", "999", ":media", "0123456789abcdef").Replace(r.Path)
	req := httptest.NewRequest(r.Method, path, strings.NewReader("{}"))
	req.Header.Set("Content-Type", "application/json")
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	rec := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(rec, req)
	body := rec.Body.String()
	switch {
	case rec.Code == http.StatusUnauthorized && strings.Contains(body, `"session.`):
		return "-"
	case rec.Code == http.StatusForbidden && strings.Contains(body, `"officer.role"`):
		return "-"
	}
	return "yes"
}
