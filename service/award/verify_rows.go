package award

import (
	"fmt"

	"nianwei/model"
	"nianwei/model/store"
	"nianwei/service/ledger"
	"nianwei/service/redraw"
)

// logged is what a round's log says was given.
type logged struct {
	plays  []loggedPlay
	ranks  map[int64]gift // raffle: who holds what at the end
	wins   int64
	fen    int64
	broken int64 // line that cannot be read, from 1; 0 for none
}

type gift struct {
	code string
	fen  int64
}

type loggedPlay struct {
	gift
	at, pos, askLine int64
}

func (g gift) wins() bool { return g.code != "-" }

func readLogged(tx *store.Tx, roundID int64) (*logged, error) {
	l := &logged{ranks: map[int64]gift{}}
	codes := map[string]string{} // one string for each code, however many plays
	n := int64(0)
	err := eachLogLine(tx, roundID, func(text []byte) error {
		n++
		line, ok := redraw.ParseLine(text)
		if !ok {
			if l.broken == 0 {
				l.broken = n
			}
			return nil
		}
		code, ok := codes[string(line.Code)]
		if !ok {
			code = string(line.Code)
			codes[code] = code
		}
		l.take(line, code, n-1)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("award: log of round %d: %w", roundID, err)
	}
	return l, nil
}

func (l *logged) take(line redraw.Line, code string, index int64) {
	switch line.Word {
	case redraw.WordAsk:
		l.plays = append(l.plays, loggedPlay{at: line.At, pos: -1, askLine: index, gift: gift{code: "-"}})
	case redraw.WordWon:
		if line.Seq >= int64(len(l.plays)) {
			return
		}
		p := &l.plays[line.Seq]
		p.gift, p.pos = gift{code: code, fen: line.Fen}, line.Pos
		if p.wins() {
			l.wins++
			l.fen += line.Fen
		}
	case redraw.WordRank:
		if code != "-" {
			l.ranks[line.Seq] = gift{code: code, fen: line.Fen}
			l.wins++
			l.fen += line.Fen
		}
	case redraw.WordSub:
		l.ranks[line.Pos] = l.ranks[line.Seq]
		delete(l.ranks, line.Seq)
	default:
	}
}

// checkPlays holds every row of plays against its lines in the log.
func (d *Desk) checkPlays(tx *store.Tx, roundID int64, l *logged) Check {
	c := Check{Name: "rows.plays", Title: "数据库的抽奖记录与日志一致", OK: true}
	if l.broken > 0 {
		return c.fails("日志第 %d 行无法识读。", l.broken)
	}
	var seq, at, pos, fen, askLine int64
	var code string
	next := int64(0)
	err := tx.Each("SELECT seq, at, pos, prize_code, amount_fen, ask_line FROM plays WHERE round_id = ? ORDER BY seq", []any{roundID},
		[]any{&seq, &at, &pos, &code, &fen, &askLine}, func() error {
			if !c.OK {
				return nil
			}
			if seq != next || seq >= int64(len(l.plays)) {
				c = c.fails("第 %d 次抽奖的记录与日志的次序对不上。", next+1)
				return nil
			}
			if got, want := (loggedPlay{gift{code, fen}, at, pos, askLine}), l.plays[seq]; got != want {
				c = c.fails("第 %d 次抽奖（日志第 %d 行）的记录被改动：数据库为 %s %d 分，日志为 %s %d 分。", seq+1, want.askLine+1, code, fen, want.code, want.fen)
			}
			next++
			return nil
		})
	if err != nil {
		return Check{}
	}
	if c.OK && next != int64(len(l.plays)) {
		return c.fails("数据库有 %d 次抽奖，日志有 %d 次。", next, len(l.plays))
	}
	return c
}

// checkAwards holds every award that stands against the log.
func (d *Desk) checkAwards(tx *store.Tx, roundID int64, l *logged) Check {
	c := Check{Name: "rows.awards", Title: "数据库的发放记录与日志一致", OK: true}
	want := func(no int64) (gift, bool) {
		if len(l.plays) > 0 {
			if no < 0 || no >= int64(len(l.plays)) || !l.plays[no].wins() {
				return gift{}, false
			}
			return l.plays[no].gift, true
		}
		g, ok := l.ranks[no]
		return g, ok
	}
	var no, fen, count int64
	var code string
	err := tx.Each("SELECT no, prize_code, amount_fen FROM awards WHERE round_id = ? AND state <> 'void' ORDER BY no", []any{roundID},
		[]any{&no, &code, &fen}, func() error {
			count++
			if g, ok := want(no); c.OK && (!ok || g != (gift{code, fen})) {
				c = c.fails("编号 %d 的发放记录（%s，%d 分）在日志中没有依据。", no+1, code, fen)
			}
			return nil
		})
	if err != nil {
		return Check{}
	}
	if c.OK && count != l.wins {
		return c.fails("数据库有 %d 份发放记录，日志有 %d 份中奖。", count, l.wins)
	}
	return c
}

// checkPeople holds whom every award is for against the play or rank that it
// comes from and the entry behind that: the log knows workers by pseudonyms only.
func (d *Desk) checkPeople(tx *store.Tx, roundID int64) Check {
	c := Check{Name: "rows.people", Title: "发放对象与参与、抽奖记录是同一人", OK: true}
	var no int64
	strange, err := tx.Row(`SELECT a.no FROM awards a WHERE a.round_id = ? AND (
		NOT EXISTS (SELECT 1 FROM entries e WHERE e.round_id = a.round_id AND e.seq = a.entry_seq AND e.worker_id = a.worker_id)
		OR NOT EXISTS (SELECT 1 FROM plays p WHERE p.round_id = a.round_id AND p.seq = a.no AND p.entry_seq = a.entry_seq AND p.worker_id = a.worker_id)
		AND NOT EXISTS (SELECT 1 FROM draw_ranks r WHERE r.round_id = a.round_id AND r.no = a.no AND r.entry_seq = a.entry_seq AND r.worker_id = a.worker_id))
		ORDER BY a.no LIMIT 1`, []any{roundID}, &no)
	if err != nil {
		return Check{}
	}
	if strange {
		return c.fails("编号 %d 的发放记录写的不是抽中它的那位职工。", no+1)
	}
	return c
}

// checkMoney holds the ledger, the head and the log against each other.
func (d *Desk) checkMoney(tx *store.Tx, roundID int64, l *logged) Check {
	c := Check{Name: "rows.money", Title: "台账、汇总与日志的金额一致", OK: true}
	head, err := model.ReadHead(tx, roundID)
	if err != nil {
		return Check{}
	}
	balances, err := ledger.RoundBalances(tx, roundID)
	if err != nil {
		return Check{}
	}
	won := balances[ledger.Won] + balances[ledger.Paid]
	switch {
	case head.Wins != l.wins || head.WonFen != l.fen:
		return c.fails("汇总为 %d 份 %d 分，日志为 %d 份 %d 分。", head.Wins, head.WonFen, l.wins, l.fen)
	case won != l.fen:
		return c.fails("台账中奖 %d 分，日志 %d 分。", won, l.fen)
	case balances[ledger.Paid] != head.PaidFen:
		return c.fails("台账已发放 %d 分，汇总 %d 分。", balances[ledger.Paid], head.PaidFen)
	case balances[ledger.Reserved] != head.ReservedFen-head.WonFen-head.ReleasedFen:
		return c.fails("台账预留 %d 分，汇总应为 %d 分。", balances[ledger.Reserved], head.ReservedFen-head.WonFen-head.ReleasedFen)
	}
	return c
}

func (c Check) fails(format string, args ...any) Check {
	c.OK, c.Detail = false, fmt.Sprintf(format, args...)
	return c
}
