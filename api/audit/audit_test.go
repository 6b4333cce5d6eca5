package audit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nianwei/api/admin"
	"nianwei/api/audit"
	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/api/public"
	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/account"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/redraw"
	"nianwei/service/roster"
	"nianwei/service/schedule/calendar"
	"nianwei/service/season"
	"nianwei/service/timetable"
)

// tap is the smallest kind there is: a worker taps and has taken part.
type (
	tap      struct{}
	nothing  struct{}
	tapped   = activity.Outcome[nothing]
	tapFacts = activity.Facts
)

func (tap) Name() string                                 { return "tap" }
func (tap) Title() string                                { return "点一点" }
func (tap) Check(nothing) []fault.Field                  { return nil }
func (tap) Limits(nothing) activity.Limits               { return activity.Limits{PerRound: 1} }
func (tap) Stock(*store.Tx, nothing) (nothing, error)    { return nothing{}, nil }
func (tap) Show(tapFacts, nothing, nothing, nothing) any { return nothing{} }
func (tap) Public(nothing) any                           { return nothing{} }

func (tap) Begin(tapFacts, nothing, nothing, nothing) (tapped, error) {
	return tapped{State: activity.Done, Chances: 1}, nil
}

func (tap) Step(tapFacts, nothing, nothing, nothing, nothing) (tapped, error) {
	return tapped{State: activity.Done}, nil
}

func (tap) Expire(tapFacts, nothing, nothing, nothing) (tapped, error) {
	return tapped{State: activity.Expired}, nil
}

var shanghai = time.FixedZone("CST", 8*3600)

// office is an installation with its officers' APIs, weeks before 除夕.
type office struct {
	t      *testing.T
	store  *store.Store
	clock  *clock.Machine
	engine *activity.Engine
	plan   admin.Planning
	even   admin.Evening
	draw   admin.Draw
	audit  audit.Audit
	public public.Public
}

func inOffice(t *testing.T, workers int, test func(t *testing.T, o *office)) {
	t.Helper()
	for name, url := range storetest.URLs(t) {
		t.Run(name, func(t *testing.T) {
			c := clock.NewMachine(clock.System{})
			c.Set(time.Date(2027, 1, 15, 9, 0, 0, 0, shanghai), true)
			test(t, newOffice(t, storetest.Open(t, url, c), c, workers))
		})
	}
}

func newOffice(t *testing.T, s *store.Store, c *clock.Machine, workers int) *office {
	t.Helper()
	ring, err := seal.New(make([]byte, 32), make([]byte, 32))
	must(t, err)
	secret, verifier, err := redraw.GenerateKey(rand.Reader, "test.nianwei")
	must(t, err)
	desk, err := award.NewDesk(award.Config{Origin: "test.nianwei", SigningKey: secret, Verifier: verifier, Ring: ring, Location: shanghai})
	must(t, err)
	log := slog.New(slog.DiscardHandler)
	lunar := calendar.New()
	url := func(id string) string { return "/api/media/" + id }
	engine, err := activity.New(activity.Config{Store: s, Desk: desk, Roster: roster.New(s, ring, roster.Limits{}), Planner: timetable.NewPlanner(shanghai, lunar),
		Kinds: []activity.Machine{activity.Register(tap{})}, Ring: ring, Location: shanghai, Log: log, MediaURL: url})
	must(t, err)
	live := admin.NewLive(engine, log)
	t.Cleanup(live.Close)
	o := &office{t: t, store: s, clock: c, engine: engine,
		plan:   admin.Planning{Store: s, Engine: engine, Seasons: season.NewBook(lunar)},
		even:   admin.Evening{Store: s, Engine: engine, Live: live, MediaURL: url},
		draw:   admin.Draw{Store: s, Desk: desk},
		audit:  audit.Audit{Store: s, Desk: desk},
		public: public.Public{Store: s, Desk: desk, Site: public.Site{Name: "镇江市总工会", Timezone: "Asia/Shanghai"}}}
	must(t, s.Write(context.Background(), func(tx *store.Tx) error { return o.people(tx, ring, workers) }))
	return o
}

