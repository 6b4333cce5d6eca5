package redraw

import (
	"fmt"
	"slices"
)

// The names of the checks of a round, stable for programs.
const (
	CheckKeys     = "keys"     // keys.txt can be read
	CheckOpenNote = "opennote" // open.note carries a valid signature of every key
	CheckManifest = "manifest" // its text keeps every rule, and the log is of this manifest
	CheckPrevious = "previous" // it names the round before
	CheckCommit   = "commit"   // the revealed secret is the one committed to
	CheckOrder    = "order"    // every log line is well formed and in its place
	CheckEntropy  = "entropy"  // public numbers, in order and format
	CheckDeck     = "deck"     // deck or moments were fixed before opening
	CheckWindow   = "window"   // no play outside the window, or out of time
	CheckEntry    = "entry"    // entries of a raffle
	CheckBeat     = "beat"     // the witness's proofs
	CheckResult   = "result"   // every result follows from the secret
	CheckCap      = "cap"      // nobody won more often than allowed
	CheckTotal    = "total"    // the sums agree
	CheckComplete = "complete" // the log ends with its end line
	CheckClose    = "close"    // close.note is a signed head of the log up to close
	CheckFinal    = "final"    // final.note is a signed head of the whole log
)

// Outcome of a check.
type Outcome string

// The outcomes. Unreached checks lie behind the first failure; Unchecked ones
// lacked something that the caller did not supply.
const (
	Passed    Outcome = "passed"
	Failed    Outcome = "failed"
	Unreached Outcome = "unreached"
	Unchecked Outcome = "unchecked"
)

// Check is one rule that a round was held against.
type Check struct {
	Name    string  `json:"name"`
	Title   string  `json:"title"` // Chinese
	Outcome Outcome `json:"outcome"`
	File    string  `json:"file,omitempty"`   // the file of the first line that does not hold
	Line    int64   `json:"line,omitempty"`   // counted from 1
	Detail  string  `json:"detail,omitempty"` // Chinese
}

// Report is the outcome of verifying a round.
type Report struct {
	Round  string  `json:"round"`
	Kind   Kind    `json:"kind"`
	Level  int     `json:"level"`
	Checks []Check `json:"checks"`
	Lines  int64   `json:"lines"`
	Wins   int64   `json:"wins"`
	Fen    int64   `json:"fen"`
}

// OK tells whether every check was reached and none failed.
func (r *Report) OK() bool {
	for _, c := range r.Checks {
		if c.Outcome == Failed || c.Outcome == Unreached {
			return false
		}
	}
	return true
}

// First gives the check that failed; false when none did.
func (r *Report) First() (Check, bool) {
	for _, c := range r.Checks {
		if c.Outcome == Failed {
			return c, true
		}
	}
	return Check{}, false
}

// String gives one Chinese line for people.
func (c Check) String() string {
	place := c.File
	if c.Line > 0 {
		place = fmt.Sprintf("%s 第 %d 行", c.File, c.Line)
	}
	switch c.Outcome {
	case Passed:
		return "通过　" + c.Title
	case Failed:
		return fmt.Sprintf("不成立　%s：%s，%s", c.Title, place, c.Detail)
	case Unchecked:
		return fmt.Sprintf("未核对　%s：%s", c.Title, c.Detail)
	}
	return "未查到　" + c.Title
}

func newReport() *Report {
	r := &Report{}
	for _, c := range []struct{ name, title string }{
		{CheckKeys, "公钥可以读取"},
		{CheckOpenNote, "清单由所有公钥签名"},
		{CheckManifest, "清单合乎规则，日志属于这份清单"},
		{CheckPrevious, "与上一场相接，没有缺号"},
		{CheckCommit, "公布的秘密数就是开场前承诺的"},
		{CheckOrder, "日志的每一行写法正确、次序正确"},
		{CheckEntropy, "公开号码的次序和写法正确"},
		{CheckDeck, "奖池在开场前已经固定"},
		{CheckWindow, "所有参与都在规定时间之内"},
		{CheckEntry, "参与记录正确"},
		{CheckBeat, "见证人的证明成立"},
		{CheckResult, "每个结果都能重新推出"},
		{CheckCap, "没有人超过中奖次数"},
		{CheckTotal, "次数和金额合计一致"},
		{CheckComplete, "日志完整"},
		{CheckClose, "截止时的日志有签名"},
		{CheckFinal, "完整的日志有签名"},
	} {
		r.Checks = append(r.Checks, Check{Name: c.name, Title: c.title, Outcome: Unreached})
	}
	return r
}

// scope drops the checks that a round of this manifest has nothing for, so that
// no report claims to have checked a witness that there was not.
func (r *Report) scope(m *Manifest) {
	r.Round, r.Kind, r.Level = m.Round, m.Kind, m.Level()
	applies := map[string]bool{
		CheckCommit:  m.Commit != nil,
		CheckEntropy: len(m.Sources) > 0,
		CheckDeck:    m.Kind == KindDeck || m.Kind == KindMoments,
		CheckEntry:   m.Kind == KindRaffle,
		CheckBeat:    m.Level() == 1,
		CheckCap:     m.Kind != KindRaffle, // a person is ranked once at most
	}
	r.Checks = slices.DeleteFunc(r.Checks, func(c Check) bool {
		applied, conditional := applies[c.Name]
		return conditional && !applied
	})
}

func (r *Report) set(name string, outcome Outcome, detail string) *Check {
	i := slices.IndexFunc(r.Checks, func(c Check) bool { return c.Name == name })
	if i < 0 {
		r.Checks = append(r.Checks, Check{Name: name, Title: name})
		i = len(r.Checks) - 1
	}
	r.Checks[i].Outcome, r.Checks[i].Detail = outcome, detail
	return &r.Checks[i]
}

func (r *Report) pass(names ...string) {
	for i, c := range r.Checks {
		if slices.Contains(names, c.Name) {
			r.Checks[i].Outcome = Passed
		}
	}
}
