package main

import (
	"strings"
	"time"
)

// minDecibits is the least strength of all public numbers together: 64 bits
// (redraw/v1, section 6), counted in tenths of a bit.
const minDecibits = 640

// bulletin is an official publication whose numbers may be mixed in. decibits is
// ten times what one issue contributes; an extra contributes nothing that counts.
type bulletin struct {
	name     string
	decibits int
	issue    func(string) bool
	format   func(value string) bool
}

// findBulletin returns the publication that a source id names by exact issue.
func findBulletin(id string) (bulletin, bool) {
	name, issue, _ := strings.Cut(id, "/")
	for _, b := range bulletins() {
		if b.name == name {
			return b, b.issue(issue)
		}
	}
	return bulletin{}, false
}

const drandName = "drand-quicknet"

func bulletins() [5]bulletin {
	return [5]bulletin{
		{"ssq", 241, isIssue, func(v string) bool { return isBalls(v, 6, 33, 1, 16) }},
		{"dlt", 244, isIssue, func(v string) bool { return isBalls(v, 5, 35, 2, 12) }},
		{"pl5", 166, isIssue, func(v string) bool { return len(v) == 5 && isDigits(v) }},
		{drandName, 2560, isIssue, func(v string) bool { return parseHex(v, make([]byte, 48)) }},
		{"sse-000001-close", 0, isDate, isIndex},
	}
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isIssue(s string) bool {
	n, ok := parseNumber(s)
	return ok && n > 0
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// isIndex checks a closing index of two to four decimals, such as 4082.0719.
func isIndex(v string) bool {
	whole, part, _ := strings.Cut(v, ".")
	_, ok := parseNumber(whole)
	return ok && isDigits(part) && len(part) >= 2 && len(part) <= 4
}

// isBalls checks "front+back", each a list of two-digit numbers that rise, from 01 to
// its highest.
func isBalls(v string, front, frontMax, back, backMax int) bool {
	a, b, ok := strings.Cut(v, "+")
	return ok && isRising(a, front, frontMax) && isRising(b, back, backMax)
}

func isRising(list string, count, highest int) bool {
	last, seen := 0, 0
	for ball := range strings.SplitSeq(list, ",") {
		if len(ball) != 2 || !isDigits(ball) {
			return false
		}
		n := int(ball[0]-'0')*10 + int(ball[1]-'0')
		if n <= last || n > highest {
			return false
		}
		last = n
		seen++
	}
	return seen == count
}

// decibits adds up the strength of the public numbers of a round.
func (m *manifest) decibits() int {
	sum := 0
	for _, s := range m.sources {
		b, _ := findBulletin(s.id)
		sum += b.decibits
	}
	return sum
}

// checkStrength refuses public numbers of under 64 bits, and a raffle without:
// who knows the secret could add entrants until a friend wins.
func (m *manifest) checkStrength() error {
	d := m.decibits()
	if d >= minDecibits || (len(m.sources) == 0 && m.kind != kindRaffle) {
		return nil
	}
	line := m.commitLine + 1
	if n := len(m.sources); n > 0 {
		line = m.sources[n-1].line
	}
	return at(line, "public numbers of %d.%d bits together, must be 64 or more", d/10, d%10)
}

// publicNumbers returns the bytes X that are hashed into the key.
func (m *manifest) publicNumbers(values map[string]string) []byte {
	var x []byte
	for _, s := range m.sources {
		x = append(x, s.id+" "+values[s.id]+"\n"...)
	}
	return x
}
