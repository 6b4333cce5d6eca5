// Package public is what anybody may see: the site, the keys that sign draws,
// and of every published round what it was committed to and who has won, masked.
package public

import (
	"context"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/model/store"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/roster"
)

// winnersShown is how many of a round's newest winners everybody sees.
const winnersShown = 100

// Site is how an installation presents itself.
type Site struct {
	Name      string // e.g. 镇江市总工会
	Sandbox   bool
	Timezone  string // IANA name
	MiniAppID string
}

// Public is the API for anybody.
type Public struct {
	Store *store.Store
	Desk  *award.Desk
	Site  Site
}

// GetSite gives what a page must know before anybody has signed in.
func (h Public) GetSite(context.Context, gen.GetSiteRequestObject) (gen.GetSiteResponseObject, error) {
	return gen.GetSite200JSONResponse{Name: h.Site.Name, Sandbox: h.Site.Sandbox, Timezone: h.Site.Timezone, MiniAppId: h.Site.MiniAppID,
		Now: h.Store.Clock().Now().UnixMilli(), Origin: encode.Optional(h.Desk.Origin())}, nil
}

// GetKeys gives keys.txt.
func (h Public) GetKeys(context.Context, gen.GetKeysRequestObject) (gen.GetKeysResponseObject, error) {
	return gen.GetKeys200TextResponse(h.Desk.Keys()), nil
}

// GetPublicRound gives what everybody may see of a round. A round exists from
// the moment its activity is published, so a draft shows nothing.
func (h Public) GetPublicRound(ctx context.Context, r gen.GetPublicRoundRequestObject) (gen.GetPublicRoundResponseObject, error) {
	var out gen.PublicRound
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		round, err := activity.FindRound(tx, r.Round)
		if err != nil {
			return err
		}
		out, err = h.round(tx, &round)
		return err
	})
	if err != nil {
		return nil, err
	}
	return gen.GetPublicRound200JSONResponse(out), nil
}

func (h Public) round(tx *store.Tx, r *activity.Round) (gen.PublicRound, error) {
	d, err := r.Draft()
	if err != nil {
		return gen.PublicRound{}, err
	}
	out := gen.PublicRound{Id: r.Name, Title: r.Title, Number: r.Number, State: gen.RoundState(r.State()), OpensAt: r.OpensAt, ClosesAt: r.ClosesAt,
		Rules: encode.Optional(d.Rules), Keys: h.Desk.Keys()}
	if d.Reward.Kind == award.None {
		return out, nil
	}
	draw, err := h.Desk.FindDraw(tx, r.ID)
	if err != nil {
		return gen.PublicRound{}, err
	}
	out.Manifest = encode.Optional(string(draw.Manifest))
	out.CloseNote = encode.Optional(string(draw.CloseNote))
	out.FinalNote = encode.Optional(string(draw.FinalNote))
	return out, addWinners(tx, &out, r.ID, d.Reward)
}

// addWinners names the newest winners as far as their masks do.
func addWinners(tx *store.Tx, out *gen.PublicRound, roundID int64, reward award.Reward) error {
	awards, err := award.Newest(tx, roundID, winnersShown)
	if err != nil || len(awards) == 0 {
		return err
	}
	workers := make([]int64, 0, len(awards))
	for i := range awards {
		workers = append(workers, awards[i].WorkerID)
	}
	people, err := roster.FactsOf(tx, workers)
	if err != nil {
		return err
	}
	list := encode.Empty(encode.Value(out.Winners))
	for i := range awards {
		a := &awards[i]
		prize, _ := reward.Prize(a.PrizeCode)
		who := people[a.WorkerID]
		one := encode.Add(&list)
		one.Name, one.UnionName, one.PrizeName, one.AmountFen, one.At = who.NameMask, who.UnionName, prize.Name, a.AmountFen, a.WonAt
	}
	out.Winners = &list
	return nil
}
