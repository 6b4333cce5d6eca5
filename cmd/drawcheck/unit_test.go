package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestVectors_AreReproduced(t *testing.T) {
	status, out := drawcheck(t, "testdata", "vectors", filepath.Join("testdata", "vectors.json"))
	if status != exitHolds {
		t.Errorf("status %d", status)
	}
	golden(t, "vectors", out)
}

// TestVectors_NoValueGoesUnchecked changes each value of the file in turn.
func TestVectors_NoValueGoesUnchecked(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := parseJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range doc.order {
		if path == "vector1.beat.vrf_seed" {
			continue // the witness's secret is no verifier's business
		}
		changed := &jsonDoc{nodes: map[string]jsonNode{}, order: doc.order}
		for p, n := range doc.nodes {
			if p == path {
				n.text = swapLast(n.text + "0")
			}
			changed.nodes[p] = n
		}
		v := &vectors{doc: changed, used: map[string]bool{}}
		failed := false
		for _, g := range v.groups() {
			v.err = nil
			g.compare()
			failed = failed || v.err != nil
		}
		if !failed {
			t.Errorf("%s can be changed", path)
		}
	}
}

func TestVectors_NamesTheLine(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	line := strings.Count(text[:strings.Index(text, "box_attempts")], "\n") + 1
	for place, changed := range map[string]string{
		fmt.Sprintf("FAIL ROUND/v.json:%d:", line): strings.Replace(text, `"box_attempts": 85`, `"box_attempts": 86`, 1),
		`"extra" is not a value this tool knows`:   strings.Replace(text, `"version"`, `"extra": 1, "version"`, 1),
	} {
		dir := writeFiles(t, t.TempDir(), map[string]string{"v.json": changed})
		status, out := drawcheck(t, dir, "vectors", filepath.Join(dir, "v.json"))
		if status != exitFails || !strings.Contains(out, place) {
			t.Errorf("want %q, got status %d\n%s", place, status, out)
		}
	}
}

// TestVRF_AgreesWithRFC9381 takes examples 16 to 18 of appendix B.3.
func TestVRF_AgreesWithRFC9381(t *testing.T) {
	for _, c := range []struct{ key, alpha, pi, beta string }{
		{
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
			"8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
			"90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
		},
		{
			"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
			"f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
			"eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031",
		},
		{
			"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
			"9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
			"645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f",
		},
	} {
		key, _ := hex.DecodeString(c.key)
		alpha, _ := hex.DecodeString(c.alpha)
		pi, _ := hex.DecodeString(c.pi)
		beta, err := vrfVerify(key, alpha, pi)
		if err != nil || hexOf(beta[:]) != c.beta {
			t.Errorf("alpha %q: %x, %v", c.alpha, beta, err)
		}
	}
}

func TestVRF_RefusesEveryChangedBit(t *testing.T) {
	w := newWitness([]byte(sha("bits")))
	proof, _ := w.prove("head")
	for bit := range 8 * len(proof) {
		pi := []byte(proof)
		pi[bit/8] ^= 1 << (bit % 8)
		if _, err := vrfVerify(w.public, []byte("head"), pi); err == nil {
			t.Errorf("bit %d can be changed", bit)
		}
	}
	small := make([]byte, 32)
	small[0] = 1
	if _, err := vrfVerify(small, []byte("head"), []byte(proof)); !errors.Is(err, errVRFKey) {
		t.Errorf("a key of small order: %v", err)
	}
}

func TestDeal_IsAPermutationEitherWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(1, 300).Draw(t, "n")
		key := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))
		dense, sparse := newDeal(n, n), newDeal(n, n)
		sparse.dense, sparse.sparse = nil, map[uint64]uint64{}
		a, b := newStream(key, "x"), newStream(key, "x")
		seen := map[uint64]bool{}
		for {
			got, ok := dense.draw(a)
			other, okOther := sparse.draw(b)
			if got != other || ok != okOther {
				t.Fatalf("%d and %d", got, other)
			}
			if !ok {
				break
			}
			seen[got] = true
		}
		if uint64(len(seen)) != n {
			t.Fatalf("%d of %d", len(seen), n)
		}
	})
}

