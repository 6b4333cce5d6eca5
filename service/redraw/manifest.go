package redraw

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// Kind is one of the four draws.
type Kind string

// The four kinds of section 5.
const (
	KindDeck    Kind = "deck"    // instant lottery from a committed, shuffled deck
	KindRaffle  Kind = "raffle"  // N of the entrants, after close
	KindMoments Kind = "moments" // winning moments spread over the window
	KindQueue   Kind = "queue"   // first come, first served
)

func (k Kind) known() bool {
	return k == KindDeck || k == KindRaffle || k == KindMoments || k == KindQueue
}

// Manifest is what is signed and published before a round opens. It says what can
// be won, by whom and when, and binds the operator to a secret.
type Manifest struct {
	Round    string // id of the round, one token
	Number   int64  // 1,2,3... within the activity, without gaps
	Prev     *Hash  // hash of the manifest of the round before; nil for number 1
	Kind     Kind
	OpensAt  int64     // unix milliseconds, inclusive
	ClosesAt int64     // exclusive
	Commit   *Hash     // nil for a queue
	Witness  *[32]byte // the auditor's VRF key at level 1; nil at level 0
	Sources  []string  // ids of public numbers, in the order in which they enter X
	Prizes   []Prize
	Tickets  int64 // deck only: prizes and blanks
	Cap      int64 // wins per person in this round
	Rules    Hash  // of the published rules text
	TotalFen int64 // sum of the prize lines
}

// Prize is one prize or split line. For a prize, Fen is what each is worth; for a
// split, it is the total that Count packets divide.
type Prize struct {
	Code   string
	Count  int64
	Fen    int64
	Split  SplitMode
	MinFen int64
	MaxFen int64 // 0: none
	Name   string
}

// TotalFen is what the whole line is worth.
func (p Prize) TotalFen() int64 {
	if p.Split != SplitNone {
		return p.Fen
	}
	return p.Count * p.Fen
}

// UnitCount gives how many units the prize list expands to.
func (m *Manifest) UnitCount() int64 {
	var n int64
	for _, p := range m.Prizes {
		n += p.Count
	}
	return n
}

// Level is 1 when the auditor's witness decides each batch, 0 otherwise.
func (m *Manifest) Level() int {
	if m.Witness != nil {
		return 1
	}
	return 0
}

// Contains tells whether an instant lies in the half-open window.
func (m *Manifest) Contains(at int64) bool { return m.OpensAt <= at && at < m.ClosesAt }

// Encode gives the exact text to sign. Only a manifest that Validate accepts is
// read back by ParseManifest, byte for byte the same.
func (m *Manifest) Encode() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "redraw/v1 open\nround %s %d\nprev %s\nkind %s\n", m.Round, m.Number, hexOrDash(m.Prev), m.Kind)
	fmt.Fprintf(&b, "opens %d\ncloses %d\n", m.OpensAt, m.ClosesAt)
	fmt.Fprintf(&b, "commit %s\nwitness %s\n", hexOrDash(m.Commit), hexOrDash(m.Witness))
	for _, s := range m.Sources {
		fmt.Fprintf(&b, "entropy %s\n", s)
	}
	for _, p := range m.Prizes {
		b.WriteString(p.line())
	}
	if m.Kind == KindDeck {
		fmt.Fprintf(&b, "tickets %d\n", m.Tickets)
	}
	fmt.Fprintf(&b, "cap %d\nrules %x\ntotal %d\n", m.Cap, m.Rules, m.TotalFen)
	return []byte(b.String())
}

func (p Prize) line() string {
	if p.Split == SplitNone {
		return fmt.Sprintf("prize %s %d %d %s\n", p.Code, p.Count, p.Fen, p.Name)
	}
	return fmt.Sprintf("split %s %d %d %d %d %s %s\n", p.Code, p.Count, p.Fen, p.MinFen, p.MaxFen, p.Split, p.Name)
}

func hexOrDash(h *[32]byte) string {
	if h == nil {
		return blank
	}
	return hex.EncodeToString(h[:])
}
