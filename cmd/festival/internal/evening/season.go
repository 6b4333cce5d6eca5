// Package evening plays a scenario through the product's public API, people,
// cheats, accidents and all, and holds what it was told against every place
// where the product keeps the same figures.
package evening

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"nianwei/cmd/festival/internal/client"
	"nianwei/cmd/festival/internal/material"
	"nianwei/cmd/festival/internal/product"
	"nianwei/cmd/festival/internal/scenario"
)

// Options are what a season is played with.
type Options struct {
	Scenario    *scenario.Scenario // scaled
	API         *client.Client
	Server      *product.Server // nil when the server is somebody else's
	Drawcheck   product.Drawcheck
	Admin       *client.Officer // an administrator
	Out         string          // directory for what is exported
	Connections int
	Seed        uint64
	Kill        bool // kill the server in the middle of the greetings
	Say         func(format string, args ...any)
}

// Season is one scenario being played.
type Season struct {
	Options
	chance *rand.Rand // for the plan of the play, not for the play itself
	clock  *timeMachine
	crew   crew
	wechat *client.WeChat
	bank   *material.Bank
	crowd  []*guest
	unions unionPaths
	origin string
	year   seasonIDs
}

// seasonIDs are what later steps refer to.
type seasonIDs struct{ season, bank int64 }

// Begin prepares a season: officers, roster, bank.
func Begin(ctx context.Context, o Options) (*Season, error) {
	s := &Season{Options: o, chance: rand.New(rand.NewPCG(o.Seed, 1)), clock: &timeMachine{api: o.API}}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"site", s.readSite},
		{"clock", func(ctx context.Context) error { return s.clock.moveTo(ctx, s.Scenario.Planning) }},
		{"officers", s.hire},
		{"roster", s.importRoster},
		{"questions", s.importBank},
		{"season", s.openSeason},
	} {
		from := time.Now()
		if err := step.do(ctx); err != nil {
			return nil, fmt.Errorf("prepare %s: %w", step.what, err)
		}
		s.Say("prepared %-10s %6.1fs", step.what, time.Since(from).Seconds())
	}
	return s, nil
}

// Origin is the name under which the server signs.
func (s *Season) Origin() string { return s.origin }

func (s *Season) readSite(ctx context.Context) error {
	site, err := client.Ask[struct {
		Origin  string `json:"origin"`
		Sandbox bool   `json:"sandbox"`
	}](ctx, s.API, client.Call{Op: "site", Method: "GET", Path: "/api/public/site"})
	if err != nil {
		return err
	}
	if !site.Sandbox {
		return fmt.Errorf("this server is no sandbox: a season is played only where WeChat is simulated")
	}
	s.origin = site.Origin
	s.wechat, err = s.API.WeChat(ctx)
	return err
}

// roundDir is where the files of a round are put.
func (s *Season) roundDir(round string) string { return filepath.Join(s.Out, round) }

// each does something for every one of a list, as many at once as there are connections.
func each[T any](ctx context.Context, s *Season, all []T, do func(context.Context, T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.Connections)
	for _, one := range all {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error { return do(ctx, one) })
	}
	return g.Wait()
}
