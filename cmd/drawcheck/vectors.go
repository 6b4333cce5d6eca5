package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// vectors compares everything this tool computes with a file of published values.
// Inputs are taken from the file; whatever is neither input nor reproduced is named.
type vectors struct {
	doc  *jsonDoc
	used map[string]bool
	err  error
}

// checkVectors prints one line for each group of values.
func (r *report) checkVectors(file string) {
	raw, err := readSmall(file)
	if err != nil {
		r.fail(file, checkVector, err)
		return
	}
	doc, err := parseJSON(raw)
	if err != nil {
		r.fail(file, checkVector, err)
		return
	}
	v := &vectors{doc: doc, used: map[string]bool{}}
	for _, g := range v.groups() {
		v.err = nil
		if g.compare(); v.err != nil {
			r.fail(file, checkVector, v.err)
			continue
		}
		r.ok(file, checkVector, phrase{"%s", "%s"}, g.name)
	}
	if r.failed > 0 {
		return
	}
	if err := v.unknown(); err != nil {
		r.fail(file, checkVector, err)
	}
}

type vectorGroup struct {
	name    string
	compare func()
}

func (v *vectors) groups() []vectorGroup {
	return []vectorGroup{
		{"version", v.version},
		{"manifest, commit, entropy, key", v.keys},
		{"stream words", v.words},
		{"uniform numbers", v.uniform},
		{"shuffle", v.shuffle},
		{"deck: prizes, splits, nonces, tree, inclusion proof", v.deck},
		{"moments", v.moments},
		{"raffle: ranks, voids, substitutes", v.raffle},
		{"who", v.who},
		{"beat: VRF input, output, picks", v.beat},
		{"split of 4574 packets", v.split},
	}
}

// unknown names the first value of the file that nothing above accounted for.
func (v *vectors) unknown() error {
	for _, path := range v.doc.order {
		if !v.used[path] {
			return at(v.doc.near(path), "%q is not a value this tool knows", path)
		}
	}
	return nil
}

// want compares one value; only the first difference of a group is kept.
func (v *vectors) want(path, computed string) {
	n, ok := v.doc.nodes[path]
	v.used[path] = true
	if v.err == nil && (!ok || n.text != computed) {
		v.err = at(v.doc.near(path), "%s is %q, computed %q", path, n.text, computed)
	}
}

func (v *vectors) wantHex(path string, computed []byte) { v.want(path, hexOf(computed)) }

func (v *vectors) wantNumber(path string, computed uint64) {
	v.want(path, strconv.FormatUint(computed, 10))
}

func (v *vectors) wantNumbers(path string, computed []uint64) {
	if v.err == nil && v.doc.nodes[path].size != len(computed) {
		v.err = at(v.doc.near(path), "%s has %d values, computed %d", path, v.doc.nodes[path].size, len(computed))
	}
	for i, n := range computed {
		v.wantNumber(item(path, i), n)
	}
}

func item(path string, i int) string { return join(path, strconv.Itoa(i)) }

// text, number and hash take inputs from the file.
func (v *vectors) text(path string) string {
	v.used[path] = true
	s, err := v.doc.text(path)
	v.keep(err)
	return s
}

func (v *vectors) number(path string) uint64 {
	v.used[path] = true
	n, err := v.doc.number(path)
	v.keep(err)
	return n
}

func (v *vectors) hash(path string) (h [32]byte) {
	v.used[path] = true
	v.keep(v.doc.hex(path, h[:]))
	return h
}

func (v *vectors) keep(err error) {
	if v.err == nil {
		v.err = err
	}
}

// size returns the length of a list, which must not be empty: a list that is not
// there would be reproduced by doing nothing.
func (v *vectors) size(path string) int {
	n := v.doc.nodes[path].size
	if n == 0 {
		v.keep(at(v.doc.near(path), "%s is missing", path))
	}
	return n
}

func (v *vectors) version() { v.want("version", "redraw/v1") }

func (v *vectors) keys() {
	secret, round := v.hash("vector1.secret"), v.text("vector1.round")
	manifest := sha256.Sum256([]byte(v.text("vector1.manifest")))
	numbers := []byte(v.text("vector1.entropy"))
	hashed := sha256.Sum256(numbers)
	commit := commitment(round, secret)
	key := roundKey(secret, manifest, [32]byte{}, numbers)
	v.wantHex("vector1.commit", commit[:])
	v.wantHex("vector1.manifest_sha256", manifest[:])
	v.wantHex("vector1.entropy_sha256", hashed[:])
	v.wantHex("vector1.key", key[:])
	v.wantHex("vector2.key", key[:])
}

