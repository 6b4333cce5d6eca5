package evening

import (
	"fmt"
	"sync"
)

// verdict collects what does not hold, so that one run names everything.
type verdict struct {
	mu     sync.Mutex
	broken []string
	more   int
}

// maxBroken bounds the list: a thousand lines say no more than fifty.
const maxBroken = 50

// expect notes what should hold and does not. It gives ok back.
func (v *verdict) expect(ok bool, format string, args ...any) bool {
	if ok {
		return true
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.broken) == maxBroken {
		v.more++
		return false
	}
	v.broken = append(v.broken, fmt.Sprintf(format, args...))
	return false
}

// same notes that two figures that should be one differ.
func same[T comparable](v *verdict, what string, got, want T) bool {
	return v.expect(got == want, "%s: %v, want %v", what, got, want)
}

func (v *verdict) list() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := append([]string(nil), v.broken...)
	if v.more > 0 {
		out = append(out, fmt.Sprintf("and %d more", v.more))
	}
	return out
}

// refusals count what cheats were told, by reason.
type refusals struct {
	mu    sync.Mutex
	count map[string]int
}

func (r *refusals) add(reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count == nil {
		r.count = map[string]int{}
	}
	r.count[reason]++
}

func (r *refusals) all() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make(map[string]int, len(r.count))
	for reason, n := range r.count {
		out[reason] = n
	}
	return out
}
