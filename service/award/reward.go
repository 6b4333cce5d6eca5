// Package award decides what is given: it commits a round's prizes before the
// round opens, draws, keeps the draw's log, and remembers what is owed to whom
// and how far it has come. It does not know what the worker did to earn it.
package award

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"nianwei/model/fault"
	"nianwei/service/redraw"
)

// Kind is a way of rewarding.
type Kind string

// The ways of rewarding.
const (
	None   Kind = "none"
	Deck   Kind = "deck"   // instant lottery from a committed, shuffled deck
	Raffle Kind = "raffle" // N of the entrants, after close
)

// PrizeKind is what a prize is, and so how it is delivered.
type PrizeKind string

// The kinds of prizes.
const (
	Cash    PrizeKind = "cash"    // 红包
	Credit  PrizeKind = "credit"  // 话费
	Voucher PrizeKind = "voucher" // 卡券
	Goods   PrizeKind = "goods"   // 实物
)

// Reward is what the rounds of an activity give. Prizes and tickets are for
// each round.
type Reward struct {
	Kind            Kind     `json:"kind"`
	Tickets         int64    `json:"tickets,omitempty"` // deck: prizes and blanks together
	Cap             int64    `json:"cap,omitempty"`     // wins per worker in one round; 0 means 1
	OncePerActivity bool     `json:"oncePerActivity,omitempty"`
	Sources         []string `json:"sources,omitempty"` // raffle: public numbers; "2:ssq/2027018" is for round 2 alone, {date} is the day of closing
	Prizes          []Prize  `json:"prizes,omitempty"`
}

// Prize is one line of a pool: Count units of AmountFen each, or a split of
// TotalFen into Count amounts.
type Prize struct {
	Code      string    `json:"code"`
	Name      string    `json:"name"`
	Kind      PrizeKind `json:"kind"`
	Count     int64     `json:"count"`
	AmountFen int64     `json:"amountFen,omitempty"`
	TotalFen  int64     `json:"totalFen,omitempty"`
	MinFen    int64     `json:"minFen,omitempty"`
	MaxFen    int64     `json:"maxFen,omitempty"`
	Split     string    `json:"split,omitempty"` // "", "box" or "open"
}

// PromiseFen is what one round of the reward can cost at most.
func (r Reward) PromiseFen() int64 {
	var sum int64
	for _, p := range r.Prizes {
		sum += p.line().TotalFen()
	}
	return sum
}

// Units is how many prizes one round has.
func (r Reward) Units() int64 {
	var n int64
	for _, p := range r.Prizes {
		n += p.Count
	}
	return n
}

// Prize finds a prize by its code.
func (r Reward) Prize(code string) (Prize, bool) {
	for _, p := range r.Prizes {
		if p.Code == code {
			return p, true
		}
	}
	return Prize{}, false
}

func (r Reward) cap() int64 { return max(r.Cap, 1) }

func (p Prize) line() redraw.Prize {
	line := redraw.Prize{Code: p.Code, Count: p.Count, Fen: p.AmountFen, Name: p.Name}
	if p.Split != "" {
		line.Split, line.Fen, line.MinFen, line.MaxFen = redraw.SplitMode(p.Split), p.TotalFen, p.MinFen, p.MaxFen
	}
	return line
}

// Check names every wrong value of a reward, with paths below /reward.
func (r Reward) Check() []fault.Field {
	switch r.Kind {
	case None:
		if len(r.Prizes) > 0 || r.Tickets > 0 || len(r.Sources) > 0 {
			return []fault.Field{{Path: "/reward/prizes", Reason: "not_allowed", Detail: "没有奖励的活动不能设置奖品。"}}
		}
		return nil
	case Deck, Raffle:
	default:
		return []fault.Field{{Path: "/reward/kind", Reason: "unknown", Detail: "请选择奖励方式。"}}
	}
	out := r.checkPrizes()
	if r.Kind == Deck && r.Tickets < r.Units() {
		out = append(out, fault.Field{Path: "/reward/tickets", Reason: "too_few", Detail: fmt.Sprintf("奖签总数至少为奖品总数 %d。", r.Units())})
	}
	if r.Kind == Raffle {
		if r.Tickets > 0 {
			out = append(out, fault.Field{Path: "/reward/tickets", Reason: "not_allowed", Detail: "抽奖名单没有奖签数。"})
		}
		out = append(out, r.checkSources()...)
	}
	if len(out) > 0 {
		return out
	}
	// What is left are the rules of the draw itself, checked by the draw itself.
	return r.CheckRound(1)
}

