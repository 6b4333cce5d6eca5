package quiz_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nianwei/model/fault"
	"nianwei/service/activity"
	"nianwei/service/activity/kindtest"
	"nianwei/service/kind/quiz"
)

// A mark stands in every text that must stay on the server while the round runs.
const mark = "因为第五十条规定"

// bank gives n questions: every third is a multiple-choice one.
func bank(n int) quiz.Stock {
	var stock quiz.Stock
	for i := range n {
		q := quiz.Question{Text: fmt.Sprintf("第 %d 题", i), Explanation: fmt.Sprintf("%s（%d）", mark, i)}
		for o := range 2 + i%7 {
			q.Options = append(q.Options, fmt.Sprintf("题%d选项%d", i, o))
		}
		q.Correct = quiz.Choice(0).With(i % len(q.Options))
		if i%3 == 0 {
			q.Multiple, q.Correct = true, q.Correct.With((i+1)%len(q.Options))
		}
		stock = append(stock, q)
	}
	return stock
}

const opens, closes = 1_800_000_000_000, 1_800_043_200_000

func facts(seed uint64) activity.Facts {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], seed)
	return activity.Facts{Now: opens + 1000, Round: activity.RoundFacts{ID: "a1-1", Number: 1, OpensAt: opens, ClosesAt: closes}, WorkerID: 7, Seed: sha256.Sum256(b[:])}
}

func settings() quiz.Settings {
	return quiz.Settings{BankID: 1, Questions: 10, Seconds: 300, Attempts: 3, AttemptsPerDay: 1, PassScore: 6, Shuffle: true}
}

func with(change func(*quiz.Settings)) quiz.Settings {
	s := settings()
	change(&s)
	return s
}

func number(i int) *int { return &i }

func TestKind_Conforms(t *testing.T) {
	walks := []kindtest.Walk{
		{`{}`},
		{`{}`, `{"answers":[{"question":0,"options":[0]}]}`, `{"answers":[{"question":0,"options":[]},{"question":9,"options":[1]}]}`},
		{`{}`, `{"answers":[{"question":3,"options":[1]}],"finish":true}`},
		{`{}`, `{"finish":true}`},
	}
	hidden := []string{mark, "correct", "explanation"}
	kindtest.Run(t, quiz.Kind{}, kindtest.Case[quiz.Settings, quiz.Stock, quiz.Progress, quiz.Input]{
		Good: map[string]kindtest.Setup[quiz.Settings, quiz.Stock]{
			"shuffled":      {Settings: settings(), Stock: bank(40), Walks: walks, Hidden: hidden},
			"in order":      {Settings: with(func(s *quiz.Settings) { s.Shuffle = false }), Stock: bank(10), Walks: walks, Hidden: hidden},
			"nothing to do": {Settings: with(func(s *quiz.Settings) { s.PassScore = 0 }), Stock: bank(10), Walks: walks, Hidden: hidden},
		},
		Wrong: map[string]quiz.Settings{
			"/settings/bankId":         with(func(s *quiz.Settings) { s.BankID = 0 }),
			"/settings/questions":      with(func(s *quiz.Settings) { s.Questions = 101 }),
			"/settings/seconds":        with(func(s *quiz.Settings) { s.Seconds = 29 }),
			"/settings/attempts":       with(func(s *quiz.Settings) { s.Attempts = 0 }),
			"/settings/attemptsPerDay": with(func(s *quiz.Settings) { s.AttemptsPerDay = -1 }),
			"/settings/passScore":      with(func(s *quiz.Settings) { s.PassScore = 11 }),
		},
		Begin: []kindtest.Hostile{
			{JSON: `{"finish":true}`, Reason: "quiz.not_begun"},
			{JSON: `{"answers":[{"question":0,"options":[0]}]}`, Reason: "quiz.not_begun"},
			{JSON: `{"answers":{}}`, Reason: "entry.input"},
		},
		Step: []kindtest.Hostile{
			{JSON: `{}`, Reason: "quiz.empty"},
			{JSON: `null`, Reason: "quiz.empty"},
			{JSON: `{"answers":[]}`, Reason: "quiz.empty"},
			{JSON: `{"answers":[{"question":10,"options":[0]}]}`, Reason: "quiz.no_question"},
			{JSON: `{"answers":[{"question":-1,"options":[0]}]}`, Reason: "quiz.no_question"},
			{JSON: `{"answers":[{"options":[0]}]}`, Reason: "quiz.no_question"},
			{JSON: `{"answers":[{"question":0}]}`, Reason: "required"},
			{JSON: `{"answers":[{"question":0,"options":[8]}]}`, Reason: "quiz.no_option"},
			{JSON: `{"answers":[{"question":0,"options":[-1]}]}`, Reason: "quiz.no_option"},
			{JSON: `{"answers":[{"question":0,"options":[0]},{"question":0,"options":[1]}]}`, Reason: "quiz.repeated"},
			{JSON: `{"answers":[` + strings.Repeat(`{"question":0,"options":[0]},`, 10) + `{"question":0,"options":[0]}]}`, Reason: "quiz.too_many"},
			{JSON: `{"answers":[{"question":99999999999999999999,"options":[0]}]}`, Reason: "entry.input"},
			{JSON: `{"answers":[{"question":0,"options":[0],"right":true}]}`, Reason: "entry.input"},
			{JSON: `{"finish":"true"}`, Reason: "entry.input"},
		},
		Facts: func(quiz.Settings) activity.Facts { return facts(1) },
	})
}