func TestSplit_GivesAllTheMoneyWithinItsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := prizeLine{code: "rp", count: rapid.Uint64Range(1, 40).Draw(t, "count"), min: rapid.Uint64Range(0, 50).Draw(t, "min")}
		mean := l.min + rapid.Uint64Range(0, 200).Draw(t, "above")
		l.cents = mean * l.count
		l.method = rapid.SampledFrom([]string{methodBox, methodOpen}).Draw(t, "method")
		if l.method == methodBox {
			l.max = 2*mean - l.min
		}
		if err := l.checkLimits(); err != nil {
			t.Fatal(err)
		}
		amounts, _, err := l.divide([32]byte{1})
		if err != nil {
			t.Fatal(err)
		}
		sum := uint64(0)
		for _, a := range amounts {
			sum += a
			if a < l.min || (l.max != 0 && a > l.max) {
				t.Fatalf("%d is outside [%d, %d]", a, l.min, l.max)
			}
		}
		if sum != l.cents {
			t.Fatalf("%d of %d", sum, l.cents)
		}
	})
}

func TestTree_AgreesWithTheRecursiveDefinition(t *testing.T) {
	var tr tree
	var leaves []string
	for i := range 70 {
		leaves = append(leaves, who(i))
		tr.add([]byte(who(i)))
		if root := tr.root(); string(root[:]) != merkle(leaves) {
			t.Fatalf("%d leaves", len(leaves))
		}
	}
}

func TestEntropy_AcceptsFixedFormatsOnly(t *testing.T) {
	for _, c := range []struct {
		id, value string
		ok        bool
	}{
		{"ssq/2027016", "01,05,09,18,24,31+07", true},
		{"ssq/2027016", "1,5,9,18,24,31+7", false},
		{"ssq/2027016", "01,05,09,18,24,34+07", false},
		{"ssq/2027016", "01,05,09,18,24,31+17", false},
		{"ssq/2027016", "01,05,09,18,24+07", false},
		{"ssq/2027016", "01,05,05,18,24,31+07", false},
		{"ssq/2027016", "00,05,09,18,24,31+07", false},
		{"ssq/2027016", "01,05,09,18,24,31", false},
		{"ssq/x", "01,05,09,18,24,31+07", false},
		{"ssq/", "01,05,09,18,24,31+07", false},
		{"dlt/2027016", "03,11,20,27,35+02,09", true},
		{"dlt/2027016", "03,11,20,27,35+09,02", false},
		{"dlt/2027016", "03,11,20,27,36+02,09", false},
		{"dlt/2027016", "03,11,20,27,35+02,13", false},
		{"pl5/2027046", "40817", true},
		{"pl5/2027046", "00000", true},
		{"pl5/2027046", "4081", false},
		{"drand-quicknet/1", strings.Repeat("0f", 48), true},
		{"drand-quicknet/1", strings.Repeat("0F", 48), false},
		{"drand-quicknet/1", strings.Repeat("0f", 96), false},
		{"drand-quicknet/0", strings.Repeat("0f", 48), false},
		{"sse-000001-close/2026-02-13", "4082.0719", true},
		{"sse-000001-close/2026-02-30", "4082.0719", false},
		{"sse-000001-close/2026-02-13", "4082", false},
		{"btc/1", "1", false},
	} {
		b, known := findBulletin(c.id)
		if got := known && b.format(c.value); got != c.ok {
			t.Errorf("%s %s: %v", c.id, c.value, got)
		}
	}
}

func TestManifest_NamesTheLineThatIsWrong(t *testing.T) {
	good := deck0(t).manifest
	lines := strings.Split(strings.TrimSuffix(good, "\n"), "\n")
	change := func(n int, text string) string {
		l := append([]string{}, lines...)
		l[n-1] = text
		return strings.Join(l, "\n") + "\n"
	}
	for _, c := range []struct {
		text string
		line int
	}{
		{good[:len(good)-1], 16},
		{"", 1},
		{change(1, "redraw/v2 open"), 1},
		{change(1, "redraw/v1 close"), 1},
		{change(2, "round r 0"), 2},
		{change(2, "round r 01"), 2},
		{change(2, "round r  1"), 2},
		{change(2, "round r 1 "), 2},
		{change(2, "round r 2"), 3},
		{change(3, "prev "+who(1)), 3},
		{change(4, "kind wheel"), 4},
		{change(4, "kind queue"), 7},
		{change(5, "opens -1"), 5},
		{change(5, "opens 1600000"), 6},
		{change(5, lines[5]), 5},
		{change(7, "commit -"), 7},
		{change(7, "commit "+strings.ToUpper(who(1))), 7},
		{change(8, "witness 00"), 8},
		{change(8, "witness "+"01"+strings.Repeat("0", 62)), 8},
		{change(9, "entropy btc/1"), 9},
		{change(9, lines[8]+"\n"+lines[8]), 10},
		{change(10, "prize a 0 1 x"), 10},
		{change(10, "prize a 1 1"), 10},
		{change(10, "prize a 1 1 x "), 10},
		{change(10, "prize - 1 1 x"), 10},
		{change(10, "prize rp 1 1 x"), 11},
		{change(10, "prize a 100000001 1 x"), 10},
		{change(10, "prize a 2 9223372036854775807 x"), 10},
		{change(11, "split rp 5 1449 300 549 box x"), 11},
		{change(11, "split rp 5 1449 30 200 box x"), 11},
		{change(11, "split rp 5 1449 30 0 box x"), 11},
		{change(11, "split rp 5 1449 30 620 box x"), 11},
		{change(11, "split rp 5 1449 30 549 heap x"), 11},
		{change(13, "tickets 8"), 13},
		{change(13, "tickets 100000001"), 13},
		{change(14, "cap 0"), 14},
		{change(15, "rules -"), 15},
		{change(16, "total x"), 16},
		{good + "more\n", 17},
	} {
		_, err := parseManifest(c.text)
		var le *lineError
		if !errors.As(err, &le) || le.line != c.line {
			t.Errorf("%q: %v, want line %d", c.text, err, c.line)
		}
	}
	if _, err := parseManifest(good); err != nil {
		t.Error(err)
	}
}

