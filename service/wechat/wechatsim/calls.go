package wechatsim

import "nianwei/model/clock"

// Call is one request to an interface, for the tests and for curious developers.
// Secrets and tokens are blanked.
type Call struct {
	At      int64             `json:"at"` // unix milliseconds of the simulator's clock
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Params  map[string]string `json:"params"`
	Unknown []string          `json:"unknown,omitempty"` // parameters that WeChat does not document
	Errcode int               `json:"errcode"`
	Fault   string            `json:"fault,omitempty"` // the fault on command that it met
}

// maxCalls is how many calls are remembered; older ones are forgotten.
const maxCalls = 5000

// callLog is a ring of calls, and a count of all.
type callLog struct {
	ring  []Call
	next  int
	count map[string]int // by path
}

func (l *callLog) add(c Call) {
	if l.count == nil {
		l.count = map[string]int{}
	}
	l.count[c.Path]++
	if len(l.ring) < maxCalls {
		l.ring = append(l.ring, c)
		return
	}
	l.ring[l.next] = c
	l.next = (l.next + 1) % maxCalls
}

// Calls gives the remembered calls, oldest first.
func (s *Sim) Calls() []Call {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	l := &s.world.calls
	return append(append(make([]Call, 0, len(l.ring)), l.ring[l.next:]...), l.ring[:l.next]...)
}

// Count tells how often an interface was called since the start or the last ForgetCalls.
func (s *Sim) Count(path string) int {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	return s.world.calls.count[path]
}

// ForgetCalls empties the log.
func (s *Sim) ForgetCalls() {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.world.calls = callLog{}
}

func (w *world) record(r *request, rep reply, unknown []string, f *Fault) {
	c := Call{
		At: clock.Millis(r.now), Method: r.method, Path: r.path,
		Params: map[string]string{}, Unknown: unknown, Errcode: rep.code,
	}
	for name, value := range r.params {
		switch name {
		case "secret", "access_token", "refresh_token":
			value = "***"
		}
		c.Params[name] = value
	}
	if f != nil {
		c.Fault = string(f.Kind)
	}
	w.calls.add(c)
}
