package redraw

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// ErrKeys says that keys.txt is not a list of note verifier keys.
var ErrKeys = errors.New("redraw: keys.txt is not a list of verifier keys")

// ErrSignature says that a note lacks a signature that it must carry, or carries a
// wrong one.
var ErrSignature = errors.New("redraw: a signature is missing or wrong")

// ErrCheckpoint says that a checkpoint's text is not three lines as specified.
var ErrCheckpoint = errors.New("redraw: malformed checkpoint")

// GenerateKey makes a note key pair: the secret key to keep, the verifier key for
// keys.txt. The name is usually the origin, e.g. "draw.example.org"; it
// contains neither spaces nor "+".
func GenerateKey(random io.Reader, name string) (secretKey, verifierKey string, err error) {
	return note.GenerateKey(random, name)
}

// Signer signs notes.
type Signer = note.Signer

// NewSigner makes the signer of a secret key that GenerateKey made.
func NewSigner(secretKey string) (Signer, error) { return note.NewSigner(secretKey) }

// Sign makes a note of a text that ends in LF: a manifest or a checkpoint.
func Sign(text []byte, signers ...Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: string(text)}, signers...)
}

// Cosign adds signatures to a note whose present ones are all right, as the
// auditor does after reading the organiser's manifest.
func Cosign(signed []byte, known Keys, signers ...Signer) ([]byte, error) {
	n, err := known.open(signed)
	if err != nil {
		return nil, err
	}
	if len(n.UnverifiedSigs) > 0 {
		return nil, ErrSignature
	}
	return note.Sign(n, signers...)
}

// Keys is the content of keys.txt.
type Keys struct{ list []note.Verifier }

// ParseKeys reads keys.txt: one verifier key a line, none twice.
func ParseKeys(text []byte) (Keys, error) {
	var k Keys
	seen := map[string]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		if line == "" {
			continue
		}
		v, err := note.NewVerifier(line)
		if err != nil || seen[line] {
			return Keys{}, fmt.Errorf("%w: %q", ErrKeys, line)
		}
		seen[line] = true
		k.list = append(k.list, v)
	}
	if len(k.list) == 0 {
		return Keys{}, ErrKeys
	}
	return k, nil
}

// Len gives the number of keys.
func (k Keys) Len() int { return len(k.list) }

// Open gives the text of a note with at least one valid signature of these keys
// and no invalid one.
func (k Keys) Open(signed []byte) ([]byte, error) {
	n, err := k.open(signed)
	if err != nil {
		return nil, err
	}
	return []byte(n.Text), nil
}

// OpenAll is Open for a note that every one of the keys must have signed.
func (k Keys) OpenAll(signed []byte) ([]byte, error) {
	n, err := k.open(signed)
	if err != nil {
		return nil, err
	}
	if len(n.Sigs) != len(k.list) { // note.Open counts each key once
		return nil, ErrSignature
	}
	return []byte(n.Text), nil
}

func (k Keys) open(signed []byte) (*note.Note, error) {
	n, err := note.Open(signed, note.VerifierList(k.list...))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return n, nil
}

// NoteText gives the text of a note without checking any signature, for a caller
// that only needs the hash of a manifest it already trusts.
func NoteText(signed []byte) ([]byte, bool) {
	i := strings.LastIndex(string(signed), "\n\n")
	if i < 0 {
		return nil, false
	}
	return signed[:i+1], true
}

// Checkpoint is the head of a round's log.
type Checkpoint struct {
	Log  string // origin, "/", round
	Size int64  // leaves
	Root Hash
}

// LogName is the first line of a round's checkpoints.
func LogName(origin, round string) string { return origin + "/" + round }

// Text gives the exact text to sign.
func (c Checkpoint) Text() []byte {
	return fmt.Appendf(nil, "%s\n%d\n%s\n", c.Log, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// ParseCheckpoint reads what Text writes, and nothing else.
func ParseCheckpoint(text []byte) (Checkpoint, error) {
	lines := strings.Split(string(text), "\n")
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return Checkpoint{}, ErrCheckpoint
	}
	size, ok := parseDecimal([]byte(lines[1]))
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if !ok || err != nil || len(root) != 32 {
		return Checkpoint{}, ErrCheckpoint
	}
	c := Checkpoint{Log: lines[0], Size: size, Root: Hash(root)}
	if string(c.Text()) != string(text) {
		return Checkpoint{}, ErrCheckpoint
	}
	return c, nil
}

func (c Checkpoint) String() string { return c.Log + "@" + strconv.FormatInt(c.Size, 10) }
