package roster

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFoldName_TwoSpellingsOfOneNameAreEqual(t *testing.T) {
	for _, same := range [][]string{
		{"王小明", " 王小明 ", "王 小 明", "王　小明", "王\u200b小明"},
		{"买买提·阿不都", "买买提•阿不都", "买买提．阿不都", "买买提・阿不都", "买买提 · 阿不都"},
		{"John Smith", "ＪＯＨＮ　ｓｍｉｔｈ", "johnsmith"},
		{"é", "e\u0301"},
	} {
		for _, spelling := range same[1:] {
			if FoldName(spelling) != FoldName(same[0]) {
				t.Errorf("%q and %q are told apart", spelling, same[0])
			}
		}
	}
	if FoldName("王小明") == FoldName("王晓明") {
		t.Error("two names are taken for one")
	}
}

func TestParsePhone_ReadsANumberAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]string{
		"13812345678":       "13812345678",
		" 138 1234 5678 ":   "13812345678",
		"138-1234-5678":     "13812345678",
		"+86 138 1234 5678": "13812345678",
		"8613812345678":     "13812345678",
		"0086-13812345678":  "13812345678",
		"１３８１２３４５６７８":       "13812345678",
		"\u202d13812345678": "13812345678",
		"12812345678":       "",
		"1381234567":        "",
		"138123456789":      "",
		"0511-85012345":     "",
		"":                  "",
		"1381234567x":       "",
		"+8613812345678#1":  "",
		"13812345678'--":    "",
		"八六一三八一二三四五六七八":      "",
		"+1 138 1234 5678 9": "",
	} {
		got, ok := ParsePhone(text)
		if got != want || ok != (want != "") {
			t.Errorf("ParsePhone(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestPlainNumber_UndoesASpreadsheetsNotation(t *testing.T) {
	for cell, want := range map[string]string{
		"1.3812345678E10":  "13812345678",
		"1.3812345678E+10": "13812345678",
		"13812345678.0":    "13812345678",
		"13812345678":      "13812345678",
		"1.5":              "1.5",
		"1e999999999":      "1e999999999",
		"..":               "..",
	} {
		if got := plainNumber(cell); got != want {
			t.Errorf("plainNumber(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestMask_ShowsOnlyTheEnds(t *testing.T) {
	for name, want := range map[string]string{"": "", "王": "*", "王明": "王*", "王小明": "王*明", "买买提·阿不都": "买*****都", "𠮷野家": "𠮷*家"} {
		if got := MaskName(name); got != want {
			t.Errorf("MaskName(%q) = %q, want %q", name, got, want)
		}
	}
	for phone, want := range map[string]string{"13812345678": "138****5678", "123": "***", "": ""} {
		if got := MaskPhone(phone); got != want {
			t.Errorf("MaskPhone(%q) = %q, want %q", phone, got, want)
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, seed := range []string{"王小明", "13812345678", "", "a", "\xff\xfe", "１３８１２３４５６７８", "+86 13812345678"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := MaskName(s)
		if utf8.RuneCountInString(name) != utf8.RuneCountInString(s) {
			t.Fatalf("MaskName(%q) = %q has another length", s, name)
		}
		if inner := []rune(name); len(inner) > 2 && strings.Trim(string(inner[1:len(inner)-1]), "*") != "" {
			t.Fatalf("MaskName(%q) = %q shows the middle", s, name)
		}
		phone := MaskPhone(s)
		if strings.Count(phone, "*") < min(4, utf8.RuneCountInString(s)) {
			t.Fatalf("MaskPhone(%q) = %q shows too much", s, phone)
		}
		if number, ok := ParsePhone(s); ok {
			if again, ok := ParsePhone(number); !ok || again != number {
				t.Fatalf("ParsePhone(%q) = %q is not stable", s, number)
			}
		}
		if tidy := tidyName(s); plausibleName(tidy) && FoldName(tidy) != FoldName(s) {
			t.Fatalf("%q is kept as %q and is then no longer found", s, tidy)
		}
	})
}
