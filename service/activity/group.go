package activity

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"nianwei/model"
	"nianwei/model/store"
	"nianwei/service/award"
)

// stepGrace is how long after its deadline a step is still taken: the network's share.
const stepGrace = 2000

// group is one transaction for requests of one round that arrived together.
type group struct {
	engine *Engine
	plan   *plan
	tx     *store.Tx
	head   *model.Head
	tail   *award.Tail // nil without a draw
	now    int64

	bySeq    map[int64]*entryRow
	byWorker map[int64][]*entryRow
	plays    map[int64][]*playRow // by worker
	members  map[int64]int64      // worker → union, of those who may take part
	media    map[string]mediaRow
	earlier  map[int64]bool // workers who won in another round, if one win is for all

	wins     *award.Wins
	newPlays *store.Rows
	works    *store.Rows
	used     []mediaUse
	broken   error // something was half written: the transaction must not commit
}

type mediaRow struct {
	upload Upload
	worker int64
	used   bool
}

type mediaUse struct {
	id    string
	entry int64
}

// commit decides a group's requests in the order of their arrival and writes
// them in one transaction. The answers belong to the requests by index.
func (e *Engine) commit(p *plan, requests []*request) ([]answer, error) {
	answers := make([]answer, len(requests))
	gone := false
	// The group outlives any one caller: what is committed for the others must
	// not be undone because one of them hung up.
	ctx := context.WithoutCancel(requests[0].ctx)
	err := e.store.Write(ctx, func(tx *store.Tx) error {
		g, err := e.open(tx, p, requests)
		if err != nil {
			return err
		}
		for i, r := range requests {
			if answers[i] = g.decide(r); g.broken != nil {
				return g.broken
			}
		}
		gone = p.table != nil && p.draft.Reward.Kind == award.Deck && p.table.Left(g.head.Plays) <= 0
		return g.write()
	})
	if err == nil && gone {
		p.soldOut.Store(true)
	}
	return answers, err
}

// open takes the round's lock and reads what the group's decisions need.
func (e *Engine) open(tx *store.Tx, p *plan, requests []*request) (*group, error) {
	head, err := model.LockHead(tx, p.id)
	if err != nil {
		return nil, err
	}
	g := &group{engine: e, plan: p, tx: tx, head: head, now: head.Advance(tx.Millis()),
		bySeq: map[int64]*entryRow{}, byWorker: map[int64][]*entryRow{}, plays: map[int64][]*playRow{}, media: map[string]mediaRow{}, wins: award.NewWins(len(requests)),
		newPlays: store.NewRows("plays", len(requests), "round_id", "seq", "entry_seq", "nth", "worker_id", "idem", "at", "pos", "prize_code", "amount_fen", "ask_line"),
		works:    store.NewRows("works", len(requests), "round_id", "entry_seq", "worker_id", "union_id", "title", "hometown", "media_ids", "state", "reason", "created_at")}
	if p.table != nil {
		if g.tail, err = award.OpenTail(head); err != nil {
			return nil, err
		}
	}
	return g, g.read(requests)
}

func (g *group) read(requests []*request) error {
	var workers, beginners []int64
	var media []string
	playing := false
	for _, r := range requests {
		workers = append(workers, r.worker.ID)
		media = append(media, r.media...)
		playing = playing || r.verb == play
		if r.verb == begin {
			beginners = append(beginners, r.worker.ID)
		}
	}
	workers = distinct(workers)
	if err := g.readEntries(workers); err != nil {
		return err
	}
	if playing {
		rows, err := readPlays(g.tx, fmt.Sprintf(byWorkers, store.Marks(len(workers))), workersArgs(g.plan.id, workers)...)
		if err != nil {
			return err
		}
		for _, p := range rows {
			g.plays[p.workerID] = append(g.plays[p.workerID], p)
		}
	}
	var err error
	if beginners = distinct(beginners); len(beginners) > 0 {
		if g.members, err = g.engine.roster.Members(g.tx, g.plan.draft.GroupID, beginners); err != nil {
			return err
		}
	}
	if len(g.plan.siblings) > 0 {
		if g.earlier, err = award.WonBefore(g.tx, g.plan.siblings, workers); err != nil {
			return err
		}
	}
	return g.readMedia(media)
}