// CheckRound names what the draw's own rules refuse in the number-th round.
func (r Reward) CheckRound(number int) []fault.Field {
	if r.Kind == None {
		return nil
	}
	m := r.manifest(Commitment{Round: "check", Number: number, OpensAt: 1, ClosesAt: 2})
	m.Commit = &redraw.Hash{}
	if number > 1 {
		m.Prev = &redraw.Hash{}
	}
	var line *redraw.LineError
	if err := m.Validate(); errors.As(err, &line) {
		return []fault.Field{{Path: "/reward", Reason: "draw_rule", Detail: fmt.Sprintf("第 %d 场：%s。", number, line.Problem)}}
	} else if err != nil {
		return []fault.Field{{Path: "/reward", Reason: "draw_rule", Detail: "奖品设置不能用于抽奖。"}}
	}
	return nil
}

func (r Reward) checkPrizes() []fault.Field {
	if len(r.Prizes) == 0 {
		return []fault.Field{{Path: "/reward/prizes", Reason: "required", Detail: "请至少设置一种奖品。"}}
	}
	var out []fault.Field
	bad := func(i int, field, reason, detail string) {
		out = append(out, fault.Field{Path: fmt.Sprintf("/reward/prizes/%d/%s", i, field), Reason: reason, Detail: detail})
	}
	seen := map[string]bool{}
	for i, p := range r.Prizes {
		if p.Code == "" || p.Code == "-" || seen[p.Code] {
			bad(i, "code", "duplicate", "奖品代码不能为空，也不能重复。")
		}
		seen[p.Code] = true
		switch p.Kind {
		case Cash, Credit, Voucher, Goods:
		default:
			bad(i, "kind", "unknown", "请选择奖品类型。")
		}
		if strings.TrimSpace(p.Name) != p.Name || p.Name == "" || strings.ContainsAny(p.Name, "\n\r\t") {
			bad(i, "name", "format", "奖品名称不能为空，前后不能有空格。")
		}
		if p.Count < 1 {
			bad(i, "count", "min", "数量至少为 1。")
		}
		switch {
		case p.Split == "" && (p.TotalFen != 0 || p.MinFen != 0 || p.MaxFen != 0):
			bad(i, "split", "required", "设置了总金额，请选择拆分方式。")
		case p.Split == "" && p.AmountFen == 0 && (p.Kind == Cash || p.Kind == Credit):
			bad(i, "amountFen", "required", "请填写每份金额。")
		case p.Split != "" && (p.AmountFen != 0 || p.TotalFen < p.Count*max(p.MinFen, 1)):
			bad(i, "totalFen", "too_small", "总金额不足以让每份都达到最低金额。")
		case p.AmountFen < 0 || p.MinFen < 0 || p.MaxFen < 0:
			bad(i, "amountFen", "min", "金额不能为负数。")
		}
	}
	return out
}

func (r Reward) checkSources() []fault.Field {
	var out []fault.Field
	for i, s := range r.Sources {
		_, id := splitSource(s)
		if _, err := redraw.ParseSource(fillDate(id, time.Unix(0, 0).UTC())); err != nil {
			out = append(out, fault.Field{Path: fmt.Sprintf("/reward/sources/%d", i), Reason: "format", Detail: "公开号码的写法应如 ssq/2027016（双色球第 2027016 期）；只用于第 2 场的写成 2:ssq/2027018。"})
		}
	}
	return out
}

// sourcesOf gives the public numbers of one round.
func (r Reward) sourcesOf(number int, closes time.Time) []string {
	var out []string
	for _, s := range r.Sources {
		if only, id := splitSource(s); only == 0 || only == number {
			out = append(out, fillDate(id, closes))
		}
	}
	return out
}

// splitSource takes the round's number off "2:ssq/2027018"; 0 stands for every round.
func splitSource(s string) (number int, id string) {
	head, id, found := strings.Cut(s, ":")
	if !found {
		return 0, s
	}
	if _, err := fmt.Sscanf(head, "%d", &number); err != nil || number < 1 {
		return 0, s
	}
	return number, id
}

func fillDate(s string, closes time.Time) string {
	return strings.ReplaceAll(s, "{date}", closes.Format(time.DateOnly))
}
