package evening

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"nianwei/cmd/festival/internal/client"
)

// control is where a draw stands.
type control struct {
	State    string `json:"state"`
	Entrants int64  `json:"entrants"`
	Winners  int64  `json:"winners"`
	Voids    int64  `json:"voids"`
	Amount   int64  `json:"amountFen"`
	Numbers  []struct {
		Source string `json:"source"`
		State  string `json:"state"`
		Value  string `json:"value"`
	} `json:"numbers"`
}

// ranks is one page of a raffle's order.
type ranks struct {
	Next  string `json:"next"`
	Items []rank `json:"items"`
}

type rank struct {
	Rank      int64  `json:"rank"`
	EntryID   int64  `json:"entryId"`
	AmountFen int64  `json:"amountFen"`
	State     string `json:"state"`
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// draw types the public numbers as two officers do, one of whom mistypes, and draws.
func (q *quiz) draw(ctx context.Context, i int) error {
	round, crew := q.activity.Rounds[i].ID, q.season.crew
	a, b := crew.drawers[0], crew.drawers[1]
	draw := client.Call{Op: "draw", Method: http.MethodPost, Path: "/api/admin/rounds/" + round + "/draw"}
	if err := q.officerRefused(ctx, "a draw without public numbers", a, draw, "draw.numbers_missing"); err != nil {
		return err
	}
	if err := q.officerRefused(ctx, "a payment before the end", crew.finance, q.earlyPayment(round), "payment.not_final"); err != nil {
		return err
	}
	values := q.season.Scenario.Quiz.Numbers[i]
	for n, source := range sortedKeys(values) {
		value := values[source]
		if err := q.officerRefused(ctx, "a number by an organiser", crew.organiser, typing(round, source, value), "officer.role"); err != nil {
			return err
		}
		if n == 0 {
			if err := q.mistype(ctx, round, source, value, draw); err != nil {
				return err
			}
		}
		for _, o := range []*client.Officer{a, b} {
			if _, err := client.Send[control](ctx, o, typing(round, source, value)); err != nil {
				return err
			}
		}
	}
	got, err := client.Send[control](ctx, a, draw)
	if err != nil {
		return err
	}
	var entrants int64
	for _, p := range q.papers[i] {
		if p.counted && p.passed && !q.wonBefore(i, p.guest) {
			entrants++
		}
	}
	same(q.verdict, "entrants of "+round, got.Entrants, entrants)
	same(q.verdict, "winners of "+round, got.Winners, q.season.Scenario.Quiz.Prize.Count)
	same(q.verdict, "state of the draw of "+round, got.State, "drawn")
	return q.officerRefused(ctx, "a second draw", b, draw, "draw.state")
}

// earlyPayment is a payment for a round that is not final.
func (q *quiz) earlyPayment(round string) client.Call {
	call := client.JSON("payment", http.MethodPost, "/api/admin/rounds/"+round+"/payments", map[string]string{"reference": "太早了"})
	call.Key = client.NewKey()
	return call
}

// wonBefore tells whether a guest holds a prize of an earlier round.
func (q *quiz) wonBefore(i int, g *guest) bool {
	for _, t := range q.tallies[:i] {
		if t.winners[g.No] > 0 {
			return true
		}
	}
	return false
}

func typing(round, source, value string) client.Call {
	return client.JSON("number", http.MethodPost, "/api/admin/rounds/"+round+"/numbers", map[string]string{"source": source, "value": value})
}

// mistype lets the second officer type another number: the draw is locked
// until both have looked again.
func (q *quiz) mistype(ctx context.Context, round, source, value string, draw client.Call) error {
	a, b := q.season.crew.drawers[0], q.season.crew.drawers[1]
	if err := q.officerRefused(ctx, "a number in a wrong format", a, typing(round, source, "31、24、18、09、05、01"), "draw.number_format"); err != nil {
		return err
	}
	for range 2 { // one officer alone confirms nothing, however often
		if _, err := client.Send[control](ctx, a, typing(round, source, value)); err != nil {
			return err
		}
	}
	wrong := wrongly(value)
	answer, err := b.Do(ctx, typing(round, source, wrong))
	if err != nil {
		return err
	}
	if err := answer.Ok("number"); err != nil {
		q.refused("a number that differs", err, "draw.number_mismatch")
	}
	got, err := client.Get[control](ctx, b, "draw.read", "/api/admin/rounds/"+round+"/draw")
	if err != nil {
		return err
	}
	for _, n := range got.Numbers {
		if n.Source == source {
			same(q.verdict, "state of a number that two officers typed differently", n.State, "mismatch")
			same(q.verdict, "value of an unconfirmed number", n.Value, "")
		}
	}
	return q.officerRefused(ctx, "a draw with numbers that differ", a, draw, "draw.numbers_missing", "draw.number_mismatch")
}

// wrongly changes the last digit of a number, as a tired finger does.
func wrongly(value string) string {
	last := value[len(value)-1]
	if last == '0' {
		return value[:len(value)-1] + "1"
	}
	return value[:len(value)-1] + string(last-1)
}

// void disqualifies winners: proposed by one officer, confirmed by another.
// Then the raffle is finished and its winners stand.
func (q *quiz) void(ctx context.Context, i int) error {
	round, a, b := q.activity.Rounds[i].ID, q.season.crew.drawers[0], q.season.crew.drawers[1]
	path := "/api/admin/rounds/" + round
	var chosen []int64
	for n := range q.season.Scenario.Quiz.Voids[i] {
		chosen = append(chosen, int64(n)*q.season.Scenario.Quiz.Prize.Count/int64(q.season.Scenario.Quiz.Voids[i]))
	}
	propose := client.JSON("void", http.MethodPost, path+"/voids", map[string]any{"ranks": chosen, "reason": "duplicate-person"})
	confirm := client.JSON("void.confirm", http.MethodPost, path+"/voids/confirm", map[string]any{"ranks": chosen})
	finish := client.Call{Op: "finish", Method: http.MethodPost, Path: path + "/finish"}
	if _, err := client.Send[any](ctx, a, propose); err != nil {
		return err
	}
	for _, c := range []struct {
		what    string
		by      *client.Officer
		call    client.Call
		reasons []string
	}{
		{"confirming one's own proposal", a, confirm, []string{"void.own"}},
		{"proposing twice", b, propose, []string{"void.already"}},
		{"finishing with proposals open", b, finish, []string{"void.pending"}},
		{"disqualifying a substitute", b, client.JSON("", http.MethodPost, path+"/voids", map[string]any{"ranks": []int64{q.season.Scenario.Quiz.Prize.Count}, "reason": "cheating"}), []string{"void.not_winner"}},
	} {
		if err := q.officerRefused(ctx, c.what, c.by, c.call, c.reasons...); err != nil {
			return err
		}
	}
	if _, err := client.Send[any](ctx, b, confirm); err != nil {
		return err
	}
	got, err := client.Send[control](ctx, b, finish)
	if err != nil {
		return err
	}
	same(q.verdict, "state of the finished draw of "+round, got.State, "final")
	same(q.verdict, "disqualified in "+round, got.Voids, int64(len(chosen)))
	if err := q.officerRefused(ctx, "disqualifying after the end", a, propose, "draw.state"); err != nil {
		return err
	}
	return q.winners(ctx, i, chosen)
}

// winners reads the raffle's order and notes who holds a prize.
func (q *quiz) winners(ctx context.Context, i int, voided []int64) error {
	round, cursor, seen := q.activity.Rounds[i].ID, "", map[int64]bool{}
	for {
		page, err := client.Get[ranks](ctx, q.season.crew.auditor, "winners", "/api/admin/rounds/"+round+"/winners?limit=200&cursor="+url.QueryEscape(cursor))
		if err != nil {
			return err
		}
		for _, r := range page.Items {
			q.verdict.expect(!seen[r.Rank], "rank %d is listed twice", r.Rank)
			seen[r.Rank] = true
			q.winner(i, r, slices.Contains(voided, r.Rank))
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	same(q.verdict, "winners and disqualified of "+round, int64(len(seen)), q.season.Scenario.Quiz.Prize.Count+int64(len(voided)))
	return nil
}

func (q *quiz) winner(i int, r rank, voided bool) {
	g := q.tallies[i].owner(r.EntryID)
	if !q.verdict.expect(g != nil, "rank %d belongs to the entry %d, which nobody handed in", r.Rank, r.EntryID) {
		return
	}
	switch {
	case voided:
		same(q.verdict, fmt.Sprintf("state of rank %d", r.Rank), r.State, "void")
		return
	case r.Rank < q.season.Scenario.Quiz.Prize.Count:
		same(q.verdict, fmt.Sprintf("state of rank %d", r.Rank), r.State, "winner")
	default:
		same(q.verdict, fmt.Sprintf("state of rank %d", r.Rank), r.State, "took_over")
	}
	q.verdict.expect(!q.wonBefore(i, g), "%s has won in two rounds", g.Name)
	q.tallies[i].drew(g, r.AmountFen)
}

func (q *quiz) pay(ctx context.Context, i int) error {
	sum := q.tallies[i].sum()
	return q.payRound(ctx, q.activity.Rounds[i].ID, payment{Awards: sum.Prizes, AmountFen: sum.AmountFen})
}
