package activity_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/ledger"
	"nianwei/service/redraw"
	"nianwei/service/roster"
	"nianwei/service/schedule/calendar"
	"nianwei/service/timetable"
)

// tap is the smallest kind there is: a worker taps and has taken part.
type tap struct{}

type tapSettings struct {
	Attempts int  `json:"attempts"`
	Review   bool `json:"review,omitempty"`
}

type tapInput struct {
	Word string `json:"word"`
}

type tapProgress struct {
	Word string `json:"word"`
}

func (tap) Name() string  { return "tap" }
func (tap) Title() string { return "点一点" }
func (tap) Check(s tapSettings) []fault.Field {
	if s.Attempts < 1 {
		return []fault.Field{{Path: "/settings/attempts", Reason: "min", Detail: "至少一次。"}}
	}
	return nil
}
func (tap) Limits(s tapSettings) activity.Limits           { return activity.Limits{PerRound: s.Attempts} }
func (tap) Stock(*store.Tx, tapSettings) (struct{}, error) { return struct{}{}, nil }

func (tap) Begin(_ activity.Facts, s tapSettings, _ struct{}, in tapInput) (activity.Outcome[tapProgress], error) {
	switch in.Word {
	case "panic":
		panic("a kind that panics")
	case "bad":
		return activity.Outcome[tapProgress]{}, fault.New(fault.Invalid, "tap.bad", "不行。")
	case "long":
		return activity.Outcome[tapProgress]{Progress: tapProgress(in), State: activity.Open}, nil
	case "work":
		return activity.Outcome[tapProgress]{Progress: tapProgress(in), State: activity.Reviewing, Chances: 1, Work: &activity.Work{MediaIDs: []string{}}}, nil
	}
	return activity.Outcome[tapProgress]{Progress: tapProgress(in), State: activity.Done, Chances: 1}, nil
}

func (tap) Step(_ activity.Facts, _ tapSettings, _ struct{}, p tapProgress, in tapInput) (activity.Outcome[tapProgress], error) {
	return activity.Outcome[tapProgress]{Progress: tapProgress(in), State: activity.Done, Chances: 1}, nil
}

func (tap) Expire(_ activity.Facts, _ tapSettings, _ struct{}, p tapProgress) (activity.Outcome[tapProgress], error) {
	return activity.Outcome[tapProgress]{Progress: p, State: activity.Expired}, nil
}
func (tap) Show(_ activity.Facts, _ tapSettings, _ struct{}, p tapProgress) any { return p }
func (tap) Public(s tapSettings) any                                            { return s }

// evening is an installation on a test's database, at a quarter to eight on 除夕.
type evening struct {
	t       *testing.T
	store   *store.Store
	clock   *clock.Machine
	engine  *activity.Engine
	desk    *award.Desk
	ring    *seal.Keyring
	keys    [2]string
	fund    int64
	workers []activity.Worker
}

var shanghai = time.FixedZone("CST", 8*3600)

func eveOf2027(hour, minute int) time.Time {
	return time.Date(2027, 2, 5, hour, minute, 0, 0, shanghai)
}

