// Package quiz is 知识问答: a random paper from a question bank, against time.
// Which answers are right never leaves the server before the round has closed,
// and how many of a paper's were right not before it is handed in.
package quiz

import "nianwei/service/activity"

// Kind implements activity.Kind.
type Kind struct{}

var _ activity.Kind[Settings, Stock, Progress, Input] = Kind{}

// Name is the kind's word in code, API and database.
func (Kind) Name() string { return "quiz" }

// Title is what an organiser calls it.
func (Kind) Title() string { return "知识问答" }

// Limits gives the attempts in a round and on a day.
func (Kind) Limits(s Settings) activity.Limits {
	return activity.Limits{PerRound: s.Attempts, PerDay: s.AttemptsPerDay}
}

// Public gives what a worker must know before opening a paper; the bank is not part of it.
func (Kind) Public(s Settings) any {
	return Public{Questions: s.Questions, Seconds: s.Seconds, Attempts: s.Attempts, AttemptsPerDay: s.AttemptsPerDay, PassScore: s.PassScore}
}

// Begin opens a paper, whose time runs from this moment.
func (Kind) Begin(f activity.Facts, s Settings, stock Stock, in Input) (activity.Outcome[Progress], error) {
	if len(in.Answers) > 0 || in.Finish {
		return activity.Outcome[Progress]{}, ErrBegin
	}
	if len(stock) < s.Questions {
		return activity.Outcome[Progress]{}, ErrBankSize
	}
	return open(draw(f, s, stock)), nil
}

// Step saves answers, and with finish hands the paper in. Any wrong answer
// refuses the whole step, so that a worker's phone knows what is saved.
func (Kind) Step(_ activity.Facts, s Settings, stock Stock, p Progress, in Input) (activity.Outcome[Progress], error) {
	switch {
	case p.HandedIn:
		return activity.Outcome[Progress]{}, ErrHandedIn
	case len(in.Answers) == 0 && !in.Finish:
		return activity.Outcome[Progress]{}, ErrEmpty
	}
	p, err := p.save(stock, in.Answers)
	if err != nil {
		return activity.Outcome[Progress]{}, err
	}
	if !in.Finish {
		return open(p), nil
	}
	return handIn(s, stock, p), nil
}

// Expire hands in what was saved. A paper without a single answer does not
// count as taking part.
func (Kind) Expire(_ activity.Facts, s Settings, stock Stock, p Progress) (activity.Outcome[Progress], error) {
	if p.answered() == 0 {
		p.HandedIn = true
		return activity.Outcome[Progress]{Progress: p, State: activity.Expired}, nil
	}
	return handIn(s, stock, p), nil
}

func open(p Progress) activity.Outcome[Progress] {
	return activity.Outcome[Progress]{Progress: p, State: activity.Open, Deadline: p.Deadline}
}

func handIn(s Settings, stock Stock, p Progress) activity.Outcome[Progress] {
	p.HandedIn, p.Right = true, p.score(stock)
	o := activity.Outcome[Progress]{Progress: p, State: activity.Done, Score: int64(p.Right)}
	if p.Right >= s.PassScore {
		o.Chances = 1
	}
	return o
}
