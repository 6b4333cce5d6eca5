package redraw

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func TestManifest_IsReadBackByteForByte(t *testing.T) {
	vrf := newSigners(t, 1).vrf
	rapid.Check(t, func(t *rapid.T) {
		m := drawPlan(t).manifest(Secret{1}, vrf)
		text := m.Encode()
		back, err := ParseManifest(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if !bytes.Equal(back.Encode(), text) {
			t.Fatalf("read back differently:\n%s", back.Encode())
		}
	})
}

func TestParseManifest_NamesTheLineThatBreaksARule(t *testing.T) {
	p := fixedPlans()["deck"]
	p.level = 1
	good := string(p.manifest(Secret{1}, newSigners(t, 1).vrf).Encode())
	if _, err := ParseManifest([]byte(good)); err != nil {
		t.Fatal(err, good)
	}
	for _, c := range []struct {
		name, old, new string
		line           int64
	}{
		{"header", "redraw/v1 open", "redraw/v2 open", 1},
		{"number 0", "除夕-1 1\n", "除夕-1 0\n", 2},
		{"two spaces", "round ", "round  ", 2},
		{"prev for the first", "prev -", "prev " + strings.Repeat("0", 64), 3},
		{"no prev for the second", "除夕-1 1\n", "除夕-1 2\n", 3},
		{"kind", "kind deck", "kind wheel", 4},
		{"leading zero", "opens 1", "opens 01", 5},
		{"sign", "opens 1", "opens +1", 5},
		{"window", "closes 1", "closes ", 6},
		{"no commit", "commit ", "commit 0", 7},
		{"witness", "witness ", "witness 00", 8},
		{"unknown source", "ssq/", "pl3/", 9},
		{"too few bits", "entropy pl5/2027046\n", "", 10},
		{"repeated source", "entropy dlt/2027016\n", "entropy ssq/2027016\n", 10},
		{"wrong order", "entropy ssq/2027016\nentropy dlt/2027016\nentropy pl5/2027046\nprize a 2 88800 电影票 两张\n", "prize a 2 88800 电影票 两张\nentropy ssq/2027016\n", 10},
		{"upper-case hex", "rules 09", "rules 0A", 17},
		{"prize count", "prize a 2 ", "prize a 0 ", 12},
		{"total of prize", "prize a 2 ", "prize a 3 ", 18},
		{"repeated code", "prize card", "prize a", 14},
		{"dash as code", "prize card", "prize -", 14},
		{"trailing space", "两张\n", "两张 \n", 12},
		{"leading space", "电影票", " 电影票", 12},
		{"no name", "prize card 1 0 读书卡\n", "prize card 1 0\n", 14},
		{"not NFC", "读书卡", "cafe\u0301", 14},
		{"not UTF-8", "读书卡", "\xff", 14},
		{"tab in name", "读书卡", "读\t书卡", 14},
		{"carriage return", "读书卡\n", "读书卡\r\n", 14},
		{"split mode", " box ", " double ", 13},
		{"split max", " 570 box", " 900 box", 13},
		{"split too small", "split rp 3 900 30 ", "split rp 3 80 30 ", 13},
		{"fewer tickets than prizes", "tickets 16", "tickets 5", 15},
		{"no tickets", "tickets 16\n", "", 15},
		{"cap", "cap 1000", "cap 0", 16},
		{"wrong total", "total 178500", "total 178501", 18},
		{"too large a number", "total 178500", "total 9223372036854775808", 18},
		{"gap at the end", "total 178500\n", "", 18},
		{"empty line", "cap 1000\n", "\ncap 1000\n", 16},
		{"unknown word", "total 178500\n", "total 178500\nhalt\n", 19},
		{"no final LF", "total 178500\n", "total 178500", 18},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("%s: %q is not in\n%s", c.name, c.old, good)
		}
		_, err := ParseManifest([]byte(text))
		var line *LineError
		if !errors.As(err, &line) || line.Line != c.line {
			t.Errorf("%s: %v, want line %d", c.name, err, c.line)
		}
	}
}

