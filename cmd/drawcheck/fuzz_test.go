package main

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// spell writes a record back; only one spelling of a record is legal.
func (r *record) spell() string {
	n := func(v uint64) string { return strconv.FormatUint(v, 10) }
	pos := n(r.pos)
	if r.noPos {
		pos = "-"
	}
	fields := map[string][]string{
		wordOpen:    {hexOf(r.digest[:])},
		wordReveal:  {hexOf(r.digest[:])},
		wordEntropy: {string(r.source), string(r.value)},
		wordDeck:    {n(r.size), hexOf(r.digest[:])},
		wordMoments: {n(r.size), hexOf(r.digest[:])},
		wordAsk:     {n(r.seq), hexOf(r.digest[:]), n(r.ms)},
		wordBeat:    {n(r.seq), n(r.size), hexOf(r.proof[:])},
		wordWon:     {n(r.seq), pos, string(r.code), n(r.cents)},
		wordEnter:   {n(r.seq), hexOf(r.digest[:]), n(r.size), n(r.ms)},
		wordClose:   {n(r.ms), n(r.size)},
		wordRank:    {n(r.seq), n(r.pos), string(r.code), n(r.cents)},
		wordVoid:    {n(r.seq), string(r.code)},
		wordSub:     {n(r.seq), n(r.next), n(r.pos)},
		wordTotal:   {n(r.size), n(r.cents)},
		wordEnd:     {},
	}
	return strings.Join(append([]string{r.word}, fields[r.word]...), " ")
}

func FuzzRecord(f *testing.F) {
	for _, m := range makeAll(f) {
		for _, line := range m.log {
			f.Add([]byte(line))
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if r, ok := parseRecord(line); ok && r.spell() != string(line) {
			t.Errorf("%q also reads as %q", line, r.spell())
		}
	})
}

func FuzzManifest(f *testing.F) {
	for _, m := range makeAll(f) {
		f.Add(m.manifest)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parseManifest(text)
		if err != nil {
			return
		}
		if m.units() == 0 || m.units() > maxTickets || m.opens >= m.closes {
			t.Errorf("accepted %q", text)
		}
	})
}

func FuzzLog(f *testing.F) {
	var kinds []*manifest
	for _, mk := range []func(testing.TB) *maker{deck0, deck1, makeMoments, makeRaffle, makeQueue} {
		m := mk(f)
		parsed, err := parseManifest(m.manifest)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(len(kinds)), []byte(strings.Join(m.log, "\n")+"\n"))
		kinds = append(kinds, parsed)
	}
	f.Fuzz(func(t *testing.T, kind uint8, log []byte) {
		m := kinds[int(kind)%len(kinds)]
		s, err := scanLog(bytes.NewReader(log), m)
		if err != nil || s.weight() > 10_000 {
			return
		}
		p, err := newReplay(m, s)
		if err != nil {
			t.Fatal(err)
		}
		if p.run(bytes.NewReader(log)) == nil && p.cents > m.total {
			t.Errorf("%d cents won of %d", p.cents, m.total)
		}
	})
}

func FuzzReceipt(f *testing.F) {
	keys := keyring{}
	v, err := note.NewVerifier(newSigner(f, "organiser.example").public)
	if err != nil {
		f.Fatal(err)
	}
	keys = append(keys, v)
	for _, mk := range []func(testing.TB) *maker{deck0, makeMoments, makeQueue} {
		m := mk(f)
		raw, err := json.Marshal(printReceipt(f, m, 7, 0))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		rc, _, err := parseReceipt(raw)
		if err != nil {
			return
		}
		lines, err := rc.sort()
		if err != nil {
			return
		}
		_, _ = rc.ticket(lines)
		if head, err := rc.head(keys, ""); err == nil {
			for _, p := range rc.proofs {
				_ = p.proves(head.size, head.root)
			}
		}
	})
}

func FuzzNotes(f *testing.F) {
	files := makeQueue(f).files()
	keys, err := parseKeys(files["keys.txt"])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(files["final.note"], files["keys.txt"])
	f.Add(files["open.note"], files["keys.txt"])
	f.Fuzz(func(t *testing.T, raw, ring string) {
		_, _ = parseKeys(ring)
		_, _ = parseCheckpoint(raw)
		if text, err := keys.open([]byte(raw), len(keys)); err == nil && !strings.HasPrefix(raw, text) {
			t.Errorf("%q is not signed in %q", text, raw)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a": [1, "x", {"b": null}], "c.d": true}`))
	f.Add([]byte(`{"a": 1, "a": 2}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := parseJSON(raw)
		if err != nil {
			return
		}
		for _, path := range doc.order {
			if _, ok := doc.nodes[path]; !ok {
				t.Errorf("%q is listed and not there", path)
			}
		}
	})
}
