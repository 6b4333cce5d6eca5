// Package ledger remembers what moved: the funds of the union and, in
// append-only rows of double entry, every fen between them. Each row takes one
// amount from one account and gives it to another, so the sum over all
// accounts is zero whatever happens.
//
// The accounts of a fund are, in the order in which money goes through them:
// outside (the union's bank) → free → reserved (for a round) → won → paid.
package ledger

import (
	"fmt"

	"nianwei/model/fault"
	"nianwei/model/store"
)

// Account is one of a fund's accounts.
type Account string

// The accounts of a fund.
const (
	Outside  Account = "outside"
	Free     Account = "free"
	Reserved Account = "reserved"
	Won      Account = "won"
	Paid     Account = "paid"
)

// Kind is why money moved.
type Kind string

// The reasons for which money moves.
const (
	Budget  Kind = "budget"  // outside → free: the fund was given its money
	Reserve Kind = "reserve" // free → reserved: a round was published
	Win     Kind = "win"     // reserved → won
	Pay     Kind = "pay"     // won → paid
	Release Kind = "release" // reserved → free: what a finished round did not give
)

// What can go wrong with money.
var (
	ErrShort       = fault.New(fault.Conflict, "fund.short", "资金余额不足，无法预留本活动的全部奖金，请减少奖品或增加预算。")
	ErrUnknownFund = fault.New(fault.NotFound, "fund.unknown", "没有找到这笔资金。")
	ErrNameTaken   = fault.New(fault.Conflict, "fund.name_taken", "已经有同名的资金，请换一个名称。")
)

// Transfer is one row: AmountFen left Debit and arrived in Credit.
type Transfer struct {
	ID        int64
	At        int64
	FundID    int64
	RoundID   int64 // 0 for the fund's own budget
	Kind      Kind
	Debit     Account
	Credit    Account
	AmountFen int64
	Memo      string
}

func move(tx *store.Tx, t Transfer) error {
	_, err := tx.Exec("INSERT INTO transfers (at, fund_id, round_id, kind, debit, credit, amount_fen, memo) VALUES (?,?,?,?,?,?,?,?)",
		tx.Millis(), t.FundID, t.RoundID, string(t.Kind), string(t.Debit), string(t.Credit), t.AmountFen, t.Memo)
	if err != nil {
		return fmt.Errorf("ledger: %s %d fen: %w", t.Kind, t.AmountFen, err)
	}
	return nil
}

// Fund is a pot of money with what became of it, all in fen.
type Fund struct {
	ID          int64
	Name        string
	BudgetFen   int64
	FreeFen     int64
	ReservedFen int64 // promised by rounds and not yet won
	WonFen      int64 // won and not yet paid
	PaidFen     int64
}

// CreateFund makes a fund and books its budget. It returns ErrNameTaken for a second one of a name.
func CreateFund(tx *store.Tx, name string, budgetFen int64) (Fund, error) {
	id, err := tx.Insert("INSERT INTO funds (name, budget_fen, free_fen, created_at) VALUES (?,?,?,?)", name, budgetFen, budgetFen, tx.Millis())
	if store.Duplicate(err) {
		return Fund{}, ErrNameTaken
	}
	if err != nil {
		return Fund{}, fmt.Errorf("ledger: create fund: %w", err)
	}
	err = move(tx, Transfer{FundID: id, Kind: Budget, Debit: Outside, Credit: Free, AmountFen: budgetFen, Memo: name})
	return Fund{ID: id, Name: name, BudgetFen: budgetFen, FreeFen: budgetFen}, err
}

// ReserveFor takes a round's whole promise out of the free money of a fund. It
// returns ErrShort when there is not enough: a round can never promise more
// than its fund.
func ReserveFor(tx *store.Tx, fundID, roundID, fen int64) error {
	if fen == 0 {
		return nil
	}
	n, err := tx.Exec("UPDATE funds SET free_fen = free_fen - ? WHERE id = ? AND free_fen >= ?", fen, fundID, fen)
	if err != nil {
		return fmt.Errorf("ledger: reserve: %w", err)
	}
	if n == 0 {
		return ErrShort
	}
	return move(tx, Transfer{FundID: fundID, RoundID: roundID, Kind: Reserve, Debit: Free, Credit: Reserved, AmountFen: fen})
}