func distinct(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (g *group) readEntries(workers []int64) error {
	rows, err := readEntries(g.tx, fmt.Sprintf(byWorkers, store.Marks(len(workers))), workersArgs(g.plan.id, workers)...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		g.keep(r)
	}
	return nil
}

func (g *group) keep(r *entryRow) {
	g.bySeq[r.seq] = r
	g.byWorker[r.workerID] = append(g.byWorker[r.workerID], r)
}

func (g *group) readMedia(ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := readMedia(g.tx, ids, g.engine.mediaURL)
	g.media = rows
	return err
}

// readMedia gives uploads by id, with whom they belong to.
func readMedia(tx *store.Tx, ids []string, url func(string) string) (map[string]mediaRow, error) {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	out := map[string]mediaRow{}
	var m mediaRow
	var round *int64
	var thumb string
	u := &m.upload
	err := tx.Each("SELECT id, worker_id, kind, thumb_key, duration_ms, width, height, round_id FROM media WHERE id IN "+store.Marks(len(ids)), args,
		[]any{&u.ID, &m.worker, &u.Kind, &thumb, &u.DurationMs, &u.Width, &u.Height, &round}, func() error {
			u.URL, u.ThumbURL = url(u.ID), ""
			if thumb != "" {
				u.ThumbURL = u.URL + "?size=thumb"
			}
			m.used = round != nil
			out[u.ID] = m
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return out, nil
}

// decide decides one request. Whatever goes wrong with it, including a kind
// that panics, is its own answer and leaves the group as it was.
func (g *group) decide(r *request) (a answer) {
	defer func() {
		if v := recover(); v != nil {
			g.engine.log.Error("a kind panicked", "round", g.plan.name, "kind", g.plan.machine.Name, "panic", v, "stack", string(debug.Stack()))
			a = answer{err: errPanic}
		}
	}()
	switch r.verb {
	case begin:
		return g.begin(r)
	case step:
		return g.step(r)
	case play:
		return g.play(r)
	case review:
		return g.review(r)
	}
	return answer{err: fmt.Errorf("activity: no verb %d", r.verb)}
}

// window tells whether the round takes anything now. Only the time and an early
// close decide, so a late tick can never let anyone in or out.
func (g *group) window() error {
	switch {
	case isClosed(g.head.State) || g.now >= g.plan.closesAt:
		return ErrClosed
	case g.now < g.plan.opensAt:
		return ErrNotOpen
	}
	return nil
}

func (g *group) begin(r *request) answer {
	mine := g.byWorker[r.worker.ID]
	for _, row := range mine {
		if row.idem == r.idem {
			if row.hash != r.hash {
				return answer{err: ErrKeyReused}
			}
			return answer{entry: row}
		}
	}
	if err := g.window(); err != nil {
		return answer{err: err}
	}
	union, may := g.members[r.worker.ID]
	if !may {
		return answer{err: ErrNotEligible}
	}
	if err := g.mayBeginAgain(mine); err != nil {
		return answer{err: err}
	}
	uploads, err := g.uploads(r)
	if err != nil {
		return answer{err: err}
	}
	row := &entryRow{seq: g.head.Entries, workerID: r.worker.ID, unionID: union, nth: int64(len(mine)), state: Open, idem: r.idem, hash: r.hash, createdAt: g.now, fresh: true}
	d, err := g.plan.machine.begin(g.engine.facts(g.plan, g.now, false, row, uploads), g.plan.settings, g.plan.stock, r.input)
	if err != nil {
		return answer{err: err}
	}
	if d.work != nil {
		if err := g.addWork(row, d.work); err != nil {
			return answer{err: err}
		}
	}
	for _, id := range r.media {
		m := g.media[id]
		m.used = true
		g.media[id] = m
		g.used = append(g.used, mediaUse{id, row.seq})
	}
	g.head.Entries++
	g.keep(row)
	g.apply(row, d, r.worker.OpenID)
	return answer{entry: row}
}

// mayBeginAgain holds the kind's limits against what the worker has done. An
// unfinished entry whose time is over is closed first, so that it stands in
// nobody's way.
func (g *group) mayBeginAgain(mine []*entryRow) error {
	counted, today := 0, 0
	day := g.day(g.now)
	for _, row := range mine {
		if row.state == Open {
			if row.deadlineAt == nil || g.now <= *row.deadlineAt+stepGrace {
				return ErrUnfinished
			}
			if err := g.expire(row, ""); err != nil {
				return err
			}
		}
		if row.state == Refused {
			continue // a refused work may be replaced
		}
		counted++
		if g.day(row.createdAt) == day {
			today++
		}
	}
	if counted >= g.plan.limits.PerRound {
		return ErrAlready
	}
	if g.plan.limits.PerDay > 0 && today >= g.plan.limits.PerDay {
		return ErrTodayDone
	}
	return nil
}

func (g *group) day(ms int64) string {
	return time.UnixMilli(ms).In(g.engine.location).Format(time.DateOnly)
}

// uploads gives the uploads that an input refers to, if they are the worker's
// own and not used yet.
func (g *group) uploads(r *request) (Uploads, error) {
	out := Uploads{}
	for _, id := range r.media {
		m, ok := g.media[id]
		if _, twice := out[id]; !ok || twice || m.worker != r.worker.ID || m.used {
			return nil, ErrMedia
		}
		out[id] = m.upload
	}
	return out, nil
}

// apply puts a decision into an entry and counts it.
func (g *group) apply(row *entryRow, d decision, openid string) {
	was := row.state
	if row.fresh {
		was = ""
	}
	row.progress, row.score, row.chances, row.dirty = d.progress, d.score, int64(d.chances), true
	row.deadlineAt = nil
	if d.state == Open {
		deadline := d.deadline
		if deadline == 0 || deadline > g.plan.closesAt {
			deadline = g.plan.closesAt
		}
		row.deadlineAt = &deadline
	}
	g.count(was, -1)
	if d.state == Done {
		g.finish(row, openid)
		return
	}
	row.state = d.state
	g.count(d.state, +1)
}

func (g *group) count(s State, by int64) {
	switch s {
	case Open:
		g.head.EntriesOpen += by
	case Reviewing:
		g.head.Reviewing += by
	case Done, Refused, Expired:
	}
}

// finish makes an entry count: as a participation, its worker as a person, and
// for a raffle as a line of the list.
func (g *group) finish(row *entryRow, openid string) {
	first := true
	for _, other := range g.byWorker[row.workerID] {
		if other != row && other.state == Done {
			first = false
		}
	}
	row.state, row.dirty = Done, true
	done := g.now
	row.doneAt = &done
	g.head.Participations++
	if first {
		g.head.People++
	}
	if g.plan.draft.Reward.Kind != award.Raffle || row.chances < 1 || isClosed(g.head.State) || g.earlier[row.workerID] || openid == "" || g.now >= g.plan.closesAt {
		return
	}
	no := g.head.RaffleEntries
	row.raffleNo = &no
	g.head.RaffleEntries++
	g.engine.desk.Enter(g.plan.table, g.tail, no, openid, row.chances, g.now)
}

func (g *group) addWork(row *entryRow, w *Work) error {
	ids, err := json.Marshal(w.MediaIDs)
	if err != nil {
		return fmt.Errorf("activity: work: %w", err)
	}
	g.works.Add(g.plan.id, row.seq, row.workerID, row.unionID, w.Title, w.Hometown, string(ids), "waiting", "", g.now)
	g.head.Works++
	return nil
}

func (g *group) step(r *request) answer {
	row, err := g.own(r)
	if err != nil {
		return answer{err: err}
	}
	if row.stepIdem != nil && *row.stepIdem == r.idem {
		if string(row.stepHash) != string(r.hash[:]) {
			return answer{err: ErrKeyReused}
		}
		return answer{entry: row}
	}
	if row.state != Open {
		return answer{err: ErrFinished}
	}
	if row.deadlineAt != nil && g.now > *row.deadlineAt+stepGrace || g.now >= g.plan.closesAt {
		if err := g.expire(row, r.worker.OpenID); err != nil {
			return answer{err: err}
		}
		return answer{err: ErrExpired}
	}
	if isClosed(g.head.State) {
		return answer{err: ErrClosed}
	}
	d, err := g.plan.machine.step(g.engine.facts(g.plan, g.now, false, row, nil), g.plan.settings, g.plan.stock, row.progress, r.input)
	if err != nil {
		return answer{err: err}
	}
	idem := r.idem
	row.stepIdem, row.stepHash = &idem, append([]byte(nil), r.hash[:]...)
	g.apply(row, d, r.worker.OpenID)
	return answer{entry: row}
}

// expire ends an entry whose time is over, as its kind says. Without an openid
// (nobody is there) the worker's own account is looked up.
func (g *group) expire(row *entryRow, openid string) error {
	if openid == "" {
		if _, err := g.tx.Row("SELECT openid FROM accounts WHERE worker_id = ? ORDER BY bound_at DESC, id DESC LIMIT 1", []any{row.workerID}, &openid); err != nil {
			return fmt.Errorf("activity: account of worker: %w", err)
		}
	}
	d, err := g.plan.machine.expire(g.engine.facts(g.plan, g.now, false, row, nil), g.plan.settings, g.plan.stock, row.progress)
	if err != nil {
		return err
	}
	g.apply(row, d, openid)
	return nil
}

// own finds the entry that a request is about; anybody else's does not exist for it.
func (g *group) own(r *request) (*entryRow, error) {
	row, ok := g.bySeq[r.entry]
	if !ok || row.workerID != r.worker.ID {
		return nil, ErrNoEntry
	}
	return row, nil
}

func (g *group) play(r *request) answer {
	row, err := g.own(r)
	if err != nil {
		return answer{err: err}
	}
	var used, wins int64
	for _, p := range g.plays[r.worker.ID] {
		if p.idem == r.idem {
			if p.entry != r.entry {
				return answer{err: ErrKeyReused}
			}
			return answer{play: p}
		}
		if p.entry == r.entry {
			used++
		}
		if p.code != blank {
			wins++
		}
	}
	if err := g.mayPlay(row, used, wins); err != nil {
		return answer{err: err}
	}
	ticket, askLine, ok := g.engine.desk.Play(g.plan.table, g.tail, g.head.Plays, r.worker.OpenID, g.now)
	if !ok {
		return answer{err: ErrAllGone}
	}
	p := &playRow{seq: g.head.Plays, entry: row.seq, nth: used, workerID: row.workerID, idem: r.idem, at: g.now, pos: ticket.Pos, code: ticket.Code, fen: ticket.Fen, askLine: askLine}
	g.head.Plays++
	g.plays[row.workerID] = append(g.plays[row.workerID], p)
	g.newPlays.Add(g.plan.id, p.seq, p.entry, p.nth, p.workerID, p.idem, p.at, p.pos, p.code, p.fen, p.askLine)
	if !ticket.Blank {
		g.wins.Add(g.plan.id, p.seq, row.workerID, row.unionID, row.seq, ticket.Code, ticket.Fen, g.now)
	}
	return answer{play: p}
}

const blank = "-"

func (g *group) mayPlay(row *entryRow, used, wins int64) error {
	switch {
	case g.plan.draft.Reward.Kind != award.Deck:
		return ErrNoDraw
	case row.state == Open:
		return ErrUnfinished
	case row.state == Reviewing:
		return ErrReviewing
	case row.state == Refused:
		return ErrRefused
	case row.state != Done || row.chances == 0:
		return ErrNoChance
	case used >= row.chances:
		return ErrPlayed
	}
	if err := g.window(); err != nil {
		return err
	}
	if wins >= g.plan.table.Manifest.Cap {
		return ErrCap
	}
	return nil
}

// write puts everything that the group decided into the database.
func (g *group) write() error {
	fresh := newEntryRows(len(g.bySeq))
	var changed []*entryRow
	for _, row := range g.bySeq {
		switch {
		case row.fresh:
			fresh.Add(row.values(g.plan.id)...)
		case row.dirty:
			changed = append(changed, row)
		}
	}
	if err := g.writeUses(); err != nil {
		return err
	}
	for _, rows := range []*store.Rows{fresh, g.newPlays, g.works} {
		if rows.Len() == 0 {
			continue
		}
		if err := rows.Write(g.tx); err != nil {
			return fmt.Errorf("round %s: %w", g.plan.name, err)
		}
	}
	if err := g.rewrite(changed); err != nil {
		return err
	}
	if err := g.wins.Write(g.tx, g.head, g.plan.draft.FundID); err != nil {
		return err
	}
	if g.tail != nil {
		if err := g.tail.Flush(g.tx); err != nil {
			return err
		}
	}
	return g.head.Save(g.tx)
}

// rewrite writes changed entries back in one statement.
func (g *group) rewrite(changed []*entryRow) error {
	const columns = "state, deadline_at, done_at, score, chances, raffle_no, step_idem, step_hash, progress"
	if len(changed) == 0 {
		return nil
	}
	rows := newEntryRows(len(changed))
	for _, row := range changed {
		rows.Add(row.values(g.plan.id)...)
	}
	if err := rows.Upsert(g.tx, "round_id, seq", strings.Split(columns, ", ")...); err != nil {
		return fmt.Errorf("round %s: %w", g.plan.name, err)
	}
	return nil
}

// writeUses marks uploads as used. Another round may have used one since it was
// read; then fewer rows match and the group is tried request by request.
func (g *group) writeUses() error {
	if len(g.used) == 0 {
		return nil
	}
	var cases strings.Builder
	args := []any{g.plan.id}
	for _, u := range g.used {
		cases.WriteString(" WHEN ? THEN ?")
		args = append(args, u.id, u.entry)
	}
	for _, u := range g.used {
		args = append(args, u.id)
	}
	n, err := g.tx.Exec("UPDATE media SET round_id = ?, entry_seq = CASE id"+cases.String()+" END WHERE round_id IS NULL AND id IN "+store.Marks(len(g.used)), args...)
	if err != nil {
		return fmt.Errorf("round %s: media: %w", g.plan.name, err)
	}
	if n != int64(len(g.used)) {
		return ErrMedia
	}
	return nil
}