func TestManifest_RaffleNeedsPublicNumbersOf64Bits(t *testing.T) {
	for _, c := range []struct {
		kind    string
		sources []string
		ok      bool
	}{
		{kindRaffle, nil, false},
		{kindRaffle, []string{"ssq/1", "dlt/1"}, false},
		{kindRaffle, []string{"ssq/1", "dlt/1", "sse-000001-close/2027-02-05"}, false},
		{kindRaffle, []string{"ssq/1", "dlt/1", "pl5/1"}, true},
		{kindRaffle, []string{"drand-quicknet/1"}, true},
		{kindDeck, nil, true},
		{kindDeck, []string{"ssq/1"}, false},
	} {
		m := &manifest{kind: c.kind}
		for _, id := range c.sources {
			m.sources = append(m.sources, source{line: 9, id: id})
		}
		if err := m.checkStrength(); (err == nil) != c.ok {
			t.Errorf("%s %v: %v", c.kind, c.sources, err)
		}
	}
}

func TestRound_TotalMustBeTheSumOfThePrizes(t *testing.T) {
	m := makeQueue(t)
	files := m.files()
	text := strings.Replace(m.manifest, "total 10100", "total 10101", 1)
	files["open.note"] = sign(t, text, m.keys...)
	files["round.log"] = strings.Replace(files["round.log"], hexed(sha(m.manifest)), hexed(sha(text)), 1)
	if status, out := checkDir(t, files); status != exitFails || !strings.Contains(out, "FAIL ROUND/open.note:13") {
		t.Errorf("status %d\n%s", status, out)
	}
}

func TestRun_UnderstandsItsCommandLine(t *testing.T) {
	dir := writeFiles(t, t.TempDir(), makeQueue(t).files())
	keys := filepath.Join(dir, "keys.txt")
	for _, c := range []struct {
		args   []string
		status int
	}{
		{nil, exitUsage},
		{[]string{"--help"}, exitHolds},
		{[]string{"dance"}, exitUsage},
		{[]string{"--lang", "en"}, exitUsage},
		{[]string{"round"}, exitUsage},
		{[]string{"round", dir}, exitUsage},
		{[]string{"round", dir, "--origin"}, exitUsage},
		{[]string{"round", dir, "--origin", testOrigin, "--lang", "fr"}, exitUsage},
		{[]string{"round", dir, "--origin", testOrigin, "--colour"}, exitUsage},
		{[]string{"round", filepath.Join(dir, "none"), "--origin", testOrigin}, exitUsage},
		{[]string{"round", dir, "--origin", testOrigin, "--keys", filepath.Join(dir, "none")}, exitUsage},
		{[]string{"vectors"}, exitUsage},
		{[]string{"receipt", keys, keys}, exitUsage},
		{[]string{"receipt", keys}, exitFails},
		{[]string{"vectors", keys}, exitFails},
		{[]string{"round", dir, "--keys", keys, "--origin", testOrigin}, exitHolds},
		{[]string{"--keys", keys, "--origin", testOrigin, "round", dir}, exitHolds},
		{[]string{"round", "-origin=" + testOrigin, dir, "--keys=" + keys}, exitHolds},
	} {
		var out, errs bytes.Buffer
		if status := run(c.args, &out, &errs); status != c.status {
			t.Errorf("%v: status %d, want %d\n%s%s", c.args, status, c.status, &out, &errs)
		}
	}
}
