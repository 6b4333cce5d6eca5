// Package audit is what auditors (经审) see: a round's directory to take away
// and re-check, the server's own checks, figures, the ledger, and what officers
// did. It changes nothing but the operators' log.
package audit

import (
	"context"
	"fmt"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/model/store"
	"nianwei/service/account"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/ledger"
	"nianwei/service/operation"
)

// Audit is the auditor's API.
type Audit struct {
	Store *store.Store
	Desk  *award.Desk
}

// ExportRound streams a finished round's directory as a ZIP. That somebody
// takes it away, and why, is in the operators' log before the first byte leaves.
func (h Audit) ExportRound(ctx context.Context, r gen.ExportRoundRequestObject) (gen.ExportRoundResponseObject, error) {
	round, err := h.find(ctx, r.Round)
	if err != nil {
		return nil, err
	}
	files, err := h.Desk.Files(ctx, h.Store, round.ID)
	if err != nil {
		return nil, err
	}
	who, _ := account.OfficerFrom(ctx)
	err = h.Store.Write(ctx, func(tx *store.Tx) error {
		return operation.Record(tx, who.ID, "round.export", "round/"+round.Name, r.Params.Reason, "")
	})
	if err != nil {
		return nil, err
	}
	return directory{round: round.Name, files: files}, nil
}

// CheckRound holds a round's signatures, log, rows, ledger and numbers against
// each other, and names what does not hold.
func (h Audit) CheckRound(ctx context.Context, r gen.CheckRoundRequestObject) (gen.CheckRoundResponseObject, error) {
	round, err := h.find(ctx, r.Round)
	if err != nil {
		return nil, err
	}
	reward, err := round.RewardKind()
	if err != nil {
		return nil, err
	}
	var checks []award.Check
	if reward != award.None {
		if checks, err = h.Desk.Verify(ctx, h.Store, round.ID); err != nil {
			return nil, err
		}
	}
	err = h.Store.Read(ctx, func(tx *store.Tx) error {
		more, err := furtherChecks(tx, round.Name)
		checks = append(checks, more...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return gen.CheckRound200JSONResponse(reportOf(round.Name, checks)), nil
}

// furtherChecks are those that need no draw.
func furtherChecks(tx *store.Tx, round string) ([]award.Check, error) {
	differs, err := activity.CheckNumbers(tx, round)
	if err != nil {
		return nil, err
	}
	bad, err := operation.Verify(tx)
	if err != nil {
		return nil, err
	}
	chain := award.Check{Name: "operations", Title: "后台操作记录首尾相接、没有改动", OK: bad == 0}
	if bad != 0 {
		chain.Detail = fmt.Sprintf("从第 %d 条起与前面的记录接不上。", bad)
	}
	return []award.Check{{Name: "rows.numbers", Title: "实时数字与逐行统计一致", OK: differs == "", Detail: differs}, chain}, nil
}

// GetRoundStatistics counts a round's figures over its rows.
func (h Audit) GetRoundStatistics(ctx context.Context, r gen.GetRoundStatisticsRequestObject) (gen.GetRoundStatisticsResponseObject, error) {
	var figures activity.Figures
	var unions []activity.UnionFigures
	err := h.Store.Read(ctx, func(tx *store.Tx) (err error) {
		figures, unions, err = activity.Statistics(tx, r.Round)
		return err
	})
	if err != nil {
		return nil, err
	}
	return gen.GetRoundStatistics200JSONResponse(statisticsOf(r.Round, figures, unions)), nil
}

// GetFundStatement gives a fund's journal and the sum over all its accounts,
// which is zero unless somebody has changed the ledger.
func (h Audit) GetFundStatement(ctx context.Context, r gen.GetFundStatementRequestObject) (gen.GetFundStatementResponseObject, error) {
	limit := encode.Limit(r.Params.Limit)
	var before int64
	if err := encode.Position(r.Params.Cursor, &before); err != nil {
		return nil, err
	}
	out := gen.GetFundStatement200JSONResponse{}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		fund, err := ledger.FindFund(tx, r.Fund)
		if err != nil {
			return err
		}
		balances, err := ledger.Balances(tx, r.Fund)
		if err != nil {
			return err
		}
		rows, err := ledger.Transfers(tx, r.Fund, before, limit+1)
		if err != nil {
			return err
		}
		rows, out.Next = encode.Page(rows, limit, func(last ledger.Transfer) []int64 { return []int64{last.ID} })
		names, err := activity.RoundNames(tx, roundsOf(rows))
		if err != nil {
			return err
		}
		out.Fund, out.SumFen, out.Items = encode.Fund(fund), sum(balances), transfersOf(rows, names)
		return nil
	})
	return out, err
}

// ListOperations gives what officers did, newest first.
func (h Audit) ListOperations(ctx context.Context, r gen.ListOperationsRequestObject) (gen.ListOperationsResponseObject, error) {
	var before int64
	if err := encode.Position(r.Params.Cursor, &before); err != nil {
		return nil, err
	}
	var page operation.Page
	err := h.Store.Read(ctx, func(tx *store.Tx) (err error) {
		page, err = operation.List(tx, positionText(before), encode.Limit(r.Params.Limit))
		return err
	})
	if err != nil {
		return nil, err
	}
	return gen.ListOperations200JSONResponse(operationsOf(page)), nil
}

func (h Audit) find(ctx context.Context, name string) (round activity.Round, err error) {
	err = h.Store.Read(ctx, func(tx *store.Tx) error {
		round, err = activity.FindRound(tx, name)
		return err
	})
	return round, err
}
