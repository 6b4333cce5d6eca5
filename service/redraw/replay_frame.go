package redraw

// The lines that every kind of round has: open, entropy, close, reveal, total, end.

func (r *Replay) open(l Line) error {
	if r.phase != phaseStart {
		return r.fail(CheckOrder, "open 只能是第一行")
	}
	if l.Hash != r.manifestHash {
		return r.fail(CheckManifest, "日志所写的清单哈希与 open.note 不符")
	}
	r.phase = phaseCommitting
	if r.manifest.Kind == KindRaffle {
		r.phase = phaseOpen
	}
	if r.manifest.Kind == KindQueue {
		units, err := NewUnits(Key{}, r.manifest.Prizes)
		if err != nil {
			return r.fail(CheckManifest, "奖品清单展开不了")
		}
		r.units = units
		r.phase = phaseOpen
	}
	return nil
}

func (r *Replay) entropy(l Line) error {
	due := r.phase == phaseCommitting
	if r.manifest.Kind == KindRaffle {
		due = r.phase == phaseClosed && r.winners == nil
	}
	if !due || len(r.numbers) == len(r.manifest.Sources) {
		return r.fail(CheckOrder, "公开号码不在规定的位置，或多出一个")
	}
	id := r.manifest.Sources[len(r.numbers)]
	source, err := ParseSource(id)
	if string(l.Code) != id || err != nil || source.Check(string(l.Value)) != nil {
		return r.fail(CheckEntropy, "公开号码须按清单的次序和规定的写法，这里应是 %s", id)
	}
	r.numbers = append(r.numbers, PublicNumber{Source: id, Value: string(l.Value)})
	return nil
}

func (r *Replay) close(l Line) error {
	if r.phase != phaseOpen {
		return r.fail(CheckOrder, "close 不在规定的位置")
	}
	if r.unanswered() > 0 {
		return r.fail(CheckOrder, "还有 %d 次抽奖没有结果", r.unanswered())
	}
	if l.At < r.lastAt {
		return r.fail(CheckWindow, "结束时间早于最后一次参与")
	}
	if l.Count != r.plays {
		return r.fail(CheckTotal, "参与次数应是 %d", r.plays)
	}
	r.phase = phaseClosed
	return nil
}

func (r *Replay) reveal(l Line) error {
	if r.phase != phaseClosed || r.revealed || r.manifest.Commit == nil {
		return r.fail(CheckOrder, "reveal 不在规定的位置")
	}
	s := Secret(l.Hash)
	if Commit(r.manifest.Round, s) != *r.manifest.Commit {
		return r.fail(CheckCommit, "公布的秘密数与开场前承诺的不符")
	}
	if r.secret != nil && *r.secret != s {
		return r.fail(CheckCommit, "公布的秘密数与本场所用的不符")
	}
	r.secret = &s
	r.revealed = true
	return nil
}

func (r *Replay) total(l Line) error {
	if r.phase != phaseClosed || (r.manifest.Commit != nil && !r.revealed) {
		return r.fail(CheckOrder, "total 不在规定的位置")
	}
	if r.manifest.Kind == KindRaffle {
		if err := r.ranked(); err != nil {
			return err
		}
		if len(r.owed) > 0 {
			return r.fail(CheckOrder, "作废之后没有写明由谁替补")
		}
	}
	wins, fen := r.Given()
	if l.Count != wins || l.Fen != fen {
		return r.fail(CheckTotal, "合计应是 %d 个、%d 分", wins, fen)
	}
	if fen > r.manifest.TotalFen {
		return r.fail(CheckTotal, "合计超过清单的总额")
	}
	r.phase = phaseTotalled
	return nil
}

func (r *Replay) end() error {
	if r.phase != phaseTotalled {
		return r.fail(CheckOrder, "end 不在规定的位置")
	}
	r.phase = phaseEnded
	return nil
}
