package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/account"
)

// eachDatabase runs a test on a fresh product with its season planned, once for
// every database.
func eachDatabase(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel() // they mostly wait for the disk
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newWorld(t, ""))
	})
	if dsn := os.Getenv("NIANWEI_TEST_MYSQL_DSN"); dsn != "" {
		t.Run("mysql", func(t *testing.T) {
			t.Parallel()
			test(t, newWorld(t, "mysql:"+storetest.MySQLDatabase(t, dsn)))
		})
	}
}

// world is the whole product with its people. Every answer that goes through it
// is held against the contract and searched for what it must not say; so is the
// log, when the world ends.
type world struct {
	*server
	contract *contract
	log      *logbook
	cookies  map[string]string // by who
	people   []*person
	ids      map[string]int64  // of what the organiser made, by name
	rounds   map[string]string // public ids by the activities' names
	eve      time.Time         // midnight at the beginning of 除夕
	broken   bool              // a test has broken the database, so the product may fail
}

// startOn runs the product on a database; "" is SQLite in its data directory.
// Passwords cost little here, since none of these tests is about guessing them.
func startOn(t testing.TB, url string, log io.Writer) *server {
	t.Helper()
	c := testConfig(t.TempDir())
	c.Database.URL, c.Log.Level = url, "debug"
	k, err := open(context.Background(), c, log)
	ok(t, err)
	s := &server{core: k}
	t.Cleanup(func() { ok(t, s.close()) })
	ok(t, s.prepare(context.Background()))
	s.officers = account.NewOfficers(s.store, account.OfficerConfig{SessionLife: years, LinkLife: years, Cost: account.PasswordCost{MemoryKiB: 8, Passes: 1, Threads: 1}})
	ok(t, s.listen(context.Background()))
	return s
}

// at moves the product to an hour of 除夕, as in "20:30" or, for the days after,
// "44:30", and does what has become due.
func (w *world) at(t testing.TB, hour string) {
	t.Helper()
	w.clockAt(t, hour)
	ok(t, w.moved(context.Background()))
}

// clockAt moves the clock alone: nothing ticks.
func (w *world) clockAt(t testing.TB, hour string) {
	t.Helper()
	var h, m int
	if _, err := fmt.Sscanf(hour, "%d:%d", &h, &m); err != nil {
		t.Fatalf("hour %q: %v", hour, err)
	}
	w.machine.Set(w.eve.Add(time.Duration(h)*time.Hour+time.Duration(m)*time.Minute), true)
}

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

// into decodes an answer's JSON.
func (a answer) into(t testing.TB, dest any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), dest); err != nil {
		t.Fatalf("%v in %.300s", err, a.body)
	}
}

// content is a body that is no JSON.
type content struct {
	typ  string
	data []byte
}

// ask sends a request to the product and checks all that holds for every answer.
// A body is nil, a content, a text that is sent as JSON as it is, or a value.
func (w *world) ask(t testing.TB, who, method, path string, body any, headers ...string) answer {
	t.Helper()
	req := w.request(t, who, method, path, body, headers...)
	rec := httptest.NewRecorder()
	w.http.Handler.ServeHTTP(rec, req)
	a := answer{rec.Code, rec.Header(), rec.Body.String()}
	if a.status == http.StatusInternalServerError && !w.broken {
		t.Errorf("%s %s: 500 %s", method, path, a.body)
	}
	w.inspect(t, who, req, a)
	return a
}

