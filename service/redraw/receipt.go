package redraw

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// Receipt lets a worker check their own play, without the server and without
// trusting it, from the moment it is issued: the play, its result and the
// commitment are in the signed log, the person is they, and the ticket was fixed
// before the round opened.
type Receipt struct {
	Origin     string      `json:"origin"`
	Round      string      `json:"round"`
	Checkpoint string      `json:"checkpoint"` // a signed note
	Proofs     []LeafProof `json:"proofs"`     // ask, won and deck or moments; or enter
	Salt       string      `json:"salt"`       // hex, 16 bytes
	OpenID     string      `json:"openid"`
	Deck       *LeafProof  `json:"deck,omitempty"` // the ticket's or moment's leaf; none if none was used
}

// ReceiptFacts is what a receipt proves.
type ReceiptFacts struct {
	Round  string
	Size   int64 // lines of the log that the checkpoint covers
	Who    Hash
	Seq    int64
	At     int64  // unix milliseconds of the play or entry
	Pos    int64  // -1 for none
	Code   string // "-" for no prize; empty for an entry of a raffle
	Fen    int64
	Weight int64 // raffle
	Fixed  bool  // the ticket is proved to have been fixed before opening: deck and moments, not queue
}

// ErrReceipt says that a receipt is malformed or does not prove what it claims.
var ErrReceipt = errors.New("redraw: the receipt does not hold")

// maxReceipt bounds a receipt; a real one has some ten kilobytes.
const maxReceipt = 1 << 18

// ReceiptPlay is what a receipt is made of.
type ReceiptPlay struct {
	Origin, Round string
	Checkpoint    []byte // the signed note
	Size          int64  // of the checkpoint
	Lines         []ReceiptLine
	Salt          [16]byte
	OpenID        string
	Leaf          *LeafProof // Deck.Proof or Moments.Proof; nil when no position was drawn
}

// ReceiptLine is a log line and its index.
type ReceiptLine struct {
	Index int64
	Line  []byte
}

// NewReceipt assembles a receipt; hashes is the stored tree of the log, at least as
// large as the checkpoint.
func NewReceipt(p ReceiptPlay, hashes tlog.HashReader) (Receipt, error) {
	r := Receipt{
		Origin:     p.Origin,
		Round:      p.Round,
		Checkpoint: string(p.Checkpoint),
		Salt:       hex.EncodeToString(p.Salt[:]),
		OpenID:     p.OpenID,
		Deck:       p.Leaf,
	}
	for _, l := range p.Lines {
		proof, err := NewLeafProof(hashes, p.Size, l.Index, l.Line)
		if err != nil {
			return Receipt{}, err
		}
		r.Proofs = append(r.Proofs, proof)
	}
	return r, nil
}

// ParseReceipt reads the JSON of a receipt; unknown fields and anything after it
// are refused.
func ParseReceipt(text []byte) (Receipt, error) {
	var r Receipt
	if len(text) > maxReceipt {
		return Receipt{}, ErrReceipt
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Receipt{}, errors.Join(ErrReceipt, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Receipt{}, ErrReceipt
	}
	return r, nil
}

// Verify checks a receipt against trusted keys and gives what it proves.
func (r Receipt) Verify(keys Keys) (ReceiptFacts, error) {
	text, err := keys.Open([]byte(r.Checkpoint))
	if err != nil {
		return ReceiptFacts{}, errors.Join(ErrReceipt, err)
	}
	c, err := ParseCheckpoint(text)
	if err != nil || c.Log != LogName(r.Origin, r.Round) {
		return ReceiptFacts{}, ErrReceipt
	}
	lines, err := r.provenLines(c)
	if err != nil {
		return ReceiptFacts{}, err
	}
	facts := ReceiptFacts{Round: r.Round, Size: c.Size, Pos: -1}
	if enter, ok := lines[WordEnter]; ok && len(lines) == 1 && r.Deck == nil {
		facts.Who, facts.Seq, facts.At, facts.Weight = enter.Hash, enter.Seq, enter.At, enter.Weight
	} else if err := r.playFacts(lines, &facts); err != nil {
		return ReceiptFacts{}, err
	}
	var salt [16]byte
	if !parseHex(salt[:], []byte(r.Salt)) || Who(r.Round, salt, r.OpenID) != facts.Who {
		return ReceiptFacts{}, ErrReceipt
	}
	return facts, nil
}

func (r Receipt) provenLines(c Checkpoint) (map[Word]Line, error) {
	lines := map[Word]Line{}
	for _, p := range r.Proofs {
		l, ok := ParseLine([]byte(p.Line))
		_, twice := lines[l.Word]
		if !ok || twice || p.Size != c.Size || p.Check(c.Root) != nil {
			return nil, ErrReceipt
		}
		lines[l.Word] = l
	}
	return lines, nil
}

func (r Receipt) playFacts(lines map[Word]Line, facts *ReceiptFacts) error {
	ask, asked := lines[WordAsk]
	won, answered := lines[WordWon]
	if !asked || !answered || ask.Seq != won.Seq {
		return ErrReceipt
	}
	facts.Who, facts.Seq, facts.At = ask.Hash, ask.Seq, ask.At
	facts.Pos, facts.Code, facts.Fen = won.Pos, string(won.Code), won.Fen
	deck, isDeck := lines[WordDeck]
	moments, isMoments := lines[WordMoments]
	switch {
	case isDeck && !isMoments && len(lines) == 3:
		facts.Fixed = true
		return r.checkLeaf(deck, won, -1)
	case isMoments && !isDeck && len(lines) == 3 && won.Pos >= 0:
		facts.Fixed = true
		return r.checkLeaf(moments, won, ask.At)
	case isMoments && !isDeck && len(lines) == 3: // nothing was due: no leaf to show
		if r.Deck != nil || facts.Code != blank || won.Fen != 0 {
			return ErrReceipt
		}
		return nil
	case !isDeck && !isMoments && len(lines) == 2 && r.Deck == nil && won.Pos >= 0: // queue
		return nil
	}
	return ErrReceipt
}

// checkLeaf checks that the leaf under the committed root is what was won; at is
// the instant of a moments play, -1 for a deck.
func (r Receipt) checkLeaf(committed, won Line, at int64) error {
	if r.Deck == nil || r.Deck.Size != committed.Pos || r.Deck.Index != won.Pos || r.Deck.Check(committed.Hash) != nil {
		return ErrReceipt
	}
	f := fieldReader{rest: []byte(r.Deck.Line), ok: true}
	pos, due := f.number(), int64(-1)
	if at >= 0 {
		due = f.number()
	}
	code, fen := f.token(), f.number()
	var nonce [16]byte
	f.ok = parseHex(nonce[:], f.next()) && f.ok && f.done
	if !f.ok || pos != won.Pos || due > at || !bytes.Equal(code, won.Code) || fen != won.Fen {
		return ErrReceipt
	}
	return nil
}
