// Command festival plays a season of holiday activities against a running
// product, through its public API and in virtual time: crowds, double taps,
// broken connections, cheats, a killed server. Then it holds what it was told
// against the statistics, the ledger, the exported logs and the auditor's
// verifier, to the last fen.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"nianwei/cmd/festival/internal/evening"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Exit statuses.
const (
	exitAgrees    = 0
	exitDisagrees = 1
	exitUsage     = 2
)

// settings are the command's flags.
type settings struct {
	scenario string
	rows     []string
	json     string
	out      string
	scale    float64
	seed     uint64
	connect  int
	kill     bool

	program  string // a built server
	database string // "sqlite" or "mysql"
	dsn      string

	url        string // somebody else's server
	setupToken string
	officer    string // login:password of an administrator
}

func parse(args []string, errs io.Writer) (settings, error) {
	var s settings
	rows := ""
	f := flag.NewFlagSet("festival", flag.ContinueOnError)
	f.SetOutput(errs)
	f.StringVar(&s.scenario, "scenario", "scripts/festival-2021.yaml", "what is to be played")
	f.StringVar(&rows, "rows", "W5,Z7", "which rows of it")
	f.StringVar(&s.json, "json", "", "file for the report; empty = none")
	f.StringVar(&s.out, "out", "", "directory for exported rounds and receipts; empty = a new one")
	f.Float64Var(&s.scale, "scale", 1, "share of people, packets and money")
	f.Uint64Var(&s.seed, "seed", 1, "of names and behaviour; another one for a second season on the same server")
	f.IntVar(&s.connect, "connections", 64, "how many phones talk at once")
	f.BoolVar(&s.kill, "kill", false, "kill the server (-9) in the middle of the rush and go on")
	f.StringVar(&s.program, "nianwei", "", "a built server; empty = build it")
	f.StringVar(&s.database, "db", "sqlite", "sqlite or mysql")
	f.StringVar(&s.dsn, "dsn", "", "of an empty MySQL database")
	f.StringVar(&s.url, "url", "", "play against this server instead of one of our own (its sandbox on, and this host among its trusted proxies)")
	f.StringVar(&s.setupToken, "setup-token", "", "with -url: the token of its one-time setup link")
	f.StringVar(&s.officer, "officer", "", "with -url: login:password of an administrator")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	s.rows = strings.Split(rows, ",")
	return s, s.check()
}

func (s settings) check() error {
	known := map[string]bool{"W5": true, "Z7": true}
	var errs []error
	for _, row := range s.rows {
		if !known[row] {
			errs = append(errs, fmt.Errorf("no row %q; there are W5 and Z7", row))
		}
	}
	login, password, found := strings.Cut(s.officer, ":")
	for problem, wrong := range map[string]bool{
		"-scale must be above 0 and at most 10":              s.scale <= 0 || s.scale > 10,
		"-connections must be 1 to 4096":                     s.connect < 1 || s.connect > 4096,
		"-db must be sqlite or mysql":                        s.database != "sqlite" && s.database != "mysql",
		"-db mysql needs -dsn":                               s.database == "mysql" && s.dsn == "" && s.url == "",
		"-kill needs a server of its own":                    s.kill && s.url != "",
		"-url needs -setup-token or -officer":                s.url != "" && s.setupToken == "" && s.officer == "",
		"-officer must be login:password":                    s.officer != "" && (!found || login == "" || password == ""),
		"-setup-token and -officer belong to another server": s.url == "" && (s.setupToken != "" || s.officer != ""),
	} {
		if wrong {
			errs = append(errs, errors.New(problem))
		}
	}
	return errors.Join(errs...)
}

// run plays the season and gives the exit code: 0 when everything agrees, 1
// when something does not or the play broke off, 2 for wrong flags.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	s, err := parse(args, errs)
	if errors.Is(err, flag.ErrHelp) {
		return exitAgrees
	}
	if err != nil {
		fmt.Fprintln(errs, "festival:", err)
		return exitUsage
	}
	report, err := play(ctx, s, func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) })
	if err != nil {
		fmt.Fprintln(errs, "festival:", err)
	}
	if report == nil {
		return exitDisagrees
	}
	evening.Table(out, *report)
	if err := save(s.json, report); err != nil {
		fmt.Fprintln(errs, "festival:", err)
		return exitDisagrees
	}
	if !report.OK {
		return exitDisagrees
	}
	return exitAgrees
}
