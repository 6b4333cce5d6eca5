package audit

import (
	"encoding/hex"
	"strconv"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/ledger"
	"nianwei/service/operation"
)

// reportOf gives a round's checks; one that does not hold makes the whole not ok.
func reportOf(round string, checks []award.Check) gen.CheckReport {
	out := gen.CheckReport{RoundId: round, Ok: true}
	out.Checks = encode.Empty(out.Checks)
	for _, c := range checks {
		one := encode.Add(&out.Checks)
		one.Name, one.Title, one.Ok, one.Detail = c.Name, c.Title, c.OK, encode.Optional(c.Detail)
		out.Ok = out.Ok && c.OK
	}
	return out
}

func statisticsOf(round string, f activity.Figures, unions []activity.UnionFigures) gen.RoundStatistics {
	out := gen.RoundStatistics{RoundId: round, Participations: f.Participations, People: f.People, Works: f.Works, Plays: f.Plays,
		Prizes: f.Prizes, AmountFen: f.AmountFen, PaidFen: f.PaidFen, Voids: f.Voids}
	out.Unions = encode.Empty(out.Unions)
	for _, u := range unions {
		one := encode.Add(&out.Unions)
		one.UnionId, one.Name, one.Participations, one.People, one.Prizes, one.AmountFen = u.UnionID, u.Name, u.Participations, u.People, u.Prizes, u.AmountFen
	}
	return out
}

// transfersOf gives each row of the journal as two postings that add up to zero.
func transfersOf(rows []ledger.Transfer, rounds map[int64]string) []gen.TransferRow {
	out := make([]gen.TransferRow, 0, len(rows))
	for i := range rows {
		t := &rows[i]
		row := gen.TransferRow{Id: t.ID, At: t.At, Kind: gen.TransferRowKind(t.Kind), RoundId: encode.Optional(rounds[t.RoundID]), Memo: encode.Optional(t.Memo)}
		from := encode.Add(&row.Postings)
		from.Account, from.AmountFen = string(t.Debit), -t.AmountFen
		to := encode.Add(&row.Postings)
		to.Account, to.AmountFen = string(t.Credit), t.AmountFen
		out = append(out, row)
	}
	return out
}

func roundsOf(rows []ledger.Transfer) []int64 {
	var out []int64
	seen := map[int64]bool{0: true}
	for i := range rows {
		if id := rows[i].RoundID; !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

func sum(balances map[ledger.Account]int64) int64 {
	var fen int64
	for _, b := range balances {
		fen += b
	}
	return fen
}

// system is who did what no officer did.
const system = "系统"

func operationsOf(page operation.Page) gen.OperationPage {
	out := gen.OperationPage{Items: make([]gen.OperationRow, 0, len(page.Items))}
	for i := range page.Items {
		o := &page.Items[i]
		row := gen.OperationRow{Id: o.ID, At: o.At, Officer: o.Officer, Action: o.Action, Subject: o.Subject,
			Reason: encode.Optional(o.Reason), Detail: encode.Optional(o.Detail), Hash: hex.EncodeToString(o.Hash[:])}
		if o.OfficerID == 0 {
			row.Officer = system
		}
		out.Items = append(out.Items, row)
	}
	if page.Next != "" {
		last := page.Items[len(page.Items)-1].ID
		out.Next = encode.Optional(encode.Cursor(last))
	}
	return out
}

// positionText gives a position as operation.List reads it; none for 0.
func positionText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
