package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nianwei/model/store"
)

// command runs one of nianwei's commands on the world's database and gives its exit
// status and what it printed.
func (w *world) command(args ...string) (code int, out string) {
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), args, w.environment(), &stdout, &stderr)
	return code, stdout.String() + stderr.String()
}

func (w *world) environment() []string {
	return []string{"NIANWEI_DATA_DIR=" + w.config.DataDir, "NIANWEI_DATABASE_URL=" + w.config.Database.URL, "NIANWEI_LISTEN=" + w.config.Listen}
}

// tamper changes the database behind the product's back.
func (w *world) tamper(t *testing.T, query string, args ...any) {
	t.Helper()
	ok(t, w.store.Write(context.Background(), func(tx *store.Tx) error {
		n, err := tx.Exec(query, args...)
		if err == nil && n != 1 {
			err = fmt.Errorf("%d rows", n)
		}
		return err
	}))
}

// whileChanged runs a check on a database that somebody has changed, and puts it back.
func (w *world) whileChanged(t *testing.T, column, table, where string, change func([]byte) []byte, check func()) {
	t.Helper()
	var was []byte
	ok(t, w.store.Read(context.Background(), func(tx *store.Tx) error {
		found, err := tx.Row("SELECT "+column+" FROM "+table+" WHERE "+where, nil, &was)
		if !found && err == nil {
			err = errors.New("no such row")
		}
		return err
	}))
	now := change(append([]byte(nil), was...))
	if bytes.Equal(was, now) {
		t.Fatalf("%s of %s is as before", column, table)
	}
	bound := func(b []byte) any {
		if column == "manifest" || column == "data" {
			return b
		}
		return string(b) // which a column of numbers takes as a number
	}
	w.tamper(t, "UPDATE "+table+" SET "+column+" = ? WHERE "+where, bound(now))
	check()
	w.tamper(t, "UPDATE "+table+" SET "+column+" = ? WHERE "+where, bound(was))
}

// played runs the voice round with three plays to its end.
func (w *world) played(t *testing.T) {
	t.Helper()
	w.at(t, "20:05")
	for i, who := range []string{"陈建国", "李秀英", "王德才"} {
		e, _ := w.sing(t, who, "voice", i)
		w.play(t, who, "voice", e.ID)
	}
	w.at(t, "22:00")
}

// A manifest that was changed after signing is never drawn from.
func TestTamper_ChangedManifestStopsTheDraw(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		w.at(t, "20:05")
		for _, who := range []string{"陈建国", "李秀英", "王德才", "赵玉兰"} {
			e := w.enter(t, who, "quiz", map[string]any{})
			w.succeeds(t, who, http.MethodPost, w.path("quiz", "/entries/%d/steps", e.ID), map[string]any{"input": map[string]any{"answers": e.answersTo(true), "finish": true}}, key("finish")...)
		}
		w.at(t, "22:00")
		round := w.rounds["quiz"]
		mine := "round_id = (SELECT id FROM rounds WHERE name = '" + round + "')"
		richer := func(b []byte) []byte { return bytes.Replace(b, []byte(" 5000 "), []byte(" 9000 "), 1) }
		w.whileChanged(t, "manifest", "draws", mine, richer, func() {
			before := w.snapshot(t)
			w.broken = true
			a := w.ask(t, "drawer", http.MethodPost, w.adminPath("quiz", "/draw"), nil)
			w.broken = false
			w.checkRefusal(t, scenario{name: "a draw from a changed manifest", status: 500, reason: "draw.manifest_changed"}, a)
			if changed := differences(before, w.snapshot(t)); changed != "" {
				t.Errorf("the refused draw changed %s", changed)
			}
		})
		w.drawRaffle(t, "quiz")
		w.succeeds(t, "drawer", http.MethodPost, w.adminPath("quiz", "/finish"), nil)
		if code, out := w.command("verify"); code != 0 || !strings.Contains(out, "ok   "+round) || !strings.Contains(out, "ok   operators' log") {
			t.Errorf("verify: %d %s", code, out)
		}
		w.whileChanged(t, "manifest", "draws", mine, richer, func() {
			if code, out := w.command("verify"); code != 1 || !strings.Contains(out, "FAIL "+round+": ") || !strings.Contains(out, "签名") {
				t.Errorf("verify of a changed manifest: %d %s", code, out)
			}
			if a := w.get(t, "auditor", "/api/audit/rounds/"+round+"/check"); !strings.Contains(a.body, `"detail":"签名缺少或不对","name":"opennote","ok":false`) {
				t.Errorf("check of a changed manifest: %s", a.body)
			}
		})
	})
}

