// Package quizbank keeps the question banks that quizzes draw their papers
// from. A bank is imported whole and never changed afterwards, because papers
// refer to its questions; a corrected file becomes a new bank.
package quizbank

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/operation"
)

// What can be wrong with an import as a whole. What is wrong with a row is a Problem.
var (
	ErrName      = fault.New(fault.Invalid, "bank.name", "请填写题库名称，1 到 60 个字。")
	ErrNameTaken = fault.New(fault.Conflict, "bank.name_taken", "已经有同名的题库，请换一个名称。")
	ErrTooLarge  = fault.New(fault.Invalid, "bank.too_large", "文件太大，请拆成几个题库分别导入。")
	ErrZipBomb   = fault.New(fault.Invalid, "bank.zip_bomb", "文件解压后过大，不像正常的题库。请在 Excel 或 WPS 里新建表格，粘贴内容后重新保存。")
	ErrOldExcel  = fault.New(fault.Invalid, "bank.old_excel", "这是旧版 .xls 文件，请在 Excel 或 WPS 里另存为 .xlsx 后再导入。")
	ErrFormat    = fault.New(fault.Invalid, "bank.format", "无法读取这个文件，请使用题库模板（.xlsx）。")
	ErrColumns   = fault.New(fault.Invalid, "bank.columns", "没有找到需要的列，请使用题库模板：题目、选项A、选项B……、答案、解析。")
	ErrEmpty     = fault.New(fault.Invalid, "bank.empty", "题库里没有题目，请填写后再导入。")
	ErrTooMany   = fault.New(fault.Invalid, "bank.too_many", "一个题库最多 5000 道题；如果题目没有这么多，请删除表格下方多余的空行。")
)

const nameRunes = 60

// Bank is a bank as lists show it.
type Bank struct {
	ID        int64
	Name      string
	Questions int64
	CreatedAt int64
}

// Report is what an import did, or would do with DryRun (ImportReport in the contract).
type Report struct {
	DryRun    bool
	Imported  bool // whether anything was written
	Rows      int
	Good      int
	Added     int // with DryRun what would be added; a bank is always new, so nothing is changed or unchanged
	Changed   int
	Unchanged int
	Bad       int
	BankID    int64     // 0 when nothing was written
	Problems  []Problem // of the first 1,000 bad rows
}

// Problem is one thing that is wrong with one row.
type Problem struct {
	Row    int    // as the spreadsheet counts, the head is row 1
	Column string // its heading; empty = the whole row
	Reason string
	Detail string // a Chinese sentence that says what to do
}

// Banks are the question banks of an installation.
type Banks struct{ store *store.Store }

// New gives the banks of a store.
func New(s *store.Store) *Banks { return &Banks{store: s} }

// List gives all banks, newest first.
func (b *Banks) List(ctx context.Context) ([]Bank, error) {
	var out []Bank
	var one Bank
	err := b.store.Read(ctx, func(tx *store.Tx) error {
		return tx.Each("SELECT id, name, questions, created_at FROM banks ORDER BY id DESC", nil,
			[]any{&one.ID, &one.Name, &one.Questions, &one.CreatedAt}, func() error {
				out = append(out, one)
				return nil
			})
	})
	if err != nil {
		return nil, fmt.Errorf("quizbank: list: %w", err)
	}
	return out, nil
}

// Import makes a bank of an XLSX file, or only reports what would happen. One
// bad row refuses the whole file: a question that is missing without notice
// would be worse. The bank and the operators' log are one transaction.
func (b *Banks) Import(ctx context.Context, officerID int64, name string, file []byte, dryRun bool) (*Report, error) {
	name, ok := tidy(name)
	if n := utf8.RuneCountInString(name); !ok || n < 1 || n > nameRunes {
		return nil, ErrName.With(fault.Field{Path: "/name", Reason: ErrName.Reason, Detail: ErrName.Detail})
	}
	read, err := readFile(file)
	if err != nil {
		return nil, err
	}
	report := read.report(dryRun)
	if dryRun || report.Bad > 0 {
		return report, b.store.Read(ctx, func(tx *store.Tx) error { return free(tx, name) })
	}
	err = b.store.Write(ctx, func(tx *store.Tx) error {
		report.BankID, err = insert(tx, name, read.questions)
		if err != nil {
			return err
		}
		return operation.Record(tx, officerID, "bank.import", "bank/"+strconv.FormatInt(report.BankID, 10), "", fmt.Sprintf("name=%s questions=%d", name, len(read.questions)))
	})
	if err != nil {
		return nil, err
	}
	report.Imported = true
	return report, nil
}

// free returns ErrNameTaken if a bank has the name already.
func free(tx *store.Tx, name string) error {
	var one int
	taken, err := tx.Row("SELECT 1 FROM banks WHERE name = ?", []any{name}, &one)
	if err != nil {
		return fmt.Errorf("quizbank: name: %w", err)
	}
	if taken {
		return ErrNameTaken
	}
	return nil
}

func insert(tx *store.Tx, name string, questions []question) (int64, error) {
	id, err := tx.Insert("INSERT INTO banks (name, questions, created_at) VALUES (?,?,?)", name, len(questions), tx.Millis())
	if store.Duplicate(err) {
		return 0, ErrNameTaken
	}
	if err != nil {
		return 0, fmt.Errorf("quizbank: %w", err)
	}
	rows := store.NewRows("questions", len(questions), "bank_id", "no", "text", "options", "correct", "multiple", "explanation")
	for i, q := range questions {
		options, err := json.Marshal(q.options)
		if err != nil {
			return 0, fmt.Errorf("quizbank: options: %w", err)
		}
		correct, err := json.Marshal(q.correct)
		if err != nil {
			return 0, fmt.Errorf("quizbank: answer: %w", err)
		}
		rows.Add(id, i+1, q.text, string(options), string(correct), len(q.correct) > 1, q.explanation)
	}
	if err := rows.Write(tx); err != nil {
		return 0, fmt.Errorf("quizbank: questions: %w", err)
	}
	return id, nil
}
