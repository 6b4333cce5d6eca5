package redraw

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestFrontier_AgreesWithTlog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 300), 0, 70).Draw(t, "lines")
		var stored StoredHashes
		var f Frontier
		var want []tlog.Hash
		read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
			out := make([]tlog.Hash, len(indexes))
			for i, n := range indexes {
				out[i] = want[n]
			}
			return out, nil
		})
		for i, line := range lines {
			hashes, err := tlog.StoredHashes(int64(i), line, read)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, hashes...)
			stored.Append(line)
			f.Append(line)
		}
		if !slices.Equal(stored.hashes, want) {
			t.Fatal("the stored hashes differ")
		}
		root, err := tlog.TreeHash(int64(len(lines)), read)
		if err != nil || Hash(root) != f.Root() || f.Size() != int64(len(lines)) {
			t.Fatalf("root %x, want %x", f.Root(), root)
		}
		for i, line := range lines {
			p, err := NewLeafProof(&stored, int64(len(lines)), int64(i), line)
			if err != nil || p.Check(root) != nil {
				t.Fatalf("proof of %d does not hold", i)
			}
			p.Index++
			if p.Check(root) == nil && len(lines) > 1 && !slices.Equal(lines[min(i+1, len(lines)-1)], line) {
				t.Fatalf("proof of %d holds for another index", i)
			}
		}
	})
}

func TestFrontier_RefusesDamagedBytes(t *testing.T) {
	var f Frontier
	for i := range byte(5) {
		f.Append([]byte{i})
	}
	good, err := f.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	negative := slices.Clone(good)
	negative[0] |= 0x80
	for _, bad := range [][]byte{nil, good[:7], good[:len(good)-1], append(slices.Clone(good), 0), negative} {
		if err := f.UnmarshalBinary(bad); !errors.Is(err, ErrFrontier) {
			t.Errorf("%x accepted", bad)
		}
	}
}

func TestLeafTree_AgreesWithFrontierAtEverySize(t *testing.T) {
	for n := int64(1); n < 70; n++ {
		d, err := NewDeck(Key{3}, []Prize{{Code: "a", Count: 1, Fen: 9}}, n)
		if err != nil {
			t.Fatal(err)
		}
		root, err := d.Commit()
		if err != nil {
			t.Fatal(err)
		}
		var f Frontier
		for i := range n {
			f.Append(d.AppendLeaf(nil, i))
		}
		if f.Root() != root {
			t.Errorf("%d tickets: root differs", n)
		}
		for i := range n {
			if p, err := d.Proof(i); err != nil || p.Check(root) != nil {
				t.Errorf("%d tickets: proof of %d does not hold", n, i)
			}
		}
		if _, err := d.Proof(n); err == nil {
			t.Error("a proof outside the deck")
		}
	}
}

func TestDeal_SparseGivesWhatDenseGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(1, 300).Draw(t, "n")
		sparse := newSparseDeal(n)
		a, b := NewStream(Key{1}, "x"), NewStream(Key{1}, "x")
		for i, want := range Shuffle(a, uint32(n)) {
			if got, ok := sparse.Next(b); !ok || got != uint64(want) {
				t.Fatalf("output %d: %d, want %d", i, got, want)
			}
		}
		if _, ok := sparse.Next(b); ok || sparse.Left() != 0 || len(sparse.moved) != 0 {
			t.Fatal("a deal went on after its end")
		}
	})
}

func TestDeal_OfHugeNumbersIsLazy(t *testing.T) {
	d := NewDeal(1 << 50)
	s := NewStream(Key{1}, "x")
	seen := map[uint64]bool{}
	for range 1000 {
		v, ok := d.Next(s)
		if !ok || v >= 1<<50 || seen[v] {
			t.Fatal("out of range or twice:", v)
		}
		seen[v] = true
	}
}

// chiSquare sums (got-want)^2/want over equally likely cells.
func chiSquare(cells []int) float64 {
	total := 0
	for _, n := range cells {
		total += n
	}
	want := float64(total) / float64(len(cells))
	var x float64
	for _, n := range cells {
		x += (float64(n) - want) * (float64(n) - want) / want
	}
	return x
}

