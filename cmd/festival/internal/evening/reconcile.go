package evening

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"

	"nianwei/cmd/festival/internal/client"
	"nianwei/cmd/festival/internal/product"
)

// Agree tells which places of the product say the same as was played.
type Agree struct {
	Statistics bool `json:"statistics"`
	Live       bool `json:"live"`
	Ledger     bool `json:"ledger"`
	Export     bool `json:"export"`
	Drawcheck  bool `json:"drawcheck"`
	Check      bool `json:"check"`
	Receipts   bool `json:"receipts"`
}

func (a Agree) all() bool {
	return a.Statistics && a.Live && a.Ledger && a.Export && a.Drawcheck && a.Check && a.Receipts
}

// statistics are a round's figures, counted by the product over its rows.
type statistics struct {
	figures
	PaidFen int64 `json:"paidFen"`
	Voids   int64 `json:"voids"`
	Unions  []struct {
		UnionID        int64 `json:"unionId"`
		Participations int64 `json:"participations"`
		People         int64 `json:"people"`
		Prizes         int64 `json:"prizes"`
		AmountFen      int64 `json:"amountFen"`
	} `json:"unions"`
}

// statisticsAgree holds a round's statistics, in all and by union, against what was played.
func (r *row) statisticsAgree(ctx context.Context, round string, t *tally, voids int64) (bool, error) {
	got, err := client.Get[statistics](ctx, r.season.crew.auditor, "statistics", "/api/audit/rounds/"+round+"/statistics")
	if err != nil {
		return false, err
	}
	want := t.sum()
	ok := same(r.verdict, "statistics of "+round, got.figures, want)
	ok = same(r.verdict, "paid by the statistics of "+round, got.PaidFen, want.AmountFen) && ok
	ok = same(r.verdict, "disqualified by the statistics of "+round, got.Voids, voids) && ok
	unions := t.byUnion()
	for _, u := range got.Unions {
		ok = same(r.verdict, fmt.Sprintf("statistics of %s, union %d", round, u.UnionID), unionFigures{u.Participations, u.People, u.Prizes, u.AmountFen}, unions[u.UnionID]) && ok
		delete(unions, u.UnionID)
	}
	return r.verdict.expect(len(unions) == 0, "statistics of %s leave out the unions %v", round, unions) && ok, nil
}

// statement is one page of a fund's journal.
type statement struct {
	Fund struct {
		BudgetFen   int64 `json:"budgetFen"`
		FreeFen     int64 `json:"freeFen"`
		ReservedFen int64 `json:"reservedFen"`
		WonFen      int64 `json:"wonFen"`
		PaidFen     int64 `json:"paidFen"`
	} `json:"fund"`
	SumFen int64  `json:"sumFen"`
	Next   string `json:"next"`
	Items  []struct {
		Kind     string `json:"kind"`
		RoundID  string `json:"roundId"`
		Postings []struct {
			Account   string `json:"account"`
			AmountFen int64  `json:"amountFen"`
		} `json:"postings"`
	} `json:"items"`
}

// ledgerAgrees adds up the whole journal of the row's fund, posting by posting:
// every transfer is zero, every round was paid what it won, nothing is left over.
func (r *row) ledgerAgrees(ctx context.Context, paid map[string]int64, budget int64) (bool, error) {
	ok, cursor := true, ""
	rounds := map[string]map[string]int64{} // what stands in each account, by round
	accounts := map[string]int64{}
	for {
		page, err := client.Get[statement](ctx, r.season.crew.auditor, "statement", fmt.Sprintf("/api/audit/funds/%d/statement?limit=200&cursor=%s", r.activity.fund, url.QueryEscape(cursor)))
		if err != nil {
			return false, err
		}
		ok = same(r.verdict, "sum of the fund's postings", page.SumFen, int64(0)) && ok
		for _, item := range page.Items {
			var sum int64
			for _, p := range item.Postings {
				sum += p.AmountFen
				accounts[p.Account] += p.AmountFen
				if rounds[item.RoundID] == nil {
					rounds[item.RoundID] = map[string]int64{}
				}
				rounds[item.RoundID][p.Account] += p.AmountFen
			}
			ok = same(r.verdict, "sum of one transfer", sum, int64(0)) && ok
		}
		if cursor = page.Next; cursor == "" {
			f, total := page.Fund, sum(paid)
			ok = same(r.verdict, "fund: budget, free, reserved, won, paid", [5]int64{f.BudgetFen, f.FreeFen, f.ReservedFen, f.WonFen, f.PaidFen}, [5]int64{budget, budget - total, 0, 0, total}) && ok
			break
		}
	}
	for round, fen := range paid {
		a := rounds[round]
		ok = same(r.verdict, "journal of "+round+": free, reserved, won, paid", [4]int64{a["free"], a["reserved"], a["won"], a["paid"]}, [4]int64{-fen, 0, 0, fen}) && ok
	}
	return same(r.verdict, "journal: outside, free", [2]int64{accounts["outside"], accounts["free"]}, [2]int64{-budget, budget - sum(paid)}) && ok, nil
}

