package quiz

import "nianwei/service/activity"

// View is what a worker sees of their paper (QuizView in the contract).
type View struct {
	Deadline  int64          `json:"deadline"`
	Answered  int            `json:"answered"`
	Passed    *bool          `json:"passed,omitempty"` // only when the paper counts
	Right     *int           `json:"right,omitempty"`  // only when the paper counts
	Questions []QuestionView `json:"questions"`        // none between handing in and the round's close
}

// QuestionView is a question as it stands on the paper.
type QuestionView struct {
	Text        string   `json:"text"`
	Multiple    bool     `json:"multiple"`
	Options     []string `json:"options"`
	Chosen      []int    `json:"chosen"`
	Correct     []int    `json:"correct,omitempty"`     // only after the round has closed
	Explanation string   `json:"explanation,omitempty"` // only after the round has closed
}

// Show gives the questions while they are to be answered, then only how many
// were right, and the right answers when nobody can use them in this round any more.
func (Kind) Show(f activity.Facts, s Settings, stock Stock, p Progress) any {
	v := View{Deadline: p.Deadline, Answered: p.answered(), Questions: []QuestionView{}}
	if f.Done && p.HandedIn {
		passed := p.Right >= s.PassScore
		v.Right, v.Passed = &p.Right, &passed
	}
	if p.HandedIn && !f.Round.Closed {
		return v
	}
	for i := range p.Questions {
		v.Questions = append(v.Questions, p.question(stock, i, p.HandedIn && f.Round.Closed))
	}
	return v
}

func (p Progress) question(stock Stock, i int, revealed bool) QuestionView {
	q := stock[p.Questions[i]]
	v := QuestionView{Text: q.Text, Multiple: q.Multiple, Options: make([]string, len(q.Options)), Chosen: p.Answers[i].List()}
	for place := range v.Options {
		v.Options[place] = q.Options[p.option(i, place)]
	}
	if revealed {
		v.Correct, v.Explanation = p.asShown(i, q.Correct).List(), q.Explanation
	}
	return v
}
