package account_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/account"
	"nianwei/service/wechat"
)

func TestSignIn_KeepsTheTokenOutOfTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		token, _ := w.enter("o1")
		must(t, w.store.Read(w.ctx, func(tx *store.Tx) error {
			var hash []byte
			_, err := tx.Row("SELECT token_hash FROM worker_sessions", nil, &hash)
			if len(hash) != 32 || strings.Contains(string(hash), token[:8]) {
				t.Errorf("stored %q for %q", hash, token)
			}
			return err
		}))
	})
}

func TestSignIn_APreviewPageGetsNoSession(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, who := range []wechat.Identity{{AppID: "wx1", Snapshot: true}, {AppID: "wx1", OpenID: "o1", Snapshot: true}, {AppID: "wx1"}, {}} {
			_, _, err := w.workers.SignIn(w.ctx, who)
			wants(t, fmt.Sprintf("%+v", who), err, wechat.ErrSnapshotUser)
		}
	})
}

func TestSignIn_TwentyAtOnceAreOneAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var mu sync.Mutex
		ids := map[int64]bool{}
		for _, err := range race(20, func(int) error {
			token, _, err := w.workers.SignIn(w.ctx, wechat.Identity{AppID: "wx1", OpenID: "o1", UnionID: "u1"})
			if err != nil {
				return err
			}
			got, err := w.workers.Worker(w.ctx, token)
			mu.Lock()
			defer mu.Unlock()
			ids[got.AccountID] = true
			return err
		}) {
			must(t, err)
		}
		if len(ids) != 1 {
			t.Errorf("%d accounts for one openid", len(ids))
		}
	})
}

func TestWorker_OnlyALivingSessionLetsIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		token, who := w.enter("o1")
		for _, made := range []string{"", "x", strings.Repeat("A", 43), token[:42], token + "A", strings.Repeat("A", 1<<20)} {
			_, err := w.workers.Worker(w.ctx, made)
			wants(t, "a made-up token", err, account.ErrSession)
		}
		bound, err := w.workers.Bind(w.ctx, who, "王小明", "13800000001", ip)
		must(t, err)
		got, err := w.workers.Worker(w.ctx, token)
		must(t, err)
		if got != bound || got.WorkerID == 0 || got.UnionID == 0 || got.OpenID != "o1" || got.AppID != "wx1" {
			t.Errorf("got %+v, bound %+v", got, bound)
		}
		w.pass(30*24*time.Hour - time.Millisecond)
		_, err = w.workers.Worker(w.ctx, token)
		must(t, err)
		w.pass(time.Millisecond)
		_, err = w.workers.Worker(w.ctx, token)
		wants(t, "after 30 days, although just remembered", err, account.ErrSession)
	})
}

// The database is closed: what is answered now was remembered.
func TestWorker_MostRequestsTouchNoDatabase(t *testing.T) {
	for name, url := range storetest.URLs(t) {
		t.Run(name, func(t *testing.T) {
			machine := clock.NewMachine(clock.System{})
			machine.Set(clock.FromMillis(eight), true)
			storetest.Open(t, url, machine)
			s, err := store.Open(context.Background(), url, store.Options{Clock: machine})
			must(t, err)
			w := build(t, s, machine, account.WorkerConfig{})
			token, who := w.enter("o1")
			_, err = w.workers.Bind(w.ctx, who, "王小明", "13800000001", ip)
			must(t, err)
			_, err = w.workers.Worker(w.ctx, token)
			must(t, err)
			must(t, s.Close())
			w.pass(5*time.Second - time.Millisecond)
			_, err = w.workers.Worker(w.ctx, token)
			must(t, err)
			w.pass(time.Millisecond)
			if _, err = w.workers.Worker(w.ctx, token); fault.Of(err) != fault.Internal {
				t.Errorf("after five seconds: got %v, want the closed database's error", err)
			}
		})
	}
}

func TestRevocation_CountsAtOnceHereAndInFiveSecondsEverywhere(t *testing.T) {
	for name, end := range map[string]func(w *world, who account.Worker) error{
		"sign out": func(w *world, who account.Worker) error { return w.workers.SignOut(w.ctx, who.SessionHash) },
		"revoke":   func(w *world, who account.Worker) error { return w.workers.RevokeAccount(w.ctx, who.AccountID) },
		"unbind": func(w *world, who account.Worker) error {
			return w.workers.Unbind(w.ctx, 1, who.WorkerID, "换了手机")
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				token, who := w.enter("o1")
				who, err := w.workers.Bind(w.ctx, who, "王小明", "13800000001", ip)
				must(t, err)
				for _, server := range []*account.Workers{w.workers, w.others} {
					_, err := server.Worker(w.ctx, token)
					must(t, err)
				}
				must(t, end(w, who))
				_, err = w.workers.Worker(w.ctx, token)
				wants(t, "on this server", err, account.ErrSession)
				w.pass(5 * time.Second)
				_, err = w.others.Worker(w.ctx, token)
				wants(t, "on the other server", err, account.ErrSession)
			})
		})
	}
}

