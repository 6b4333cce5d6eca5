package main

import (
	"errors"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// play is one `ask` that waits for its result.
type play struct {
	who [32]byte
	ms  uint64
}

// replay re-derives each result of a log in order, from the key alone, and
// compares. It needs the scan because the key follows from lines further down.
type replay struct {
	m       *manifest
	scan    *scan
	key     [32]byte
	units   units
	decider decider
	deck    *deck
	raffle  *raffle
	root    tlog.Hash

	line    int
	waiting []play
	first   int // of waiting that has no result yet
	beat    uint64
	wins    map[[32]byte]uint64
	won     uint64
	cents   uint64
}

// newReplay derives the key, the prizes and their order.
func newReplay(m *manifest, s *scan) (*replay, error) {
	p := &replay{m: m, scan: s, wins: map[[32]byte]uint64{}}
	var entries [32]byte
	if m.kind == kindRaffle {
		entries = entriesHash(s.closeSize, s.closeRoot)
	}
	p.key = roundKey(s.secret, m.hash, entries, m.publicNumbers(s.values))
	var err error
	if p.units, err = expandUnits(m.prizes, p.key); err != nil {
		return nil, err
	}
	switch m.kind {
	case kindDeck:
		p.deck = newDeck(m, p.key, p.units)
		p.decider, p.root = p.deck, p.deck.root(p.key)
	case kindMoments:
		list := newMoments(m, p.key, p.units)
		p.decider, p.root = list, list.root(p.key)
	case kindQueue:
		p.decider = &queueOrder{units: p.units}
	case kindRaffle:
		p.raffle = newRaffle(s.entries, p.key, p.units.count())
	}
	return p, nil
}

// run goes through the log a second time. The error names the first line that is
// not what the secret, the public numbers and the lines above it lead to.
func (p *replay) run(log io.Reader) error {
	lines := newLogReader(log)
	for {
		_, r, err := lines.record()
		p.line = lines.line
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.step(&r); err != nil {
			return err
		}
	}
}

func (p *replay) step(r *record) error {
	switch r.word {
	case wordAsk:
		p.waiting = append(p.waiting, play{who: r.digest, ms: r.ms})
	case wordBeat:
		return p.checkBeat(r)
	case wordWon:
		return p.checkWon(r)
	case wordRank:
		return p.checkRank(r)
	case wordVoid:
		return p.checkVoid(r)
	case wordSub:
		return p.checkSub(r)
	case wordTotal:
		return p.checkTotal(r)
	}
	return nil
}

// wrong says that a line is not the one that follows from what is known.
func (p *replay) wrong(format string, args ...any) error {
	return breaks(checkResults, p.line, format, args...)
}

func (p *replay) checkBeat(r *record) error {
	alpha := beatInput(r.seq, r.size, p.scan.beats[p.beat])
	beta, err := vrfVerify(p.m.witness, alpha, r.proof[:])
	if err != nil {
		return breaks(checkBeats, p.line, "beat %d: %v", r.seq, err)
	}
	p.beat++
	p.deck.beat = pickStream(p.key, beta)
	return nil
}

// asked takes the play that the next result answers.
func (p *replay) asked() play {
	a := p.waiting[p.first]
	p.first++
	if p.first == len(p.waiting) {
		p.waiting, p.first = p.waiting[:0], 0
	}
	return a
}

func (p *replay) checkWon(r *record) error {
	a := p.asked()
	want := p.decider.decide(a.ms)
	if r.pos != want.pos || r.noPos != want.none || !r.gives(want.unit) {
		return p.wrong("play %d must get %s", r.seq, want)
	}
	if want.unit.code == blankCode {
		return nil
	}
	p.won++
	p.cents += r.cents
	p.wins[a.who]++
	if n := p.wins[a.who]; n > p.m.cap {
		return breaks(checkCap, p.line, "%x wins %d times, the cap is %d", a.who, n, p.m.cap)
	}
	return nil
}

func (p *replay) checkRank(r *record) error {
	e, err := p.raffle.at(r.seq)
	if err != nil {
		return p.wrong("rank %d: %v", r.seq, err)
	}
	want := p.units.at(r.seq)
	if r.pos != e || !r.gives(want) {
		return p.wrong("rank %d must be entry %d and get %s %d", r.seq, e, want.code, want.cents)
	}
	p.raffle.award(r.seq)
	if want.code != blankCode {
		p.won++
		p.cents += want.cents
	}
	return nil
}

// checkRanksComplete refuses a draw that stops while prizes and people are left.
func (p *replay) checkRanksComplete() error {
	if p.scan.ranks >= p.units.count() {
		return nil
	}
	if _, err := p.raffle.at(p.scan.ranks); !errors.Is(err, errNobodyLeft) {
		return p.wrong("the draw stops at rank %d of %d prizes with people left", p.scan.ranks, p.units.count())
	}
	return nil
}

func (p *replay) checkVoid(r *record) error {
	u, ok := p.raffle.void(r.seq)
	if !ok {
		return p.wrong("rank %d holds no prize to void", r.seq)
	}
	p.won--
	p.cents -= p.units.at(u).cents
	return nil
}

func (p *replay) checkSub(r *record) error {
	want, err := p.raffle.substitute()
	if err != nil {
		return p.wrong("no prize is open to take over, or %v", err)
	}
	if r.seq != want.voided || r.next != want.rank || r.pos != want.entry {
		return p.wrong("must be \"sub %d %d %d\"", want.voided, want.rank, want.entry)
	}
	p.won++
	p.cents += p.units.at(want.unit).cents
	return nil
}

func (p *replay) checkTotal(r *record) error {
	if p.raffle != nil {
		if err := p.checkRanksComplete(); err != nil {
			return err
		}
		if t, err := p.raffle.substitute(); err == nil {
			return p.wrong("the voided rank %d has no substitute, rank %d is next", t.voided, t.rank)
		}
	}
	if r.size != p.won || r.cents != p.cents {
		return breaks(checkTotal, p.line, "must be \"total %d %d\"", p.won, p.cents)
	}
	return nil
}
