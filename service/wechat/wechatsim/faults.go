package wechatsim

import (
	"fmt"
	"net/http"
)

// FaultKind is a way in which an interface fails on command.
type FaultKind string

// The kinds of fault. The first group answers without doing anything; the second
// does what was asked and loses the answer, which is what makes networks hard.
const (
	Errcode FaultKind = "errcode" // refuse with Fault.Code, e.g. -1, 40001, 45009
	HTML502 FaultKind = "html502" // a gateway's HTML page with status 502
	HTML200 FaultKind = "html200" // an HTML page with status 200

	Drop     FaultKind = "drop"     // done, then the connection is closed without an answer
	Hang     FaultKind = "hang"     // done, then no answer until the client gives up
	Truncate FaultKind = "truncate" // done, then half of the answer
)

// Fault makes the next Times calls of one interface fail.
type Fault struct {
	Path  string    `json:"path"` // e.g. "/cgi-bin/stable_token"
	Kind  FaultKind `json:"kind"`
	Code  int       `json:"code"`  // with Errcode
	Times int       `json:"times"` // how many calls still fail
}

// Inject arms a fault. Faults of one path are spent in the order they were armed.
func (s *Sim) Inject(f Fault) error {
	switch f.Kind {
	case Errcode, HTML502, HTML200, Drop, Hang, Truncate:
	default:
		return fmt.Errorf("no fault is called %q", f.Kind)
	}
	if f.Kind == Errcode && f.Code == 0 {
		return fmt.Errorf("the fault %q needs a code other than 0", f.Kind)
	}
	if _, ok := endpoints()[f.Path]; !ok {
		return fmt.Errorf("there is no interface %q", f.Path)
	}
	if f.Times < 1 {
		return fmt.Errorf("a fault needs a number of calls")
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.world.faults = append(s.world.faults, &f)
	return nil
}

// Faults gives what is still armed.
func (s *Sim) Faults() []Fault {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	left := make([]Fault, 0, len(s.world.faults))
	for _, f := range s.world.faults {
		left = append(left, *f)
	}
	return left
}

// ClearFaults disarms everything.
func (s *Sim) ClearFaults() {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.world.faults = nil
}

// nextFault spends one call of the first fault that is armed for path, nil if none is.
func (w *world) nextFault(path string) *Fault {
	for i, f := range w.faults {
		if f.Path != path {
			continue
		}
		f.Times--
		if f.Times == 0 {
			w.faults = append(w.faults[:i], w.faults[i+1:]...)
		}
		return f
	}
	return nil
}

// instead is the answer of a fault that does nothing else; ok is false if the call is to be done first.
func (f *Fault) instead() (rep reply, ok bool) {
	const page = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n"
	if f == nil {
		return reply{}, false
	}
	switch f.Kind {
	case Errcode:
		return refuse(f.Code), true
	case HTML502:
		return reply{status: http.StatusBadGateway, contentType: "text/html", body: []byte(page)}, true
	case HTML200:
		return reply{status: http.StatusOK, contentType: "text/html", body: []byte(page)}, true
	}
	return reply{}, false
}

// lose writes the answer of a call that was done, the way the fault wants it.
func (w *world) lose(f *Fault, rw http.ResponseWriter, r *http.Request, rep reply) {
	switch f.Kind {
	case Hang:
		select {
		case <-r.Context().Done():
		case <-w.hangs.ch:
		}
	case Truncate:
		rep.write(rw, len(rep.body)/2)
		_ = http.NewResponseController(rw).Flush()
	}
	panic(http.ErrAbortHandler) // net/http's own way to break a connection off
}
