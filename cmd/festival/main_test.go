package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianwei/cmd/festival/internal/evening"
	"nianwei/model/store/storetest"
)

func TestRun_ASmallSeasonAgreesEverywhereThoughTheServerIsKilled(t *testing.T) {
	for name, address := range storetest.URLs(t) {
		t.Run(name, func(t *testing.T) {
			args := []string{"-db", name}
			if name == "mysql" {
				args = append(args, "-dsn", strings.TrimPrefix(address, "mysql:"))
			}
			smallSeason(t, args...)
		})
	}
}

func smallSeason(t *testing.T, args ...string) {
	t.Helper()
	dir := t.TempDir()
	file, rounds := filepath.Join(dir, "report.json"), filepath.Join(dir, "rounds")
	var out, errs strings.Builder
	args = append(args, "-scenario", "../../scripts/festival-2021.yaml", "-scale", "0.02", "-connections", "16", "-kill", "-json", file, "-out", rounds)
	code := run(context.Background(), args, &out, &errs)
	if code != exitAgrees {
		t.Fatalf("exit %d\n%s\n%s", code, errs.String(), out.String())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r evening.Report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if !r.OK || r.Origin == "" || len(r.Rows) != 2 || !r.Rows[0].Killed {
		t.Fatalf("%+v", r)
	}
	if w := r.Rows[0]; w.Participations != 377 || w.Prizes != 91 || w.AmountFen != 26365 || len(w.Refused) < 10 {
		t.Errorf("W5 came to %+v", w)
	}
	if z := r.Rows[1]; z.Prizes != 20 || z.AmountFen != 40000 || len(z.Rounds) != 2 {
		t.Errorf("Z7 came to %+v", z)
	}
	for _, row := range r.Rows {
		for _, round := range row.Rounds {
			if _, err := os.Stat(filepath.Join(rounds, round, "round.log")); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestRun_NamesEveryMistakeOfItsFlags(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-rows W5,X1", `no row "X1"`},
		{"-scale 0", "-scale"},
		{"-db oracle", "-db must be"},
		{"-db mysql", "-db mysql needs -dsn"},
		{"-url http://127.0.0.1:1 -setup-token x -kill", "-kill needs a server of its own"},
		{"-url http://127.0.0.1:1", "-url needs"},
		{"-officer root", "login:password"},
	} {
		var out, errs strings.Builder
		if code := run(context.Background(), strings.Fields(c.args), &out, &errs); code != exitUsage || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%s: exit %d, %q, want %q", c.args, code, errs.String(), c.want)
		}
	}
}
