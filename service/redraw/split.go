package redraw

import "slices"

// SplitMode is how an amount is divided over packets.
type SplitMode string

// The two ways of section 5.
const (
	SplitNone SplitMode = ""     // every prize of the line is worth the same
	SplitBox  SplitMode = "box"  // between min and max, every legal division equally likely
	SplitOpen SplitMode = "open" // at least min, a few large ones, max only if one is set
)

// These bound the work of one split to about a minute, so that a manifest with a
// hopeless max is refused and cannot hang whoever checks it. An honest box needs
// about sqrt(packets) attempts.
const (
	maxSplitWords    = 1 << 30
	maxSplitAttempts = 1 << 20
)

// checkSplit tells whether a division exists at all and, for box, whether max
// lies within 10 % of 2*mean-min: outside it the attempts would hardly ever end.
func (p Prize) checkSplit() error {
	k, b := p.Count, p.Fen
	if p.MinFen < 0 || p.MaxFen < 0 || k < 1 || b > maxFen || k > maxUnits || p.MinFen > b/k {
		return ErrSplitImpossible
	}
	if p.MaxFen != 0 && (p.MaxFen < p.MinFen || p.MaxFen < (b+k-1)/k) {
		return ErrSplitImpossible
	}
	if p.Split == SplitOpen {
		return nil
	}
	if p.Split != SplitBox || p.MaxFen == 0 || p.MaxFen > maxFen/k {
		return ErrSplitImpossible
	}
	ideal := 2*b - k*p.MinFen
	if off := k*p.MaxFen - ideal; off*10 > ideal || -off*10 > ideal {
		return ErrSplitImpossible
	}
	return nil
}

// Amounts divides the total of a split line over its packets, in fen, in unit
// order; the label of the stream is "split " and the code.
func (p Prize) Amounts(key Key) ([]int64, error) {
	amounts, _, err := p.split(NewStream(key, "split "+p.Code))
	return amounts, err
}

func (p Prize) split(s *Stream) (amounts []int64, attempts int, err error) {
	if err := p.checkSplit(); err != nil {
		return nil, 0, err
	}
	amounts = make([]int64, p.Count)
	attempt := p.tryOpen
	if p.Split == SplitBox {
		attempt = p.tryBox
	}
	for attempts < maxSplitAttempts && s.used < maxSplitWords {
		attempts++
		before := s.used
		if attempt(s, amounts) {
			return amounts, attempts, nil
		}
		if s.used == before {
			break // no word was used, so the next attempt would be the same
		}
	}
	return nil, attempts, ErrSplitTooRare
}

func (p Prize) tryBox(s *Stream, amounts []int64) bool {
	width := uint64(p.MaxFen - p.MinFen + 1)
	rest := p.Fen
	last := len(amounts) - 1
	for i := range last {
		amounts[i] = p.MinFen + int64(s.Uniform(width))
		rest -= amounts[i]
	}
	amounts[last] = rest
	return p.MinFen <= rest && rest <= p.MaxFen
}

func (p Prize) tryOpen(s *Stream, amounts []int64) bool {
	last := len(amounts) - 1
	n := p.Fen - p.Count*p.MinFen + p.Count - 1
	deal := newSparseDeal(uint64(n)) // few bars among many places
	for i := range last {
		bar, _ := deal.Next(s)
		amounts[i] = int64(bar)
	}
	slices.Sort(amounts[:last])
	amounts[last] = n
	before, legal := int64(-1), true
	for i, bar := range amounts {
		amounts[i] = bar - before - 1 + p.MinFen
		before = bar
		legal = legal && (p.MaxFen == 0 || amounts[i] <= p.MaxFen)
	}
	return legal
}
