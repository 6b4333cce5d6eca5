package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"nianwei/config"
	"nianwei/model/clock"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/service/activity"
	"nianwei/service/award"
	"nianwei/service/kind"
	"nianwei/service/roster"
	"nianwei/service/schedule"
	"nianwei/service/schedule/calendar"
	"nianwei/service/timetable"
)

// core is what every command that touches the database needs.
type core struct {
	config   config.Config
	log      *slog.Logger
	clock    clock.Clock
	machine  *clock.Machine // nil without a time machine
	location *time.Location
	ring     *seal.Keyring
	store    *store.Store
	calendar *calendar.Calendar
	planner  *timetable.Planner
	roster   *roster.Roster
	desk     *award.Desk
	engine   *activity.Engine
}

// newLog makes the log of the process.
func newLog(c config.Log, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // config.Check has let nothing else through
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

func databaseURL(c config.Config) string {
	if c.Database.URL != "" {
		return c.Database.URL
	}
	return "sqlite:" + filepath.Join(c.DataDir, "nianwei.db")
}

// open opens the database and everything that stands on it. The caller closes
// the store.
func open(ctx context.Context, c config.Config, logTo io.Writer) (*core, error) {
	k := &core{config: c, log: newLog(c.Log, logTo), clock: clock.System{}}
	if c.TimeMachine {
		k.machine = clock.NewMachine(clock.System{})
		k.clock = k.machine
	}
	var err error
	if k.location, err = schedule.LoadLocation(c.Timezone); err != nil {
		return nil, err
	}
	keys, err := secrets(c)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if k.ring, err = keyring(keys); err != nil {
		return nil, err
	}
	if k.store, err = store.Open(ctx, databaseURL(c), store.Options{Clock: k.clock, Log: k.log, Readers: c.Database.Readers, Writers: c.Database.Writers}); err != nil {
		return nil, err
	}
	if err := k.assemble(keys); err != nil {
		return nil, errors.Join(err, k.store.Close())
	}
	return k, nil
}

func (k *core) assemble(keys config.Secrets) (err error) {
	k.calendar = calendar.New()
	k.planner = timetable.NewPlanner(k.location, k.calendar)
	k.roster = roster.New(k.store, k.ring, roster.Limits{})
	k.desk, err = award.NewDesk(award.Config{Origin: k.config.Origin, SigningKey: keys.SigningKey, Verifier: keys.Verifier, Ring: k.ring, Location: k.location})
	if err != nil {
		return err
	}
	k.engine, err = activity.New(activity.Config{Store: k.store, Desk: k.desk, Roster: k.roster, Planner: k.planner, Kinds: kind.All(),
		Ring: k.ring, Location: k.location, Log: k.log, MediaURL: mediaURL})
	return err
}

func mediaURL(id string) string { return "/api/media/" + id }

// randomID gives an unguessable name of 22 characters.
func randomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// current refuses a database whose schema is not this binary's.
func (k *core) current(ctx context.Context) error {
	have, want, err := k.store.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	if have != want {
		return fmt.Errorf("the database's schema is version %d, this binary wants %d: run nianwei migrate", have, want)
	}
	return nil
}

func migrate(ctx context.Context, c call) error {
	k, err := open(ctx, c.config, c.err)
	if err != nil {
		return err
	}
	steps, err := k.store.Migrate(ctx)
	for _, s := range steps {
		_, _ = fmt.Fprintln(c.out, s)
	}
	return errors.Join(err, k.store.Close())
}
