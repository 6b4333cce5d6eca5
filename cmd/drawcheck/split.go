package main

import (
	"errors"
	"slices"
)

// maxSplitWords ends a split whose limits are so tight that trying again would go
// on for hours; no honest split comes near it.
const maxSplitWords = 1 << 31

// errSplitEndless is returned when a split did not succeed within maxSplitWords.
var errSplitEndless = errors.New("the split finds no legal division in two thousand million numbers")

// divide splits total cents over count packets with the key's own stream for the
// code. tries says how many attempts it took. Amounts are in the order of the units.
func (l prizeLine) divide(key [32]byte) (amounts []uint64, tries int, err error) {
	s := newStream(key, "split "+l.code)
	amounts = make([]uint64, l.count)
	for s.words < maxSplitWords {
		tries++
		if l.method == methodBox && l.tryBox(s, amounts) {
			return amounts, tries, nil
		}
		if l.method == methodOpen && l.tryOpen(s, amounts) {
			return amounts, tries, nil
		}
		if s.words == 0 {
			break
		}
	}
	return nil, tries, errSplitEndless
}

// tryBox draws all packets but the last between min and max and says whether the
// remainder is legal too. Keeping only such attempts makes every division equally likely.
func (l prizeLine) tryBox(s *stream, amounts []uint64) bool {
	left := int64(l.cents)
	last := len(amounts) - 1
	for i := range last {
		amounts[i] = l.min + s.uniform(l.max-l.min+1)
		left -= int64(amounts[i])
	}
	if left < int64(l.min) || left > int64(l.max) {
		return false
	}
	amounts[last] = uint64(left)
	return true
}

// tryOpen throws count-1 bars among what is left above the minimum and says
// whether no gap exceeds the maximum.
func (l prizeLine) tryOpen(s *stream, amounts []uint64) bool {
	n := l.cents - l.count*l.min + l.count - 1
	d := newDeal(n, l.count-1)
	bars := make([]uint64, l.count-1)
	for i := range bars {
		bars[i], _ = d.draw(s)
	}
	slices.Sort(bars)
	from := uint64(0)
	for i := range amounts {
		bar := n
		if i < len(bars) {
			bar = bars[i]
		}
		amounts[i] = bar - from + l.min
		if l.max != 0 && amounts[i] > l.max {
			return false
		}
		from = bar + 1
	}
	return true
}
