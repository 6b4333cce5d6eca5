package wechatsim

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"nianwei/model/clock"
)

// world is everything the simulated WeChat remembers. mu guards all of it; an
// interface's answer is decided while it is held, so that a code cannot be used twice.
type world struct {
	clock         clock.Clock
	seed          string
	redirectHosts []string
	hangs         once // closes when hanging calls must end

	mu      sync.Mutex
	apps    map[string]*app
	people  people
	codes   tickets[login]
	jsCodes tickets[login]
	users   map[string]userToken // by token
	media   map[string]media     // by media_id
	faults  []*Fault
	calls   callLog
}

// app is an application with its tokens and quotas.
type app struct {
	App
	stable  []token // oldest first; the last one is current
	classic []token
	ticket  token
	usage   usage
}

// token is a secret with a life.
type token struct {
	value   string
	issued  time.Time
	ends    time.Time
	revoked bool // by a forced refresh: 40001 rather than 42001
}

// login is what a code stands for.
type login struct {
	appID    string
	personID string
	scope    string
	snapshot bool
}

// userToken is what web authorisation hands out beside the openid.
type userToken struct {
	login
	openID string
	ends   time.Time
}

// media is a temporary file.
type media struct {
	appID       string
	contentType string
	body        []byte
	ends        time.Time
}

func newWorld(opts Options) (*world, error) {
	w := &world{
		clock:         opts.Clock,
		seed:          opts.Seed,
		redirectHosts: append([]string(nil), opts.RedirectHosts...),
		hangs:         once{ch: make(chan struct{})},
		apps:          map[string]*app{},
		people:        newPeople(),
		codes:         newTickets[login](),
		jsCodes:       newTickets[login](),
		users:         map[string]userToken{},
		media:         map[string]media{},
	}
	for _, a := range opts.Apps {
		if a.AppID == "" || a.Secret == "" || (a.Kind != Official && a.Kind != Mini) {
			return nil, fmt.Errorf("wechatsim: application %q needs an appid, a secret and a kind", a.AppID)
		}
		if a.Name == "" {
			a.Name = a.AppID
		}
		w.apps[a.AppID] = &app{App: a}
	}
	if len(w.apps) == 0 {
		return nil, errors.New("wechatsim: at least one application is needed")
	}
	for _, p := range opts.People {
		p.Listed = true
		w.addPerson(p)
	}
	return w, nil
}

func (w *world) hangUp() { w.hangs.close() }

// tickets are one-time codes in the order they were issued, so that old ones can be dropped from the front.
type tickets[T any] struct {
	byCode map[string]*ticket[T]
	order  []string
}

type ticket[T any] struct {
	means  T
	issued time.Time
	used   bool
}

const (
	codeLife   = 5 * time.Minute
	codeMemory = time.Hour // how long a dead code is told from one that never was
)

func newTickets[T any]() tickets[T] { return tickets[T]{byCode: map[string]*ticket[T]{}} }

func (t *tickets[T]) issue(code string, means T, now time.Time) {
	for len(t.order) > 0 {
		first := t.byCode[t.order[0]]
		if now.Sub(first.issued) < codeMemory {
			break
		}
		delete(t.byCode, t.order[0])
		t.order = t.order[1:]
	}
	t.byCode[code] = &ticket[T]{means: means, issued: now}
	t.order = append(t.order, code)
}

// take uses a code up. The order of the checks is WeChat's: unknown or of
// another application, used, too old.
func (t *tickets[T]) take(code string, now time.Time, mine func(T) bool) (T, int) {
	var none T
	found, ok := t.byCode[code]
	switch {
	case !ok || !mine(found.means):
		return none, errCodeUnknown
	case found.used:
		return none, errCodeUsed
	case now.Sub(found.issued) >= codeLife:
		return none, errCodeExpired
	}
	found.used = true
	return found.means, 0
}
