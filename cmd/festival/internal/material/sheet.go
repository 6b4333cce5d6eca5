package material

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// ErrHeading says that a template has no column for something that is to be filled in.
var ErrHeading = errors.New("material: the template has no such column")

// Fill writes rows below the head of a template that the product gave out, and
// gives the file. Each row is by heading; a heading that the template has with
// something behind it, as in 手机号（必填）, is found too.
func Fill(template []byte, rows []map[string]string) (_ []byte, err error) {
	head, err := headOf(template)
	if err != nil {
		return nil, err
	}
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	w, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return nil, err
	}
	if err := setRow(w, 1, head, nil); err != nil {
		return nil, err
	}
	for i, row := range rows {
		if err := setRow(w, i+2, head, row); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func headOf(template []byte) (_ []string, err error) {
	book, err := excelize.OpenReader(bytes.NewReader(template))
	if err != nil {
		return nil, fmt.Errorf("material: template: %w", err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		return nil, fmt.Errorf("material: template: %w", err)
	}
	for _, row := range rows {
		if len(row) > 2 { // a title above the head has one cell
			return row, nil
		}
	}
	return nil, errors.New("material: template without a head")
}

// setRow writes one row; without values it writes the head itself.
func setRow(w *excelize.StreamWriter, number int, head []string, values map[string]string) error {
	cells, used := make([]any, len(head)), 0
	for i, heading := range head {
		if values == nil {
			cells[i] = heading
			continue
		}
		for name, value := range values {
			if strings.TrimSpace(heading) == name || strings.HasPrefix(heading, name+"（") || strings.HasPrefix(heading, name+"(") {
				cells[i] = value
				used++
			}
		}
	}
	if used < len(values) {
		return fmt.Errorf("%w: %v into %v", ErrHeading, values, head)
	}
	cell, err := excelize.CoordinatesToCellName(1, number)
	if err != nil {
		return err
	}
	return w.SetRow(cell, cells)
}

// RosterRows gives a crowd by the roster template's headings.
func RosterRows(crowd []Person) []map[string]string {
	out := make([]map[string]string, 0, len(crowd))
	for _, p := range crowd {
		staying := "否"
		if p.Staying {
			staying = "是"
		}
		out = append(out, map[string]string{"姓名": p.Name, "手机号": p.Phone, "工会": p.Union, "行业": p.Trade, "用工类型": p.Type, "是否留城": staying})
	}
	return out
}
