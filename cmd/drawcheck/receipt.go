package main

import (
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// saltSize is the length of a receipt's salt in bytes.
const saltSize = 16

// receipt is what a worker holds (redraw/v1, section 8).
type receipt struct {
	origin, round string
	checkpoint    string
	proofs        []inclusion
	salt          [saltSize]byte
	openid        string
	deck          *inclusion
}

// inclusion says that a line is leaf index of a tree of some size.
type inclusion struct {
	index, size uint64
	line        string
	path        tlog.RecordProof
	at          int // line of the receipt's file
	record      record
}

// proves checks the path against a root, which must be that of the same size.
func (i inclusion) proves(size uint64, root tlog.Hash) error {
	if i.size != size {
		return at(i.at, "the proof is for %d leaves, the signed tree has %d", i.size, size)
	}
	if i.index >= i.size {
		return at(i.at, "leaf %d of a tree of %d", i.index, i.size)
	}
	err := tlog.CheckRecord(i.path, int64(i.size), root, int64(i.index), tlog.RecordHash([]byte(i.line)))
	if err != nil {
		return at(i.at, "the path does not lead from %s to the root", printable([]byte(i.line)))
	}
	return nil
}

// parseReceipt reads a receipt; every field that this tool relies on must be there
// and in its one spelling.
func parseReceipt(raw []byte) (*receipt, *jsonDoc, error) {
	d, err := parseJSON(raw)
	if err != nil {
		return nil, nil, err
	}
	r := &receipt{}
	for path, to := range map[string]*string{
		"origin": &r.origin, "round": &r.round, "checkpoint": &r.checkpoint, "openid": &r.openid,
	} {
		if *to, err = d.text(path); err != nil {
			return nil, nil, err
		}
	}
	if err := d.hex("salt", r.salt[:]); err != nil {
		return nil, nil, err
	}
	n, err := d.list("proofs")
	if err != nil {
		return nil, nil, err
	}
	for i := range n {
		p, err := readInclusion(d, join("proofs", strconv.Itoa(i)))
		if err != nil {
			return nil, nil, err
		}
		rec, ok := parseRecord([]byte(p.line))
		if !ok {
			return nil, nil, at(p.at, "not a line of redraw/v1: %s", printable([]byte(p.line)))
		}
		p.record = rec
		r.proofs = append(r.proofs, p)
	}
	if _, ok := d.nodes["deck"]; ok && !d.isNull("deck") {
		p, err := readInclusion(d, "deck")
		if err != nil {
			return nil, nil, err
		}
		r.deck = &p
	}
	return r, d, nil
}

func readInclusion(d *jsonDoc, place string) (p inclusion, err error) {
	p.at = d.near(place)
	if p.index, err = d.number(join(place, "index")); err != nil {
		return p, err
	}
	if p.size, err = d.number(join(place, "size")); err != nil {
		return p, err
	}
	if p.line, err = d.text(join(place, "line")); err != nil {
		return p, err
	}
	p.at = d.near(join(place, "line"))
	steps, err := d.list(join(place, "path"))
	if err != nil {
		return p, err
	}
	p.path = make(tlog.RecordProof, steps)
	for i := range p.path {
		if err := d.hex(join(place, "path."+strconv.Itoa(i)), p.path[i][:]); err != nil {
			return p, err
		}
	}
	return p, nil
}

// unproven lists the top-level fields that mean nothing to this tool, so that
// nobody takes them for checked.
func unproven(d *jsonDoc) []string {
	var names []string
	for path := range d.nodes {
		switch path {
		case "", "origin", "round", "checkpoint", "proofs", "salt", "openid", "deck":
			continue
		}
		if !strings.Contains(path, ".") {
			names = append(names, path)
		}
	}
	return names
}

// said finds the lines of a receipt by what they are.
type said struct {
	entry, won, deck *inclusion
}

// sort picks the entry, its result and the deck's root out of the proofs and
// refuses lines that are about somebody else.
func (r *receipt) sort() (said, error) {
	var s said
	for i := range r.proofs {
		p := &r.proofs[i]
		var to **inclusion
		switch p.record.word {
		case wordAsk, wordEnter:
			to = &s.entry
		case wordWon:
			to = &s.won
		case wordDeck, wordMoments:
			to = &s.deck
		default:
			continue
		}
		if *to != nil {
			return s, at(p.at, "a second %q line", p.record.word)
		}
		*to = p
	}
	if s.entry == nil {
		return s, at(1, "no \"ask\" or \"enter\" line")
	}
	return s, r.belongs(s)
}

// belongs checks that result and drawing are those of the entry.
func (r *receipt) belongs(s said) error {
	seq := s.entry.record.seq
	if s.entry.record.word == wordEnter {
		if s.won != nil || s.deck != nil || r.deck != nil {
			return at(s.entry.at, "an \"enter\" line belongs to a raffle, which has no deck and no \"won\"")
		}
	} else if s.won == nil {
		return at(s.entry.at, "no \"won\" line")
	}
	for _, p := range r.proofs {
		switch p.record.word {
		case wordRank, wordSub:
			if s.entry.record.word != wordEnter || p.record.pos != seq {
				return at(p.at, "%q is about entry %d, the receipt about %d", p.record.word, p.record.pos, seq)
			}
		case wordWon:
			if p.record.seq != seq {
				return at(p.at, "the result of play %d, the receipt is about %d", p.record.seq, seq)
			}
			if p.index <= s.entry.index {
				return at(p.at, "the result stands above its play")
			}
		case wordDeck, wordMoments:
			if p.index >= s.entry.index {
				return at(p.at, "the root of the tickets stands below the play")
			}
		}
	}
	return nil
}

// ticket checks that the result is the leaf under the root published before
// opening. The bool is false when there is nothing to check: a raffle, a queue, or
// a play that met no winning moment.
func (r *receipt) ticket(s said) (bool, error) {
	if s.entry.record.word == wordEnter {
		return false, nil
	}
	won := &s.won.record
	if won.noPos {
		if !won.isBlank() || won.cents != 0 || r.deck != nil || (s.deck != nil && s.deck.record.word == wordDeck) {
			return false, at(s.won.at, "a result without position can only be nothing, in a moments round")
		}
		return false, nil
	}
	if s.deck == nil {
		if r.deck != nil || won.isBlank() {
			return false, at(s.won.at, "the receipt lacks the \"deck\" line that its ticket stands under")
		}
		if won.pos != won.seq {
			return false, at(s.won.at, "without a deck, play %d can only take position %d", won.seq, won.seq)
		}
		return false, nil
	}
	if r.deck == nil {
		return false, at(s.deck.at, "the receipt lacks its ticket, \"deck\"")
	}
	return true, r.checkLeaf(s)
}

func (r *receipt) checkLeaf(s said) error {
	won, root := &s.won.record, &s.deck.record
	if r.deck.index != won.pos {
		return at(r.deck.at, "ticket %d, the play took position %d", r.deck.index, won.pos)
	}
	f := strings.Split(r.deck.line, " ")
	prize := strconv.FormatUint(won.pos, 10) + " "
	if root.word == wordMoments {
		if len(f) != 5 {
			return at(r.deck.at, "the leaf of a moment has five fields")
		}
		ms, ok := parseNumber(f[1])
		if !ok || ms > s.entry.record.ms {
			return at(r.deck.at, "the moment comes after the play")
		}
		prize += f[1] + " "
	}
	prize += string(won.code) + " " + strconv.FormatUint(won.cents, 10) + " "
	nonce, ok := strings.CutPrefix(r.deck.line, prize)
	if !ok || !parseHex(nonce, make([]byte, nonceSize)) {
		return at(r.deck.at, "the ticket is not \"%s<nonce>\", the result of the play", prize)
	}
	return r.deck.proves(root.size, root.digest)
}
