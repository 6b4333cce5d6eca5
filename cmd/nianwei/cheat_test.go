package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Whoever asks is who the session says; nothing in a body or path makes them
// somebody else.
func TestCheats_NobodyActsForAnother(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		w.at(t, "20:05")
		mine := w.speak(t, "陈建国", 1)
		hers, _ := w.sing(t, "李秀英", "voice", 2)
		paper := w.enter(t, "李秀英", "quiz", map[string]any{})
		step := map[string]any{"answers": []any{map[string]any{"question": 0, "options": []int{0}}}}
		post := http.MethodPost
		w.refuses(t, []scenario{
			{name: "a worker's number beside the input", who: "陈建国", method: post, path: w.path("voice", "/entries"), header: key("a"),
				body: map[string]any{"input": map[string]any{"mediaIds": []string{mine}}, "workerId": 2}, status: 422, reason: "request.invalid", has: []string{"不认识"}},
			{name: "a worker's number in the input", who: "陈建国", method: post, path: w.path("voice", "/entries"), header: key("a"),
				body: map[string]any{"input": map[string]any{"mediaIds": []string{mine}, "workerId": 2}}, status: 422, reason: "entry.input"},
			{name: "a worker's number in the quiz's input", who: "陈建国", method: post, path: w.path("quiz", "/entries"), header: key("a"),
				body: map[string]any{"input": map[string]any{"workerId": 2}}, status: 422, reason: "entry.input"},
			{name: "a worker's number in a binding", who: "周立新", method: post, path: "/api/worker/binding",
				body: map[string]any{"name": "周立新", "phone": "13861000006", "workerId": 1}, status: 422, reason: "request.invalid"},
			{name: "an openid in a binding", who: "周立新", method: post, path: "/api/worker/binding",
				body: map[string]any{"name": "周立新", "phone": "13861000006", "openid": "openid-x"}, status: 422, reason: "request.invalid"},
			{name: "a binding to who is bound", who: "周立新", method: post, path: "/api/worker/binding",
				body: map[string]any{"name": "陈建国", "phone": "13861000001"}, status: 409, reason: "binding.taken", hasNot: []string{"建设工会"}},
			{name: "a binding by half a guess", who: "周立新", method: post, path: "/api/worker/binding",
				body: map[string]any{"name": "周立新", "phone": "13861000001"}, status: 422, reason: "binding.no_match"},
			{name: "a second binding", who: "陈建国", method: post, path: "/api/worker/binding",
				body: map[string]any{"name": "周立新", "phone": "13861000006"}, status: 409, reason: "binding.already"},
			{name: "another's recording", who: "李秀英", method: post, path: w.path("staying only", "/entries"), header: key("b"),
				body: map[string]any{"input": map[string]any{"mediaIds": []string{mine}}}, status: 422, reason: "media.not_yours"},
			{name: "another's entry", who: "陈建国", method: http.MethodGet, path: w.path("voice", "/entries/%d", hers.ID), status: 404, reason: "entry.unknown", hasNot: []string{"丹阳"}},
			{name: "a play of another's entry", who: "陈建国", method: post, path: w.path("voice", "/entries/%d/play", hers.ID), header: key("c"), status: 404, reason: "entry.unknown"},
			{name: "an answer on another's paper", who: "陈建国", method: post, path: w.path("quiz", "/entries/%d/steps", paper.ID), header: key("d"),
				body: map[string]any{"input": step}, status: 404, reason: "entry.unknown"},
			{name: "another's paper", who: "陈建国", method: http.MethodGet, path: w.path("quiz", "/entries/%d", paper.ID), status: 404, reason: "entry.unknown", hasNot: []string{paper.View.Questions[0].Text}},
		})
	})
}

