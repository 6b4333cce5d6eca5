package main

import (
	"crypto/sha256"
	"math/bits"
	"strings"
)

// The four kinds of draw (redraw/v1, section 5).
const (
	kindDeck    = "deck"
	kindMoments = "moments"
	kindRaffle  = "raffle"
	kindQueue   = "queue"
)

// How the amounts of a prize line come about: the same for each, or a split.
const (
	methodEach = "each"
	methodBox  = "box"
	methodOpen = "open"
)

const (
	// blankCode stands for "nothing" wherever a code or hash may be missing.
	blankCode = "-"
	// maxTickets is the largest round this tool takes on; it bounds memory
	// before anything in the files has been believed.
	maxTickets = 100_000_000
)

// prizeLine is one `prize` or `split` line. For a split cents is the TOTAL.
type prizeLine struct {
	line         int
	code, name   string
	method       string
	count, cents uint64
	min, max     uint64
}

// sum is what the whole line costs in cents, and false when that overflows.
func (l prizeLine) sum() (uint64, bool) {
	if l.method != methodEach {
		return l.cents, true
	}
	hi, lo := bits.Mul64(l.count, l.cents)
	return lo, hi == 0 && lo <= maxNumber
}

// source is one public number named by its exact issue.
type source struct {
	line int
	id   string
}

// manifest is what was promised and signed before the round opened.
type manifest struct {
	hash          [32]byte
	round         string
	number        uint64
	prev          string
	kind          string
	opens, closes uint64
	commit        [32]byte
	witness       []byte
	sources       []source
	prizes        []prizeLine
	tickets       uint64
	cap           uint64
	total         uint64

	roundLine, prevLine, commitLine, witnessLine, totalLine int
}

// level is 1 when the auditor's witness takes part in every result.
func (m *manifest) level() int {
	if m.kind == kindDeck && m.witness != nil {
		return 1
	}
	return 0
}

// units counts the things that can be won.
func (m *manifest) units() uint64 {
	n := uint64(0)
	for _, p := range m.prizes {
		n += p.count
	}
	return n
}

// promised sums the prize lines in cents.
func (m *manifest) promised() (uint64, bool) {
	sum := uint64(0)
	for _, p := range m.prizes {
		s, ok := p.sum()
		if sum += s; !ok || sum > maxNumber {
			return 0, false
		}
	}
	return sum, true
}

