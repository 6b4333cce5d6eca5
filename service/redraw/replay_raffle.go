package redraw

// The lines of a raffle: enter, rank, void, sub.

func (r *Replay) enter(l Line) error {
	if r.phase != phaseOpen || r.manifest.Kind != KindRaffle {
		return r.fail(CheckOrder, "enter 不在规定的位置")
	}
	if err := r.checkPlay(l); err != nil {
		return err
	}
	if err := r.entrants.Enter(l.Hash, l.Weight); err != nil {
		return r.fail(CheckEntry, "权重不对")
	}
	r.plays++
	return nil
}

// draw makes the ranking once everything it depends on is in the log.
func (r *Replay) draw() error {
	if r.winners != nil {
		return nil
	}
	drawable := r.manifest.Kind == KindRaffle && r.phase == phaseClosed && r.revealed
	if !drawable || len(r.numbers) != len(r.manifest.Sources) {
		return r.fail(CheckOrder, "秘密数或公开号码还没有公布")
	}
	key := r.key()
	units, err := NewUnits(key, r.manifest.Prizes)
	if err != nil {
		return r.fail(CheckResult, "奖品按清单展开不了：%v", err)
	}
	r.winners = NewWinners(units, NewRanking(key, r.entrants))
	return nil
}

func (r *Replay) rank(l Line) error {
	if err := r.draw(); err != nil {
		return err
	}
	if r.phase != phaseClosed || r.winners.voids > 0 || l.Seq != r.ranks {
		return r.fail(CheckOrder, "名次不在规定的位置，应是第 %d 名", r.ranks)
	}
	entry, ok := r.winners.ranking.Entry(l.Seq)
	if !ok {
		return r.fail(CheckResult, "没有这么多参与的人")
	}
	want := Winner{Entry: entry, Code: blank}
	if w, wins := r.winners.At(l.Seq); wins {
		want = w
	}
	if l.Entry != want.Entry || string(l.Code) != want.Code || l.Fen != want.Fen {
		return r.fail(CheckResult, "这一名应是：第 %d 条参与，奖品 %s，%d 分", want.Entry, want.Code, want.Fen)
	}
	r.ranks++
	return nil
}

// ranked tells whether every winner has its rank line.
func (r *Replay) ranked() error {
	if err := r.draw(); err != nil {
		return err
	}
	if r.winners.voids == 0 && r.ranks < r.winners.Len() {
		return r.fail(CheckOrder, "中奖名次没有写全，还差第 %d 名起的各名", r.ranks)
	}
	return nil
}

func (r *Replay) void(l Line) error {
	if r.phase != phaseClosed {
		return r.fail(CheckOrder, "void 不在规定的位置")
	}
	if err := r.ranked(); err != nil {
		return err
	}
	sub, ok, err := r.winners.Void(l.Seq)
	if err != nil {
		return r.fail(CheckResult, "第 %d 名现在没有奖品，不能作废", l.Seq)
	}
	if ok {
		r.owed = append(r.owed, Line{Seq: l.Seq, Pos: sub.Rank, Entry: sub.Entry})
	}
	return nil
}

func (r *Replay) sub(l Line) error {
	if r.phase != phaseClosed || len(r.owed) == 0 {
		return r.fail(CheckOrder, "没有需要替补的作废")
	}
	want := r.owed[0]
	if l.Seq != want.Seq || l.Pos != want.Pos || l.Entry != want.Entry {
		return r.fail(CheckResult, "第 %d 名作废后应由第 %d 名（第 %d 条参与）替补", want.Seq, want.Pos, want.Entry)
	}
	r.owed = r.owed[1:]
	return nil
}

func (r *Replay) raffleGiven() (wins, fen int64) {
	for rank := range r.winners.holds {
		w, _ := r.winners.At(rank)
		fen += w.Fen
	}
	return r.winners.Len(), fen
}
