package quizbank_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/kind/quiz"
	"nianwei/service/operation"
	"nianwei/service/quizbank"
)

var head = []string{"题目", "选项A", "选项B", "选项C", "选项D", "选项E", "选项F", "选项G", "选项H", "答案", "解析"}

// file gives an XLSX with the head of the template and some rows.
func file(t testing.TB, rows ...[]string) []byte {
	t.Helper()
	return sheet(t, append([][]string{head}, rows...)...)
}

func sheet(t testing.TB, rows ...[]string) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := errors.Join(book.Write(&out), book.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func row(text, answer string, options ...string) []string {
	cells := make([]string, len(head))
	cells[0], cells[9], cells[10] = text, answer, "解析："+text
	copy(cells[1:9], options)
	return cells
}

func good(n int) [][]string {
	var rows [][]string
	for i := range n {
		rows = append(rows, row(fmt.Sprintf("第 %d 题", i+1), "BD", "甲", "乙", "丙", "丁"))
	}
	return rows
}

func TestImport_StoresABankThatAQuizCanUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		banks := quizbank.New(s)
		data := file(t, row("单选？", "B", "甲", "乙"), row("  多\n选？ ", "ｃ、a", "甲", "乙", "丙"), row("判断。", "A", "对", "错"))
		report, err := banks.Import(t.Context(), 1, " 防疫知识 ", data, false)
		if err != nil || !report.Imported || report.Rows != 3 || report.Good != 3 || report.Added != 3 || report.Bad != 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		list, err := banks.List(t.Context())
		if err != nil || len(list) != 1 || list[0].ID != report.BankID || list[0].Name != "防疫知识" || list[0].Questions != 3 || list[0].CreatedAt == 0 {
			t.Fatalf("%+v, %v", list, err)
		}
		stock := stockOf(t, s, quiz.Settings{BankID: report.BankID, Questions: 3})
		want := quiz.Stock{
			{Text: "单选？", Options: []string{"甲", "乙"}, Correct: 0b10, Explanation: "解析：单选？"},
			{Text: "多 选？", Options: []string{"甲", "乙", "丙"}, Correct: 0b101, Multiple: true, Explanation: "解析： 多 选？"},
			{Text: "判断。", Options: []string{"对", "错"}, Correct: 0b1, Explanation: "解析：判断。"},
		}
		if fmt.Sprintf("%+v", stock) != fmt.Sprintf("%+v", want) {
			t.Errorf("%+v\nwant %+v", stock, want)
		}
		if err := s.Read(t.Context(), func(tx *store.Tx) error {
			page, err := operation.List(tx, "", 10)
			if err != nil || len(page.Items) != 1 || page.Items[0].Action != "bank.import" {
				t.Errorf("%+v, %v", page, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func stockOf(t *testing.T, s *store.Store, settings quiz.Settings) quiz.Stock {
	t.Helper()
	var stock quiz.Stock
	if err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		stock, err = quiz.Kind{}.Stock(tx, settings)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return stock
}

func TestImport_WritesNothingWithDryRunOrABadRow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		banks := quizbank.New(s)
		report, err := banks.Import(t.Context(), 1, "题库", file(t, good(5)...), true)
		if err != nil || !report.DryRun || report.Imported || report.Good != 5 || report.BankID != 0 {
			t.Errorf("dry run: %+v, %v", report, err)
		}
		report, err = banks.Import(t.Context(), 1, "题库", file(t, append(good(5), row("坏的", "Z", "甲", "乙"))...), false)
		if err != nil || report.Imported || report.Bad != 1 || report.Good != 5 || report.Rows != 6 {
			t.Errorf("bad row: %+v, %v", report, err)
		}
		if list, err := banks.List(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestImport_RefusesANameThatIsTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		banks := quizbank.New(s)
		if _, err := banks.Import(t.Context(), 1, "题库", file(t, good(2)...), false); err != nil {
			t.Fatal(err)
		}
		for _, dryRun := range []bool{true, false} {
			if _, err := banks.Import(t.Context(), 1, "题库 ", file(t, good(2)...), dryRun); !errors.Is(err, quizbank.ErrNameTaken) {
				t.Errorf("dry run %v: %v", dryRun, err)
			}
		}
	})
}

func TestImport_TakesTheLargestBank(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		report, err := quizbank.New(s).Import(t.Context(), 1, "题库", file(t, good(5000)...), false)
		if err != nil || report.Added != 5000 {
			t.Fatalf("%+v, %v", report, err)
		}
		if stock := stockOf(t, s, quiz.Settings{BankID: report.BankID, Questions: 100}); len(stock) != 5000 || stock[4999].Text != "第 5000 题" {
			t.Errorf("%d questions", len(stock))
		}
	})
}

func TestStock_NamesTheSettingThatABankCannotServe(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		report, err := quizbank.New(s).Import(t.Context(), 1, "题库", file(t, good(5)...), false)
		if err != nil {
			t.Fatal(err)
		}
		for path, settings := range map[string]quiz.Settings{
			"/settings/bankId":    {BankID: report.BankID + 1, Questions: 1},
			"/settings/questions": {BankID: report.BankID, Questions: 6},
		} {
			err := s.Read(t.Context(), func(tx *store.Tx) error {
				_, err := quiz.Kind{}.Stock(tx, settings)
				return err
			})
			var f *fault.Fault
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Path != path {
				t.Errorf("%s: %v", path, err)
			}
		}
	})
}

