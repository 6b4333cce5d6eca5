package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"nianwei/api/gen"
	"nianwei/model"
	"nianwei/model/clock"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/account"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/ledger"
)

// BenchmarkPlays measures plays per second over HTTP, durable before the
// answer, and holds them in the same run against (a) an empty Gin handler with
// the same session check and JSON, and (b) the usual transaction per play with
// a row lock. One iteration is one play. The client runs on the same cores.
func BenchmarkPlays(b *testing.B) {
	urls := map[string]func(b *testing.B) string{
		"sqlite": func(b *testing.B) string { return "sqlite:" + b.TempDir() + "/bench.db" },
	}
	if dsn := os.Getenv("NIANWEI_TEST_MYSQL_DSN"); dsn != "" {
		urls["mariadb"] = func(b *testing.B) string { return "mysql:" + storetest.MySQLDatabase(b, dsn) }
	}
	for _, name := range []string{"sqlite", "mariadb"} {
		if urls[name] == nil {
			continue
		}
		for _, connections := range []int{64, 512} {
			b.Run(fmt.Sprintf("%s/%d", name, connections), func(b *testing.B) {
				rates := map[string]float64{}
				for _, what := range []string{"empty", "naive", "grouped"} {
					b.Run(what, func(b *testing.B) {
						e := newBenchEvening(b, urls[name](b))
						rates[what] = e.measure(b, what, connections)
						if what == "grouped" {
							b.ReportMetric(rates["grouped"]/rates["empty"], "of-empty")
							b.ReportMetric(rates["grouped"]/rates["naive"], "of-naive")
							e.reconcile(b)
						}
					})
				}
			})
		}
	}
}

// benchEvening is an open deck round with as many workers as plays, each with a
// session and an entry that gives one play.
type benchEvening struct {
	server *server
	round  string
	id     int64
	n      int
	tokens []string
}

func newBenchEvening(b *testing.B, url string) *benchEvening {
	b.Helper()
	ctx := context.Background()
	s := startForBench(b, url)
	e := &benchEvening{server: s, n: b.N + 64}
	at := time.Date(2027, 2, 5, 20, 0, 0, 0, s.location)
	s.machine.Set(at.Add(-time.Hour), true)
	var fund int64
	ok(b, s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Insert("INSERT INTO seasons (id, name, year, created_at) VALUES (1,'2027',2027,0)"); err != nil {
			return err
		}
		f, err := ledger.CreateFund(tx, "bench", 1<<40)
		fund = f.ID
		return err
	}))
	ok(b, s.store.Write(ctx, func(tx *store.Tx) error {
		packets := int64(max(1, e.n/4))
		a, err := s.engine.Create(tx, 1, activity.Draft{SeasonID: 1, FundID: fund, Title: "bench", Rules: "rules", Kind: "work", Timetable: "除夕 20:00",
			Settings: json.RawMessage(`{"medium":"voice","maxPhotos":1,"minSeconds":1,"maxSeconds":60,"review":"draw_first","prompt":"祝福","askHometown":false}`),
			Reward:   award.Reward{Kind: award.Deck, Tickets: int64(e.n), Prizes: []award.Prize{{Code: "rp", Name: "红包", Kind: award.Cash, Count: packets, AmountFen: 288}}}})
		if err != nil {
			return err
		}
		if a, err = s.engine.Publish(tx, a.ID); err != nil {
			return err
		}
		e.round, e.id = a.Rounds[0].Name, a.Rounds[0].ID
		return nil
	}))
	e.people(b)
	s.machine.Set(at, false)
	ok(b, s.moved(ctx))
	for _, token := range e.tokens {
		_, err := s.workers.Worker(ctx, token)
		ok(b, err)
	}
	return e
}

func startForBench(b *testing.B, url string) *server {
	b.Helper()
	c := testConfig(b.TempDir())
	c.Database.URL = url
	k, err := open(context.Background(), c, io.Discard)
	ok(b, err)
	s := &server{core: k}
	b.Cleanup(func() { ok(b, s.close()) })
	ok(b, s.prepare(context.Background()))
	s.workers = account.NewWorkers(s.store, s.roster, account.WorkerConfig{SessionLife: years, CacheLife: time.Hour, CacheSize: 4 << 20})
	ok(b, s.listen(context.Background()))
	return s
}

