package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files")

// drawcheck runs the program and returns its status and output, with dir as ROUND.
func drawcheck(t testing.TB, dir string, args ...string) (int, string) {
	t.Helper()
	var out, errs bytes.Buffer
	status := run(args, &out, &errs)
	return status, strings.ReplaceAll(out.String()+errs.String(), dir, "ROUND")
}

func checkDir(t testing.TB, files map[string]string) (int, string) {
	t.Helper()
	dir := writeFiles(t, t.TempDir(), files)
	return drawcheck(t, dir, "round", dir, "--origin", testOrigin)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", strings.ReplaceAll(name, " ", "-")+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", file, got)
	}
}

func TestGolden_EveryKindOfRoundHolds(t *testing.T) {
	for name, m := range makeAll(t) {
		t.Run(name, func(t *testing.T) {
			status, out := checkDir(t, m.files())
			if status != exitHolds {
				t.Errorf("status %d", status)
			}
			golden(t, name, out)
		})
	}
}

func TestGolden_SpeaksChineseAndEnglish(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		dir := writeFiles(t, t.TempDir(), makeRaffle(t).files())
		_, out := drawcheck(t, dir, "--lang", lang, "round", dir, "--origin", testOrigin)
		golden(t, "raffle "+lang, out)
	}
	m := makeQueue(t)
	m.log[2] = "won 0 1 a 5000"
	dir := writeFiles(t, t.TempDir(), m.files())
	_, out := drawcheck(t, dir, "round", "--lang=zh", dir, "--origin", testOrigin)
	golden(t, "queue changed zh", out)
}

// TestRound_NoLineCanBeChanged changes each character class of each line and
// leaves the signatures as they are.
func TestRound_NoLineCanBeChanged(t *testing.T) {
	for name, m := range makeAll(t) {
		t.Run(name, func(t *testing.T) {
			dir := writeFiles(t, t.TempDir(), m.files())
			for i, line := range m.log {
				for _, changed := range mutants(line) {
					log := slices.Clone(m.log)
					log[i] = changed
					if err := os.Remove(filepath.Join(dir, "round.log")); err != nil { // a new file needs no flush
						t.Fatal(err)
					}
					writeFiles(t, dir, map[string]string{"round.log": strings.Join(log, "\n") + "\n"})
					status, out := drawcheck(t, dir, "round", dir, "--origin", testOrigin)
					if status != exitFails || !strings.Contains(out, "FAIL ROUND/") {
						t.Errorf("line %d as %q: status %d\n%s", i+1, changed, status, out)
					}
				}
			}
		})
	}
}

// mutants changes each field of a line a little, and the line as a whole.
func mutants(line string) []string {
	out := []string{line + " ", " " + line, line + "\r", strings.ToUpper(line), line + " 1", "x" + line, ""}
	fields := strings.Split(line, " ")
	for i, f := range fields {
		for _, with := range []string{f + "0", "0" + f, f[1:], swapLast(f), "-"} {
			if with == f {
				continue
			}
			changed := slices.Clone(fields)
			changed[i] = with
			out = append(out, strings.Join(changed, " "))
		}
	}
	return out
}

func swapLast(f string) string {
	last := byte('1')
	if f[len(f)-1] == '1' {
		last = '2'
	}
	return f[:len(f)-1] + string(last)
}

// dishonest is a change by an organiser who signs the changed log anew.
type dishonest struct {
	name   string
	start  func(testing.TB) *maker
	change func(m *maker)
	place  string // file:line that must be named first
	check  check
}

func deck0(t testing.TB) *maker { return makeDeck(t, 0, 1, "-") }
func deck1(t testing.TB) *maker { return makeDeck(t, 1, 1, "-") }

// replace changes the nth line that begins with prefix and returns its number.
func (m *maker) replace(prefix string, n int, change func(f []string)) {
	for i, line := range m.log {
		if !strings.HasPrefix(line, prefix) {
			continue
		}
		if n--; n < 0 {
			f := strings.Split(line, " ")
			change(f)
			m.log[i] = strings.Join(f, " ")
			return
		}
	}
	m.t.Fatalf("no line %q", prefix)
}

