package main

import (
	"errors"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// stage is how far a log has come; it only goes forward.
type stage int

const (
	stageStart  stage = iota // nothing yet
	stageBefore              // after "open", before plays are possible
	stagePlay                // plays or entries
	stageClosed              // after "close"
	stageRanks               // raffle: after the first "rank"
	stageTotal               // after "total"
	stageEnd                 // after "end"
)

// entry is one `enter` line. end is the sum of the weights up to and with it.
type entry struct {
	who [32]byte
	end uint64
}

// scan is what one pass over the log learns: all that the replay needs to know
// beforehand, and the heads of the tree that others have signed.
type scan struct {
	lines           int
	plays           uint64
	deckLine        int
	deckSize        uint64
	deckRoot        tlog.Hash
	values          map[string]string
	secret          [32]byte
	secretLine      int
	entries         []entry
	beats           []tlog.Hash
	ranks           uint64
	voids           uint64
	closedAt        uint64
	closeSize, size uint64
	closeRoot, root tlog.Hash
}

// decided is how many plays got a result: all of them, or none in a raffle, whose
// results are ranks.
func (s *scan) decided() uint64 { return s.plays - uint64(len(s.entries)) }

func (s *scan) weight() uint64 {
	if len(s.entries) == 0 {
		return 0
	}
	return s.entries[len(s.entries)-1].end
}

// scanner checks everything about a log that needs no secret: known words in the
// right order and on the right side of `close`, numbers without gaps, time.
type scanner struct {
	*scan
	m        *manifest
	line     int
	stage    stage
	tree     tree
	asked    uint64
	results  uint64
	deciding bool
	lastMs   uint64
}

// scanLog reads a whole log. The error names the first line out of order.
func scanLog(log io.Reader, m *manifest) (*scan, error) {
	s := &scanner{m: m, scan: &scan{values: map[string]string{}}}
	lines := newLogReader(log)
	for {
		text, r, err := lines.record()
		s.line = lines.line
		if errors.Is(err, io.EOF) {
			return s.finish()
		}
		if err != nil {
			return nil, err
		}
		if s.stage == stageEnd {
			return nil, s.misplaced("a line after \"end\"")
		}
		if err := s.step(&r); err != nil {
			return nil, err
		}
		s.tree.add(text)
		if r.word == wordClose {
			s.closeSize, s.closeRoot = s.tree.size, s.tree.root()
		}
	}
}

func (s *scanner) finish() (*scan, error) {
	if s.stage != stageEnd {
		return nil, s.misplaced("the log stops before \"end\"")
	}
	s.lines = s.line - 1
	s.size, s.root = s.tree.size, s.tree.root()
	return s.scan, nil
}

func (s *scanner) misplaced(format string, args ...any) error {
	return breaks(checkLog, s.line, format, args...)
}

func (s *scanner) step(r *record) error {
	switch r.word {
	case wordOpen:
		return s.open(r)
	case wordEntropy:
		return s.entropy(r)
	case wordDeck, wordMoments:
		return s.deck(r)
	case wordAsk:
		return s.ask(r)
	case wordBeat:
		return s.beat(r)
	case wordWon:
		return s.won(r)
	case wordEnter:
		return s.enter(r)
	case wordClose:
		return s.close(r)
	case wordReveal:
		return s.reveal(r)
	case wordRank:
		return s.rank(r)
	case wordVoid, wordSub:
		return s.redo(r)
	case wordTotal:
		return s.total()
	}
	return s.end()
}

func (s *scanner) open(r *record) error {
	if s.stage != stageStart {
		return s.misplaced("\"open\" can only be the first line")
	}
	if r.digest != s.m.hash {
		return breaks(checkLogOpens, s.line, "the log belongs to a manifest with hash %x, open.note has %x", r.digest, s.m.hash)
	}
	s.stage = stageBefore
	if s.m.kind == kindRaffle || s.m.kind == kindQueue {
		s.stage = stagePlay
	}
	return nil
}

func (s *scanner) entropy(r *record) error {
	before := s.stage == stageBefore
	after := s.m.kind == kindRaffle && s.stage == stageClosed
	if !before && !after {
		return s.misplaced("\"entropy\" is on the wrong side: before \"deck\", or in a raffle after \"close\"")
	}
	id := string(r.source)
	if !s.m.names(id) {
		return breaks(checkEntropy, s.line, "the manifest does not name %q", id)
	}
	if _, twice := s.values[id]; twice {
		return breaks(checkEntropy, s.line, "%q is given twice", id)
	}
	b, _ := findBulletin(id)
	if !b.format(string(r.value)) {
		return breaks(checkEntropy, s.line, "%q is not the fixed format of %s", r.value, b.name)
	}
	s.values[id] = string(r.value)
	return nil
}

func (m *manifest) names(id string) bool {
	for _, s := range m.sources {
		if s.id == id {
			return true
		}
	}
	return false
}

// checkValues requires every public number that the manifest names.
func (s *scanner) checkValues() error {
	for _, src := range s.m.sources {
		if _, ok := s.values[src.id]; !ok {
			return breaks(checkEntropy, s.line, "%q is used before its number is given", src.id)
		}
	}
	return nil
}

func (s *scanner) deck(r *record) error {
	if s.stage != stageBefore || r.word != s.m.kind {
		return s.misplaced("%q has no place here in a %s round", r.word, s.m.kind)
	}
	if err := s.checkValues(); err != nil {
		return err
	}
	want := s.m.units()
	if s.m.kind == kindDeck {
		want = s.m.tickets
	}
	if r.size != want {
		return breaks(checkDeck, s.line, "%d leaves, the manifest has %d", r.size, want)
	}
	s.deckLine, s.deckSize, s.deckRoot = s.line, r.size, r.digest
	s.stage = stagePlay
	return nil
}

func (s *scanner) playing(word string, raffle bool) error {
	if s.stage != stagePlay || (s.m.kind == kindRaffle) != raffle {
		return s.misplaced("%q has no place here in a %s round", word, s.m.kind)
	}
	return nil
}

// moment checks that a play lies in the window and not before the one above it.
func (s *scanner) moment(ms uint64) error {
	if ms < s.m.opens || ms >= s.m.closes {
		return breaks(checkTime, s.line, "%d is outside the window [%d, %d)", ms, s.m.opens, s.m.closes)
	}
	if ms < s.lastMs {
		return breaks(checkTime, s.line, "%d is earlier than %d of a line above", ms, s.lastMs)
	}
	s.lastMs = ms
	return nil
}

func (s *scanner) ask(r *record) error {
	if err := s.playing(r.word, false); err != nil {
		return err
	}
	if s.deciding {
		return s.misplaced("the batch of beat %d is not decided yet", len(s.beats)-1)
	}
	if r.seq != s.asked {
		return s.misplaced("play %d, expected %d", r.seq, s.asked)
	}
	if most := s.mostPlays(); r.seq >= most {
		return s.misplaced("play %d, but only %d can be answered", r.seq, most)
	}
	s.asked++
	return s.moment(r.ms)
}

// mostPlays is how many plays a round has an answer for.
func (s *scanner) mostPlays() uint64 {
	switch s.m.kind {
	case kindDeck:
		return s.m.tickets
	case kindQueue:
		return s.m.units()
	}
	return maxNumber
}

func (s *scanner) beat(r *record) error {
	if s.stage != stagePlay || s.m.level() != 1 {
		return s.misplaced("\"beat\" belongs to a level 1 deck")
	}
	if s.deciding || s.asked == s.results {
		return s.misplaced("beat %d closes no batch", r.seq)
	}
	if r.seq != uint64(len(s.beats)) {
		return s.misplaced("beat %d, expected %d", r.seq, len(s.beats))
	}
	if r.size != s.tree.size {
		return breaks(checkBeats, s.line, "beat over %d leaves, %d lines stand above", r.size, s.tree.size)
	}
	s.beats = append(s.beats, s.tree.root())
	s.deciding = true
	return nil
}

func (s *scanner) won(r *record) error {
	if err := s.playing(r.word, false); err != nil {
		return err
	}
	if r.seq != s.results || r.seq >= s.asked {
		return s.misplaced("result of play %d, expected that of %d of %d asked", r.seq, s.results, s.asked)
	}
	if s.m.level() == 1 && !s.deciding {
		return s.misplaced("a result before the beat that decides it")
	}
	s.results++
	s.deciding = s.deciding && s.results < s.asked
	return nil
}

func (s *scanner) enter(r *record) error {
	if err := s.playing(r.word, true); err != nil {
		return err
	}
	if r.seq != uint64(len(s.entries)) {
		return s.misplaced("entry %d, expected %d", r.seq, len(s.entries))
	}
	if r.size == 0 {
		return s.misplaced("entry %d has weight 0 and could never be drawn", r.seq)
	}
	end := s.weight() + r.size
	if end > maxNumber {
		return s.misplaced("the weights together are too large")
	}
	s.entries = append(s.entries, entry{who: r.digest, end: end})
	return s.moment(r.ms)
}

func (s *scanner) close(r *record) error {
	if s.stage != stagePlay {
		return s.misplaced("\"close\" has no place here")
	}
	if s.results != s.asked {
		return s.misplaced("the round closes with %d plays and only %d results", s.asked, s.results)
	}
	s.plays = s.asked + uint64(len(s.entries))
	if r.size != s.plays {
		return s.misplaced("\"close\" counts %d plays or entries, the log has %d", r.size, s.plays)
	}
	if r.ms < s.lastMs {
		return breaks(checkTime, s.line, "closed at %d, earlier than a play at %d", r.ms, s.lastMs)
	}
	s.closedAt = r.ms
	s.stage = stageClosed
	return nil
}

func (s *scanner) reveal(r *record) error {
	if s.stage != stageClosed || s.m.kind == kindQueue || s.secretLine != 0 {
		return s.misplaced("\"reveal\" has no place here")
	}
	s.secret, s.secretLine = r.digest, s.line
	return nil
}

// disclosed requires all that the results follow from.
func (s *scanner) disclosed(word string) error {
	if s.m.kind != kindQueue && s.secretLine == 0 {
		return s.misplaced("%q before \"reveal\"", word)
	}
	return s.checkValues()
}

func (s *scanner) rank(r *record) error {
	inOrder := s.stage == stageClosed || (s.stage == stageRanks && s.voids == 0)
	if s.m.kind != kindRaffle || !inOrder {
		return s.misplaced("\"rank\" has no place here")
	}
	if err := s.disclosed(r.word); err != nil {
		return err
	}
	if r.seq != s.ranks {
		return s.misplaced("rank %d, expected %d", r.seq, s.ranks)
	}
	s.ranks++
	s.stage = stageRanks
	return nil
}

func (s *scanner) redo(r *record) error {
	if s.stage != stageRanks {
		return s.misplaced("%q has no place here", r.word)
	}
	if r.word == wordVoid {
		s.voids++
	} else if s.voids == 0 {
		return s.misplaced("\"sub\" without a \"void\"")
	}
	return nil
}

func (s *scanner) total() error {
	if s.stage != stageClosed && s.stage != stageRanks {
		return s.misplaced("\"total\" has no place here")
	}
	s.stage = stageTotal
	return s.disclosed(wordTotal)
}

func (s *scanner) end() error {
	if s.stage != stageTotal {
		return s.misplaced("\"end\" before \"total\"")
	}
	s.stage = stageEnd
	return nil
}
