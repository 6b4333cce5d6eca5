package redraw

// denseDeal is the largest n that a Deal keeps as a table (64 MB); above it, and
// for a few outputs of a very large n, a map of the moved numbers is smaller.
const denseDeal = 1 << 24

// Deal is a forward Fisher-Yates shuffle of 0..n-1 that is played one output at a
// time, so that the first thousand of a million cost a thousand steps. The stream
// may change between outputs: a level 1 deck continues one Deal with a new stream
// for every batch.
type Deal struct {
	n, next uint64
	table   []uint32
	moved   map[uint64]uint64
}

// NewDeal starts deal(n).
func NewDeal(n uint64) *Deal {
	if n > denseDeal {
		return newSparseDeal(n)
	}
	return &Deal{n: n, table: identity(n)}
}

func newSparseDeal(n uint64) *Deal { return &Deal{n: n, moved: map[uint64]uint64{}} }

// Left gives how many outputs remain.
func (d *Deal) Left() uint64 { return d.n - d.next }

// Next gives the next output; false when all n have been given.
func (d *Deal) Next(s *Stream) (uint64, bool) {
	if d.next == d.n {
		return 0, false
	}
	i := d.next
	j := i + s.Uniform(d.n-i)
	d.next++
	if d.table != nil {
		d.table[i], d.table[j] = d.table[j], d.table[i]
		return uint64(d.table[i]), true
	}
	out := d.at(j)
	if j != i {
		d.moved[j] = d.at(i)
	}
	delete(d.moved, i)
	return out, true
}

func (d *Deal) at(i uint64) uint64 {
	if v, ok := d.moved[i]; ok {
		return v
	}
	return i
}

// Shuffle gives all outputs of deal(n) at once.
func Shuffle(s *Stream, n uint32) []uint32 {
	a := identity(uint64(n))
	for i := range a {
		j := uint64(i) + s.Uniform(uint64(len(a)-i))
		a[i], a[j] = a[j], a[i]
	}
	return a
}

func identity(n uint64) []uint32 {
	a := make([]uint32, n)
	for i := range a {
		a[i] = uint32(i)
	}
	return a
}
