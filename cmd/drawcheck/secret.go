package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"golang.org/x/mod/sumdb/tlog"
)

// commitment returns C, the hash of the secret that the manifest publishes.
func commitment(round string, secret [32]byte) [32]byte {
	return sha256.Sum256(append([]byte("redraw/v1 commit\n"+round+"\n"), secret[:]...))
}

// entriesHash returns E, which binds a raffle's key to the frozen list of entries.
func entriesHash(size uint64, root tlog.Hash) [32]byte {
	return sha256.Sum256(headBytes("redraw/v1 entries\n", size, root))
}

// roundKey returns K, from which every random choice of the round follows.
func roundKey(secret, manifest, entries [32]byte, publicNumbers []byte) [32]byte {
	x := sha256.Sum256(publicNumbers)
	msg := append([]byte("redraw/v1 key\n"), manifest[:]...)
	msg = append(msg, entries[:]...)
	return hm(secret[:], append(msg, x[:]...))
}

// beatInput returns the message that the witness answers for beat b.
func beatInput(b, size uint64, root tlog.Hash) []byte {
	in := binary.BigEndian.AppendUint64([]byte("redraw/v1 beat-in\n"), b)
	return append(in, headBytes("", size, root)...)
}

// pickStream returns the stream that decides the batch a beat closes.
func pickStream(key [32]byte, beta [vrfOutputSize]byte) *stream {
	return newStream(hm(key[:], append([]byte("redraw/v1 beat\n"), beta[:]...)), "pick")
}

// whoHash returns the public pseudonym of a person in a round.
func whoHash(round string, salt []byte, openid string) [32]byte {
	msg := append([]byte("redraw/v1 who\n"+round+"\n"), salt...)
	return sha256.Sum256(append(msg, openid...))
}

func headBytes(prefix string, size uint64, root tlog.Hash) []byte {
	b := binary.BigEndian.AppendUint64([]byte(prefix), size)
	return append(b, root[:]...)
}

func hm(key, msg []byte) [32]byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(msg)
	return [32]byte(mac.Sum(nil))
}
