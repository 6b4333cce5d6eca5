package activity

import (
	"context"
	"sync"
	"time"

	"nianwei/model/fault"
)

const (
	// groupLimit is how many requests one transaction takes at most. Wider
	// groups gain little: the commit's cost is already spread thin.
	groupLimit = 512
	// queueLimit is how long a request may wait for its group before new ones
	// are refused; 20 ms is the figure of WeChat's own DAGOR (Zhou et al.,
	// "Overload Control for Scaling WeChat Microservices", SoCC 2018).
	queueLimit = 20 * time.Millisecond
	// retryAfter is when a refused worker may try again.
	retryAfter = time.Second
)

// verb is what a request asks of an entry.
type verb int

const (
	begin verb = iota
	step
	play
	review
)

// request is one worker's (or moderator's) wish, waiting for its group.
type request struct {
	verb   verb
	worker Worker
	entry  int64
	idem   string
	hash   [32]byte
	input  any
	media  []string
	ruling *ruling

	ctx    context.Context
	queued time.Time
	answer chan answer // one place, so that a group never waits for anybody
}

// answer is what became of a request.
type answer struct {
	entry *entryRow
	play  *playRow
	err   error
}

// lane is the queue of one round on this server.
type lane struct {
	engine *Engine
	plan   *plan

	mu      sync.Mutex
	waiting []*request
	running bool
}

func (e *Engine) lane(p *plan) *lane {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.lanes[p.id]
	if l == nil {
		l = &lane{engine: e, plan: p}
		e.lanes[p.id] = l
	}
	return l
}

// submit queues a request and waits for its answer. When the caller goes away
// first, a request that is still waiting is dropped; one that is being written
// is written, and the worker's retry finds it.
func (e *Engine) submit(ctx context.Context, p *plan, r *request) answer {
	ctx, cancel := context.WithCancel(ctx) // the group may look at it after the caller has taken its own back
	defer cancel()
	r.ctx, r.queued, r.answer = ctx, e.watch.Now(), make(chan answer, 1)
	if !e.lane(p).push(r) {
		e.refused.Add(1)
		return answer{err: ErrBusy.After(retryAfter)}
	}
	select {
	case a := <-r.answer:
		return a
	case <-ctx.Done():
		return answer{err: fault.New(fault.Unavailable, "request.gone", "网络中断，请重试。").Because(ctx.Err())}
	}
}

// push queues a request, unless more is waiting than the next group can take
// and the oldest has waited too long: then a standing queue has formed, and to
// refuse at once is kinder than to keep everybody waiting.
func (l *lane) push(r *request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) >= groupLimit && r.queued.Sub(l.waiting[0].queued) > queueLimit {
		return false
	}
	l.waiting = append(l.waiting, r)
	l.engine.inFlight.Add(1)
	if !l.running {
		l.running = true
		go l.run()
	}
	return true
}

// take gives the next group; nil ends the run.
func (l *lane) take() []*request {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		l.running = false
		return nil
	}
	n := min(len(l.waiting), groupLimit)
	group := l.waiting[:n:n]
	l.waiting = append([]*request(nil), l.waiting[n:]...)
	return group
}

func (l *lane) run() {
	for group := l.take(); group != nil; group = l.take() {
		l.engine.serve(l.plan, group)
		l.engine.inFlight.Add(-len(group))
	}
}

// serve writes one group. When the group as a whole fails, its requests are
// tried one by one, so that a bad one harms only itself.
func (e *Engine) serve(p *plan, group []*request) {
	live := make([]*request, 0, len(group))
	for _, r := range group {
		if r.ctx.Err() == nil {
			live = append(live, r)
		}
	}
	if len(live) == 0 {
		return
	}
	answers, err := e.commit(p, live)
	if err == nil {
		for i, r := range live {
			r.answer <- answers[i]
		}
		return
	}
	if len(live) == 1 {
		live[0].answer <- answer{err: err}
		return
	}
	e.log.Warn("group failed, trying its requests one by one", "round", p.name, "requests", len(live), "cause", err.Error())
	for _, r := range live {
		e.serve(p, []*request{r})
	}
}
