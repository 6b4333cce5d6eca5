package redraw

import (
	"regexp"
	"strings"
	"time"
)

// Source is one public number that the manifest names by exact issue before
// anybody can know it.
type Source struct {
	ID        string // e.g. "ssq/2027016"
	MilliBits int    // how much nobody can foresee, in thousandths of a bit; 0 for an extra
	value     func(string) bool
}

// MinEntropyMilliBits is what the sources of a round must hold together (section 6).
const MinEntropyMilliBits = 64_000

// ParseSource reads a source id; an unknown kind or a malformed issue is refused.
func ParseSource(id string) (Source, error) {
	kind, issue, _ := strings.Cut(id, "/")
	s := Source{ID: id}
	valid := isIssue(issue)
	switch kind {
	case "ssq": // 6 of 33 and 1 of 16: 17,721,088 outcomes
		s.MilliBits = 24_078
		s.value = func(v string) bool { return isBalls(v, 6, 33, 1, 16) }
	case "dlt": // 5 of 35 and 2 of 12: 21,425,712 outcomes
		s.MilliBits = 24_352
		s.value = func(v string) bool { return isBalls(v, 5, 35, 2, 12) }
	case "pl5": // 100,000 outcomes
		s.MilliBits = 16_609
		s.value = func(v string) bool { return len(v) == 5 && isDigits(v) }
	case "drand-quicknet": // a BLS signature of 48 bytes, compressed, at the 128-bit level
		valid = isRoundNumber(issue)
		s.MilliBits = 128_000
		s.value = isQuicknet
	case "sse-000001-close": // anyone with money can move it: an extra only
		_, err := time.Parse(time.DateOnly, issue)
		valid = err == nil
		s.value = isIndex.MatchString
	default:
		valid = false
	}
	if !valid {
		return Source{}, ErrEntropyFormat
	}
	return s, nil
}

// Check tells whether a value has the one format of its source.
func (s Source) Check(value string) error {
	if s.value == nil || !s.value(value) {
		return ErrEntropyFormat
	}
	return nil
}

var isIndex = regexp.MustCompile(`^[1-9][0-9]{0,5}\.[0-9]{2,4}$`)

// isIssue accepts an issue as the lotteries number them: a year and three digits.
func isIssue(s string) bool { return len(s) == 7 && isDigits(s) && s[0] != '0' }

func isRoundNumber(s string) bool {
	n, ok := parseDecimal([]byte(s))
	return ok && n > 0
}

// isQuicknet accepts 96 hex characters with the flags of a compressed G1 point
// that is not infinity. The officers' tool checks the BLS signature itself.
func isQuicknet(v string) bool {
	return len(v) == 96 && isHex(v) && (v[0] == '8' || v[0] == '9' || v[0] == 'a' || v[0] == 'b')
}

func isBalls(v string, reds, redMax, blues, blueMax int) bool {
	red, blue, ok := strings.Cut(v, "+")
	return ok && isAscending(red, reds, redMax) && isAscending(blue, blues, blueMax)
}

func isAscending(list string, count, highest int) bool {
	balls := strings.Split(list, ",")
	if len(balls) != count {
		return false
	}
	last := 0
	for _, b := range balls {
		if len(b) != 2 || !isDigits(b) {
			return false
		}
		n := int(b[0]-'0')*10 + int(b[1]-'0')
		if n <= last || n > highest {
			return false
		}
		last = n
	}
	return true
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isHex(s string) bool {
	for i := range len(s) {
		if !(s[i] >= '0' && s[i] <= '9' || s[i] >= 'a' && s[i] <= 'f') {
			return false
		}
	}
	return true
}