// people writes workers, their sessions and their entries straight into the
// tables: what is measured is playing.
func (e *benchEvening) people(b *testing.B) {
	b.Helper()
	ok(b, e.server.store.Write(context.Background(), func(tx *store.Tx) error {
		if _, err := tx.Insert("INSERT INTO unions (id, parent_id, name, level, path, created_at) VALUES (1,0,'u',0,'/1/',0)"); err != nil {
			return err
		}
		workers := store.NewRows("workers", e.n, "id", "union_id", "name_sealed", "name_mask", "phone_sealed", "phone_mask", "phone_hash", "trade", "type", "staying", "active", "created_at", "updated_at")
		accounts := store.NewRows("accounts", e.n, "id", "app_id", "openid", "worker_id", "bound_at", "created_at", "seen_at")
		sessions := store.NewRows("worker_sessions", e.n, "token_hash", "account_id", "created_at", "expires_at")
		entries := store.NewRows("entries", e.n, "round_id", "seq", "worker_id", "union_id", "nth", "state", "idem", "body_hash", "created_at", "done_at", "score", "chances", "progress")
		for i := range e.n {
			var raw [32]byte
			raw[0], raw[1], raw[2], raw[3] = byte(i), byte(i>>8), byte(i>>16), byte(i>>24)
			token := base64.RawURLEncoding.EncodeToString(raw[:])
			hash := sha256.Sum256([]byte(token))
			e.tokens = append(e.tokens, token)
			workers.Add(i+1, 1, []byte{}, "*", []byte{}, "*", hash[:], "", "", 1, 1, 0, 0)
			accounts.Add(i+1, "app", fmt.Sprintf("openid-%028d", i), i+1, 0, 0, 0)
			sessions.Add(hash[:], i+1, 0, int64(1)<<60)
			entries.Add(e.id, i, i+1, 1, 0, "done", fmt.Sprintf("entry-key-%d", i), hash[:], 0, 0, 0, 1, []byte(`{"mediaIds":[]}`))
		}
		for _, rows := range []*store.Rows{workers, accounts, sessions, entries} {
			if err := rows.Write(tx); err != nil {
				return err
			}
		}
		_, err := tx.Exec("UPDATE round_heads SET entries = ?, participations = ?, people = ? WHERE round_id = ?", e.n, e.n, e.n, e.id)
		return err
	}))
}