func (v *vectors) words() {
	s := newStream(v.hash("vector1.key"), "demo")
	for i := range v.size("vector1.stream_demo_words") {
		v.want(item("vector1.stream_demo_words", i), fmt.Sprintf("%016x", s.word()))
	}
}

func (v *vectors) uniform() {
	s := newStream(v.hash("vector1.key"), "uniform")
	for i := range v.size("vector1.uniform_n") {
		n, ok := strconv.ParseUint(v.text(item("vector1.uniform_n", i)), 10, 64)
		if ok != nil || n == 0 {
			v.keep(at(v.doc.near(item("vector1.uniform_n", i)), "not a number to draw below"))
			return
		}
		v.wantNumber(item("vector1.uniform_got", i), s.uniform(n))
	}
	v.wantNumber("vector1.uniform_words_used", s.words)
}

func (v *vectors) shuffle() {
	v.wantNumbers("vector1.shuffle_deck_12", wide(shuffled(12, newStream(v.hash("vector1.key"), kindDeck))))
}

func wide(list []uint32) []uint64 {
	out := make([]uint64, len(list))
	for i, n := range list {
		out[i] = uint64(n)
	}
	return out
}

func (v *vectors) prizes() []prizeLine {
	var lines []prizeLine
	for i := range v.size("vector1.deck.prizes") {
		p := item("vector1.deck.prizes", i)
		l := prizeLine{
			code: v.text(item(p, 0)), count: v.number(item(p, 1)), cents: v.number(item(p, 2)),
			min: v.number(item(p, 3)), max: v.number(item(p, 4)), method: v.text(item(p, 5)),
		}
		if l.method == "" {
			l.method = methodEach
		}
		if l.count == 0 || l.count > maxTickets {
			v.keep(at(v.doc.near(p), "count %d", l.count))
		} else {
			v.keep(l.checkLimits())
		}
		lines = append(lines, l)
	}
	return lines
}

func (v *vectors) deck() {
	key, size := v.hash("vector1.key"), v.number("vector1.deck.size")
	m := &manifest{kind: kindDeck, prizes: v.prizes(), tickets: size}
	if v.err != nil || size < m.units() || size > maxTickets {
		v.keep(at(v.doc.near("vector1.deck.size"), "%d tickets", size))
		return
	}
	u, err := expandUnits(m.prizes, key)
	if err != nil {
		v.keep(err)
		return
	}
	d := newDeck(m, key, u)
	root := d.root(key)
	v.wantHex("vector1.deck.root", root[:])
	nonces := newStream(key, "nonce")
	for i := range size {
		nonce := nonces.at(i)
		v.want(item("vector1.deck.leaves", int(i)), string(appendLeaf(nil, i, d.at(i), nonce[:nonceSize])))
	}
	v.deckProof(int64(size), root)
}

// deckProof checks the proof of leaf 7, which the file's name for it announces.
func (v *vectors) deckProof(size int64, root tlog.Hash) {
	const path, leaf = "vector1.deck.proof_of_7", 7
	proof := make(tlog.RecordProof, v.size(path))
	for i := range proof {
		proof[i] = v.hash(item(path, i))
	}
	line := v.text(item("vector1.deck.leaves", leaf))
	if v.err == nil && tlog.CheckRecord(proof, size, root, leaf, tlog.RecordHash([]byte(line))) != nil {
		v.err = at(v.doc.near(path), "%s does not lead to the root", path)
	}
}

func (v *vectors) moments() {
	opens, closes := v.number("vector1.moments.opens"), v.number("vector1.moments.closes")
	count := v.number("vector1.moments.units")
	if v.err != nil || opens >= closes || count > maxTickets {
		v.keep(at(v.doc.near("vector1.moments"), "no window, or too many units"))
		return
	}
	m := &manifest{opens: opens, closes: closes}
	u := units{lines: []prizeLine{{method: methodEach, count: count}}, ends: []uint64{count}}
	for i, f := range newMoments(m, v.hash("vector1.key"), u).falls {
		v.wantNumbers(item("vector1.moments.sorted", i), []uint64{f.ms, f.unit})
	}
}

