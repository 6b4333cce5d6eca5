package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// tokenLength is the length of 32 bytes in base64url without padding.
const tokenLength = 43

// newToken gives a secret for its holder and the hash that is kept of it.
func newToken() (token string, hash [32]byte) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // crypto/rand.Read never fails (Go 1.24)
	token = base64.RawURLEncoding.EncodeToString(secret[:])
	return token, sha256.Sum256([]byte(token))
}

// hashToken gives the hash of a token that somebody presents. ok is false for
// what no token looks like.
func hashToken(token string) (hash [32]byte, ok bool) {
	if len(token) != tokenLength {
		return hash, false
	}
	return sha256.Sum256([]byte(token)), true
}
