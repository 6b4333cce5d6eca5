package admin

import (
	"context"
	"fmt"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/model/store"
	"nianwei/service/activity"
	"nianwei/service/ledger"
	"nianwei/service/operation"
	"nianwei/service/quizbank"
	"nianwei/service/season"
	"nianwei/service/template"
)

// Planning is what an organiser prepares: seasons, money, question banks, and
// activities until they are published.
type Planning struct {
	Store     *store.Store
	Engine    *activity.Engine
	Seasons   *season.Book
	Templates func() ([]template.Template, error) // as they would be planned now
	Banks     *quizbank.Banks
}

// ListSeasons gives all seasons.
func (h Planning) ListSeasons(ctx context.Context, _ gen.ListSeasonsRequestObject) (gen.ListSeasonsResponseObject, error) {
	out := gen.ListSeasons200JSONResponse{Items: []gen.Season{}}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		list, err := h.Seasons.List(tx)
		for _, s := range list {
			out.Items = append(out.Items, seasonOf(s))
		}
		return err
	})
	return out, err
}

// CreateSeason makes a season.
func (h Planning) CreateSeason(ctx context.Context, r gen.CreateSeasonRequestObject) (gen.CreateSeasonResponseObject, error) {
	var made season.Season
	err := h.Store.Write(ctx, func(tx *store.Tx) (err error) {
		if made, err = h.Seasons.Create(tx, r.Body.Name, r.Body.Year); err != nil {
			return err
		}
		return operation.Record(tx, officer(ctx).ID, "season.create", fmt.Sprintf("season/%d", made.ID), "", made.Name)
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateSeason201JSONResponse(seasonOf(made)), nil
}

// ListFunds gives all funds with their balances.
func (h Planning) ListFunds(ctx context.Context, _ gen.ListFundsRequestObject) (gen.ListFundsResponseObject, error) {
	out := gen.ListFunds200JSONResponse{Items: []gen.Fund{}}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		list, err := ledger.Funds(tx)
		for _, f := range list {
			out.Items = append(out.Items, encode.Fund(f))
		}
		return err
	})
	return out, err
}

// CreateFund makes a fund and books its budget.
func (h Planning) CreateFund(ctx context.Context, r gen.CreateFundRequestObject) (gen.CreateFundResponseObject, error) {
	var made ledger.Fund
	err := h.Store.Write(ctx, func(tx *store.Tx) (err error) {
		if made, err = ledger.CreateFund(tx, r.Body.Name, r.Body.BudgetFen); err != nil {
			return err
		}
		return operation.Record(tx, officer(ctx).ID, "fund.create", fmt.Sprintf("fund/%d", made.ID), "", fmt.Sprintf("%s，%d 分", made.Name, made.BudgetFen))
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateFund201JSONResponse(encode.Fund(made)), nil
}

// ListKinds gives the ways of taking part with the form of their settings.
func (h Planning) ListKinds(context.Context, gen.ListKindsRequestObject) (gen.ListKindsResponseObject, error) {
	out := gen.ListKinds200JSONResponse{Items: []gen.KindInfo{}}
	for _, m := range h.Engine.Kinds() {
		schema, err := schemaOf(m)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, gen.KindInfo{Name: m.Name, Title: m.Title, SettingsSchema: schema})
	}
	return out, nil
}

// PreviewTimetable reads a timetable and shows the rounds it means.
func (h Planning) PreviewTimetable(ctx context.Context, r gen.PreviewTimetableRequestObject) (gen.PreviewTimetableResponseObject, error) {
	var usual string
	var windows []activity.Window
	err := h.Store.Read(ctx, func(tx *store.Tx) (err error) {
		usual, windows, err = h.Engine.Preview(tx, r.Body.SeasonId, r.Body.Text)
		return err
	})
	if err != nil {
		return nil, err
	}
	return gen.PreviewTimetable200JSONResponse(previewOf(usual, windows)), nil
}

// ListActivities gives the activities of a season, or all, newest first.
func (h Planning) ListActivities(ctx context.Context, r gen.ListActivitiesRequestObject) (gen.ListActivitiesResponseObject, error) {
	out := gen.ListActivities200JSONResponse{Items: []gen.Activity{}}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		list, err := h.Engine.List(tx, encode.Value(r.Params.SeasonId))
		if err != nil {
			return err
		}
		for i := range list {
			a, err := h.activity(tx, &list[i])
			if err != nil {
				return err
			}
			out.Items = append(out.Items, a)
		}
		return nil
	})
	return out, err
}

