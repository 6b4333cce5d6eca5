// Package kindtest is the conformance suite of the ways of taking part: what
// the engine relies on, every kind must pass.
package kindtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"nianwei/model/fault"
	"nianwei/service/activity"
)

// Case is what a kind is tried with.
type Case[S, M, P, I any] struct {
	Good  map[string]Setup[S, M]   // by name: settings that pass, and how they are used
	Wrong map[string]S             // by the path that Check must name, below /settings
	Begin []Hostile                // inputs that Begin must refuse, with every good settings
	Step  []Hostile                // inputs that Step must refuse after every good beginning
	Facts func(S) activity.Facts   // of an entry in an open round
	Again func(*activity.Facts, P) // optional: what the engine adds for a later step, e.g. media
}

// Setup is one good setting with its stock and the ways in which workers use it.
type Setup[S, M any] struct {
	Settings S
	Stock    M
	Walks    []Walk
	Hidden   []string // what no worker's view may contain before the round has closed
}

// Walk is what one worker sends: inputs as JSON, the first to begin.
type Walk []string

// Hostile is an input that must be refused with a fault.
type Hostile struct {
	JSON   string
	Reason string // of the fault or of one of its fields; "" = any
}

// Run holds a kind to what the engine relies on.
func Run[S, M, P, I any](t *testing.T, k activity.Kind[S, M, P, I], c Case[S, M, P, I]) {
	t.Helper()
	if len(c.Good) == 0 || len(c.Wrong) == 0 || len(c.Begin) == 0 {
		t.Fatal("a kind is tried with good and wrong settings and with hostile inputs")
	}
	s := suite[S, M, P, I]{kind: k, machine: activity.Register(k), Case: c}
	t.Run("names", s.names)
	t.Run("schema", s.schema)
	t.Run("wrong settings", s.wrong)
	for name, setup := range c.Good {
		t.Run(name, func(t *testing.T) {
			t.Run("settings", func(t *testing.T) { s.settings(t, setup) })
			for i, walk := range setup.Walks {
				t.Run(fmt.Sprintf("walk %d", i+1), func(t *testing.T) { s.walk(t, setup, walk) })
			}
			t.Run("hostile", func(t *testing.T) { s.hostile(t, setup) })
		})
	}
}

type suite[S, M, P, I any] struct {
	Case[S, M, P, I]
	kind    activity.Kind[S, M, P, I]
	machine activity.Machine
}

func (s suite[S, M, P, I]) names(t *testing.T) {
	if name := s.kind.Name(); name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
		t.Errorf("name %q is not a lower-case word", name)
	}
	if !chinese(s.kind.Title()) {
		t.Errorf("title %q is not Chinese", s.kind.Title())
	}
}

func (s suite[S, M, P, I]) settings(t *testing.T, setup Setup[S, M]) {
	raw := encode(t, setup.Settings)
	if wrong := s.machine.CheckSettings(raw); len(wrong) > 0 {
		t.Fatalf("%s: %v", raw, wrong)
	}
	if l := s.kind.Limits(setup.Settings); l.PerRound < 1 || l.PerDay < 0 {
		t.Errorf("limits %+v let nobody begin", l)
	}
	if public := encode(t, s.kind.Public(setup.Settings)); public[0] != '{' {
		t.Errorf("public settings are no object: %s", public)
	}
	if wrong := s.machine.CheckSettings(append(raw, "{}"...)); len(wrong) == 0 {
		t.Error("settings with something behind them pass")
	}
	more := append([]byte(`{"no_such_setting":1,`), raw[1:]...)
	if wrong := s.machine.CheckSettings(more); len(wrong) != 1 || wrong[0].Path != "/settings/no_such_setting" {
		t.Errorf("an unknown setting is not named: %v", wrong)
	}
}

func (s suite[S, M, P, I]) wrong(t *testing.T) {
	for path, settings := range s.Wrong {
		named := false
		for _, f := range s.kind.Check(settings) {
			if !strings.HasPrefix(f.Path, "/settings/") || f.Reason == "" || !chinese(f.Detail) {
				t.Errorf("%s: a fault that helps nobody: %+v", path, f)
			}
			named = named || f.Path == path
		}
		if !named {
			t.Errorf("%s is not named: %v", path, s.kind.Check(settings))
		}
	}
}

func (s suite[S, M, P, I]) hostile(t *testing.T, setup Setup[S, M]) {
	for _, raw := range []string{``, `[]`, `"x"`, `1`, `{"no_such_input":1}`, `{}{}`, `{`, `{"":{}}`} {
		if s.machine.CheckInput(json.RawMessage(raw)) == nil {
			t.Errorf("%q passes for an input", raw)
		}
	}
	f := s.Facts(setup.Settings)
	for _, h := range s.Begin {
		s.refused(t, "begin", h, func(in I) (activity.Outcome[P], error) {
			return s.kind.Begin(f, setup.Settings, setup.Stock, in)
		})
	}
	for _, walk := range setup.Walks {
		began, err := s.kind.Begin(f, setup.Settings, setup.Stock, s.input(t, walk[0]))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range s.Step {
			s.refused(t, "step", h, func(in I) (activity.Outcome[P], error) {
				return s.kind.Step(s.later(f, began.Progress), setup.Settings, setup.Stock, began.Progress, in)
			})
		}
	}
}

func (s suite[S, M, P, I]) refused(t *testing.T, verb string, h Hostile, decide func(I) (activity.Outcome[P], error)) {
	t.Helper()
	err := s.machine.CheckInput(json.RawMessage(h.JSON))
	if err == nil {
		_, err = decide(s.input(t, h.JSON))
	}
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code == fault.Internal || !chinese(f.Detail) {
		t.Errorf("%s %.200s: %v; want a fault that tells the worker what to do", verb, h.JSON, err)
		return
	}
	if h.Reason == "" || f.Reason == h.Reason {
		return
	}
	for _, field := range f.Fields {
		if field.Reason == h.Reason {
			return
		}
	}
	t.Errorf("%s %.200s: %v %v, want %s", verb, h.JSON, f, f.Fields, h.Reason)
}

// later gives the facts of a further step of an entry.
func (s suite[S, M, P, I]) later(f activity.Facts, p P) activity.Facts {
	f.Now += 1000
	if s.Again != nil {
		s.Again(&f, p)
	}
	return f
}

func (s suite[S, M, P, I]) input(t *testing.T, raw string) I {
	t.Helper()
	if err := s.machine.CheckInput(json.RawMessage(raw)); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	var in I
	if err := json.Unmarshal([]byte(raw), &in); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return in
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