func TestStep_RefusesSeveralOptionsOnlyForASingleChoice(t *testing.T) {
	stock := bank(10)
	p := begin(t, settings(), stock, 3).Progress
	for i, at := range p.Questions {
		in := quiz.Input{Answers: []quiz.Answer{{Question: number(i), Options: []int{0, 1}}}}
		_, err := quiz.Kind{}.Step(facts(3), settings(), stock, p, in)
		if multiple := stock[at].Multiple; (err == nil) != multiple {
			t.Errorf("question %d, multiple %v: %v", i, multiple, err)
		}
		in.Answers[0].Options = []int{1, 1}
		if _, err := (quiz.Kind{}).Step(facts(3), settings(), stock, p, in); !errors.Is(err, quiz.ErrAnswer) {
			t.Errorf("question %d with one option twice: %v", i, err)
		}
	}
}

func TestStep_SavesNothingOfAStepThatIsRefused(t *testing.T) {
	stock := bank(10)
	began := begin(t, settings(), stock, 3)
	before, _ := json.Marshal(began.Progress)
	in := quiz.Input{Answers: []quiz.Answer{{Question: number(0), Options: []int{0}}, {Question: number(77), Options: []int{0}}}}
	if _, err := (quiz.Kind{}).Step(facts(3), settings(), stock, began.Progress, in); !errors.Is(err, quiz.ErrAnswer) {
		t.Fatal(err)
	}
	if after, _ := json.Marshal(began.Progress); !bytes.Equal(before, after) {
		t.Errorf("%s became %s", before, after)
	}
}

func TestStep_RefusesAPaperThatWasHandedIn(t *testing.T) {
	stock := bank(10)
	done := step(t, settings(), stock, begin(t, settings(), stock, 3).Progress, quiz.Input{Finish: true})
	_, err := quiz.Kind{}.Step(facts(3), settings(), stock, done.Progress, quiz.Input{Finish: true})
	if !errors.Is(err, quiz.ErrHandedIn) {
		t.Error(err)
	}
}

func TestExpire_HandsInWhatWasSaved(t *testing.T) {
	stock := bank(10)
	p := begin(t, settings(), stock, 5).Progress
	p = step(t, settings(), stock, p, quiz.Input{Answers: rightAnswers(p, stock)[:7]}).Progress
	o, err := quiz.Kind{}.Expire(facts(5), settings(), stock, p)
	if err != nil || o.State != activity.Done || o.Score != 7 || o.Chances != 1 {
		t.Errorf("%+v, %v; want done with 7 right and a chance", o, err)
	}
}

