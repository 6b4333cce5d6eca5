package roster

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// cleanText gives a cell as it is kept: composed (NFC), without invisible
// characters, with single spaces.
func cleanText(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// isDot tells the characters that people type between the parts of a name
// (买买提·阿不都), which look alike and have nothing else in common.
func isDot(r rune) bool { return strings.ContainsRune("·•‧∙⋅・･．.", r) }

// FoldName gives the form in which two spellings of one name are equal: NFC,
// half width, lower case, without spaces, with one kind of dot.
func FoldName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case isDot(r):
			return '·'
		case r == ' ':
			return -1
		}
		return unicode.ToLower(r)
	}, width.Fold.String(cleanText(name)))
	return norm.NFC.String(name)
}

// tidyName gives a name as it is kept and shown: 王 小 明 and ＡＢ become
// 王小明 and AB; the spaces of names in Latin letters stay.
func tidyName(name string) string {
	name = cleanText(width.Fold.String(cleanText(name)))
	if !strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
		name = strings.ReplaceAll(name, " ", "")
	}
	return strings.Map(func(r rune) rune {
		if isDot(r) && r != '.' {
			return '·'
		}
		return r
	}, name)
}

// plausibleName tells whether a tidy name has only what names have. Besides
// catching shifted columns it keeps formulas out of every later export.
func plausibleName(name string) bool {
	letters := 0
	for _, r := range name {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsMark(r), r == '·', r == ' ', r == '.', r == '-', r == '\'':
		default:
			return false
		}
	}
	return letters >= 2 && !strings.HasPrefix(name, "-")
}

// MaskName hides all but the ends of a name: 王明 → 王*, 王小明 → 王*明.
func MaskName(name string) string {
	runes := []rune(name)
	switch len(runes) {
	case 0:
		return ""
	case 1:
		return "*"
	case 2:
		return string(runes[:1]) + "*"
	}
	return string(runes[:1]) + strings.Repeat("*", len(runes)-2) + string(runes[len(runes)-1:])
}

// MaskPhone hides the middle of a phone: 13812345678 → 138****5678. What is no
// phone is hidden whole.
func MaskPhone(phone string) string {
	if _, ok := ParsePhone(phone); !ok || len(phone) != 11 {
		return strings.Repeat("*", utf8.RuneCountInString(phone))
	}
	return phone[:3] + "****" + phone[7:]
}

// ParsePhone gives the 11 digits of a mainland mobile number as people write
// it: with spaces, dashes, +86 or full-width digits.
func ParsePhone(text string) (number string, ok bool) {
	if len(text) > 100 {
		return "", false
	}
	number = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, width.Fold.String(text))
	if rest, cut := strings.CutPrefix(number, "+86"); cut {
		number = rest
	} else if rest, cut := strings.CutPrefix(number, "0086"); cut {
		number = rest
	} else if len(number) == 13 {
		number = strings.TrimPrefix(number, "86")
	}
	if len(number) != 11 || number[0] != '1' || number[1] < '3' || number[1] > '9' {
		return "", false
	}
	for _, d := range []byte(number) {
		if d < '0' || d > '9' {
			return "", false
		}
	}
	return number, true
}

// plainNumber undoes what a spreadsheet does to a phone that was typed as a
// number: 1.3812345678E10 and 13812345678.0 are 13812345678 again.
func plainNumber(cell string) string {
	if len(cell) > 30 || !strings.ContainsAny(cell, ".eE") || strings.Trim(cell, "0123456789.+eE") != "" {
		return cell
	}
	if _, exponent, found := strings.Cut(strings.ToLower(cell), "e"); found && len(strings.TrimLeft(exponent, "+0")) > 2 {
		return cell // a power that would take for ever to write out
	}
	value, ok := new(big.Rat).SetString(cell)
	if !ok || !value.IsInt() {
		return cell
	}
	return value.Num().String()
}

// parseYesNo reads the words that people put into a yes-or-no column; an empty
// cell is a no.
func parseYesNo(cell string) (yes, ok bool) {
	switch strings.ToLower(width.Fold.String(cell)) {
	case "是", "对", "有", "留", "留城", "yes", "y", "true", "1", "√", "✓", "✔":
		return true, true
	case "", "否", "不", "无", "不留", "不留城", "返乡", "no", "n", "false", "0", "×", "✗", "x":
		return false, true
	}
	return false, false
}

// splitUnions reads a path of unions from the city down, e.g.
// 镇江市总工会/丹阳市总工会/恒顺醋业工会.
func splitUnions(cell string) (names []string, ok bool) {
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("/／>＞", r) }) {
		part = cleanText(part)
		if part == "" || utf8.RuneCountInString(part) > maxUnionName || strings.ContainsAny(part[:1], "=+-@") {
			return nil, false
		}
		names = append(names, part)
	}
	return names, len(names) > 0 && len(names) <= maxUnionLevels
}

// plausibleWord tells whether a trade or type is short and no formula.
func plausibleWord(s string) bool {
	return utf8.RuneCountInString(s) <= maxWord && (s == "" || !strings.ContainsAny(s[:1], "=+-@"))
}
