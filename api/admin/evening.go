package admin

import (
	"context"
	"fmt"
	"strings"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/model"
	"nianwei/model/store"
	"nianwei/service/activity"
	"nianwei/service/operation"
	"nianwei/service/roster"
	"nianwei/service/upload"
)

// Evening is what the organiser has open while a round runs: its numbers and
// the works that wait for a yes or no.
type Evening struct {
	Store    *store.Store
	Engine   *activity.Engine
	Live     *Live
	MediaURL func(id string) string
}

// ListRounds gives rounds by opening time, newest first.
func (h Evening) ListRounds(ctx context.Context, r gen.ListRoundsRequestObject) (gen.ListRoundsResponseObject, error) {
	limit := encode.Limit(r.Params.Limit)
	f := activity.RoundFilter{ActivityID: encode.Value(r.Params.ActivityId), State: model.RoundState(encode.Value(r.Params.State)), Limit: limit + 1}
	if err := encode.Position(r.Params.Cursor, &f.BeforeAt, &f.BeforeID); err != nil {
		return nil, err
	}
	out := gen.ListRounds200JSONResponse{Items: []gen.AdminRound{}}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		list, err := activity.FindRounds(tx, f)
		if err != nil {
			return err
		}
		list, out.Next = encode.Page(list, limit, func(last activity.Round) []int64 { return []int64{last.OpensAt, last.ID} })
		for i := range list {
			one, err := h.round(tx, &list[i])
			if err != nil {
				return err
			}
			out.Items = append(out.Items, one)
		}
		return nil
	})
	return out, err
}

// GetAdminRound gives one round.
func (h Evening) GetAdminRound(ctx context.Context, r gen.GetAdminRoundRequestObject) (gen.GetAdminRoundResponseObject, error) {
	var out gen.AdminRound
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		found, err := activity.FindRound(tx, r.Round)
		if err != nil {
			return err
		}
		out, err = h.round(tx, &found)
		return err
	})
	if err != nil {
		return nil, err
	}
	return gen.GetAdminRound200JSONResponse(out), nil
}

func (h Evening) round(tx *store.Tx, r *activity.Round) (gen.AdminRound, error) {
	d, err := r.Draft()
	if err != nil {
		return gen.AdminRound{}, err
	}
	out := roundOf(r, d.Reward, tx.Millis(), h.Engine.RefusedBusy())
	out.Numbers.Reviewing, err = activity.WaitingWorks(tx, r.ID)
	return out, err
}

// WatchRound streams a round's numbers until the reader goes away.
func (h Evening) WatchRound(ctx context.Context, r gen.WatchRoundRequestObject) (gen.WatchRoundResponseObject, error) {
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		_, err := activity.FindRound(tx, r.Round)
		return err
	})
	if err != nil {
		return nil, err
	}
	return watching{ctx: ctx, live: h.Live, round: r.Round}, nil
}

// ListWorks gives the moderation queue, oldest first.
func (h Evening) ListWorks(ctx context.Context, r gen.ListWorksRequestObject) (gen.ListWorksResponseObject, error) {
	limit := encode.Limit(r.Params.Limit)
	f := activity.WorkFilter{State: activity.WorkState(encode.Value(r.Params.State)), Round: encode.Value(r.Params.RoundId), Limit: limit + 1}
	if err := encode.Position(r.Params.Cursor, &f.After); err != nil {
		return nil, err
	}
	out := gen.ListWorks200JSONResponse{Items: []gen.WorkItem{}}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		works, total, err := activity.FindWorks(tx, f)
		if err != nil {
			return err
		}
		out.Total = &total
		works, out.Next = encode.Page(works, limit, func(last activity.WorkItem) []int64 { return []int64{last.ID} })
		out.Items, err = h.works(tx, works)
		return err
	})
	return out, err
}

func (h Evening) works(tx *store.Tx, works []activity.WorkItem) ([]gen.WorkItem, error) {
	var workers []int64
	var files []string
	for i := range works {
		workers, files = append(workers, works[i].WorkerID), append(files, works[i].MediaIDs...)
	}
	people, err := roster.FactsOf(tx, workers)
	if err != nil {
		return nil, err
	}
	uploads, err := upload.Of(tx, files)
	if err != nil {
		return nil, err
	}
	out := make([]gen.WorkItem, 0, len(works))
	for i := range works {
		w := &works[i]
		by := people[w.WorkerID]
		out = append(out, gen.WorkItem{Id: w.ID, RoundId: w.RoundName, RoundTitle: w.Activity, Author: by.NameMask, UnionName: by.UnionName,
			Hometown: encode.Optional(w.Hometown), Title: encode.Optional(w.Title), At: w.At, State: gen.WorkState(w.State), Reason: encode.Optional(w.Reason),
			Media: encode.MediaOf(w.MediaIDs, uploads, h.MediaURL)})
	}
	return out, nil
}

// DecideWorks says yes or no to works. A decision and its line in the
// operators' log are one transaction.
func (h Evening) DecideWorks(ctx context.Context, r gen.DecideWorksRequestObject) (gen.DecideWorksResponseObject, error) {
	reason := strings.TrimSpace(encode.Value(r.Body.Reason))
	approve := r.Body.Decision == gen.Approve
	by, action := officer(ctx).ID, "work.refuse"
	if approve {
		action = "work.approve"
	}
	asked := strings.Trim(fmt.Sprint(r.Body.WorkIds), "[]")
	decided, err := h.Engine.Decide(ctx, by, r.Body.WorkIds, approve, reason, func(tx *store.Tx, n int) error {
		return operation.Record(tx, by, action, "works", reason, fmt.Sprintf("%d 件，所选作品：%s", n, asked))
	})
	if err != nil {
		return nil, err
	}
	return gen.DecideWorks200JSONResponse{Decided: decided}, nil
}
