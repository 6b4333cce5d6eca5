package redraw

import (
	"crypto/sha256"
	"encoding/binary"
)

// blocks gives HM(key, label ‖ 00 ‖ u64(i)) for any i without allocating, and may
// be shared between goroutines. It exists because a deck of a million tickets
// asks for a million blocks; crypto/hmac would allocate for each.
type blocks struct {
	inner []byte // key xor ipad, label, 00
	outer [64]byte
}

func newBlocks(key [32]byte, label string) *blocks {
	b := &blocks{inner: make([]byte, 64, 64+len(label)+1)}
	for i := range b.outer {
		b.inner[i], b.outer[i] = 0x36, 0x5c
	}
	for i, k := range key {
		b.inner[i] ^= k
		b.outer[i] ^= k
	}
	b.inner = append(append(b.inner, label...), 0)
	return b
}

func (b *blocks) at(i uint64) Hash {
	var stack [192]byte
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(append(stack[:0], b.inner...), i))
	var out [96]byte
	copy(out[:64], b.outer[:])
	copy(out[64:], sum[:])
	return sha256.Sum256(out[:])
}

// Stream is the labelled stream of 64-bit words that a key gives. The same key
// and label always give the same words; it is not for concurrent use.
type Stream struct {
	blocks *blocks
	words  [4]uint64
	used   uint64 // words given so far
}

// NewStream starts the stream of a key and label at its first word.
func NewStream(key Key, label string) *Stream {
	return &Stream{blocks: newBlocks(key, label)}
}

// Word gives the next 64-bit word.
func (s *Stream) Word() uint64 {
	k := s.used % 4
	if k == 0 {
		b := s.blocks.at(s.used / 4)
		for w := range s.words {
			s.words[w] = binary.BigEndian.Uint64(b[8*w:])
		}
	}
	s.used++
	return s.words[k]
}

// Uniform gives a number below n, each exactly as likely as any other. It uses no
// word for n = 1 (or 0), and throws away words below 2^64 mod n, because x mod n
// alone would favour small numbers.
func (s *Stream) Uniform(n uint64) uint64 {
	if n <= 1 {
		return 0
	}
	for {
		x := s.Word()
		if x >= n || x >= -n%n { // 2^64 mod n is below n, so the division is rarely needed
			return x % n
		}
	}
}
