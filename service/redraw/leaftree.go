package redraw

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// tileLevel is the height below which subtrees are not stored but computed again
// from their leaves: 16 leaves a tile keep a tree of a million at 4 MB and a proof
// at some 20 leaf hashes.
const tileLevel = 4

// leafTree is the tree over leaves that can be computed at any time. Its
// methods may be called by several goroutines at once.
type leafTree struct {
	size   int64
	leaf   func(dst []byte, i int64) []byte
	levels [][]Hash // levels[k][n] is the n-th complete subtree of 2^(tileLevel+k) leaves
	root   Hash
}

// errLeaf says that a leaf index lies outside the tree.
var errLeaf = errors.New("redraw: no such leaf")

func newLeafTree(size int64, leaf func(dst []byte, i int64) []byte) (*leafTree, error) {
	t := &leafTree{size: size, leaf: leaf}
	tiles := make([]Hash, size>>tileLevel)
	for n := range tiles {
		tiles[n] = t.compute(tileLevel, int64(n))
	}
	for len(tiles) > 0 {
		t.levels = append(t.levels, tiles)
		above := make([]Hash, len(tiles)/2)
		for n := range above {
			above[n] = nodeHash(tiles[2*n], tiles[2*n+1])
		}
		tiles = above
	}
	root, err := tlog.TreeHash(size, t)
	t.root = root
	return t, err
}

func (t *leafTree) compute(level int, n int64) Hash {
	if level == 0 {
		var stack [128]byte
		return LeafHash(t.leaf(stack[:0], n))
	}
	return nodeHash(t.compute(level-1, 2*n), t.compute(level-1, 2*n+1))
}

// ReadHashes implements tlog.HashReader.
func (t *leafTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		if (n+1)<<level > t.size {
			return nil, errLeaf
		}
		if level >= tileLevel {
			hashes[i] = t.levels[level-tileLevel][n]
		} else {
			hashes[i] = t.compute(level, n)
		}
	}
	return hashes, nil
}

func (t *leafTree) proof(i int64) (LeafProof, error) {
	if i < 0 || i >= t.size {
		return LeafProof{}, errLeaf
	}
	return NewLeafProof(t, t.size, i, t.leaf(nil, i))
}
