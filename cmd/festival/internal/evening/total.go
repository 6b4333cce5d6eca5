package evening

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// Report is what a season came to.
type Report struct {
	OK           bool        `json:"ok"`
	Origin       string      `json:"origin"`
	Scenario     string      `json:"scenario"`
	Scale        float64     `json:"scale"`
	Database     string      `json:"database"`
	Rows         []RowReport `json:"rows"`
	Totals       Totals      `json:"totals"`
	Seconds      float64     `json:"seconds"`
	ServerPeakKB int64       `json:"serverPeakKB"` // VmHWM; 0 for somebody else's server
	Out          string      `json:"out"`
	Error        string      `json:"error,omitempty"` // what broke the play off
}

// Totals are the sums over all rows.
type Totals struct {
	Participations int64 `json:"participations"`
	Prizes         int64 `json:"prizes"`
	AmountFen      int64 `json:"amountFen"`
	Refused        int   `json:"refused"`
}

// Settle adds the rows up. A season that broke off, or of which nothing was
// played, is not ok.
func (r *Report) Settle(err error) {
	r.OK = err == nil && len(r.Rows) > 0
	if err != nil {
		r.Error = err.Error()
	}
	for _, row := range r.Rows {
		r.OK = r.OK && row.OK
		r.Totals.Participations += row.Participations
		r.Totals.Prizes += row.Prizes
		r.Totals.AmountFen += row.AmountFen
		for _, n := range row.Refused {
			r.Totals.Refused += n
		}
	}
}

// Table prints a report for people.
func Table(w io.Writer, r Report) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "row\tparticipations\tpeople\tprizes\tyuan\trefused\t/s\tok\t")
	for _, row := range r.Rows {
		refused := 0
		for _, n := range row.Refused {
			refused += n
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d.%02d\t%d\t%.0f\t%v\t\n", row.ID, row.Participations, row.People, row.Prizes, row.AmountFen/100, row.AmountFen%100, refused, row.Throughput, row.OK)
	}
	_ = t.Flush() // the reader has gone away
	for _, row := range r.Rows {
		fmt.Fprintf(w, "\n%s %s: agree %+v\n", row.ID, strings.Join(row.Rounds, " "), row.Agree)
		for _, op := range slices.Sorted(maps.Keys(row.Timings)) {
			one := row.Timings[op]
			fmt.Fprintf(w, "  %-16s %7d  p50 %8.1f ms  p99 %8.1f ms\n", op, one.Count, one.P50Ms, one.P99Ms)
		}
		fmt.Fprintf(w, "  %d busy answers, %d broken attempts, %d double taps, %d cuts\n", row.BusyAnswers, row.BrokenAttempts, row.DoubleTaps, row.Cuts)
		for _, reason := range slices.Sorted(maps.Keys(row.Refused)) {
			fmt.Fprintf(w, "  refused %-24s %d\n", reason, row.Refused[reason])
		}
		for _, broken := range row.Broken {
			fmt.Fprintf(w, "  DOES NOT HOLD: %s\n", broken)
		}
	}
	fmt.Fprintf(w, "\n%s: ok=%v in %.0f s, server peak %d MB, files in %s\n", r.Origin, r.OK, r.Seconds, r.ServerPeakKB/1024, r.Out)
}
