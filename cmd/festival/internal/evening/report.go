package evening

import (
	"context"
	"fmt"
	"time"

	"nianwei/cmd/festival/internal/client"
)

// RowReport is what one row came to.
type RowReport struct {
	ID             string                   `json:"id"`
	Title          string                   `json:"title"`
	Participations int64                    `json:"participations"`
	People         int64                    `json:"people"`
	Prizes         int64                    `json:"prizes"`
	AmountFen      int64                    `json:"amountFen"`
	OK             bool                     `json:"ok"`
	Rounds         []string                 `json:"rounds"`
	Plays          int64                    `json:"plays"`
	SoldOut        int64                    `json:"soldOut"`
	Voids          int64                    `json:"voids"`
	Throughput     float64                  `json:"throughput"` // greetings a second in the first wave
	Timings        map[string]client.Timing `json:"timings"`
	P50Ms          map[string]float64       `json:"p50Ms"`
	P99Ms          map[string]float64       `json:"p99Ms"`
	BusyAnswers    int64                    `json:"busyAnswers"`
	BrokenAttempts int64                    `json:"brokenAttempts"`
	DoubleTaps     int64                    `json:"doubleTaps"`
	Cuts           int64                    `json:"cuts"`
	Killed         bool                     `json:"killed"`
	Refused        map[string]int           `json:"refused"`
	Agree          Agree                    `json:"agree"`
	Broken         []string                 `json:"broken"` // what does not hold
	Seconds        float64                  `json:"seconds"`
}

// measured takes over what the client measured since the last row.
func (r *RowReport) measured(m *client.Meter) {
	r.BusyAnswers, r.BrokenAttempts = m.Counts()
	r.Timings = m.Reset()
	r.P50Ms, r.P99Ms = map[string]float64{}, map[string]float64{}
	for op, t := range r.Timings {
		r.P50Ms[op], r.P99Ms[op] = t.P50Ms, t.P99Ms
	}
}

// settle closes a row's report.
func (r *row) settle(out *RowReport) {
	out.measured(r.season.API.Meter)
	out.Refused = r.refusals.all()
	out.Broken = r.verdict.list()
	out.OK = out.Agree.all() && len(out.Broken) == 0
	out.Seconds = time.Since(r.began).Seconds()
}

// report reconciles the evening of greetings.
func (v *voices) report(ctx context.Context) (RowReport, error) {
	s, w, sum := v.season, v.season.Scenario.Voices, v.tally.sum()
	out := RowReport{ID: w.ID, Title: w.Title, Participations: sum.Participations, People: sum.People, Prizes: sum.Prizes, AmountFen: sum.AmountFen,
		Rounds: []string{v.round.ID}, Plays: sum.Plays, SoldOut: v.tally.sorry, DoubleTaps: v.taps.Load(), Cuts: v.cuts.Load(), Killed: v.killed}
	out.Throughput = float64(int(float64(len(v.greeters))*w.Waves[0].Share)) / v.rush.Seconds()
	want := figures{Participations: int64(w.Greetings), People: int64(w.Greetings), Works: int64(w.Greetings), Plays: w.Tickets, Prizes: w.Packets.Count, AmountFen: w.Packets.TotalFen}
	same(v.verdict, "what was played, against what was printed", sum, want)
	same(v.verdict, "told that all was gone", v.tally.sorry, int64(w.Greetings)-w.Tickets)
	v.verdict.expect(v.tally.greedy(1) == 0, "%d people have won more than once", v.tally.greedy(1))
	v.verdict.expect(v.killed == (s.Kill && s.Server != nil), "the server was not killed")
	v.packetsAreLegal()
	return out, v.reconcile(ctx, &out)
}

// packetsAreLegal holds every packet against the published bounds.
func (v *voices) packetsAreLegal() {
	p := v.season.Scenario.Voices.Packets
	for fen := range v.tally.amounts {
		v.verdict.expect(fen >= p.MinFen && fen <= p.MaxFen, "a packet of %d fen, outside %d to %d", fen, p.MinFen, p.MaxFen)
	}
}

func (v *voices) reconcile(ctx context.Context, out *RowReport) (err error) {
	round := v.round.ID
	if err := v.refresh(ctx); err != nil {
		return err
	}
	same(v.verdict, "state of "+round, [2]string{v.round.State, v.round.DrawState}, [2]string{"final", "final"})
	out.Agree.Live = v.liveAgrees(v.round.Numbers)
	if out.Agree.Statistics, err = v.statisticsAgree(ctx, round, v.tally, 0); err != nil {
		return err
	}
	if out.Agree.Ledger, err = v.ledgerAgrees(ctx, map[string]int64{round: v.tally.sum().AmountFen}, v.season.Scenario.Voices.BudgetFen); err != nil {
		return err
	}
	book, err := v.export(ctx, round)
	if err != nil {
		return err
	}
	out.Agree.Export = v.logAgrees(round, book, v.tally, 0)
	out.Agree.Drawcheck = v.drawcheckAgrees(ctx, out.Rounds)
	if out.Agree.Check, err = v.checkAgrees(ctx, round); err != nil {
		return err
	}
	if out.Agree.Receipts, err = v.receipts(ctx); err != nil {
		return err
	}
	v.settle(out)
	return nil
}

