package evening

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"nianwei/cmd/festival/internal/client"
)

// quiz is the rounds of questions with a raffle after each.
type quiz struct {
	row
	tallies []*tally // by round
	papers  [][]*paper
	strange *guest // of the other city
}

// fate is what becomes of a paper.
type fate int

const (
	passes fate = iota
	fails
	resumes   // loses the connection in the middle and goes on
	tooLate   // answers after the time
	walksAway // opens the paper and never answers
	halfSaved // saves all answers and never hands in: time does
)

// paper is one guest's paper in one round.
type paper struct {
	*guest
	fate    fate
	entryID int64
	counted bool // it counts as a participation
	passed  bool // it stands in the raffle
}

// PlayQuiz plays the rounds of questions and reconciles them.
func (s *Season) PlayQuiz(ctx context.Context) (RowReport, error) {
	q := &quiz{row: s.newRow()}
	id := s.Scenario.Quiz.ID
	if err := q.publish(ctx); err != nil {
		return RowReport{}, fmt.Errorf("%s: publish: %w", id, err)
	}
	for i := range q.activity.Rounds {
		for _, step := range []struct {
			what string
			do   func(context.Context, int) error
		}{{"gather", q.gather}, {"papers", q.answerPapers}, {"cheats", q.cheat}, {"too late", q.runOut}, {"close", q.close}, {"draw", q.draw}, {"void", q.void}, {"payment", q.pay}} {
			from := time.Now()
			if err := step.do(ctx, i); err != nil {
				return RowReport{}, fmt.Errorf("%s: round %d: %s: %w", id, i+1, step.what, err)
			}
			s.Say("%s round %d %-8s %6.1fs", id, i+1, step.what, time.Since(from).Seconds())
		}
	}
	return q.report(ctx)
}

func (q *quiz) publish(ctx context.Context) (err error) {
	s, w := q.season, q.season.Scenario.Quiz
	var sources []string
	for i, numbers := range w.Numbers {
		for _, source := range sortedKeys(numbers) {
			sources = append(sources, fmt.Sprintf("%d:%s", i+1, source))
		}
	}
	q.activity, err = s.publish(ctx, plan{
		template: w.Template, title: w.Title, timetable: w.Timetable, city: w.City, budgetFen: w.BudgetFen,
		settings: map[string]any{"bankId": s.year.bank, "questions": 10, "seconds": 300, "attempts": 1, "attemptsPerDay": 1, "passScore": 6, "shuffle": true},
		reward: map[string]any{"kind": "raffle", "cap": 1, "oncePerActivity": true, "sources": sources, "prizes": []map[string]any{{
			"code": w.Prize.Code, "name": w.Prize.Name, "kind": "credit", "count": w.Prize.Count, "amountFen": w.Prize.AmountFen}}},
	})
	if err != nil {
		return err
	}
	if len(q.activity.Rounds) != len(w.Papers) {
		return fmt.Errorf("the timetable means %d rounds, want %d", len(q.activity.Rounds), len(w.Papers))
	}
	for range q.activity.Rounds {
		q.tallies = append(q.tallies, newTally(s.unions))
	}
	return nil
}

// gather signs everybody in an hour before the first opening and deals the fates.
func (q *quiz) gather(ctx context.Context, i int) error {
	s, w := q.season, q.season.Scenario.Quiz
	if err := s.clock.forwardTo(ctx, time.UnixMilli(q.activity.Rounds[i].OpensAt).Add(-time.Hour)); err != nil {
		return err
	}
	all := s.guests(w.City, true)
	if i == 0 {
		for _, g := range s.crowd {
			if g.City != w.City && g.phone.Cookie != "" {
				q.strange = g
			}
		}
		if err := s.signIn(ctx, all); err != nil {
			return err
		}
	}
	var papers []*paper
	for n, g := range all[:w.Papers[i]] {
		p := &paper{guest: g}
		switch at := float64(n%200) / 200; {
		case n < 2*rareFates: // a few of each of the rare fates, at any scale
			p.fate = []fate{tooLate, walksAway, halfSaved}[n%3]
		case at < w.Failing:
			p.fate = fails
		case at < w.Failing+w.Resuming:
			p.fate = resumes
		}
		papers = append(papers, p)
	}
	q.papers = append(q.papers, papers)
	return s.clock.forwardTo(ctx, time.UnixMilli(q.activity.Rounds[i].OpensAt))
}