func (w *world) request(t testing.TB, who, method, path string, body any, headers ...string) *http.Request {
	t.Helper()
	var reader io.Reader = http.NoBody
	typ := ""
	switch b := body.(type) {
	case nil:
	case content:
		typ, reader = b.typ, bytes.NewReader(b.data)
	case string:
		typ, reader = "application/json", strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		ok(t, err)
		typ, reader = "application/json", bytes.NewReader(text)
	}
	req := httptest.NewRequest(method, path, reader)
	if typ != "" {
		req.Header.Set("Content-Type", typ)
	}
	if cookie := w.cookies[who]; cookie != "" {
		req.Header.Set("Cookie", cookie)
	} else if who != "" {
		t.Fatalf("nobody is called %q", who)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

// get reads what must be there to read.
func (w *world) get(t testing.TB, who, path string) answer {
	t.Helper()
	return w.succeeds(t, who, http.MethodGet, path, nil)
}

// succeeds sends a request that must not be refused.
func (w *world) succeeds(t testing.TB, who, method, path string, body any, headers ...string) answer {
	t.Helper()
	a := w.ask(t, who, method, path, body, headers...)
	if a.status >= http.StatusMultipleChoices {
		t.Fatalf("%s: %s %s: %d %s", who, method, path, a.status, a.body)
	}
	return a
}

// inspect checks what holds for every answer, whatever was asked.
func (w *world) inspect(t testing.TB, who string, req *http.Request, a answer) {
	t.Helper()
	if err := w.contract.check(req, a); err != nil {
		t.Errorf("%s %s: %d breaks the contract: %v\n%.600s", req.Method, req.URL.Path, a.status, err, a.body)
	}
	own := ""
	if strings.HasSuffix(req.URL.Path, "/receipt") {
		own = who // a receipt is for its worker alone, and says who they are
	}
	for _, secret := range w.secrets(own) {
		if strings.Contains(a.body, secret) {
			t.Errorf("%s: %s %s: the answer says %q\n%.600s", who, req.Method, req.URL.Path, secret, a.body)
		}
	}
	if w.hidesAnswers() {
		for _, mark := range []string{`"correct"`, `"explanation"`, explained} {
			if strings.Contains(a.body, mark) {
				t.Errorf("%s: %s %s tells the quiz's answers before its round has closed: %s", who, req.Method, req.URL.Path, mark)
			}
		}
	}
}

// scenario is one request and what must come of it.
type scenario struct {
	name         string
	who          string
	method, path string
	body         any
	header       []string // name, value, …
	status       int
	reason       string
	has, hasNot  []string // texts that the answer must have, or must not
}

// refuses runs scenarios that must all be refused for their reason, in words
// that a person understands, and leave the database as it was.
func (w *world) refuses(t *testing.T, scenarios []scenario) {
	t.Helper()
	before := w.snapshot(t)
	for _, s := range scenarios {
		a := w.ask(t, s.who, s.method, s.path, s.body, s.header...)
		w.checkRefusal(t, s, a)
		after := w.snapshot(t)
		if changed := differences(before, after); changed != "" {
			t.Errorf("%s: was refused with %d, but changed %s", s.name, a.status, changed)
		}
		before = after
	}
}

func (w *world) checkRefusal(t *testing.T, s scenario, a answer) {
	t.Helper()
	var p struct{ Type, Title, Reason, Detail, RequestID string }
	if a.status != s.status {
		t.Errorf("%s: %d, want %d: %.400s", s.name, a.status, s.status, a.body)
		return
	}
	a.into(t, &p)
	switch {
	case p.Reason != s.reason:
		t.Errorf("%s: reason %q, want %q: %.400s", s.name, p.Reason, s.reason, a.body)
	case p.Type != "urn:nianwei:"+s.reason || p.RequestID == "" || p.Title == "":
		t.Errorf("%s: is no whole problem: %s", s.name, a.body)
	case !strings.ContainsFunc(p.Detail, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		t.Errorf("%s: says nothing that its reader understands: %s", s.name, a.body)
	}
	for _, text := range s.has {
		if !strings.Contains(a.body, text) {
			t.Errorf("%s: the answer lacks %q: %.600s", s.name, text, a.body)
		}
	}
	for _, text := range s.hasNot {
		if strings.Contains(a.body, text) {
			t.Errorf("%s: the answer has %q: %.600s", s.name, text, a.body)
		}
	}
}

// snapshot sums every table up: how many rows, and a hash over all of them. Left
// out is what counts refused guesses, and what may be lost.
func (w *world) snapshot(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	ok(t, w.store.Read(context.Background(), func(tx *store.Tx) error {
		list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
		if tx.Dialect() == store.MySQL {
			list = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
		}
		var table string
		var tables []string
		if err := tx.Each(list, nil, []any{&table}, func() error { tables = append(tables, table); return nil }); err != nil {
			return err
		}
		for _, table := range tables {
			if slices.Contains([]string{"attempts", "cache_entries", "leases"}, table) {
				continue
			}
			sum, err := sumOf(tx, table)
			if err != nil {
				return err
			}
			out[table] = sum
		}
		return nil
	}))
	if len(out) < 20 {
		t.Fatalf("only %d tables", len(out))
	}
	return out
}

func sumOf(tx *store.Tx, table string) (string, error) {
	rows, err := tx.DB().Raw("SELECT * FROM " + table).Rows()
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	cells, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		dest[i] = &cells[i]
	}
	n, all := 0, []string{}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return "", err
		}
		if at := slices.Index(columns, "last_at"); at >= 0 {
			cells[at] = nil // when a round's row was locked last, whatever came of it
		}
		n++
		all = append(all, fmt.Sprintf("%v", cells))
	}
	slices.Sort(all)
	sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
	return fmt.Sprintf("%d rows %s", n, hex.EncodeToString(sum[:4])), rows.Err()
}

func differences(before, after map[string]string) string {
	var out []string
	for _, table := range slices.Sorted(maps.Keys(before)) {
		if before[table] != after[table] {
			out = append(out, fmt.Sprintf("%s: %s → %s", table, before[table], after[table]))
		}
	}
	return strings.Join(out, "; ")
}

// logbook keeps what the product logs.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends to the log.
func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String gives the log so far.
func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
