package work

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var errHidden = errors.New("text with hidden characters")

// Characters that join letters or parts of an emoji and so are seen, although
// Unicode counts them among the invisible formats: family emoji, Persian and
// Uyghur, and Mongolian need them.
const (
	zeroWidthNonJoiner      = '\u200c'
	zeroWidthJoiner         = '\u200d'
	mongolianVowelSeparator = '\u180e'
	byteOrderMark           = '\ufeff'
	zeroWidthSpace          = '\u200b'
	wordJoiner              = '\u2060'
	softHyphen              = '\u00ad'
	leftToRightMark         = '\u200e'
	rightToLeftMark         = '\u200f'
	firstTag, lastTag       = '\U000e0020', '\U000e007f'
)

// tidy gives a line as it is kept: composed (NFC), trimmed, with single spaces.
// Invisible leftovers of copying are dropped. What could make the text show as
// something else than it is (control and bidirectional override characters,
// private characters) is errHidden: https://www.unicode.org/reports/tr36/
func tidy(s string) (string, error) {
	var out strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			out.WriteByte(' ')
		case drops(r):
		case r == utf8.RuneError || unicode.IsControl(r) || hides(r):
			return "", errHidden
		default:
			out.WriteRune(r)
		}
	}
	return norm.NFC.String(strings.Join(strings.Fields(out.String()), " ")), nil
}

// drops tells the leftovers. The tags, which spell a region's name behind a flag,
// are among them: the flag is seen without, and anything could be hidden in them.
func drops(r rune) bool {
	switch r {
	case zeroWidthSpace, byteOrderMark, wordJoiner, softHyphen, leftToRightMark, rightToLeftMark:
		return true
	}
	return r >= firstTag && r <= lastTag
}

// hides tells the characters that nobody sees and that change what others show.
func hides(r rune) bool {
	switch r {
	case zeroWidthJoiner, zeroWidthNonJoiner, mongolianVowelSeparator:
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point)
}

// blank tells whether a line shows nothing, e.g. joiners alone.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me, unicode.Zs) })
}