// A line of the log that was changed afterwards is named by the product and by
// the auditor's own program, which shares nothing with it.
func TestTamper_ChangedLogLineIsNamedByBothVerifiers(t *testing.T) {
	drawcheck := filepath.Join(t.TempDir(), "drawcheck")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", drawcheck, "nianwei/cmd/drawcheck")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	eachDatabase(t, func(t *testing.T, w *world) {
		w.played(t)
		round := w.rounds["voice"]
		keys := filepath.Join(t.TempDir(), "keys.txt")
		ok(t, os.WriteFile(keys, []byte(w.get(t, "", "/api/public/keys").body), 0o600))
		check := func(dir string) (int, string) {
			c := exec.CommandContext(t.Context(), drawcheck, "round", filepath.Join(dir, round), "--keys", keys, "--origin", w.config.Origin)
			out, _ := c.CombinedOutput()
			return c.ProcessState.ExitCode(), string(out)
		}
		right := t.TempDir()
		if code, out := w.command("export", round, right); code != 0 {
			t.Fatalf("export: %d %s", code, out)
		}
		if code, out := check(right); code != 0 {
			t.Errorf("drawcheck of a right round: %d %s", code, out)
		}
		// The second play's prize: lines are open, deck, ask 0, won 0, ask 1, won 1.
		const line = 6
		first, where := w.chunkOf(t, round, line-1)
		dearer := func(b []byte) []byte {
			lines := bytes.Split(b, []byte("\n"))
			lines[line-1-first] = bytes.Replace(lines[line-1-first], []byte(" 288"), []byte(" 988"), 1)
			return bytes.Join(lines, []byte("\n"))
		}
		w.whileChanged(t, "data", "log_chunks", where, dearer, func() {
			if code, out := w.command("verify", round); code != 1 || !strings.Contains(out, "FAIL "+round) || !strings.Contains(out, fmt.Sprintf("第 %d 行", line)) {
				t.Errorf("verify of a changed line: %d %s", code, out)
			}
			wrong := t.TempDir()
			if code, out := w.command("export", round, wrong); code != 0 {
				t.Fatalf("export: %d %s", code, out)
			}
			if code, out := check(wrong); code != 1 || !strings.Contains(out, "FAIL") || !strings.Contains(out, fmt.Sprintf("round.log:%d", line)) {
				t.Errorf("drawcheck of a changed line: %d %s", code, out)
			}
		})
		if code, out := w.command("verify", round); code != 0 {
			t.Errorf("verify after it was put back: %d %s", code, out)
		}
	})
}

// chunkOf gives where a line of a round's log stands in the database.
func (w *world) chunkOf(t *testing.T, round string, line int64) (first int64, where string) {
	t.Helper()
	var id int64
	ok(t, w.store.Read(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Row("SELECT round_id, first_line FROM log_chunks WHERE round_id = (SELECT id FROM rounds WHERE name = ?) AND first_line <= ? ORDER BY first_line DESC LIMIT 1", []any{round, line}, &id, &first)
		return err
	}))
	return first, fmt.Sprintf("round_id = %d AND first_line = %d", id, first)
}

// Rows that say something else than the log are named, each by its check.
func TestTamper_ChangedRowsAreNamed(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		w.played(t)
		round := w.rounds["voice"]
		mine := "round_id = (SELECT id FROM rounds WHERE name = '" + round + "')"
		for _, c := range []struct{ name, column, table, where, to, named string }{
			{"a dearer play", "amount_fen", "plays", mine + " AND seq = 1", "989", round + ": 数据库的抽奖记录与日志一致: 第 2 次抽奖（日志第 5 行）"},
			{"a dearer award", "amount_fen", "awards", mine + " AND no = 1", "989", round + ": 数据库的发放记录与日志一致: 编号 2"},
			{"an award of another worker", "worker_id", "awards", mine + " AND no = 1", "5", round + ": 发放对象与参与、抽奖记录是同一人: 编号 2"},
			{"a play of another worker", "worker_id", "plays", mine + " AND seq = 2", "5", round + ": 发放对象与参与、抽奖记录是同一人: 编号 3"},
			{"a participation more", "participations", "round_heads", mine, "4", round + ": "},
			{"a smaller booking", "amount_fen", "transfers", mine + " AND kind = 'reserve'", "1", round + ": 台账"},
			{"an officer's deed", "subject", "operations", "id = 2", "officer/99", "line 2"},
		} {
			w.whileChanged(t, c.column, c.table, c.where, func([]byte) []byte { return []byte(c.to) }, func() {
				code, out := w.command("verify")
				if code != 1 || !strings.Contains(out, "FAIL") || !strings.Contains(out, c.named) {
					t.Errorf("%s: verify says %d %s", c.name, code, out)
				}
			})
		}
		if code, out := w.command("verify"); code != 0 {
			t.Errorf("verify after all was put back: %d %s", code, out)
		}
	})
}
