package redraw

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The line numbers of the fixed head of a manifest.
const (
	lineRound = iota + 2
	linePrev
	lineKind
	lineOpens
	lineCloses
	lineCommit
	lineWitness
	lineFirstSource
)

// Validate checks every rule that the contract sets a manifest, and names the
// first line that breaks one (*LineError), numbered as Encode writes them.
func (m *Manifest) Validate() error {
	for _, rule := range []func() error{m.checkHead, m.checkSecret, m.checkSources, m.checkPrizes, m.checkTail} {
		if err := rule(); err != nil {
			return err
		}
	}
	return nil
}

func (m *Manifest) checkHead() error {
	switch {
	case !IsToken(m.Round) || !norm.NFC.IsNormalString(m.Round):
		return badLine(lineRound, "场次编号须是一个不含空格的词")
	case m.Number < 1:
		return badLine(lineRound, "场次序号从 1 开始")
	case (m.Number == 1) != (m.Prev == nil):
		return badLine(linePrev, "第 1 场没有上一场，其余各场须写明上一场清单的哈希")
	case !m.Kind.known():
		return badLine(lineKind, "没有这种抽奖方式")
	case m.OpensAt < 0:
		return badLine(lineOpens, "开始时间不对")
	case m.ClosesAt <= m.OpensAt:
		return badLine(lineCloses, "结束时间须晚于开始时间")
	}
	return nil
}

func (m *Manifest) checkSecret() error {
	if (m.Kind == KindQueue) != (m.Commit == nil) {
		return badLine(lineCommit, "先到先得没有秘密数，其余各种方式须先公布秘密数的哈希")
	}
	if m.Witness == nil {
		return nil
	}
	if m.Kind != KindDeck {
		return badLine(lineWitness, "只有即开抽奖才有见证人")
	}
	if CheckVRFKey(*m.Witness) != nil {
		return badLine(lineWitness, "见证人的公钥不对")
	}
	return nil
}

func (m *Manifest) checkSources() error {
	bits := 0
	seen := map[string]bool{}
	for i, id := range m.Sources {
		s, err := ParseSource(id)
		if err != nil || seen[id] || m.Kind == KindQueue {
			return badLine(lineFirstSource+i, "公开号码的来源不对或重复")
		}
		seen[id] = true
		bits += s.MilliBits
	}
	needed := len(m.Sources) > 0 || m.Kind == KindRaffle
	if needed && bits < MinEntropyMilliBits {
		return badLine(lineWitness+max(len(m.Sources), 1), "公开号码合起来不足 64 比特")
	}
	return nil
}

func (m *Manifest) checkPrizes() error {
	if len(m.Prizes) == 0 {
		return badLine(m.prizeLine(0), "没有奖品")
	}
	codes := map[string]bool{}
	var units, total int64
	for i, p := range m.Prizes {
		problem := p.problem(m.Kind)
		if problem == "" && codes[p.Code] {
			problem = "奖品代码重复"
		}
		codes[p.Code] = true
		if problem == "" {
			units += p.Count
			total += p.TotalFen()
			if units > maxUnits || total > maxFen {
				problem = "奖品数量或金额太大"
			}
		}
		if problem != "" {
			return badLine(m.prizeLine(i), problem)
		}
	}
	return nil
}

func (p Prize) problem(kind Kind) string {
	switch {
	case !IsToken(p.Code) || p.Code == blank || !norm.NFC.IsNormalString(p.Code):
		return "奖品代码须是一个不含空格的词"
	case !isName(p.Name):
		return "奖品名称为空、首尾有空格或含有控制字符"
	case p.Count < 1 || p.Count > maxUnits:
		return "奖品数量不对"
	case p.Fen < 0 || p.Fen > maxFen:
		return "奖品金额不对"
	case p.Split == SplitNone && (p.MinFen != 0 || p.MaxFen != 0):
		return "固定金额的奖品没有上下限"
	case p.Split == SplitNone && p.Fen > maxFen/p.Count:
		return "奖品金额太大"
	case p.Split != SplitNone && kind == KindQueue:
		return "先到先得没有秘密数，不能拆分红包"
	case p.Split != SplitNone && p.checkSplit() != nil:
		return "这笔钱按这样的份数和上下限分不出来"
	}
	return ""
}

func (m *Manifest) checkTail() error {
	line := m.prizeLine(len(m.Prizes))
	if m.Kind == KindDeck {
		if m.Tickets < m.UnitCount() || m.Tickets > maxTickets {
			return badLine(line, "奖券数少于奖品数，或太多")
		}
		line++
	} else if m.Tickets != 0 {
		return badLine(line, "只有即开抽奖才有奖券数")
	}
	if m.Cap < 1 {
		return badLine(line, "每人可中奖次数须至少为 1")
	}
	var total int64
	for _, p := range m.Prizes {
		total += p.TotalFen()
	}
	if m.TotalFen != total {
		return badLine(line+2, fmt.Sprintf("总额与各行之和不符，各行之和是 %d", total))
	}
	return nil
}

func (m *Manifest) prizeLine(i int) int { return lineFirstSource + len(m.Sources) + i }

func badLine(line int, problem string) error {
	return &LineError{Line: int64(line), Check: CheckManifest, Problem: problem}
}

// isName accepts text to the end of a line that looks the same however it is copied.
func isName(s string) bool {
	if s == "" || len(s) > 500 || strings.TrimSpace(s) != s || !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}