// people are the roster's workers, and the officers 1 to 4.
func (o *office) people(tx *store.Tx, ring *seal.Keyring, n int) error {
	if _, err := tx.Insert("INSERT INTO unions (id, parent_id, name, level, path, created_at) VALUES (1,0,'市总工会',0,'/1/',0)"); err != nil {
		return err
	}
	workers := store.NewRows("workers", n, "id", "union_id", "name_sealed", "name_mask", "phone_sealed", "phone_mask", "phone_hash", "trade", "type", "staying", "active", "created_at", "updated_at")
	accounts := store.NewRows("accounts", n, "app_id", "openid", "worker_id", "bound_at", "created_at", "seen_at")
	for i := range n {
		hash := ring.Hash("phone", fmt.Appendf(nil, "%d", i))
		workers.Add(i+1, 1, []byte("王小明"), "王*明", []byte("13812345678"), "138****5678", hash[:], "", "", 1, 1, 0, 0)
		accounts.Add("app", fmt.Sprintf("openid-%d", i), i+1, 0, 0, 0)
	}
	officers := store.NewRows("officers", 4, "id", "login", "name", "password_hash", "roles", "locked", "created_at")
	for id, name := range []string{"组织者甲", "开奖员乙", "开奖员丙", "经审丁"} {
		officers.Add(id+1, fmt.Sprintf("officer%d", id+1), name, "", "", 0, 0)
	}
	return errors.Join(workers.Write(tx), accounts.Write(tx), officers.Write(tx))
}

// as gives the context of an officer's request.
func as(id int64) context.Context {
	return account.WithOfficer(context.Background(), account.Officer{ID: id})
}

const (
	organiser = 1 + iota
	drawer
	secondDrawer
	auditor
)

const beacon = "drand-quicknet/1234567"

// publish plans a raffle as an organiser does, and gives its round.
func (o *office) publish(units int64) string {
	o.t.Helper()
	made, err := o.plan.CreateSeason(as(organiser), gen.CreateSeasonRequestObject{Body: &gen.CreateSeasonJSONRequestBody{Name: "2027 春节", Year: 2027}})
	must(o.t, err)
	fund, err := o.plan.CreateFund(as(organiser), gen.CreateFundRequestObject{Body: &gen.CreateFundJSONRequestBody{Name: "春节活动经费", BudgetFen: 1_000_000}})
	must(o.t, err)
	inSeason, fromFund := answered[gen.CreateSeason201JSONResponse](o.t, made).Id, answered[gen.CreateFund201JSONResponse](o.t, fund).Id
	rules, fen, sources := "每人一次", int64(2000), []string{beacon}
	draft := gen.ActivityDraft{SeasonId: &inSeason, FundId: &fromFund, Title: "点一点", Kind: "tap", Settings: map[string]any{}, Rules: &rules, Timetable: "除夕 20:00",
		Reward: gen.RewardDraft{Kind: gen.RewardKindRaffle, Sources: &sources, Prizes: &[]gen.PrizeDraft{{Code: "hf", Name: "20 元话费", Kind: gen.Credit, Count: units, AmountFen: &fen}}}}
	drafted, err := o.plan.CreateActivity(as(organiser), gen.CreateActivityRequestObject{Body: &draft})
	must(o.t, err)
	published, err := o.plan.PublishActivity(as(organiser), gen.PublishActivityRequestObject{Activity: answered[gen.CreateActivity201JSONResponse](o.t, drafted).Id})
	must(o.t, err)
	rounds := answered[gen.PublishActivity200JSONResponse](o.t, published).Rounds
	if len(rounds) != 1 || rounds[0].Numbers.LeftFen != units*fen || rounds[0].Numbers.PrizesLeft != units {
		o.t.Fatalf("published %+v, want one round with %d prizes left", rounds, units)
	}
	return rounds[0].Id
}

// run lets every worker take part on 除夕 and closes the round at midnight.
func (o *office) run(round string, workers int) {
	o.t.Helper()
	ctx := context.Background()
	o.clock.Set(time.Date(2027, 2, 5, 20, 0, 0, 0, shanghai), true)
	_, timed, err := o.engine.Unsettled(ctx)
	must(o.t, err)
	must(o.t, o.engine.OpenRound(ctx, timed[0].ID))
	for i := range workers {
		_, err := o.engine.Begin(ctx, activity.Worker{ID: int64(i + 1), UnionID: 1, OpenID: fmt.Sprintf("openid-%d", i)}, round, fmt.Sprintf("key-%020d", i), json.RawMessage("{}"))
		must(o.t, err)
	}
	o.clock.Set(time.Date(2027, 2, 6, 0, 0, 0, 0, shanghai), true)
	must(o.t, o.engine.CloseRound(ctx, round))
}

