package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// paper is a receipt as the maker prints it.
type paper struct {
	Origin     string   `json:"origin"`
	Round      string   `json:"round"`
	Checkpoint string   `json:"checkpoint"`
	Proofs     []branch `json:"proofs"`
	Salt       string   `json:"salt"`
	Openid     string   `json:"openid"`
	Deck       *branch  `json:"deck,omitempty"`
}

type branch struct {
	Index int      `json:"index"`
	Size  int      `json:"size"`
	Line  string   `json:"line"`
	Path  []string `json:"path"`
}

func branchOf(i int, leaves []string) branch {
	return branch{i, len(leaves), leaves[i], auditPath(i, leaves)}
}

const testOpenid = "oABC123"

var testSalt = strings.Repeat("5a", 16)

// named makes every player of a round the holder of the receipt.
func named(m *maker) string {
	salt := strings.Repeat("\x5a", 16)
	return hexed(sha("redraw/v1 who\n", m.id, "\n", salt, testOpenid))
}

// printReceipt issues a receipt for play seq when the log had size lines.
func printReceipt(t testing.TB, m *maker, size, seq int) *paper {
	t.Helper()
	for _, word := range []string{"ask", "enter"} {
		for i, line := range m.log {
			if strings.HasPrefix(line, fmt.Sprintf("%s %d ", word, seq)) {
				f := strings.Split(line, " ")
				f[2] = named(m)
				m.log[i] = strings.Join(f, " ")
			}
		}
	}
	log := m.log[:size]
	p := &paper{
		Origin: testOrigin, Round: m.id, Salt: testSalt, Openid: testOpenid,
		Checkpoint: sign(t, m.head(size), m.keys[0]),
	}
	for i, line := range log {
		f := strings.Split(line, " ")
		switch f[0] {
		case "deck", "moments":
			p.Proofs = append(p.Proofs, branchOf(i, log))
		case "ask", "enter", "won":
			if f[1] != strconv.Itoa(seq) {
				continue
			}
			p.Proofs = append(p.Proofs, branchOf(i, log))
			if pos, err := strconv.Atoi(f[2]); err == nil && f[0] == "won" && m.leaves != nil {
				leaf := branchOf(pos, m.leaves)
				p.Deck = &leaf
			}
		}
	}
	return p
}

func checkPaper(t testing.TB, p any, keys ...signer) (int, string) {
	t.Helper()
	raw, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return checkReceiptText(t, string(raw), keys...)
}

func checkReceiptText(t testing.TB, text string, keys ...signer) (int, string) {
	t.Helper()
	if keys == nil {
		keys = []signer{newSigner(t, "organiser.example")}
	}
	dir := writeFiles(t, t.TempDir(), map[string]string{"receipt.json": text, "keys": keys[0].public + "\n"})
	return drawcheck(t, dir, "receipt", filepath.Join(dir, "receipt.json"), "--keys", filepath.Join(dir, "keys"))
}

func TestGolden_EveryKindOfReceiptHolds(t *testing.T) {
	for name, c := range map[string]struct {
		m         *maker
		size, seq int
	}{
		"deck level 0":      {deck0(t), 13, 4},
		"deck level 1":      {deck1(t), 19, 1},
		"moments":           {makeMoments(t), 18, 3},
		"moments, none met": {makeMoments(t), 18, 0},
		"queue":             {makeQueue(t), 5, 1},
		"raffle":            {makeRaffle(t), 12, 7},
		"a tree of one":     {deck0(t), 5, 0},
	} {
		t.Run(name, func(t *testing.T) {
			status, out := checkPaper(t, printReceipt(t, c.m, c.size, c.seq))
			if status != exitHolds {
				t.Errorf("status %d\n%s", status, out)
			}
			golden(t, "receipt "+name, out)
		})
	}
}

