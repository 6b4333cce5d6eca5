package roster

import (
	"fmt"
	"strings"

	"golang.org/x/text/width"

	"nianwei/model/fault"
)

// column is one of the roster's columns, whatever the file calls it.
type column int

const (
	colName column = iota
	colPhone
	colUnion
	colTrade
	colType
	colStaying
	columnCount
)

// title gives the column's name in the template.
func (c column) title() string {
	return [columnCount]string{"姓名", "手机号", "工会", "行业", "用工类型", "是否留城"}[c]
}

// needed tells whether a file without the column is refused.
func (c column) needed() bool { return c <= colUnion }

// columnOf finds the column behind a heading; ok is false for a heading that
// is none of the roster's, which is left alone.
func columnOf(heading string) (c column, ok bool) {
	heading = strings.ToLower(width.Fold.String(cleanText(heading)))
	heading, _, _ = strings.Cut(heading, "(") // 手机号(必填)
	switch strings.Trim(strings.ReplaceAll(heading, " ", ""), "*:：") {
	case "姓名", "职工姓名", "名字", "员工姓名", "name":
		return colName, true
	case "手机号", "手机", "电话", "手机号码", "联系电话", "电话号码", "移动电话", "联系方式", "phone", "mobile":
		return colPhone, true
	case "工会", "所属工会", "工会组织", "所在工会", "基层工会", "单位工会", "union":
		return colUnion, true
	case "行业", "工种", "所属行业", "岗位", "trade":
		return colTrade, true
	case "用工类型", "用工形式", "职工类型", "类型", "就业类型", "type":
		return colType, true
	case "是否留城", "留城", "是否留镇", "是否留守", "留城过年", "就地过年", "是否就地过年", "staying":
		return colStaying, true
	}
	return 0, false
}

// layout is where a file has its columns; -1 = it has none.
type layout [columnCount]int

// has tells whether the file has the column, so that a column that was left
// out changes nothing.
func (l layout) has(c column) bool { return l[c] >= 0 }

// cell gives a row's text in a column.
func (l layout) cell(cells []string, c column) string {
	if at := l[c]; at >= 0 && at < len(cells) {
		return cells[at]
	}
	return ""
}

// findLayout reads a row as a head. head is false when it has neither a name
// nor a phone, so it may be a title above the head.
func findLayout(cells []string) (l layout, head bool, err error) {
	for c := range l {
		l[c] = -1
	}
	var twice []fault.Field
	for at, heading := range cells[:min(len(cells), maxColumns)] {
		c, ok := columnOf(heading)
		if !ok {
			continue
		}
		if l.has(c) {
			twice = append(twice, fault.Field{Path: c.title(), Reason: "twice",
				Detail: fmt.Sprintf("第 %d 列和第 %d 列都是「%s」，请删去一列。", l[c]+1, at+1, c.title())})
			continue
		}
		l[c] = at
	}
	if !l.has(colName) && !l.has(colPhone) {
		return l, false, nil
	}
	if len(twice) > 0 {
		return l, true, ErrColumns.With(twice...)
	}
	return l, true, l.missing()
}

func (l layout) missing() error {
	var fields []fault.Field
	for c := range columnCount {
		if c.needed() && !l.has(c) {
			fields = append(fields, fault.Field{Path: c.title(), Reason: "required", Detail: "缺少「" + c.title() + "」这一列。"})
		}
	}
	if len(fields) > 0 {
		return ErrColumns.With(fields...)
	}
	return nil
}