// measure plays b.N times over so many connections and gives plays per second.
func (e *benchEvening) measure(b *testing.B, what string, connections int) float64 {
	b.Helper()
	handler, path := e.server.http.Handler, "/api/worker/rounds/"+e.round+"/entries/%d/play"
	switch what {
	case "empty":
		handler = e.empty()
	case "naive":
		handler = e.naive()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(b, err)
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = srv.Serve(listener) }()
	defer func() { _ = srv.Close() }()

	var next, busy atomic.Int64
	waits := make([][]time.Duration, connections)
	var wg sync.WaitGroup
	watch := clock.System{}
	b.ResetTimer()
	from := watch.Now()
	for c := range connections {
		wg.Go(func() {
			client := dial(b, listener.Addr().String())
			defer client.close()
			for {
				i := int(next.Add(1) - 1)
				if i >= b.N {
					return
				}
				asked := watch.Now()
				for {
					status, body := client.post(fmt.Sprintf(path, i), e.tokens[i], i)
					if status == http.StatusOK {
						break
					}
					if status != http.StatusServiceUnavailable {
						b.Errorf("play %d: %d %s", i, status, body)
						return
					}
					busy.Add(1)
				}
				waits[c] = append(waits[c], watch.Now().Sub(asked))
			}
		})
	}
	wg.Wait()
	took := watch.Now().Sub(from)
	b.StopTimer()
	all := slices.Concat(waits...)
	slices.Sort(all)
	rate := float64(b.N) / took.Seconds()
	b.ReportMetric(rate, "plays/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(busy.Load()), "refused")
	return rate
}

// reconcile makes sure that what was measured is what was asked for: every
// acknowledged play is there, and the round verifies.
func (e *benchEvening) reconcile(b *testing.B) {
	b.Helper()
	ok(b, e.server.store.Read(context.Background(), func(tx *store.Tx) error {
		head, err := model.ReadHead(tx, e.id)
		if err != nil {
			return err
		}
		if head.Plays != int64(b.N) {
			b.Errorf("%d plays were acknowledged, %d are there", b.N, head.Plays)
		}
		var rows int64
		if _, err := tx.Row("SELECT COUNT(*) FROM plays WHERE round_id = ?", []any{e.id}, &rows); err != nil {
			return err
		}
		if rows != head.Plays {
			b.Errorf("%d rows for %d plays", rows, head.Plays)
		}
		return nil
	}))
}

// signedIn is the session check that every variant has.
func (e *benchEvening) signedIn(c *gin.Context) {
	token, _ := c.Cookie("nianwei_worker")
	w, err := e.server.workers.Worker(c.Request.Context(), token)
	if err != nil {
		c.AbortWithStatus(http.StatusUnauthorized)
		return
	}
	c.Request = c.Request.WithContext(account.WithWorker(c.Request.Context(), w))
}

func benchAnswer(round string, seq, entry, fen int64) gen.Play {
	code, name, kind := "rp", "红包", gen.Cash
	return gen.Play{RoundId: round, Seq: seq, EntryId: entry, At: 1801828800000, Won: true, AmountFen: fen, PrizeCode: &code, PrizeName: &name, PrizeKind: &kind}
}

// empty is the ceiling: Gin, the session check, and the same JSON.
func (e *benchEvening) empty() http.Handler {
	r := gin.New()
	r.POST("/api/worker/rounds/:round/entries/:entry/play", e.signedIn, func(c *gin.Context) {
		entry, _ := strconv.ParseInt(c.Param("entry"), 10, 64)
		c.JSON(http.StatusOK, benchAnswer(c.Param("round"), entry, entry, 288))
	})
	return r
}

// naive is what everybody does: one transaction per play, which locks the row
// that all plays share, looks for an earlier play, and writes play, award,
// ledger row and the row. It keeps no log and no tree.
func (e *benchEvening) naive() http.Handler {
	r := gin.New()
	r.POST("/api/worker/rounds/:round/entries/:entry/play", e.signedIn, func(c *gin.Context) {
		entry, _ := strconv.ParseInt(c.Param("entry"), 10, 64)
		w, _ := account.WorkerFrom(c.Request.Context())
		var seq int64
		err := e.server.store.Write(c.Request.Context(), func(tx *store.Tx) error {
			var wins, other int64
			if _, err := tx.Row("SELECT plays, wins FROM round_heads WHERE round_id = ?"+tx.ForUpdate(), []any{e.id}, &seq, &wins); err != nil {
				return err
			}
			found, err := tx.Row("SELECT seq FROM plays WHERE round_id = ? AND entry_seq = ?", []any{e.id, entry}, &other)
			if err != nil || found {
				return errors.Join(err, errors.New("played"))
			}
			for _, s := range []struct {
				query string
				args  []any
			}{
				{"INSERT INTO plays (round_id, seq, entry_seq, nth, worker_id, idem, at, pos, prize_code, amount_fen, ask_line) VALUES (?,?,?,?,?,?,?,?,?,?,?)", []any{e.id, seq, entry, 0, w.WorkerID, c.GetHeader("Idempotency-Key"), 1, seq, "rp", 288, 0}},
				{"INSERT INTO awards (round_id, no, worker_id, union_id, entry_seq, prize_code, amount_fen, state, won_at) VALUES (?,?,?,?,?,?,?,?,?)", []any{e.id, seq, w.WorkerID, 1, entry, "rp", 288, "owed", 1}},
				{"INSERT INTO transfers (at, fund_id, round_id, kind, debit, credit, amount_fen, memo) VALUES (1,1,?,'win','reserved','won',288,'')", []any{e.id}},
				{"UPDATE round_heads SET plays = plays + 1, wins = wins + 1 WHERE round_id = ?", []any{e.id}},
			} {
				if _, err := tx.Exec(s.query, s.args...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			c.String(http.StatusInternalServerError, err.Error())
			return
		}
		c.JSON(http.StatusOK, benchAnswer(c.Param("round"), seq, entry, 288))
	})
	return r
}

// rawClient speaks just enough HTTP/1.1, so that the client takes little of the
// cores that the server is measured on.
type rawClient struct {
	conn net.Conn
	in   *bufio.Reader
	out  bytes.Buffer
}

func dial(b *testing.B, address string) *rawClient {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Error(err)
		panic(err)
	}
	return &rawClient{conn: conn, in: bufio.NewReaderSize(conn, 4096)}
}

func (c *rawClient) close() { _ = c.conn.Close() }

func (c *rawClient) post(path, token string, i int) (status int, body string) {
	c.out.Reset()
	fmt.Fprintf(&c.out, "POST %s HTTP/1.1\r\nHost: localhost\r\nCookie: nianwei_worker=%s\r\nIdempotency-Key: play-key-%024d\r\nContent-Length: 0\r\n\r\n", path, token, i)
	if _, err := c.conn.Write(c.out.Bytes()); err != nil {
		return 0, err.Error()
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, err.Error()
	}
	status, _ = strconv.Atoi(string(line[9:12]))
	length := 0
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return 0, err.Error()
		}
		if len(line) <= 2 {
			break
		}
		if n, found := strings.CutPrefix(string(line), "Content-Length: "); found {
			length, _ = strconv.Atoi(strings.TrimSpace(n))
		}
	}
	if status != http.StatusOK {
		text := make([]byte, length)
		_, _ = io.ReadFull(c.in, text)
		return status, string(text)
	}
	_, _ = c.in.Discard(length)
	return status, ""
}