// A raffle goes from its draft to the auditor's ZIP through the handlers alone.
// Two officers are needed twice, everything is in the log once, nothing personal
// is readable, and the ZIP passes the offline verifier.
func TestRaffle_FromDraftToTheAuditorsDirectory(t *testing.T) {
	const workers, units = 30, 5
	inOffice(t, workers, func(t *testing.T, o *office) {
		round := o.publish(units)
		_, err := o.audit.ExportRound(as(auditor), export(round))
		wants(t, err, award.ErrNotEnded)
		o.run(round, workers)
		o.drawIt(round)
		o.disqualify(round)
		finished, err := o.draw.FinishRaffle(as(drawer), gen.FinishRaffleRequestObject{Round: round})
		must(t, err)
		if c := answered[gen.FinishRaffle200JSONResponse](t, finished); c.State != gen.DrawStateFinal || c.Voids != 1 || *c.AmountFen != units*2000 {
			t.Errorf("finished as %+v", c)
		}
		o.pay(round, units)
		o.reads(round, workers, units)
		o.takesAway(round)
		o.log([]string{"season.create", "fund.create", "activity.create", "activity.publish", "draw.number", "draw.number", "draw.raffle",
			"void.propose", "void.confirm", "draw.finish", "payment.record", "round.export"})
	})
}

func (o *office) drawIt(round string) {
	o.t.Helper()
	value := "a" + strings.Repeat("0", 94) + "7"
	typed := func(by int64) gen.TypeNumber200JSONResponse {
		r, err := o.draw.TypeNumber(as(by), gen.TypeNumberRequestObject{Round: round, Body: &gen.TypeNumberJSONRequestBody{Source: beacon, Value: " " + value}})
		must(o.t, err)
		return answered[gen.TypeNumber200JSONResponse](o.t, r)
	}
	if c := typed(drawer); c.Numbers[0].State != gen.DrawControlNumbersStateOnce || c.Numbers[0].Value != nil || !*c.Numbers[0].ByMe {
		o.t.Errorf("typed once: %+v, want no value to copy", c.Numbers[0])
	}
	_, err := o.draw.DrawRaffle(as(drawer), gen.DrawRaffleRequestObject{Round: round})
	wants(o.t, err, award.ErrNumbersMissing)
	if c := typed(secondDrawer); c.Numbers[0].State != gen.DrawControlNumbersStateConfirmed || *c.Numbers[0].Value != value {
		o.t.Errorf("typed twice: %+v, want it confirmed", c.Numbers[0])
	}
	drawn, err := o.draw.DrawRaffle(as(drawer), gen.DrawRaffleRequestObject{Round: round})
	must(o.t, err)
	if c := answered[gen.DrawRaffle200JSONResponse](o.t, drawn); c.State != gen.DrawStateDrawn || c.Winners != 5 || *c.Entrants != 30 || *c.FreezeSize == 0 {
		o.t.Errorf("drawn as %+v", c)
	}
}

func (o *office) disqualify(round string) {
	o.t.Helper()
	_, err := o.draw.ProposeVoids(as(drawer), gen.ProposeVoidsRequestObject{Round: round, Body: &gen.ProposeVoidsJSONRequestBody{Ranks: []int64{2}, Reason: gen.VoidReasonDeclined}})
	must(o.t, err)
	confirm := gen.ConfirmVoidsRequestObject{Round: round, Body: &gen.ConfirmVoidsJSONRequestBody{Ranks: []int64{2}}}
	_, err = o.draw.ConfirmVoids(as(drawer), confirm)
	wants(o.t, err, award.ErrVoidOwn)
	r, err := o.draw.ConfirmVoids(as(secondDrawer), confirm)
	must(o.t, err)
	v := answered[gen.ConfirmVoids200JSONResponse](o.t, r).Items
	if len(v) != 1 || v[0].ProposedBy != "开奖员乙" || *v[0].ConfirmedBy != "开奖员丙" || *v[0].NewRank != 5 || v[0].Name != "王*明" || *v[0].Mine {
		o.t.Errorf("voids %+v", v)
	}
	limit := 4
	page, err := o.draw.ListWinners(as(drawer), gen.ListWinnersRequestObject{Round: round, Params: gen.ListWinnersParams{Limit: &limit}})
	must(o.t, err)
	first := answered[gen.ListWinners200JSONResponse](o.t, page)
	page, err = o.draw.ListWinners(as(drawer), gen.ListWinnersRequestObject{Round: round, Params: gen.ListWinnersParams{Limit: &limit, Cursor: first.Next}})
	must(o.t, err)
	second := answered[gen.ListWinners200JSONResponse](o.t, page)
	if len(first.Items) != 4 || len(second.Items) != 2 || second.Next != nil || first.Items[2].State != gen.WinnerRowStateVoid || *second.Items[1].Replaces != 2 || *second.Items[1].PrizeName != "20 元话费" {
		o.t.Errorf("winners %+v then %+v", first, second)
	}
}

