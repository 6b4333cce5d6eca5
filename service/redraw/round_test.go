package redraw

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawPrizes(t *rapid.T, kind Kind) []Prize {
	var prizes []Prize
	for i := range rapid.IntRange(1, 3).Draw(t, "prizes") {
		p := Prize{Code: fmt.Sprintf("p%d", i), Name: "奖品 一等"}
		p.Count = rapid.Int64Range(1, 6).Draw(t, "count")
		p.Fen = rapid.Int64Range(0, 1000).Draw(t, "fen")
		mode := rapid.SampledFrom([]SplitMode{SplitNone, SplitBox, SplitOpen}).Draw(t, "mode")
		if kind != KindQueue && mode != SplitNone {
			mean := rapid.Int64Range(50, 300).Draw(t, "mean")
			p.Split, p.MinFen, p.Fen = mode, 10, mean*p.Count
			if mode == SplitBox {
				p.MaxFen = 2*mean - 10
			}
		}
		prizes = append(prizes, p)
	}
	return prizes
}

func drawPlan(t *rapid.T) plan {
	p := plan{kind: rapid.SampledFrom([]Kind{KindDeck, KindRaffle, KindMoments, KindQueue}).Draw(t, "kind")}
	p.prizes = drawPrizes(t, p.kind)
	if p.kind == KindDeck {
		p.level = rapid.IntRange(0, 1).Draw(t, "level")
	}
	p.entropy = p.kind == KindRaffle || (p.kind != KindQueue && rapid.Bool().Draw(t, "entropy"))
	p.tickets = rapid.Int64Range(0, 12).Draw(t, "blanks")
	for _, prize := range p.prizes {
		p.tickets += prize.Count
	}
	at := int64(testOpens)
	for range rapid.IntRange(0, 40).Draw(t, "asks") {
		at = min(at+rapid.Int64Range(0, 50).Draw(t, "later"), testCloses-1)
		p.asks = append(p.asks, planAsk{
			who:    byte(rapid.IntRange(0, 25).Draw(t, "who")),
			at:     at,
			weight: rapid.Int64Range(1, 5).Draw(t, "weight"),
		})
	}
	p.groups = rapid.SliceOfN(rapid.IntRange(0, 6), 1, 4).Draw(t, "groups")
	p.voids = rapid.SliceOfN(rapid.Int64Range(0, 20), 0, 6).Draw(t, "voids")
	p.extra = rapid.IntRange(0, 10).Draw(t, "extra")
	return p
}

func TestVerify_AcceptsEveryHonestRound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := compose(t, drawPlan(rt))
		r := c.verify(c.files(c.lines, c.closeAt))
		if !r.OK() {
			rt.Fatalf("%s\n%s", r.text(), logText(c.lines))
		}
		if r.Wins != c.wins || r.Fen != c.fen {
			rt.Fatalf("report says %d wins, %d fen; composed %d, %d", r.Wins, r.Fen, c.wins, c.fen)
		}
	})
}

// fixedPlans is one round of each kind, with something in every line it can have.
func fixedPlans() map[string]plan {
	var asks []planAsk
	for i := range 14 {
		asks = append(asks, planAsk{who: byte(i % 9), at: testOpens + 40*int64(i) + 400, weight: int64(1 + i%3)})
	}
	prizes := []Prize{
		{Code: "a", Count: 2, Fen: 88800, Name: "电影票 两张"},
		{Code: "rp", Count: 3, Fen: 900, Split: SplitBox, MinFen: 30, MaxFen: 570, Name: "红包"},
		{Code: "card", Count: 1, Name: "读书卡"},
	}
	base := plan{prizes: prizes, tickets: 16, asks: asks, groups: []int{2, 0, 4}, voids: []int64{1, 6, 3}, extra: 3}
	plans := map[string]plan{}
	for _, kind := range []Kind{KindDeck, KindMoments, KindRaffle} {
		p := base
		p.kind, p.entropy = kind, true
		plans[string(kind)] = p
	}
	witnessed := base
	witnessed.kind, witnessed.level = KindDeck, 1
	plans["deck1"] = witnessed
	queue := base
	queue.kind, queue.prizes = KindQueue, []Prize{{Code: "a", Count: 5, Fen: 100, Name: "a"}, {Code: "b", Count: 20, Fen: 5, Name: "b"}}
	plans["queue"] = queue
	return plans
}

