package redraw

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// Hash is a SHA-256 value: of a manifest, of a tree, of a person (who).
type Hash = [32]byte

// Secret is S, 32 bytes from crypto/rand, committed to before the round opens.
type Secret [32]byte

// Key is K, which every random choice of a round is derived from.
type Key [32]byte

// ManifestHash is H(manifest): the SHA-256 of the note's exact text.
func ManifestHash(text []byte) Hash { return sha256.Sum256(text) }

// Commit is C, which is published before opening and binds the operator to S.
func Commit(round string, s Secret) Hash {
	return hashOf([]byte("redraw/v1 commit\n"), []byte(round), []byte("\n"), s[:])
}

// PublicNumber is one entropy line: a source of the manifest and what the
// official bulletin said.
type PublicNumber struct {
	Source string
	Value  string
}

// EntropyText is X: "source value LF" for each source, in the manifest's order.
func EntropyText(numbers []PublicNumber) []byte {
	var x []byte
	for _, n := range numbers {
		x = append(x, n.Source...)
		x = append(x, ' ')
		x = append(x, n.Value...)
		x = append(x, '\n')
	}
	return x
}

// EntropyHash is H(X).
func EntropyHash(numbers []PublicNumber) Hash { return sha256.Sum256(EntropyText(numbers)) }

// EntriesHash is E of a raffle: it freezes the log up to and including close.
// Every other kind uses the zero Hash.
func EntriesHash(size int64, root Hash) Hash {
	return hashOf([]byte("redraw/v1 entries\n"), u64(uint64(size)), root[:])
}

// NewKey derives K from the secret, the hash of the manifest, E and H(X).
func NewKey(s Secret, manifest, entries, entropy Hash) Key {
	return Key(macOf(s[:], []byte("redraw/v1 key\n"), manifest[:], entries[:], entropy[:]))
}

// Salt is 16 bytes only the holder of the pepper can compute; the worker's
// receipt carries it, so that they can prove that a who is theirs.
func Salt(pepper []byte, round, openid string) [16]byte {
	m := macOf(pepper, []byte("redraw/v1 salt\n"), []byte(round), []byte("\n"), []byte(openid))
	return [16]byte(m[:16])
}

// Who is the only trace of a person in the log.
func Who(round string, salt [16]byte, openid string) Hash {
	return hashOf([]byte("redraw/v1 who\n"), []byte(round), []byte("\n"), salt[:], []byte(openid))
}

// BeatInput is what the witness's VRF is applied to for batch b: the head of the
// log of size leaves, before the beat's own line.
func BeatInput(b, size int64, root Hash) []byte {
	in := append(make([]byte, 0, 66), "redraw/v1 beat-in\n"...)
	in = binary.BigEndian.AppendUint64(in, uint64(b))
	in = binary.BigEndian.AppendUint64(in, uint64(size))
	return append(in, root[:]...)
}

func hashOf(parts ...[]byte) Hash {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return Hash(h.Sum(nil))
}

func macOf(key []byte, parts ...[]byte) Hash {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return Hash(h.Sum(nil))
}

func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