func TestExpire_DoesNotCountAPaperWithoutAnswers(t *testing.T) {
	stock := bank(10)
	s := with(func(s *quiz.Settings) { s.PassScore = 0 })
	o, err := quiz.Kind{}.Expire(facts(5), s, stock, begin(t, s, stock, 5).Progress)
	if err != nil || o.State != activity.Expired || o.Chances != 0 {
		t.Errorf("%+v, %v; want expired", o, err)
	}
}

func TestBegin_EndsNoLaterThanTheRound(t *testing.T) {
	f := facts(1)
	f.Now = closes - 1500
	o, err := quiz.Kind{}.Begin(f, settings(), bank(10), quiz.Input{})
	if err != nil || o.Deadline != closes {
		t.Errorf("deadline %d, %v; want %d", o.Deadline, err, int64(closes))
	}
	view := show(t, f, settings(), bank(10), o.Progress)
	if view.Deadline != closes {
		t.Errorf("the worker is told %d", view.Deadline)
	}
}

func TestScore_CountsAMultipleChoiceOnlyWhenExactlyRight(t *testing.T) {
	stock := quiz.Stock{{Text: "哪些是法定节假日", Options: []string{"春节", "元旦", "冬至", "端午"}, Correct: 0b1011, Multiple: true}}
	s := with(func(s *quiz.Settings) { s.Questions, s.PassScore, s.Shuffle = 1, 1, false })
	for _, c := range []struct {
		chosen []int
		score  int64
	}{{[]int{0, 1, 3}, 1}, {[]int{3, 0, 1}, 1}, {[]int{0, 1}, 0}, {[]int{0, 1, 2, 3}, 0}, {[]int{2}, 0}, {[]int{}, 0}} {
		p := begin(t, s, stock, 1).Progress
		o := step(t, s, stock, p, quiz.Input{Answers: []quiz.Answer{{Question: number(0), Options: c.chosen}}, Finish: true})
		if o.Score != c.score || o.Chances != int(c.score) {
			t.Errorf("%v scores %d with %d chances, want %d", c.chosen, o.Score, o.Chances, c.score)
		}
	}
}

func TestShow_TellsTheResultOnceThePaperCountsAndTheAnswersAfterTheRound(t *testing.T) {
	stock := bank(10)
	p := begin(t, settings(), stock, 5).Progress
	right := rightAnswers(p, stock)
	o := step(t, settings(), stock, p, quiz.Input{Answers: right, Finish: true})
	f := facts(5)
	f.Done = true
	v := show(t, f, settings(), stock, o.Progress)
	if len(v.Questions) != 0 || v.Right == nil || *v.Right != 10 || v.Passed == nil || !*v.Passed {
		t.Errorf("before the close: %+v", v)
	}
	f.Round.Closed = true
	v = show(t, f, settings(), stock, o.Progress)
	for i, q := range v.Questions {
		if fmt.Sprint(q.Correct) != fmt.Sprint(q.Chosen) || !strings.Contains(q.Explanation, mark) || len(q.Correct) != len(right[i].Options) {
			t.Errorf("after the close: %+v", q)
		}
	}
	if len(v.Questions) != 10 {
		t.Errorf("after the close %d questions are shown", len(v.Questions))
	}
}