// mutations gives every log that differs from lines at line i by one deletion,
// doubling, swap, or one changed character in each field.
func mutations(lines [][]byte, i int) [][][]byte {
	with := func(middle ...[]byte) [][]byte {
		out := append([][]byte{}, lines[:i]...)
		return append(append(out, middle...), lines[i+1:]...)
	}
	all := [][][]byte{with(), with(lines[i], lines[i])}
	if i+1 < len(lines) && !bytes.Equal(lines[i], lines[i+1]) {
		swapped := with(lines[i+1])
		swapped[i+1] = lines[i]
		all = append(all, swapped)
	}
	for _, changed := range fieldChanges(lines[i]) {
		all = append(all, with(changed))
	}
	return all
}

func fieldChanges(line []byte) [][]byte {
	var all [][]byte
	fields := bytes.Split(line, []byte(" "))
	for f := range fields {
		changed := bytes.Clone(fields[f])
		last := len(changed) - 1
		switch {
		case changed[last] >= '0' && changed[last] < '9':
			changed[last]++
		case changed[last] == '9':
			changed[last] = '8'
		case changed[last] == 'a':
			changed[last] = 'b'
		default:
			changed[last] = 'a'
		}
		out := append([][]byte{}, fields[:f]...)
		out = append(append(out, changed), fields[f+1:]...)
		all = append(all, bytes.Join(out, []byte(" ")))
	}
	return all
}

func TestVerify_CatchesEverySingleLineChange(t *testing.T) {
	for name, p := range fixedPlans() {
		t.Run(name, func(t *testing.T) {
			c := compose(t, p)
			honest := c.files(c.lines, c.closeAt)
			if r := c.verify(honest); !r.OK() {
				t.Fatalf("the honest round fails:\n%s\n%s", r.text(), logText(c.lines))
			}
			for i := range c.lines {
				for _, changed := range mutations(c.lines, i) {
					forged := honest
					forged.Log = c.files(changed, min(c.closeAt, len(changed))).Log
					r := c.verify(forged)
					if first, failed := r.First(); r.OK() || !failed || first.Detail == "" {
						t.Errorf("not caught at line %d:\n%s", i+1, logText(changed))
					}
				}
			}
		})
	}
}

// An operator who holds the signing keys can sign a forged log; what gives prizes
// must still not verify.
func TestVerify_CatchesForgedResultsUnderValidSignatures(t *testing.T) {
	for name, p := range fixedPlans() {
		t.Run(name, func(t *testing.T) {
			c := compose(t, p)
			for i, line := range c.lines {
				l, _ := ParseLine(line)
				if l.Word == WordAsk || l.Word == WordEnter || l.Word == WordVoid || l.Word == WordClose || l.Word == WordEntropy {
					continue // an operator is free in these, or bound by other means
				}
				for _, changed := range fieldChanges(line) {
					lines := append(append(append([][]byte{}, c.lines[:i]...), changed), c.lines[i+1:]...)
					r := c.verify(c.files(lines, c.closeAt))
					first, failed := r.First()
					inLog := first.File == FileLog && (first.Line == int64(i+1) || l.Word == WordReveal)
					if !failed || !inLog {
						t.Errorf("line %d %q: reported %v", i+1, changed, first)
					}
				}
			}
		})
	}
}

func TestVerify_CatchesEveryChangeOfRandomRounds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := compose(t, drawPlan(rt))
		all := mutations(c.lines, rapid.IntRange(0, len(c.lines)-1).Draw(rt, "line"))
		changed := all[rapid.IntRange(0, len(all)-1).Draw(rt, "change")]
		forged := c.files(c.lines, c.closeAt)
		forged.Log = c.files(changed, min(c.closeAt, len(changed))).Log
		if r := c.verify(forged); r.OK() {
			rt.Fatalf("not caught:\n%s", logText(changed))
		}
	})
}

func TestVerify_ChecksNotesAndPrevious(t *testing.T) {
	c := compose(t, fixedPlans()["deck1"])
	good := c.files(c.lines, c.closeAt)
	one := newSigners(t, 2)
	one.signers = one.signers[:1]
	other := c.m.Encode()
	for name, x := range map[string]struct {
		change func(f *Files)
		check  string
	}{
		"no keys":              {func(f *Files) { f.Keys = nil }, CheckKeys},
		"auditor has not sign": {func(f *Files) { f.Open = one.sign(t, other) }, CheckOpenNote},
		"manifest changed":     {func(f *Files) { f.Open = bytes.Replace(f.Open, []byte("cap 1000"), []byte("cap 1001"), 1) }, CheckOpenNote},
		"other manifest": {func(f *Files) {
			f.Open = c.signers.sign(t, bytes.Replace(other, []byte("cap 1000"), []byte("cap 1001"), 1))
		}, CheckManifest},
		"signed nonsense":  {func(f *Files) { f.Open = c.signers.sign(t, []byte("redraw/v1 open\nround x\n")) }, CheckManifest},
		"cut off mid-line": {func(f *Files) { f.Log = cutLog(c.lines) }, CheckOrder},
		"close is final":   {func(f *Files) { f.Close = f.Final }, CheckClose},
		"final is close":   {func(f *Files) { f.Final = f.Close }, CheckFinal},
		"close unsigned":   {func(f *Files) { f.Close = nil }, CheckClose},
	} {
		t.Run(name, func(t *testing.T) {
			f := good
			x.change(&f)
			r := c.verify(f)
			first, failed := r.First()
			if text := first.String(); failed && !strings.Contains(text, first.Detail) {
				t.Errorf("%q does not say what is wrong", text)
			}
			if !failed || first.Name != x.check {
				t.Errorf("first failure %v, want %s", first, x.check)
			}
		})
	}
}

