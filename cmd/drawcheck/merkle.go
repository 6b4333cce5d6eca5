package main

import "golang.org/x/mod/sumdb/tlog"

// tree is the RFC 6962 Merkle tree of the leaves added so far. It holds one hash
// for each complete subtree, so a log of any length fits.
type tree struct {
	size  uint64
	peaks []tlog.Hash
}

func (t *tree) add(leaf []byte) {
	h := tlog.RecordHash(leaf)
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.peaks) - 1
		h = tlog.NodeHash(t.peaks[last], h)
		t.peaks = t.peaks[:last]
	}
	t.peaks = append(t.peaks, h)
	t.size++
}

// root returns the head of a tree of one leaf or more.
func (t *tree) root() tlog.Hash {
	last := len(t.peaks) - 1
	if last < 0 {
		return tlog.Hash{}
	}
	h := t.peaks[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(t.peaks[i], h)
	}
	return h
}
