package redraw

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Frontier is the right edge of an RFC 6962 tree: all that is needed to append
// leaves and to give the root. The round's row stores it, so that any server can
// append the next group of lines without reading the log again. The zero
// Frontier is the empty tree; it is a plain value and can be copied to try an
// append that may be rolled back.
type Frontier struct {
	size int64
	edge [63]Hash // edge[k] is the complete subtree of 2^k leaves, where bit k of size is set
}

// ErrFrontier says that stored frontier bytes are not what MarshalBinary wrote.
var ErrFrontier = errors.New("redraw: damaged frontier")

// Size gives the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Append adds the leaf of one log line, given without its LF.
func (f *Frontier) Append(line []byte) { f.AppendHash(LeafHash(line)) }

// AppendHash adds a leaf by its hash.
func (f *Frontier) AppendHash(h Hash) {
	k := 0
	for ; f.size>>k&1 == 1; k++ {
		h = nodeHash(f.edge[k], h)
	}
	f.edge[k] = h
	f.size++
}

// AppendStored is AppendHash that also appends to dst the hashes this leaf
// completes, in the order of tlog.StoredHashes: kept in sequence they are a
// tlog.HashReader's storage, which inclusion proofs are read from.
func (f *Frontier) AppendStored(dst []tlog.Hash, h Hash) []tlog.Hash {
	dst = append(dst, h)
	k := 0
	for ; f.size>>k&1 == 1; k++ {
		h = nodeHash(f.edge[k], h)
		dst = append(dst, h)
	}
	f.edge[k] = h
	f.size++
	return dst
}

// Root gives the tree hash; of the empty tree, SHA-256 of nothing.
func (f *Frontier) Root() Hash {
	if f.size == 0 {
		return sha256.Sum256(nil)
	}
	k := bits.TrailingZeros64(uint64(f.size))
	root := f.edge[k]
	for k++; f.size>>k != 0; k++ {
		if f.size>>k&1 == 1 {
			root = nodeHash(f.edge[k], root)
		}
	}
	return root
}

// AppendBinary appends 8 bytes of size, then the edge's hashes from the largest
// subtree to the smallest: 648 bytes for a million lines at most.
func (f *Frontier) AppendBinary(dst []byte) ([]byte, error) {
	dst = binary.BigEndian.AppendUint64(dst, uint64(f.size))
	for k := len(f.edge) - 1; k >= 0; k-- {
		if f.size>>k&1 == 1 {
			dst = append(dst, f.edge[k][:]...)
		}
	}
	return dst, nil
}

// MarshalBinary is AppendBinary to a new slice.
func (f *Frontier) MarshalBinary() ([]byte, error) { return f.AppendBinary(nil) }

// UnmarshalBinary reads what MarshalBinary wrote, and nothing else.
func (f *Frontier) UnmarshalBinary(data []byte) error {
	if len(data) < 8 {
		return ErrFrontier
	}
	size := binary.BigEndian.Uint64(data)
	data = data[8:]
	if size>>63 != 0 || len(data) != 32*bits.OnesCount64(size) {
		return ErrFrontier
	}
	*f = Frontier{size: int64(size)}
	for k := len(f.edge) - 1; k >= 0; k-- {
		if f.size>>k&1 == 1 {
			data = data[copy(f.edge[k][:], data):]
		}
	}
	return nil
}

// LeafHash is the RFC 6962 hash of one leaf: a log line without its LF.
func LeafHash(line []byte) Hash {
	var stack [256]byte
	return sha256.Sum256(append(append(stack[:0], 0), line...))
}

func nodeHash(left, right Hash) Hash {
	var b [65]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[33:], right[:])
	return sha256.Sum256(b[:])
}
