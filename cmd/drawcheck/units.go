package main

import "sort"

// unit is one thing that can be won once.
type unit struct {
	code  string
	cents uint64
}

// units are the prizes in manifest order with every split expanded. Equal prizes
// are not expanded, so a million of them cost nothing.
type units struct {
	lines   []prizeLine
	amounts [][]uint64
	ends    []uint64
}

// expandUnits lists the units of a manifest. The key is needed by splits alone.
func expandUnits(lines []prizeLine, key [32]byte) (units, error) {
	u := units{lines: lines, amounts: make([][]uint64, len(lines))}
	end := uint64(0)
	for i, l := range lines {
		end += l.count
		u.ends = append(u.ends, end)
		if l.method == methodEach {
			continue
		}
		amounts, _, err := l.divide(key)
		if err != nil {
			return units{}, at(l.line, "%v", err)
		}
		u.amounts[i] = amounts
	}
	return u, nil
}

func (u units) count() uint64 {
	if len(u.ends) == 0 {
		return 0
	}
	return u.ends[len(u.ends)-1]
}

// at returns unit i, or the blank when there are fewer.
func (u units) at(i uint64) unit {
	p := sort.Search(len(u.ends), func(p int) bool { return u.ends[p] > i })
	if p == len(u.ends) {
		return unit{code: blankCode}
	}
	l := u.lines[p]
	if l.method == methodEach {
		return unit{code: l.code, cents: l.cents}
	}
	return unit{code: l.code, cents: u.amounts[p][i-(u.ends[p]-l.count)]}
}