// RecordWin books what a transaction's plays won of a round's reserve. The
// caller keeps the round's own sum (round_heads.won_fen), whose CHECK refuses
// to win more than was reserved.
func RecordWin(tx *store.Tx, fundID, roundID, fen int64, memo string) error {
	if fen == 0 {
		return nil
	}
	return move(tx, Transfer{FundID: fundID, RoundID: roundID, Kind: Win, Debit: Reserved, Credit: Won, AmountFen: fen, Memo: memo})
}

// RecordPayment books that won money was paid out.
func RecordPayment(tx *store.Tx, fundID, roundID, fen int64, reference string) error {
	if fen == 0 {
		return nil
	}
	return move(tx, Transfer{FundID: fundID, RoundID: roundID, Kind: Pay, Debit: Won, Credit: Paid, AmountFen: fen, Memo: reference})
}

// ReleaseOf gives what a finished round did not give back to its fund.
func ReleaseOf(tx *store.Tx, fundID, roundID, fen int64) error {
	if fen == 0 {
		return nil
	}
	n, err := tx.Exec("UPDATE funds SET free_fen = free_fen + ? WHERE id = ?", fen, fundID)
	if err != nil {
		return fmt.Errorf("ledger: release: %w", err)
	}
	if n == 0 {
		return ErrUnknownFund
	}
	return move(tx, Transfer{FundID: fundID, RoundID: roundID, Kind: Release, Debit: Reserved, Credit: Free, AmountFen: fen})
}

// Funds gives all funds with their balances, by name.
func Funds(tx *store.Tx) ([]Fund, error) {
	var out []Fund
	var f Fund
	err := tx.Each("SELECT id, name, budget_fen, free_fen FROM funds ORDER BY name", nil,
		[]any{&f.ID, &f.Name, &f.BudgetFen, &f.FreeFen}, func() error {
			out = append(out, f)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("ledger: funds: %w", err)
	}
	for i := range out {
		balances, err := Balances(tx, out[i].ID)
		if err != nil {
			return nil, err
		}
		out[i].ReservedFen, out[i].WonFen, out[i].PaidFen = balances[Reserved], balances[Won], balances[Paid]
	}
	return out, nil
}

// FindFund gives one fund with its balances. It returns ErrUnknownFund when there is none.
func FindFund(tx *store.Tx, id int64) (Fund, error) {
	f := Fund{ID: id}
	found, err := tx.Row("SELECT name, budget_fen, free_fen FROM funds WHERE id = ?", []any{id}, &f.Name, &f.BudgetFen, &f.FreeFen)
	if err != nil {
		return f, fmt.Errorf("ledger: fund: %w", err)
	}
	if !found {
		return f, ErrUnknownFund
	}
	balances, err := Balances(tx, id)
	f.ReservedFen, f.WonFen, f.PaidFen = balances[Reserved], balances[Won], balances[Paid]
	return f, err
}

// Balances counts over a fund's rows what stands in each account now. They
// add up to zero: outside is what the fund was given, negative.
func Balances(tx *store.Tx, fundID int64) (map[Account]int64, error) {
	return balances(tx, "fund_id = ?", fundID)
}

// RoundBalances is Balances over the rows of one round: free is what it took
// (negative) and gave back.
func RoundBalances(tx *store.Tx, roundID int64) (map[Account]int64, error) {
	return balances(tx, "round_id = ?", roundID)
}

func balances(tx *store.Tx, where string, id int64) (map[Account]int64, error) {
	out := map[Account]int64{}
	var debit, credit string
	var fen int64
	err := tx.Each("SELECT debit, credit, SUM(amount_fen) FROM transfers WHERE "+where+" GROUP BY debit, credit", []any{id},
		[]any{&debit, &credit, &fen}, func() error {
			out[Account(debit)] -= fen
			out[Account(credit)] += fen
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("ledger: balances: %w", err)
	}
	return out, nil
}

// Transfers gives up to limit rows of a fund, newest first, with numbers below
// before (0 = from the newest).
func Transfers(tx *store.Tx, fundID, before int64, limit int) ([]Transfer, error) {
	query, args := "SELECT id, at, fund_id, round_id, kind, debit, credit, amount_fen, memo FROM transfers WHERE fund_id = ?", []any{fundID}
	if before > 0 {
		query, args = query+" AND id < ?", append(args, before)
	}
	var out []Transfer
	var t Transfer
	err := tx.Each(query+" ORDER BY id DESC LIMIT ?", append(args, limit),
		[]any{&t.ID, &t.At, &t.FundID, &t.RoundID, &t.Kind, &t.Debit, &t.Credit, &t.AmountFen, &t.Memo}, func() error {
			out = append(out, t)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("ledger: transfers: %w", err)
	}
	return out, nil
}