// parseManifest reads the signed text of open.note. It refuses every departure
// from the fixed order of lines, because a text that two people can read in two
// ways promises nothing. Errors carry the line.
func parseManifest(text string) (*manifest, error) {
	if !strings.HasSuffix(text, "\n") {
		return nil, at(1+strings.Count(text, "\n"), "the last line has no line feed")
	}
	r := &manifestReader{lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
	m := &manifest{hash: sha256.Sum256([]byte(text))}
	for _, part := range []func(*manifest) error{
		r.title, r.identity, r.kind, r.window, r.commit, r.witness, r.entropy,
		r.prizes, r.tickets, r.limits, r.end,
	} {
		if err := part(m); err != nil {
			return nil, err
		}
	}
	return m, nil
}

type manifestReader struct {
	lines []string
	done  int
}

// word peeks at the first word of the next line.
func (r *manifestReader) word() string {
	if r.done == len(r.lines) {
		return ""
	}
	word, _, _ := strings.Cut(r.lines[r.done], " ")
	return word
}

// fields takes the next line, which must be the word and n fields.
func (r *manifestReader) fields(word string, n int) ([]string, error) {
	line := r.done + 1
	if r.word() != word {
		return nil, at(line, "expected a %q line", word)
	}
	f := strings.SplitN(r.lines[r.done], " ", n+1)
	if len(f) != n+1 {
		return nil, at(line, "%q has %d fields, must have %d", word, len(f)-1, n)
	}
	for i, field := range f {
		last := i == n && (word == "prize" || word == "split")
		if (last && !isName(field)) || (!last && !isToken(field)) {
			return nil, at(line, "field %d of %q is empty or not one word", i, word)
		}
	}
	r.done++
	return f[1:], nil
}

func (r *manifestReader) number(word string) (uint64, error) {
	f, err := r.fields(word, 1)
	if err != nil {
		return 0, err
	}
	return r.decimal(word, f[0])
}

// decimal reads a number of the line just taken.
func (r *manifestReader) decimal(what, s string) (uint64, error) {
	n, ok := parseNumber(s)
	if !ok {
		return 0, at(r.done, "%s: %q is not a decimal number", what, s)
	}
	return n, nil
}

func (r *manifestReader) title(*manifest) error {
	f, err := r.fields("redraw/v1", 1)
	if err == nil && f[0] != "open" {
		err = at(r.done, "expected \"redraw/v1 open\"")
	}
	return err
}

func (r *manifestReader) identity(m *manifest) error {
	f, err := r.fields("round", 2)
	if err != nil {
		return err
	}
	m.round, m.roundLine = f[0], r.done
	if m.number, err = r.decimal("round number", f[1]); err != nil {
		return err
	}
	if m.number == 0 {
		return at(r.done, "rounds are numbered from 1")
	}
	if f, err = r.fields("prev", 1); err != nil {
		return err
	}
	m.prev, m.prevLine = f[0], r.done
	if (m.number == 1) != (m.prev == blankCode) {
		return at(r.done, "round %d with prev %s: only round 1 has no previous round", m.number, m.prev)
	}
	if _, ok := parseHash(m.prev); !ok && m.prev != blankCode {
		return at(r.done, "prev is neither - nor a hash")
	}
	return nil
}

func (r *manifestReader) kind(m *manifest) error {
	f, err := r.fields("kind", 1)
	if err != nil {
		return err
	}
	switch m.kind = f[0]; m.kind {
	case kindDeck, kindMoments, kindRaffle, kindQueue:
		return nil
	}
	return at(r.done, "unknown kind %q", m.kind)
}

func (r *manifestReader) window(m *manifest) (err error) {
	if m.opens, err = r.number("opens"); err != nil {
		return err
	}
	if m.closes, err = r.number("closes"); err != nil {
		return err
	}
	if m.opens >= m.closes {
		return at(r.done, "the round closes at %d, not after it opens at %d", m.closes, m.opens)
	}
	return nil
}

func (r *manifestReader) commit(m *manifest) error {
	f, err := r.fields("commit", 1)
	if err != nil {
		return err
	}
	m.commitLine = r.done
	if m.kind == kindQueue {
		if f[0] != blankCode {
			return at(r.done, "a queue has no secret, commit must be -")
		}
		return nil
	}
	var ok bool
	if m.commit, ok = parseHash(f[0]); !ok {
		return at(r.done, "commit is not a hash")
	}
	return nil
}

func (r *manifestReader) witness(m *manifest) error {
	f, err := r.fields("witness", 1)
	m.witnessLine = r.done
	if err != nil || f[0] == blankCode {
		return err
	}
	key, ok := parseHash(f[0])
	if !ok {
		return at(r.done, "witness is neither - nor a VRF public key")
	}
	if y, err := decodePoint(key[:]); err != nil || isSmall(y) {
		return at(r.done, "witness is not a VRF public key")
	}
	m.witness = key[:]
	return nil
}

func (r *manifestReader) entropy(m *manifest) error {
	seen := map[string]bool{}
	for r.word() == "entropy" {
		f, err := r.fields("entropy", 1)
		if err != nil {
			return err
		}
		if m.kind == kindQueue {
			return at(r.done, "a queue uses no public numbers")
		}
		if _, ok := findBulletin(f[0]); !ok {
			return at(r.done, "unknown public number %q", f[0])
		}
		if seen[f[0]] {
			return at(r.done, "%q is named twice", f[0])
		}
		seen[f[0]] = true
		m.sources = append(m.sources, source{line: r.done, id: f[0]})
	}
	return nil
}

func (r *manifestReader) prizes(m *manifest) error {
	seen := map[string]bool{}
	for r.word() == "prize" || r.word() == "split" {
		read := r.prize
		if r.word() == "split" {
			read = r.split
		}
		l, err := read(m)
		if err != nil {
			return err
		}
		if l.code == blankCode || seen[l.code] {
			return at(r.done, "code %q is taken", l.code)
		}
		seen[l.code] = true
		if l.count == 0 || l.count > maxTickets || m.units()+l.count > maxTickets {
			return at(r.done, "count %d: must be 1 or more, and %d together at most", l.count, maxTickets)
		}
		if err := l.checkLimits(); err != nil {
			return err
		}
		m.prizes = append(m.prizes, l)
	}
	if len(m.prizes) == 0 {
		return at(r.done+1, "expected a \"prize\" or \"split\" line")
	}
	return nil
}

func (r *manifestReader) prize(*manifest) (prizeLine, error) {
	f, err := r.fields("prize", 4)
	if err != nil {
		return prizeLine{}, err
	}
	l := prizeLine{line: r.done, code: f[0], name: f[3], method: methodEach}
	if l.count, err = r.decimal("count", f[1]); err != nil {
		return l, err
	}
	l.cents, err = r.decimal("cents", f[2])
	return l, err
}

func (r *manifestReader) split(m *manifest) (prizeLine, error) {
	f, err := r.fields("split", 7)
	if err != nil {
		return prizeLine{}, err
	}
	l := prizeLine{line: r.done, code: f[0], name: f[6], method: f[5]}
	if m.kind == kindQueue {
		return l, at(r.done, "a queue has no secret to split with")
	}
	for i, to := range []*uint64{&l.count, &l.cents, &l.min, &l.max} {
		if *to, err = r.decimal([]string{"count", "TOTAL", "min", "max"}[i], f[1+i]); err != nil {
			return l, err
		}
	}
	if l.method != methodBox && l.method != methodOpen {
		return l, at(r.done, "unknown way to split %q", l.method)
	}
	return l, nil
}

// checkLimits refuses a split that has no legal division, or a box whose maximum
// is not twice the mean less the minimum within a tenth: further away the last
// packet would hardly ever fit.
func (l prizeLine) checkLimits() error {
	if _, ok := l.sum(); !ok {
		return at(l.line, "the line's total is too large")
	}
	if l.method == methodEach {
		return nil
	}
	least, ok := product(l.count, l.min)
	if !ok || least > l.cents {
		return at(l.line, "%d packets of at least %d are more than %d", l.count, l.min, l.cents)
	}
	most, ok := product(l.count, l.max)
	if l.max != 0 && ok && most < l.cents {
		return at(l.line, "%d packets of at most %d are less than %d", l.count, l.max, l.cents)
	}
	if l.method == methodBox && !l.maxIsCentred() {
		return at(l.line, "max %d is not 2*mean-min within 10 %%", l.max)
	}
	return nil
}

// maxIsCentred says |max - (2*mean-min)| <= 10 % of (2*mean-min), in whole numbers.
func (l prizeLine) maxIsCentred() bool {
	top, okTop := product(l.count, l.max)
	double, okDouble := product(l.cents, 2)
	if !okTop || !okDouble || l.max < l.min {
		return false
	}
	want := double - l.count*l.min
	off := max(top, want) - min(top, want)
	return off <= want/10
}

func product(a, b uint64) (uint64, bool) {
	hi, lo := bits.Mul64(a, b)
	return lo, hi == 0 && lo <= maxNumber
}

func (r *manifestReader) tickets(m *manifest) (err error) {
	if m.kind != kindDeck {
		return nil
	}
	if m.tickets, err = r.number("tickets"); err != nil {
		return err
	}
	if m.tickets < m.units() || m.tickets > maxTickets {
		return at(r.done, "%d tickets for %d prizes", m.tickets, m.units())
	}
	return nil
}

func (r *manifestReader) limits(m *manifest) (err error) {
	if m.cap, err = r.number("cap"); err != nil {
		return err
	}
	if m.cap == 0 {
		return at(r.done, "a cap of 0 lets nobody win")
	}
	f, err := r.fields("rules", 1)
	if err != nil {
		return err
	}
	if _, ok := parseHash(f[0]); !ok {
		return at(r.done, "rules is not a hash")
	}
	m.total, err = r.number("total")
	m.totalLine = r.done
	return err
}

func (r *manifestReader) end(*manifest) error {
	if r.done != len(r.lines) {
		return at(r.done+1, "nothing may follow \"total\"")
	}
	return nil
}
