package redraw

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// blocks gives HM(key, label ‖ 00 ‖ u64(i)) for any i. It allocates once, because a
// deck of a million tickets asks for a million blocks; it is not for concurrent use.
type blocks struct {
	mac hash.Hash
	msg []byte
	out []byte
}

func newBlocks(key Key, label string) *blocks {
	msg := make([]byte, len(label)+1+8)
	copy(msg, label)
	return &blocks{mac: hmac.New(sha256.New, key[:]), msg: msg, out: make([]byte, 0, sha256.Size)}
}

// at gives block i; the slice is valid until the next call.
func (b *blocks) at(i uint64) []byte {
	binary.BigEndian.PutUint64(b.msg[len(b.msg)-8:], i)
	b.mac.Reset()
	b.mac.Write(b.msg)
	return b.mac.Sum(b.out)
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
