package admin

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/model/store"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/operation"
	"nianwei/service/roster"
)

// Draw is how officers carry a draw on after its round has closed, and record
// that its awards were paid.
type Draw struct {
	Store *store.Store
	Desk  *award.Desk
}

// GetDraw gives where a round's draw stands.
func (h Draw) GetDraw(ctx context.Context, r gen.GetDrawRequestObject) (gen.GetDrawResponseObject, error) {
	var out gen.DrawControl
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		round, err := activity.FindRound(tx, r.Round)
		if err != nil {
			return err
		}
		out, err = h.control(ctx, tx, &round)
		return err
	})
	if err != nil {
		return nil, err
	}
	return gen.GetDraw200JSONResponse(out), nil
}

// TypeNumber records a public number as one officer read it. The log names the
// source alone: the second officer must not be able to copy the value there.
func (h Draw) TypeNumber(ctx context.Context, r gen.TypeNumberRequestObject) (gen.TypeNumberResponseObject, error) {
	out, err := h.step(ctx, r.Round, "draw.number", r.Body.Source, func(tx *store.Tx, round *activity.Round) error {
		return h.Desk.TypeNumber(tx, round.ID, officer(ctx).ID, r.Body.Source, strings.TrimSpace(r.Body.Value))
	})
	if err != nil {
		return nil, err
	}
	return gen.TypeNumber200JSONResponse(out), nil
}

// DrawRaffle reveals the secret and ranks the frozen entrants.
func (h Draw) DrawRaffle(ctx context.Context, r gen.DrawRaffleRequestObject) (gen.DrawRaffleResponseObject, error) {
	out, err := h.step(ctx, r.Round, "draw.raffle", "", func(tx *store.Tx, round *activity.Round) error {
		d, err := round.Draft()
		if err != nil {
			return err
		}
		return h.Desk.DrawRaffle(tx, round.ID, d.FundID)
	})
	if err != nil {
		return nil, err
	}
	return gen.DrawRaffle200JSONResponse(out), nil
}

// FinishRaffle ends a drawn raffle: its awards are owed from now on.
func (h Draw) FinishRaffle(ctx context.Context, r gen.FinishRaffleRequestObject) (gen.FinishRaffleResponseObject, error) {
	out, err := h.step(ctx, r.Round, "draw.finish", "", func(tx *store.Tx, round *activity.Round) error {
		d, err := round.Draft()
		if err != nil {
			return err
		}
		return h.Desk.Finish(tx, round.ID, d.FundID)
	})
	if err != nil {
		return nil, err
	}
	return gen.FinishRaffle200JSONResponse(out), nil
}

// step writes one step of a draw together with its line in the operators' log,
// and gives where the draw stands then.
func (h Draw) step(ctx context.Context, name, action, detail string, deed func(*store.Tx, *activity.Round) error) (gen.DrawControl, error) {
	var out gen.DrawControl
	err := h.Store.Write(ctx, func(tx *store.Tx) error {
		round, err := activity.FindRound(tx, name)
		if err != nil {
			return err
		}
		if err := deed(tx, &round); err != nil {
			return err
		}
		if out, err = h.control(ctx, tx, &round); err != nil {
			return err
		}
		return operation.Record(tx, officer(ctx).ID, action, "round/"+name, "", detail)
	})
	return out, err
}

func (h Draw) control(ctx context.Context, tx *store.Tx, round *activity.Round) (gen.DrawControl, error) {
	c, err := h.Desk.Control(tx, round.ID, officer(ctx).ID)
	if err != nil {
		return gen.DrawControl{}, err
	}
	return controlOf(round.Name, c), nil
}

// ListWinners gives a raffle's ranks: the winners, or the substitutes.
func (h Draw) ListWinners(ctx context.Context, r gen.ListWinnersRequestObject) (gen.ListWinnersResponseObject, error) {
	limit := encode.Limit(r.Params.Limit)
	after := int64(-1)
	if err := encode.Position(r.Params.Cursor, &after); err != nil {
		return nil, err
	}
	substitutes := encode.Value(r.Params.Part) == gen.Substitutes
	out := gen.ListWinners200JSONResponse{}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		round, err := activity.FindRound(tx, r.Round)
		if err != nil {
			return err
		}
		ranks, err := h.Desk.Ranks(tx, round.ID, after+1, substitutes, limit+1)
		if err != nil {
			return err
		}
		ranks, out.Next = encode.Page(ranks, limit, func(last award.Rank) []int64 { return []int64{last.Rank} })
		out.Items, err = winners(tx, &round, ranks)
		return err
	})
	return out, err
}