// cutLog is a log whose last LF is missing.
func cutLog(lines [][]byte) func() (io.ReadCloser, error) {
	text := bytes.TrimSuffix(logText(lines), []byte("\n"))
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
}

func TestVerify_ChecksTheRoundBefore(t *testing.T) {
	first := compose(t, fixedPlans()["queue"])
	second := compose(t, fixedPlans()["queue"])
	m := *second.m
	m.Number, m.Prev = 2, &first.hash
	second.m, second.hash = &m, ManifestHash(m.Encode())
	second.lines[0] = AppendOpen(nil, second.hash)
	f := second.files(second.lines, second.closeAt)
	for name, c := range map[string]struct {
		options VerifyOptions
		want    Outcome
	}{
		"given":     {VerifyOptions{Previous: first.m, PrevHash: first.hash}, Passed},
		"not given": {VerifyOptions{}, Unchecked},
		"another":   {VerifyOptions{Previous: first.m, PrevHash: Hash{1}}, Failed},
		"a gap":     {VerifyOptions{Previous: &Manifest{Number: 3}, PrevHash: first.hash}, Failed},
	} {
		c.options.Origin = testOrigin
		r, err := Verify(f, c.options)
		if err != nil {
			t.Fatal(err)
		}
		for _, check := range r.Checks {
			if check.Name == CheckPrevious && check.Outcome != c.want {
				t.Errorf("%s: %v", name, check)
			}
		}
	}
}

func TestReport_ListsOnlyWhatARoundHas(t *testing.T) {
	has := func(name, check string) bool {
		c := compose(t, fixedPlans()[name])
		r := c.verify(c.files(c.lines, c.closeAt))
		for _, x := range r.Checks {
			if x.Name == check && x.Outcome == Passed {
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		round, check string
		want         bool
	}{
		{"deck", CheckBeat, false}, {"deck1", CheckBeat, true}, {"deck1", CheckEntropy, false},
		{"raffle", CheckEntropy, true}, {"raffle", CheckDeck, false}, {"moments", CheckDeck, true},
		{"queue", CheckCommit, false}, {"queue", CheckTotal, true},
	} {
		if has(c.round, c.check) != c.want {
			t.Errorf("%s lists %s: %v", c.round, c.check, !c.want)
		}
	}
}

func TestReplay_EnforcesWindowCapAndOrder(t *testing.T) {
	who, other := Hash{1}, Hash{2}
	m := &Manifest{Round: "r", Number: 1, Kind: KindQueue, OpensAt: 100, ClosesAt: 200, Cap: 1,
		Prizes: []Prize{{Code: "a", Count: 3, Fen: 5, Name: "a"}}, TotalFen: 15}
	ticket := func(pos int64) Ticket { return Ticket{Pos: pos, Code: "a", Fen: 5} }
	open := AppendOpen(nil, Hash{})
	for name, c := range map[string]struct {
		lines [][]byte
		check string
	}{
		"before opening":      {[][]byte{open, AppendAsk(nil, 0, who, 99)}, CheckWindow},
		"at closing":          {[][]byte{open, AppendAsk(nil, 0, who, 200)}, CheckWindow},
		"time runs backwards": {[][]byte{open, AppendAsk(nil, 0, who, 150), AppendAsk(nil, 1, other, 149)}, CheckWindow},
		"seq from 1":          {[][]byte{open, AppendAsk(nil, 1, who, 150)}, CheckOrder},
		"won before ask":      {[][]byte{open, AppendWon(nil, 0, ticket(0))}, CheckOrder},
		"wrong position":      {[][]byte{open, AppendAsk(nil, 0, who, 150), AppendWon(nil, 0, ticket(1))}, CheckResult},
		"second win": {[][]byte{open, AppendAsk(nil, 0, who, 150), AppendAsk(nil, 1, who, 150),
			AppendWon(nil, 0, ticket(0)), AppendWon(nil, 1, ticket(1))}, CheckCap},
		"unanswered at close": {[][]byte{open, AppendAsk(nil, 0, who, 150), AppendClose(nil, 200, 1)}, CheckOrder},
		"close too early":     {[][]byte{open, AppendAsk(nil, 0, who, 150), AppendWon(nil, 0, ticket(0)), AppendClose(nil, 149, 1)}, CheckWindow},
		"play after close":    {[][]byte{open, AppendClose(nil, 200, 0), AppendAsk(nil, 0, who, 150)}, CheckOrder},
		"reveal in a queue":   {[][]byte{open, AppendClose(nil, 200, 0), AppendReveal(nil, Secret{})}, CheckOrder},
		"enter in a queue":    {[][]byte{open, AppendEnter(nil, 0, who, 1, 150)}, CheckOrder},
		"unknown word":        {[][]byte{open, []byte("halt 3")}, CheckOrder},
		"no open":             {[][]byte{AppendAsk(nil, 0, who, 150)}, CheckOrder},
		"two opens":           {[][]byte{open, open}, CheckOrder},
		"other manifest":      {[][]byte{AppendOpen(nil, Hash{1})}, CheckManifest},
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReplay(m, Hash{}, nil)
			for i, line := range c.lines {
				err := r.Next(line)
				if last := i == len(c.lines)-1; (err != nil) != last {
					t.Fatalf("line %d: %v", i+1, err)
				}
				var le *LineError
				if err != nil && (!asLineError(err, &le) || le.Check != c.check || le.Line != int64(i+1)) {
					t.Errorf("got %v, want %s", err, c.check)
				}
			}
		})
	}
}

