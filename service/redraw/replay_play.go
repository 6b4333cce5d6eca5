package redraw

// The lines of rounds that answer each play: deck, moments and queue.

func (r *Replay) commitDeck(l Line) error {
	if r.manifest.Kind != KindDeck || !r.ready() {
		return r.fail(CheckOrder, "deck 不在规定的位置")
	}
	if l.Pos != r.manifest.Tickets {
		return r.fail(CheckDeck, "奖券数应是 %d", r.manifest.Tickets)
	}
	deck, err := NewDeck(r.key(), r.manifest.Prizes, r.manifest.Tickets)
	if err != nil {
		return r.fail(CheckDeck, "奖池按清单排不出来：%v", err)
	}
	if root, err := deck.Commit(); err != nil || root != l.Hash {
		return r.fail(CheckDeck, "奖池的根与由秘密数推出的不符")
	}
	r.deck = deck
	if r.manifest.Level() == 1 {
		r.picks = NewPicks(r.key(), deck.Len())
	}
	r.phase = phaseOpen
	return nil
}

func (r *Replay) commitMoments(l Line) error {
	if r.manifest.Kind != KindMoments || !r.ready() {
		return r.fail(CheckOrder, "moments 不在规定的位置")
	}
	moments, err := NewMoments(r.key(), r.manifest.Prizes, r.manifest.OpensAt, r.manifest.ClosesAt)
	if err != nil {
		return r.fail(CheckDeck, "中奖时刻按清单排不出来：%v", err)
	}
	if l.Pos != moments.Len() {
		return r.fail(CheckDeck, "中奖时刻数应是 %d", moments.Len())
	}
	if root, err := moments.Commit(); err != nil || root != l.Hash {
		return r.fail(CheckDeck, "中奖时刻的根与由秘密数推出的不符")
	}
	r.moments = moments
	r.phase = phaseOpen
	return nil
}

// ready tells whether all that a commitment depends on is there.
func (r *Replay) ready() bool {
	return r.phase == phaseCommitting && len(r.numbers) == len(r.manifest.Sources) && r.secret != nil
}

func (r *Replay) ask(l Line) error {
	if r.phase != phaseOpen || r.manifest.Kind == KindRaffle {
		return r.fail(CheckOrder, "ask 不在规定的位置")
	}
	if err := r.checkPlay(l); err != nil {
		return err
	}
	play := pendingPlay{who: l.Hash, decided: true, won: true}
	switch {
	case r.moments != nil:
		play.ticket, play.won = r.claims.Claim(r.moments, l.At)
	case r.picks != nil:
		if r.plays >= r.deck.Len() {
			return r.fail(CheckOrder, "奖券已经抽完，不应再有抽奖")
		}
		play.decided = false
	case r.deck != nil:
		if r.plays >= r.deck.Len() {
			return r.fail(CheckOrder, "奖券已经抽完，不应再有抽奖")
		}
		play.ticket = r.deck.At(r.plays)
	default:
		if r.plays >= r.units.Len() {
			return r.fail(CheckOrder, "奖品已经领完，不应再有记录")
		}
		code, fen := r.units.At(r.plays)
		play.ticket = Ticket{Pos: r.plays, Code: code, Fen: fen}
	}
	r.pending = append(r.pending, play)
	r.plays++
	return nil
}

// checkPlay checks number and instant of an ask or enter line.
func (r *Replay) checkPlay(l Line) error {
	if l.Seq != r.plays {
		return r.fail(CheckOrder, "序号应是 %d", r.plays)
	}
	if !r.manifest.Contains(l.At) {
		return r.fail(CheckWindow, "参与时间不在本场的时间之内")
	}
	if l.At < r.lastAt {
		return r.fail(CheckWindow, "参与时间早于上一条")
	}
	r.lastAt = l.At
	return nil
}

func (r *Replay) beat(l Line) error {
	if r.phase != phaseOpen || r.picks == nil {
		return r.fail(CheckOrder, "beat 只用于有见证人的即开抽奖")
	}
	if l.Seq != r.beats {
		return r.fail(CheckOrder, "这一批的序号应是 %d", r.beats)
	}
	if l.Pos != r.tree.Size() {
		return r.fail(CheckBeat, "见证时的日志行数应是 %d", r.tree.Size())
	}
	beta, err := VerifyVRF(*r.manifest.Witness, BeatInput(l.Seq, l.Pos, r.tree.Root()), l.Pi)
	if err != nil {
		return r.fail(CheckBeat, "见证人的证明不成立")
	}
	first := len(r.pending)
	for first > r.head && !r.pending[first-1].decided {
		first--
	}
	batch := r.pending[first:]
	for i, pos := range r.picks.Batch(nil, beta, len(batch)) {
		batch[i].ticket, batch[i].decided = r.deck.At(pos), true
	}
	r.beats++
	return nil
}

func (r *Replay) won(l Line) error {
	if r.phase != phaseOpen || r.unanswered() == 0 {
		return r.fail(CheckOrder, "没有等待结果的抽奖")
	}
	play := r.pending[r.head]
	if l.Seq != r.answered {
		return r.fail(CheckOrder, "结果的序号应是 %d", r.answered)
	}
	if !play.decided {
		return r.fail(CheckOrder, "见证人还没有裁定这一批")
	}
	want := play.ticket
	if !play.won {
		want = Ticket{Pos: -1, Code: blank, Blank: true}
	}
	if l.Pos != want.Pos || string(l.Code) != want.Code || l.Fen != want.Fen {
		return r.fail(CheckResult, "结果应是：位置 %d，奖品 %s，%d 分", want.Pos, want.Code, want.Fen)
	}
	r.answer()
	if want.Blank {
		return nil
	}
	r.given++
	r.givenFen += want.Fen
	r.wins[play.who]++
	if r.wins[play.who] > r.manifest.Cap {
		return r.fail(CheckCap, "这个人中奖超过 %d 次", r.manifest.Cap)
	}
	return nil
}

// unanswered gives how many plays still wait for their won line.
func (r *Replay) unanswered() int { return len(r.pending) - r.head }

// answer drops the first waiting play, and keeps its memory for the next.
func (r *Replay) answer() {
	r.answered++
	if r.head++; r.head == len(r.pending) {
		r.pending, r.head = r.pending[:0], 0
	}
}
