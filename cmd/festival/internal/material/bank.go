package material

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Question is one question of the bank, with its options as texts, because the
// product shuffles them on every paper.
type Question struct {
	Text    string
	Options []string
	Correct []string // texts of the right options
	row     map[string]string
}

// Bank is a question bank by the text of its questions.
type Bank struct {
	Questions []Question
	byText    map[string]*Question
}

// ReadBank reads a question bank: 题目,选项A…,答案,解析, the answer as letters.
func ReadBank(path string) (_ *Bank, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	b := &Bank{byText: map[string]*Question{}}
	for i, cells := range rows[min(1, len(rows)):] {
		q, err := question(rows[0], cells)
		if err != nil {
			return nil, fmt.Errorf("%s: row %d: %w", path, i+2, err)
		}
		b.Questions = append(b.Questions, q)
	}
	for i := range b.Questions {
		b.byText[b.Questions[i].Text] = &b.Questions[i]
	}
	if len(b.byText) != len(b.Questions) || len(b.Questions) == 0 {
		return nil, fmt.Errorf("%s: %d questions, %d of them different", path, len(b.Questions), len(b.byText))
	}
	return b, nil
}

func question(head, cells []string) (Question, error) {
	q := Question{row: map[string]string{}}
	answer := ""
	for i, heading := range head {
		q.row[heading] = cells[i]
		switch {
		case heading == "题目":
			q.Text = cells[i]
		case heading == "答案":
			answer = cells[i]
		case strings.HasPrefix(heading, "选项") && cells[i] != "":
			q.Options = append(q.Options, cells[i])
		}
	}
	for _, letter := range answer {
		at := int(letter - 'A')
		if at < 0 || at >= len(q.Options) {
			return q, fmt.Errorf("the answer %q is none of %d options", answer, len(q.Options))
		}
		q.Correct = append(q.Correct, q.Options[at])
	}
	if q.Text == "" || len(q.Correct) == 0 {
		return q, fmt.Errorf("without text or answer")
	}
	return q, nil
}

// Rows gives the bank by the headings of the bank's template.
func (b *Bank) Rows() []map[string]string {
	out := make([]map[string]string, 0, len(b.Questions))
	for _, q := range b.Questions {
		out = append(out, q.row)
	}
	return out
}

// Choose gives the indices, as shown, of the options that are right, or, if
// right is false, a choice that is wrong. It is false for a question that the
// bank does not have.
func (b *Bank) Choose(text string, shown []string, right bool) ([]int, bool) {
	q := b.byText[text]
	if q == nil {
		return nil, false
	}
	var good, bad []int
	for i, option := range shown {
		if slices.Contains(q.Correct, option) {
			good = append(good, i)
		} else {
			bad = append(bad, i)
		}
	}
	switch {
	case right:
		return good, len(good) == len(q.Correct)
	case len(bad) > 0:
		return bad[:1], true
	default: // all are right, so a part of them is wrong
		return good[:1], true
	}
}
