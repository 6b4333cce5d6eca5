package redraw

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// VerifyOptions is what a round is held against besides its own files.
type VerifyOptions struct {
	Origin   string    // the origin that checkpoints must carry
	Previous *Manifest // the manifest of the round before, if there is one; nil: not checked
	PrevHash Hash      // its hash
	Keys     *Keys     // trusted keys; nil: those of the round's own keys.txt
}

// Verify checks a finished round: every signature, every line, every result. The
// report names the first thing that does not hold. The error is about reading
// the files alone; a round that does not hold is no error.
func Verify(f Files, o VerifyOptions) (*Report, error) {
	v := &verifier{files: f, options: o, report: newReport()}
	for _, step := range []func() (bool, error){v.openNote, v.previous, v.commit, v.log, v.closeNote, v.finalNote} {
		ok, err := step()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
	}
	return v.report, nil
}

type verifier struct {
	files    Files
	options  VerifyOptions
	report   *Report
	keys     Keys
	manifest *Manifest
	hash     Hash
	secret   *Secret
	replay   *Replay
}

func (v *verifier) fail(name, file string, line int64, detail string) (bool, error) {
	c := v.report.set(name, Failed, detail)
	c.File, c.Line = file, line
	return false, nil
}

func (v *verifier) openNote() (bool, error) {
	if v.options.Keys != nil {
		v.keys = *v.options.Keys
	} else {
		keys, err := ParseKeys(v.files.Keys)
		if err != nil {
			return v.fail(CheckKeys, FileKeys, 0, "keys.txt 不是公钥列表")
		}
		v.keys = keys
	}
	v.report.pass(CheckKeys)
	text, err := v.keys.OpenAll(v.files.Open)
	if err != nil {
		return v.fail(CheckOpenNote, FileOpen, 0, "签名缺少或不对")
	}
	v.report.pass(CheckOpenNote)
	m, err := ParseManifest(text)
	if err != nil {
		line, problem := lineOf(err)
		return v.fail(CheckManifest, FileOpen, line, problem)
	}
	if m.Level() == 1 && v.keys.Len() < 2 {
		return v.fail(CheckKeys, FileKeys, 0, "有见证人的场次须有组织者和经审两把公钥")
	}
	v.report.pass(CheckManifest)
	v.manifest, v.hash = m, ManifestHash(text)
	v.report.scope(m)
	return true, nil
}

func (v *verifier) previous() (bool, error) {
	m, prev := v.manifest, v.options.Previous
	switch {
	case m.Number == 1 && prev == nil:
		v.report.set(CheckPrevious, Passed, "第 1 场")
	case prev == nil:
		v.report.set(CheckPrevious, Unchecked, "没有给出上一场的清单")
	case m.Prev == nil || *m.Prev != v.options.PrevHash:
		return v.fail(CheckPrevious, FileOpen, linePrev, "清单所写的上一场不是给出的那一场")
	case m.Number != prev.Number+1:
		return v.fail(CheckPrevious, FileOpen, lineRound, "场次序号与上一场不相接")
	default:
		v.report.pass(CheckPrevious)
	}
	return true, nil
}

// commit finds the reveal line first, because results are derived as they are read.
func (v *verifier) commit() (bool, error) {
	if v.manifest.Commit == nil {
		return true, nil
	}
	var wrong int64
	err := v.eachLine(func(n int64, line []byte) error {
		if !bytes.HasPrefix(line, []byte("reveal ")) {
			return nil
		}
		l, ok := ParseLine(line)
		if s := Secret(l.Hash); ok && Commit(v.manifest.Round, s) == *v.manifest.Commit {
			v.secret = &s
		} else {
			wrong = n
		}
		return io.EOF
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return v.failLog(err)
	}
	if wrong > 0 {
		return v.fail(CheckCommit, FileLog, wrong, "公布的秘密数与开场前承诺的不符")
	}
	if v.secret == nil {
		return v.fail(CheckCommit, FileLog, 0, "没有公布秘密数")
	}
	v.report.pass(CheckCommit)
	return true, nil
}

func (v *verifier) log() (bool, error) {
	v.replay = NewReplay(v.manifest, v.hash, v.secret)
	err := v.eachLine(func(_ int64, line []byte) error { return v.replay.Next(line) })
	v.report.Lines = v.replay.Size()
	if err != nil {
		return v.failLog(err)
	}
	v.report.Wins, v.report.Fen = v.replay.Given()
	v.report.pass(CheckManifest, CheckCommit, CheckOrder, CheckEntropy, CheckDeck, CheckWindow,
		CheckEntry, CheckBeat, CheckResult, CheckCap, CheckTotal)
	if !v.replay.Ended() {
		return v.fail(CheckComplete, FileLog, v.replay.Size()+1, "日志没有写完")
	}
	v.report.pass(CheckComplete)
	return true, nil
}

func (v *verifier) failLog(err error) (bool, error) {
	var line *LineError
	if !errors.As(err, &line) {
		return false, err
	}
	return v.fail(line.Check, FileLog, line.Line, line.Problem)
}

func (v *verifier) closeNote() (bool, error) {
	size, root, _ := v.replay.Closed()
	return v.checkpoint(CheckClose, FileClose, v.files.Close, size, root)
}

func (v *verifier) finalNote() (bool, error) {
	tree := v.replay.Frontier()
	return v.checkpoint(CheckFinal, FileFinal, v.files.Final, tree.Size(), tree.Root())
}

func (v *verifier) checkpoint(check, file string, signed []byte, size int64, root Hash) (bool, error) {
	text, err := v.keys.Open(signed)
	if err != nil {
		return v.fail(check, file, 0, "签名缺少或不对")
	}
	c, err := ParseCheckpoint(text)
	if err != nil {
		return v.fail(check, file, 1, "检查点的写法不对")
	}
	switch {
	case c.Log != LogName(v.options.Origin, v.manifest.Round):
		return v.fail(check, file, 1, "检查点属于另一份日志："+c.Log)
	case c.Size != size:
		return v.fail(check, file, 2, "检查点的行数与日志不符")
	case c.Root != root:
		return v.fail(check, file, 3, "检查点的根与日志不符")
	}
	v.report.pass(check)
	return true, nil
}

// eachLine calls fn with every line of the log, without its LF; the line is only
// valid during the call.
func (v *verifier) eachLine(fn func(n int64, line []byte) error) error {
	file, err := v.files.Log()
	if err != nil {
		return err
	}
	defer file.Close()
	return EachLine(file, fn)
}

// EachLine calls fn with every line of a log, numbered from 1 and without its LF.
// The line is only valid during the call. A line too long to be one, or a last
// line without LF, is a *LineError.
func EachLine(log io.Reader, fn func(n int64, line []byte) error) error {
	r := bufio.NewReaderSize(log, 1<<16)
	for n := int64(1); ; n++ {
		line, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil
		case errors.Is(err, io.EOF):
			return &LineError{Line: n, Check: CheckOrder, Problem: "最后一行没有换行符"}
		case errors.Is(err, bufio.ErrBufferFull):
			return &LineError{Line: n, Check: CheckOrder, Problem: "这一行太长"}
		case err != nil:
			return err
		}
		if err := fn(n, line[:len(line)-1]); err != nil {
			return err
		}
	}
}

func lineOf(err error) (int64, string) {
	var line *LineError
	if errors.As(err, &line) {
		return line.Line, line.Problem
	}
	return 0, err.Error()
}