// A session that is read while it is revoked must not be remembered afterwards.
func TestRevocation_IsNotUndoneByAReadThatBeganBefore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for round := range 10 {
			token, who := w.enter(fmt.Sprintf("o%d", round))
			if round == 0 {
				_, err := w.workers.Bind(w.ctx, who, "王小明", "13800000001", ip)
				must(t, err)
			}
			race(8, func(i int) error {
				if i == 0 {
					return w.workers.SignOut(w.ctx, who.SessionHash)
				}
				_, err := w.workers.Worker(w.ctx, token)
				return err
			})
			_, err := w.workers.Worker(w.ctx, token)
			wants(t, "after the sign-out", err, account.ErrSession)
			if round == 0 {
				must(t, w.workers.Unbind(w.ctx, 1, 1, "下一轮"))
			}
		}
	})
}

func TestBind_OfTwentyForOneWorkerExactlyOneWins(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		loose := account.Allowance{Tries: 1000, Per: time.Hour}
		w.workers = account.NewWorkers(w.store, w.roster, account.WorkerConfig{BindsPerPhone: loose, BindsPerAddress: loose, BindsPerAccount: loose})
		var people []account.Worker
		for i := range 20 {
			_, who := w.enter(fmt.Sprintf("o%d", i))
			people = append(people, who)
		}
		errs := race(20, func(i int) error {
			_, err := w.workers.Bind(w.ctx, people[i], "王小明", "13800000001", ip)
			return err
		})
		if won := tally(t, errs, account.ErrTaken); won != 1 {
			t.Errorf("%d won", won)
		}
	})
}

func TestBind_OneAccountThatTriesTwoWorkersAtOnceGetsOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, who := w.enter("o1")
		errs := race(4, func(i int) error {
			if i%2 == 0 {
				_, err := w.workers.Bind(w.ctx, who, "王小明", "13800000001", ip)
				return err
			}
			_, err := w.workers.Bind(w.ctx, who, "李红", "13800000002", ip)
			return err
		})
		if won := tally(t, errs, account.ErrAlreadyBound); won != 1 {
			t.Errorf("%d won", won)
		}
		if n := count(w, "SELECT COUNT(*) FROM accounts WHERE worker_id IS NOT NULL"); n != 1 {
			t.Errorf("%d bindings", n)
		}
	})
}

func count(w *world, query string) (n int) {
	w.Helper()
	must(w, w.store.Read(w.ctx, func(tx *store.Tx) error {
		_, err := tx.Row(query, nil, &n)
		return err
	}))
	return n
}

func TestBind_SaysTheSameWhateverWasWrong(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, who := w.enter("o1")
		var told []string
		for _, c := range [][2]string{{"王小", "13800000001"}, {"王小明", "13900000001"}, {"王小明", "12"}, {"李红", "13800000001"}} {
			_, err := w.workers.Bind(w.ctx, who, c[0], c[1], ip)
			told = append(told, fmt.Sprint(err))
		}
		for _, text := range told[1:] {
			if text != told[0] {
				t.Errorf("%q differs from %q", text, told[0])
			}
		}
	})
}

func TestBind_LimitsGuesses(t *testing.T) {
	for name, c := range map[string]struct {
		tries  int
		per    time.Duration
		person func(i int) string
		phone  func(i int) string
		ip     func(i int) string
	}{
		"per account": {5, time.Hour, func(int) string { return "o1" }, func(i int) string { return fmt.Sprintf("139%08d", i) }, func(i int) string { return fmt.Sprintf("10.0.0.%d", i) }},
		"per address": {30, time.Hour, func(i int) string { return fmt.Sprintf("o%d", i) }, func(i int) string { return fmt.Sprintf("139%08d", i) }, func(i int) string { return fmt.Sprintf("2001:db8:1:1::%x", i+1) }},
		"per phone":   {10, 24 * time.Hour, func(i int) string { return fmt.Sprintf("o%d", i) }, func(int) string { return "13800000001" }, func(i int) string { return fmt.Sprintf("10.0.0.%d", i) }},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				guess := func(i int) error {
					_, who := w.enter(c.person(i))
					_, err := w.workers.Bind(w.ctx, who, "某某某", c.phone(i), c.ip(i))
					return err
				}
				for i := range c.tries {
					wants(t, fmt.Sprintf("guess %d", i+1), guess(i), account.ErrNoMatch)
				}
				err := guess(c.tries)
				wants(t, "one more", err, account.ErrTooManyBinds)
				if f, ok := asFault(err); !ok || f.RetryAfter <= 0 || f.RetryAfter > c.per {
					t.Errorf("retry after %v, want within %v", f.RetryAfter, c.per)
				}
				w.pass(c.per)
				wants(t, "in the next window", guess(c.tries), account.ErrNoMatch)
			})
		})
	}
}

