package main

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"filippo.io/edwards25519"
	"golang.org/x/mod/sumdb/note"
)

// This file makes finished rounds the slow way: big integers, whole arrays, the
// recursive Merkle tree of RFC 6962. It calls nothing of the verifier, so that an
// error would have to be made twice.

const (
	testOrigin = "draw.example"
	testOpens  = 1_000_000
	testCloses = 1_600_000
)

func sha(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "")))
	return string(h[:])
}

func mac(key string, parts ...string) string {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(strings.Join(parts, "")))
	return string(m.Sum(nil))
}

func be(n int) string { return string(binary.BigEndian.AppendUint64(nil, uint64(n))) }

func hexed(s string) string { return hex.EncodeToString([]byte(s)) }

// numbers returns uniform(n) of the stream of key and label.
func numbers(key, label string) func(n int) int {
	block, words := 0, []string{}
	return func(n int) int {
		if n == 1 {
			return 0
		}
		whole := new(big.Int).Lsh(big.NewInt(1), 64)
		low := new(big.Int).Mod(whole, big.NewInt(int64(n)))
		for {
			if len(words) == 0 {
				b := mac(key, label, "\x00", be(block))
				words = []string{b[:8], b[8:16], b[16:24], b[24:]}
				block++
			}
			x := new(big.Int).SetBytes([]byte(words[0]))
			words = words[1:]
			if x.Cmp(low) >= 0 {
				return int(x.Mod(x, big.NewInt(int64(n))).Int64())
			}
		}
	}
}

// dealer returns the outputs of deal(n), each from the numbers given for it.
func dealer(n int) func(uniform func(int) int) int {
	a := make([]int, n)
	for i := range a {
		a[i] = i
	}
	i := -1
	return func(uniform func(int) int) int {
		i++
		j := i + uniform(n-i)
		a[i], a[j] = a[j], a[i]
		return a[i]
	}
}

func merkle(leaves []string) string {
	if len(leaves) == 1 {
		return sha("\x00", leaves[0])
	}
	k := half(len(leaves))
	return sha("\x01", merkle(leaves[:k]), merkle(leaves[k:]))
}

func half(n int) int {
	k := 1
	for 2*k < n {
		k *= 2
	}
	return k
}

func auditPath(i int, leaves []string) []string {
	if len(leaves) == 1 {
		return nil
	}
	k := half(len(leaves))
	if i < k {
		return append(auditPath(i, leaves[:k]), hexed(merkle(leaves[k:])))
	}
	return append(auditPath(i-k, leaves[k:]), hexed(merkle(leaves[:k])))
}

// signer is a note key made from a seed, so that golden outputs stay the same.
type signer struct {
	note.Signer
	public string
}

func newSigner(t testing.TB, name string) signer {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	public, err := note.NewEd25519VerifierKey(name, ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	hash := strings.Split(public, "+")[1]
	private := "PRIVATE+KEY+" + name + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed[:]...))
	s, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer{s, public}
}

