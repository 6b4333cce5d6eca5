package evening

import (
	"maps"
	"sync"
	"time"

	"nianwei/cmd/festival/internal/client"
)

// figures are a row's numbers as a season's report prints them.
type figures struct {
	Participations int64 `json:"participations"`
	People         int64 `json:"people"`
	Works          int64 `json:"works"`
	Plays          int64 `json:"plays"`
	Prizes         int64 `json:"prizes"`
	AmountFen      int64 `json:"amountFen"`
}

// unionFigures are figures of one union.
type unionFigures struct {
	Participations, People, Prizes, AmountFen int64
}

// tally counts what the product has acknowledged in one round, and nothing else.
type tally struct {
	mu      sync.Mutex
	figures figures
	sorry   int64 // plays that were told that all is gone
	people  map[int]bool
	entries map[int64]*guest // by number of the entry
	plays   map[int64]client.Play
	winners map[int]int64 // wins by guest
	amounts map[int64]int64
	unions  map[int64]unionFigures
	first   time.Time
	last    time.Time
	paths   unionPaths
}

func newTally(paths unionPaths) *tally {
	return &tally{people: map[int]bool{}, entries: map[int64]*guest{}, plays: map[int64]client.Play{}, winners: map[int]int64{},
		amounts: map[int64]int64{}, unions: map[int64]unionFigures{}, paths: paths}
}

// took notes an entry that counts.
func (t *tally) took(v *verdict, g *guest, entry int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	other, twice := t.entries[entry]
	v.expect(!twice || other == g, "entry %d was acknowledged to two people", entry)
	if twice {
		return
	}
	t.entries[entry] = g
	t.figures.Participations++
	u := t.unions[t.paths[g.Union]]
	u.Participations++
	if !t.people[g.No] {
		t.people[g.No] = true
		t.figures.People++
		u.People++
	}
	t.unions[t.paths[g.Union]] = u
}

func (t *tally) greeted(v *verdict, g *greeter) {
	t.took(v, g.guest, g.entryID)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.figures.Works++
	t.last = time.Now()
	if t.first.IsZero() {
		t.first = t.last
	}
}

func (t *tally) played(v *verdict, g *greeter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, twice := t.plays[g.play.Seq]
	v.expect(!twice, "play %d was acknowledged twice", g.play.Seq)
	t.plays[g.play.Seq] = *g.play
	t.figures.Plays++
	if g.play.Won {
		t.won(g.guest, g.play.AmountFen)
	}
}

// won notes a prize; the caller holds the lock.
func (t *tally) won(g *guest, fen int64) {
	t.figures.Prizes++
	t.figures.AmountFen += fen
	t.amounts[fen]++
	t.winners[g.No]++
	u := t.unions[t.paths[g.Union]]
	u.Prizes++
	u.AmountFen += fen
	t.unions[t.paths[g.Union]] = u
}

func (t *tally) drew(g *guest, fen int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.won(g, fen)
}

func (t *tally) gone() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sorry++
}

// sum gives the figures as they stand.
func (t *tally) sum() figures {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.figures
}

// byUnion gives the figures of every union.
func (t *tally) byUnion() map[int64]unionFigures {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.unions)
}

// greedy gives how many have won more often than cap.
func (t *tally) greedy(most int64) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, wins := range t.winners {
		if wins > most {
			n++
		}
	}
	return n
}

// owner gives whose entry it is.
func (t *tally) owner(entry int64) *guest {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.entries[entry]
}
