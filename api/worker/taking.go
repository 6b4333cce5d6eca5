// Package worker is the API of the worker client: a handler decodes, calls a
// service, encodes.
package worker

import (
	"context"
	"encoding/json"

	"nianwei/api/gen"
	"nianwei/service/account"
	"nianwei/service/activity"
)

// Taking is taking part: today's rounds, entries and plays.
type Taking struct{ Engine *activity.Engine }

// me gives who asks. The session says so, never the request's body.
func me(ctx context.Context) activity.Worker {
	w, _ := account.WorkerFrom(ctx)
	return activity.Worker{ID: w.WorkerID, UnionID: w.UnionID, OpenID: w.OpenID}
}

// GetToday gives the rounds that are open, coming and lately ended.
func (h Taking) GetToday(ctx context.Context, _ gen.GetTodayRequestObject) (gen.GetTodayResponseObject, error) {
	now, open, upcoming, ended, err := h.Engine.Today(ctx, me(ctx))
	if err != nil {
		return nil, err
	}
	return gen.GetToday200JSONResponse{Now: now, Open: cards(open), Upcoming: cards(upcoming), Ended: cards(ended)}, nil
}

// GetRound gives one round with what the worker has done in it.
func (h Taking) GetRound(ctx context.Context, r gen.GetRoundRequestObject) (gen.GetRoundResponseObject, error) {
	d, err := h.Engine.Detail(ctx, me(ctx), r.Round)
	if err != nil {
		return nil, err
	}
	settings, err := json.Marshal(d.Public)
	if err != nil {
		return nil, err
	}
	out := gen.GetRound200JSONResponse{Card: card(d.Card), Now: d.Now, Intro: d.Draft.Intro, Rules: d.Draft.Rules, Settings: settings,
		Prizes: prizes(d.Draft.Reward), Entries: []gen.Entry{}, Plays: []gen.Play{}}
	for i := range d.Entries {
		e, err := entry(&d.Entries[i])
		if err != nil {
			return nil, err
		}
		out.Entries = append(out.Entries, e)
	}
	for i := range d.Plays {
		out.Plays = append(out.Plays, play(&d.Plays[i]))
	}
	if d.Draw != nil {
		out.Draw = &gen.DrawFacts{Kind: gen.RewardKind(d.Draw.Kind), Level: d.Draw.Level, Commit: d.Draw.Commit, ManifestHash: d.Draw.ManifestHash}
		if len(d.Draw.Sources) > 0 {
			out.Draw.Sources = &d.Draw.Sources
		}
	}
	return out, nil
}

// CreateEntry takes part in a round.
func (h Taking) CreateEntry(ctx context.Context, r gen.CreateEntryRequestObject) (gen.CreateEntryResponseObject, error) {
	e, err := h.Engine.Begin(ctx, me(ctx), r.Round, r.Params.IdempotencyKey, r.Body.Input)
	if err != nil {
		return nil, err
	}
	out, err := entry(e)
	return gen.CreateEntry201JSONResponse(out), err
}

// GetEntry gives the worker's own entry.
func (h Taking) GetEntry(ctx context.Context, r gen.GetEntryRequestObject) (gen.GetEntryResponseObject, error) {
	e, err := h.Engine.Entry(ctx, me(ctx), r.Round, r.Entry)
	if err != nil {
		return nil, err
	}
	out, err := entry(e)
	return gen.GetEntry200JSONResponse(out), err
}

// StepEntry takes the next step of an unfinished entry.
func (h Taking) StepEntry(ctx context.Context, r gen.StepEntryRequestObject) (gen.StepEntryResponseObject, error) {
	e, err := h.Engine.Step(ctx, me(ctx), r.Round, r.Entry, r.Params.IdempotencyKey, r.Body.Input)
	if err != nil {
		return nil, err
	}
	out, err := entry(e)
	return gen.StepEntry200JSONResponse(out), err
}

// PlayEntry draws for an entry.
func (h Taking) PlayEntry(ctx context.Context, r gen.PlayEntryRequestObject) (gen.PlayEntryResponseObject, error) {
	p, err := h.Engine.Play(ctx, me(ctx), r.Round, r.Entry, r.Params.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return gen.PlayEntry200JSONResponse(play(p)), nil
}