func sign(t testing.TB, text string, by ...signer) string {
	t.Helper()
	var signers []note.Signer
	for _, s := range by {
		signers = append(signers, s)
	}
	out, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// witness is the auditor's VRF key.
type witness struct {
	x      *edwards25519.Scalar
	prefix string
	public []byte
}

func newWitness(seed []byte) witness {
	h := sha512.Sum512(seed)
	x, _ := edwards25519.NewScalar().SetBytesWithClamping(h[:32])
	return witness{x, string(h[32:]), new(edwards25519.Point).ScalarBaseMult(x).Bytes()}
}

// prove follows RFC 9381, 5.1, step by step.
func (w witness) prove(alpha string) (pi, beta string) {
	h := new(edwards25519.Point)
	for c := 0; ; c++ {
		d := sha512.Sum512([]byte("\x03\x01" + string(w.public) + alpha + string([]byte{byte(c), 0})))
		if _, err := h.SetBytes(d[:32]); err == nil {
			h.MultByCofactor(h)
			break
		}
	}
	gamma := new(edwards25519.Point).ScalarMult(w.x, h)
	nonce := sha512.Sum512([]byte(w.prefix + string(h.Bytes())))
	k, _ := edwards25519.NewScalar().SetUniformBytes(nonce[:])
	u, v := new(edwards25519.Point).ScalarBaseMult(k), new(edwards25519.Point).ScalarMult(k, h)
	all := "\x03\x02" + string(w.public)
	for _, p := range []*edwards25519.Point{h, gamma, u, v} {
		all += string(p.Bytes())
	}
	sum := sha512.Sum512([]byte(all + "\x00"))
	var wide [32]byte
	copy(wide[:], sum[:16])
	c, _ := edwards25519.NewScalar().SetCanonicalBytes(wide[:])
	s := edwards25519.NewScalar().MultiplyAdd(c, w.x, k)
	out := sha512.Sum512([]byte("\x03\x03" + string(new(edwards25519.Point).MultByCofactor(gamma).Bytes()) + "\x00"))
	return string(gamma.Bytes()) + string(sum[:16]) + string(s.Bytes()), string(out[:])
}

// won is a unit as the maker sees it.
type prizeUnit struct {
	code  string
	cents int
}

func (u prizeUnit) String() string { return fmt.Sprintf("%s %d", u.code, u.cents) }

// maker makes one round.
type maker struct {
	t        testing.TB
	kind     string
	id       string
	number   int
	prev     string
	level    int
	limit    int
	tickets  int
	sources  []string // "id value"
	prizes   []string
	secret   string
	manifest string
	log      []string
	leaves   []string // of the deck or the moments
	closed   int      // lines up to and with close
	key      string
	units    []prizeUnit
	keys     []signer
	witness  witness
}

func newMaker(t testing.TB, kind string, number int, prev string) *maker {
	return &maker{
		t: t, kind: kind, id: "r" + kind, number: number, prev: prev, limit: 3,
		secret:  sha("secret of ", kind),
		prizes:  []string{"prize a 1 88800 一等奖 手机", "split rp 5 1449 30 549 box 红包", "split q 3 1000 30 0 open 红包"},
		keys:    []signer{newSigner(t, "organiser.example"), newSigner(t, "auditor.example")},
		witness: newWitness([]byte(sha("witness"))),
	}
}

func who(i int) string { return hexed(sha("person ", fmt.Sprint(i))) }

func (m *maker) add(format string, args ...any) {
	m.log = append(m.log, fmt.Sprintf(format, args...))
}

func (m *maker) write() {
	total := 0
	for _, p := range m.prizes {
		var word, code string
		var count, cents int
		fmt.Sscan(p, &word, &code, &count, &cents)
		if word == "prize" {
			cents *= count
		}
		total += cents
	}
	commit, key := hexed(sha("redraw/v1 commit\n", m.id, "\n", m.secret)), "-"
	if m.kind == "queue" {
		commit = "-"
	}
	if m.level == 1 {
		key = hex.EncodeToString(m.witness.public)
	}
	lines := []string{
		"redraw/v1 open", fmt.Sprintf("round %s %d", m.id, m.number), "prev " + m.prev, "kind " + m.kind,
		fmt.Sprintf("opens %d", testOpens), fmt.Sprintf("closes %d", testCloses), "commit " + commit, "witness " + key,
	}
	for _, s := range m.sources {
		lines = append(lines, "entropy "+strings.Split(s, " ")[0])
	}
	lines = append(lines, m.prizes...)
	if m.kind == "deck" {
		lines = append(lines, fmt.Sprintf("tickets %d", m.tickets))
	}
	lines = append(lines, fmt.Sprintf("cap %d", m.limit), "rules "+hexed(sha("rules")), fmt.Sprintf("total %d", total))
	m.manifest = strings.Join(lines, "\n") + "\n"
	m.add("open %s", hexed(sha(m.manifest)))
}

func (m *maker) deriveKey(entries string) {
	x := ""
	for _, s := range m.sources {
		x += s + "\n"
	}
	m.key = mac(m.secret, "redraw/v1 key\n", sha(m.manifest), entries, sha(x))
	for _, p := range m.prizes {
		var word, code, how string
		var count, cents, least, most int
		fmt.Sscan(p, &word, &code, &count, &cents, &least, &most, &how)
		amounts := make([]int, count)
		switch {
		case word == "prize":
			for i := range amounts {
				amounts[i] = cents
			}
		case how == "box":
			amounts = splitBox(numbers(m.key, "split "+code), count, cents, least, most)
		default:
			amounts = splitOpen(numbers(m.key, "split "+code), count, cents, least)
		}
		for _, a := range amounts {
			m.units = append(m.units, prizeUnit{code, a})
		}
	}
}

func splitBox(uniform func(int) int, count, cents, least, most int) []int {
	for {
		var list []int
		left := cents
		for range count - 1 {
			x := least + uniform(most-least+1)
			list, left = append(list, x), left-x
		}
		if least <= left && left <= most {
			return append(list, left)
		}
	}
}

func splitOpen(uniform func(int) int, count, cents, least int) []int {
	n := cents - count*least + count - 1
	next := dealer(n)
	var bars []int
	for range count - 1 {
		bars = append(bars, next(uniform))
	}
	sort.Ints(bars)
	bars = append(bars, n)
	from := 0
	for i, bar := range bars {
		bars[i], from = bar-from+least, bar+1
	}
	return bars
}

func (m *maker) unit(i int) prizeUnit {
	if i < len(m.units) {
		return m.units[i]
	}
	return prizeUnit{"-", 0}
}

func (m *maker) nonce(i int) string { return hexed(mac(m.key, "nonce\x00", be(i))[:16]) }

func (m *maker) finish(plays, wins, cents int) {
	m.close(plays)
	if m.kind != "queue" {
		m.add("reveal %s", hexed(m.secret))
	}
	m.end(wins, cents)
}

func (m *maker) close(plays int) {
	m.add("close %d %d", testCloses+5, plays)
	m.closed = len(m.log)
}

func (m *maker) end(wins, cents int) {
	m.add("total %d %d", wins, cents)
	m.add("end")
}

// makeDeck plays a deck: at level 0 pairs of ask and won, at level 1 batches of 3 and 4.
func makeDeck(t testing.TB, level, number int, prev string) *maker {
	m := newMaker(t, "deck", number, prev)
	m.level, m.tickets = level, 12
	batches := []int{1, 1, 1, 1, 1, 1, 1}
	if level == 1 {
		batches = []int{3, 4}
	}
	m.playDeck(4, batches...)
	return m
}

// playDeck lets people play in turns, a batch a second.
func (m *maker) playDeck(people int, batches ...int) {
	m.sources = []string{"drand-quicknet/12345 " + strings.Repeat("ab", 48)}
	m.write()
	for _, s := range m.sources {
		m.add("entropy %s", s)
	}
	m.deriveKey(strings.Repeat("\x00", 32))
	next, uniform := dealer(m.tickets), numbers(m.key, "deck")
	var tickets []prizeUnit
	for i := range m.tickets {
		tickets = append(tickets, m.unit(next(uniform)))
		m.leaves = append(m.leaves, fmt.Sprintf("%d %s %s", i, tickets[i], m.nonce(i)))
	}
	m.add("deck %d %s", m.tickets, hexed(merkle(m.leaves)))
	wins, cents, seq := 0, 0, 0
	picks := dealer(m.tickets)
	for b, size := range batches {
		for i := range size {
			m.add("ask %d %s %d", seq+i, who((seq+i)%people), min(testOpens+b*1000, testCloses-1))
		}
		var pick func(int) int
		if m.level == 1 {
			pi, beta := m.witness.prove("redraw/v1 beat-in\n" + be(b) + be(len(m.log)) + merkle(m.log))
			m.add("beat %d %d %s", b, len(m.log), hexed(pi))
			pick = numbers(mac(m.key, "redraw/v1 beat\n", beta), "pick")
		}
		for range size {
			pos := seq
			if m.level == 1 {
				pos = picks(pick)
			}
			m.add("won %d %d %s", seq, pos, tickets[pos])
			if tickets[pos].code != "-" {
				wins, cents = wins+1, cents+tickets[pos].cents
			}
			seq++
		}
	}
	m.finish(seq, wins, cents)
}

func makeMoments(t testing.TB) *maker {
	m := newMaker(t, "moments", 1, "-")
	m.write()
	m.deriveKey(strings.Repeat("\x00", 32))
	type moment struct{ ms, unit int }
	var list []moment
	uniform := numbers(m.key, "moments")
	for u := range m.units {
		list = append(list, moment{testOpens + uniform(testCloses-testOpens), u})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ms < list[j].ms })
	for i, f := range list {
		m.leaves = append(m.leaves, fmt.Sprintf("%d %d %s %s", i, f.ms, m.unit(f.unit), m.nonce(i)))
	}
	m.add("moments %d %s", len(list), hexed(merkle(m.leaves)))
	times := []int{list[0].ms - 1, list[0].ms, list[0].ms, list[2].ms, list[2].ms, list[2].ms, list[6].ms + 1, list[6].ms + 1}
	next, wins, cents := 0, 0, 0
	for i, ms := range times {
		m.add("ask %d %s %d", i, who(i%5), ms)
	}
	for i, ms := range times {
		if next == len(list) || list[next].ms > ms {
			m.add("won %d - - 0", i)
			continue
		}
		u := m.unit(list[next].unit)
		m.add("won %d %d %s", i, next, u)
		next, wins, cents = next+1, wins+1, cents+u.cents
	}
	m.finish(len(times), wins, cents)
	return m
}

