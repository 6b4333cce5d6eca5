package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nianwei/cmd/festival/internal/client"
	"nianwei/cmd/festival/internal/evening"
	"nianwei/cmd/festival/internal/product"
	"nianwei/cmd/festival/internal/scenario"
)

// play sets the stage and plays the rows. The report is nil when it never began.
func play(ctx context.Context, s settings, say func(string, ...any)) (_ *evening.Report, err error) {
	from := time.Now()
	full, err := scenario.Read(s.scenario)
	if err != nil {
		return nil, err
	}
	scaled, err := full.Scale(s.scale)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "nianwei-festival-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if err := s.prepareOut(); err != nil {
		return nil, err
	}
	drawcheck, err := product.Build(ctx, "drawcheck", temp)
	if err != nil {
		return nil, err
	}
	server, admin, api, err := stage(ctx, s, temp)
	if server != nil {
		defer func() { err = errors.Join(err, server.Stop()) }()
	}
	if err != nil {
		return nil, err
	}
	season, err := evening.Begin(ctx, evening.Options{Scenario: scaled, API: api, Server: server, Admin: admin, Drawcheck: product.Drawcheck{Program: drawcheck},
		Out: s.out, Connections: s.connect, Seed: s.seed, Kill: s.kill, Say: say})
	if err != nil {
		return nil, err
	}
	report := &evening.Report{Origin: season.Origin(), Scenario: scaled.Name, Scale: s.scale, Database: s.database, Out: s.out}
	err = playRows(ctx, season, s.rows, report)
	if server != nil {
		report.ServerPeakKB = server.PeakKB()
	}
	report.Seconds = time.Since(from).Seconds()
	report.Settle(err)
	return report, err
}

func playRows(ctx context.Context, season *evening.Season, rows []string, report *evening.Report) error {
	for _, row := range []struct {
		id   string
		play func(context.Context) (evening.RowReport, error)
	}{{"W5", season.PlayVoices}, {"Z7", season.PlayQuiz}} { // in the order of the calendar
		if !slices.Contains(rows, row.id) {
			continue
		}
		got, err := row.play(ctx)
		if err != nil {
			return err
		}
		report.Rows = append(report.Rows, got)
	}
	return nil
}

// prepareOut makes the directory for exports; rounds of an earlier season are
// never overwritten.
func (s *settings) prepareOut() (err error) {
	if s.out == "" {
		s.out, err = os.MkdirTemp("", "nianwei-festival-rounds-*")
		return err
	}
	if s.out, err = filepath.Abs(s.out); err != nil {
		return err
	}
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return err
	}
	inside, err := os.ReadDir(s.out)
	if err == nil && len(inside) > 0 {
		err = fmt.Errorf("-out %s is not empty", s.out)
	}
	return err
}

// stage starts a server of our own, or goes to somebody else's, and gives its administrator.
func stage(ctx context.Context, s settings, temp string) (*product.Server, *client.Officer, *client.Client, error) {
	if s.url != "" {
		base, err := url.Parse(s.url)
		if err != nil || base.Host == "" {
			return nil, nil, nil, fmt.Errorf("-url %q is no address", s.url)
		}
		api := client.New(strings.TrimSuffix(s.url, "/"), s.connect+8)
		admin, err := administrator(ctx, api, s.setupToken, s.officer)
		return nil, admin, api, err
	}
	program := s.program
	if program == "" {
		var err error
		if program, err = product.Build(ctx, "nianwei", temp); err != nil {
			return nil, nil, nil, err
		}
	}
	program, err := filepath.Abs(program)
	if err != nil {
		return nil, nil, nil, err
	}
	o := product.Options{Program: program, Dir: filepath.Join(temp, "server")}
	if s.database == "mysql" {
		o.Database = "mysql:" + s.dsn
	}
	server, err := product.Start(ctx, o)
	if err != nil {
		return nil, nil, nil, err
	}
	token, err := server.SetupToken()
	if err != nil {
		return server, nil, nil, err
	}
	api := client.New(server.URL(), s.connect+8)
	admin, err := administrator(ctx, api, token, "")
	return server, admin, api, err
}

func administrator(ctx context.Context, api *client.Client, token, officer string) (*client.Officer, error) {
	if token != "" {
		return api.SetUp(ctx, token, "administrator", "管理员", client.NewKey())
	}
	login, password, _ := strings.Cut(officer, ":")
	o := api.Officer(login, password)
	return o, o.SignIn(ctx)
}

func save(path string, report *evening.Report) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
