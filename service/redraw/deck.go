package redraw

import (
	"encoding/hex"
	"strconv"
	"sync"
)

// Ticket is what one position of a deck holds.
type Ticket struct {
	Pos   int64
	Code  string // "-" for a blank
	Fen   int64
	Blank bool
}

// Deck is the shuffled, committed deck of an instant lottery. It keeps four bytes
// a ticket and the amounts of splits; leaves are computed when asked for. Once
// made it never changes, so any number of goroutines may read it.
type Deck struct {
	order []uint32 // position -> ticket; a ticket below units.Len() is that unit
	units *Units
	key   Key                       // of the nonces
	tree  func() (*leafTree, error) // made once, when first asked for
}

// NewDeck shuffles the deck of a round: tickets is prizes plus blanks. The root is
// computed by Commit.
func NewDeck(key Key, prizes []Prize, tickets int64) (*Deck, error) {
	units, err := NewUnits(key, prizes)
	if err != nil {
		return nil, err
	}
	if tickets < units.Len() || tickets > maxTickets {
		return nil, ErrTooLarge
	}
	order := Shuffle(NewStream(key, "deck"), uint32(tickets))
	d := &Deck{order: order, units: units, key: key}
	d.tree = sync.OnceValues(func() (*leafTree, error) { return newLeafTree(d.Len(), d.leaves) })
	return d, nil
}

// Commit computes the root over every ticket, which the log's deck line carries.
// Only positions are needed to play, so a restarted server may skip it until the
// first receipt.
func (d *Deck) Commit() (Hash, error) {
	tree, err := d.tree()
	if err != nil {
		return Hash{}, err
	}
	return tree.root, nil
}

// Len gives the number of tickets, blanks included.
func (d *Deck) Len() int64 { return int64(len(d.order)) }

// At gives the ticket at a position, 0 <= pos < Len.
func (d *Deck) At(pos int64) Ticket {
	t := int64(d.order[pos])
	if t >= d.units.Len() {
		return Ticket{Pos: pos, Code: blank, Blank: true}
	}
	code, fen := d.units.At(t)
	return Ticket{Pos: pos, Code: code, Fen: fen}
}

// AppendLeaf appends leaf pos: "pos code cents nonce".
func (d *Deck) AppendLeaf(dst []byte, pos int64) []byte { return d.leaves()(dst, pos) }

func (d *Deck) leaves() leafFunc {
	nonces := newBlocks(d.key, "nonce")
	return func(dst []byte, pos int64) []byte {
		t := d.At(pos)
		dst = strconv.AppendInt(dst, pos, 10)
		return appendLeafEnd(dst, t, nonces.at(uint64(pos)))
	}
}

// Proof proves one ticket under the root.
func (d *Deck) Proof(pos int64) (LeafProof, error) {
	tree, err := d.tree()
	if err != nil {
		return LeafProof{}, err
	}
	return tree.proof(pos)
}

func appendLeafEnd(dst []byte, t Ticket, nonce []byte) []byte {
	dst = append(append(append(dst, ' '), t.Code...), ' ')
	dst = append(strconv.AppendInt(dst, t.Fen, 10), ' ')
	return hex.AppendEncode(dst, nonce[:16])
}

// Picks gives the positions that the batches of a level 1 deck draw. It is one
// deal through the whole round, so after a restart every batch is played again,
// in order, with its beat's beta.
type Picks struct {
	key  Key
	deal *Deal
}

// NewPicks starts the picks of a deck of so many tickets.
func NewPicks(key Key, tickets int64) *Picks {
	return &Picks{key: key, deal: NewDeal(uint64(tickets))}
}

// Left gives how many tickets nobody has drawn.
func (p *Picks) Left() int64 { return int64(p.deal.Left()) }

// Batch appends the positions drawn by the n plays of one batch, in ask order;
// fewer when the tickets run out.
func (p *Picks) Batch(dst []int64, beta [64]byte, n int) []int64 {
	s := NewStream(Key(macOf(p.key[:], []byte("redraw/v1 beat\n"), beta[:])), "pick")
	for range n {
		pos, ok := p.deal.Next(s)
		if !ok {
			break
		}
		dst = append(dst, int64(pos))
	}
	return dst
}