func newEvening(t *testing.T, s *store.Store, c *clock.Machine, workers int) *evening {
	t.Helper()
	ring, err := seal.New(make([]byte, 32), make([]byte, 32))
	must(t, err)
	e := &evening{t: t, store: s, clock: c, ring: ring}
	e.keys[0], e.keys[1], err = redraw.GenerateKey(rand.Reader, "test.nianwei")
	must(t, err)
	e.engine, e.desk = e.server()
	must(t, s.Write(context.Background(), func(tx *store.Tx) error {
		if _, err := tx.Insert("INSERT INTO unions (id, parent_id, name, level, path, created_at) VALUES (1,0,'市总工会',0,'/1/',0)"); err != nil {
			return err
		}
		rows := store.NewRows("workers", workers, "id", "union_id", "name_sealed", "name_mask", "phone_sealed", "phone_mask", "phone_hash", "trade", "type", "staying", "active", "created_at", "updated_at")
		accounts := store.NewRows("accounts", workers, "app_id", "openid", "worker_id", "bound_at", "created_at", "seen_at")
		for i := range workers {
			hash := ring.Hash("phone", fmt.Appendf(nil, "%d", i))
			openid := fmt.Sprintf("openid-%d", i)
			rows.Add(i+1, 1, []byte{}, "王*", []byte{}, "138****0000", hash[:], "", "", 1, 1, 0, 0)
			accounts.Add("app", openid, i+1, 0, 0, 0)
			e.workers = append(e.workers, activity.Worker{ID: int64(i + 1), UnionID: 1, OpenID: openid})
		}
		if err := rows.Write(tx); err != nil {
			return err
		}
		if err := accounts.Write(tx); err != nil {
			return err
		}
		if _, err := tx.Insert("INSERT INTO seasons (id, name, year, created_at) VALUES (1,'2027 春节',2027,0)"); err != nil {
			return err
		}
		f, err := ledger.CreateFund(tx, "春节活动经费", 100_000_000)
		e.fund = f.ID
		return err
	}))
	return e
}

// server gives one more server of the same installation.
func (e *evening) server() (*activity.Engine, *award.Desk) {
	e.t.Helper()
	desk, err := award.NewDesk(award.Config{Origin: "test.nianwei", SigningKey: e.keys[0], Verifier: e.keys[1], Ring: e.ring, Location: shanghai})
	must(e.t, err)
	engine, err := activity.New(activity.Config{Store: e.store, Desk: desk, Roster: roster.New(e.store, e.ring, roster.Limits{}), Planner: timetable.NewPlanner(shanghai, calendar.New()),
		Kinds: []activity.Machine{activity.Register(tap{})}, Ring: e.ring, Location: shanghai, Log: slog.New(slog.DiscardHandler), MediaURL: func(id string) string { return "/api/media/" + id }})
	must(e.t, err)
	return engine, desk
}

// publish makes an activity of one round, 除夕 20:00 to midnight, and opens it.
func (e *evening) publish(r award.Reward, attempts int) string {
	e.t.Helper()
	var a *activity.Activity
	must(e.t, e.store.Write(context.Background(), func(tx *store.Tx) error {
		draft := activity.Draft{SeasonID: 1, FundID: e.fund, Title: "点一点", Rules: "规则", Kind: "tap", Settings: json.RawMessage(fmt.Sprintf(`{"attempts":%d}`, attempts)), Timetable: "除夕 20:00", Reward: r}
		one, err := e.engine.Create(tx, 1, draft)
		if err != nil {
			return err
		}
		a, err = e.engine.Publish(tx, one.ID)
		return err
	}))
	e.clock.Set(eveOf2027(20, 0), true)
	must(e.t, e.engine.OpenRound(context.Background(), a.Rounds[0].ID))
	return a.Rounds[0].Name
}

func deckOf(packets, tickets int64) award.Reward {
	return award.Reward{Kind: award.Deck, Tickets: tickets, Prizes: []award.Prize{
		{Code: "rp", Name: "新春红包", Kind: award.Cash, Count: packets, TotalFen: packets * 300, MinFen: 30, MaxFen: 570, Split: "box"}}}
}

func input(word string) json.RawMessage { return json.RawMessage(`{"word":"` + word + `"}`) }

func key(parts ...any) string { return fmt.Sprintf("key-%032s", fmt.Sprint(parts...)) }

func onBoth(t *testing.T, workers int, test func(t *testing.T, e *evening)) {
	t.Helper()
	for name, url := range storetest.URLs(t) {
		t.Run(name, func(t *testing.T) {
			c := clock.NewMachine(clock.System{})
			c.Set(eveOf2027(19, 45), true)
			test(t, newEvening(t, storetest.Open(t, url, c), c, workers))
		})
	}
}

