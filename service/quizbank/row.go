package quizbank

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

const (
	maxOptions       = 8
	textRunes        = 500
	optionRunes      = 200
	explanationRunes = 1000
	maxReported      = 1000
)

// question is a row that holds what it should.
type question struct {
	text        string
	options     []string
	correct     []int // indices of options, ascending
	explanation string
}

// read is a file after every row was looked at.
type read struct {
	layout    layout
	headed    bool
	rows      int
	questions []question
	bad       int
	problems  []Problem
	texts     map[string]int // folded text → row
}

// readFile looks at every row of a file without asking the database.
func readFile(file []byte) (*read, error) {
	r := &read{texts: map[string]int{}}
	if err := eachRow(file, r.row); err != nil {
		return nil, err
	}
	switch {
	case !r.headed && r.rows == 0:
		return nil, ErrColumns
	case r.rows == 0:
		return nil, ErrEmpty
	}
	return r, nil
}

func (r *read) report(dryRun bool) *Report {
	report := &Report{DryRun: dryRun, Rows: r.rows, Good: r.rows - r.bad, Bad: r.bad, Problems: r.problems}
	if r.bad == 0 {
		report.Added = report.Good
	}
	return report
}

func (r *read) row(number int, cells []string) error {
	if !r.headed {
		r.layout, r.headed = findHead(cells)
		if !r.headed && number >= headSearch {
			return ErrColumns
		}
		return nil
	}
	if r.rows++; r.rows > maxQuestions {
		return ErrTooMany
	}
	q, problems := r.layout.question(cells)
	if q.text != "" {
		if first, repeated := r.texts[fold(q.text)]; repeated {
			problems = append(problems, Problem{Column: columnText, Reason: "bank.repeated_question", Detail: fmt.Sprintf("与第 %d 行的题目相同，请删去一个。", first)})
		} else {
			r.texts[fold(q.text)] = number
		}
	}
	if len(problems) == 0 {
		r.questions = append(r.questions, q)
		return nil
	}
	if r.bad++; r.bad <= maxReported {
		for _, p := range problems {
			p.Row = number
			r.problems = append(r.problems, p)
		}
	}
	return nil
}

// The headings of the template.
const (
	columnText        = "题目"
	columnAnswer      = "答案"
	columnExplanation = "解析"
	columnOption      = "选项" // with a letter behind it
)

// layout tells in which column something stands; -1 = in none.
type layout struct {
	text, answer, explanation int
	options                   [maxOptions]int
}

// findHead reads a row as the head; false when it is none.
func findHead(cells []string) (layout, bool) {
	l := layout{text: -1, answer: -1, explanation: -1}
	for i := range l.options {
		l.options[i] = -1
	}
	for at, cell := range cells {
		heading := strings.ToUpper(strings.Join(strings.Fields(width.Fold.String(cell)), ""))
		switch heading {
		case columnText, "题干":
			l.text = at
		case columnAnswer, "正确答案":
			l.answer = at
		case columnExplanation, "答案解析":
			l.explanation = at
		}
		if letter, ok := strings.CutPrefix(heading, columnOption); ok && len(letter) == 1 && letter[0] >= 'A' && letter[0] < 'A'+maxOptions {
			l.options[letter[0]-'A'] = at
		}
	}
	return l, l.text >= 0 && l.answer >= 0 && l.options[0] >= 0 && l.options[1] >= 0
}

// question reads a row, or says all that is wrong with it.
func (l layout) question(cells []string) (question, []Problem) {
	var q question
	var problems []Problem
	bad := func(column, reason, format string, args ...any) {
		problems = append(problems, Problem{Column: column, Reason: reason, Detail: fmt.Sprintf(format, args...)})
	}
	cell := func(column string, at, most int) string {
		if at < 0 || at >= len(cells) {
			return ""
		}
		text, ok := tidy(cells[at])
		if !ok {
			bad(column, "bank.characters", "有不能使用的字符，请删去这一格，重新输入。")
			return ""
		}
		if utf8.RuneCountInString(text) > most {
			bad(column, "bank.too_long", "太长，最多 %d 个字。", most)
		}
		return text
	}
	if q.text = cell(columnText, l.text, textRunes); q.text == "" && len(problems) == 0 {
		bad(columnText, "required", "请填写题目。")
	}
	q.explanation = cell(columnExplanation, l.explanation, explanationRunes)
	var options [maxOptions]string
	for i, at := range l.options {
		options[i] = cell(columnOption+letter(i), at, optionRunes)
	}
	answer := cell(columnAnswer, l.answer, optionRunes)
	if len(problems) > 0 {
		return q, problems
	}
	if q.options = checkOptions(options, bad); len(problems) == 0 {
		q.correct = checkAnswer(answer, len(q.options), bad)
	}
	return q, problems
}

type blame func(column, reason, format string, args ...any)

// checkOptions gives the options, which stand without a gap from A.
func checkOptions(cells [maxOptions]string, bad blame) []string {
	var out []string
	seen := map[string]int{}
	for i, text := range cells {
		if text == "" {
			continue
		}
		if i != len(out) {
			bad(columnOption+letter(len(out)), "bank.gap", "这一格是空的，而后面还有选项%s，请从 A 开始依次填写。", letter(i))
			return out
		}
		if first, repeated := seen[fold(text)]; repeated {
			bad(columnOption+letter(i), "bank.repeated_option", "与选项%s相同。", letter(first))
		}
		seen[fold(text)] = i
		out = append(out, text)
	}
	if len(out) < 2 {
		bad(columnOption+"B", "bank.few_options", "每道题至少要有两个选项。")
	}
	return out
}

// checkAnswer gives the right options of an answer as people write it: A, ABD,
// a、b、d. Several letters make a multiple-choice question.
func checkAnswer(text string, options int, bad blame) []int {
	var right [maxOptions]bool
	n := 0
	for _, r := range strings.ToUpper(width.Fold.String(text)) {
		if unicode.IsSpace(r) || strings.ContainsRune(",;、/", r) {
			continue
		}
		i := int(r - 'A')
		switch {
		case i < 0 || i >= maxOptions:
			bad(columnAnswer, "bank.answer", "请填写正确选项的字母，如 A 或 ABD。")
			return nil
		case i >= options:
			bad(columnAnswer, "bank.answer_option", "答案里有 %s，但没有选项%s。", letter(i), letter(i))
			return nil
		case right[i]:
			bad(columnAnswer, "bank.answer_repeated", "答案里的 %s 写了两次。", letter(i))
			return nil
		}
		right[i] = true
		n++
	}
	if n == 0 {
		bad(columnAnswer, "required", "请填写答案。")
	}
	var out []int
	for i, is := range right {
		if is {
			out = append(out, i)
		}
	}
	return out
}

func letter(i int) string { return string(rune('A' + i)) }

// fold gives the form in which two texts are the same to a reader.
func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(width.Fold.String(s)), ""))
}

// tidy gives a text as it is kept: composed (NFC), with single spaces. It is
// false for control and private characters and those that reverse or hide text.
func tidy(s string) (string, bool) {
	s = norm.NFC.String(strings.Join(strings.Fields(s), " "))
	for _, r := range s {
		switch {
		case r == '\u200c' || r == '\u200d': // joiners are part of letters and emoji
		case r == utf8.RuneError, unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co):
			return "", false
		}
	}
	return s, true
}
