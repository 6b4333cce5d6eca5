package redraw

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// vectors is testdata/draw-vectors.json, the contract's own numbers.
type vectors struct {
	Vector1 struct {
		Round, Secret, Commit, Entropy, Key, Manifest string
		EntropyHash                                   string `json:"entropy_sha256"`
		ManifestHash                                  string `json:"manifest_sha256"`
		Beat                                          struct {
			Alpha, Beta, Pi string
			Picks           []int64 `json:"picks_8_of_12"`
			VRFKey          string  `json:"vrf_key"`
			VRFSeed         string  `json:"vrf_seed"`
		}
		Deck struct {
			Leaves []string
			Prizes [][]any
			Proof  []string `json:"proof_of_7"`
			Root   string
			Size   int64
		}
		Moments struct {
			Closes, Opens int64
			Sorted        [][]int64
			Units         int64
		}
		Raffle struct {
			Entries [][]any
			Prizes  int64
			Ranked  []int64
			Voids   []int64
			Winners []int64 `json:"winners_after_voids"`
		}
		Shuffle      []uint32 `json:"shuffle_deck_12"`
		Words        []string `json:"stream_demo_words"`
		UniformGot   []string `json:"uniform_got"`
		UniformN     []string `json:"uniform_n"`
		UniformWords uint64   `json:"uniform_words_used"`
		Who          struct{ OpenID, Pepper, Salt, Who string }
	}
	Vector2 struct {
		Total, Count, Min int64
		BoxMax            int64   `json:"box_max"`
		BoxAttempts       int     `json:"box_attempts"`
		BoxFirst          []int64 `json:"box_first"`
		BoxLast           []int64 `json:"box_last"`
		BoxHash           string  `json:"box_sha256"`
		OpenAttempts      int     `json:"open_attempts"`
		OpenFirst         []int64 `json:"open_first"`
		OpenLast          []int64 `json:"open_last"`
		OpenHash          string  `json:"open_sha256"`
		Key               string
	}
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	text, err := os.ReadFile("testdata/draw-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func unhash(t testing.TB, s string) Hash { return Hash(unhex(t, s)) }

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func TestVectors_Hashes(t *testing.T) {
	v := readVectors(t).Vector1
	s := Secret(unhash(t, v.Secret))
	equal(t, "commit", Commit(v.Round, s), unhash(t, v.Commit))
	equal(t, "manifest", ManifestHash([]byte(v.Manifest)), unhash(t, v.ManifestHash))
	var numbers []PublicNumber
	for _, line := range strings.Split(strings.TrimSpace(v.Entropy), "\n") {
		source, value, _ := strings.Cut(line, " ")
		numbers = append(numbers, PublicNumber{source, value})
		parsed, err := ParseSource(source)
		if err != nil || parsed.Check(value) != nil {
			t.Errorf("entropy %q refused", line)
		}
	}
	equal(t, "X", string(EntropyText(numbers)), v.Entropy)
	equal(t, "H(X)", EntropyHash(numbers), unhash(t, v.EntropyHash))
	key := NewKey(s, unhash(t, v.ManifestHash), Hash{}, EntropyHash(numbers))
	equal(t, "key", key, Key(unhash(t, v.Key)))
	salt := Salt(unhex(t, v.Who.Pepper), v.Round, v.Who.OpenID)
	equal(t, "salt", hex.EncodeToString(salt[:]), v.Who.Salt)
	equal(t, "who", Who(v.Round, salt, v.Who.OpenID), unhash(t, v.Who.Who))
}

func TestVectors_Streams(t *testing.T) {
	v := readVectors(t).Vector1
	key := Key(unhash(t, v.Key))
	s := NewStream(key, "demo")
	for i, want := range v.Words {
		if got := strconv.FormatUint(s.Word(), 16); strings.TrimLeft(want, "0") != got {
			t.Errorf("word %d = %s, want %s", i, got, want)
		}
	}
	s = NewStream(key, "uniform")
	for i, text := range v.UniformN {
		n, _ := strconv.ParseUint(text, 10, 64)
		equal(t, "uniform("+text+")", strconv.FormatUint(s.Uniform(n), 10), v.UniformGot[i])
	}
	equal(t, "words used", s.used, v.UniformWords)
	equal(t, "shuffle", Shuffle(NewStream(key, "deck"), 12), v.Shuffle)
}

func vectorPrizes(v vectors) []Prize {
	var prizes []Prize
	for _, f := range v.Vector1.Deck.Prizes {
		n := func(i int) int64 { return int64(f[i].(float64)) }
		prizes = append(prizes, Prize{Code: f[0].(string), Count: n(1), Fen: n(2), MinFen: n(3), MaxFen: n(4), Split: SplitMode(f[5].(string)), Name: "奖品"})
	}
	return prizes
}

func TestVectors_Deck(t *testing.T) {
	all := readVectors(t)
	v := all.Vector1
	d, err := NewDeck(Key(unhash(t, v.Key)), vectorPrizes(all), v.Deck.Size)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range v.Deck.Leaves {
		equal(t, "leaf", string(d.AppendLeaf(nil, int64(i))), want)
	}
	root, err := d.Commit()
	equal(t, "err", err, nil)
	equal(t, "root", root, unhash(t, v.Deck.Root))
	proof, err := d.Proof(7)
	equal(t, "err", err, nil)
	equal(t, "proof of 7", proof.Path, v.Deck.Proof)
	equal(t, "check", proof.Check(root), nil)
}

func TestVectors_Beat(t *testing.T) {
	v := readVectors(t).Vector1
	alpha := BeatInput(3, 0x29, unhash(t, v.Deck.Root))
	equal(t, "alpha", hex.EncodeToString(alpha), v.Beat.Alpha)
	k, err := NewVRFKey(unhash(t, v.Beat.VRFSeed))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "vrf key", k.Public(), unhash(t, v.Beat.VRFKey))
	pi, beta, err := k.Prove(alpha)
	equal(t, "err", err, nil)
	equal(t, "pi", hex.EncodeToString(pi[:]), v.Beat.Pi)
	equal(t, "beta", hex.EncodeToString(beta[:]), v.Beat.Beta)
	again, err := VerifyVRF(k.Public(), alpha, pi)
	equal(t, "verify", err, nil)
	equal(t, "beta", again, beta)
	picks := NewPicks(Key(unhash(t, v.Key)), 12).Batch(nil, beta, 8)
	equal(t, "picks", picks, v.Beat.Picks)
}

func TestVectors_Moments(t *testing.T) {
	v := readVectors(t).Vector1
	prizes := []Prize{{Code: "a", Count: v.Moments.Units, Fen: 1, Name: "a"}}
	m, err := NewMoments(Key(unhash(t, v.Key)), prizes, v.Moments.Opens, v.Moments.Closes)
	if err != nil {
		t.Fatal(err)
	}
	var got [][]int64
	for i := range m.Len() {
		got = append(got, []int64{m.At(i).At, m.At(i).Unit})
	}
	equal(t, "sorted", got, v.Moments.Sorted)
}

func TestVectors_Raffle(t *testing.T) {
	v := readVectors(t).Vector1
	var e Entrants
	for _, f := range v.Raffle.Entries {
		if err := e.Enter(unhash(t, f[0].(string)), int64(f[1].(float64))); err != nil {
			t.Fatal(err)
		}
	}
	ranking := NewRanking(Key(unhash(t, v.Key)), &e)
	var ranked []int64
	for r := int64(0); ; r++ {
		entry, ok := ranking.Entry(r)
		if !ok {
			break
		}
		ranked = append(ranked, entry)
	}
	equal(t, "ranked", ranked, v.Raffle.Ranked)
	units, err := NewUnits(Key{}, []Prize{{Code: "a", Count: v.Raffle.Prizes, Fen: 1}})
	if err != nil {
		t.Fatal(err)
	}
	w := NewWinners(units, ranking)
	for _, r := range v.Raffle.Voids {
		if _, ok, err := w.Void(r); !ok || err != nil {
			t.Errorf("void %d: %v %v", r, ok, err)
		}
	}
	var winners []int64
	for _, winner := range w.All() {
		winners = append(winners, winner.Entry)
	}
	equal(t, "winners after voids", winners, v.Raffle.Winners)
}

func TestVectors_Splits(t *testing.T) {
	v := readVectors(t).Vector2
	p := Prize{Code: "rp", Count: v.Count, Fen: v.Total, MinFen: v.Min}
	for _, c := range []struct {
		mode        SplitMode
		max         int64
		attempts    int
		first, last []int64
		hash        string
	}{
		{SplitBox, v.BoxMax, v.BoxAttempts, v.BoxFirst, v.BoxLast, v.BoxHash},
		{SplitOpen, 0, v.OpenAttempts, v.OpenFirst, v.OpenLast, v.OpenHash},
	} {
		p.Split, p.MaxFen = c.mode, c.max
		got, attempts, err := p.split(NewStream(Key(unhash(t, v.Key)), "split rp"))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "attempts", attempts, c.attempts)
		equal(t, "first", got[:len(c.first)], c.first)
		equal(t, "last", got[len(got)-len(c.last):], c.last)
		var text []byte
		for _, fen := range got {
			text = append(strconv.AppendInt(text, fen, 10), '\n')
		}
		equal(t, "sha256", Hash(sha256.Sum256(text)), unhash(t, c.hash))
	}
}

// The examples of RFC 9381, appendix B.3.
func TestVRF_AgreesWithRFC9381(t *testing.T) {
	for _, c := range []struct{ secret, public, alpha, pi, beta string }{
		{
			"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
			"",
			"8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
			"90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
		},
		{
			"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
			"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
			"72",
			"f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
			"eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031",
		},
		{
			"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
			"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
			"af82",
			"9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
			"645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f",
		},
	} {
		k, err := NewVRFKey(unhash(t, c.secret))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "public key", k.Public(), unhash(t, c.public))
		pi, beta, err := k.Prove(unhex(t, c.alpha))
		equal(t, "err", err, nil)
		equal(t, "pi", hex.EncodeToString(pi[:]), c.pi)
		equal(t, "beta", hex.EncodeToString(beta[:]), c.beta)
		got, err := VerifyVRF(k.Public(), unhex(t, c.alpha), pi)
		equal(t, "verify", err, nil)
		equal(t, "verified beta", got, beta)
	}
}
