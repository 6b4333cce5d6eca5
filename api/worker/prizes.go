package worker

import (
	"context"
	"fmt"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/model/store"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/redraw"
	"nianwei/service/roster"
	"nianwei/service/upload"
)

// Prizes is what a worker has won, with its receipts, and the works of others.
type Prizes struct {
	Store *store.Store
	Desk  *award.Desk
	Media Media
}

// ListMyAwards gives my prizes, newest first.
func (h Prizes) ListMyAwards(ctx context.Context, r gen.ListMyAwardsRequestObject) (gen.ListMyAwardsResponseObject, error) {
	w := me(ctx)
	if w.ID == 0 {
		return nil, activity.ErrUnbound
	}
	var from award.Cursor
	if err := encode.Position(r.Params.Cursor, &from.At, &from.RoundID, &from.No); err != nil {
		return nil, err
	}
	limit := encode.Limit(r.Params.Limit)
	out := gen.ListMyAwards200JSONResponse{}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		list, err := award.OfWorker(tx, w.ID, from, limit+1)
		if err != nil {
			return err
		}
		if out.TotalFen, err = award.SumOfWorker(tx, w.ID); err != nil {
			return err
		}
		list, out.Next = encode.Page(list, limit, func(a award.Award) []int64 { return []int64{a.WonAt, a.RoundID, a.No} })
		out.Items = make([]gen.MyAward, 0, len(list))
		for i := range list {
			one, err := myAward(tx, &list[i])
			if err != nil {
				return err
			}
			out.Items = append(out.Items, one)
		}
		return nil
	})
	return out, err
}

func myAward(tx *store.Tx, a *award.Award) (gen.MyAward, error) {
	r, err := activity.RoundByID(tx, a.RoundID)
	if err != nil {
		return gen.MyAward{}, err
	}
	d, err := r.Draft()
	if err != nil {
		return gen.MyAward{}, err
	}
	prize, _ := d.Reward.Prize(a.PrizeCode)
	url := fmt.Sprintf("/api/worker/rounds/%s/plays/%d/receipt", r.Name, a.No)
	if d.Reward.Kind == award.Raffle {
		url = fmt.Sprintf("/api/worker/rounds/%s/entries/%d/receipt", r.Name, a.Entry)
	}
	return gen.MyAward{RoundId: r.Name, No: a.No, Title: r.Title, PrizeName: prize.Name, PrizeKind: gen.PrizeKind(prize.Kind), AmountFen: a.AmountFen,
		State: gen.AwardState(a.State), WonAt: a.WonAt, PaidAt: a.PaidAt, VoidReason: a.VoidReason, ReceiptUrl: url}, nil
}

// GetPlayReceipt gives the receipt of my play.
func (h Prizes) GetPlayReceipt(ctx context.Context, r gen.GetPlayReceiptRequestObject) (gen.GetPlayReceiptResponseObject, error) {
	receipt, err := h.receipt(ctx, r.Round, r.Seq, h.Desk.PlayReceipt)
	if err != nil {
		return nil, err
	}
	return gen.GetPlayReceipt200JSONResponse(receipt), nil
}

// GetEntryReceipt gives the receipt of my place on a raffle's list.
func (h Prizes) GetEntryReceipt(ctx context.Context, r gen.GetEntryReceiptRequestObject) (gen.GetEntryReceiptResponseObject, error) {
	receipt, err := h.receipt(ctx, r.Round, r.Entry, h.Desk.EntryReceipt)
	if err != nil {
		return nil, err
	}
	return gen.GetEntryReceipt200JSONResponse(receipt), nil
}

// issue is what the desk issues: a receipt for a worker's own number in a round.
type issue func(tx *store.Tx, roundID, workerID, number int64, openid string) (redraw.Receipt, error)

func (h Prizes) receipt(ctx context.Context, name string, number int64, by issue) (out gen.Receipt, err error) {
	w := me(ctx)
	err = h.Store.Read(ctx, func(tx *store.Tx) error {
		round, err := activity.FindRound(tx, name)
		if err != nil {
			return err
		}
		r, err := by(tx, round.ID, w.ID, number, w.OpenID)
		out = receiptOf(r)
		return err
	})
	return out, err
}

func receiptOf(r redraw.Receipt) gen.Receipt {
	out := gen.Receipt{Origin: r.Origin, Round: r.Round, Checkpoint: r.Checkpoint, Salt: r.Salt, Openid: r.OpenID, Proofs: make([]gen.Proof, 0, len(r.Proofs))}
	for _, p := range r.Proofs {
		out.Proofs = append(out.Proofs, gen.Proof{Index: p.Index, Size: p.Size, Line: p.Line, Path: p.Path})
	}
	if r.Deck != nil {
		out.Deck = &gen.Proof{Index: r.Deck.Index, Size: r.Deck.Size, Line: r.Deck.Line, Path: r.Deck.Path}
	}
	return out
}

// ListPublicWorks gives the works that moderation said yes to.
func (h Prizes) ListPublicWorks(ctx context.Context, r gen.ListPublicWorksRequestObject) (gen.ListPublicWorksResponseObject, error) {
	before := int64(-1)
	if r.Params.Cursor != nil {
		if err := encode.Position(r.Params.Cursor, &before); err != nil {
			return nil, err
		}
	}
	limit := encode.Limit(r.Params.Limit)
	out := gen.ListPublicWorks200JSONResponse{Items: []gen.PublicWork{}}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		works, _, err := activity.FindWorks(tx, activity.WorkFilter{State: activity.WorkApproved, Round: r.Round, Before: before, Limit: limit + 1})
		if err != nil {
			return err
		}
		works, out.Next = encode.Page(works, limit, func(w activity.WorkItem) []int64 { return []int64{w.ID} })
		var workers []int64
		var ids []string
		for _, w := range works {
			workers, ids = append(workers, w.WorkerID), append(ids, w.MediaIDs...)
		}
		people, err := roster.FactsOf(tx, workers)
		if err != nil {
			return err
		}
		files, err := upload.Of(tx, ids)
		if err != nil {
			return err
		}
		for i := range works {
			out.Items = append(out.Items, h.publicWork(&works[i], people[works[i].WorkerID], files))
		}
		return nil
	})
	return out, err
}

func (h Prizes) publicWork(w *activity.WorkItem, by roster.Facts, files map[string]upload.Upload) gen.PublicWork {
	out := gen.PublicWork{Id: w.ID, Author: by.NameMask, UnionName: by.UnionName, At: w.At, Media: []gen.Media{}}
	if w.Title != "" {
		out.Title = &w.Title
	}
	if w.Hometown != "" {
		out.Hometown = &w.Hometown
	}
	for _, id := range w.MediaIDs {
		if f, ok := files[id]; ok {
			out.Media = append(out.Media, h.Media.encode(f))
		}
	}
	return out
}
