package quiz

import (
	"fmt"
	"slices"

	"nianwei/model/fault"
)

// What can be wrong with what a worker sends. The wrong answers stand in the fields.
var (
	ErrBegin    = fault.New(fault.Invalid, "quiz.not_begun", "请先打开试卷，再提交答案。")
	ErrEmpty    = fault.New(fault.Invalid, "quiz.empty", "没有要保存的答案。")
	ErrAnswer   = fault.New(fault.Invalid, "quiz.answer", "有答案不符合题目要求，请重新选择。")
	ErrHandedIn = fault.New(fault.Conflict, "quiz.handed_in", "已经交卷，不能再修改。")
)

// Input begins a paper when it is empty, and saves answers or hands in when it is not.
type Input struct {
	Answers []Answer `json:"answers,omitempty"`
	Finish  bool     `json:"finish,omitempty"`
}

// Answer replaces the answer to one question. No options takes it back.
type Answer struct {
	Question *int  `json:"question"` // index on the paper; a pointer, so that a forgotten one is not the first
	Options  []int `json:"options"`  // indices as shown
}

// save gives the paper with the answers, or all that is wrong with them.
func (p Progress) save(stock Stock, answers []Answer) (Progress, error) {
	if len(answers) > len(p.Questions) {
		return p, ErrAnswer.With(fault.Field{Path: "/input/answers", Reason: "quiz.too_many", Detail: fmt.Sprintf("这份试卷只有 %d 道题。", len(p.Questions))})
	}
	saved := slices.Clone(p.Answers)
	seen := make([]bool, len(saved))
	var wrong []fault.Field
	for n, a := range answers {
		field := fmt.Sprintf("/input/answers/%d", n)
		if a.Question == nil || *a.Question < 0 || *a.Question >= len(saved) {
			wrong = append(wrong, fault.Field{Path: field + "/question", Reason: "quiz.no_question", Detail: "试卷上没有这道题。"})
			continue
		}
		i := *a.Question
		if seen[i] {
			wrong = append(wrong, fault.Field{Path: field + "/question", Reason: "quiz.repeated", Detail: fmt.Sprintf("第 %d 题提交了两次答案。", i+1)})
			continue
		}
		seen[i] = true
		chosen, reason, detail := stock[p.Questions[i]].choose(a.Options)
		if reason != "" {
			wrong = append(wrong, fault.Field{Path: field + "/options", Reason: reason, Detail: fmt.Sprintf("第 %d 题：%s", i+1, detail)})
			continue
		}
		saved[i] = chosen
	}
	if len(wrong) > 0 {
		return p, ErrAnswer.With(wrong...)
	}
	p.Answers = saved
	return p, nil
}

// choose gives options as a set, or why they cannot be an answer to q.
func (q Question) choose(options []int) (chosen Choice, reason, detail string) {
	switch {
	case options == nil:
		return 0, "required", "没有写明选了哪些选项。"
	case len(options) > 1 && !q.Multiple:
		return 0, "quiz.single_choice", "这是单选题，只能选一个。"
	}
	for _, o := range options {
		switch {
		case o < 0 || o >= len(q.Options):
			return 0, "quiz.no_option", "没有这个选项。"
		case chosen.Has(o):
			return 0, "quiz.repeated", "同一个选项选了两次。"
		}
		chosen = chosen.With(o)
	}
	return chosen, "", ""
}