func TestManifest_RulesOfEachKind(t *testing.T) {
	vrf := newSigners(t, 1).vrf.Public()
	plans := fixedPlans()
	for _, c := range []struct {
		name, plan string
		change     func(m *Manifest)
	}{
		{"a raffle without public numbers", "raffle", func(m *Manifest) { m.Sources = nil }},
		{"a raffle with a witness", "raffle", func(m *Manifest) { m.Witness = &vrf }},
		{"a raffle with tickets", "raffle", func(m *Manifest) { m.Tickets = 100 }},
		{"a queue with a secret", "queue", func(m *Manifest) { m.Commit = &Hash{} }},
		{"a queue with public numbers", "queue", func(m *Manifest) { m.Sources = plans["raffle"].manifest(Secret{}, nil).Sources }},
		{"a queue with a split", "queue", func(m *Manifest) { m.Prizes[0] = plans["deck"].prizes[1] }},
		{"a deck without a secret", "deck", func(m *Manifest) { m.Commit = nil }},
		{"a witness of small order", "deck1", func(m *Manifest) { m.Witness = &[32]byte{1} }},
		{"a name with a line feed", "deck", func(m *Manifest) { m.Prizes[0].Name = "a\nb" }},
		{"money that overflows", "deck", func(m *Manifest) { m.Prizes[0].Count, m.Prizes[0].Fen = 1<<20, 1<<50 }},
	} {
		m := plans[c.plan].manifest(Secret{}, newSigners(t, 1).vrf)
		m.Prizes = append([]Prize(nil), m.Prizes...)
		if err := m.Validate(); err != nil {
			t.Fatal(c.plan, err)
		}
		c.change(m)
		if m.Validate() == nil {
			t.Errorf("%s: accepted", c.name)
		}
	}
}

