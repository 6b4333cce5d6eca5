package redraw

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"
)

// The figures to hold are those of section 9 of the contract.

const million = 1_000_000

func benchPrizes() []Prize {
	return []Prize{
		{Code: "a", Count: 1000, Fen: 88800, Name: "头奖"},
		{Code: "rp", Count: 4574, Fen: 1325212, MinFen: 30, MaxFen: 549, Split: SplitBox, Name: "红包"},
		{Code: "card", Count: 200000, Fen: 0, Name: "读书卡"},
	}
}

func BenchmarkDeckShuffle1M(b *testing.B) {
	for b.Loop() {
		if _, err := NewDeck(Key{1}, benchPrizes(), million); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDeckCommit1M(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		d, err := NewDeck(Key{1}, benchPrizes(), million)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := d.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDeckProof1M(b *testing.B) {
	d, err := NewDeck(Key{1}, benchPrizes(), million)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := d.Commit(); err != nil {
		b.Fatal(err)
	}
	for i := int64(0); b.Loop(); i++ {
		if _, err := d.Proof(i * 7919 % million); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSplitBox4574(b *testing.B) {
	p := benchPrizes()[1]
	key := Key(unhash(b, readVectors(b).Vector2.Key))
	for b.Loop() {
		if _, err := p.Amounts(key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRaffleLog1M(b *testing.B) {
	b.ReportAllocs()
	var who Hash
	for b.Loop() {
		var f Frontier
		line := make([]byte, 0, 128)
		for i := range int64(million) {
			binary.BigEndian.PutUint64(who[:], uint64(i))
			line = AppendEnter(line[:0], i, who, 1, 1771200000000+i)
			f.Append(line)
		}
		_ = f.Root()
	}
}

func BenchmarkRaffleDraw1000of1M(b *testing.B) {
	var e Entrants
	for i := range uint64(million) {
		if err := e.Enter(sha256.Sum256(u64(i)), 1); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, ok := NewRanking(Key{2}, &e).Entry(1999); !ok {
			b.Fatal("too few")
		}
	}
}

func BenchmarkVRFProve(b *testing.B) {
	k, err := NewVRFKey([32]byte{1})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := k.Prove([]byte("in")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVRFVerify(b *testing.B) {
	k, err := NewVRFKey([32]byte{1})
	if err != nil {
		b.Fatal(err)
	}
	pi, _, err := k.Prove([]byte("in"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := VerifyVRF(k.Public(), []byte("in"), pi); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInclusionProof1M(b *testing.B) {
	var s StoredHashes
	for i := range int64(million) {
		s.Append(AppendAsk(nil, i, Hash{}, i))
	}
	line := AppendAsk(nil, 0, Hash{}, 0)
	for i := int64(0); b.Loop(); i++ {
		if _, err := NewLeafProof(&s, million, i*7919%million, line); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendAskAndWon(b *testing.B) {
	b.ReportAllocs()
	var f Frontier
	line := make([]byte, 0, 128)
	for i := int64(0); b.Loop(); i++ {
		line = AppendAsk(line[:0], i, Hash{}, 1771200000000)
		f.Append(line)
		line = AppendWon(line[:0], i, Ticket{Pos: i, Code: "rp", Fen: 441})
		f.Append(line)
	}
}
