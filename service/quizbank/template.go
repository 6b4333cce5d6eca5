package quizbank

import (
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// TemplateName is what the template is called when it is saved.
const TemplateName = "题库模板.xlsx"

// WriteTemplate writes an empty bank. The examples stand on a second sheet, so
// that nobody imports them by mistake: only the first is read.
func WriteTemplate(w io.Writer) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	const bank, help = "题库", "填写说明"
	head := []any{columnText}
	for i := range maxOptions {
		head = append(head, columnOption+letter(i))
	}
	head = append(head, columnAnswer, columnExplanation)
	_, sheetErr := book.NewSheet(help)
	errs := []error{book.SetSheetName(book.GetSheetName(0), bank), sheetErr}
	for sheet, rows := range map[string][][]any{bank: {head}, help: append([][]any{head}, examples()...)} {
		errs = append(errs, writeRows(book, sheet, rows), dress(book, sheet))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("quizbank: template: %w", err)
	}
	return book.Write(w)
}

func examples() [][]any {
	return [][]any{
		{"国家法定节假日中，春节放假几天？", "1 天", "2 天", "3 天", "4 天", "", "", "", "", "D", "2025 年起，春节放假 4 天（农历除夕、正月初一至初三）。"},
		{"法定休假日安排职工工作的，支付的工资报酬不低于工资的多少？", "150%", "200%", "300%", "", "", "", "", "", "C", "《中华人民共和国劳动法》第四十四条。"},
		{"下列哪些是工会的职责？", "维护职工合法权益", "竭诚服务职工群众", "审批营业执照", "", "", "", "", "", "AB", "《中华人民共和国工会法》第六条。"},
		{"职工有权拒绝强令冒险作业。", "对", "错", "", "", "", "", "", "", "A", "《中华人民共和国安全生产法》第五十四条。"},
		{},
		{"请在第一张表「题库」里填写，一题一行；本页不会被导入。"},
		{"题目、选项A、选项B、答案必填；选项从 A 开始依次填写，最多到 H；解析可以不填，场次结束后才给职工看。"},
		{"答案填正确选项的字母：单选题如 A，多选题如 ABD（选全选对才得分）；判断题用两个选项「对」「错」。"},
		{"有一行不对，整个文件都不导入；请按提示改好再导入。题库导入后不能修改，需要改动时请用新名称再导入一份。"},
	}
}

func writeRows(book *excelize.File, sheet string, rows [][]any) error {
	var errs []error
	for i, cells := range rows {
		errs = append(errs, book.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &cells))
	}
	return errors.Join(errs...)
}

// dress makes every column text, so that 1/2 does not become a date, and keeps
// the head in sight.
func dress(book *excelize.File, sheet string) error {
	text, textErr := book.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: sheet == "题库", Vertical: "top"}})
	bold, boldErr := book.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}})
	return errors.Join(textErr, boldErr,
		book.SetColStyle(sheet, "A:K", text),
		book.SetCellStyle(sheet, "A1", "K1", bold),
		book.SetColWidth(sheet, "A", "A", 48),
		book.SetColWidth(sheet, "B", "I", 16),
		book.SetColWidth(sheet, "K", "K", 40),
		book.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}
