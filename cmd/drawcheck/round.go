package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxNote is the largest note or receipt that is read, in bytes. Only the log may be longer.
const maxNote = 1 << 20

// roundCheck is the checking of one round's directory.
type roundCheck struct {
	*report
	dir    string
	keys   keyring
	origin string
	m      *manifest
}

// checkRound prints every check of a round and returns its manifest, or nil when
// there is none that can be read.
func (r *report) checkRound(dir, keysFile, origin string) *manifest {
	c := &roundCheck{report: r, dir: dir, origin: origin}
	if c.readKeys(keysFile) && c.readManifest() {
		c.checkLog()
	}
	return c.m
}

func (c *roundCheck) path(name string) string { return filepath.Join(c.dir, name) }

// readKeys takes the keys that were given, or those in the directory or above it.
func (c *roundCheck) readKeys(given string) bool {
	file := given
	if file == "" {
		file = c.path("keys.txt")
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			file = filepath.Join(filepath.Dir(filepath.Clean(c.dir)), "keys.txt")
		}
	}
	keys, ok := c.report.readKeys(file)
	if ok && given == "" {
		c.note(file, phrase{
			"these keys came with the round: compare them with the ones published elsewhere",
			"这些公钥随场次文件一起提供，请与另行公布的公钥核对"})
	}
	c.keys = keys
	return ok
}

func (r *report) readKeys(file string) (keyring, bool) {
	raw, err := readSmall(file)
	if err != nil {
		r.fail(file, checkKeys, err)
		return nil, false
	}
	keys, err := parseKeys(string(raw))
	if err != nil {
		r.fail(file, checkKeys, err)
		return nil, false
	}
	r.ok(file, checkKeys, phrase{"%s", "%s"}, keys)
	return keys, true
}

// readSmall reads a file of at most maxNote bytes.
func readSmall(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, unreadable(err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxNote+1))
	if err != nil {
		return nil, unreadable(err)
	}
	if len(raw) > maxNote {
		return nil, fmt.Errorf("the file is larger than %d bytes", maxNote)
	}
	return raw, nil
}

// unreadable drops the path from a file error, as the report's line names it already.
func unreadable(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Errorf("cannot be read: %w", err)
}

func (c *roundCheck) readManifest() bool {
	file := c.path("open.note")
	raw, err := readSmall(file)
	if err != nil {
		c.fail(file, checkOpen, err)
		return false
	}
	text, err := c.keys.open(raw, len(c.keys))
	if err != nil {
		c.fail(file, checkOpen, err)
		return false
	}
	c.ok(file, checkOpen, phrase{"%d keys", "%d 把"}, len(c.keys))
	m, err := parseManifest(text)
	if err != nil {
		c.fail(file, checkManifest, err)
		return false
	}
	if m.level() == 1 && len(c.keys) < 2 {
		c.fail(file, checkOpen, at(m.witnessLine, "at level 1 the auditor signs too, but there is one key only"))
		return false
	}
	c.m = m
	c.ok(file, checkManifest, phrase{"round %s number %d, %s, level %d", "场次 %s，第 %d 场，%s，%d 级"},
		m.round, m.number, m.kind, m.level())
	c.checkPromise(file)
	c.checkNumbers(file)
	c.admit(file)
	return true
}

func (c *roundCheck) checkPromise(file string) {
	sum, ok := c.m.promised()
	if !ok || sum != c.m.total {
		c.fail(file, checkPromise, at(c.m.totalLine, "the lines above add up to %d, not to %d", sum, c.m.total))
		return
	}
	c.ok(file, checkPromise, phrase{"%d prizes, %s yuan", "%d 份奖品，%s 元"}, c.m.units(), yuan(sum))
}

func (c *roundCheck) checkNumbers(file string) {
	if err := c.m.checkStrength(); err != nil {
		c.fail(file, checkNumbers, err)
		return
	}
	if len(c.m.sources) == 0 {
		return
	}
	d := c.m.decibits()
	c.ok(file, checkNumbers, phrase{"%d named, %d.%d bits", "%d 个，%d.%d 位"}, len(c.m.sources), d/10, d%10)
}

