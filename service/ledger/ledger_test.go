package ledger_test

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/ledger"
)

// Whatever is asked of a fund in whatever order: its accounts add up to zero,
// none but the bank is ever below zero, what is free is what the fund's row
// says, and a promise that the fund does not cover is refused and changes
// nothing.
func TestLedger_AddsUpToZeroAfterAnySequence(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		run := int64(0)
		rapid.Check(t, func(rt *rapid.T) {
			run++
			write := func(fn func(tx *store.Tx) error) error { return s.Write(context.Background(), fn) }
			budget := rapid.Int64Range(1, 1_000_000).Draw(rt, "budget")
			var fund ledger.Fund
			must(rt, write(func(tx *store.Tx) (err error) {
				fund, err = ledger.CreateFund(tx, rapid.StringMatching(`[a-z]{12}`).Draw(rt, "name")+string(rune('a'+run%26)), budget)
				return err
			}))
			type round struct{ reserved, won, paid, released int64 }
			rounds := map[int64]*round{}
			for step := range rapid.IntRange(1, 15).Draw(rt, "steps") {
				id := run*1000 + rapid.Int64Range(1, 3).Draw(rt, "round")
				r := rounds[id]
				if r == nil {
					r = &round{}
					rounds[id] = r
				}
				amount := rapid.Int64Range(1, 400_000).Draw(rt, "amount")
				must(rt, write(func(tx *store.Tx) error {
					switch rapid.SampledFrom([]string{"reserve", "win", "pay", "release"}).Draw(rt, "verb") {
					case "reserve":
						err := ledger.ReserveFor(tx, fund.ID, id, amount)
						if errors.Is(err, ledger.ErrShort) {
							if free := freeOf(rt, tx, fund.ID); free >= amount {
								rt.Errorf("step %d: %d was refused with %d free", step, amount, free)
							}
							return nil
						}
						r.reserved += amount
						return err
					case "win":
						amount = min(amount, r.reserved-r.won-r.released)
						r.won += amount
						return ledger.RecordWin(tx, fund.ID, id, amount, "")
					case "pay":
						amount = min(amount, r.won-r.paid)
						r.paid += amount
						return ledger.RecordPayment(tx, fund.ID, id, amount, "ref")
					default:
						amount = r.reserved - r.won - r.released
						r.released += amount
						return ledger.ReleaseOf(tx, fund.ID, id, amount)
					}
				}))
			}
			must(rt, s.Read(context.Background(), func(tx *store.Tx) error {
				b, err := ledger.Balances(tx, fund.ID)
				if err != nil {
					return err
				}
				var sum, reserved, won, paid int64
				for account, fen := range b {
					sum += fen
					if account != ledger.Outside && fen < 0 {
						rt.Errorf("%s stands at %d fen", account, fen)
					}
				}
				for id, r := range rounds {
					reserved += r.reserved - r.won - r.released
					won += r.won - r.paid
					paid += r.paid
					one, err := ledger.RoundBalances(tx, id)
					if err != nil {
						return err
					}
					if one[ledger.Paid] != r.paid || one[ledger.Won] != r.won-r.paid {
						rt.Errorf("round %d: %v, want %+v", id, one, r)
					}
				}
				if sum != 0 || b[ledger.Reserved] != reserved || b[ledger.Won] != won || b[ledger.Paid] != paid || b[ledger.Free] != freeOf(rt, tx, fund.ID) {
					rt.Errorf("sum %d, balances %v; want reserved %d, won %d, paid %d, free %d", sum, b, reserved, won, paid, freeOf(rt, tx, fund.ID))
				}
				return nil
			}))
		})
	})
}

func freeOf(t *rapid.T, tx *store.Tx, id int64) (fen int64) {
	_, err := tx.Row("SELECT free_fen FROM funds WHERE id = ?", []any{id}, &fen)
	must(t, err)
	return fen
}

func TestCreateFund_OneOfAName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		create := func() error {
			return s.Write(context.Background(), func(tx *store.Tx) error {
				_, err := ledger.CreateFund(tx, "春节经费", 100)
				return err
			})
		}
		if err := create(); err != nil {
			t.Fatal(err)
		}
		if err := create(); !errors.Is(err, ledger.ErrNameTaken) {
			t.Fatalf("a second fund of the name: %v", err)
		}
	})
}

func must(t interface{ Fatal(...any) }, err error) {
	if err != nil {
		t.Fatal(err)
	}
}
