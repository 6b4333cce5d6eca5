package roster

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"nianwei/model/seal"
)

func unstored(t testing.TB, limits Limits) *Roster {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{1}, seal.KeySize), bytes.Repeat([]byte{2}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return New(nil, keys, limits)
}

const head = "姓名,手机号,工会,行业,用工类型,是否留城\n"

func encode(t *testing.T, text string, e interface {
	Bytes([]byte) ([]byte, error)
}) []byte {
	t.Helper()
	b, err := e.Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func xlsx(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		if row == nil {
			continue
		}
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCheck_ReadsEveryFormatThatOfficesSave(t *testing.T) {
	const body = "王小明,138 0000 0001,镇江市总工会/丹阳市总工会,制造业,合同制,是\n李红,+8613800000002,镇江市总工会＞交通工会,物流,灵活就业,否\n"
	text := head + body
	gb := encode(t, text, simplifiedchinese.GB18030.NewEncoder())
	for name, file := range map[string][]byte{
		"UTF-8":             []byte(text),
		"UTF-8 with a mark": []byte("\xef\xbb\xbf" + text),
		"GB18030":           gb,
		"UTF-16":            encode(t, strings.ReplaceAll(text, ",", "\t"), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		"semicolons":        []byte(strings.ReplaceAll(text, ",", ";")),
		"tabs":              []byte(strings.ReplaceAll(text, ",", "\t")),
		"CRLF":              []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"quotes":            []byte(strings.ReplaceAll(text, "王小明", `"王小明"`)),
		"a title above":     []byte("2021年职工名册\n" + strings.ReplaceAll(text, ",", "\t")),
		"XLSX": xlsx(t, []any{"姓名", "手机号", "工会", "行业", "用工类型", "是否留城"},
			[]any{"王小明", 13800000001, "镇江市总工会/丹阳市总工会", "制造业", "合同制", "是"},
			[]any{"李红", "13800000002", "镇江市总工会 / 交通工会", "物流", "灵活就业", "否"}),
		"another order and other names": []byte("是否就地过年,电话（必填）,所属工会,*职工姓名,工种,用工形式,备注\n" +
			"是,13800000001,镇江市总工会/丹阳市总工会,王小明,制造业,合同制,x\n,13800000002,镇江市总工会/交通工会,李红,物流,灵活就业,\n"),
	} {
		t.Run(name, func(t *testing.T) {
			c, err := unstored(t, Limits{}).check(context.Background(), file)
			if err != nil {
				t.Fatal(err)
			}
			if len(c.problems) > 0 || len(c.people) != 2 {
				t.Fatalf("%d people, problems %v", len(c.people), c.problems)
			}
			a, b := c.people[0], c.people[1]
			if a.name != "王小明" || a.phone != "13800000001" || a.unions != "镇江市总工会/丹阳市总工会" || a.trade != "制造业" || a.kind != "合同制" || !a.staying {
				t.Errorf("got %+v", a)
			}
			if b.name != "李红" || b.phone != "13800000002" || b.unions != "镇江市总工会/交通工会" || b.staying {
				t.Errorf("got %+v", b)
			}
		})
	}
}

func TestCheck_NamesWhatIsWrongWithARow(t *testing.T) {
	for name, c := range map[string]struct{ row, want string }{
		"no name":             {",13800000001,总工会,,,", "姓名 required"},
		"a formula as name":   {"=1+1,13800000001,总工会,,,", "姓名 malformed"},
		"digits in the name":  {"王小明2,13800000001,总工会,,,", "姓名 malformed"},
		"one character":       {"王,13800000001,总工会,,,", "姓名 malformed"},
		"a long name":         {strings.Repeat("王", 41) + ",13800000001,总工会,,,", "姓名 too_long"},
		"no phone":            {"王小明,,总工会,,,", "手机号 required"},
		"a landline":          {"王小明,0511-85012345,总工会,,,", "手机号 malformed"},
		"no union":            {"王小明,13800000001,,,,", "工会 required"},
		"six levels":          {"王小明,13800000001,a/b/c/d/e/f,,,", "工会 malformed"},
		"only separators":     {"王小明,13800000001,//,,,", "工会 malformed"},
		"a formula as union":  {"王小明,13800000001,总工会/@SUM(A1),,,", "工会 malformed"},
		"a formula as trade":  {"王小明,13800000001,总工会,=cmd,,", "行业 malformed"},
		"a long type":         {"王小明,13800000001,总工会,," + strings.Repeat("长", 41) + ",", "用工类型 malformed"},
		"maybe":               {"王小明,13800000001,总工会,,,也许", "是否留城 malformed"},
		"a row that is short": {"王小明", "手机号 required,工会 required"},
		"everything":          {"1,2,,=,=,3", "姓名 malformed,手机号 malformed,工会 required,行业 malformed,用工类型 malformed,是否留城 malformed"},
		"nothing":             {"王小明,13800000001,总工会,,,√", ""},
		"a foreign name":      {"Jean-Luc D'Or,13800000001,总工会,,,y", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := unstored(t, Limits{}).check(context.Background(), []byte(head+c.row+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, p := range got.problems {
				found = append(found, p.Column+" "+p.Reason)
				if p.Row != 2 || p.Detail == "" {
					t.Errorf("problem %+v, want row 2 and a sentence", p)
				}
			}
			if s := strings.Join(found, ","); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}

func TestCheck_CountsRowsAsASpreadsheetDoes(t *testing.T) {
	csv := head + "\n\n\"王\n小明\",坏,总工会,,,\n\n李红,坏,总工会,,,\n"
	sheet := xlsx(t, []any{"姓名", "手机号", "工会"}, nil, nil, []any{"王小明", "坏", "总工会"}, nil, []any{"李红", "坏", "总工会"})
	for name, file := range map[string][]byte{"CSV": []byte(csv), "XLSX": sheet} {
		c, err := unstored(t, Limits{}).check(context.Background(), file)
		if err != nil {
			t.Fatal(err)
		}
		var rows []int
		for _, p := range c.problems {
			rows = append(rows, p.Row)
		}
		if !slices.Equal(rows, []int{4, 6}) {
			t.Errorf("%s: rows %v, want [4 6]", name, rows)
		}
	}
}

func TestCheck_APhoneThatAppearsTwiceNamesBothRows(t *testing.T) {
	c, err := unstored(t, Limits{}).check(context.Background(),
		[]byte(head+"王小明,13800000001,总工会,,,\n李红,13800000002,总工会,,,\n王晓明,138-0000-0001,总工会,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.people) != 1 || c.people[0].name != "李红" || len(c.problems) != 2 {
		t.Fatalf("people %v, problems %v", c.people, c.problems)
	}
	for _, p := range c.problems {
		if p.Reason != "duplicate" || !strings.Contains(p.Detail, "第 2 行") || !strings.Contains(p.Detail, "第 4 行") {
			t.Errorf("problem %+v does not name both rows", p)
		}
	}
}

func TestCheck_RefusesAFileThatIsNoRoster(t *testing.T) {
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zeros{}, 300<<20); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	small := Limits{Rows: 2, Bytes: 1000}
	for name, c := range map[string]struct {
		file   []byte
		limits Limits
		want   error
	}{
		"a zip bomb":               {bomb.Bytes(), Limits{}, ErrZipBomb},
		"a large styles part":      {zipOf(t, "xl/styles.xml", 17<<20), Limits{}, ErrZipBomb},
		"too many bytes":           {bytes.Repeat([]byte("a"), 1001), small, ErrTooLarge},
		"too many rows":            {[]byte(head + strings.Repeat("王小明,13800000001,总工会,,,\n", 3)), small, ErrTooLarge},
		"an old .xls":              {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Limits{}, ErrOldExcel},
		"a zip that is no XLSX":    {zipOf(t, "readme.txt", 10), Limits{}, ErrFormat},
		"half a zip":               {[]byte("PK\x03\x04 and nothing else"), Limits{}, ErrFormat},
		"a picture":                {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"), Limits{}, ErrEncoding},
		"no file":                  {nil, Limits{}, ErrEmpty},
		"a head alone":             {[]byte(head), Limits{}, ErrEmpty},
		"no union column":          {[]byte("姓名,手机号\n王小明,13800000001\n"), Limits{}, ErrColumns},
		"no head":                  {[]byte(strings.Repeat("a,b\n", 20)), Limits{}, ErrColumns},
		"the same column twice":    {[]byte("姓名,手机号,电话,工会\n"), Limits{}, ErrColumns},
		"an XLSX with no head":     {xlsx(t, []any{"a"}, []any{"b"}), Limits{}, ErrColumns},
		"an XLSX without anything": {xlsx(t), Limits{}, ErrEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := unstored(t, c.limits).check(context.Background(), c.file); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func zipOf(t *testing.T, name string, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zeros{}, size); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTemplate_IsARosterWithoutAnybody(t *testing.T) {
	var b bytes.Buffer
	if err := WriteTemplate(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := unstored(t, Limits{}).check(context.Background(), b.Bytes()); !errors.Is(err, ErrEmpty) {
		t.Errorf("importing the template as it is: got %v, want %v", err, ErrEmpty)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	example, err := book.GetRows("填写说明")
	if err != nil {
		t.Fatal(err)
	}
	rows := make([][]any, 3)
	for i := range rows {
		for _, cell := range example[i] {
			rows[i] = append(rows[i], cell)
		}
	}
	c, err := unstored(t, Limits{}).check(context.Background(), xlsx(t, rows...))
	if err != nil || len(c.people) != 2 || len(c.problems) > 0 {
		t.Errorf("the template's own examples: %d good, %v, %v", len(c.people), c.problems, err)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(head + "王小明,13800000001,总工会/a,,,是\n"))
	f.Add([]byte("\xef\xbb\xbf姓名;手机;工会\n\"a\nb\";1;\"x\n"))
	f.Add([]byte("\xff\xfe\x00"))
	f.Add([]byte("姓名\t手机号\t工会\n\t\t\n\"\"\"\t"))
	f.Add([]byte("PK\x03\x04"))
	r := unstored(f, Limits{Rows: 1000, Bytes: 1 << 20, UnzipBytes: 1 << 22})
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := r.check(context.Background(), file)
		if err != nil {
			return
		}
		var report Report
		report.Rows = c.rows
		report.blame(c.problems)
		if report.Good != len(c.people) || report.Bad+report.Good != c.rows {
			t.Fatalf("%d rows, %d good, %d bad, %d people", c.rows, report.Good, report.Bad, len(c.people))
		}
		for _, p := range c.people {
			if number, ok := ParsePhone(p.phone); !ok || number != p.phone || !plausibleName(p.name) || p.unions == "" {
				t.Fatalf("accepted %+v", p)
			}
		}
	})
}