func TestNotes_AreSignedCosignedAndChecked(t *testing.T) {
	two := newSigners(t, 2)
	head := Checkpoint{Log: LogName(testOrigin, "r"), Size: 5, Root: Hash{1}}
	first, err := Sign(head.Text(), two.signers[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := two.keys.OpenAll(first); !errors.Is(err, ErrSignature) {
		t.Error("one signature of two passed for all")
	}
	both, err := Cosign(first, two.keys, two.signers[1])
	if err != nil {
		t.Fatal(err)
	}
	text, err := two.keys.OpenAll(both)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseCheckpoint(text)
	if err != nil || back != head {
		t.Errorf("read back %v, %v", back, err)
	}
	if plain, ok := NoteText(both); !ok || !bytes.Equal(plain, text) {
		t.Error("the text without checking differs")
	}
	if _, err := Cosign(bytes.Replace(first, []byte("\n5\n"), []byte("\n6\n"), 1), two.keys, two.signers[1]); !errors.Is(err, ErrSignature) {
		t.Error("an altered note was cosigned")
	}
	if _, err := ParseKeys(append(bytes.Clone(two.keysTxt), two.keysTxt...)); !errors.Is(err, ErrKeys) {
		t.Error("a key given twice was accepted")
	}
}

// playReceipt builds the receipt of play seq of a composed round, over its whole log.
func playReceipt(t *testing.T, c *composer, seq int64, signedBy signerPair) Receipt {
	t.Helper()
	size, root := c.head()
	p := ReceiptPlay{
		Origin: testOrigin, Round: c.m.Round, Size: size, OpenID: "openid",
		Checkpoint: signedBy.sign(t, Checkpoint{Log: LogName(testOrigin, c.m.Round), Size: size, Root: root}.Text()),
	}
	for i, line := range c.lines {
		l, _ := ParseLine(line)
		mine := (l.Word == WordAsk || l.Word == WordWon || l.Word == WordEnter) && l.Seq == seq
		if mine || l.Word == WordDeck || l.Word == WordMoments {
			p.Lines = append(p.Lines, ReceiptLine{Index: int64(i), Line: line})
		}
		if mine && l.Word == WordWon && l.Pos >= 0 {
			p.Leaf = leafOf(t, c, l.Pos)
		}
	}
	p.Salt = [16]byte{c.plan.asks[seq].who}
	r, err := NewReceipt(p, &c.tree)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func leafOf(t *testing.T, c *composer, pos int64) *LeafProof {
	t.Helper()
	var leaf LeafProof
	var err error
	switch {
	case c.deck != nil:
		leaf, err = c.deck.Proof(pos)
	case c.moments != nil:
		leaf, err = c.moments.Proof(pos)
	default:
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return &leaf
}

func TestReceipt_HoldsForEveryPlayOfEveryKind(t *testing.T) {
	for name, p := range fixedPlans() {
		c := compose(t, p)
		for seq := range int64(len(p.asks)) {
			text, err := json.Marshal(playReceipt(t, c, seq, c.signers))
			if err != nil {
				t.Fatal(err)
			}
			r, err := ParseReceipt(text)
			if err != nil {
				t.Fatal(err)
			}
			facts, err := r.Verify(c.signers.keys)
			if err != nil {
				t.Fatalf("%s, play %d: %v\n%s", name, seq, err, text)
			}
			if facts.Seq != seq || facts.At != p.asks[seq].at || facts.Fixed != (r.Deck != nil) {
				t.Errorf("%s, play %d: %+v", name, seq, facts)
			}
		}
	}
}

func TestReceipt_RefusesEveryForgery(t *testing.T) {
	c := compose(t, fixedPlans()["deck"])
	for name, forge := range map[string]func(r *Receipt){
		"another origin":   func(r *Receipt) { r.Origin = "evil.example.org" },
		"another round":    func(r *Receipt) { r.Round = "r2" },
		"another person":   func(r *Receipt) { r.OpenID = "other" },
		"another salt":     func(r *Receipt) { r.Salt = strings.Repeat("0", 32) },
		"a larger win":     func(r *Receipt) { r.Proofs[2].Line = strings.Replace(r.Proofs[2].Line, " a ", " b ", 1) + "0" },
		"another index":    func(r *Receipt) { r.Proofs[0].Index++ },
		"another size":     func(r *Receipt) { r.Proofs[0].Size-- },
		"no deck line":     func(r *Receipt) { r.Proofs = r.Proofs[1:] },
		"no won line":      func(r *Receipt) { r.Proofs = r.Proofs[:2] },
		"no leaf":          func(r *Receipt) { r.Deck = nil },
		"another leaf":     func(r *Receipt) { r.Deck = leafOf(t, c, 5) },
		"an altered leaf":  func(r *Receipt) { r.Deck.Line = "4 a 88800 " + strings.Repeat("0", 32) },
		"a longer path":    func(r *Receipt) { r.Deck.Path = append(r.Deck.Path, strings.Repeat("0", 64)) },
		"a line twice":     func(r *Receipt) { r.Proofs = append(r.Proofs, r.Proofs[0]) },
		"another's result": func(r *Receipt) { r.Proofs[2] = playReceipt(t, c, 5, c.signers).Proofs[2] },
		"no signature":     func(r *Receipt) { r.Checkpoint = strings.SplitAfter(r.Checkpoint, "\n\n")[0] },
	} {
		r := playReceipt(t, c, 4, c.signers)
		forge(&r)
		if _, err := r.Verify(c.signers.keys); !errors.Is(err, ErrReceipt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"", "{}x", `{"origin":"a","more":1}`, "[]", strings.Repeat(" ", maxReceipt+1)} {
		if _, err := ParseReceipt([]byte(text)); !errors.Is(err, ErrReceipt) {
			t.Errorf("%.20q accepted", text)
		}
	}
}

func FuzzParseManifest(f *testing.F) {
	vrf := newSigners(f, 1).vrf
	for _, p := range fixedPlans() {
		f.Add(p.manifest(Secret{}, vrf).Encode())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if m, err := ParseManifest(text); err == nil && !bytes.Equal(m.Encode(), text) {
			t.Errorf("two writings of one manifest:\n%s", text)
		}
	})
}

func FuzzParseLine(f *testing.F) {
	for _, p := range fixedPlans() {
		for _, line := range compose(f, p).lines {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if l, ok := ParseLine(line); ok && !bytes.Equal(l.append(nil), line) {
			t.Errorf("two writings of one line: %q", line)
		}
	})
}

func FuzzVerifyLog(f *testing.F) {
	var rounds []Files
	var honest [][]byte
	for i, name := range []string{"deck", "deck1", "moments", "raffle", "queue"} {
		c := compose(f, fixedPlans()[name])
		rounds = append(rounds, c.files(c.lines, c.closeAt))
		honest = append(honest, logText(c.lines))
		f.Add(uint(i), honest[i])
	}
	f.Fuzz(func(t *testing.T, i uint, text []byte) {
		i %= uint(len(rounds))
		files := rounds[i]
		files.Log = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
		r, err := Verify(files, VerifyOptions{Origin: testOrigin})
		if err != nil || r.OK() != bytes.Equal(text, honest[i]) {
			t.Errorf("%v: a log that was never signed verifies:\n%s", err, text)
		}
	})
}

func FuzzOpenNote(f *testing.F) {
	p := newSigners(f, 2)
	head := Checkpoint{Log: LogName(testOrigin, "r"), Size: 5, Root: Hash{1}}
	f.Add(p.sign(f, head.Text()))
	f.Fuzz(func(t *testing.T, signed []byte) {
		text, err := p.keys.Open(signed)
		if err == nil && !bytes.Equal(text, head.Text()) {
			t.Errorf("a text that was never signed: %q", text)
		}
		if c, err := ParseCheckpoint(signed); err == nil && !bytes.Equal(c.Text(), signed) {
			t.Errorf("two writings of one checkpoint: %q", signed)
		}
	})
}

func FuzzReceipt(f *testing.F) {
	p := newSigners(f, 1)
	f.Add([]byte(`{"origin":"a","round":"b","checkpoint":"c","proofs":[{"index":0,"size":1,"line":"end","path":[]}],"salt":"","openid":"x"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseReceipt(text)
		if err != nil {
			return
		}
		if _, err := r.Verify(p.keys); err == nil {
			t.Error("a receipt that was never issued holds")
		}
	})
}