func TestReplay_IsTheServersRestart(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		c := compose(t, p)
		stop := rapid.IntRange(0, c.closeAt-1).Draw(rt, "crash after")
		r := NewReplay(c.m, c.hash, &c.secret)
		for _, line := range c.lines[:stop] {
			if err := r.Next(line); err != nil {
				rt.Fatal(err)
			}
		}
		checkCounts(rt, r, c.lines[:stop])
		tree := r.Frontier()
		stored, err := tree.MarshalBinary()
		if err != nil {
			rt.Fatal(err)
		}
		var again Frontier
		if err := again.UnmarshalBinary(stored); err != nil || again.Root() != tree.Root() || again.Size() != tree.Size() {
			rt.Fatal("the stored frontier differs", err)
		}
		for _, line := range c.lines[stop:] {
			if err := r.Next(line); err != nil {
				rt.Fatal(err)
			}
			again.Append(line)
		}
		if tree = r.Frontier(); again.Root() != tree.Root() || !r.Ended() {
			rt.Fatal("the restarted log differs")
		}
	})
}

// checkCounts holds a replay's state against the lines it has read.
func checkCounts(t *rapid.T, r *Replay, lines [][]byte) {
	words := map[Word]int64{}
	wins := map[Hash]int64{}
	var asked []Hash
	var lastAt, claimed int64
	for _, line := range lines {
		l, _ := ParseLine(line)
		words[l.Word]++
		if l.Word == WordAsk || l.Word == WordEnter {
			asked, lastAt = append(asked, l.Hash), l.At
		}
		if l.Word == WordWon && string(l.Code) != blank {
			wins[asked[l.Seq]]++
			claimed++
		}
	}
	given, _ := r.Given()
	switch {
	case r.Size() != int64(len(lines)), r.Plays() != int64(len(asked)), r.LastAt() != lastAt,
		r.Answered() != words[WordWon], r.Beats() != words[WordBeat], given != claimed,
		r.Entrants().Len() != words[WordEnter], r.Winners() != nil:
		t.Fatal("the state does not match the lines")
	case r.Moments() != nil && r.Claims().Next-claimed > r.Plays()-r.Answered():
		t.Fatal("more moments are claimed than plays wait for")
	case r.Picks() != nil && r.Deck().Len()-r.Picks().Left() < words[WordWon]:
		t.Fatal("more was won than was picked")
	}
	for who, n := range wins {
		if r.Wins(who) != n {
			t.Fatal("a person's wins differ")
		}
	}
}

func TestWriteDir_IsReadBackAndVerified(t *testing.T) {
	c := compose(t, fixedPlans()["raffle"])
	dir := filepath.Join(t.TempDir(), "round")
	f := c.files(c.lines, c.closeAt)
	if err := f.WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	if err := f.WriteDir(dir); err == nil {
		t.Error("a published round was overwritten")
	}
	if err := os.Rename(filepath.Join(dir, FileKeys), filepath.Join(dir, "..", FileKeys)); err != nil {
		t.Fatal(err)
	}
	back, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r := c.verify(back); !r.OK() {
		t.Errorf("not verified:\n%s", r.text())
	}
}
