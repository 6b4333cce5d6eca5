package redraw

import (
	"encoding/hex"
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// LeafProof shows that a line is leaf Index of the tree of Size leaves. It is the
// JSON of a receipt; Path runs from the leaf's sibling up to the root.
type LeafProof struct {
	Index int64    `json:"index"`
	Size  int64    `json:"size"`
	Line  string   `json:"line"`
	Path  []string `json:"path"`
}

// ErrProof says that a proof does not lead from its line to the root.
var ErrProof = errors.New("redraw: the proof does not lead to the root")

// NewLeafProof reads the proof of one leaf from stored hashes (tlog's layout, as
// Frontier.AppendStored produces them).
func NewLeafProof(hashes tlog.HashReader, size, index int64, line []byte) (LeafProof, error) {
	path, err := tlog.ProveRecord(size, index, hashes)
	if err != nil {
		return LeafProof{}, err
	}
	p := LeafProof{Index: index, Size: size, Line: string(line), Path: make([]string, len(path))}
	for i, h := range path {
		p.Path[i] = hex.EncodeToString(h[:])
	}
	return p, nil
}

// Check tells whether the proof leads from its line to root.
func (p LeafProof) Check(root Hash) error {
	path := make(tlog.RecordProof, len(p.Path))
	for i, s := range p.Path {
		h, ok := parseHash([]byte(s))
		if !ok {
			return ErrProof
		}
		path[i] = h
	}
	if err := tlog.CheckRecord(path, p.Size, root, p.Index, LeafHash([]byte(p.Line))); err != nil {
		return ErrProof
	}
	return nil
}

// StoredHashes is a tree kept in memory in tlog's layout, two hashes a leaf, for
// rounds whose proofs must be quick.
type StoredHashes struct {
	frontier Frontier
	hashes   []tlog.Hash
}

// Append adds one log line.
func (s *StoredHashes) Append(line []byte) {
	s.hashes = s.frontier.AppendStored(s.hashes, LeafHash(line))
}

// Frontier gives the tree's right edge.
func (s *StoredHashes) Frontier() Frontier { return s.frontier }

// ReadHashes implements tlog.HashReader.
func (s *StoredHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, n := range indexes {
		if n < 0 || n >= int64(len(s.hashes)) {
			return nil, errLeaf
		}
		out[i] = s.hashes[n]
	}
	return out, nil
}
