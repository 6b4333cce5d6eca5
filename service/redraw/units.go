package redraw

import "sort"

// The largest sizes this package works with; more is split into several rounds.
const (
	maxUnits   = 100_000_000
	maxTickets = 100_000_000
	maxFen     = 1_000_000_000_000_000 // ten trillion yuan: any sum of these fits an int64
)

// Units is the expanded prize list: unit 0,1,2... in manifest order, a split
// expanded into its amounts. It stores split amounts only, so a million equal
// prizes cost nothing.
type Units struct {
	lines []unitLine
	size  int64
}

type unitLine struct {
	start   int64
	code    string
	fen     int64
	amounts []int64
}

// NewUnits expands the prize list. The key is used for splits alone; a queue,
// which has no splits, passes the zero Key.
func NewUnits(key Key, prizes []Prize) (*Units, error) {
	u := &Units{}
	for _, p := range prizes {
		line := unitLine{start: u.size, code: p.Code, fen: p.Fen}
		if p.Split != SplitNone {
			amounts, err := p.Amounts(key)
			if err != nil {
				return nil, err
			}
			line.amounts = amounts
		}
		u.lines = append(u.lines, line)
		u.size += p.Count
		if p.Count < 1 || u.size > maxUnits {
			return nil, ErrTooLarge
		}
	}
	return u, nil
}

// Len gives how many units there are.
func (u *Units) Len() int64 { return u.size }

// At gives the prize code and amount in fen of unit i, 0 <= i < Len.
func (u *Units) At(i int64) (code string, fen int64) {
	n := sort.Search(len(u.lines), func(n int) bool { return u.lines[n].start > i }) - 1
	line := &u.lines[n]
	if line.amounts != nil {
		return line.code, line.amounts[i-line.start]
	}
	return line.code, line.fen
}
