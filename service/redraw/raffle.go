package redraw

import (
	"math"
	"sort"
)

// Entrants is the frozen list of a raffle, in the order of its enter lines.
type Entrants struct {
	who  []Hash
	upTo []uint64 // sum of the weights up to and including each entry
}

// Enter adds the next entry; the same who may enter several times.
func (e *Entrants) Enter(who Hash, weight int64) error {
	if weight < 1 || uint64(weight) > math.MaxUint32-e.Weight() || len(e.who) >= math.MaxInt32 {
		return ErrWeight
	}
	e.upTo = append(e.upTo, e.Weight()+uint64(weight))
	e.who = append(e.who, who)
	return nil
}

// Len gives the number of entries.
func (e *Entrants) Len() int64 { return int64(len(e.who)) }

// Who gives the person of an entry.
func (e *Entrants) Who(entry int64) Hash { return e.who[entry] }

// Weight gives the sum of all weights.
func (e *Entrants) Weight() uint64 {
	if len(e.upTo) == 0 {
		return 0
	}
	return e.upTo[len(e.upTo)-1]
}

func (e *Entrants) entryOf(n uint64) int64 {
	return int64(sort.Search(len(e.upTo), func(i int) bool { return e.upTo[i] > n }))
}

func (e *Entrants) people() int {
	seen := make(map[Hash]struct{}, len(e.who))
	for _, w := range e.who {
		seen[w] = struct{}{}
	}
	return len(seen)
}

// Ranking ranks the entrants, as far as somebody asks: winners first, then
// substitutes, already in order. A person is ranked once, whatever they entered.
type Ranking struct {
	entrants *Entrants
	stream   *Stream
	deal     *Deal
	seen     map[Hash]struct{}
	ranked   []int64 // rank -> entry
	skips    int
	people   int // how many can be ranked; 0 until it is worth counting
}

// NewRanking starts the draw over a frozen list; the key is the raffle's own,
// derived with EntriesHash and the public numbers.
func NewRanking(key Key, e *Entrants) *Ranking {
	return &Ranking{
		entrants: e,
		stream:   NewStream(key, "raffle"),
		deal:     NewDeal(e.Weight()),
		seen:     map[Hash]struct{}{},
	}
}

// Entry gives the entry at a rank, counted from 0; false when there are fewer people.
func (r *Ranking) Entry(rank int64) (int64, bool) {
	for int64(len(r.ranked)) <= rank {
		if !r.step() {
			return 0, false
		}
	}
	return r.ranked[rank], true
}

func (r *Ranking) step() bool {
	if r.people > 0 && len(r.ranked) == r.people {
		return false // everybody is ranked: what is left of the deal is skips
	}
	n, ok := r.deal.Next(r.stream)
	if !ok {
		return false
	}
	entry := r.entrants.entryOf(n)
	who := r.entrants.who[entry]
	if _, again := r.seen[who]; again {
		if r.skips++; r.skips == len(r.entrants.who) {
			r.people = r.entrants.people()
		}
		return true
	}
	r.seen[who] = struct{}{}
	r.ranked = append(r.ranked, entry)
	return true
}

// Winners is who holds each unit of a raffle, through voids and substitutes.
type Winners struct {
	units   *Units
	ranking *Ranking
	holds   map[int64]int64 // rank -> unit
	voids   int64
}

// Winner is a rank, the entry that has it and the unit it holds.
type Winner struct {
	Rank, Entry, Unit int64
	Code              string
	Fen               int64
}

// NewWinners gives rank r unit r, for as many units and people as there are.
func NewWinners(units *Units, ranking *Ranking) *Winners {
	w := &Winners{units: units, ranking: ranking, holds: map[int64]int64{}}
	for r := range units.Len() {
		if _, ok := ranking.Entry(r); !ok {
			break
		}
		w.holds[r] = r
	}
	return w
}

// Len gives how many units are held at present.
func (w *Winners) Len() int64 { return int64(len(w.holds)) }

// At gives what a rank holds at present; false for a substitute who has not
// taken over, and for a voided rank.
func (w *Winners) At(rank int64) (Winner, bool) {
	unit, ok := w.holds[rank]
	if !ok {
		return Winner{}, false
	}
	entry, _ := w.ranking.Entry(rank)
	code, fen := w.units.At(unit)
	return Winner{Rank: rank, Entry: entry, Unit: unit, Code: code, Fen: fen}, true
}

// All gives every winner in the order of the units.
func (w *Winners) All() []Winner {
	all := make([]Winner, 0, len(w.holds))
	for r := range w.holds {
		winner, _ := w.At(r)
		all = append(all, winner)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Unit < all[j].Unit })
	return all
}

// Void takes the prize from a rank that holds one and gives it to the next
// substitute: the i-th void to the i-th substitute, and no other winner moves.
// ok is false when no substitute is left; the unit is then not given. Voiding a
// rank that holds nothing is ErrNotWinner.
func (w *Winners) Void(rank int64) (sub Winner, ok bool, err error) {
	unit, held := w.holds[rank]
	if !held {
		return Winner{}, false, ErrNotWinner
	}
	delete(w.holds, rank)
	next := w.units.Len() + w.voids
	w.voids++
	if _, exists := w.ranking.Entry(next); !exists {
		return Winner{}, false, nil
	}
	w.holds[next] = unit
	sub, ok = w.At(next)
	return sub, ok, nil
}
