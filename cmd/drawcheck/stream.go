package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// stream is the endless sequence of 64-bit words that a key gives for a label
// (redraw/v1, section 2). Two streams of different labels are independent, so
// that splitting, shuffling and nonces cannot influence each other.
type stream struct {
	mac    hash.Hash
	prefix []byte
	block  uint64
	sum    [sha256.Size]byte
	used   int
	words  uint64
}

func newStream(key [32]byte, label string) *stream {
	return &stream{
		mac:    hmac.New(sha256.New, key[:]),
		prefix: append([]byte(label), 0),
		used:   sha256.Size,
	}
}

// at returns block i whatever was read before.
func (s *stream) at(i uint64) [sha256.Size]byte {
	var sum [sha256.Size]byte
	s.mac.Reset()
	s.mac.Write(s.prefix)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], i)
	s.mac.Write(counter[:])
	s.mac.Sum(sum[:0])
	return sum
}

func (s *stream) word() uint64 {
	if s.used == len(s.sum) {
		s.sum = s.at(s.block)
		s.block++
		s.used = 0
	}
	w := binary.BigEndian.Uint64(s.sum[s.used:])
	s.used += 8
	s.words++
	return w
}

// uniform returns a number in [0,n), each exactly equally likely; words below
// 2^64 mod n are thrown away because keeping them would favour small results.
// uniform(1) reads nothing. n must not be 0.
func (s *stream) uniform(n uint64) uint64 {
	if n == 1 {
		return 0
	}
	biased := -n % n
	for {
		if x := s.word(); x >= biased {
			return x % n
		}
	}
}