func (o *office) pay(round string, units int) {
	o.t.Helper()
	request := gen.RecordPaymentsRequestObject{Round: round, Params: gen.RecordPaymentsParams{IdempotencyKey: "payment-0123456789"}, Body: &gen.RecordPaymentsJSONRequestBody{Reference: "工行 0001"}}
	for range 2 { // the retry gets the same answer
		r, err := o.draw.RecordPayments(as(auditor), request)
		must(o.t, err)
		if p := answered[gen.RecordPayments200JSONResponse](o.t, r); p.Awards != units || p.AmountFen != int64(units)*2000 {
			o.t.Errorf("paid %+v", p)
		}
	}
	request.Body = &gen.RecordPaymentsJSONRequestBody{Reference: "工行 0002"}
	_, err := o.draw.RecordPayments(as(auditor), request)
	wants(o.t, err, award.ErrKeyReused)
}

// reads is what the auditor and the public see of a finished round.
func (o *office) reads(round string, workers, units int64) {
	o.t.Helper()
	checked, err := o.audit.CheckRound(as(auditor), gen.CheckRoundRequestObject{Round: round})
	must(o.t, err)
	report := answered[gen.CheckRound200JSONResponse](o.t, checked)
	if !report.Ok || len(report.Checks) < 6 {
		o.t.Errorf("checks %+v", report)
	}
	counted, err := o.audit.GetRoundStatistics(as(auditor), gen.GetRoundStatisticsRequestObject{Round: round})
	must(o.t, err)
	f := answered[gen.GetRoundStatistics200JSONResponse](o.t, counted)
	if f.Participations != workers || f.Prizes != units || f.PaidFen != units*2000 || f.Voids != 1 || len(f.Unions) != 1 || f.Unions[0].Prizes != units {
		o.t.Errorf("statistics %+v", f)
	}
	var cursor *string
	limit, rows := 1, 0
	for {
		r, err := o.audit.GetFundStatement(as(auditor), gen.GetFundStatementRequestObject{Fund: 1, Params: gen.GetFundStatementParams{Cursor: cursor, Limit: &limit}})
		must(o.t, err)
		s := answered[gen.GetFundStatement200JSONResponse](o.t, r)
		if p := s.Items[0].Postings; s.SumFen != 0 || s.Fund.PaidFen != units*2000 || p[0].AmountFen+p[1].AmountFen != 0 || p[0].Account == p[1].Account {
			o.t.Errorf("statement %+v", s)
		}
		if rows++; s.Next == nil {
			break
		}
		cursor = s.Next
	}
	if rows != 4 {
		o.t.Errorf("%d rows in the journal, want budget, reserve, win, pay", rows)
	}
	seen, err := o.public.GetPublicRound(context.Background(), gen.GetPublicRoundRequestObject{Round: round})
	must(o.t, err)
	p := answered[gen.GetPublicRound200JSONResponse](o.t, seen)
	if p.FinalNote == nil || p.Winners == nil || int64(len(*p.Winners)) != units || (*p.Winners)[0].Name != "王*明" || (*p.Winners)[0].PrizeName != "20 元话费" {
		o.t.Errorf("the public sees %+v", p)
	}
	text, err := json.Marshal(p)
	must(o.t, err)
	for _, secret := range []string{"王小明", "13812345678", "openid"} {
		if bytes.Contains(text, []byte(secret)) {
			o.t.Errorf("the public can read %s", secret)
		}
	}
}

// takesAway exports the round and verifies what is in the ZIP without the server.
func (o *office) takesAway(round string) {
	o.t.Helper()
	r, err := o.audit.ExportRound(as(auditor), export(round))
	must(o.t, err)
	answer := httptest.NewRecorder()
	must(o.t, r.VisitExportRoundResponse(answer))
	if got := answer.Header().Get("Content-Disposition"); got != `attachment; filename="`+round+`.zip"` {
		o.t.Errorf("Content-Disposition %s", got)
	}
	z, err := zip.NewReader(bytes.NewReader(answer.Body.Bytes()), int64(answer.Body.Len()))
	must(o.t, err)
	dir := o.t.TempDir()
	must(o.t, os.CopyFS(dir, z))
	files, err := redraw.OpenDir(filepath.Join(dir, round))
	must(o.t, err)
	report, err := redraw.Verify(files, redraw.VerifyOptions{Origin: "test.nianwei"})
	must(o.t, err)
	if len(z.File) != 5 || !report.OK() || report.Wins != 5 {
		o.t.Errorf("%d files, report %+v", len(z.File), report)
	}
}