func field(i int, value string) func([]string) { return func(f []string) { f[i] = value } }

func edit(prefix string, n int, change func([]string)) func(*maker) {
	return func(m *maker) { m.replace(prefix, n, change) }
}

func swap(i, j int) func(*maker) {
	return func(m *maker) { m.log[i-1], m.log[j-1] = m.log[j-1], m.log[i-1] }
}

func insert(line int, text string) func(*maker) {
	return func(m *maker) { m.log = slices.Insert(m.log, line-1, text) }
}

func remove(line int) func(*maker) {
	return func(m *maker) { m.log = slices.Delete(m.log, line-1, line) }
}

// The logs: deck0 has open, entropy, deck, then ask and won from 4 to 17, close 18,
// reveal 19, total 20, end 21. deck1 has asks 4-6, beat 7, won 8-10, asks 11-14,
// beat 15, won 16-19, close 20. moments has asks 3-10, won 11-18, close 19. raffle
// has enter 2-15, close 16, entropy 17-19, reveal 20, rank 21-31, void/sub 32-37,
// total 38, end 39. queue has ask and won 2-7, close 8, total 9.
func dishonesties() []dishonest {
	ms := func(v int) string { return fmt.Sprint(v) }
	return []dishonest{
		{"another manifest", deck0, edit("open", 0, field(1, who(1))), "round.log:1", checkLogOpens},
		{"a public number in another format", deck0, edit("entropy", 0, field(2, "abc")), "round.log:2", checkEntropy},
		{"another public number", deck0, edit("entropy", 0, field(2, strings.Repeat("ac", 48))), "round.log:3", checkDeck},
		{"an unnamed source", deck0, edit("entropy", 0, field(1, "pl5/1")), "round.log:2", checkEntropy},
		{"no public number", deck0, remove(2), "round.log:2", checkEntropy},
		{"a public number twice", deck0, func(m *maker) { insert(2, m.log[1])(m) }, "round.log:3", checkEntropy},
		{"a public number after the deck", deck0, swap(2, 3), "round.log:2", checkEntropy},
		{"fewer tickets", deck0, edit("deck", 0, field(1, "11")), "round.log:3", checkDeck},
		{"another root", deck0, edit("deck", 0, field(2, who(1))), "round.log:3", checkDeck},
		{"two decks", deck0, func(m *maker) { insert(4, m.log[2])(m) }, "round.log:4", checkLog},
		{"a gap in the plays", deck0, edit("ask 2", 0, field(1, "3")), "round.log:8", checkLog},
		{"a play before opening", deck0, edit("ask 0", 0, field(3, ms(testOpens-1))), "round.log:4", checkTime},
		{"a play at closing", deck0, edit("ask 6", 0, field(3, ms(testCloses))), "round.log:16", checkTime},
		{"time runs back", deck0, edit("ask 3", 0, field(3, ms(testOpens))), "round.log:10", checkTime},
		{"a result before its play", deck0, swap(4, 5), "round.log:4", checkLog},
		{"another position", deck0, edit("won 4", 0, field(2, "5")), "round.log:13", checkResults},
		{"another prize", deck0, edit("won 4", 0, field(3, "z")), "round.log:13", checkResults},
		{"another amount", deck0, edit("won 4", 0, field(4, "99")), "round.log:13", checkResults},
		{"a dash for a position", deck0, edit("won 0", 0, field(2, "-")), "round.log:5", checkResults},
		{"one person wins too often", deck0, func(m *maker) {
			for i := range 7 {
				m.replace("ask", i, field(2, who(0)))
			}
		}, "", checkCap},
		{"a result is left out", deck0, remove(17), "round.log:17", checkLog},
		{"close counts wrong", deck0, edit("close", 0, field(2, "8")), "round.log:18", checkLog},
		{"close before a play", deck0, edit("close", 0, field(1, ms(testOpens))), "round.log:18", checkTime},
		{"a play after close", deck0, func(m *maker) { insert(19, "ask 7 "+who(1)+" 1500000")(m) }, "round.log:19", checkLog},
		{"another secret", deck0, edit("reveal", 0, field(1, who(3))), "round.log:19", checkSecret},
		{"no secret", deck0, remove(19), "round.log:19", checkLog},
		{"the secret before close", deck0, swap(18, 19), "round.log:18", checkLog},
		{"total of wins", deck0, edit("total", 0, field(1, "1")), "round.log:20", checkTotal},
		{"total of money", deck0, edit("total", 0, field(2, "1")), "round.log:20", checkTotal},
		{"no end", deck0, remove(21), "round.log:21", checkLog},
		{"a line after end", deck0, insert(22, "end"), "round.log:22", checkLog},
		{"an unknown word", deck0, insert(18, "halt 1"), "round.log:18", checkLog},
		{"a rank in a deck", deck0, insert(20, "rank 0 0 a 88800"), "round.log:20", checkLog},
		{"a beat at level 0", deck0, insert(5, "beat 0 4 "+strings.Repeat("00", 80)), "round.log:5", checkLog},

		{"a beat over other lines", deck1, edit("beat", 0, field(2, "5")), "round.log:7", checkBeats},
		{"beats out of number", deck1, edit("beat 1", 0, field(1, "2")), "round.log:15", checkLog},
		{"a proof of another head", deck1, func(m *maker) {
			proof := strings.Split(m.log[6], " ")[3]
			m.replace("beat 1", 0, field(3, proof))
		}, "round.log:15", checkBeats},
		{"a player is changed after the beat", deck1, edit("ask 5", 0, field(2, who(9))), "round.log:15", checkBeats},
		{"no beat", deck1, remove(7), "round.log:7", checkLog},
		{"a play between beat and results", deck1, swap(10, 11), "round.log:10", checkLog},
		{"a beat without plays", deck1, func(m *maker) { insert(4, m.log[6])(m) }, "round.log:4", checkLog},
		{"two results change places", deck1, func(m *maker) {
			a, b := strings.Split(m.log[7], " "), strings.Split(m.log[8], " ")
			m.log[7] = strings.Join(append(a[:1:1], append([]string{"0"}, b[2:]...)...), " ")
		}, "round.log:8", checkResults},

		{"another root of moments", makeMoments, edit("moments", 0, field(2, who(1))), "round.log:2", checkDeck},
		{"a moment claimed early", makeMoments, edit("won 0", 0, field(2, "0")), "round.log:11", checkResults},
		{"a moment withheld", makeMoments, func(m *maker) { m.log[11] = "won 1 - - 0" }, "round.log:12", checkResults},
		{"a deck in moments", makeMoments, edit("moments", 0, field(0, "deck")), "round.log:2", checkLog},

		{"an entrant is changed", makeRaffle, edit("enter 3", 0, field(2, who(77))), "round.log", checkResults},
		{"no weight", makeRaffle, edit("enter 3", 0, field(3, "0")), "round.log:5", checkLog},
		{"a public number before close", makeRaffle, swap(16, 17), "round.log:16", checkLog},
		{"balls out of order", makeRaffle, edit("entropy ssq", 0, field(2, "05,01,09,18,24,31+07")), "round.log:17", checkEntropy},
		{"an entry after close", makeRaffle, swap(15, 16), "round.log:15", checkLog},
		{"rank before the secret", makeRaffle, swap(20, 21), "round.log:20", checkLog},
		{"another winner", makeRaffle, func(m *maker) {
			f := strings.Split(m.log[24], " ")
			m.replace("rank 2", 0, field(2, f[2]))
		}, "round.log:23", checkResults},
		{"another amount for a rank", makeRaffle, edit("rank 2", 0, field(4, "1")), "round.log:23", checkResults},
		{"a prize for a substitute", makeRaffle, edit("rank 9", 0, field(3, "a")), "round.log:30", checkResults},
		{"ranks out of number", makeRaffle, edit("rank 2", 0, field(1, "3")), "round.log:23", checkLog},
		{"void of a non-winner", makeRaffle, edit("void 3", 0, field(1, "1")), "round.log:36", checkResults},
		{"void of a substitute without a prize", makeRaffle, edit("void 3", 0, field(1, "10000")), "round.log:36", checkResults},
		{"another substitute", makeRaffle, func(m *maker) {
			f := strings.Split(m.log[34], " ")
			m.replace("sub 1", 0, func(g []string) { g[2], g[3] = f[2], f[3] })
		}, "round.log:33", checkResults},
		{"a void without substitute", makeRaffle, remove(37), "round.log:37", checkResults},
		{"a substitute without void", makeRaffle, remove(32), "round.log:32", checkLog},
		{"ranks stop early", makeRaffle, func(m *maker) { m.log = slices.Delete(m.log, 26, 37) }, "round.log:27", checkResults},

		{"the queue is jumped", makeQueue, edit("won 1", 0, field(2, "2")), "round.log:5", checkResults},
		{"a play after the last unit", makeQueue, insert(8, "ask 3 "+who(8)+" 1500000"), "round.log:8", checkLog},
		{"a secret in a queue", makeQueue, insert(9, "reveal "+who(8)), "round.log:9", checkLog},
	}
}

