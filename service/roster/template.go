package roster

import (
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// TemplateName is what the template is called when it is saved.
const TemplateName = "职工名册模板.xlsx"

// WriteTemplate writes an empty roster file. The two examples stand on a
// second sheet, so that nobody imports them by mistake: only the first is read.
func WriteTemplate(w io.Writer) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	const roster, help = "职工名册", "填写说明"
	t := &template{book: book}
	t.try(book.SetSheetName(book.GetSheetName(0), roster))
	_, err = book.NewSheet(help)
	t.try(err)
	for _, sheet := range []string{roster, help} {
		t.head(sheet)
	}
	t.row(help, 2, "王小明", "13800000001", "镇江市总工会/丹阳市总工会/恒顺醋业工会", "制造业", "合同制", "是")
	t.row(help, 3, "买买提·阿不都", "13800000002", "镇江市总工会/交通运输工会", "快递物流", "灵活就业", "否")
	for i, line := range []string{
		"请在第一张表「职工名册」里填写，一人一行；本页不会被导入。",
		"姓名、手机号、工会必填；列的顺序可以调整，列名请勿修改。",
		"工会从上级写到基层，用「/」隔开，最多五级；系统里没有的工会会自动建立。",
		"手机号已在名册里的，按本次内容更新；名册里原有而文件里没有的职工保持不变。",
		"是否留城填「是」或「否」，空白按「否」处理。",
	} {
		t.row(help, 5+i, line)
	}
	t.choices(roster)
	if t.err != nil {
		return fmt.Errorf("roster: template: %w", t.err)
	}
	return book.Write(w)
}

// template writes cells until the first error.
type template struct {
	book *excelize.File
	err  error
}

func (t *template) try(err error) { t.err = errors.Join(t.err, err) }

func (t *template) head(sheet string) {
	titles := make([]any, columnCount)
	for c := range columnCount {
		titles[c] = c.title()
	}
	t.row(sheet, 1, titles...)
	text, err := t.book.NewStyle(&excelize.Style{NumFmt: 49}) // 49 = text, so that phones stay as typed
	t.try(err)
	t.try(t.book.SetColStyle(sheet, "A:F", text))
	bold, err := t.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: 49})
	t.try(err)
	t.try(t.book.SetCellStyle(sheet, "A1", "F1", bold))
	t.try(t.book.SetColWidth(sheet, "A", "F", 16))
	t.try(t.book.SetColWidth(sheet, "C", "C", 48))
	t.try(t.book.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

func (t *template) row(sheet string, number int, cells ...any) {
	t.try(t.book.SetSheetRow(sheet, fmt.Sprintf("A%d", number), &cells))
}

// choices offers 是 and 否 in the column of staying.
func (t *template) choices(sheet string) {
	list := excelize.NewDataValidation(true)
	list.Sqref = "F2:F100001"
	t.try(list.SetDropList([]string{"是", "否"}))
	t.try(t.book.AddDataValidation(sheet, list))
}
