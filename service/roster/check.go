package roster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// person is a row that holds what it should.
type person struct {
	row     int
	name    string
	phone   string
	hash    [32]byte
	unions  string // names from the root down, joined by unionJoint
	trade   string
	kind    string
	staying bool
}

// unionJoint joins the names of a union's path; no name can contain it.
const unionJoint = "/"

// checked is a file after every row was looked at by itself.
type checked struct {
	layout   layout
	rows     int
	people   []person
	problems []Problem
}

// check reads a whole file without asking the database.
func (r *Roster) check(ctx context.Context, file []byte) (*checked, error) {
	read, err := openSheet(file, r.limits)
	if err != nil {
		return nil, err
	}
	c := &checked{}
	headed, above := false, 0
	err = read(ctx, func(number int, cells []string) error {
		if headed {
			return c.add(r, number, cells)
		}
		if above++; above > headSearch {
			return ErrColumns
		}
		var err error
		c.layout, headed, err = findLayout(cells)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case above == 0:
		return nil, ErrEmpty
	case !headed:
		return nil, ErrColumns
	case c.rows == 0:
		return nil, ErrEmpty
	}
	c.refuseTwins()
	return c, nil
}

// add takes one row below the head.
func (c *checked) add(r *Roster, number int, cells []string) error {
	if c.rows++; c.rows > r.limits.Rows {
		return ErrTooLarge
	}
	p, problems := c.layout.person(number, cells)
	if len(problems) > 0 {
		c.problems = append(c.problems, problems...)
		return nil
	}
	p.hash = r.phoneHash(p.phone)
	c.people = append(c.people, p)
	return nil
}

// person reads one row and names everything that is wrong with it.
func (l layout) person(number int, cells []string) (p person, wrong []Problem) {
	blame := func(c column, reason, detail string) {
		wrong = append(wrong, Problem{Row: number, Column: c.title(), Reason: reason, Detail: detail})
	}
	p = person{
		row:   number,
		name:  tidyName(l.cell(cells, colName)),
		trade: cleanText(l.cell(cells, colTrade)),
		kind:  cleanText(l.cell(cells, colType)),
	}
	switch {
	case p.name == "":
		blame(colName, "required", "没有填写姓名。")
	case utf8.RuneCountInString(p.name) > maxName:
		blame(colName, "too_long", fmt.Sprintf("姓名超过 %d 个字。", maxName))
	case !plausibleName(p.name):
		blame(colName, "malformed", "姓名应为两个字以上，只含文字和间隔号「·」。")
	}
	phone, ok := plainNumber(strings.TrimSpace(l.cell(cells, colPhone))), false
	if p.phone, ok = ParsePhone(phone); phone == "" {
		blame(colPhone, "required", "没有填写手机号。")
	} else if !ok {
		blame(colPhone, "malformed", "手机号应为 11 位，以 1 开头，例如 13812345678。")
	}
	unions, ok := splitUnions(l.cell(cells, colUnion))
	p.unions = strings.Join(unions, unionJoint)
	if len(unions) == 0 && cleanText(l.cell(cells, colUnion)) == "" {
		blame(colUnion, "required", "没有填写工会。")
	} else if !ok {
		blame(colUnion, "malformed", fmt.Sprintf("工会应从上级写到基层，用「/」隔开，最多 %d 级，每级不超过 %d 个字。", maxUnionLevels, maxUnionName))
	}
	if !plausibleWord(p.trade) {
		blame(colTrade, "malformed", fmt.Sprintf("行业不能超过 %d 个字，不能以 = + - @ 开头。", maxWord))
	}
	if !plausibleWord(p.kind) {
		blame(colType, "malformed", fmt.Sprintf("用工类型不能超过 %d 个字，不能以 = + - @ 开头。", maxWord))
	}
	if p.staying, ok = parseYesNo(cleanText(l.cell(cells, colStaying))); !ok {
		blame(colStaying, "malformed", "是否留城只能填「是」或「否」。")
	}
	return p, wrong
}

// refuseTwins refuses all rows that share a phone: which of them is right only
// the organiser can know.
func (c *checked) refuseTwins() {
	rows := make(map[string][]int, len(c.people))
	for _, p := range c.people {
		rows[p.phone] = append(rows[p.phone], p.row)
	}
	c.people = slices.DeleteFunc(c.people, func(p person) bool {
		twins := rows[p.phone]
		if len(twins) == 1 {
			return false
		}
		c.problems = append(c.problems, Problem{Row: p.row, Column: colPhone.title(), Reason: "duplicate", Detail: "手机号在" + rowList(twins) + "重复出现，请只保留正确的一行。"})
		return true
	})
}

// rowList names the first rows of a list: 第 3 行、第 8 行等 12 行.
func rowList(rows []int) string {
	const shown = 5
	var names []string
	for _, row := range rows[:min(len(rows), shown)] {
		names = append(names, fmt.Sprintf("第 %d 行", row))
	}
	list := strings.Join(names, "、")
	if len(rows) > shown {
		list += fmt.Sprintf("等 %d 行", len(rows))
	}
	return list
}