func TestRound_NamesTheLineThatWasChangedEvenIfSignedAnew(t *testing.T) {
	for _, d := range dishonesties() {
		t.Run(d.name, func(t *testing.T) {
			m := d.start(t)
			d.change(m)
			m.reclose()
			status, out := checkDir(t, m.files())
			if status != exitFails {
				t.Fatalf("status %d\n%s", status, out)
			}
			_, fail, _ := strings.Cut(out, "FAIL ")
			fail, _, _ = strings.Cut(fail, "\n")
			if d.place != "" && !strings.HasPrefix(fail, "ROUND/"+d.place+":") {
				t.Errorf("named %s, want %s", fail, d.place)
			}
			if !strings.Contains(fail, d.check.title().en) {
				t.Errorf("named %s, want %q", fail, d.check.title().en)
			}
		})
	}
}

// reclose finds close again after lines moved.
func (m *maker) reclose() {
	for i, line := range m.log {
		if strings.HasPrefix(line, "close") {
			m.closed = i + 1
		}
	}
}

func TestRound_RefusesWrongCheckpointsAndSignatures(t *testing.T) {
	stranger := newSigner(t, "stranger.example")
	twin := newSigner(t, "organiser.example")
	m := makeQueue(t)
	last := len(m.log)
	broken := func(note string) string {
		i := strings.LastIndex(note, "A")
		return note[:i] + "B" + note[i+1:]
	}
	for name, change := range map[string]struct {
		file, text, place string
		check             check
	}{
		"the auditor did not sign the manifest": {"open.note", sign(t, m.manifest, m.keys[0]), "open.note:15", checkOpen},
		"a stranger signed the manifest":        {"open.note", sign(t, m.manifest, stranger), "open.note:15", checkOpen},
		"a changed manifest": {
			"open.note", strings.Replace(sign(t, m.manifest, m.keys...), "5000", "5001", 1), "open.note:15", checkOpen},
		"a stranger signed close":     {"close.note", sign(t, m.head(m.closed), stranger), "close.note:5", checkClose},
		"only the auditor signed":     {"close.note", sign(t, m.head(m.closed), m.keys[1]), "close.note:5", checkClose},
		"close of another size":       {"close.note", sign(t, m.head(m.closed-1), twin), "close.note:2", checkClose},
		"final of another size":       {"final.note", sign(t, m.head(last-1), twin), "final.note:2", checkFinal},
		"final of another round":      {"final.note", sign(t, "x"+m.head(last), twin), "final.note:1", checkFinal},
		"final with a fourth line":    {"final.note", sign(t, m.head(last)+"x\n", twin), "final.note:1", checkFinal},
		"final of another root":       {"final.note", sign(t, otherRoot(m.head(last)), twin), "final.note:3", checkFinal},
		"a known signature is broken": {"final.note", broken(sign(t, m.head(last), m.keys...)), "final.note", checkFinal},
		"not a note":                  {"final.note", "hello\n", "final.note:1", checkFinal},
		"a key twice":                 {"keys.txt", twin.public + "\n" + twin.public + "\n", "keys.txt:2", checkKeys},
		"no keys":                     {"keys.txt", "\n", "keys.txt:1", checkKeys},
		"not a key":                   {"keys.txt", "x+y+z\n", "keys.txt:1", checkKeys},
		"a line without end":          {"round.log", strings.Join(m.log, "\n"), "round.log:10", checkLog},
		"an endless line":             {"round.log", m.log[0] + "\n" + strings.Repeat("x", 10000), "round.log:2", checkLog},
	} {
		t.Run(name, func(t *testing.T) {
			files := m.files()
			files[change.file] = change.text
			status, out := checkDir(t, files)
			_, fail, _ := strings.Cut(out, "FAIL ")
			if status != exitFails || !strings.HasPrefix(fail, "ROUND/"+change.place) ||
				!strings.Contains(fail, change.check.title().en) {
				t.Errorf("want %s, got status %d\n%s", change.place, status, out)
			}
		})
	}
}

