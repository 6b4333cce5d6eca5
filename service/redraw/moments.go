package redraw

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
)

// Moment is the instant at which a unit becomes winnable.
type Moment struct {
	At   int64 // unix milliseconds, in [opens, closes)
	Unit int64
}

// Moments is the committed list of winning moments, sorted by (ms, unit). It never
// changes once made; who has claimed what is Claims.
type Moments struct {
	list  []Moment
	units *Units
	key   Key                       // of the nonces
	tree  func() (*leafTree, error) // made once, when first asked for
}

// NewMoments spreads the units of the prize list over [opensAt, closesAt).
func NewMoments(key Key, prizes []Prize, opensAt, closesAt int64) (*Moments, error) {
	units, err := NewUnits(key, prizes)
	if err != nil {
		return nil, err
	}
	s := NewStream(key, "moments")
	m := &Moments{list: make([]Moment, units.Len()), units: units, key: key}
	for u := range m.list {
		m.list[u] = Moment{At: opensAt + int64(s.Uniform(uint64(closesAt-opensAt))), Unit: int64(u)}
	}
	slices.SortFunc(m.list, func(a, b Moment) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Unit, b.Unit))
	})
	m.tree = sync.OnceValues(func() (*leafTree, error) { return newLeafTree(m.Len(), m.leaves) })
	return m, nil
}

// Commit computes the root over the sorted list, which the log's moments line carries.
func (m *Moments) Commit() (Hash, error) {
	tree, err := m.tree()
	if err != nil {
		return Hash{}, err
	}
	return tree.root, nil
}

// Len gives the number of moments, one a unit.
func (m *Moments) Len() int64 { return int64(len(m.list)) }

// At gives moment i of the sorted list.
func (m *Moments) At(i int64) Moment { return m.list[i] }

// Ticket gives the prize of moment i of the sorted list.
func (m *Moments) Ticket(i int64) Ticket {
	code, fen := m.units.At(m.list[i].Unit)
	return Ticket{Pos: i, Code: code, Fen: fen}
}

// AppendLeaf appends leaf i: "i ms code cents nonce".
func (m *Moments) AppendLeaf(dst []byte, i int64) []byte { return m.leaves()(dst, i) }

func (m *Moments) leaves() leafFunc {
	nonces := newBlocks(m.key, "nonce")
	return func(dst []byte, i int64) []byte {
		dst = append(strconv.AppendInt(dst, i, 10), ' ')
		dst = strconv.AppendInt(dst, m.list[i].At, 10)
		return appendLeafEnd(dst, m.Ticket(i), nonces.at(uint64(i)))
	}
}

// Proof proves one moment under the root.
func (m *Moments) Proof(i int64) (LeafProof, error) {
	tree, err := m.tree()
	if err != nil {
		return LeafProof{}, err
	}
	return tree.proof(i)
}

// Claims is how far the moments of a round have been claimed. Plays come in log
// order with times that never decrease and take the earliest moment, so one
// number is the whole state: what the round's row stores.
type Claims struct {
	Next int64 // the earliest unclaimed moment
}

// Claim gives a play at the instant at its moment, if one is due and unclaimed.
func (c *Claims) Claim(m *Moments, at int64) (Ticket, bool) {
	if c.Next >= m.Len() || m.list[c.Next].At > at {
		return Ticket{}, false
	}
	c.Next++
	return m.Ticket(c.Next - 1), true
}