func TestBind_GuessesAtTheSameInstantDoNotSlipThrough(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, who := w.enter("o1")
		errs := race(20, func(i int) error {
			_, err := w.workers.Bind(w.ctx, who, "某某某", fmt.Sprintf("139%08d", i), ip)
			return err
		})
		guessed := 0
		for _, err := range errs {
			if fault.Reason(err) == account.ErrNoMatch.Reason {
				guessed++
			}
		}
		if tally(t, errs, account.ErrNoMatch, account.ErrTooManyBinds); guessed != 5 {
			t.Errorf("%d guesses got an answer, want 5", guessed)
		}
	})
}

// A whole factory comes in through one address.
func TestBind_WhoIsRightDoesNotUseUpTheAddress(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 40 {
			_, who := w.enter("o1")
			_, err := w.workers.Bind(w.ctx, who, "王小明", "13800000001", ip)
			must(t, err)
			must(t, w.workers.Unbind(w.ctx, 1, 1, fmt.Sprintf("第 %d 次", i)))
		}
	})
}

func TestBind_SecondsAreTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, first := w.enter("o1")
		bound, err := w.workers.Bind(w.ctx, first, "王小明", "13800000001", ip)
		must(t, err)
		_, err = w.workers.Bind(w.ctx, bound, "李红", "13800000002", ip)
		wants(t, "a second worker", err, account.ErrAlreadyBound)
		_, err = w.workers.Bind(w.ctx, first, "李红", "13800000002", ip)
		wants(t, "with an old picture of the account", err, account.ErrAlreadyBound)
		_, second := w.enter("o2")
		_, err = w.workers.Bind(w.ctx, second, "王小明", "13800000001", ip)
		wants(t, "a second openid", err, account.ErrTaken)
	})
}

func TestUnbind_FreesTheWorkerAndIsLogged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, who := w.enter("o1")
		bound, err := w.workers.Bind(w.ctx, who, "王小明", "13800000001", ip)
		must(t, err)
		must(t, w.workers.Unbind(w.ctx, 9, bound.WorkerID, "本人换了微信"))
		wants(t, "again", w.workers.Unbind(w.ctx, 9, bound.WorkerID, "再来"), account.ErrNotBound)
		if got := fmt.Sprint(w.actions()); got != "[roster.import worker.unbind]" {
			t.Errorf("log %s", got)
		}
		_, second := w.enter("o2")
		_, err = w.workers.Bind(w.ctx, second, "王小明", "13800000001", ip)
		must(t, err)
	})
}

func TestSweep_DeletesWhatHasEnded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, who := w.enter("o1")
		_, err := w.workers.Bind(w.ctx, who, "某", "13900000001", ip)
		wants(t, "a guess", err, account.ErrNoMatch)
		must(t, account.Sweep(w.ctx, w.store))
		if s, a := count(w, "SELECT COUNT(*) FROM worker_sessions"), count(w, "SELECT COUNT(*) FROM attempts"); s != 1 || a != 3 {
			t.Errorf("%d sessions, %d tries, want 1 and 3", s, a)
		}
		w.pass(31 * 24 * time.Hour)
		must(t, account.Sweep(w.ctx, w.store))
		if s, a := count(w, "SELECT COUNT(*) FROM worker_sessions"), count(w, "SELECT COUNT(*) FROM attempts"); s != 0 || a != 0 {
			t.Errorf("%d sessions, %d tries, want none", s, a)
		}
	})
}

func BenchmarkWorker_Remembered(b *testing.B) {
	machine := clock.NewMachine(clock.System{})
	w := build(b, storetest.SQLite(b, machine), machine, account.WorkerConfig{})
	machine.Set(clock.FromMillis(eight), true)
	token, who := w.enter("o1")
	if _, err := w.workers.Bind(w.ctx, who, "王小明", "13800000001", ip); err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := w.workers.Worker(w.ctx, token); err != nil {
				b.Error(err)
			}
		}
	})
}