func TestImport_NamesEveryBadRow(t *testing.T) {
	banks := quizbank.New(storetest.SQLite(t, nil))
	for want, bad := range map[string][]string{
		"题目 required":               row("", "A", "甲", "乙"),
		"题目 bank.repeated_question": row("第１ 题", "A", "甲", "乙"),
		"题目 bank.too_long":          row(strings.Repeat("题", 501), "A", "甲", "乙"),
		"选项B bank.characters":       row("问", "A", "甲", "好\u202e坏"),
		"选项A bank.gap":              row("问", "B", "", "乙", "丙"),
		"选项C bank.gap":              row("问", "A", "甲", "乙", "", "丁"),
		"选项B bank.few_options":      row("问", "A", "甲"),
		"选项C bank.repeated_option":  row("问", "A", "ABC", "乙", "ａｂｃ"),
		"选项B bank.too_long":         row("问", "A", "甲", strings.Repeat("乙", 201)),
		"答案 required":               row("问", "", "甲", "乙"),
		"答案 bank.answer":            row("问", "对", "对", "错"),
		"答案 bank.answer_option":     row("问", "C", "甲", "乙"),
		"答案 bank.answer_repeated":   row("问", "ABA", "甲", "乙"),
	} {
		report, err := banks.Import(t.Context(), 1, "题库", file(t, row("第 1 题", "A", "甲", "乙"), bad, row("第 3 题", "A", "甲", "乙")), true)
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		if report.Bad != 1 || report.Good != 2 || len(report.Problems) != 1 {
			t.Errorf("%s: %+v", want, report)
			continue
		}
		if p := report.Problems[0]; p.Row != 3 || p.Column+" "+p.Reason != want || p.Detail == "" {
			t.Errorf("%+v, want %s", p, want)
		}
	}
}

func TestImport_ReportsAtMostAThousandBadRows(t *testing.T) {
	rows := good(1500)
	for _, r := range rows {
		r[9] = "Z"
	}
	report, err := quizbank.New(storetest.SQLite(t, nil)).Import(t.Context(), 1, "题库", file(t, rows...), false)
	if err != nil || report.Bad != 1500 || len(report.Problems) != 1000 {
		t.Errorf("%d bad, %d reported, %v", report.Bad, len(report.Problems), err)
	}
}

func TestImport_FindsColumnsInAnyOrderBelowATitle(t *testing.T) {
	data := sheet(t, []string{"2027 年知识问答"}, nil, []string{"序号", "答案", "选项 b", "选项Ａ", "题干"}, []string{"1", "B", "乙", "甲", "问"})
	report, err := quizbank.New(storetest.SQLite(t, nil)).Import(t.Context(), 1, "题库", data, true)
	if err != nil || report.Good != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestImport_RefusesWhatIsNoBank(t *testing.T) {
	banks := quizbank.New(storetest.SQLite(t, nil))
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":     {nil, quizbank.ErrFormat},
		"text":        {[]byte("题目,答案"), quizbank.ErrFormat},
		"old excel":   {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), quizbank.ErrOldExcel},
		"large":       {make([]byte, 5<<20+1), quizbank.ErrTooLarge},
		"bomb":        {bomb(t), quizbank.ErrZipBomb},
		"many parts":  {parts(t, 201), quizbank.ErrZipBomb},
		"no workbook": {parts(t, 1), quizbank.ErrFormat},
		"no head":     {sheet(t, []string{"姓名", "手机"}, []string{"王明", "1"}), quizbank.ErrColumns},
		"no rows":     {file(t), quizbank.ErrEmpty},
		"too many":    {file(t, good(5001)...), quizbank.ErrTooMany},
	} {
		if _, err := banks.Import(t.Context(), 1, "题库", c.file, true); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for _, name := range []string{"", "  ", strings.Repeat("题", 61), "题\x00库"} {
		if _, err := banks.Import(t.Context(), 1, name, file(t, good(1)...), true); !errors.Is(err, quizbank.ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// bomb gives a small archive that unpacks to more than the limit.
func bomb(t testing.TB) []byte {
	return archive(t, map[string][]byte{"xl/worksheets/sheet1.xml": make([]byte, 64<<20+1)})
}

func parts(t testing.TB, n int) []byte {
	files := map[string][]byte{}
	for i := range n {
		files[fmt.Sprintf("part%d", i)] = nil
	}
	return archive(t, files)
}

func archive(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, data := range files {
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTemplate_IsEmptyAndItsExamplesAreGood(t *testing.T) {
	var out bytes.Buffer
	if err := quizbank.WriteTemplate(&out); err != nil {
		t.Fatal(err)
	}
	banks := quizbank.New(storetest.SQLite(t, nil))
	if _, err := banks.Import(t.Context(), 1, "题库", out.Bytes(), true); !errors.Is(err, quizbank.ErrEmpty) {
		t.Errorf("the template itself: %v", err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("填写说明")
	if err != nil || !slices.Equal(rows[0], head) {
		t.Fatalf("%q, %v", rows, err)
	}
	report, err := banks.Import(t.Context(), 1, "题库", sheet(t, rows[:5]...), true)
	if err != nil || report.Good != 4 || report.Bad != 0 {
		t.Errorf("the examples: %+v, %v", report, err)
	}
}
