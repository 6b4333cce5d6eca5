package redraw

import (
	"errors"
	"runtime"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// tileLevel is the height below which subtrees are not stored but computed again
// from their leaves: 16 leaves a tile keep a tree of a million at 4 MB and a proof
// at some 20 leaf hashes.
const tileLevel = 4

// leafFunc appends leaf i; it may keep scratch space, so each goroutine has its own.
type leafFunc func(dst []byte, i int64) []byte

// leafTree is the tree over leaves that can be computed at any time. Once made
// it may be read by several goroutines at once.
type leafTree struct {
	size   int64
	leaves func() leafFunc
	levels [][]Hash // levels[k][n] is the n-th complete subtree of 2^(tileLevel+k) leaves
	root   Hash
}

// errLeaf says that a leaf index lies outside the tree.
var errLeaf = errors.New("redraw: no such leaf")

func newLeafTree(size int64, leaves func() leafFunc) (*leafTree, error) {
	t := &leafTree{size: size, leaves: leaves}
	tiles := make([]Hash, size>>tileLevel)
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wait.Go(func() {
			s := t.newSubtrees()
			for n := len(tiles) * w / workers; n < len(tiles)*(w+1)/workers; n++ {
				tiles[n] = s.hash(tileLevel, int64(n))
			}
		})
	}
	wait.Wait()
	t.stack(tiles)
	root, err := tlog.TreeHash(size, t)
	t.root = root
	return t, err
}

// stack keeps the tiles and every level above them.
func (t *leafTree) stack(level []Hash) {
	for len(level) > 0 {
		t.levels = append(t.levels, level)
		above := make([]Hash, len(level)/2)
		for n := range above {
			above[n] = nodeHash(level[2*n], level[2*n+1])
		}
		level = above
	}
}

// subtrees computes small subtrees from their leaves, for one goroutine.
type subtrees struct {
	leaf leafFunc
	buf  []byte
}

func (t *leafTree) newSubtrees() *subtrees {
	return &subtrees{leaf: t.leaves(), buf: make([]byte, 0, 256)}
}

func (s *subtrees) hash(level int, n int64) Hash {
	if level == 0 {
		return LeafHash(s.leaf(s.buf[:0], n))
	}
	left := s.hash(level-1, 2*n)
	return nodeHash(left, s.hash(level-1, 2*n+1))
}

// ReadHashes implements tlog.HashReader.
func (t *leafTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	below := t.newSubtrees()
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		if (n+1)<<level > t.size {
			return nil, errLeaf
		}
		if level >= tileLevel {
			hashes[i] = t.levels[level-tileLevel][n]
		} else {
			hashes[i] = below.hash(level, n)
		}
	}
	return hashes, nil
}

func (t *leafTree) proof(i int64) (LeafProof, error) {
	if i < 0 || i >= t.size {
		return LeafProof{}, errLeaf
	}
	return NewLeafProof(t, t.size, i, t.leaves()(nil, i))
}
