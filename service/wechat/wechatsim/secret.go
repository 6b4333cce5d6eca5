package wechatsim

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// secret gives prefix and n random characters of an alphabet that needs no escaping.
func secret(prefix string, n int) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails: the runtime ends the program instead
	for i, b := range raw {
		raw[i] = alphabet[b&63]
	}
	return prefix + string(raw)
}

// requestID gives WeChat's rid: seconds and two random parts, in hex.
func requestID(now time.Time) string {
	var raw [8]byte
	_, _ = rand.Read(raw[:])
	return fmt.Sprintf("%x-%s-%s", now.Unix(), hex.EncodeToString(raw[:4]), hex.EncodeToString(raw[4:]))
}
