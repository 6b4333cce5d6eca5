package redraw

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ParseManifest reads the text of open.note and refuses everything that Encode
// would not have written or Validate would not accept; the *LineError names the
// line. Being strict leaves one reading of a signed file.
func ParseManifest(text []byte) (*Manifest, error) {
	p := &manifestReader{lines: strings.SplitAfter(string(text), "\n")}
	if err := p.checkText(text); err != nil {
		return nil, err
	}
	m := &Manifest{}
	p.head(m)
	p.lists(m)
	p.tail(m)
	if p.err != nil {
		return nil, p.err
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	if !bytes.Equal(m.Encode(), text) {
		return nil, badLine(1, "清单的写法不是唯一的规定写法")
	}
	return m, nil
}

type manifestReader struct {
	lines []string // each with its LF
	next  int
	err   error
}

func (p *manifestReader) checkText(text []byte) error {
	for i, line := range p.lines {
		switch {
		case !utf8.ValidString(line) || !norm.NFC.IsNormalString(line):
			return badLine(i+1, "文字不是规范的 UTF-8（NFC）")
		case strings.ContainsRune(line, '\r'):
			return badLine(i+1, "行尾须只有换行符")
		}
	}
	if len(text) == 0 || text[len(text)-1] != '\n' {
		return badLine(len(p.lines), "最后一行没有换行符")
	}
	p.lines = p.lines[:len(p.lines)-1]
	return nil
}

// is tells whether the next line begins with a word.
func (p *manifestReader) is(word string) bool {
	return p.err == nil && p.next < len(p.lines) && strings.HasPrefix(p.lines[p.next], word+" ")
}

// fields takes the next line, which has the word and n more fields; the last may
// contain spaces when rest is set.
func (p *manifestReader) fields(word string, n int, rest bool) []string {
	empty := make([]string, n)
	if p.err != nil {
		return empty
	}
	if p.next == len(p.lines) {
		p.err = badLine(p.next+1, "缺少 "+word+" 行")
		return empty
	}
	line := strings.TrimSuffix(p.lines[p.next], "\n")
	p.next++
	limit := -1
	if rest {
		limit = n + 1
	}
	parts := strings.SplitN(line, " ", limit)
	if parts[0] != word || len(parts) != n+1 {
		p.err = badLine(p.next, "这里应是 "+word+" 行")
		return empty
	}
	return parts[1:]
}

func (p *manifestReader) fail(problem string) {
	if p.err == nil {
		p.err = badLine(p.next, problem)
	}
}

func (p *manifestReader) number(s string) int64 {
	n, ok := parseDecimal([]byte(s))
	if !ok {
		p.fail("数字的写法不对")
	}
	return n
}

func (p *manifestReader) hash(s string) *Hash {
	h, ok := parseHash([]byte(s))
	if !ok {
		p.fail("须是 64 个小写十六进制字符")
	}
	return &h
}

func (p *manifestReader) hashOrDash(s string) *Hash {
	if s == blank {
		return nil
	}
	return p.hash(s)
}

func (p *manifestReader) head(m *Manifest) {
	if f := p.fields("redraw/v1", 1, false); f[0] != "open" {
		p.fail("第一行须是 redraw/v1 open")
	}
	f := p.fields("round", 2, false)
	m.Round, m.Number = f[0], p.number(f[1])
	m.Prev = p.hashOrDash(p.fields("prev", 1, false)[0])
	if m.Kind = Kind(p.fields("kind", 1, false)[0]); !m.Kind.known() {
		p.fail("没有这种抽奖方式")
	}
	m.OpensAt = p.number(p.fields("opens", 1, false)[0])
	m.ClosesAt = p.number(p.fields("closes", 1, false)[0])
	m.Commit = p.hashOrDash(p.fields("commit", 1, false)[0])
	m.Witness = p.hashOrDash(p.fields("witness", 1, false)[0])
}

func (p *manifestReader) lists(m *Manifest) {
	for p.is("entropy") {
		m.Sources = append(m.Sources, p.fields("entropy", 1, false)[0])
	}
	for p.is("prize") || p.is("split") {
		if p.is("prize") {
			f := p.fields("prize", 4, true)
			m.Prizes = append(m.Prizes, Prize{Code: f[0], Count: p.number(f[1]), Fen: p.number(f[2]), Name: f[3]})
			continue
		}
		f := p.fields("split", 7, true)
		prize := Prize{Code: f[0], Count: p.number(f[1]), Fen: p.number(f[2]), Name: f[6]}
		prize.MinFen, prize.MaxFen = p.number(f[3]), p.number(f[4])
		if prize.Split = SplitMode(f[5]); prize.Split != SplitBox && prize.Split != SplitOpen {
			p.fail("拆分方式须是 box 或 open")
		}
		m.Prizes = append(m.Prizes, prize)
	}
}

func (p *manifestReader) tail(m *Manifest) {
	if p.is("tickets") {
		m.Tickets = p.number(p.fields("tickets", 1, false)[0])
		if m.Kind != KindDeck {
			p.fail("只有即开抽奖才有奖券数")
		}
	}
	m.Cap = p.number(p.fields("cap", 1, false)[0])
	m.Rules = *p.hash(p.fields("rules", 1, false)[0])
	m.TotalFen = p.number(p.fields("total", 1, false)[0])
	if p.err == nil && p.next < len(p.lines) {
		p.err = badLine(p.next+1, "total 之后不应再有内容")
	}
}
