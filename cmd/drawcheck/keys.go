package main

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// keyring is the public keys of a round in the order of keys.txt: the organiser,
// and at level 1 the auditor.
type keyring []note.Verifier

// parseKeys reads one note verifier key a line. The same key twice is refused, as
// it would count as two signers.
func parseKeys(text string) (keyring, error) {
	var keys keyring
	seen := map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		if line == "" {
			continue
		}
		v, err := note.NewVerifier(line)
		if err != nil {
			return nil, at(i+1, "not a note verifier key: %v", err)
		}
		id := keyID(v.Name(), v.KeyHash())
		if seen[id] {
			return nil, at(i+1, "key %s is listed twice", id)
		}
		seen[id] = true
		keys = append(keys, v)
	}
	if len(keys) == 0 {
		return nil, at(1, "no key")
	}
	return keys, nil
}

func keyID(name string, hash uint32) string { return fmt.Sprintf("%s+%08x", name, hash) }

func (k keyring) String() string {
	ids := make([]string, len(k))
	for i, v := range k {
		ids[i] = keyID(v.Name(), v.KeyHash())
	}
	return strings.Join(ids, ", ")
}

// open returns the text of a note that at least the first needed keys signed. Any
// signature by a known key must be right, needed or not.
func (k keyring) open(raw []byte, needed int) (string, error) {
	n, err := note.Open(raw, note.VerifierList(k...))
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &invalid):
		return "", at(signatureLine(raw, invalid.Name), "the signature of %s is wrong", keyID(invalid.Name, invalid.Hash))
	case err != nil && !isUnsigned(err):
		return "", at(1, "%v", err)
	}
	signed := map[string]bool{}
	if n != nil {
		for _, s := range n.Sigs {
			signed[keyID(s.Name, s.Hash)] = true
		}
	}
	for _, v := range k[:needed] {
		if id := keyID(v.Name(), v.KeyHash()); !signed[id] {
			return "", at(strings.Count(string(raw), "\n"), "the signature of %s is missing", id)
		}
	}
	return n.Text, nil
}

func isUnsigned(err error) bool {
	var unsigned *note.UnverifiedNoteError
	return errors.As(err, &unsigned)
}

// signatureLine finds the line of a signer, for the message alone.
func signatureLine(raw []byte, name string) int {
	for i, line := range strings.Split(string(raw), "\n") {
		if strings.HasPrefix(line, "\u2014 "+name+" ") {
			return i + 1
		}
	}
	return 0
}