func winners(tx *store.Tx, round *activity.Round, ranks []award.Rank) ([]gen.WinnerRow, error) {
	d, err := round.Draft()
	if err != nil {
		return nil, err
	}
	workers := make([]int64, 0, len(ranks))
	for _, r := range ranks {
		workers = append(workers, r.WorkerID)
	}
	people, err := roster.FactsOf(tx, workers)
	if err != nil {
		return nil, err
	}
	out := make([]gen.WinnerRow, 0, len(ranks))
	for _, r := range ranks {
		out = append(out, winnerOf(r, people[r.WorkerID], d.Reward))
	}
	return out, nil
}

// ListVoids gives a round's proposed and confirmed disqualifications.
func (h Draw) ListVoids(ctx context.Context, r gen.ListVoidsRequestObject) (gen.ListVoidsResponseObject, error) {
	out := gen.ListVoids200JSONResponse{}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		round, err := activity.FindRound(tx, r.Round)
		if err != nil {
			return err
		}
		out.Items, err = h.voids(ctx, tx, round.ID)
		return err
	})
	return out, err
}

// ProposeVoids records that one officer wants winners disqualified.
func (h Draw) ProposeVoids(ctx context.Context, r gen.ProposeVoidsRequestObject) (gen.ProposeVoidsResponseObject, error) {
	reason := string(r.Body.Reason)
	list, err := h.void(ctx, r.Round, "void.propose", reason, r.Body.Ranks, func(tx *store.Tx, round *activity.Round) error {
		return h.Desk.ProposeVoids(tx, round.ID, officer(ctx).ID, r.Body.Ranks, reason)
	})
	if err != nil {
		return nil, err
	}
	return gen.ProposeVoids200JSONResponse{Items: list}, nil
}

// ConfirmVoids lets a second officer confirm; substitutes take over.
func (h Draw) ConfirmVoids(ctx context.Context, r gen.ConfirmVoidsRequestObject) (gen.ConfirmVoidsResponseObject, error) {
	list, err := h.void(ctx, r.Round, "void.confirm", "", r.Body.Ranks, func(tx *store.Tx, round *activity.Round) error {
		return h.Desk.ConfirmVoids(tx, round.ID, officer(ctx).ID, r.Body.Ranks)
	})
	if err != nil {
		return nil, err
	}
	return gen.ConfirmVoids200JSONResponse{Items: list}, nil
}

func (h Draw) void(ctx context.Context, name, action, reason string, ranks []int64, deed func(*store.Tx, *activity.Round) error) ([]gen.Void, error) {
	var out []gen.Void
	err := h.Store.Write(ctx, func(tx *store.Tx) error {
		round, err := activity.FindRound(tx, name)
		if err != nil {
			return err
		}
		if err := deed(tx, &round); err != nil {
			return err
		}
		if out, err = h.voids(ctx, tx, round.ID); err != nil {
			return err
		}
		return operation.Record(tx, officer(ctx).ID, action, "round/"+name, reason, placesText(ranks))
	})
	return out, err
}

func (h Draw) voids(ctx context.Context, tx *store.Tx, roundID int64) ([]gen.Void, error) {
	rows, err := h.Desk.Voids(tx, roundID)
	if err != nil {
		return nil, err
	}
	names, err := award.VoidOfficers(tx, roundID)
	if err != nil {
		return nil, err
	}
	workers := make([]int64, 0, 2*len(rows))
	for _, v := range rows {
		workers = append(workers, v.WorkerID)
		if v.NewWorkerID != nil {
			workers = append(workers, *v.NewWorkerID)
		}
	}
	people, err := roster.FactsOf(tx, workers)
	if err != nil {
		return nil, err
	}
	out := make([]gen.Void, 0, len(rows))
	for _, v := range rows {
		out = append(out, voidOf(v, people, names, officer(ctx).ID))
	}
	return out, nil
}

// RecordPayments books that a round's owed awards were paid outside the
// system. The same key gives the same answer, and is logged once.
func (h Draw) RecordPayments(ctx context.Context, r gen.RecordPaymentsRequestObject) (gen.RecordPaymentsResponseObject, error) {
	reference := strings.TrimSpace(r.Body.Reference)
	var paid award.Payment
	err := h.Store.Write(ctx, func(tx *store.Tx) error {
		round, err := activity.FindRound(tx, r.Round)
		if err != nil {
			return err
		}
		d, err := round.Draft()
		if err != nil {
			return err
		}
		paid, err = award.RecordPayment(tx, round.ID, d.FundID, officer(ctx).ID, r.Params.IdempotencyKey, reference, sha256.Sum256([]byte(reference)))
		if err != nil || paid.Again {
			return err
		}
		return operation.Record(tx, officer(ctx).ID, "payment.record", "round/"+r.Round, "", fmt.Sprintf("%d 份共 %d 分，凭证号 %s", paid.Awards, paid.AmountFen, reference))
	})
	if err != nil {
		return nil, err
	}
	return gen.RecordPayments200JSONResponse{Awards: int(paid.Awards), AmountFen: paid.AmountFen}, nil
}
