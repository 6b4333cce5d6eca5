package main

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// nonceSize is how much of a nonce block goes into a leaf.
const nonceSize = 16

// result is what a play must have got. none means no position at all.
type result struct {
	pos  uint64
	none bool
	unit unit
}

func (r result) String() string {
	if r.none {
		return "- - 0"
	}
	return fmt.Sprintf("%d %s %d", r.pos, r.unit.code, r.unit.cents)
}

// decider re-derives the results of the plays of one round, in log order.
type decider interface {
	// decide returns what the next play gets.
	decide(ms uint64) result
}

// queueOrder gives unit s to play s.
type queueOrder struct {
	units units
	next  uint64
}

func (q *queueOrder) decide(uint64) result {
	pos := q.next
	q.next++
	return result{pos: pos, unit: q.units.at(pos)}
}

// deck is the shuffled tickets of an instant lottery. At level 1 picks deals the
// positions; otherwise play s takes position s.
type deck struct {
	units units
	order []uint32
	next  uint64
	picks *deal
	beat  *stream
}

func newDeck(m *manifest, key [32]byte, u units) *deck {
	d := &deck{units: u, order: shuffled(m.tickets, newStream(key, kindDeck))}
	if m.level() == 1 {
		d.picks = newDeal(m.tickets, m.tickets)
	}
	return d
}

func (d *deck) at(pos uint64) unit { return d.units.at(uint64(d.order[pos])) }

func (d *deck) decide(uint64) result {
	pos := d.next
	if d.picks != nil {
		pos, _ = d.picks.draw(d.beat)
	}
	d.next++
	return result{pos: pos, unit: d.at(pos)}
}

// root returns the head of the tree over all tickets.
func (d *deck) root(key [32]byte) tlog.Hash {
	var t tree
	var leaf []byte
	nonces := newStream(key, "nonce")
	for i := range uint64(len(d.order)) {
		nonce := nonces.at(i)
		leaf = appendLeaf(leaf[:0], i, d.at(i), nonce[:nonceSize])
		t.add(leaf)
	}
	return t.root()
}

// fall is one winning moment: when a unit becomes claimable.
type fall struct {
	ms   uint64
	unit uint64
}

// moments are the winning moments of a round in order of time.
type moments struct {
	units units
	falls []fall
	next  int
}

func newMoments(m *manifest, key [32]byte, u units) *moments {
	s := newStream(key, kindMoments)
	list := &moments{units: u, falls: make([]fall, u.count())}
	for i := range list.falls {
		list.falls[i] = fall{ms: m.opens + s.uniform(m.closes-m.opens), unit: uint64(i)}
	}
	slices.SortFunc(list.falls, func(a, b fall) int {
		return cmp.Or(cmp.Compare(a.ms, b.ms), cmp.Compare(a.unit, b.unit))
	})
	return list
}

// decide claims the earliest moment that has come. As the times of plays never
// decrease, the unclaimed ones are always the tail of the list.
func (l *moments) decide(ms uint64) result {
	if l.next == len(l.falls) || l.falls[l.next].ms > ms {
		return result{none: true, unit: unit{code: blankCode}}
	}
	pos := l.next
	l.next++
	return result{pos: uint64(pos), unit: l.units.at(l.falls[pos].unit)}
}

func (l *moments) root(key [32]byte) tlog.Hash {
	var t tree
	var leaf []byte
	nonces := newStream(key, "nonce")
	for i, f := range l.falls {
		nonce := nonces.at(uint64(i))
		leaf = appendMomentLeaf(leaf[:0], uint64(i), f.ms, l.units.at(f.unit), nonce[:nonceSize])
		t.add(leaf)
	}
	return t.root()
}