// The bounds are the 99.99 % quantiles; the keys are fixed, so the outcome is too.
func TestDraws_AreUniform(t *testing.T) {
	t.Run("uniform", func(t *testing.T) {
		cells := make([]int, 10)
		s := NewStream(Key{5}, "chi")
		for range 100_000 {
			cells[s.Uniform(10)]++
		}
		if x := chiSquare(cells); x > 33.7 {
			t.Errorf("chi-square %.1f over 9 degrees", x)
		}
	})
	t.Run("permutations of 4", func(t *testing.T) {
		index := map[[4]uint32]int{}
		cells := make([]int, 24)
		s := NewStream(Key{6}, "chi")
		for range 24_000 {
			p := [4]uint32(Shuffle(s, 4))
			if _, ok := index[p]; !ok {
				index[p] = len(index)
			}
			cells[index[p]]++
		}
		if x := chiSquare(cells); x > 57 {
			t.Errorf("chi-square %.1f over 23 degrees", x)
		}
	})
	t.Run("box divisions of 12 over 3 between 2 and 6", func(t *testing.T) {
		index := map[[3]int64]int{}
		cells := make([]int, 19) // the number of legal divisions
		s := NewStream(Key{7}, "chi")
		p := Prize{Code: "b", Count: 3, Fen: 12, MinFen: 2, MaxFen: 6, Split: SplitBox}
		for range 19_000 {
			a, _, err := p.split(s)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := index[[3]int64(a)]; !ok {
				index[[3]int64(a)] = len(index)
			}
			cells[index[[3]int64(a)]]++
		}
		if x := chiSquare(cells); x > 49 || len(index) != 19 {
			t.Errorf("chi-square %.1f over 18 degrees, %d divisions", x, len(index))
		}
	})
	t.Run("raffle follows the weights", func(t *testing.T) {
		cells := make([]int, 10) // one cell a unit of weight
		for k := range uint16(20_000) {
			var e Entrants
			for w := range int64(4) {
				if err := e.Enter(Hash{byte(w)}, w+1); err != nil {
					t.Fatal(err)
				}
			}
			var key Key
			binary.BigEndian.PutUint16(key[:], k)
			first, _ := NewRanking(key, &e).Entry(0)
			cells[first*(first+1)/2]++ // all of an entry's wins in its first cell
		}
		for entry := range int64(4) { // spread them again, evenly
			start, w := entry*(entry+1)/2, entry+1
			n := cells[start]
			for i := range w {
				cells[start+i] = n / int(w)
			}
		}
		if x := chiSquare(cells); x > 33.7 {
			t.Errorf("chi-square %.1f", x)
		}
	})
}

func TestSplit_AddsUpWithinItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Prize{Code: "rp", Count: rapid.Int64Range(1, 200).Draw(t, "count"), Name: "n"}
		p.MinFen = rapid.Int64Range(0, 50).Draw(t, "min")
		mean := p.MinFen + rapid.Int64Range(0, 500).Draw(t, "above")
		p.Fen = mean * p.Count
		p.Split = rapid.SampledFrom([]SplitMode{SplitBox, SplitOpen}).Draw(t, "mode")
		if p.Split == SplitBox {
			p.MaxFen = 2*mean - p.MinFen
			if p.MaxFen == 0 {
				return // a box of nothing has no max to state
			}
		}
		amounts, err := p.Amounts(Key{byte(p.Count)})
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for _, a := range amounts {
			if a < p.MinFen || (p.MaxFen > 0 && a > p.MaxFen) {
				t.Fatalf("%d is out of bounds", a)
			}
			sum += a
		}
		if sum != p.Fen || int64(len(amounts)) != p.Count {
			t.Fatalf("%d over %d packets, want %d over %d", sum, len(amounts), p.Fen, p.Count)
		}
	})
}