func makeQueue(t testing.TB) *maker {
	m := newMaker(t, "queue", 1, "-")
	m.prizes = []string{"prize a 2 5000 电影票", "prize b 1 100 贴纸"}
	m.write()
	for i, u := range []prizeUnit{{"a", 5000}, {"a", 5000}, {"b", 100}} {
		m.add("ask %d %s %d", i, who(i), testOpens+i)
		m.add("won %d %d %s", i, i, u)
	}
	m.finish(3, 3, 10100)
	return m
}

// makeRaffle draws 9 prizes of 14 entries by 12 people, voids ranks 1, 9 and 3.
func makeRaffle(t testing.TB) *maker {
	m := newMaker(t, "raffle", 1, "-")
	m.sources = []string{"ssq/2027016 01,05,09,18,24,31+07", "dlt/2027016 03,11,20,27,35+02,09", "pl5/2027046 40817"}
	m.write()
	var slots []int
	for i := range 14 {
		m.add("enter %d %s %d %d", i, who(i%13), 1+i%3, testOpens+10*i)
		for range 1 + i%3 {
			slots = append(slots, i)
		}
	}
	m.close(14)
	for _, s := range m.sources {
		m.add("entropy %s", s)
	}
	m.add("reveal %s", hexed(m.secret))
	m.deriveKey(sha("redraw/v1 entries\n", be(m.closed), merkle(m.log[:m.closed])))
	next, uniform := dealer(len(slots)), numbers(m.key, "raffle")
	var ranked []int
	seen := map[int]bool{}
	for range slots {
		e := slots[next(uniform)]
		if !seen[e%13] {
			seen[e%13] = true
			ranked = append(ranked, e)
		}
	}
	cents := 0
	for r, e := range ranked[:len(m.units)+2] {
		m.add("rank %d %d %s", r, e, m.unit(r))
		cents += m.unit(r).cents
	}
	for i, r := range []int{1, len(m.units), 3} {
		m.add("void %d not-a-member", r)
		m.add("sub %d %d %d", r, len(m.units)+i, ranked[len(m.units)+i])
	}
	m.end(len(m.units), cents)
	return m
}

func (m *maker) head(size int) string {
	root := base64.StdEncoding.EncodeToString([]byte(merkle(m.log[:size])))
	return fmt.Sprintf("%s/%s\n%d\n%s\n", testOrigin, m.id, size, root)
}

// files returns the round's directory.
func (m *maker) files() map[string]string {
	return map[string]string{
		"open.note":  sign(m.t, m.manifest, m.keys...),
		"round.log":  strings.Join(m.log, "\n") + "\n",
		"close.note": sign(m.t, m.head(m.closed), m.keys[0]),
		"final.note": sign(m.t, m.head(len(m.log)), m.keys...),
		"keys.txt":   m.keys[0].public + "\n" + m.keys[1].public + "\n",
	}
}

func writeFiles(t testing.TB, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func makeAll(t testing.TB) map[string]*maker {
	return map[string]*maker{
		"deck level 0": makeDeck(t, 0, 1, "-"),
		"deck level 1": makeDeck(t, 1, 1, "-"),
		"moments":      makeMoments(t),
		"raffle":       makeRaffle(t),
		"queue":        makeQueue(t),
	}
}
