package quiz

import (
	"encoding/json"
	"fmt"

	"nianwei/model/fault"
	"nianwei/model/store"
)

// MaxOptions is how many options a question can have: A to H.
const MaxOptions = 8

// What can be wrong with a bank when a round is to use it.
var (
	ErrBank     = fault.New(fault.Invalid, "quiz.bank_unknown", "没有找到所选的题库，请重新选择。")
	ErrBankSize = fault.New(fault.Invalid, "quiz.bank_too_small", "题库里的题目不够组成一份试卷，请减少题数或换一个题库。")
)

// Stock is a bank's questions in their order, the same for every paper of a round.
type Stock []Question

// Question is one question with what only the server knows of it.
type Question struct {
	Text        string
	Options     []string
	Correct     Choice // among Options
	Multiple    bool
	Explanation string
}

// Choice is a set of options: bit i stands for option i.
type Choice uint8

// Has tells whether option i is chosen.
func (c Choice) Has(i int) bool { return c>>i&1 == 1 }

// With gives the set with option i.
func (c Choice) With(i int) Choice { return c | 1<<i }

// List gives the chosen options in ascending order, never nil.
func (c Choice) List() []int {
	out := []int{}
	for i := range MaxOptions {
		if c.Has(i) {
			out = append(out, i)
		}
	}
	return out
}

// Stock reads the bank. It returns ErrBank or ErrBankSize, with the setting at
// fault, when no paper can be made of it.
func (Kind) Stock(tx *store.Tx, s Settings) (Stock, error) {
	var stock Stock
	var q Question
	var options, correct string
	err := tx.Each("SELECT text, options, correct, multiple, explanation FROM questions WHERE bank_id = ? ORDER BY no", []any{s.BankID},
		[]any{&q.Text, &options, &correct, &q.Multiple, &q.Explanation}, func() error {
			one, err := q.with(options, correct)
			if err != nil {
				return fmt.Errorf("bank %d, question %d: %w", s.BankID, len(stock)+1, err)
			}
			stock = append(stock, one)
			return nil
		})
	switch {
	case err != nil:
		return nil, fmt.Errorf("quiz: %w", err)
	case len(stock) == 0:
		return nil, ErrBank.With(fault.Field{Path: "/settings/bankId", Reason: ErrBank.Reason, Detail: ErrBank.Detail})
	case len(stock) < s.Questions:
		return nil, ErrBankSize.With(fault.Field{Path: "/settings/questions", Reason: ErrBankSize.Reason, Detail: fmt.Sprintf("题库里只有 %d 道题。", len(stock))})
	}
	return stock, nil
}

// with gives q with its options and its right ones, which are stored as JSON.
func (q Question) with(options, correct string) (Question, error) {
	var right []int
	q.Options, q.Correct = nil, 0
	if err := json.Unmarshal([]byte(options), &q.Options); err != nil {
		return q, fmt.Errorf("options: %w", err)
	}
	if err := json.Unmarshal([]byte(correct), &right); err != nil {
		return q, fmt.Errorf("correct: %w", err)
	}
	if len(q.Options) < 2 || len(q.Options) > MaxOptions || len(right) == 0 {
		return q, fmt.Errorf("%d options, %d of them right", len(q.Options), len(right))
	}
	for _, i := range right {
		if i < 0 || i >= len(q.Options) {
			return q, fmt.Errorf("no option %d", i)
		}
		q.Correct = q.Correct.With(i)
	}
	return q, nil
}
