package admin

import (
	"fmt"
	"strings"
	"time"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/service/award"
	"nianwei/service/roster"
)

func controlOf(round string, c award.Control) gen.DrawControl {
	out := gen.DrawControl{
		RoundId: round, Kind: gen.RewardKind(c.Kind), State: gen.DrawState(c.State),
		Commit: encode.Optional(c.Commit), ManifestHash: encode.Optional(c.ManifestHash), FreezeSize: encode.Optional(c.FreezeSize), FreezeRoot: encode.Optional(c.FreezeRoot),
		Winners: c.Winners, Substitutes: c.Substitutes, Voids: c.Voids, AmountFen: &c.AmountFen,
	}
	if c.Kind == award.Raffle {
		out.Entrants = &c.Entrants
	}
	out.Numbers = encode.Empty(out.Numbers)
	for _, n := range c.Numbers {
		title, format := publicNumber(n.Source)
		one := encode.Add(&out.Numbers)
		one.Source, one.Title, one.Format = n.Source, title, format
		one.Typed, one.ByMe, one.State, one.Value = n.Typed, &n.ByMe, gen.DrawControlNumbersState(n.State), encode.Optional(n.Value)
	}
	return out
}

// publicNumber gives what people call a public number, and an example of the
// one format in which it is typed (draw-spec.md section 6).
func publicNumber(source string) (title, format string) {
	kind, issue, _ := strings.Cut(source, "/")
	switch kind {
	case "ssq":
		return "双色球 第" + issue + "期", "01,05,09,18,24,31+07"
	case "dlt":
		return "大乐透 第" + issue + "期", "03,08,17,26,35+04,11"
	case "pl5":
		return "排列5 第" + issue + "期", "40718"
	case "sse-000001-close":
		if day, err := time.Parse(time.DateOnly, issue); err == nil {
			issue = day.Format("2006年1月2日")
		}
		return "上证指数 " + issue + "收盘", "3251.68"
	case "drand-quicknet":
		return "drand 公共随机信标 第" + issue + "轮", "b" + strings.Repeat("0", 3) + strings.Repeat("5e1a", 23)
	}
	return source, ""
}

func winnerOf(r award.Rank, who roster.Facts, reward award.Reward) gen.WinnerRow {
	out := gen.WinnerRow{Rank: r.Rank, EntryId: r.Entry, Name: who.NameMask, Phone: who.PhoneMask, UnionName: who.UnionName,
		State: gen.WinnerRowState(r.State), Replaces: r.Replaces, AmountFen: r.AmountFen}
	if r.PrizeCode != nil {
		prize, _ := reward.Prize(*r.PrizeCode)
		out.PrizeName = encode.Optional(prize.Name)
	}
	return out
}

func voidOf(v award.VoidRow, people map[int64]roster.Facts, officers map[int64]string, me int64) gen.Void {
	mine := v.ProposedBy == me
	out := gen.Void{Rank: v.Rank, Name: people[v.WorkerID].NameMask, Reason: gen.VoidReason(v.Reason), State: gen.VoidStateProposed,
		ProposedBy: officers[v.ProposedBy], ProposedAt: v.ProposedAt, Mine: &mine, ConfirmedAt: v.ConfirmedAt, NewRank: v.NewRank}
	if v.ConfirmedBy != nil {
		out.State, out.ConfirmedBy = gen.VoidStateConfirmed, encode.Optional(officers[*v.ConfirmedBy])
	}
	if v.NewWorkerID != nil {
		out.NewName = encode.Optional(people[*v.NewWorkerID].NameMask)
	}
	return out
}

// placesText names ranks as people count them, from 1.
func placesText(ranks []int64) string {
	places := make([]string, len(ranks))
	for i, r := range ranks {
		places[i] = fmt.Sprint(r + 1)
	}
	return "第 " + strings.Join(places, "、") + " 名"
}