func TestSplit_RefusesTheImpossible(t *testing.T) {
	for name, p := range map[string]Prize{
		"less than the floor":   {Count: 10, Fen: 99, MinFen: 10, Split: SplitOpen},
		"more than the ceiling": {Count: 10, Fen: 1001, MinFen: 1, MaxFen: 100, Split: SplitOpen},
		"ceiling below floor":   {Count: 10, Fen: 100, MinFen: 10, MaxFen: 9, Split: SplitOpen},
		"no packets":            {Count: 0, Fen: 100, Split: SplitOpen},
		"negative floor":        {Count: 1, Fen: 100, MinFen: -1, Split: SplitOpen},
		"box without max":       {Count: 10, Fen: 1000, MinFen: 10, Split: SplitBox},
		"box max 11 % too high": {Count: 10, Fen: 1000, MinFen: 0, MaxFen: 222, Split: SplitBox},
		"box max 11 % too low":  {Count: 10, Fen: 1000, MinFen: 0, MaxFen: 178, Split: SplitBox},
		"unknown mode":          {Count: 10, Fen: 1000, MaxFen: 200, Split: "double-mean"},
		"overflow":              {Count: maxUnits, Fen: maxFen, MinFen: maxFen, Split: SplitOpen},
	} {
		if _, err := p.Amounts(Key{}); !errors.Is(err, ErrSplitImpossible) {
			t.Errorf("%s: %v", name, err)
		}
	}
	hopeless := Prize{Code: "h", Count: 2, Fen: 1 << 40, MaxFen: 1 << 39, Split: SplitOpen}
	if _, err := hopeless.Amounts(Key{}); !errors.Is(err, ErrSplitTooRare) {
		t.Errorf("one division in a million million: %v", err)
	}
	for _, maxFen := range []int64{180, 220} {
		p := Prize{Count: 3, Fen: 300, MaxFen: maxFen, Split: SplitBox}
		if _, err := p.Amounts(Key{}); err != nil {
			t.Errorf("max %d, just within 10 %%: %v", maxFen, err)
		}
	}
}

func TestClaims_GiveTheEarliestDueMoment(t *testing.T) {
	m, err := NewMoments(Key{4}, []Prize{{Code: "a", Count: 3, Fen: 7, Name: "a"}}, 1000, 2000)
	if err != nil {
		t.Fatal(err)
	}
	root, err := m.Commit()
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Len() {
		leaf := string(m.AppendLeaf(nil, i))
		if p, err := m.Proof(i); err != nil || p.Line != leaf || p.Check(root) != nil {
			t.Errorf("moment %d %q has no proof", i, leaf)
		}
	}
	var c Claims
	if _, ok := c.Claim(m, m.At(0).At-1); ok {
		t.Error("claimed a moment before its time")
	}
	for i := range int64(3) {
		if got, ok := c.Claim(m, m.At(2).At); !ok || got.Pos != i {
			t.Errorf("claim %d gave %v %v", i, got, ok)
		}
	}
	if _, ok := c.Claim(m, 1999); ok {
		t.Error("claimed a fourth of three")
	}
}

func TestRaffle_RanksEachPersonOnceAndStops(t *testing.T) {
	var e Entrants
	for i := range 50 {
		if err := e.Enter(Hash{byte(i % 3)}, 1000); err != nil {
			t.Fatal(err)
		}
	}
	r := NewRanking(Key{8}, &e)
	seen := map[Hash]bool{}
	for rank := range int64(3) {
		entry, ok := r.Entry(rank)
		if !ok || seen[e.Who(entry)] {
			t.Fatal("ranked twice or not at all")
		}
		seen[e.Who(entry)] = true
	}
	if _, ok := r.Entry(3); ok {
		t.Error("a fourth of three people")
	}
	if r.stream.used > 200 {
		t.Error("went on dealing when everybody was ranked:", r.stream.used)
	}
}

func TestRaffle_VoidsAreTakenOverInOrder(t *testing.T) {
	var e Entrants
	for i := range byte(5) {
		if err := e.Enter(Hash{i}, 1); err != nil {
			t.Fatal(err)
		}
	}
	units, err := NewUnits(Key{}, []Prize{{Code: "a", Count: 3, Fen: 1}})
	if err != nil {
		t.Fatal(err)
	}
	w := NewWinners(units, NewRanking(Key{9}, &e))
	for _, c := range []struct {
		rank, sub int64
		ok        bool
		err       error
	}{
		{4, 0, false, ErrNotWinner}, // a substitute who has taken over nothing
		{1, 3, true, nil},
		{1, 0, false, ErrNotWinner}, // already voided
		{3, 4, true, nil},           // a substitute who took over
		{0, 0, false, nil},          // nobody is left
		{9, 0, false, ErrNotWinner},
	} {
		sub, ok, err := w.Void(c.rank)
		if ok != c.ok || !errors.Is(err, c.err) || sub.Rank != c.sub {
			t.Errorf("void %d: %v %v %v", c.rank, sub, ok, err)
		}
	}
	if w.Len() != 2 {
		t.Errorf("%d units are held, want 2", w.Len())
	}
}