func sum(of map[string]int64) (total int64) {
	for _, n := range of {
		total += n
	}
	return total
}

// export downloads a finished round's directory and gives its log. The keys
// come from the public page, not from the file that they are to check.
func (r *row) export(ctx context.Context, round string) (*logbook, error) {
	s := r.season
	answer, err := s.crew.auditor.Do(ctx, client.Call{Op: "export", Method: http.MethodGet, Path: "/api/audit/rounds/" + round + "/directory?reason=" + url.QueryEscape("节后审计")})
	if err != nil {
		return nil, err
	}
	if err := answer.Ok("export"); err != nil {
		return nil, err
	}
	names, err := product.Unzip(answer.Body, s.roundDir(round))
	if err != nil {
		return nil, err
	}
	for _, want := range []string{"open.note", "round.log", "close.note", "final.note", "keys.txt"} {
		r.verdict.expect(slices.Contains(names, want), "the export of %s has no %s", round, want)
	}
	keys, err := s.API.Do(ctx, client.Call{Op: "keys", Method: http.MethodGet, Path: "/api/public/keys"})
	if err != nil {
		return nil, err
	}
	if err := product.WriteFile(s.keysFile(), keys.Body); err != nil {
		return nil, err
	}
	return readLogbook(filepath.Join(s.roundDir(round), "round.log"))
}

// keysFile is where the public keys lie, beside the rounds.
func (s *Season) keysFile() string { return filepath.Join(s.Out, "keys.txt") }

// logAgrees holds a published log against what was played, play by play.
func (r *row) logAgrees(round string, b *logbook, t *tally, voids int64) bool {
	want := t.sum()
	ok := same(r.verdict, "log of "+round+": plays, prizes, fen", [3]int64{b.asks, b.prizes, b.fen}, [3]int64{want.Plays, want.Prizes, want.AmountFen})
	ok = same(r.verdict, "last line of the log of "+round, [2]int64{b.totalN, b.totalFen}, [2]int64{want.Prizes, want.AmountFen}) && ok
	ok = same(r.verdict, "disqualified in the log of "+round, b.voids, voids) && ok
	for seq, p := range t.plays {
		told := result{p.PrizeCode, p.AmountFen}
		if !p.Won {
			told.code = "-"
		}
		ok = same(r.verdict, fmt.Sprintf("play %d in the log of %s", seq, round), b.won[seq], told) && ok
	}
	return ok
}

// drawcheckAgrees lets the auditor's verifier derive every result anew.
func (r *row) drawcheckAgrees(ctx context.Context, rounds []string) bool {
	var dirs []string
	for _, round := range rounds {
		dirs = append(dirs, r.season.roundDir(round))
	}
	err := r.season.Drawcheck.Round(ctx, dirs, r.season.keysFile(), r.season.origin)
	return r.verdict.expect(err == nil, "%v", err)
}

// checkAgrees asks the product's own verification of a round.
func (r *row) checkAgrees(ctx context.Context, round string) (bool, error) {
	got, err := client.Get[struct {
		Ok     bool `json:"ok"`
		Checks []struct {
			Name   string `json:"name"`
			Ok     bool   `json:"ok"`
			Detail string `json:"detail"`
		} `json:"checks"`
	}](ctx, r.season.crew.auditor, "check", "/api/audit/rounds/"+round+"/check")
	if err != nil {
		return false, err
	}
	for _, c := range got.Checks {
		r.verdict.expect(c.Ok, "check of %s: %s does not hold: %s", round, c.Name, c.Detail)
	}
	return r.verdict.expect(got.Ok && len(got.Checks) > 0, "the product's own check of %s does not hold", round), nil
}

// receiptAgrees fetches a guest's receipt and lets the verifier prove it.
func (r *row) receiptAgrees(ctx context.Context, g *guest, name, path string) (bool, error) {
	text, err := g.receipt(ctx, path)
	if err != nil {
		return false, err
	}
	file := filepath.Join(r.season.Out, "receipts", name+".json")
	if err := product.WriteFile(file, text); err != nil {
		return false, err
	}
	err = r.season.Drawcheck.Receipt(ctx, file, r.season.keysFile())
	return r.verdict.expect(err == nil, "receipt %s: %v", name, err), nil
}

// awardsAgree reads a winner's own list: the prize is there, once, and paid.
func (r *row) awardsAgree(ctx context.Context, g *guest, round string, fen int64) error {
	got, err := g.awards(ctx)
	if err != nil {
		return err
	}
	n := 0
	for _, a := range got.Items {
		if a.RoundID == round && a.State != "void" {
			n++
			r.verdict.expect(a.AmountFen == fen && a.State == "paid", "%s has %d fen, %s, in %s; want %d, paid", g.Name, a.AmountFen, a.State, round, fen)
		}
	}
	r.verdict.expect(n == 1, "%s has %d prizes of %s, want 1", g.Name, n, round)
	return nil
}

// sample gives so many of a list, spread over it.
func sample[T any](all []T, n int) []T {
	if len(all) <= n {
		return all
	}
	out := make([]T, 0, n)
	for i := range n {
		out = append(out, all[i*len(all)/n])
	}
	return out
}
