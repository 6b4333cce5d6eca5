package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// lineError is something that does not hold at one line of a file. check is 0 when
// only the caller knows which check the reader was part of.
type lineError struct {
	check check
	line  int
	text  string
}

func (e *lineError) Error() string { return e.text }

// at says what does not hold at a line.
func at(line int, format string, args ...any) error {
	return &lineError{line: line, text: fmt.Sprintf(format, args...)}
}

// breaks says which check does not hold at a line, and why.
func breaks(c check, line int, format string, args ...any) error {
	return &lineError{check: c, line: line, text: fmt.Sprintf(format, args...)}
}

// maxNumber keeps every decimal within a signed 64-bit integer, the type of
// amounts and instants everywhere.
const maxNumber = 1<<63 - 1

// parseNumber reads a decimal without sign, leading zero or blank.
func parseNumber[T ~string | ~[]byte](s T) (uint64, bool) {
	if len(s) == 0 || len(s) > 19 || (s[0] == '0' && len(s) > 1) {
		return 0, false
	}
	var n uint64
	for i := range len(s) {
		c := s[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, n <= maxNumber
}

// parseHex fills out from lower-case hex of exactly that length.
func parseHex[T ~string | ~[]byte](s T, out []byte) bool {
	if len(s) != 2*len(out) {
		return false
	}
	for i := range out {
		hi, lo := nibble(s[2*i]), nibble(s[2*i+1])
		if hi > 15 || lo > 15 {
			return false
		}
		out[i] = hi<<4 | lo
	}
	return true
}

func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 0xff
}

func parseHash[T ~string | ~[]byte](s T) (h [32]byte, ok bool) {
	ok = parseHex(s, h[:])
	return h, ok
}

// isToken says whether s can stand between two blanks: printable UTF-8, no blank.
func isToken[T ~string | ~[]byte](s T) bool {
	if len(s) == 0 || !utf8.ValidString(string(s)) {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// isName says whether s can be the last field of a line: words one blank apart.
func isName(s string) bool {
	for word := range strings.SplitSeq(s, " ") {
		if !isToken(word) {
			return false
		}
	}
	return true
}
