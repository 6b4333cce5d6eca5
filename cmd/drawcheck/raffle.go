package main

import (
	"errors"
	"sort"
)

var (
	errNobodyLeft = errors.New("nobody is left to rank")
	errTooSkewed  = errors.New("the weights are too many and too unequal for this tool to rank")
)

// maxSparseDraws bounds the memory of a deal over more than maxTickets weights.
const maxSparseDraws = 1 << 24

// raffle ranks the entrants of a round and follows who holds each prize.
type raffle struct {
	entries []entry
	deal    *deal
	stream  *stream
	chosen  map[[32]byte]bool
	ranked  []uint64          // entry of each rank so far
	holders map[uint64]uint64 // rank -> unit
	opened  []vacancy         // by void, in order
	filled  uint64            // how many of them a substitute took over
	units   uint64
}

// vacancy is a prize that its winner lost.
type vacancy struct{ rank, unit uint64 }

// newRaffle prepares to rank entrants, the first unitCount of whom win.
func newRaffle(entries []entry, key [32]byte, unitCount uint64) *raffle {
	weight := uint64(0)
	if len(entries) > 0 {
		weight = entries[len(entries)-1].end
	}
	return &raffle{
		entries: entries,
		deal:    newDeal(weight, weight),
		stream:  newStream(key, kindRaffle),
		chosen:  map[[32]byte]bool{},
		holders: map[uint64]uint64{},
		units:   unitCount,
	}
}

// at returns the entry of rank r, or errNobodyLeft when fewer people took part.
// Anyone already ranked is passed over, whichever of their entries comes up.
func (f *raffle) at(r uint64) (uint64, error) {
	for uint64(len(f.ranked)) <= r {
		if f.deal.sparse != nil && f.deal.next == maxSparseDraws {
			return 0, errTooSkewed
		}
		slot, ok := f.deal.draw(f.stream)
		if !ok {
			return 0, errNobodyLeft
		}
		e := sort.Search(len(f.entries), func(e int) bool { return f.entries[e].end > slot })
		if who := f.entries[e].who; !f.chosen[who] {
			f.chosen[who] = true
			f.ranked = append(f.ranked, uint64(e))
		}
	}
	return f.ranked[r], nil
}

// award records that rank r holds unit r; ranks after the last unit hold none.
func (f *raffle) award(r uint64) {
	if r < f.units {
		f.holders[r] = r
	}
}

// void takes the prize of rank r away and returns its unit, or false when r holds none.
func (f *raffle) void(r uint64) (uint64, bool) {
	u, ok := f.holders[r]
	if ok {
		delete(f.holders, r)
		f.opened = append(f.opened, vacancy{rank: r, unit: u})
	}
	return u, ok
}

// takeover is a substitute receiving the prize of a voided rank.
type takeover struct{ voided, rank, entry, unit uint64 }

// substitute hands the earliest vacancy to the next substitute. It returns
// errNobodyLeft when nothing is vacant or no substitute is left.
func (f *raffle) substitute() (takeover, error) {
	if f.filled == uint64(len(f.opened)) {
		return takeover{}, errNobodyLeft
	}
	v := f.opened[f.filled]
	rank := f.units + f.filled
	e, err := f.at(rank)
	if err != nil {
		return takeover{}, err
	}
	f.filled++
	f.holders[rank] = v.unit
	return takeover{voided: v.rank, rank: rank, entry: e, unit: v.unit}, nil
}
