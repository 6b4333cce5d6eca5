package redraw

import "bytes"

// Word is the first word of a log line.
type Word string

// The words of section 4.
const (
	WordOpen    Word = "open"
	WordEntropy Word = "entropy"
	WordDeck    Word = "deck"
	WordMoments Word = "moments"
	WordAsk     Word = "ask"
	WordBeat    Word = "beat"
	WordWon     Word = "won"
	WordEnter   Word = "enter"
	WordClose   Word = "close"
	WordReveal  Word = "reveal"
	WordRank    Word = "rank"
	WordVoid    Word = "void"
	WordSub     Word = "sub"
	WordTotal   Word = "total"
	WordEnd     Word = "end"
)

// Line is a log line that has been read. Only the fields that its word has are
// set. Slices point into the line that was parsed.
type Line struct {
	Word   Word
	Seq    int64    // ask, won, enter: number of the play; beat: b; rank, void, sub: the rank
	Pos    int64    // won: the position, -1 for none; sub: the new rank; beat: size; deck, moments: count
	Entry  int64    // rank, sub
	Weight int64    // enter
	At     int64    // ask, enter, close: unix milliseconds
	Count  int64    // close: plays or entries; total: wins
	Fen    int64    // won, rank, total
	Hash   Hash     // open: manifest; deck, moments: root; ask, enter: who; reveal: the secret
	Pi     VRFProof // beat
	Code   []byte   // won, rank; void: the reason; entropy: the source
	Value  []byte   // entropy
}

// ParseLine reads one line, without its LF, exactly as the encoders write it.
func ParseLine(line []byte) (Line, bool) {
	var l Line
	f := fieldReader{rest: line, ok: true}
	word := f.next()
	switch string(word) {
	case "open":
		l.Word, l.Hash = WordOpen, f.hash()
	case "entropy":
		l.Word, l.Code, l.Value = WordEntropy, f.token(), f.token()
	case "deck":
		l.Word, l.Pos, l.Hash = WordDeck, f.number(), f.hash()
	case "moments":
		l.Word, l.Pos, l.Hash = WordMoments, f.number(), f.hash()
	case "ask":
		l.Word, l.Seq, l.Hash, l.At = WordAsk, f.number(), f.hash(), f.number()
	case "beat":
		l.Word, l.Seq, l.Pos = WordBeat, f.number(), f.number()
		f.ok = parseHex(l.Pi[:], f.next()) && f.ok
	case "won":
		l.Word, l.Seq, l.Pos, l.Code, l.Fen = WordWon, f.number(), f.numberOrDash(), f.token(), f.number()
	case "enter":
		l.Word, l.Seq, l.Hash, l.Weight, l.At = WordEnter, f.number(), f.hash(), f.number(), f.number()
	case "close":
		l.Word, l.At, l.Count = WordClose, f.number(), f.number()
	case "reveal":
		l.Word, l.Hash = WordReveal, f.hash()
	case "rank":
		l.Word, l.Seq, l.Entry, l.Code, l.Fen = WordRank, f.number(), f.number(), f.token(), f.number()
	case "void":
		l.Word, l.Seq, l.Code = WordVoid, f.number(), f.token()
	case "sub":
		l.Word, l.Seq, l.Pos, l.Entry = WordSub, f.number(), f.number(), f.number()
	case "total":
		l.Word, l.Count, l.Fen = WordTotal, f.number(), f.number()
	case "end":
		l.Word = WordEnd
	default:
		return Line{}, false
	}
	return l, f.ok && f.done
}

// fieldReader walks over the fields of a line; ok turns false at the first that is
// missing or wrong.
type fieldReader struct {
	rest []byte
	done bool // the last field has been taken
	ok   bool
}

func (f *fieldReader) next() []byte {
	if f.done {
		f.ok = false
		return nil
	}
	field, rest, more := bytes.Cut(f.rest, []byte{' '})
	f.rest, f.done = rest, !more
	return field
}

func (f *fieldReader) number() int64 {
	n, ok := parseDecimal(f.next())
	f.ok = f.ok && ok
	return n
}

func (f *fieldReader) numberOrDash() int64 {
	field := f.next()
	if len(field) == 1 && field[0] == '-' {
		return -1
	}
	n, ok := parseDecimal(field)
	f.ok = f.ok && ok
	return n
}

func (f *fieldReader) hash() Hash {
	h, ok := parseHash(f.next())
	f.ok = f.ok && ok
	return h
}

func (f *fieldReader) token() []byte {
	field := f.next()
	f.ok = f.ok && isToken(field)
	return field
}