// otherRoot replaces the third line of a checkpoint.
func otherRoot(head string) string {
	lines := strings.Split(head, "\n")
	lines[2] = strings.Repeat("A", 43) + "="
	return strings.Join(lines, "\n")
}

func TestRound_NeedsEveryFile(t *testing.T) {
	for _, name := range []string{"open.note", "round.log", "close.note", "final.note", "keys.txt"} {
		files := makeQueue(t).files()
		delete(files, name)
		if status, out := checkDir(t, files); status != exitFails || !strings.Contains(out, "cannot be read") {
			t.Errorf("without %s: status %d\n%s", name, status, out)
		}
	}
}

func TestRound_RefusesAnotherOrigin(t *testing.T) {
	dir := writeFiles(t, t.TempDir(), makeQueue(t).files())
	status, out := drawcheck(t, dir, "round", dir, "--origin", "other.example")
	if status != exitFails || !strings.Contains(out, "FAIL ROUND/close.note:1") {
		t.Errorf("status %d\n%s", status, out)
	}
}

func TestRound_Level1NeedsTheAuditorsKey(t *testing.T) {
	m := deck1(t)
	m.keys = append(m.keys[:1:1], m.keys[0])
	files := m.files()
	files["keys.txt"] = m.keys[0].public + "\n"
	files["open.note"] = sign(t, m.manifest, m.keys[0])
	if status, out := checkDir(t, files); status != exitFails || !strings.Contains(out, "the auditor signs too") {
		t.Errorf("status %d\n%s", status, out)
	}
}