// The window, the limits and the keys hold on the request itself.
func TestCheats_RulesHoldWhateverIsTried(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		post := http.MethodPost
		w.at(t, "19:59")
		first, second, third := w.speak(t, "陈建国", 1), w.speak(t, "陈建国", 2), w.speak(t, "孙志远", 3)
		input := func(media string) map[string]any {
			return map[string]any{"input": map[string]any{"mediaIds": []string{media}}}
		}
		w.refuses(t, []scenario{
			{name: "an entry before opening", who: "陈建国", method: post, path: w.path("voice", "/entries"), header: key("a"), body: input(first), status: 409, reason: "round.not_open"},
			{name: "a play before opening", who: "陈建国", method: post, path: w.path("voice", "/entries/0/play"), header: key("a"), status: 404, reason: "entry.unknown"},
			{name: "a paper before opening", who: "陈建国", method: post, path: w.path("quiz", "/entries"), header: key("a"), body: `{"input":{}}`, status: 409, reason: "round.not_open"},
		})
		w.at(t, "20:00")
		w.refuses(t, []scenario{
			{name: "an entry of tomorrow's round", who: "陈建国", method: post, path: w.path("tomorrow", "/entries"), header: key("a"), body: input(first), status: 409, reason: "round.not_open"},
			{name: "an entry by who is not meant", who: "孙志远", method: post, path: w.path("staying only", "/entries"), header: key("a"), body: input(third), status: 403, reason: "round.not_eligible"},
			{name: "an entry of who is not bound", who: "周立新", method: post, path: w.path("voice", "/entries"), header: key("a"), body: input(first), status: 403, reason: "worker.unbound"},
			{name: "a play of who is not bound", who: "周立新", method: post, path: w.path("voice", "/entries/0/play"), header: key("a"), status: 403, reason: "worker.unbound"},
			{name: "an upload of who is not bound", who: "周立新", method: post, path: "/api/worker/media", body: form(t, "voice", recording(9), "a.mp3"), status: 403, reason: "worker.unbound"},
			{name: "prizes of who is not bound", who: "周立新", method: http.MethodGet, path: "/api/worker/awards", status: 403, reason: "worker.unbound"},
			{name: "a round that is none", who: "陈建国", method: post, path: "/api/worker/rounds/a999-1/entries", header: key("a"), body: input(first), status: 404, reason: "round.unknown"},
			{name: "the same recording twice in one work", who: "陈建国", method: post, path: w.path("voice", "/entries"), header: key("a"),
				body: map[string]any{"input": map[string]any{"mediaIds": []string{first, first}}}, status: 422, reason: "media.not_yours"},
			{name: "a work without a recording", who: "陈建国", method: post, path: w.path("voice", "/entries"), header: key("a"),
				body: map[string]any{"input": map[string]any{"mediaIds": []string{}}}, status: 422, reason: "work.count"},
		})
		var e entry
		w.succeeds(t, "陈建国", post, w.path("voice", "/entries"), input(first), key("enter")...).into(t, &e)
		again := w.succeeds(t, "陈建国", post, w.path("voice", "/entries"), input(first), key("enter")...)
		if !strings.Contains(again.body, fmt.Sprintf(`"id":%d,`, e.ID)) {
			t.Errorf("the same key gives the same entry: %s", again.body)
		}
		waiting := w.enter(t, "李秀英", "photo", map[string]any{"mediaIds": []string{w.upload(t, "李秀英", form(t, "photo", picture(t, 1), "a.png"))}})
		w.refuses(t, []scenario{
			{name: "the key of an entry with another body", who: "陈建国", method: post, path: w.path("voice", "/entries"), header: key("enter"), body: input(second), status: 409, reason: "idempotency.reused"},
			{name: "a second entry", who: "陈建国", method: post, path: w.path("voice", "/entries"), header: key("b"), body: input(second), status: 409, reason: "entry.already"},
			{name: "a used recording", who: "陈建国", method: post, path: w.path("staying only", "/entries"), header: key("b"), body: input(first), status: 422, reason: "media.not_yours"},
			{name: "a step of a work", who: "陈建国", method: post, path: w.path("voice", "/entries/%d/steps", e.ID), header: key("b"), body: input(second), status: 409, reason: "entry.finished"},
			{name: "a play before the yes", who: "李秀英", method: post, path: w.path("photo", "/entries/%d/play", waiting.ID), header: key("b"), status: 409, reason: "entry.reviewing"},
		})
		p := w.play(t, "陈建国", "voice", e.ID)
		if again := w.play(t, "陈建国", "voice", e.ID); again != p {
			t.Errorf("the same key gives the same play: %+v, %+v", p, again)
		}
		w.refuses(t, []scenario{
			{name: "a second play", who: "陈建国", method: post, path: w.path("voice", "/entries/%d/play", e.ID), header: key("another"), status: 409, reason: "play.already"},
			{name: "the key of a play on another entry", who: "陈建国", method: post, path: w.path("voice", "/entries/%d/play", e.ID+1000), header: key("play voice"), status: 404, reason: "entry.unknown"},
			{name: "a receipt of a play that was never made", who: "陈建国", method: http.MethodGet, path: w.path("voice", "/plays/%d/receipt", p.Seq+1), status: 404, reason: "receipt.unknown"},
		})
		late, _ := w.sing(t, "王德才", "voice", 8)
		w.clockAt(t, "22:00") // nothing has ticked: the request itself is held against the time
		w.refuses(t, []scenario{
			{name: "an entry at the closing instant", who: "赵玉兰", method: post, path: w.path("voice", "/entries"), header: key("a"), body: input(first), status: 409, reason: "round.closed"},
			{name: "a play at the closing instant", who: "王德才", method: post, path: w.path("voice", "/entries/%d/play", late.ID), header: key("a"), status: 409, reason: "round.closed"},
			{name: "a paper at the closing instant", who: "赵玉兰", method: post, path: w.path("quiz", "/entries"), header: key("a"), body: `{"input":{}}`, status: 409, reason: "round.closed"},
		})
		w.at(t, "22:01")
		w.refuses(t, []scenario{
			{name: "an entry after closing", who: "赵玉兰", method: post, path: w.path("voice", "/entries"), header: key("a"), body: input(first), status: 409, reason: "round.closed"},
			{name: "a play after closing", who: "王德才", method: post, path: w.path("voice", "/entries/%d/play", late.ID), header: key("a"), status: 409, reason: "round.closed"},
		})
		if again := w.play(t, "陈建国", "voice", e.ID); again != p {
			t.Errorf("a lost answer is given again after closing: %+v, %+v", p, again)
		}
	})
}