func (v *vectors) raffle() {
	var entries []entry
	end := uint64(0)
	for i := range v.size("vector1.raffle.entries") {
		p := item("vector1.raffle.entries", i)
		end += v.number(item(p, 1))
		entries = append(entries, entry{who: v.hash(item(p, 0)), end: end})
	}
	prizes := v.number("vector1.raffle.prizes")
	if v.err != nil || end > maxTickets || prizes > end {
		v.keep(at(v.doc.near("vector1.raffle"), "too many entries or prizes"))
		return
	}
	f := newRaffle(entries, v.hash("vector1.key"), prizes)
	for r := uint64(0); ; r++ {
		if _, err := f.at(r); err != nil {
			break
		}
		f.award(r)
	}
	v.wantNumbers("vector1.raffle.ranked", f.ranked)
	for i := range v.size("vector1.raffle.voids") {
		place := item("vector1.raffle.voids", i)
		if _, ok := f.void(v.number(place)); !ok {
			v.keep(at(v.doc.near(place), "that rank holds no prize"))
			return
		}
		if _, err := f.substitute(); err != nil {
			v.keep(err)
			return
		}
	}
	winners := make([]uint64, prizes)
	for rank, u := range f.holders {
		winners[u] = f.ranked[rank]
	}
	v.wantNumbers("vector1.raffle.winners_after_voids", winners)
}

func (v *vectors) who() {
	round, openid := v.text("vector1.round"), v.text("vector1.who.openid")
	pepper := v.hash("vector1.who.pepper")
	salt := hm(pepper[:], []byte("redraw/v1 salt\n"+round+"\n"+openid))
	who := whoHash(round, salt[:saltSize], openid)
	v.wantHex("vector1.who.salt", salt[:saltSize])
	v.wantHex("vector1.who.who", who[:])
}

func (v *vectors) beat() {
	const prefix = "redraw/v1 beat-in\n"
	alpha := make([]byte, len(prefix)+8+8+tlog.HashSize)
	v.used["vector1.beat.alpha"], v.used["vector1.beat.pi"] = true, true
	v.keep(v.doc.hex("vector1.beat.alpha", alpha))
	var pi [vrfProofSize]byte
	v.keep(v.doc.hex("vector1.beat.pi", pi[:]))
	key := v.hash("vector1.beat.vrf_key")
	v.hash("vector1.beat.vrf_seed") // the witness's own; a verifier has no use for it
	if v.err != nil {
		return
	}
	b, size := binary.BigEndian.Uint64(alpha[len(prefix):]), binary.BigEndian.Uint64(alpha[len(prefix)+8:])
	v.wantHex("vector1.beat.alpha", beatInput(b, size, v.hash("vector1.deck.root")))
	beta, err := vrfVerify(key[:], alpha, pi[:])
	if err != nil {
		v.keep(at(v.doc.near("vector1.beat.pi"), "%v", err))
		return
	}
	v.wantHex("vector1.beat.beta", beta[:])
	picks, dealt := pickStream(v.hash("vector1.key"), beta), newDeal(12, 8)
	got := make([]uint64, 8)
	for i := range got {
		got[i], _ = dealt.draw(picks)
	}
	v.wantNumbers("vector1.beat.picks_8_of_12", got)
}

func (v *vectors) split() {
	const p = "vector2."
	l := prizeLine{
		count: v.number(p + "count"), cents: v.number(p + "total"),
		min: v.number(p + "min"), max: v.number(p + "box_max"),
	}
	l.code = strings.TrimPrefix(v.text(p+"label"), "split ")
	if l.count == 0 || l.count > maxTickets {
		v.keep(at(v.doc.near(p+"count"), "count %d", l.count))
		return
	}
	l.method = methodBox
	v.divided(l, p+"box_")
	l.method, l.max = methodOpen, 0
	v.divided(l, p+"open_")
}

// divided compares one way of splitting: attempts, both ends, and the hash of all
// amounts, which are written as decimals one to a line.
func (v *vectors) divided(l prizeLine, prefix string) {
	v.keep(l.checkLimits())
	if v.err != nil {
		return
	}
	amounts, tries, err := l.divide(v.hash("vector2.key"))
	if err != nil {
		v.keep(at(v.doc.near("vector2"), "%v", err))
		return
	}
	v.wantNumber(prefix+"attempts", uint64(tries))
	first, last := v.size(prefix+"first"), v.size(prefix+"last")
	if first > len(amounts) || last > len(amounts) {
		v.keep(at(v.doc.near(prefix+"first"), "longer than the split"))
		return
	}
	v.wantNumbers(prefix+"first", amounts[:first])
	v.wantNumbers(prefix+"last", amounts[len(amounts)-last:])
	var all []byte
	for _, a := range amounts {
		all = append(strconv.AppendUint(all, a, 10), '\n')
	}
	sum := sha256.Sum256(all)
	v.wantHex(prefix+"sha256", sum[:])
}
