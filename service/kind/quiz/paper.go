package quiz

import (
	"nianwei/service/activity"
	"nianwei/service/redraw"
)

// Progress is one worker's paper. It is stored for every entry, so its names are
// short and it holds no text.
type Progress struct {
	Deadline  int64    `json:"d"`           // when the paper is handed in at the latest, unix milliseconds
	Questions []int    `json:"q"`           // indices into the stock, in the order shown
	Orders    []string `json:"o,omitempty"` // for each question the bank's option numbers in the order shown; none = as in the bank
	Answers   []Choice `json:"a"`           // for each question the options chosen, as shown
	HandedIn  bool     `json:"h,omitempty"`
	Right     int      `json:"r,omitempty"` // once handed in
}

// draw makes the paper that a seed stands for: every set of questions in every
// order is equally likely, and so is every order of options.
func draw(f activity.Facts, s Settings, stock Stock) Progress {
	p := Progress{Deadline: deadline(f, s), Questions: make([]int, s.Questions), Answers: make([]Choice, s.Questions)}
	stream := redraw.NewStream(redraw.Key(f.Seed), "quiz paper")
	deal := redraw.NewDeal(uint64(len(stock)))
	for i := range p.Questions {
		at, _ := deal.Next(stream)
		p.Questions[i] = int(at)
	}
	if !s.Shuffle {
		return p
	}
	stream = redraw.NewStream(redraw.Key(f.Seed), "quiz options")
	p.Orders = make([]string, s.Questions)
	for i, at := range p.Questions {
		var order []byte
		for _, option := range redraw.Shuffle(stream, uint32(len(stock[at].Options))) {
			order = append(order, '0'+byte(option))
		}
		p.Orders[i] = string(order)
	}
	return p
}

// deadline gives when the worker's time is over: never after the round's.
func deadline(f activity.Facts, s Settings) int64 {
	return min(f.Now+int64(s.Seconds)*1000, f.Round.ClosesAt)
}

// option gives which option of the bank stands in place shown of question i.
func (p Progress) option(i, shown int) int {
	if len(p.Orders) == 0 {
		return shown
	}
	return int(p.Orders[i][shown] - '0')
}

// asShown gives a set of the bank's options of question i as they are shown.
func (p Progress) asShown(i int, bank Choice) Choice {
	var shown Choice
	for place := range MaxOptions {
		if len(p.Orders) > 0 && place >= len(p.Orders[i]) {
			break
		}
		if bank.Has(p.option(i, place)) {
			shown = shown.With(place)
		}
	}
	return shown
}

// score counts the questions whose right options are all chosen and no others.
func (p Progress) score(stock Stock) int {
	right := 0
	for i, at := range p.Questions {
		if p.Answers[i] == p.asShown(i, stock[at].Correct) {
			right++
		}
	}
	return right
}

// answered counts the questions that have an answer.
func (p Progress) answered() int {
	n := 0
	for _, a := range p.Answers {
		if a != 0 {
			n++
		}
	}
	return n
}