// Everybody presses the button at the same moment, twice, on two servers. Every
// packet is given once, nobody has two, and both verifiers find the round right.
func TestEvening_ARushOnTwoServersGivesEveryPacketOnce(t *testing.T) {
	const workers, packets, tickets = 300, 60, 240
	onBoth(t, workers, func(t *testing.T, e *evening) {
		round := e.publish(deckOf(packets, tickets), 1)
		second, _ := e.server()
		servers := []*activity.Engine{e.engine, second}
		var mu sync.Mutex
		wins, blanks, gone := map[int64]int64{}, 0, 0
		gate := make(chan struct{})
		var wg sync.WaitGroup
		for i, w := range e.workers {
			for tapped := range 2 {
				wg.Go(func() {
					<-gate
					engine := servers[(i+tapped)%2]
					entry, err := patiently(func() (*activity.Entry, error) {
						return engine.Begin(context.Background(), w, round, key("e", w.ID), input("hi"))
					})
					if err != nil {
						t.Errorf("worker %d: %v", w.ID, err)
						return
					}
					p, err := patiently(func() (*activity.Play, error) {
						return engine.Play(context.Background(), w, round, entry.ID, key("p", w.ID))
					})
					mu.Lock()
					defer mu.Unlock()
					switch {
					case errors.Is(err, activity.ErrAllGone):
						gone++
					case err != nil:
						t.Errorf("worker %d: %v", w.ID, err)
					case p.Won:
						if fen, again := wins[w.ID]; again && fen != p.AmountFen {
							t.Errorf("worker %d was told %d and then %d fen", w.ID, fen, p.AmountFen)
						}
						wins[w.ID] = p.AmountFen
					default:
						blanks++
					}
				})
			}
		}
		close(gate)
		wg.Wait()
		if len(wins) != packets || blanks != 2*(tickets-packets) || gone != 2*(workers-tickets) {
			t.Errorf("%d winners, %d blanks, %d came too late; want %d, %d, %d", len(wins), blanks, gone, packets, 2*(tickets-packets), 2*(workers-tickets))
		}
		e.closeAndVerify(round)
	})
}

// patiently tries again when the product asks for it, as the client does.
func patiently[T any](ask func() (T, error)) (T, error) {
	for {
		v, err := ask()
		if !errors.Is(err, activity.ErrBusy) {
			return v, err
		}
	}
}

// closeAndVerify ends a round and lets the product, and the files by
// themselves, be verified.
func (e *evening) closeAndVerify(round string) {
	e.t.Helper()
	ctx := context.Background()
	e.clock.Set(eveOf2027(23, 59).Add(time.Minute), true)
	must(e.t, e.engine.CloseRound(ctx, round))
	e.verify(round)
}

func (e *evening) verify(round string) {
	e.t.Helper()
	ctx := context.Background()
	var id int64
	must(e.t, e.store.Read(ctx, func(tx *store.Tx) error {
		r, err := activity.FindRound(tx, round)
		id = r.ID
		if err != nil {
			return err
		}
		if wrong, err := activity.CheckNumbers(tx, round); err != nil || wrong != "" {
			e.t.Errorf("live numbers: %s %v", wrong, err)
		}
		balances, err := ledger.Balances(tx, e.fund)
		var sum int64
		for _, fen := range balances {
			sum += fen
		}
		if sum != 0 {
			e.t.Errorf("the ledger sums to %d fen", sum)
		}
		return err
	}))
	checks, err := e.desk.Verify(ctx, e.store, id)
	must(e.t, err)
	for _, c := range checks {
		if !c.OK {
			e.t.Errorf("%s: %s", c.Name, c.Detail)
		}
	}
	files, err := e.desk.Files(ctx, e.store, id)
	must(e.t, err)
	must(e.t, files.WriteDir(filepath.Join(e.t.TempDir(), round)))
}