func TestActivity_ChainsItsRounds(t *testing.T) {
	first := makeDeck(t, 0, 1, "-")
	second := makeDeck(t, 1, 2, hexed(sha(first.manifest)))
	third := makeDeck(t, 0, 3, hexed(sha(second.manifest)))
	forged := makeDeck(t, 0, 3, hexed(sha(first.manifest)))
	for name, c := range map[string]struct {
		rounds []*maker
		status int
		says   string
	}{
		"whole":          {[]*maker{first, second, third}, exitHolds, "1 to 3"},
		"in any order":   {[]*maker{third, first, second}, exitHolds, "1 to 3"},
		"one is missing": {[]*maker{first, third}, exitFails, "round number 3 where 2 is expected"},
		"first missing":  {[]*maker{second, third}, exitFails, "round number 2 where 1 is expected"},
		"twice the same": {[]*maker{first, second, second}, exitFails, "round number 2 where 3 is expected"},
		"another chain":  {[]*maker{first, second, forged}, exitFails, "prev is not the hash"},
		"one alone":      {[]*maker{second}, exitHolds, "chain of rounds is not checked"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			args := []string{"round", "--origin", testOrigin}
			for i, m := range c.rounds {
				sub := filepath.Join(dir, fmt.Sprint(i))
				if err := os.Mkdir(sub, 0o700); err != nil {
					t.Fatal(err)
				}
				files := m.files()
				writeFiles(t, dir, map[string]string{"keys.txt": files["keys.txt"]})
				delete(files, "keys.txt")
				args = append(args, writeFiles(t, sub, files))
			}
			status, out := drawcheck(t, dir, args...)
			if status != c.status || !strings.Contains(out, c.says) {
				t.Errorf("status %d\n%s", status, out)
			}
		})
	}
}