// rareFates is how many papers have a rare fate, halved.
const rareFates = 3

// answerPapers lets everybody answer who does so in time.
func (q *quiz) answerPapers(ctx context.Context, i int) error {
	var inTime []*paper
	for _, p := range q.papers[i] {
		if p.fate == passes || p.fate == fails || p.fate == resumes {
			inTime = append(inTime, p)
		}
	}
	return each(ctx, q.season, inTime, func(ctx context.Context, p *paper) error {
		if err := q.answer(ctx, i, p); err != nil {
			return fmt.Errorf("paper of %s: %w", p.Name, err)
		}
		return nil
	})
}

func (q *quiz) answer(ctx context.Context, i int, p *paper) error {
	open, err := q.begin(ctx, i, p)
	if err != nil {
		return err
	}
	round := q.activity.Rounds[i].ID
	if p.fate == resumes {
		if open, err = q.resume(ctx, round, p, open); err != nil {
			return err
		}
	}
	answers, err := q.choose(open.View, p.fate != fails)
	if err != nil {
		return err
	}
	done, err := q.step(ctx, round, p, map[string]any{"answers": answers, "finish": true})
	if err != nil {
		return err
	}
	passed := p.fate != fails
	v := done.View
	q.verdict.expect(done.State == "done" && v.Passed != nil && *v.Passed == passed, "the paper of %s is %s, passed %v, want %v", p.Name, done.State, v.Passed, passed)
	q.verdict.expect(len(v.Questions) == 0, "the paper of %s shows its questions after it was handed in", p.Name)
	q.note(i, p, done)
	return nil
}

func (q *quiz) begin(ctx context.Context, i int, p *paper) (client.Entry, error) {
	open, err := client.Ask[client.Entry](ctx, q.season.API, p.phone.EntryCall(q.activity.Rounds[i].ID, client.NewKey(), map[string]any{}))
	if err != nil {
		return open, err
	}
	p.entryID = open.ID
	q.verdict.expect(open.State == "open" && len(open.View.Questions) == 10, "a fresh paper is %s with %d questions", open.State, len(open.View.Questions))
	return open, nil
}

func (q *quiz) step(ctx context.Context, round string, p *paper, input any) (client.Entry, error) {
	return client.Ask[client.Entry](ctx, q.season.API, p.phone.StepCall(round, p.entryID, client.NewKey(), input))
}

// resume saves half of the answers over a connection that breaks, comes back
// and takes the paper up again: either the half was saved or it was not, and
// the same key tells.
func (q *quiz) resume(ctx context.Context, round string, p *paper, open client.Entry) (client.Entry, error) {
	answers, err := q.choose(open.View, true)
	if err != nil {
		return open, err
	}
	half := p.phone.StepCall(round, p.entryID, client.NewKey(), map[string]any{"answers": answers[:len(answers)/2]})
	p.phone.Cut(ctx, half)
	if _, err := client.Ask[client.Entry](ctx, q.season.API, half); err != nil {
		return open, err
	}
	again, err := p.entry(ctx, round, p.entryID)
	if err != nil {
		return open, err
	}
	q.verdict.expect(again.View.Answered == len(answers)/2 && len(again.View.Questions) == len(open.View.Questions),
		"a paper taken up again has %d answers, want %d", again.View.Answered, len(answers)/2)
	for n := range open.View.Questions {
		q.verdict.expect(again.View.Questions[n].Text == open.View.Questions[n].Text, "a paper taken up again asks something else")
	}
	return again, nil
}

// choose answers a paper from the bank, all right or all wrong.
func (q *quiz) choose(v client.Paper, right bool) ([]client.Answered, error) {
	var out []client.Answered
	for n, question := range v.Questions {
		options, known := q.season.bank.Choose(question.Text, question.Options, right)
		if !known {
			return nil, fmt.Errorf("the question %q is not from the bank", question.Text)
		}
		out = append(out, client.Answered{Question: n, Options: options})
	}
	return out, nil
}

// note counts a paper that the product says counts.
func (q *quiz) note(i int, p *paper, e client.Entry) {
	p.counted = e.State == "done"
	p.passed = e.View.Passed != nil && *e.View.Passed
	if p.counted {
		q.tallies[i].took(q.verdict, p.guest, e.ID)
	}
}

