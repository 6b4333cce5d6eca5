package roster

import (
	"cmp"
	"slices"

	"nianwei/model/fault"
)

// Limits bound what one import may cost.
type Limits struct {
	Bytes      int64 // of the file as it was sent
	UnzipBytes int64 // of everything inside an XLSX
	Rows       int   // that are not empty
}

// DefaultLimits admit a city's roster (a row has about 100 bytes) and stop a
// zip bomb long before the memory does.
func DefaultLimits() Limits {
	return Limits{Bytes: 20 << 20, UnzipBytes: 256 << 20, Rows: 100_000}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	return Limits{Bytes: cmp.Or(l.Bytes, d.Bytes), UnzipBytes: cmp.Or(l.UnzipBytes, d.UnzipBytes), Rows: cmp.Or(l.Rows, d.Rows)}
}

const (
	maxUnionLevels = 5
	maxUnionName   = 60 // characters
	maxWord        = 40 // characters of a trade or type
	maxName        = 40 // characters
	maxReported    = 1000
	maxColumns     = 100
	headSearch     = 10 // rows in which the head is looked for: people put a title above it
)

// What can be wrong with a whole file. What is wrong with a row is a Problem.
var (
	ErrTooLarge = fault.New(fault.Invalid, "roster.too_large", "文件太大，请拆成几个文件分别导入。")
	ErrZipBomb  = fault.New(fault.Invalid, "roster.zip_bomb", "文件解压后过大，不像正常的名册。请在 Excel 或 WPS 里新建表格，粘贴内容后重新保存。")
	ErrOldExcel = fault.New(fault.Invalid, "roster.old_excel", "这是旧版 .xls 文件，请在 Excel 或 WPS 里另存为 .xlsx 后再导入。")
	ErrFormat   = fault.New(fault.Invalid, "roster.format", "无法读取这个文件，请使用 .xlsx 或 .csv 格式。")
	ErrEncoding = fault.New(fault.Invalid, "roster.encoding", "无法识别文件的文字编码，请另存为 .xlsx 后再导入。")
	ErrColumns  = fault.New(fault.Invalid, "roster.columns", "没有找到需要的列，请使用名册模板，或检查第一行的列名。")
	ErrEmpty    = fault.New(fault.Invalid, "roster.empty", "名册里没有职工，请填写后再导入。")
)

// Problem is one thing that is wrong with one row.
type Problem struct {
	Row    int    // as the spreadsheet counts, from 1
	Column string // the column's own name; empty = the whole row
	Reason string
	Detail string // a Chinese sentence that says what to do
}

// Report is what an import did, or with DryRun would do.
type Report struct {
	DryRun      bool
	Imported    bool // whether anything was written
	Rows        int
	Good        int
	Added       int
	Changed     int
	Unchanged   int
	Bad         int       // rows with at least one problem
	UnionsAdded []string  // whole paths
	Problems    []Problem // of the first 1,000 bad rows
}

// blame counts the bad rows and keeps the problems of the first of them.
func (r *Report) blame(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Row - b.Row })
	last := 0
	for _, p := range problems {
		if p.Row != last {
			last = p.Row
			r.Bad++
		}
		if r.Bad <= maxReported {
			r.Problems = append(r.Problems, p)
		}
	}
	r.Good = r.Rows - r.Bad
}
