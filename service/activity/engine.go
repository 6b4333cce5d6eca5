// Package activity runs activities of any kind: an activity is a way of taking
// part × a way of rewarding × a timetable × who may. Kinds decide what
// happened, award decides what is given, and the engine writes both in groups:
// one transaction for all requests of a round that arrived together, and an
// answer only after its commit.
package activity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"nianwei/model"
	"nianwei/model/clock"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/service/award"
)

// Roster tells who may take part; service/roster implements it.
type Roster interface {
	// Members gives, for the workers that are active on the roster and belong
	// to the group (0 = everyone), their union. Workers who may not are absent.
	Members(tx *store.Tx, groupID int64, workers []int64) (map[int64]int64, error)
}

// Planner reads timetables; service/schedule behind an adapter implements it.
type Planner interface {
	// Check gives a timetable in its usual form, or what is wrong with it.
	Check(text string) (string, error)
	// Windows gives the rounds that a timetable means in a season's year.
	Windows(text string, year int) ([]Window, error)
}

// Window is when a round is open: half-open, unix milliseconds.
type Window struct {
	OpensAt, ClosesAt int64
	Words             string // e.g. 2027年2月5日（星期五，除夕）20:00–24:00
}

// Config is what an engine needs.
type Config struct {
	Store    *store.Store
	Desk     *award.Desk
	Roster   Roster
	Planner  Planner
	Kinds    []Machine
	Ring     *seal.Keyring
	Location *time.Location
	Log      *slog.Logger
	MediaURL func(id string) string
}

// Engine runs the rounds. It is safe for concurrent use.
type Engine struct {
	store    *store.Store
	desk     *award.Desk
	roster   Roster
	planner  Planner
	kinds    map[string]Machine
	order    []string
	seed     [32]byte
	location *time.Location
	log      *slog.Logger
	mediaURL func(string) string
	watch    clock.Clock // measures waiting, so it is never the time machine

	mu    sync.Mutex
	plans map[string]*plan
	lanes map[int64]*lane

	inFlight sync.WaitGroup
	refused  atomic.Int64
}

// New makes an engine.
func New(c Config) (*Engine, error) {
	e := &Engine{store: c.Store, desk: c.Desk, roster: c.Roster, planner: c.Planner, kinds: map[string]Machine{}, seed: c.Ring.Derive("entry seed"),
		location: c.Location, log: c.Log, mediaURL: c.MediaURL, watch: clock.System{}, plans: map[string]*plan{}, lanes: map[int64]*lane{}}
	for _, m := range c.Kinds {
		if _, twice := e.kinds[m.Name]; twice {
			return nil, fmt.Errorf("activity: two kinds are called %q", m.Name)
		}
		e.kinds[m.Name] = m
		e.order = append(e.order, m.Name)
	}
	return e, nil
}

// Kinds gives the ways of taking part, in the order of registration.
func (e *Engine) Kinds() []Machine {
	out := make([]Machine, 0, len(e.order))
	for _, name := range e.order {
		out = append(out, e.kinds[name])
	}
	return out
}

// Schema gives the JSON Schema of a kind's settings.
func (m Machine) Schema() any { return m.schema() }

// Drain waits until every request that was accepted has its answer.
func (e *Engine) Drain() { e.inFlight.Wait() }

// plan is what never changes of a published round.
type plan struct {
	id         int64
	name       string
	activityID int64
	number     int
	opensAt    int64
	closesAt   int64
	draft      Draft
	machine    Machine
	settings   any
	limits     Limits
	stock      any
	table      *award.Table // nil without a draw
	siblings   []int64      // the activity's other rounds, if one win is for all of them
	soldOut    atomic.Bool
}

// plan gives a round's plan, from memory when it was used before.
func (e *Engine) plan(ctx context.Context, name string) (p *plan, err error) {
	if p = e.known(name); p != nil {
		return p, nil
	}
	err = e.store.Read(ctx, func(tx *store.Tx) error {
		p, err = e.planIn(tx, name)
		return err
	})
	return p, err
}

// planIn is plan for a caller that already reads.
func (e *Engine) planIn(tx *store.Tx, name string) (*plan, error) {
	if p := e.known(name); p != nil {
		return p, nil
	}
	p, err := e.loadPlan(tx, name)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if other := e.plans[name]; other != nil {
		return other, nil
	}
	e.plans[name] = p
	return p, nil
}

func (e *Engine) known(name string) *plan {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.plans[name]
}

func (e *Engine) loadPlan(tx *store.Tx, name string) (*plan, error) {
	r, err := FindRound(tx, name)
	if err != nil {
		return nil, err
	}
	d, err := r.Draft()
	if err != nil {
		return nil, err
	}
	m, ok := e.kinds[d.Kind]
	if !ok {
		return nil, fmt.Errorf("round %s: no kind %q", name, d.Kind)
	}
	settings, fields := m.settings(orObject(d.Settings))
	if len(fields) > 0 {
		return nil, fmt.Errorf("round %s: published settings no longer pass: %v", name, fields)
	}
	p := &plan{id: r.ID, name: name, activityID: r.ActivityID, number: r.Number, opensAt: r.OpensAt, closesAt: r.ClosesAt,
		draft: d, machine: m, settings: settings, limits: m.limits(settings)}
	if p.stock, err = m.stock(tx, settings); err != nil {
		return nil, fmt.Errorf("round %s: stock: %w", name, err)
	}
	if d.Reward.Kind != award.None {
		if p.table, err = e.desk.Table(tx, r.ID); err != nil {
			return nil, err
		}
		p.soldOut.Store(d.Reward.Kind == award.Deck && p.table.Left(r.Head.Plays) <= 0)
	}
	if d.Reward.OncePerActivity {
		var id int64
		err = tx.Each("SELECT id FROM rounds WHERE activity_id = ? AND id <> ?", []any{r.ActivityID, r.ID}, []any{&id}, func() error {
			p.siblings = append(p.siblings, id)
			return nil
		})
	}
	return p, err
}

// facts gives what a decision about an entry may depend on.
func (e *Engine) facts(p *plan, now int64, closed bool, entry *entryRow, media Uploads) Facts {
	return Facts{
		Now:      now,
		Round:    RoundFacts{ID: p.name, Number: p.number, OpensAt: p.opensAt, ClosesAt: p.closesAt, Closed: closed || now >= p.closesAt},
		Entry:    entry.seq,
		Nth:      int(entry.nth),
		WorkerID: entry.workerID,
		Seed:     e.seedOf(p.id, entry.workerID, entry.nth),
		Done:     entry.state == Done,
		Media:    media,
	}
}

// seedOf gives an entry's own secret randomness: the same on every server and
// after every restart, so that a retried request is decided the same way.
func (e *Engine) seedOf(round, worker, nth int64) [32]byte {
	mac := hmac.New(sha256.New, e.seed[:])
	var b [24]byte
	binary.BigEndian.PutUint64(b[0:], uint64(round))
	binary.BigEndian.PutUint64(b[8:], uint64(worker))
	binary.BigEndian.PutUint64(b[16:], uint64(nth))
	mac.Write(b[:])
	return [32]byte(mac.Sum(nil))
}

// isClosed tells whether a round takes nothing more, whatever the time.
func isClosed(s model.RoundState) bool { return s == model.RoundClosed || s == model.RoundFinal }

var errPanic = errors.New("activity: a kind panicked")