// runOut lets the time of some papers run out: what was saved counts, what was
// not does not, and nobody answers afterwards.
func (q *quiz) runOut(ctx context.Context, i int) error {
	round := q.activity.Rounds[i].ID
	views := map[*paper]client.Paper{}
	var mu sync.Mutex
	rare := q.rare(i)
	err := each(ctx, q.season, rare, func(ctx context.Context, p *paper) error {
		open, err := q.begin(ctx, i, p)
		if err != nil {
			return err
		}
		mu.Lock()
		views[p] = open.View
		mu.Unlock()
		if p.fate != halfSaved {
			return nil
		}
		answers, err := q.choose(open.View, true)
		if err != nil {
			return err
		}
		_, err = q.step(ctx, round, p, map[string]any{"answers": answers})
		return err
	})
	if err != nil {
		return err
	}
	if err := q.season.clock.moveTo(ctx, q.season.clock.present().Add(6*time.Minute)); err != nil {
		return err
	}
	for _, p := range rare {
		if p.fate != tooLate {
			continue
		}
		answers, err := q.choose(views[p], true)
		if err != nil {
			return err
		}
		if err := q.mustRefuse(ctx, "answers after the time", q.season.API, p.phone.StepCall(round, p.entryID, client.NewKey(), map[string]any{"answers": answers, "finish": true}), "entry.expired", "entry.finished"); err != nil {
			return err
		}
	}
	return nil
}

func (q *quiz) rare(i int) []*paper {
	var out []*paper
	for _, p := range q.papers[i] {
		if p.fate == tooLate || p.fate == walksAway || p.fate == halfSaved {
			out = append(out, p)
		}
	}
	return out
}

// cheat tries what a quiz must refuse.
func (q *quiz) cheat(ctx context.Context, i int) error {
	const times = 10
	round, api := q.activity.Rounds[i].ID, q.season.API
	var done []*paper
	for _, p := range q.papers[i] {
		if p.counted {
			done = append(done, p)
		}
	}
	if len(done) < 2 {
		return errors.New("nobody has handed in a paper")
	}
	finish := map[string]any{"finish": true}
	for n := range min(times, len(done)-1) {
		p, victim := done[n], done[n+1]
		for _, c := range []struct {
			what    string
			call    client.Call
			reasons []string
		}{
			{"answers on somebody else's paper", p.phone.StepCall(round, victim.entryID, client.NewKey(), finish), []string{"entry.unknown"}},
			{"answers after handing in", p.phone.StepCall(round, p.entryID, client.NewKey(), finish), []string{"entry.finished"}},
			{"one paper more than allowed", p.phone.EntryCall(round, client.NewKey(), map[string]any{}), []string{"entry.already"}},
			{"a play where there is a raffle", p.phone.PlayCall(round, p.entryID, client.NewKey()), []string{"play.none"}},
			{"a score in the input", p.phone.EntryCall(round, client.NewKey(), map[string]any{"score": 10}), []string{"entry.input"}},
		} {
			if err := q.mustRefuse(ctx, c.what, api, c.call, c.reasons...); err != nil {
				return err
			}
		}
	}
	if q.strange == nil {
		return nil
	}
	return q.mustRefuse(ctx, "a paper for a worker of another city", api, q.strange.phone.EntryCall(round, client.NewKey(), map[string]any{}), "round.not_eligible")
}

// close lets the round's time run out and reads what became of the papers that
// nobody handed in.
func (q *quiz) close(ctx context.Context, i int) error {
	r := q.activity.Rounds[i]
	if err := q.season.clock.moveTo(ctx, time.UnixMilli(r.ClosesAt).Add(time.Second)); err != nil {
		return err
	}
	for _, p := range q.rare(i) {
		e, err := p.entry(ctx, r.ID, p.entryID)
		if err != nil {
			return err
		}
		want := map[fate]string{tooLate: "expired", walksAway: "expired", halfSaved: "done"}[p.fate]
		same(q.verdict, "a paper that was never handed in", e.State, want)
		q.note(i, p, e)
	}
	someone := q.papers[i][0]
	return q.mustRefuse(ctx, "a paper after the close", q.season.API, someone.phone.EntryCall(r.ID, client.NewKey(), map[string]any{}), "round.closed")
}
