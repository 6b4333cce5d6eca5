package account_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/account"
	"nianwei/service/operation"
	"nianwei/service/roster"
	"nianwei/service/wechat"
)

const (
	eight    = 1612958400000 // 除夕 20:00 in 2021, Shanghai
	password = "correct horse battery"
	ip       = "203.0.113.7"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// world is one installation with two servers, which share only the database.
type world struct {
	testing.TB
	ctx      context.Context
	store    *store.Store
	clock    *clock.Machine
	roster   *roster.Roster
	workers  *account.Workers
	officers *account.Officers
	others   *account.Workers // of the second server
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	machine := clock.NewMachine(clock.System{})
	storetest.EachClock(t, machine, func(t *testing.T, s *store.Store) {
		machine.Set(clock.FromMillis(eight), true)
		test(t, build(t, s, machine, account.WorkerConfig{}))
	})
}

func build(t testing.TB, s *store.Store, machine *clock.Machine, c account.WorkerConfig) *world {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{1}, seal.KeySize), bytes.Repeat([]byte{2}, seal.KeySize))
	must(t, err)
	r := roster.New(s, keys, roster.Limits{})
	_, err = r.Import(context.Background(), 1, []byte("姓名,手机号,工会\n王小明,13800000001,市/甲\n李红,13800000002,市/乙\n"), roster.ImportOptions{})
	must(t, err)
	return &world{
		TB: t, ctx: context.Background(), store: s, clock: machine, roster: r,
		workers: account.NewWorkers(s, r, c), others: account.NewWorkers(s, r, c),
		officers: account.NewOfficers(s, account.OfficerConfig{Cost: account.PasswordCost{MemoryKiB: 8, Passes: 1, Threads: 1}}),
	}
}

func (w *world) pass(d time.Duration) {
	w.clock.Set(w.clock.Now().Add(d), true)
}

// enter signs an openid in and gives its token and worker.
func (w *world) enter(openID string) (string, account.Worker) {
	w.Helper()
	token, _, err := w.workers.SignIn(w.ctx, wechat.Identity{AppID: "wx1", OpenID: openID})
	must(w, err)
	worker, err := w.workers.Worker(w.ctx, token)
	must(w, err)
	return token, worker
}

// first makes the first administrator.
func (w *world) first() account.Session {
	w.Helper()
	token, err := w.officers.SetupToken(w.ctx)
	must(w, err)
	s, err := w.officers.SetUp(w.ctx, token, "admin.wang", "王主任", password)
	must(w, err)
	return s
}

// hire makes an officer who has accepted.
func (w *world) hire(by account.Session, login string, roles ...account.Role) account.Session {
	w.Helper()
	_, link, err := w.officers.Create(w.ctx, by.Officer.ID, login, "某某", roles)
	must(w, err)
	s, err := w.officers.Accept(w.ctx, link.Token, password)
	must(w, err)
	return s
}

// actions gives what the operators' log says was done, oldest first.
func (w *world) actions() (actions []string) {
	w.Helper()
	must(w, w.store.Read(w.ctx, func(tx *store.Tx) error {
		if bad, err := operation.Verify(tx); err != nil || bad != 0 {
			w.Errorf("the log breaks at %d: %v", bad, err)
		}
		var action string
		return tx.Each("SELECT action FROM operations ORDER BY id", nil, []any{&action}, func() error {
			actions = append(actions, action)
			return nil
		})
	}))
	return actions
}

// race lets n run at the same instant and gives their errors.
func race(n int, run func(i int) error) []error {
	errs := make([]error, n)
	gate := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-gate
			errs[i] = run(i)
		})
	}
	close(gate)
	wg.Wait()
	return errs
}

// tally counts the runs that won and those that lost as they should.
func tally(t testing.TB, errs []error, losses ...error) (won int) {
	t.Helper()
	for _, err := range errs {
		lost := false
		for _, loss := range losses {
			lost = lost || errors.Is(err, loss)
		}
		switch {
		case err == nil:
			won++
		case !lost:
			t.Errorf("lost with %v", err)
		}
	}
	return won
}