// Requests that fail, panic or are given up stand in one group with good ones.
func TestGroup_ABadRequestHarmsNobodyElse(t *testing.T) {
	onBoth(t, 40, func(t *testing.T, e *evening) {
		round := e.publish(deckOf(10, 40), 1)
		gate := make(chan struct{})
		var wg sync.WaitGroup
		for i, w := range e.workers {
			wg.Go(func() {
				<-gate
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				word, want := "hi", error(nil)
				switch i % 4 {
				case 1:
					word, want = "bad", fault.New(fault.Invalid, "tap.bad", "")
				case 2:
					word = "panic"
				case 3:
					cancel()
				}
				_, err := e.engine.Begin(ctx, w, round, key(w.ID), input(word))
				switch {
				case i%4 == 0 && err != nil, i%4 == 1 && !errors.Is(err, want), i%4 == 2 && fault.Of(err) != fault.Internal, i%4 == 3 && err == nil:
					t.Errorf("worker %d said %q and got %v", w.ID, word, err)
				}
			})
		}
		close(gate)
		wg.Wait()
		e.engine.Drain()
		n, err := e.engine.Numbers(context.Background(), round)
		must(t, err)
		if p := n.Round.Head.Participations; p < 10 || p > 20 {
			t.Errorf("%d participations, want the 10 good ones and at most the 10 that hung up", p)
		}
	})
}

func TestBegin_TheSameKeyGivesTheSameEntryAndAnotherBodyIsRefused(t *testing.T) {
	onBoth(t, 2, func(t *testing.T, e *evening) {
		round, ctx, w := e.publish(deckOf(1, 2), 1), context.Background(), e.workers[0]
		first, err := e.engine.Begin(ctx, w, round, key(1), input("hi"))
		must(t, err)
		again, err := e.engine.Begin(ctx, w, round, key(1), input("hi"))
		must(t, err)
		if again.ID != first.ID {
			t.Errorf("the retry made entry %d beside %d", again.ID, first.ID)
		}
		wants(t, activity.ErrKeyReused)(e.engine.Begin(ctx, w, round, key(1), input("ho")))
		wants(t, activity.ErrAlready)(e.engine.Begin(ctx, w, round, key(2), input("hi")))
		p, err := e.engine.Play(ctx, w, round, first.ID, key(3))
		must(t, err)
		q, err := e.engine.Play(ctx, w, round, first.ID, key(3))
		must(t, err)
		if *p != *q {
			t.Errorf("the retried play gave %+v, the first %+v", q, p)
		}
		_, err = e.engine.Play(ctx, w, round, first.ID, key(4))
		if !errors.Is(err, activity.ErrPlayed) {
			t.Errorf("a second play: %v", err)
		}
		_, err = e.engine.Play(ctx, e.workers[1], round, first.ID, key(5))
		if !errors.Is(err, activity.ErrNoEntry) {
			t.Errorf("somebody else's entry: %v", err)
		}
	})
}

func TestWindow_OnlyTheClockLetsInAndOut(t *testing.T) {
	onBoth(t, 3, func(t *testing.T, e *evening) {
		round, ctx := e.publish(deckOf(1, 3), 1), context.Background()
		e.clock.Set(eveOf2027(20, 0).Add(-time.Millisecond), true)
		wants(t, activity.ErrNotOpen)(e.engine.Begin(ctx, e.workers[0], round, key(1), input("hi")))
		e.clock.Set(eveOf2027(20, 0), true)
		if _, err := e.engine.Begin(ctx, e.workers[0], round, key(1), input("hi")); err != nil {
			t.Errorf("at the first instant: %v", err)
		}
		e.clock.Set(eveOf2027(23, 59).Add(time.Minute-time.Millisecond), true)
		if _, err := e.engine.Begin(ctx, e.workers[1], round, key(2), input("hi")); err != nil {
			t.Errorf("at the last instant: %v", err)
		}
		e.clock.Set(eveOf2027(23, 59).Add(time.Minute), true)
		wants(t, activity.ErrClosed)(e.engine.Begin(ctx, e.workers[2], round, key(3), input("hi")))
	})
}

