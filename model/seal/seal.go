// Package seal keeps personal columns and draw secrets unreadable in the
// database and its backups: AES-256-GCM with keys that can be rotated, and
// keyed hashes by which a sealed value can still be found.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

// KeySize is the length of a master key in bytes.
const KeySize = 32

// ErrOpen is returned for what was not sealed with a key of this ring and for
// this purpose, or has been changed since.
var ErrOpen = errors.New("seal: cannot open: wrong key, wrong purpose or changed bytes")

const (
	version    = 1
	headerSize = 1 + 4 // version, key id
)

// Keyring seals with its first key and opens with all of them. Hashes use a
// key of their own that never rotates, since a rotated hash finds nothing.
type Keyring struct {
	current uint32
	aeads   map[uint32]cipher.AEAD
	hashKey []byte
}

// New makes a keyring. keys[0] seals; the others only open what was sealed
// before a rotation. All keys are KeySize random bytes.
func New(hashKey []byte, keys ...[]byte) (*Keyring, error) {
	if len(keys) == 0 {
		return nil, errors.New("seal: no key")
	}
	if len(hashKey) != KeySize {
		return nil, fmt.Errorf("seal: the hash key has %d bytes, want %d", len(hashKey), KeySize)
	}
	k := &Keyring{aeads: make(map[uint32]cipher.AEAD, len(keys)), hashKey: hashKey}
	for i, key := range keys {
		if len(key) != KeySize {
			return nil, fmt.Errorf("seal: key %d has %d bytes, want %d", i+1, len(key), KeySize)
		}
		derived, err := hkdf.Key(sha256.New, key, nil, "nianwei seal v1", KeySize)
		if err != nil {
			return nil, fmt.Errorf("seal: derive: %w", err)
		}
		block, err := aes.NewCipher(derived)
		if err != nil {
			return nil, fmt.Errorf("seal: cipher: %w", err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("seal: gcm: %w", err)
		}
		sum := sha256.Sum256(append([]byte("nianwei seal key id"), key...))
		id := binary.BigEndian.Uint32(sum[:4])
		if i == 0 {
			k.current = id
		}
		k.aeads[id] = aead
	}
	return k, nil
}

// NewKey gives a random master key.
func NewKey() []byte {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // crypto/rand.Read never fails (Go 1.24)
	return key
}

// Seal encrypts plain for one purpose ("worker.phone"). The same text sealed
// twice looks different.
func (k *Keyring) Seal(purpose string, plain []byte) []byte {
	aead := k.aeads[k.current]
	out := make([]byte, headerSize+aead.NonceSize(), headerSize+aead.NonceSize()+len(plain)+aead.Overhead())
	out[0] = version
	binary.BigEndian.PutUint32(out[1:], k.current)
	nonce := out[headerSize:]
	_, _ = rand.Read(nonce)
	return aead.Seal(out, nonce, plain, []byte(purpose))
}

// Open decrypts what Seal made for the same purpose. It returns ErrOpen otherwise.
func (k *Keyring) Open(purpose string, sealed []byte) ([]byte, error) {
	if len(sealed) < headerSize || sealed[0] != version {
		return nil, ErrOpen
	}
	aead, ok := k.aeads[binary.BigEndian.Uint32(sealed[1:])]
	if !ok || len(sealed) < headerSize+aead.NonceSize() {
		return nil, ErrOpen
	}
	nonce := sealed[headerSize : headerSize+aead.NonceSize()]
	plain, err := aead.Open(nil, nonce, sealed[headerSize+aead.NonceSize():], []byte(purpose))
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// Stale tells whether a value was sealed with a key that is no longer the first.
func (k *Keyring) Stale(sealed []byte) bool {
	return len(sealed) < headerSize || binary.BigEndian.Uint32(sealed[1:]) != k.current
}

// Hash gives the keyed hash by which a sealed value of one purpose can be found.
func (k *Keyring) Hash(purpose string, plain []byte) [32]byte {
	mac := hmac.New(sha256.New, k.hashKey)
	mac.Write([]byte(purpose))
	mac.Write([]byte{0})
	mac.Write(plain)
	return [32]byte(mac.Sum(nil))
}

// Derive gives a 32-byte secret for one purpose that is the same on every
// server of the installation and never leaves it (the pepper of a draw, the
// seed of question papers).
func (k *Keyring) Derive(purpose string) [32]byte {
	return k.Hash("derive", []byte(purpose))
}

// ParseKey reads a master key as 64 hex digits.
func ParseKey(text string) ([]byte, error) {
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != KeySize {
		return nil, fmt.Errorf("seal: a key is %d hex digits", 2*KeySize)
	}
	return key, nil
}
