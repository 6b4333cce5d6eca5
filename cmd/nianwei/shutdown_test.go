package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/model/store"
)

func systemNow() time.Time { return clock.System{}.Now() }

func zipOf(t testing.TB, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	f, err := z.Create(name)
	ok(t, err)
	_, err = f.Write([]byte("x"))
	ok(t, err)
	ok(t, z.Close())
	return out.Bytes()
}

// A server that is told to stop answers what it has accepted, and what it
// answered is there: nothing was promised that the database does not know.
func TestShutdown_FinishesWhatWasAccepted(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		const crowd, stopAfter = 400, 60
		w.at(t, "20:05")
		round := w.rounds["voice"]
		tokens := w.addCrowd(t, "voice", crowd)
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan error, 1)
		go func() { stopped <- w.run(ctx) }()
		address := w.listener.Addr().String()

		var mu sync.Mutex
		promised := map[int64]bool{}
		refused, unreached := 0, 0
		var wg sync.WaitGroup
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		gate := make(chan struct{}, 40)
		for i, token := range tokens {
			wg.Go(func() {
				gate <- struct{}{}
				defer func() { <-gate }()
				status, body, err := playOver(client, address, round, i, token)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err != nil && isUnreached(err):
					unreached++
				case err != nil:
					t.Errorf("an accepted request got no answer: %v", err)
				case status == http.StatusOK:
					var p play
					if json.Unmarshal([]byte(body), &p) != nil || promised[p.Seq] {
						t.Errorf("play: %s", body)
					}
					if promised[p.Seq] = true; len(promised) == stopAfter {
						cancel()
					}
				case status == http.StatusServiceUnavailable || status == http.StatusConflict && strings.Contains(body, "play.sold_out"):
					refused++
				default:
					t.Errorf("play: %d %s", status, body)
				}
			})
		}
		wg.Wait()
		cancel()
		ok(t, <-stopped)
		if len(promised) < stopAfter {
			t.Errorf("only %d plays were answered before the end", len(promised))
		}
		if len(promised)+refused+unreached != crowd {
			t.Errorf("%d answered, %d refused, %d unreached: not %d", len(promised), refused, unreached, crowd)
		}
		if unreached+refused == 0 {
			t.Error("everything was over before the server was told to stop")
		}
		var seq int64
		seqs := map[int64]bool{}
		ok(t, w.store.Read(context.Background(), func(tx *store.Tx) error {
			return tx.Each("SELECT p.seq FROM plays p JOIN rounds r ON r.id = p.round_id WHERE r.name = ?", []any{round}, []any{&seq}, func() error {
				seqs[seq] = true
				return nil
			})
		}))
		for seq := range promised {
			if !seqs[seq] {
				t.Errorf("play %d was answered and is not there", seq)
			}
		}
		if len(seqs) != len(promised) {
			t.Errorf("%d plays were made, %d were answered", len(seqs), len(promised))
		}
	})
}

// playOver plays over a socket; err is what the socket said.
func playOver(client *http.Client, address, round string, entry int, token string) (int, string, error) {
	req, err := http.NewRequest(http.MethodPost, fmt.Sprintf("http://%s/api/worker/rounds/%s/entries/%d/play", address, round, entry), http.NoBody)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Idempotency-Key", fmt.Sprintf("play-of-entry-%06d", entry))
	res, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, string(body), errors.Join(err, res.Body.Close())
}

// isUnreached tells a connection on which nothing was done from an answer that
// was lost. A listener that closes resets what was queued for it, and net/http
// closes, unserved, connections whose request comes while it shuts down; that
// nothing was done for them shows in the count of plays.
func isUnreached(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF)
}

// addCrowd gives a round entries that each may play, of workers who are signed
// in, straight in the tables: what is tested is playing.
func (w *world) addCrowd(t *testing.T, activity string, n int) (tokens []string) {
	t.Helper()
	const first = 1000
	ok(t, w.store.Write(context.Background(), func(tx *store.Tx) error {
		var round, union int64
		if _, err := tx.Row("SELECT id FROM rounds WHERE name = ?", []any{w.rounds[activity]}, &round); err != nil {
			return err
		}
		if _, err := tx.Row("SELECT MAX(id) FROM unions", nil, &union); err != nil {
			return err
		}
		workers := store.NewRows("workers", n, "id", "union_id", "name_sealed", "name_mask", "phone_sealed", "phone_mask", "phone_hash", "trade", "type", "staying", "active", "created_at", "updated_at")
		accounts := store.NewRows("accounts", n, "id", "app_id", "openid", "worker_id", "bound_at", "created_at", "seen_at")
		sessions := store.NewRows("worker_sessions", n, "token_hash", "account_id", "created_at", "expires_at")
		entries := store.NewRows("entries", n, "round_id", "seq", "worker_id", "union_id", "nth", "state", "idem", "body_hash", "created_at", "done_at", "score", "chances", "progress")
		for i := range n {
			hash := sha256.Sum256(fmt.Appendf(nil, "crowd %d", i))
			workers.Add(first+i, union, []byte{}, "*", []byte{}, "*", hash[:], "", "", 1, 1, 0, 0)
			token := base64.RawURLEncoding.EncodeToString(hash[:])
			tokens = append(tokens, token)
			session := sha256.Sum256([]byte(token))
			accounts.Add(first+i, "wxservice", fmt.Sprintf("openid-crowd-%d", i), first+i, 0, 0, 0)
			sessions.Add(session[:], first+i, 0, int64(1)<<60)
			entries.Add(round, i, first+i, union, 0, "done", fmt.Sprintf("entry-key-%06d-%d", i, n), hash[:], tx.Millis(), tx.Millis(), 0, 1, []byte(`{"m":[]}`))
		}
		for _, rows := range []*store.Rows{workers, accounts, sessions, entries} {
			if err := rows.Write(tx); err != nil {
				return err
			}
		}
		_, err := tx.Exec("UPDATE round_heads SET entries = ?, participations = ?, people = ? WHERE round_id = ?", n, n, n, round)
		return err
	}))
	return tokens
}