func TestReview_AnEntryCountsFromTheYes(t *testing.T) {
	onBoth(t, 2, func(t *testing.T, e *evening) {
		round, ctx := e.publish(deckOf(1, 2), 1), context.Background()
		yes, err := e.engine.Begin(ctx, e.workers[0], round, key(1), input("work"))
		must(t, err)
		no, err := e.engine.Begin(ctx, e.workers[1], round, key(2), input("work"))
		must(t, err)
		if _, err := e.engine.Play(ctx, e.workers[0], round, yes.ID, key(3)); !errors.Is(err, activity.ErrReviewing) {
			t.Errorf("a play before the yes: %v", err)
		}
		decide := func(entry int64, approve bool) {
			var work int64
			must(t, e.store.Read(ctx, func(tx *store.Tx) error {
				_, err := tx.Row("SELECT id FROM works WHERE entry_seq = ?", []any{entry}, &work)
				return err
			}))
			n, err := e.engine.Decide(ctx, 7, []int64{work}, approve, "内容不清楚", nil)
			must(t, err)
			if n != 1 {
				t.Errorf("%d works decided, want 1", n)
			}
		}
		decide(yes.ID, true)
		decide(no.ID, false)
		if _, err := e.engine.Play(ctx, e.workers[0], round, yes.ID, key(3)); err != nil {
			t.Errorf("after the yes: %v", err)
		}
		if _, err := e.engine.Play(ctx, e.workers[1], round, no.ID, key(4)); !errors.Is(err, activity.ErrRefused) {
			t.Errorf("after the no: %v", err)
		}
		if _, err := e.engine.Begin(ctx, e.workers[1], round, key(5), input("work")); err != nil {
			t.Errorf("a refused work may be replaced: %v", err)
		}
		e.closeAndVerify(round)
	})
}

func TestReceipt_HoldsAtOnceAndForNobodyElse(t *testing.T) {
	onBoth(t, 5, func(t *testing.T, e *evening) {
		round, ctx := e.publish(deckOf(2, 5), 1), context.Background()
		keys, err := redraw.ParseKeys([]byte(e.desk.Keys()))
		must(t, err)
		for i, w := range e.workers {
			entry, err := e.engine.Begin(ctx, w, round, key("e", i), input("hi"))
			must(t, err)
			p, err := e.engine.Play(ctx, w, round, entry.ID, key("p", i))
			must(t, err)
			must(t, e.store.Read(ctx, func(tx *store.Tx) error {
				r, err := activity.FindRound(tx, round)
				if err != nil {
					return err
				}
				receipt, err := e.desk.PlayReceipt(tx, r.ID, w.ID, p.Seq, w.OpenID)
				if err != nil {
					return err
				}
				facts, err := receipt.Verify(keys)
				if err != nil {
					return err
				}
				if facts.Fen != p.AmountFen || !facts.Fixed {
					t.Errorf("the receipt proves %+v, the play was %+v", facts, p)
				}
				_, err = e.desk.PlayReceipt(tx, r.ID, w.ID+1, p.Seq, w.OpenID)
				if !errors.Is(err, award.ErrNoReceipt) {
					t.Errorf("somebody else's receipt: %v", err)
				}
				return nil
			}))
		}
	})
}