// A paper is answered by its worker, on its questions, in its time.
func TestCheats_QuizPaperTakesItsOwnAnswersInTime(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		post := http.MethodPost
		w.at(t, "20:05")
		e := w.enter(t, "陈建国", "quiz", map[string]any{})
		steps := w.path("quiz", "/entries/%d/steps", e.ID)
		answers := func(s string) string { return `{"input":{"answers":` + s + `}}` }
		w.refuses(t, []scenario{
			{name: "a question that is not on the paper", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"question":3,"options":[0]}]`), status: 422, reason: "quiz.answer", has: []string{"/input/answers/0/question", "没有这道题"}},
			{name: "a question before the first", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"question":-1,"options":[0]}]`), status: 422, reason: "quiz.answer"},
			{name: "an option that is none", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"question":0,"options":[7]}]`), status: 422, reason: "quiz.answer", has: []string{"quiz.no_option"}},
			{name: "an option before the first", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"question":0,"options":[-2]}]`), status: 422, reason: "quiz.answer"},
			{name: "two options of one", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"question":0,"options":[0,1]}]`), status: 422, reason: "quiz.answer", has: []string{"quiz.single_choice"}},
			{name: "one question twice", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"question":0,"options":[0]},{"question":0,"options":[1]}]`), status: 422, reason: "quiz.answer", has: []string{"quiz.repeated"}},
			{name: "more answers than questions", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(strings.TrimSuffix("["+strings.Repeat(`{"question":0,"options":[0]},`, 4), ",") + "]"), status: 422, reason: "quiz.answer"},
			{name: "an answer without its question", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"options":[0]}]`), status: 422, reason: "quiz.answer"},
			{name: "half an option", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"question":0,"options":[0.5]}]`), status: 422, reason: "entry.input"},
			{name: "a number beyond all", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"question":99999999999999999999,"options":[0]}]`), status: 422, reason: "entry.input"},
			{name: "text for a number", who: "陈建国", method: post, path: steps, header: key("a"), body: answers(`[{"question":"0","options":[0]}]`), status: 422, reason: "entry.input"},
			{name: "a score of one's own", who: "陈建国", method: post, path: steps, header: key("a"), body: `{"input":{"finish":true,"score":100}}`, status: 422, reason: "entry.input"},
			{name: "nothing to save", who: "陈建国", method: post, path: steps, header: key("a"), body: `{"input":{}}`, status: 422, reason: "quiz.empty"},
			{name: "a second paper beside the first", who: "陈建国", method: post, path: w.path("quiz", "/entries"), header: key("b"), body: `{"input":{}}`, status: 409, reason: "entry.unfinished"},
			{name: "a play in a raffle", who: "陈建国", method: post, path: w.path("quiz", "/entries/%d/play", e.ID), header: key("b"), status: 409, reason: "play.none"},
			{name: "a receipt of a place that is none yet", who: "陈建国", method: http.MethodGet, path: w.path("quiz", "/entries/%d/receipt", e.ID), status: 404, reason: "receipt.unknown"},
		})
		save := map[string]any{"input": map[string]any{"answers": e.answersTo(true)}}
		w.succeeds(t, "陈建国", post, steps, save, key("save")...)
		w.refuses(t, []scenario{{name: "the key of a step with other answers", who: "陈建国", method: post, path: steps, header: key("save"),
			body: map[string]any{"input": map[string]any{"answers": e.answersTo(false)}}, status: 409, reason: "idempotency.reused"}})
		w.at(t, "20:11")
		late := w.ask(t, "陈建国", post, steps, `{"input":{"finish":true}}`, key("late")...)
		w.checkRefusal(t, scenario{name: "a step after the paper's time", status: 409, reason: "entry.expired"}, late)
		var closed entry
		w.get(t, "陈建国", w.path("quiz", "/entries/%d", e.ID)).into(t, &closed)
		if closed.State != "done" || closed.Score != 3 || !closed.Raffle {
			t.Errorf("a paper whose time is over is handed in as it was saved: %+v", closed)
		}
		w.refuses(t, []scenario{
			{name: "a step after handing in", who: "陈建国", method: post, path: steps, header: key("c"), body: save, status: 409, reason: "entry.finished"},
			{name: "a second paper", who: "陈建国", method: post, path: w.path("quiz", "/entries"), header: key("c"), body: `{"input":{}}`, status: 409, reason: "entry.already"},
		})
	})
}