// log compares what the log says that officers did, page by page.
func (o *office) log(want []string) {
	o.t.Helper()
	var got []string
	var cursor *string
	limit := 5
	for {
		r, err := o.audit.ListOperations(as(auditor), gen.ListOperationsRequestObject{Params: gen.ListOperationsParams{Cursor: cursor, Limit: &limit}})
		must(o.t, err)
		page := answered[gen.ListOperations200JSONResponse](o.t, r)
		for _, line := range page.Items {
			got = append([]string{line.Action}, got...)
			if line.Officer == "" || len(line.Hash) != 64 || (line.Action == "draw.number" && *line.Detail != beacon) {
				o.t.Errorf("line %+v", line)
			}
		}
		if cursor = page.Next; cursor == nil {
			break
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		o.t.Errorf("the log says\n%v, want\n%v", got, want)
	}
}

func TestCursor_OfNoPageIsRefusedByEveryList(t *testing.T) {
	inOffice(t, 1, func(t *testing.T, o *office) {
		wrong := "nonsense"
		_, err := o.audit.ListOperations(as(auditor), gen.ListOperationsRequestObject{Params: gen.ListOperationsParams{Cursor: &wrong}})
		wants(t, err, encode.ErrCursor)
		_, err = o.audit.GetFundStatement(as(auditor), gen.GetFundStatementRequestObject{Params: gen.GetFundStatementParams{Cursor: &wrong}})
		wants(t, err, encode.ErrCursor)
		_, err = o.even.ListRounds(as(organiser), gen.ListRoundsRequestObject{Params: gen.ListRoundsParams{Cursor: &wrong}})
		wants(t, err, encode.ErrCursor)
		_, err = o.even.ListWorks(as(organiser), gen.ListWorksRequestObject{Params: gen.ListWorksParams{Cursor: &wrong}})
		wants(t, err, encode.ErrCursor)
		_, err = o.draw.ListWinners(as(drawer), gen.ListWinnersRequestObject{Params: gen.ListWinnersParams{Cursor: &wrong}})
		wants(t, err, encode.ErrCursor)
	})
}

func TestPublic_ShowsNothingOfADraft(t *testing.T) {
	inOffice(t, 1, func(t *testing.T, o *office) {
		_, err := o.public.GetPublicRound(context.Background(), gen.GetPublicRoundRequestObject{Round: "a1-1"})
		wants(t, err, activity.ErrNoRound)
		round := o.publish(1)
		seen, err := o.public.GetPublicRound(context.Background(), gen.GetPublicRoundRequestObject{Round: round})
		must(t, err)
		p := answered[gen.GetPublicRound200JSONResponse](t, seen)
		if p.Manifest == nil || p.CloseNote != nil || p.FinalNote != nil || p.Winners != nil || p.Keys == "" {
			t.Errorf("before it opens the public sees %+v, want the manifest alone", p)
		}
	})
}

func TestCheck_NamesAnEditedOperation(t *testing.T) {
	inOffice(t, 10, func(t *testing.T, o *office) {
		round := o.publish(2)
		o.run(round, 10)
		must(t, o.store.Write(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE operations SET detail = '别的' WHERE id = 2")
			return err
		}))
		value := "a" + strings.Repeat("0", 95)
		for _, by := range []int64{drawer, secondDrawer} {
			_, err := o.draw.TypeNumber(as(by), gen.TypeNumberRequestObject{Round: round, Body: &gen.TypeNumberJSONRequestBody{Source: beacon, Value: value}})
			must(t, err)
		}
		_, err := o.draw.DrawRaffle(as(drawer), gen.DrawRaffleRequestObject{Round: round})
		must(t, err)
		_, err = o.draw.FinishRaffle(as(drawer), gen.FinishRaffleRequestObject{Round: round})
		must(t, err)
		r, err := o.audit.CheckRound(as(auditor), gen.CheckRoundRequestObject{Round: round})
		must(t, err)
		report := answered[gen.CheckRound200JSONResponse](t, r)
		for _, c := range report.Checks {
			if c.Ok == (c.Name == "operations") {
				t.Errorf("check %s: %v", c.Name, c.Ok)
			}
		}
		if report.Ok {
			t.Error("the report is ok although a line was edited")
		}
	})
}

func export(round string) gen.ExportRoundRequestObject {
	return gen.ExportRoundRequestObject{Round: round, Params: gen.ExportRoundParams{Reason: "年度审计"}}
}

// answered gives the answer that a handler is to give.
func answered[T any](t *testing.T, answer any) T {
	t.Helper()
	got, ok := answer.(T)
	if !ok {
		t.Fatalf("the answer is a %T", answer)
	}
	return got
}

func wants(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