func TestReceipt_IsRefusedWhenAnythingIsForged(t *testing.T) {
	organiser, stranger := newSigner(t, "organiser.example"), newSigner(t, "stranger.example")
	type forge func(m *maker, p *paper)
	flip := func(s *string) { *s = swapLast(*s) }
	for name, c := range map[string]struct {
		forge forge
		check check
	}{
		"origin":                     {func(_ *maker, p *paper) { p.Origin += "x" }, checkHead},
		"round":                      {func(_ *maker, p *paper) { p.Round += "x" }, checkHead},
		"signed by a stranger":       {func(m *maker, p *paper) { p.Checkpoint = sign(t, m.head(13), stranger) }, checkHead},
		"not signed":                 {func(m *maker, p *paper) { p.Checkpoint = m.head(13) }, checkHead},
		"another size is signed":     {func(m *maker, p *paper) { p.Checkpoint = sign(t, m.head(14), organiser) }, checkProof},
		"checkpoint is changed":      {func(_ *maker, p *paper) { p.Checkpoint = "x" + p.Checkpoint }, checkHead},
		"salt":                       {func(_ *maker, p *paper) { flip(&p.Salt) }, checkWho},
		"salt is short":              {func(_ *maker, p *paper) { p.Salt = p.Salt[2:] }, checkReceipt},
		"salt in capitals":           {func(_ *maker, p *paper) { p.Salt = strings.ToUpper(p.Salt) }, checkReceipt},
		"openid":                     {func(_ *maker, p *paper) { flip(&p.Openid) }, checkWho},
		"index of a line":            {func(_ *maker, p *paper) { p.Proofs[1].Index-- }, checkProof},
		"index beyond the tree":      {func(_ *maker, p *paper) { p.Proofs[2].Index = 99 }, checkProof},
		"size of a line":             {func(_ *maker, p *paper) { p.Proofs[1].Size++ }, checkProof},
		"path of a line":             {func(_ *maker, p *paper) { flip(&p.Proofs[1].Path[0]) }, checkProof},
		"path is short":              {func(_ *maker, p *paper) { p.Proofs[1].Path = p.Proofs[1].Path[1:] }, checkProof},
		"path is long":               {func(_ *maker, p *paper) { p.Proofs[1].Path = append(p.Proofs[1].Path, who(1)) }, checkProof},
		"path in capitals":           {func(_ *maker, p *paper) { p.Proofs[1].Path[0] = strings.Repeat("A", 64) }, checkReceipt},
		"who in the play":            {func(_ *maker, p *paper) { p.Proofs[1].Line = "ask 4 " + who(1) + " 1004000" }, checkProof},
		"the amount won":             {func(_ *maker, p *paper) { p.Proofs[2].Line = "won 4 4 a 88800" }, checkProof},
		"an unknown line":            {func(_ *maker, p *paper) { p.Proofs[1].Line = "halt" }, checkReceipt},
		"the play twice":             {func(_ *maker, p *paper) { p.Proofs = append(p.Proofs, p.Proofs[1]) }, checkReceipt},
		"no play":                    {func(_ *maker, p *paper) { p.Proofs = p.Proofs[2:] }, checkReceipt},
		"no result":                  {func(_ *maker, p *paper) { p.Proofs = p.Proofs[:2] }, checkReceipt},
		"somebody else's result":     {func(m *maker, p *paper) { p.Proofs[2] = branchOf(10, m.log[:13]) }, checkReceipt},
		"somebody else's play":       {func(m *maker, p *paper) { p.Proofs[1] = branchOf(9, m.log[:13]) }, checkReceipt},
		"no proof at all":            {func(_ *maker, p *paper) { p.Proofs = nil }, checkReceipt},
		"no ticket":                  {func(_ *maker, p *paper) { p.Deck = nil }, checkTicket},
		"no root of the tickets":     {func(_ *maker, p *paper) { p.Proofs = p.Proofs[1:] }, checkTicket},
		"ticket and root are hidden": {func(_ *maker, p *paper) { p.Proofs, p.Deck = p.Proofs[1:], nil }, checkTicket},
		"index of the ticket":        {func(_ *maker, p *paper) { p.Deck.Index++ }, checkTicket},
		"size of the ticket":         {func(_ *maker, p *paper) { p.Deck.Size++ }, checkTicket},
		"nonce of the ticket":        {func(_ *maker, p *paper) { flip(&p.Deck.Line) }, checkTicket},
		"prize of the ticket":        {func(_ *maker, p *paper) { p.Deck.Line = "4 a 88800 " + testSalt }, checkTicket},
		"path of the ticket":         {func(_ *maker, p *paper) { flip(&p.Deck.Path[0]) }, checkTicket},
		"another ticket":             {func(m *maker, p *paper) { b := branchOf(5, m.leaves); p.Deck = &b }, checkTicket},
	} {
		t.Run(name, func(t *testing.T) {
			m := deck0(t)
			p := printReceipt(t, m, 13, 4)
			c.forge(m, p)
			status, out := checkPaper(t, p)
			_, fail, _ := strings.Cut(out, "FAIL ")
			if status != exitFails || !strings.HasPrefix(fail, "ROUND/receipt.json:") || !strings.Contains(fail, c.check.title().en) {
				t.Errorf("want %q, got status %d\n%s", c.check.title().en, status, out)
			}
		})
	}
}

