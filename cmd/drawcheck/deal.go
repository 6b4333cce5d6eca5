package main

// deal is a forward Fisher-Yates shuffle of 0..n-1 that is dealt one output at a
// time. It takes the stream at each step because a level 1 round continues one
// deal with a new stream for each batch.
type deal struct {
	n, next uint64
	dense   []uint32
	sparse  map[uint64]uint64
}

// sparseBelow is the share of outputs wanted (1 in 16) below which remembering
// only the swapped places is cheaper than holding all of them.
const sparseBelow = 16

// newDeal prepares to give up to want outputs out of n.
func newDeal(n, want uint64) *deal {
	d := &deal{n: n}
	if n > maxTickets || want < n/sparseBelow {
		d.sparse = make(map[uint64]uint64)
		return d
	}
	d.dense = make([]uint32, n)
	for i := range d.dense {
		d.dense[i] = uint32(i)
	}
	return d
}

// draw returns the next output, and false when all n are dealt.
func (d *deal) draw(s *stream) (uint64, bool) {
	if d.next == d.n {
		return 0, false
	}
	i := d.next
	j := i + s.uniform(d.n-i)
	d.next++
	if d.dense != nil {
		d.dense[i], d.dense[j] = d.dense[j], d.dense[i]
		return uint64(d.dense[i]), true
	}
	out := d.held(j)
	d.sparse[j] = d.held(i)
	delete(d.sparse, i)
	return out, true
}

func (d *deal) held(i uint64) uint64 {
	if v, ok := d.sparse[i]; ok {
		return v
	}
	return i
}

// shuffled returns the whole deal: the ticket at each position.
func shuffled(n uint64, s *stream) []uint32 {
	d := newDeal(n, n)
	for {
		if _, ok := d.draw(s); !ok {
			return d.dense
		}
	}
}