// admit says what the files of this round cannot show.
func (c *roundCheck) admit(file string) {
	switch {
	case c.m.kind == kindDeck && c.m.level() == 0, c.m.kind == kindMoments:
		c.note(file, phrase{
			"level 0: no witness decided the order, so someone with root on the server could have foreseen results while the round ran",
			"0 级：没有见证参与决定结果，活动进行期间，掌握服务器最高权限的人有可能预知结果"})
	case c.m.witness != nil && c.m.level() == 0:
		c.note(file, phrase{
			"a witness is named but has no part in a %s round",
			"公示写有见证公钥，但 %s 场次用不到见证"}, c.m.kind)
	}
	for _, s := range c.m.sources {
		if b, _ := findBulletin(s.id); b.name == drandName {
			c.note(file, phrase{
				"%s: only the format of the signature is checked here, NOT its BLS signature; compare it with the drand network",
				"%s：本工具只核对签名的格式，不验证 BLS 签名，请与 drand 公布的数值核对"}, s.id)
		}
	}
}

// checkLog reads the log twice: once for order and heads, once to re-derive results.
func (c *roundCheck) checkLog() {
	file := c.path("round.log")
	log, err := os.Open(file)
	if err != nil {
		c.fail(file, checkLog, unreadable(err))
		return
	}
	defer log.Close()
	s, err := scanLog(log, c.m)
	if err != nil {
		c.fail(file, checkLog, err)
		return
	}
	c.ok(file, checkLog, phrase{"%d lines", "%d 行"}, s.lines)
	c.ok(file, checkLogOpens, phrase{})
	c.ok(file, checkTime, phrase{"%d plays or entries", "%d 次参与"}, s.plays)
	if len(s.values) > 0 {
		c.ok(file, checkEntropy, phrase{"%d", "%d 个"}, len(s.values))
	}
	if s.closedAt < c.m.closes {
		c.note(file, phrase{"closed %d s before the published time", "比公布的时间提前 %d 秒截止"},
			(c.m.closes-s.closedAt)/1000)
	}
	if c.checkSecret(file, s) {
		c.replay(file, log, s)
	}
	c.checkHead("close.note", checkClose, s.closeSize, s.closeRoot)
	c.checkHead("final.note", checkFinal, s.size, s.root)
}

func (c *roundCheck) checkSecret(file string, s *scan) bool {
	if c.m.kind == kindQueue {
		return true
	}
	if got := commitment(c.m.round, s.secret); got != c.m.commit {
		c.fail(file, checkSecret, at(s.secretLine, "its commitment is %x, open.note has %x", got, c.m.commit))
		return false
	}
	c.ok(file, checkSecret, phrase{})
	return true
}

func (c *roundCheck) replay(file string, log io.ReadSeeker, s *scan) {
	p, err := newReplay(c.m, s)
	if err != nil {
		c.fail(c.path("open.note"), checkResults, err)
		return
	}
	if s.deckLine > 0 {
		if p.root != s.deckRoot {
			c.fail(file, checkDeck, at(s.deckLine, "the tickets that follow from the secret have root %x", p.root[:]))
		} else {
			c.ok(file, checkDeck, phrase{"%d leaves", "%d 支"}, s.deckSize)
		}
	}
	if _, err := log.Seek(0, io.SeekStart); err != nil {
		c.fail(file, checkResults, unreadable(err))
		return
	}
	if err := p.run(log); err != nil {
		c.fail(file, checkResults, err)
		return
	}
	if c.m.level() == 1 {
		c.ok(file, checkBeats, phrase{"%d batches", "%d 批"}, len(s.beats))
	}
	c.ok(file, checkResults, phrase{"%d results", "%d 个结果"}, max(s.decided(), s.ranks))
	c.ok(file, checkCap, phrase{"%d", "上限 %d 次"}, c.m.cap)
	c.ok(file, checkTotal, phrase{"%d wins, %s yuan; %s yuan not won", "中奖 %d 份，共 %s 元；未中出 %s 元"},
		p.won, yuan(p.cents), yuan(c.m.total-p.cents))
}

// checkHead compares a checkpoint note with the tree over the log.
func (c *roundCheck) checkHead(name string, what check, size uint64, root [32]byte) {
	file := c.path(name)
	raw, err := readSmall(file)
	if err != nil {
		c.fail(file, what, err)
		return
	}
	text, err := c.keys.open(raw, 1)
	if err != nil {
		c.fail(file, what, err)
		return
	}
	head, err := parseCheckpoint(text)
	if err != nil {
		c.fail(file, what, err)
		return
	}
	if err := head.matches(c.origin+"/"+c.m.round, size, root); err != nil {
		c.fail(file, what, err)
		return
	}
	c.ok(file, what, phrase{"%d lines", "%d 行"}, size)
}

// yuan prints cents as yuan.
func yuan(cents uint64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