// receipts checks the receipts of some plays, blanks among them, and the
// winners' own lists.
func (v *voices) receipts(ctx context.Context) (bool, error) {
	var played, won []*greeter
	for _, g := range v.greeters {
		if g.play != nil {
			played = append(played, g)
		}
		if g.play != nil && g.play.Won {
			won = append(won, g)
		}
	}
	err := each(ctx, v.season, sample(won, 200), func(ctx context.Context, g *greeter) error {
		return v.awardsAgree(ctx, g.guest, v.round.ID, g.play.AmountFen)
	})
	ok := true
	for _, g := range sample(played, 25) {
		if err != nil {
			return false, err
		}
		var held bool
		held, err = v.receiptAgrees(ctx, g.guest, fmt.Sprintf("%s-play-%d", v.round.ID, g.play.Seq), fmt.Sprintf("/api/worker/rounds/%s/plays/%d/receipt", v.round.ID, g.play.Seq))
		ok = ok && held
	}
	return ok, err
}

// report reconciles the quiz.
func (q *quiz) report(ctx context.Context) (RowReport, error) {
	w := q.season.Scenario.Quiz
	out := RowReport{ID: w.ID, Title: w.Title, Agree: Agree{Statistics: true, Live: true, Export: true, Check: true, Receipts: true}}
	people, winners, paid := map[int]bool{}, map[int]int64{}, map[string]int64{}
	for i, t := range q.tallies {
		if err := q.reconcile(ctx, i, &out); err != nil {
			return out, err
		}
		got := t.sum()
		out.Rounds = append(out.Rounds, q.activity.Rounds[i].ID)
		out.Participations += got.Participations
		out.Prizes += got.Prizes
		out.AmountFen += got.AmountFen
		out.Voids += int64(w.Voids[i])
		paid[q.activity.Rounds[i].ID] = got.AmountFen
		for no := range t.people {
			people[no] = true
		}
		for no, wins := range t.winners {
			winners[no] += wins
		}
	}
	out.People = int64(len(people))
	rounds := int64(len(q.tallies))
	same(q.verdict, "prizes and fen, against what was printed", [2]int64{out.Prizes, out.AmountFen}, [2]int64{w.Prize.Count * rounds, w.Prize.Count * rounds * w.Prize.AmountFen})
	same(q.verdict, "different winners", int64(len(winners)), w.Prize.Count*rounds)
	var err error
	if out.Agree.Ledger, err = q.ledgerAgrees(ctx, paid, w.BudgetFen); err != nil {
		return out, err
	}
	out.Agree.Drawcheck = q.drawcheckAgrees(ctx, out.Rounds)
	q.settle(&out)
	return out, nil
}

func (q *quiz) reconcile(ctx context.Context, i int, out *RowReport) error {
	id, t, voids := q.activity.Rounds[i].ID, q.tallies[i], int64(q.season.Scenario.Quiz.Voids[i])
	now, err := q.readRound(ctx, id)
	if err != nil {
		return err
	}
	want := t.sum()
	same(q.verdict, "state of "+id, [2]string{now.State, now.DrawState}, [2]string{"final", "final"})
	n := now.Numbers
	live := same(q.verdict, "live numbers of "+id, figures{n.Participations, n.People, 0, n.Plays, n.Wins, n.WonFen}, want)
	statistics, err := q.statisticsAgree(ctx, id, t, voids)
	if err != nil {
		return err
	}
	book, err := q.export(ctx, id)
	if err != nil {
		return err
	}
	exported := q.logAgrees(id, book, t, voids)
	checked, err := q.checkAgrees(ctx, id)
	if err != nil {
		return err
	}
	receipts, err := q.receipts(ctx, i)
	a := &out.Agree
	a.Live, a.Statistics, a.Export, a.Check, a.Receipts = a.Live && live, a.Statistics && statistics, a.Export && exported, a.Check && checked, a.Receipts && receipts
	return err
}

// receipts checks the receipts of some entrants, winners or not, and all the
// winners' own lists.
func (q *quiz) receipts(ctx context.Context, i int) (bool, error) {
	id, t := q.activity.Rounds[i].ID, q.tallies[i]
	var winners, entrants []*paper
	for _, p := range q.papers[i] {
		if t.winners[p.No] > 0 {
			winners = append(winners, p)
		}
		if p.counted && p.passed && !q.wonBefore(i, p.guest) {
			entrants = append(entrants, p)
		}
	}
	fen := q.season.Scenario.Quiz.Prize.AmountFen
	err := each(ctx, q.season, winners, func(ctx context.Context, p *paper) error { return q.awardsAgree(ctx, p.guest, id, fen) })
	ok := true
	for _, p := range sample(entrants, 15) {
		if err != nil {
			return false, err
		}
		var held bool
		held, err = q.receiptAgrees(ctx, p.guest, fmt.Sprintf("%s-entry-%d", id, p.entryID), fmt.Sprintf("/api/worker/rounds/%s/entries/%d/receipt", id, p.entryID))
		ok = ok && held
	}
	return ok, err
}
