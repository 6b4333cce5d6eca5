package encode

import (
	"nianwei/api/gen"
	"nianwei/service/ledger"
)

// Fund gives a fund with its balances.
func Fund(f ledger.Fund) gen.Fund {
	return gen.Fund{Id: f.ID, Name: f.Name, BudgetFen: f.BudgetFen, FreeFen: f.FreeFen, ReservedFen: f.ReservedFen, WonFen: f.WonFen, PaidFen: f.PaidFen}
}
