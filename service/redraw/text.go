package redraw

import (
	"encoding/hex"
	"math"
	"unicode"
	"unicode/utf8"
)

// blank is the code of a ticket that wins nothing, and the "none" of a manifest.
const blank = "-"

// parseDecimal reads a number as the contract writes it: digits, no sign, no
// leading zero, at most what an int64 holds.
func parseDecimal(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 19 || (b[0] == '0' && len(b) > 1) {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return int64(n), n <= math.MaxInt64
}

// parseHex fills dst from exactly twice as many lower-case hex characters.
func parseHex(dst, b []byte) bool {
	if len(b) != 2*len(dst) {
		return false
	}
	for _, c := range b {
		if c >= 'A' && c <= 'F' {
			return false
		}
	}
	_, err := hex.Decode(dst, b)
	return err == nil
}

func parseHash(b []byte) (h Hash, ok bool) {
	ok = parseHex(h[:], b)
	return h, ok
}

// maxToken bounds ids, codes and reasons, so that a log line always fits a row.
const maxToken = 128

// IsToken tells whether a text can be a round id, a prize code or the reason of a
// void: one word, at most 128 bytes, without spaces or control characters.
func IsToken(s string) bool { return isToken([]byte(s)) }

// isToken accepts what may stand between two spaces of a line.
func isToken(s []byte) bool {
	if len(s) == 0 || len(s) > maxToken || !utf8.Valid(s) {
		return false
	}
	for _, r := range string(s) {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return false
		}
	}
	return true
}
