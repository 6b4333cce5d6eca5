package evening

import (
	"context"
	"fmt"
	"net/http"

	"nianwei/cmd/festival/internal/client"
)

// payment is what one recorded transfer covered.
type payment struct {
	Awards    int64 `json:"awards"`
	AmountFen int64 `json:"amountFen"`
}

// payRound records that a round's prizes were paid, twice under one key, and
// tries what must not be: paying under another key, paying as somebody else.
func (r *row) payRound(ctx context.Context, round string, want payment) error {
	crew := r.season.crew
	call := client.JSON("payment", http.MethodPost, "/api/admin/rounds/"+round+"/payments", map[string]string{"reference": "转账 2027-" + round})
	call.Key = client.NewKey()
	if err := r.officerRefused(ctx, "a payment by a drawer", crew.drawers[0], call, "officer.role"); err != nil {
		return err
	}
	for range 2 {
		got, err := client.Send[payment](ctx, crew.finance, call)
		if err != nil {
			return err
		}
		same(r.verdict, "paid for "+round, got, want)
	}
	call.Key = client.NewKey()
	return r.officerRefused(ctx, "a second payment", crew.finance, call, "payment.nothing_due")
}

// officerRefused makes a call that the product has to refuse an officer.
func (r *row) officerRefused(ctx context.Context, what string, o *client.Officer, call client.Call, reasons ...string) error {
	call.Op = "refused"
	answer, err := o.Do(ctx, call)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	r.refused(what, answer.Ok(what), reasons...)
	return nil
}

func (v *voices) pay(ctx context.Context) error {
	sum := v.tally.sum()
	return v.payRound(ctx, v.round.ID, payment{Awards: sum.Prizes, AmountFen: sum.AmountFen})
}