func TestReceipt_OfMomentsIsRefusedWhenTheMomentComesLater(t *testing.T) {
	m := makeMoments(t)
	p := printReceipt(t, m, 18, 3)
	m.replace("ask 3", 0, field(3, fmt.Sprint(testOpens)))
	p.Checkpoint = sign(t, m.head(18), m.keys[0])
	for i, b := range p.Proofs {
		p.Proofs[i] = branchOf(b.Index, m.log[:18])
	}
	if status, out := checkPaper(t, p); status != exitFails || !strings.Contains(out, "the moment comes after the play") {
		t.Errorf("status %d\n%s", status, out)
	}
}

func TestReceipt_IsExactAboutItsJSON(t *testing.T) {
	raw, err := json.Marshal(printReceipt(t, deck0(t), 13, 4))
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	for name, c := range map[string]struct {
		text   string
		status int
		says   string
	}{
		"as it is":            {good, exitHolds, "all 8 checks hold"},
		"an unknown field":    {`{"cents":999,` + good[1:], exitHolds, `"cents" is not part of a receipt and proves nothing`},
		"a field twice":       {`{"openid":"oXYZ",` + good[1:], exitFails, "given twice"},
		"another case":        {strings.Replace(good, `"openid"`, `"openID"`, 1), exitFails, `"openid" must be a text`},
		"a number as text":    {strings.Replace(good, `"index":2`, `"index":"2"`, 1), exitFails, "must be a whole number"},
		"a float":             {strings.Replace(good, `"size":13`, `"size":13.0`, 1), exitFails, "must be a whole number"},
		"something after":     {good + "{}", exitFails, "something follows"},
		"a list":              {"[" + good + "]", exitFails, "not a JSON object"},
		"cut off":             {good[:len(good)-1], exitFails, "not JSON"},
		"too deep":            {`{"x":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + "}", exitFails, "nested too deep"},
		"not UTF-8":           {"{\"\xff\":1}", exitFails, "not UTF-8"},
		"empty":               {"", exitFails, "not JSON"},
		"a null ticket":       {strings.Replace(good, `"deck":{`, `"deck":null,"ticket":{`, 1), exitFails, "lacks its ticket"},
		"larger than allowed": {good + strings.Repeat(" ", maxNote), exitFails, "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			if status, out := checkReceiptText(t, c.text); status != c.status || !strings.Contains(out, c.says) {
				t.Errorf("want %q, got status %d\n%s", c.says, status, out)
			}
		})
	}
}
