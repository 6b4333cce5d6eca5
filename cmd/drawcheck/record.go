package main

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// The words a log line can begin with (redraw/v1, section 4).
const (
	wordOpen    = "open"
	wordEntropy = "entropy"
	wordDeck    = "deck"
	wordMoments = "moments"
	wordAsk     = "ask"
	wordBeat    = "beat"
	wordWon     = "won"
	wordEnter   = "enter"
	wordClose   = "close"
	wordReveal  = "reveal"
	wordRank    = "rank"
	wordVoid    = "void"
	wordSub     = "sub"
	wordTotal   = "total"
	wordEnd     = "end"
)

// record is one log line. Which members count depends on the word; text members
// are views of the line and die with it.
type record struct {
	word   string
	digest [32]byte // open, deck, moments: a hash; ask, enter: who; reveal: S
	proof  [vrfProofSize]byte
	seq    uint64 // ask, won, enter: number of the play; beat: b; rank, void, sub: r
	pos    uint64 // won: position or index; rank, sub: entry
	noPos  bool   // won: "-", a play of a moments round that met none
	size   uint64 // deck, moments, beat: leaves; enter: weight; close: plays; total: wins
	ms     uint64 // ask, enter, close
	cents  uint64 // won, rank, total
	next   uint64 // sub: the rank that takes over
	code   []byte // won, rank; void: the reason
	source []byte
	value  []byte
}

// maxFields is the longest line: a word and five fields (none is known with more).
const maxFields = 6

// parseRecord reads one log line without its line feed. A line it accepts has one
// spelling only, so that equal records are equal leaves.
func parseRecord(line []byte) (record, bool) {
	var store [maxFields + 1][]byte
	f := store[:0]
	for rest := line; ; {
		field, more, found := bytes.Cut(rest, []byte{' '})
		f = append(f, field)
		if !found {
			break
		}
		if len(f) == maxFields {
			return record{}, false
		}
		rest = more
	}
	r := record{word: logWord(f[0])}
	p := fieldParser{fields: f[1:], ok: r.word != ""}
	r.read(&p)
	return r, p.ok && len(p.fields) == 0
}

// logWord returns the constant for a known word, or nothing.
func logWord(b []byte) string {
	switch string(b) {
	case wordOpen:
		return wordOpen
	case wordEntropy:
		return wordEntropy
	case wordDeck:
		return wordDeck
	case wordMoments:
		return wordMoments
	case wordAsk:
		return wordAsk
	case wordBeat:
		return wordBeat
	case wordWon:
		return wordWon
	case wordEnter:
		return wordEnter
	case wordClose:
		return wordClose
	case wordReveal:
		return wordReveal
	case wordRank:
		return wordRank
	case wordVoid:
		return wordVoid
	case wordSub:
		return wordSub
	case wordTotal:
		return wordTotal
	case wordEnd:
		return wordEnd
	}
	return ""
}

func (r *record) read(p *fieldParser) {
	switch r.word {
	case wordOpen, wordReveal:
		p.hex(r.digest[:])
	case wordEntropy:
		r.source, r.value = p.token(), p.token()
	case wordDeck, wordMoments:
		r.size = p.number()
		p.hex(r.digest[:])
	case wordAsk:
		r.seq = p.number()
		p.hex(r.digest[:])
		r.ms = p.number()
	case wordBeat:
		r.seq, r.size = p.number(), p.number()
		p.hex(r.proof[:])
	case wordWon:
		r.seq = p.number()
		r.pos, r.noPos = p.position()
		r.code, r.cents = p.token(), p.number()
	case wordEnter:
		r.seq = p.number()
		p.hex(r.digest[:])
		r.size, r.ms = p.number(), p.number()
	case wordClose:
		r.ms, r.size = p.number(), p.number()
	case wordRank:
		r.seq, r.pos = p.number(), p.number()
		r.code, r.cents = p.token(), p.number()
	case wordVoid:
		r.seq, r.code = p.number(), p.token()
	case wordSub:
		r.seq, r.next, r.pos = p.number(), p.number(), p.number()
	case wordTotal:
		r.size, r.cents = p.number(), p.number()
	}
}

// fieldParser takes field after field and remembers whether all were right.
type fieldParser struct {
	fields [][]byte
	ok     bool
}

func (p *fieldParser) take() []byte {
	if len(p.fields) == 0 {
		p.ok = false
		return nil
	}
	f := p.fields[0]
	p.fields = p.fields[1:]
	return f
}

func (p *fieldParser) number() uint64 {
	n, ok := parseNumber(p.take())
	p.ok = p.ok && ok
	return n
}

func (p *fieldParser) hex(out []byte) {
	p.ok = parseHex(p.take(), out) && p.ok
}

func (p *fieldParser) token() []byte {
	t := p.take()
	p.ok = p.ok && isToken(t)
	return t
}

func (p *fieldParser) position() (pos uint64, none bool) {
	f := p.take()
	if string(f) == blankCode {
		return 0, true
	}
	pos, ok := parseNumber(f)
	p.ok = p.ok && ok
	return pos, false
}

// isBlank says whether the play won nothing.
func (r *record) isBlank() bool { return string(r.code) == blankCode }

// gives says whether the line names exactly this unit.
func (r *record) gives(u unit) bool { return string(r.code) == u.code && r.cents == u.cents }

// appendLeaf writes the leaf of a deck: position, code, cents, nonce.
func appendLeaf(b []byte, i uint64, u unit, nonce []byte) []byte {
	b = strconv.AppendUint(b, i, 10)
	b = append(b, ' ')
	return appendPrize(b, u, nonce)
}

// appendMomentLeaf writes the leaf of a moments round: index, ms, code, cents, nonce.
func appendMomentLeaf(b []byte, i, ms uint64, u unit, nonce []byte) []byte {
	b = strconv.AppendUint(b, i, 10)
	b = append(b, ' ')
	b = strconv.AppendUint(b, ms, 10)
	b = append(b, ' ')
	return appendPrize(b, u, nonce)
}

func appendPrize(b []byte, u unit, nonce []byte) []byte {
	b = append(b, u.code...)
	b = append(b, ' ')
	b = strconv.AppendUint(b, u.cents, 10)
	b = append(b, ' ')
	return appendHex(b, nonce)
}

func appendHex(b, raw []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range raw {
		b = append(b, digits[c>>4], digits[c&15])
	}
	return b
}

func hexOf(raw []byte) string { return string(appendHex(nil, raw)) }

// printable shows a line in a message, shortened, without control characters.
func printable(line []byte) string {
	const most = 120
	s := line
	if len(s) > most {
		s = s[:most]
	}
	if !utf8.Valid(s) {
		return strconv.QuoteToASCII(string(s))
	}
	return strconv.Quote(string(s))
}