func TestEntrants_RefuseBadWeights(t *testing.T) {
	var e Entrants
	for _, w := range []int64{0, -1, 1 << 32} {
		if err := e.Enter(Hash{}, w); !errors.Is(err, ErrWeight) {
			t.Errorf("weight %d: %v", w, err)
		}
	}
}

func TestVRF_RefusesAlteredProofs(t *testing.T) {
	k, err := NewVRFKey([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	pi, _, err := k.Prove([]byte("alpha"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range pi {
		for bit := range 8 {
			bad := pi
			bad[i] ^= 1 << bit
			if _, err := VerifyVRF(k.Public(), []byte("alpha"), bad); !errors.Is(err, ErrVRF) {
				t.Errorf("byte %d bit %d altered: accepted", i, bit)
			}
		}
	}
	if _, err := VerifyVRF(k.Public(), []byte("beta"), pi); !errors.Is(err, ErrVRF) {
		t.Error("accepted for another input")
	}
	if _, err := VerifyVRF([32]byte{1}, []byte("alpha"), pi); !errors.Is(err, ErrVRF) {
		t.Error("accepted under the identity as key")
	}
}

func TestSource_FormatsAreExact(t *testing.T) {
	quick := "8d6f3d4f1c8e2a3b" + "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0011223344556677"
	for _, c := range []struct {
		source, value string
		ok            bool
	}{
		{"ssq/2027016", "01,05,09,18,24,31+07", true},
		{"ssq/2027016", "01,05,09,18,24,33+16", true},
		{"ssq/2027016", "01,05,09,18,24,34+07", false},
		{"ssq/2027016", "01,05,09,18,24,31+17", false},
		{"ssq/2027016", "00,05,09,18,24,31+07", false},
		{"ssq/2027016", "05,01,09,18,24,31+07", false},
		{"ssq/2027016", "01,01,09,18,24,31+07", false},
		{"ssq/2027016", "1,05,09,18,24,31+07", false},
		{"ssq/2027016", "01,05,09,18,24+07", false},
		{"ssq/2027016", "01,05,09,18,24,31", false},
		{"ssq/2027016", " 01,05,09,18,24,31+07", false},
		{"dlt/2027016", "03,11,20,27,35+02,09", true},
		{"dlt/2027016", "03,11,20,27,36+02,09", false},
		{"dlt/2027016", "03,11,20,27,35+09,02", false},
		{"dlt/2027016", "03,11,20,27,35+02,13", false},
		{"pl5/2027046", "40817", true},
		{"pl5/2027046", "00000", true},
		{"pl5/2027046", "4081", false},
		{"pl5/2027046", "4081x", false},
		{"drand-quicknet/12345", quick, true},
		{"drand-quicknet/12345", quick[:94], false},
		{"drand-quicknet/12345", "0" + quick[1:], false},
		{"drand-quicknet/12345", "8D" + quick[2:], false},
		{"sse-000001-close/2026-02-13", "4082.0719", true},
		{"sse-000001-close/2026-02-13", "4082", false},
		{"sse-000001-close/2026-02-13", "04082.07", false},
	} {
		s, err := ParseSource(c.source)
		if err != nil {
			t.Fatal(c.source, err)
		}
		if err := s.Check(c.value); (err == nil) != c.ok {
			t.Errorf("%s %s: %v", c.source, c.value, err)
		}
	}
	for _, id := range []string{"", "ssq", "ssq/", "ssq/27016", "ssq/2027016/1", "pl3/2027016", "drand-quicknet/0", "drand-quicknet/01", "sse-000001-close/2026-02-30", "SSQ/2027016"} {
		if _, err := ParseSource(id); !errors.Is(err, ErrEntropyFormat) {
			t.Errorf("source %q accepted", id)
		}
	}
}

func TestAppend_AllocatesNothing(t *testing.T) {
	dst := make([]byte, 0, 512)
	var f Frontier
	who := Hash(sha256.Sum256([]byte("who")))
	got := testing.AllocsPerRun(100, func() {
		f.Append(AppendAsk(dst[:0], 123456, who, testOpens))
		f.Append(AppendWon(dst[:0], 123456, Ticket{Pos: 123456, Code: "rp", Fen: 441}))
		f.Append(AppendNotWon(dst[:0], 5))
		f.Append(AppendEnter(dst[:0], 5, who, 2, testOpens))
		f.Append(AppendBeat(dst[:0], 5, 9, VRFProof{}))
		f.Root()
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}

func TestParseLine_ReadsWhatTheEncodersWrite(t *testing.T) {
	who, pi := Hash{1}, VRFProof{2}
	for _, line := range [][]byte{
		AppendOpen(nil, who), AppendEntropy(nil, testNumbers[0]), AppendDeck(nil, 12, who), AppendMoments(nil, 6, who),
		AppendAsk(nil, 0, who, 5), AppendBeat(nil, 0, 7, pi), AppendWon(nil, 1, Ticket{Pos: 2, Code: "a", Fen: 3}),
		AppendNotWon(nil, 1), AppendEnter(nil, 1, who, 2, 3), AppendClose(nil, 5, 1), AppendReveal(nil, Secret{3}),
		AppendRank(nil, Winner{Rank: 1, Entry: 2, Code: "a", Fen: 4}), AppendSubstitute(nil, 5, 6),
		AppendVoid(nil, 1, "absent"), AppendSub(nil, 1, 5, 6), AppendTotal(nil, 1, 2), AppendEnd(nil),
	} {
		l, ok := ParseLine(line)
		if !ok || string(l.append(nil)) != string(line) {
			t.Errorf("%s: read %v", line, ok)
		}
		for _, bad := range []string{string(line) + " ", " " + string(line), string(line) + " x", string(line) + "\r"} {
			if _, ok := ParseLine([]byte(bad)); ok {
				t.Errorf("%q accepted", bad)
			}
		}
	}
	for _, bad := range []string{"", "ask", "close 05 1", "close +5 1", "close -5 1", "close 5  1", "END", "total 1 9223372036854775808", "void 1 ", "reveal " + "AA"} {
		if _, ok := ParseLine([]byte(bad)); ok {
			t.Errorf("%q accepted", bad)
		}
	}
}

// append encodes a line again, so that tests can tell that reading lost nothing.
func (l Line) append(dst []byte) []byte {
	switch l.Word {
	case WordOpen:
		return AppendOpen(dst, l.Hash)
	case WordEntropy:
		return AppendEntropy(dst, PublicNumber{string(l.Code), string(l.Value)})
	case WordDeck:
		return AppendDeck(dst, l.Pos, l.Hash)
	case WordMoments:
		return AppendMoments(dst, l.Pos, l.Hash)
	case WordAsk:
		return AppendAsk(dst, l.Seq, l.Hash, l.At)
	case WordBeat:
		return AppendBeat(dst, l.Seq, l.Pos, l.Pi)
	case WordWon:
		if l.Pos < 0 {
			return append(AppendNotWon(dst, l.Seq)[:len(AppendNotWon(nil, l.Seq))-3], string(l.Code)+" "+itoa(l.Fen)...)
		}
		return AppendWon(dst, l.Seq, Ticket{Pos: l.Pos, Code: string(l.Code), Fen: l.Fen})
	case WordEnter:
		return AppendEnter(dst, l.Seq, l.Hash, l.Weight, l.At)
	case WordClose:
		return AppendClose(dst, l.At, l.Count)
	case WordReveal:
		return AppendReveal(dst, Secret(l.Hash))
	case WordRank:
		return AppendRank(dst, Winner{Rank: l.Seq, Entry: l.Entry, Code: string(l.Code), Fen: l.Fen})
	case WordVoid:
		return AppendVoid(dst, l.Seq, string(l.Code))
	case WordSub:
		return AppendSub(dst, l.Seq, l.Pos, l.Entry)
	case WordTotal:
		return AppendTotal(dst, l.Count, l.Fen)
	}
	return AppendEnd(dst)
}