func TestPublish_NeverPromisesMoreThanTheFund(t *testing.T) {
	onBoth(t, 0, func(t *testing.T, e *evening) {
		big := award.Reward{Kind: award.Deck, Tickets: 10, Prizes: []award.Prize{{Code: "p", Name: "大奖", Kind: award.Cash, Count: 1, AmountFen: 60_000_000}}}
		ctx := context.Background()
		var wg sync.WaitGroup
		errs := make(chan error, 2)
		gate := make(chan struct{})
		for range 2 {
			wg.Go(func() {
				<-gate
				errs <- e.store.Write(ctx, func(tx *store.Tx) error {
					a, err := e.engine.Create(tx, 1, activity.Draft{SeasonID: 1, FundID: e.fund, Title: "大奖", Rules: "规则", Kind: "tap", Settings: json.RawMessage(`{"attempts":1}`), Timetable: "除夕 20:00", Reward: big})
					if err != nil {
						return err
					}
					_, err = e.engine.Publish(tx, a.ID)
					return err
				})
			})
		}
		close(gate)
		wg.Wait()
		close(errs)
		short := 0
		for err := range errs {
			if errors.Is(err, ledger.ErrShort) {
				short++
			} else {
				must(t, err)
			}
		}
		if short != 1 {
			t.Fatalf("%d of two rounds of 600,000 yuan were refused by a fund of 1,000,000; want 1", short)
		}
	})
}

func raffleOf(units int64) award.Reward {
	return award.Reward{Kind: award.Raffle, Sources: []string{"drand-quicknet/1234567"}, Prizes: []award.Prize{{Code: "hf", Name: "20 元话费", Kind: award.Credit, Count: units, AmountFen: 2000}}}
}

func TestRaffle_FromFreezeToVoidsToTheEnd(t *testing.T) {
	const workers, units = 50, 10
	onBoth(t, workers, func(t *testing.T, e *evening) {
		round, ctx := e.publish(raffleOf(units), 1), context.Background()
		for i, w := range e.workers {
			_, err := e.engine.Begin(ctx, w, round, key("e", i), input("hi"))
			must(t, err)
		}
		e.clock.Set(eveOf2027(23, 59).Add(time.Minute), true)
		must(t, e.engine.CloseRound(ctx, round))
		var id int64
		write := func(want error, fn func(tx *store.Tx) error) {
			t.Helper()
			if err := e.store.Write(ctx, fn); !errors.Is(err, want) {
				t.Fatalf("got %v, want %v", err, want)
			}
		}
		must(t, e.store.Read(ctx, func(tx *store.Tx) error {
			r, err := activity.FindRound(tx, round)
			id = r.ID
			return err
		}))
		const source = "drand-quicknet/1234567"
		right := fmt.Sprintf("%096x", 7)
		right = "a" + right[1:]
		wrong := "b" + right[1:]
		draw := func(tx *store.Tx) error { return e.desk.DrawRaffle(tx, id, e.fund) }
		types := func(officer int64, value string) func(tx *store.Tx) error {
			return func(tx *store.Tx) error { return e.desk.TypeNumber(tx, id, officer, source, value) }
		}
		write(award.ErrNumbersMissing, draw)
		write(award.ErrNumberFormat, types(1, "12"))
		write(award.ErrNoSource, func(tx *store.Tx) error { return e.desk.TypeNumber(tx, id, 1, "ssq/2027016", right) })
		write(nil, types(1, right))
		write(nil, types(1, right)) // the same officer twice is still one
		write(award.ErrNumbersMissing, draw)
		write(nil, types(2, wrong))
		write(award.ErrNumbersMissing, draw)
		write(nil, types(2, right))
		write(award.ErrNumbersMissing, draw) // after a mismatch both look again
		write(nil, types(1, right))
		write(award.ErrNumberConfirmed, types(3, right))
		write(nil, draw)
		write(award.ErrDrawState, draw)
		write(award.ErrNotWinner, func(tx *store.Tx) error { return e.desk.ProposeVoids(tx, id, 1, []int64{units}, "cheating") })
		write(award.ErrVoidReason, func(tx *store.Tx) error { return e.desk.ProposeVoids(tx, id, 1, []int64{0}, "nose") })
		write(nil, func(tx *store.Tx) error { return e.desk.ProposeVoids(tx, id, 1, []int64{3, 7}, "cheating") })
		write(award.ErrVoidPending, func(tx *store.Tx) error { return e.desk.Finish(tx, id, e.fund) })
		write(award.ErrVoidOwn, func(tx *store.Tx) error { return e.desk.ConfirmVoids(tx, id, 1, []int64{3}) })
		write(nil, func(tx *store.Tx) error { return e.desk.ConfirmVoids(tx, id, 2, []int64{3, 7}) })
		// a substitute can be voided too
		write(nil, func(tx *store.Tx) error { return e.desk.ProposeVoids(tx, id, 2, []int64{units}, "declined") })
		write(nil, func(tx *store.Tx) error { return e.desk.ConfirmVoids(tx, id, 1, []int64{units}) })
		write(nil, func(tx *store.Tx) error { return e.desk.Finish(tx, id, e.fund) })
		write(award.ErrDrawState, func(tx *store.Tx) error { return e.desk.ProposeVoids(tx, id, 1, []int64{0}, "cheating") })
		var p award.Payment
		write(nil, func(tx *store.Tx) (err error) {
			p, err = award.RecordPayment(tx, id, e.fund, 9, key("pay"), "工行 0001", [32]byte{1})
			return err
		})
		if p.Awards != units || p.AmountFen != units*2000 {
			t.Errorf("paid %+v, want %d awards", p, units)
		}
		write(award.ErrNothingDue, func(tx *store.Tx) error {
			_, err := award.RecordPayment(tx, id, e.fund, 9, key("pay again"), "工行 0001", [32]byte{1})
			return err
		})
		e.verify(round)
	})
}

