package main

import (
	"path/filepath"
	"slices"
)

// chained is a round of an activity with the directory it came from.
type chained struct {
	dir string
	m   *manifest
}

// checkRounds checks each directory, then that together they are a whole activity.
func (r *report) checkRounds(dirs []string, keysFile, origin string) {
	var rounds []chained
	for _, dir := range dirs {
		if m := r.checkRound(dir, keysFile, origin); m != nil {
			rounds = append(rounds, chained{dir, m})
		}
	}
	switch {
	case len(dirs) == 1 && len(rounds) == 1:
		r.admitAlone(rounds[0])
	case len(dirs) > 1 && len(rounds) == len(dirs):
		r.checkChain(rounds)
	}
}

// admitAlone says that one round cannot show that no other was kept back.
func (r *report) admitAlone(c chained) {
	if c.m.number > 1 {
		r.note(filepath.Join(c.dir, "open.note"), phrase{
			"the rounds before number %d were not given, so the chain of rounds is not checked",
			"未提供第 %d 场之前的场次，前后相接未核对"}, c.m.number)
	}
}

// checkChain checks the numbers 1,2,3 and the hashes that join them. Order of the
// directories does not matter.
func (r *report) checkChain(rounds []chained) {
	slices.SortStableFunc(rounds, func(a, b chained) int {
		if a.m.number < b.m.number {
			return -1
		}
		if a.m.number > b.m.number {
			return 1
		}
		return 0
	})
	for i, c := range rounds {
		file := filepath.Join(c.dir, "open.note")
		if want := uint64(i + 1); c.m.number != want {
			r.fail(file, checkChain, at(c.m.roundLine, "round number %d where %d is expected", c.m.number, want))
			return
		}
		if i > 0 && c.m.prev != hexOf(rounds[i-1].m.hash[:]) {
			r.fail(file, checkChain, at(c.m.prevLine, "prev is not the hash of %s, which is %x",
				filepath.Join(rounds[i-1].dir, "open.note"), rounds[i-1].m.hash))
			return
		}
	}
	last := rounds[len(rounds)-1]
	r.ok(filepath.Join(last.dir, "open.note"), checkChain, phrase{"1 to %d", "第 1 至 %d 场"}, len(rounds))
}