// While a paper is open, two banks that differ only in what is right must look the same.
func TestShow_DoesNotDependOnTheRightAnswersUntilThePaperCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stock, other := bank(20), bank(20)
		for i := range other {
			n := len(other[i].Options)
			other[i].Correct = quiz.Choice(rapid.IntRange(1, 1<<n-1).Draw(t, "correct"))
			other[i].Explanation = rapid.String().Draw(t, "explanation")
		}
		f := facts(rapid.Uint64().Draw(t, "seed"))
		in := quiz.Input{Answers: anyAnswers(t, settings(), stock, f)}
		var views [2][]byte
		for n, bank := range []quiz.Stock{stock, other} {
			o, err := quiz.Kind{}.Begin(f, settings(), bank, quiz.Input{})
			if err == nil && len(in.Answers) > 0 {
				o, err = quiz.Kind{}.Step(f, settings(), bank, o.Progress, in)
			}
			if err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal([]any{o, quiz.Kind{}.Show(f, settings(), bank, o.Progress)})
			if err != nil {
				t.Fatal(err)
			}
			views[n] = raw
		}
		if !bytes.Equal(views[0], views[1]) {
			t.Fatalf("%s\n%s", views[0], views[1])
		}
	})
}

func TestScore_NeverExceedsTheQuestionsAndDoesNotDependOnTheOrderOfAnswering(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := settings()
		s.Shuffle = rapid.Bool().Draw(t, "shuffle")
		s.Questions = rapid.IntRange(1, 20).Draw(t, "questions")
		stock := bank(rapid.IntRange(s.Questions, 40).Draw(t, "bank"))
		f := facts(rapid.Uint64().Draw(t, "seed"))
		answers := anyAnswers(t, s, stock, f)
		one := play(t, f, s, stock, [][]quiz.Answer{answers})
		var single [][]quiz.Answer
		for _, a := range rapid.Permutation(answers).Draw(t, "order") {
			single = append(single, []quiz.Answer{a})
		}
		other := play(t, f, s, stock, single)
		if one.Score != other.Score || one.Chances != other.Chances {
			t.Fatalf("at once %d, one by one %d", one.Score, other.Score)
		}
		if one.Score < 0 || one.Score > int64(s.Questions) || (one.Chances == 1) != (one.Score >= int64(s.PassScore)) {
			t.Fatalf("score %d of %d, chances %d", one.Score, s.Questions, one.Chances)
		}
	})
}

// Each question and each place of an option must come up equally often: for 39
// and 7 degrees of freedom chi-square is above these bounds once in a million.
func TestBegin_DrawsEveryQuestionAndEveryOrderEquallyOften(t *testing.T) {
	const workers, size = 20000, 40
	stock := bank(size)
	for i := range stock {
		stock[i].Options = nil
		for o := range quiz.MaxOptions {
			stock[i].Options = append(stock[i].Options, fmt.Sprint(o))
		}
	}
	var drawn, first [size]int
	var firstOption [quiz.MaxOptions]int
	for w := range uint64(workers) {
		p := begin(t, settings(), stock, w).Progress
		seen := map[int]bool{}
		for _, q := range p.Questions {
			if seen[q] {
				t.Fatalf("worker %d has question %d twice", w, q)
			}
			seen[q] = true
			drawn[q]++
		}
		first[p.Questions[0]]++
		firstOption[p.Orders[0][0]-'0']++
	}
	if x := chiSquare(first[:], workers); x > 96 {
		t.Errorf("first questions: chi-square %.1f", x)
	}
	// Drawn without replacement, so the counts vary less than independent ones.
	if x := chiSquare(drawn[:], workers*10); x > 96 {
		t.Errorf("questions: chi-square %.1f", x)
	}
	if x := chiSquare(firstOption[:], workers); x > 41 {
		t.Errorf("first options: chi-square %.1f", x)
	}
}

func chiSquare(counts []int, total int) (x float64) {
	want := float64(total) / float64(len(counts))
	for _, n := range counts {
		x += (float64(n) - want) * (float64(n) - want) / want
	}
	return x
}

