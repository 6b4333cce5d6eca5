package admin

import (
	"context"
	"encoding/json"
	"fmt"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/service/account"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/season"
)

// officer gives who asks. The session says so, never the request's body.
func officer(ctx context.Context) account.Officer {
	o, _ := account.OfficerFrom(ctx)
	return o
}

func seasonOf(s season.Season) gen.Season {
	return gen.Season{Id: s.ID, Name: s.Name, Year: s.Year, Eve: s.Eve.String(), FirstDay: s.FirstDay.String()}
}

// schemaOf gives the JSON Schema of a kind's settings as plain JSON.
func schemaOf(m activity.Machine) (map[string]any, error) {
	text, err := json.Marshal(m.Schema())
	if err != nil {
		return nil, fmt.Errorf("admin: schema of %s: %w", m.Name, err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("admin: schema of %s: %w", m.Name, err)
	}
	return out, nil
}

func previewOf(usual string, windows []activity.Window) gen.TimetablePreview {
	out := gen.TimetablePreview{Text: usual}
	out.Rounds = encode.Empty(out.Rounds)
	for i, w := range windows {
		r := encode.Add(&out.Rounds)
		r.Number, r.OpensAt, r.ClosesAt, r.Words = i+1, w.OpensAt, w.ClosesAt, w.Words
	}
	return out
}

// draftOf reads an activity's draft. The settings stay JSON: only their kind
// can read them.
func draftOf(d *gen.ActivityDraft) (activity.Draft, error) {
	settings, err := json.Marshal(d.Settings)
	if err != nil {
		return activity.Draft{}, fmt.Errorf("admin: settings: %w", err)
	}
	return activity.Draft{
		SeasonID: encode.Value(d.SeasonId), FundID: encode.Value(d.FundId), GroupID: encode.Value(d.GroupId), TemplateID: encode.Value(d.TemplateId),
		Title: d.Title, Summary: encode.Value(d.Summary), Intro: encode.Value(d.Intro), Rules: encode.Value(d.Rules),
		Kind: d.Kind, Settings: settings, Timetable: d.Timetable, Reward: rewardOf(d.Reward),
	}, nil
}

func rewardOf(r gen.RewardDraft) award.Reward {
	out := award.Reward{Kind: award.Kind(r.Kind), Tickets: encode.Value(r.Tickets), Cap: int64(encode.Value(r.Cap)),
		OncePerActivity: encode.Value(r.OncePerActivity), Sources: encode.Value(r.Sources)}
	for _, p := range encode.Value(r.Prizes) {
		out.Prizes = append(out.Prizes, award.Prize{Code: p.Code, Name: p.Name, Kind: award.PrizeKind(p.Kind), Count: p.Count,
			AmountFen: encode.Value(p.AmountFen), TotalFen: encode.Value(p.TotalFen), MinFen: encode.Value(p.MinFen), MaxFen: encode.Value(p.MaxFen),
			Split: string(encode.Value(p.Split))})
	}
	return out
}

// draftFor gives a draft back as draftOf reads it.
func draftFor(d activity.Draft) (gen.ActivityDraft, error) {
	settings := map[string]any{}
	if len(d.Settings) > 0 {
		if err := json.Unmarshal(d.Settings, &settings); err != nil {
			return gen.ActivityDraft{}, fmt.Errorf("admin: stored settings: %w", err)
		}
	}
	return gen.ActivityDraft{
		SeasonId: encode.Optional(d.SeasonID), FundId: encode.Optional(d.FundID), GroupId: encode.Optional(d.GroupID), TemplateId: encode.Optional(d.TemplateID),
		Title: d.Title, Summary: encode.Optional(d.Summary), Intro: encode.Optional(d.Intro), Rules: encode.Optional(d.Rules),
		Kind: d.Kind, Settings: settings, Timetable: d.Timetable, Reward: rewardFor(d.Reward),
	}, nil
}

func rewardFor(r award.Reward) gen.RewardDraft {
	out := gen.RewardDraft{Kind: gen.RewardKind(r.Kind), Tickets: encode.Optional(r.Tickets), Cap: encode.Optional(int(r.Cap)), OncePerActivity: encode.Optional(r.OncePerActivity)}
	if len(r.Sources) > 0 {
		out.Sources = &r.Sources
	}
	if len(r.Prizes) == 0 {
		return out
	}
	prizes := make([]gen.PrizeDraft, 0, len(r.Prizes))
	for _, p := range r.Prizes {
		prizes = append(prizes, gen.PrizeDraft{Code: p.Code, Name: p.Name, Kind: gen.PrizeKind(p.Kind), Count: p.Count,
			AmountFen: encode.Optional(p.AmountFen), TotalFen: encode.Optional(p.TotalFen), MinFen: encode.Optional(p.MinFen), MaxFen: encode.Optional(p.MaxFen),
			Split: encode.Optional(gen.PrizeDraftSplit(p.Split))})
	}
	out.Prizes = &prizes
	return out
}

func activityOf(a *activity.Activity, now, refused int64) (gen.Activity, error) {
	draft, err := draftFor(a.Draft)
	if err != nil {
		return gen.Activity{}, err
	}
	out := gen.Activity{Id: a.ID, State: gen.ActivityState(a.Status), CreatedAt: a.CreatedAt, PublishedAt: a.PublishedAt, Draft: draft, Rounds: []gen.AdminRound{}}
	for i := range a.Rounds {
		out.Rounds = append(out.Rounds, roundOf(&a.Rounds[i], a.Draft.Reward, now, refused))
	}
	return out, nil
}

// roundOf gives a round with its numbers as they were at an instant.
func roundOf(r *activity.Round, reward award.Reward, now, refused int64) gen.AdminRound {
	return gen.AdminRound{
		Id: r.Name, ActivityId: r.ActivityID, Title: r.Title, Kind: r.Kind, RewardKind: gen.RewardKind(reward.Kind), Number: r.Number,
		State: gen.RoundState(r.State()), DrawState: gen.DrawState(r.DrawState),
		OpensAt: r.OpensAt, ClosesAt: r.ClosesAt, OpenedAt: r.OpenedAt, ClosedAt: r.ClosedAt,
		Numbers: numbersOf(r, reward.Units(), now, refused),
	}
}

// numbersOf gives a round's numbers. What a finished round gave back to its
// fund is not left any more.
func numbersOf(r *activity.Round, units, now, refused int64) gen.RoundNumbers {
	n := r.Head
	return gen.RoundNumbers{
		At: now, Participations: n.Participations, People: n.People, EntriesOpen: n.EntriesOpen, Reviewing: n.Reviewing,
		Plays: n.Plays, Wins: n.Wins, WonFen: n.WonFen, PrizesLeft: units - n.Wins, LeftFen: n.ReservedFen - n.WonFen - n.ReleasedFen, RefusedBusy: refused,
	}
}