// GetActivity gives one activity with its rounds.
func (h Planning) GetActivity(ctx context.Context, r gen.GetActivityRequestObject) (gen.GetActivityResponseObject, error) {
	var out gen.Activity
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		a, err := h.Engine.Find(tx, r.Activity)
		if err != nil {
			return err
		}
		out, err = h.activity(tx, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	return gen.GetActivity200JSONResponse(out), nil
}

// CreateActivity makes a draft.
func (h Planning) CreateActivity(ctx context.Context, r gen.CreateActivityRequestObject) (gen.CreateActivityResponseObject, error) {
	draft, err := draftOf(r.Body)
	if err != nil {
		return nil, err
	}
	out, err := h.change(ctx, "activity.create", func(tx *store.Tx) (*activity.Activity, error) {
		return h.Engine.Create(tx, officer(ctx).ID, draft)
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateActivity201JSONResponse(out), nil
}

// ChangeActivity rewrites a draft.
func (h Planning) ChangeActivity(ctx context.Context, r gen.ChangeActivityRequestObject) (gen.ChangeActivityResponseObject, error) {
	draft, err := draftOf(r.Body)
	if err != nil {
		return nil, err
	}
	out, err := h.change(ctx, "activity.change", func(tx *store.Tx) (*activity.Activity, error) {
		return h.Engine.Change(tx, r.Activity, draft)
	})
	if err != nil {
		return nil, err
	}
	return gen.ChangeActivity200JSONResponse(out), nil
}

// PublishActivity makes an activity's rounds; nothing of it changes any more.
func (h Planning) PublishActivity(ctx context.Context, r gen.PublishActivityRequestObject) (gen.PublishActivityResponseObject, error) {
	out, err := h.change(ctx, "activity.publish", func(tx *store.Tx) (*activity.Activity, error) {
		return h.Engine.Publish(tx, r.Activity)
	})
	if err != nil {
		return nil, err
	}
	return gen.PublishActivity200JSONResponse(out), nil
}

// DeleteActivity throws a draft away.
func (h Planning) DeleteActivity(ctx context.Context, r gen.DeleteActivityRequestObject) (gen.DeleteActivityResponseObject, error) {
	err := h.Store.Write(ctx, func(tx *store.Tx) error {
		a, err := h.Engine.Find(tx, r.Activity)
		if err != nil {
			return err
		}
		if err := h.Engine.Delete(tx, r.Activity); err != nil {
			return err
		}
		return recordActivity(ctx, tx, "activity.delete", a)
	})
	if err != nil {
		return nil, err
	}
	return gen.DeleteActivity204Response{}, nil
}

// change writes one change of an activity together with its line in the
// operators' log.
func (h Planning) change(ctx context.Context, action string, deed func(*store.Tx) (*activity.Activity, error)) (gen.Activity, error) {
	var out gen.Activity
	err := h.Store.Write(ctx, func(tx *store.Tx) error {
		a, err := deed(tx)
		if err != nil {
			return err
		}
		if out, err = h.activity(tx, a); err != nil {
			return err
		}
		return recordActivity(ctx, tx, action, a)
	})
	return out, err
}

func recordActivity(ctx context.Context, tx *store.Tx, action string, a *activity.Activity) error {
	detail := fmt.Sprintf("%s，%d 场，每场奖品 %d 份共 %d 分", a.Draft.Title, len(a.Rounds), a.Draft.Reward.Units(), a.Draft.Reward.PromiseFen())
	return operation.Record(tx, officer(ctx).ID, action, fmt.Sprintf("activity/%d", a.ID), "", detail)
}

func (h Planning) activity(tx *store.Tx, a *activity.Activity) (gen.Activity, error) {
	return activityOf(a, tx.Millis(), h.Engine.RefusedBusy())
}
