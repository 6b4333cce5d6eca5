package quizbank

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"nianwei/model/fault"
)

// FuzzFile feeds whole files: the archive and its XML come from a stranger.
func FuzzFile(f *testing.F) {
	for _, rows := range [][][]any{{{"题目", "选项A", "选项B", "答案"}, {"问", "甲", "乙", "B"}}, {{"姓名"}}, {}} {
		book := excelize.NewFile()
		var out bytes.Buffer
		if err := errors.Join(writeRows(book, "Sheet1", rows), book.Write(&out), book.Close()); err != nil {
			f.Fatal(err)
		}
		f.Add(out.Bytes())
	}
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := readFile(file)
		if err != nil {
			if fault.Of(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		if r.rows != len(r.questions)+r.bad {
			t.Fatalf("%+v", r)
		}
	})
}

// FuzzRow feeds one row, cell by cell: what passes must be a question that can be asked.
func FuzzRow(f *testing.F) {
	f.Add("问\t甲\t乙\tB\t因为")
	f.Add("问\t\t乙\tＡ、b\t")
	f.Add("\u202e\t甲\t甲\tABCDEFGHI\t")
	layout, ok := findHead([]string{"题目", "选项A", "选项B", "答案", "解析", "选项C"})
	if !ok {
		f.Fatal("no head")
	}
	f.Fuzz(func(t *testing.T, row string) {
		q, problems := layout.question(strings.Split(row, "\t"))
		if len(problems) > 0 {
			for _, p := range problems {
				if p.Column == "" || p.Reason == "" || p.Detail == "" {
					t.Fatalf("%+v", p)
				}
			}
			return
		}
		if q.text == "" || utf8.RuneCountInString(q.text) > textRunes || len(q.options) < 2 || len(q.options) > maxOptions || len(q.correct) == 0 {
			t.Fatalf("%q passes as %+v", row, q)
		}
		for _, right := range q.correct {
			if right < 0 || right >= len(q.options) {
				t.Fatalf("%q passes as %+v", row, q)
			}
		}
	})
}