func begin(t testing.TB, s quiz.Settings, stock quiz.Stock, seed uint64) activity.Outcome[quiz.Progress] {
	t.Helper()
	o, err := quiz.Kind{}.Begin(facts(seed), s, stock, quiz.Input{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func step(t testing.TB, s quiz.Settings, stock quiz.Stock, p quiz.Progress, in quiz.Input) activity.Outcome[quiz.Progress] {
	t.Helper()
	o, err := quiz.Kind{}.Step(facts(1), s, stock, p, in)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// play begins, sends batches of answers and hands in.
func play(t *rapid.T, f activity.Facts, s quiz.Settings, stock quiz.Stock, batches [][]quiz.Answer) activity.Outcome[quiz.Progress] {
	o, err := quiz.Kind{}.Begin(f, s, stock, quiz.Input{})
	for _, batch := range batches {
		if err == nil && len(batch) > 0 {
			o, err = quiz.Kind{}.Step(f, s, stock, o.Progress, quiz.Input{Answers: batch})
		}
	}
	if err == nil {
		o, err = quiz.Kind{}.Step(f, s, stock, o.Progress, quiz.Input{Finish: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// anyAnswers draws legal answers to some of the questions of the paper of f.
func anyAnswers(t *rapid.T, s quiz.Settings, stock quiz.Stock, f activity.Facts) []quiz.Answer {
	o, err := quiz.Kind{}.Begin(f, s, stock, quiz.Input{})
	if err != nil {
		t.Fatal(err)
	}
	var out []quiz.Answer
	for i, at := range o.Progress.Questions {
		if !rapid.Bool().Draw(t, "answered") {
			continue
		}
		most := 1
		if stock[at].Multiple {
			most = len(stock[at].Options)
		}
		options := rapid.SliceOfNDistinct(rapid.IntRange(0, len(stock[at].Options)-1), 0, most, rapid.ID[int]).Draw(t, "options")
		if options == nil {
			options = []int{}
		}
		out = append(out, quiz.Answer{Question: number(i), Options: options})
	}
	return out
}

// rightAnswers finds the right options of a paper by their text, as shown.
func rightAnswers(p quiz.Progress, stock quiz.Stock) []quiz.Answer {
	var out []quiz.Answer
	for i, at := range p.Questions {
		options := []int{}
		for place, bank := range []byte(p.Orders[i]) {
			if stock[at].Correct.Has(int(bank - '0')) {
				options = append(options, place)
			}
		}
		out = append(out, quiz.Answer{Question: number(i), Options: options})
	}
	return out
}

func show(t testing.TB, f activity.Facts, s quiz.Settings, stock quiz.Stock, p quiz.Progress) quiz.View {
	t.Helper()
	v, ok := quiz.Kind{}.Show(f, s, stock, p).(quiz.View)
	if !ok {
		t.Fatal("not a view")
	}
	return v
}

func FuzzInput(f *testing.F) {
	for _, raw := range []string{`{}`, `{"finish":true}`, `{"answers":[{"question":0,"options":[0,1]}]}`, `{"answers":[{"question":-1,"options":null}],"finish":true}`, `{"answers":[{"question":1e9,"options":[255]}]}`} {
		f.Add([]byte(raw))
	}
	machine := activity.Register(quiz.Kind{})
	stock, s := bank(40), settings()
	f.Fuzz(func(t *testing.T, raw []byte) {
		if machine.CheckInput(raw) != nil {
			return
		}
		var in quiz.Input
		if err := json.Unmarshal(raw, &in); err != nil {
			t.Fatal(err)
		}
		o := begin(t, s, stock, uint64(len(raw)))
		o, err := quiz.Kind{}.Step(facts(1), s, stock, o.Progress, in)
		if err != nil {
			if fault.Of(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		if o.Score < 0 || o.Score > int64(s.Questions) || o.State == activity.Open && o.Score != 0 {
			t.Fatalf("score %d while %s", o.Score, o.State)
		}
		if _, err := json.Marshal(quiz.Kind{}.Show(facts(1), s, stock, o.Progress)); err != nil {
			t.Fatal(err)
		}
	})
}
