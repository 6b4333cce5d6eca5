package schedule

import (
	"slices"
	"strings"
	"unicode"
)

// scanner walks over one normalised line. Every reading method either consumes
// what it names or leaves the position alone.
type scanner struct {
	src []rune
	pos int
}

// normalise folds what input methods produce into one form: full-width ASCII,
// the many dashes and tildes, invisible marks and two traditional characters.
func normalise(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case strings.ContainsRune("‐‑‒–—―−", r):
			return '-'
		case r == '〜' || r == '∼':
			return '~'
		case strings.ContainsRune("︰∶", r):
			return ':'
		case r == '週':
			return '周'
		case r == '點':
			return '点'
		case r == '\n':
			return ';'
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		default:
			return r
		}
	}, text)
}

func (s *scanner) end() bool { return s.pos >= len(s.src) }

func (s *scanner) rest() string { return string(s.src[s.pos:]) }

// space skips blanks and the commas and stops that people put between parts.
func (s *scanner) space() {
	for !s.end() && strings.ContainsRune(" ,、。", s.src[s.pos]) {
		s.pos++
	}
}

// peek reports whether the words stand next.
func (s *scanner) peek(word string) bool {
	w := []rune(word)
	return len(s.src)-s.pos >= len(w) && slices.Equal(s.src[s.pos:s.pos+len(w)], w)
}

// word reads the first of the words that stands next, so longer ones come first.
func (s *scanner) word(words ...string) bool {
	for _, w := range words {
		if s.peek(w) {
			s.pos += len([]rune(w))
			return true
		}
	}
	return false
}

// try runs read and takes the position back if it fails.
func (s *scanner) try(read func() bool) bool {
	start := s.pos
	if read() {
		return true
	}
	s.pos = start
	return false
}

// digits reads Arabic digits, at most six, and tells how many there were.
func (s *scanner) digits() (value, count int) {
	for i := s.pos; i < len(s.src) && s.src[i] >= '0' && s.src[i] <= '9'; i++ {
		count++
		if count <= 6 {
			value = value*10 + int(s.src[i]-'0')
		}
	}
	if count > 6 {
		return 0, 0
	}
	s.pos += count
	return value, count
}

// number reads Arabic digits or Chinese numerals up to 999, or the digits of a year such as 二〇二七.
func (s *scanner) number() (int, bool) {
	if n, count := s.digits(); count > 0 {
		return n, true
	}
	start := s.pos
	for !s.end() && strings.ContainsRune("零〇一二两三四五六七八九十廿卅百", s.src[s.pos]) {
		s.pos++
	}
	n, ok := numeral(s.src[start:s.pos])
	if !ok {
		s.pos = start
	}
	return n, ok
}

// digit gives the value of one Chinese digit, 一 to 九, with 两 for two and 零 for none.
func digit(r rune) (int, bool) {
	switch r {
	case '零', '〇':
		return 0, true
	case '两':
		return 2, true
	}
	i := slices.Index([]rune("一二三四五六七八九"), r)
	return i + 1, i >= 0
}

// numeral gives the value of Chinese numerals: 五, 十五, 廿三, 一百二十, or digit by digit 二〇二七.
func numeral(runes []rune) (int, bool) {
	if len(runes) == 0 || len(runes) > 7 {
		return 0, false
	}
	if !strings.ContainsAny(string(runes), "十廿卅百") {
		return digitByDigit(runes)
	}
	n, rest := 0, runes
	if i := slices.Index(rest, '百'); i >= 0 {
		d, ok := digitByDigit(rest[:i])
		if !ok || i != 1 || d == 0 {
			return 0, false
		}
		n, rest = d*100, rest[i+1:]
		if len(rest) > 1 && (rest[0] == '零' || rest[0] == '〇') {
			rest = rest[1:]
		}
	}
	tens, rest, ok := tensOf(rest)
	if !ok || len(rest) > 1 {
		return 0, false
	}
	n += tens
	if len(rest) == 1 {
		d, ok := digit(rest[0])
		if !ok || d == 0 {
			return 0, false
		}
		n += d
	}
	return n, true
}

// tensOf takes 十, 三十, 廿 or 卅 from the front.
func tensOf(runes []rune) (int, []rune, bool) {
	if len(runes) == 0 {
		return 0, runes, true
	}
	switch runes[0] {
	case '廿':
		return 20, runes[1:], true
	case '卅':
		return 30, runes[1:], true
	case '十':
		return 10, runes[1:], true
	}
	if len(runes) > 1 && runes[1] == '十' {
		d, ok := digit(runes[0])
		return d * 10, runes[2:], ok && d > 0
	}
	return 0, runes, true
}

func digitByDigit(runes []rune) (int, bool) {
	n := 0
	for _, r := range runes {
		d, ok := digit(r)
		if !ok {
			return 0, false
		}
		n = n*10 + d
	}
	return n, len(runes) > 0
}
