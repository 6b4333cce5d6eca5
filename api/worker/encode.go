package worker

import (
	"encoding/json"

	"nianwei/api/gen"
	"nianwei/service/activity"
	"nianwei/service/award"
)

func cards(list []activity.Card) []gen.RoundCard {
	out := make([]gen.RoundCard, 0, len(list))
	for _, c := range list {
		out = append(out, card(c))
	}
	return out
}

func card(c activity.Card) gen.RoundCard {
	r := c.Round
	return gen.RoundCard{Id: r.Name, ActivityId: r.ActivityID, Title: r.Title, Summary: c.Summary, Kind: r.Kind, RewardKind: gen.RewardKind(c.RewardKind),
		Number: r.Number, Rounds: c.Rounds, State: gen.RoundState(r.State()), Standing: gen.Standing(c.Standing), OpensAt: r.OpensAt, ClosesAt: r.ClosesAt,
		Participations: r.Head.Participations, PrizesLeft: c.PrizesLeft}
}

func entry(e *activity.Entry) (gen.Entry, error) {
	view, err := json.Marshal(e.View)
	if err != nil {
		return gen.Entry{}, err
	}
	out := gen.Entry{Id: e.ID, RoundId: e.Round, State: gen.EntryState(e.State), CreatedAt: e.CreatedAt, DoneAt: e.DoneAt, ChancesLeft: int(e.ChancesLeft), View: view}
	if e.State == activity.Done {
		out.Score, out.Raffle = &e.Score, &e.Raffle
	}
	if e.Refusal != "" {
		out.Refusal = &e.Refusal
	}
	return out, nil
}

func play(p *activity.Play) gen.Play {
	out := gen.Play{RoundId: p.Round, Seq: p.Seq, EntryId: p.Entry, At: p.At, Won: p.Won, AmountFen: p.AmountFen}
	if p.Won {
		kind := gen.PrizeKind(p.Prize.Kind)
		out.PrizeCode, out.PrizeName, out.PrizeKind = &p.Prize.Code, &p.Prize.Name, &kind
	}
	return out
}

func prizes(r award.Reward) []gen.PublicPrize {
	out := make([]gen.PublicPrize, 0, len(r.Prizes))
	for _, p := range r.Prizes {
		one := gen.PublicPrize{Code: p.Code, Name: p.Name, Kind: gen.PrizeKind(p.Kind), Count: p.Count}
		if p.Split == "" {
			fen := p.AmountFen
			one.AmountFen = &fen
		} else {
			total, low, high := p.TotalFen, p.MinFen, p.MaxFen
			one.TotalFen, one.MinFen = &total, &low
			if high > 0 {
				one.MaxFen = &high
			}
		}
		out = append(out, one)
	}
	return out
}
