package redraw

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

const testOrigin = "draw.example.org"

// counter is a deterministic source of key material for tests.
type counter struct{ n uint64 }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		c.n++
		s := sha256.Sum256(u64(c.n))
		p[i] = s[0]
	}
	return len(p), nil
}

// signerPair is an organiser and an auditor with their keys.txt.
type signerPair struct {
	signers []note.Signer
	keysTxt []byte
	keys    Keys
	vrf     *VRFKey
}

func newSigners(t testing.TB, n int) signerPair {
	t.Helper()
	var p signerPair
	random := &counter{}
	for i := range n {
		secret, public, err := GenerateKey(random, fmt.Sprintf("key%d.example.org", i))
		if err != nil {
			t.Fatal(err)
		}
		s, err := note.NewSigner(secret)
		if err != nil {
			t.Fatal(err)
		}
		p.signers = append(p.signers, s)
		p.keysTxt = append(p.keysTxt, public+"\n"...)
	}
	var err error
	if p.keys, err = ParseKeys(p.keysTxt); err != nil {
		t.Fatal(err)
	}
	if p.vrf, err = NewVRFKey([32]byte{7}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p signerPair) sign(t testing.TB, text []byte) []byte {
	t.Helper()
	signed, err := Sign(text, p.signers...)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// plan is a random round before it is played.
type plan struct {
	kind    Kind
	level   int
	entropy bool
	prizes  []Prize
	tickets int64
	asks    []planAsk
	groups  []int   // sizes of the batches that plays arrive in
	voids   []int64 // ranks, tried in order
	extra   int     // substitutes listed
}

type planAsk struct {
	who    byte
	at     int64
	weight int64
}

const (
	testOpens  = 1771200000000
	testCloses = testOpens + 1000
)

var testNumbers = []PublicNumber{
	{"ssq/2027016", "01,05,09,18,24,31+07"},
	{"dlt/2027016", "03,11,20,27,35+02,09"},
	{"pl5/2027046", "40817"},
}

func (p plan) manifest(secret Secret, vrf *VRFKey) *Manifest {
	m := &Manifest{
		Round: "除夕-1", Number: 1, Kind: p.kind, OpensAt: testOpens, ClosesAt: testCloses,
		Prizes: p.prizes, Cap: 1000, Rules: Hash{9},
	}
	if p.kind != KindQueue {
		c := Commit(m.Round, secret)
		m.Commit = &c
	}
	if p.level == 1 {
		k := vrf.Public()
		m.Witness = &k
	}
	if p.entropy {
		for _, n := range testNumbers {
			m.Sources = append(m.Sources, n.Source)
		}
	}
	if p.kind == KindDeck {
		m.Tickets = p.tickets
	}
	for _, prize := range p.prizes {
		m.TotalFen += prize.TotalFen()
	}
	return m
}

// composer writes the log of a round with the same calls that a server makes.
type composer struct {
	t       testing.TB
	plan    plan
	signers signerPair
	m       *Manifest
	hash    Hash
	secret  Secret
	numbers []PublicNumber
	lines   [][]byte
	tree    StoredHashes
	wins    int64
	fen     int64
	deck    *Deck
	moments *Moments
	closeAt int // lines up to and including close
}

func (c *composer) add(line []byte) {
	c.lines = append(c.lines, line)
	c.tree.Append(line)
}

func (c *composer) head() (int64, Hash) {
	f := c.tree.Frontier()
	return f.Size(), f.Root()
}

func (c *composer) key(entries Hash) Key {
	return NewKey(c.secret, c.hash, entries, EntropyHash(c.numbers))
}

func (c *composer) entropy() {
	if c.plan.entropy {
		c.numbers = testNumbers
	}
	for _, n := range c.numbers {
		c.add(AppendEntropy(nil, n))
	}
}

func (c *composer) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func compose(t testing.TB, p plan) *composer {
	t.Helper()
	n := 1 + p.level
	c := &composer{t: t, plan: p, signers: newSigners(t, n), secret: Secret{1, 2, 3}}
	c.m = p.manifest(c.secret, c.signers.vrf)
	c.must(c.m.Validate())
	c.hash = ManifestHash(c.m.Encode())
	c.add(AppendOpen(nil, c.hash))
	switch p.kind {
	case KindRaffle:
		c.raffle()
	case KindQueue:
		c.queue()
	default:
		c.instant()
	}
	c.add(AppendTotal(nil, c.wins, c.fen))
	c.add(AppendEnd(nil))
	return c
}

func (c *composer) who(b byte) Hash { return Who(c.m.Round, [16]byte{b}, "openid") }

func (c *composer) close(plays int64) {
	c.add(AppendClose(nil, testCloses, plays))
	c.closeAt = len(c.lines)
}

func (c *composer) give(seq int64, t Ticket) {
	c.add(AppendWon(nil, seq, t))
	if !t.Blank {
		c.wins++
		c.fen += t.Fen
	}
}

func (c *composer) queue() {
	units, err := NewUnits(Key{}, c.m.Prizes)
	c.must(err)
	var seq int64
	for _, a := range c.plan.asks {
		if seq < units.Len() {
			c.add(AppendAsk(nil, seq, c.who(a.who), a.at))
			code, fen := units.At(seq)
			c.give(seq, Ticket{Pos: seq, Code: code, Fen: fen})
			seq++
		}
	}
	c.close(seq)
}

func (c *composer) instant() {
	c.entropy()
	var err error
	if c.m.Kind == KindDeck {
		c.deck, err = NewDeck(c.key(Hash{}), c.m.Prizes, c.m.Tickets)
		c.must(err)
		root, err := c.deck.Commit()
		c.must(err)
		c.add(AppendDeck(nil, c.m.Tickets, root))
	} else {
		c.moments, err = NewMoments(c.key(Hash{}), c.m.Prizes, testOpens, testCloses)
		c.must(err)
		root, err := c.moments.Commit()
		c.must(err)
		c.add(AppendMoments(nil, c.moments.Len(), root))
	}
	var seq int64
	switch {
	case c.plan.level == 1:
		seq = c.batches()
	case c.deck != nil:
		seq = c.plays()
	default:
		seq = c.claims()
	}
	c.close(seq)
	c.add(AppendReveal(nil, c.secret))
}

func (c *composer) plays() (seq int64) {
	for _, a := range c.plan.asks {
		if seq < c.deck.Len() {
			c.add(AppendAsk(nil, seq, c.who(a.who), a.at))
			c.give(seq, c.deck.At(seq))
			seq++
		}
	}
	return seq
}

func (c *composer) claims() (seq int64) {
	var claims Claims
	for _, a := range c.plan.asks {
		c.add(AppendAsk(nil, seq, c.who(a.who), a.at))
		if t, ok := claims.Claim(c.moments, a.at); ok {
			c.give(seq, t)
		} else {
			c.add(AppendNotWon(nil, seq))
		}
		seq++
	}
	return seq
}

func (c *composer) batches() (seq int64) {
	picks := NewPicks(c.key(Hash{}), c.m.Tickets)
	asks := c.plan.asks
	var b int64
	for i := 0; len(asks) > 0 && picks.Left() > 0; i++ {
		n := min(1+c.plan.groups[i%len(c.plan.groups)], len(asks), int(picks.Left()))
		for k, a := range asks[:n] {
			c.add(AppendAsk(nil, seq+int64(k), c.who(a.who), a.at))
		}
		asks = asks[n:]
		size, root := c.head()
		pi, beta, err := c.signers.vrf.Prove(BeatInput(b, size, root))
		c.must(err)
		c.add(AppendBeat(nil, b, size, pi))
		b++
		for _, pos := range picks.Batch(nil, beta, n) {
			c.give(seq, c.deck.At(pos))
			seq++
		}
	}
	return seq
}

func (c *composer) raffle() {
	var e Entrants
	for i, a := range c.plan.asks {
		c.must(e.Enter(c.who(a.who), a.weight))
		c.add(AppendEnter(nil, int64(i), c.who(a.who), a.weight, a.at))
	}
	c.close(int64(len(c.plan.asks)))
	size, root := c.head()
	c.entropy()
	c.add(AppendReveal(nil, c.secret))
	k := c.key(EntriesHash(size, root))
	units, err := NewUnits(k, c.m.Prizes)
	c.must(err)
	ranking := NewRanking(k, &e)
	w := NewWinners(units, ranking)
	for r := int64(0); r < units.Len()+int64(c.plan.extra); r++ {
		if winner, ok := w.At(r); ok {
			c.add(AppendRank(nil, winner))
		} else if entry, ok := ranking.Entry(r); ok {
			c.add(AppendSubstitute(nil, r, entry))
		}
	}
	for _, r := range c.plan.voids {
		sub, ok, err := w.Void(r)
		if err != nil {
			continue
		}
		c.add(AppendVoid(nil, r, "absent"))
		if ok {
			c.add(AppendSub(nil, r, sub.Rank, sub.Entry))
		}
	}
	for _, winner := range w.All() {
		c.wins++
		c.fen += winner.Fen
	}
}

func logText(lines [][]byte) []byte {
	return append(bytes.Join(lines, []byte("\n")), '\n')
}

// files gives the round with checkpoints over the given lines; the signatures are
// those of an operator who signs whatever the log says.
func (c *composer) files(lines [][]byte, closeAt int) Files {
	text := logText(lines)
	return Files{
		Open:  c.signers.sign(c.t, c.m.Encode()),
		Close: c.checkpoint(lines[:closeAt]),
		Final: c.checkpoint(lines),
		Keys:  c.signers.keysTxt,
		Log:   func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil },
	}
}

func (c *composer) checkpoint(lines [][]byte) []byte {
	var f Frontier
	for _, l := range lines {
		f.Append(l)
	}
	head := Checkpoint{Log: LogName(testOrigin, c.m.Round), Size: f.Size(), Root: f.Root()}
	return c.signers.sign(c.t, head.Text())
}

func (c *composer) verify(f Files) *Report {
	c.t.Helper()
	r, err := Verify(f, VerifyOptions{Origin: testOrigin})
	c.must(err)
	return r
}

func (r *Report) text() string {
	var b strings.Builder
	for _, c := range r.Checks {
		fmt.Fprintln(&b, c)
	}
	return b.String()
}

func asLineError(err error, to **LineError) bool { return errors.As(err, to) }