// Somebody with the database's password changes one thing; the product's own
// check names it.
func TestVerify_NamesWhatWasEditedInTheDatabase(t *testing.T) {
	for name, edit := range map[string]struct{ query, check string }{
		"amount of a play":   {"UPDATE plays SET amount_fen = amount_fen + 1 WHERE prize_code <> '-' AND seq = (SELECT x FROM (SELECT MIN(seq) x FROM plays WHERE prize_code <> '-') y)", "rows.plays"},
		"owner of an award":  {"UPDATE awards SET amount_fen = amount_fen + 1 WHERE no = (SELECT x FROM (SELECT MIN(no) x FROM awards) y)", "rows.awards"},
		"a ledger row":       {"UPDATE transfers SET amount_fen = amount_fen + 1 WHERE kind = 'win'", "rows.money"},
		"the live numbers":   {"UPDATE round_heads SET won_fen = won_fen - 1", "rows.money"},
		"a line of the log":  {"UPDATE log_chunks SET data = REPLACE(data, 'won 0 0', 'won 0 1')", "result"},
		"the signed closing": {"UPDATE draws SET close_note = final_note", "close"},
	} {
		t.Run(name, func(t *testing.T) {
			c := clock.NewMachine(clock.System{})
			c.Set(eveOf2027(19, 45), true)
			e := newEvening(t, storetest.SQLite(t, c), c, 20)
			round, ctx := e.publish(deckOf(5, 20), 1), context.Background()
			for i, w := range e.workers {
				entry, err := e.engine.Begin(ctx, w, round, key("e", i), input("hi"))
				must(t, err)
				_, err = e.engine.Play(ctx, w, round, entry.ID, key("p", i))
				must(t, err)
			}
			e.closeAndVerify(round)
			var id int64
			must(t, e.store.Write(ctx, func(tx *store.Tx) error {
				n, err := tx.Exec(edit.query)
				if err == nil && n == 0 {
					t.Error("nothing was edited")
				}
				_, err2 := tx.Row("SELECT MAX(id) FROM rounds", nil, &id)
				return errors.Join(err, err2)
			}))
			checks, err := e.desk.Verify(ctx, e.store, id)
			must(t, err)
			for _, c := range checks {
				if !c.OK {
					if c.Name != edit.check {
						t.Errorf("the first check that fails is %s (%s), want %s", c.Name, c.Detail, edit.check)
					}
					return
				}
			}
			t.Error("nobody noticed")
		})
	}
}

func wants(t *testing.T, want error) func(*activity.Entry, error) {
	t.Helper()
	return func(_ *activity.Entry, err error) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
