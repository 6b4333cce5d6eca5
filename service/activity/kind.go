package activity

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"nianwei/model/fault"
	"nianwei/model/store"
)

// Kind is one way of taking part. It decides purely: from the organiser's
// settings S, the round's stock M (question bank, corpus; struct{} if none),
// the worker's progress P so far and the worker's input I it tells what
// happened; the engine writes it. A kind reads no clock, no database and no
// random source of its own, so that the same facts always give the same outcome.
//
// A kind never learns what it is rewarded with.
type Kind[S, M, P, I any] interface {
	// Name is the kind's word in code, API and database, e.g. "quiz".
	Name() string
	// Title is what an organiser calls it, e.g. 知识问答.
	Title() string
	// Check names every wrong value of the settings, with paths below /settings.
	Check(settings S) []fault.Field
	// Limits tells how often a worker may begin.
	Limits(settings S) Limits
	// Stock reads what a round of these settings needs for deciding. It is
	// called once per round and process; the result is shared and never changed.
	Stock(tx *store.Tx, settings S) (M, error)
	// Begin decides a worker's first step.
	Begin(f Facts, settings S, stock M, input I) (Outcome[P], error)
	// Step decides a further step of an entry that Begin left Open.
	Step(f Facts, settings S, stock M, progress P, input I) (Outcome[P], error)
	// Expire decides what an entry comes to that was still Open at its deadline.
	Expire(f Facts, settings S, stock M, progress P) (Outcome[P], error)
	// Show gives what its worker may see of an entry now. It becomes JSON.
	Show(f Facts, settings S, stock M, progress P) any
	// Public gives what every worker may know of the settings. It becomes JSON.
	Public(settings S) any
}

// Limits is how often one worker may begin in one round.
type Limits struct {
	PerRound int // entries in the whole round, at least 1
	PerDay   int // entries on one calendar day of the season's time zone; 0 = no limit of its own
}

// Facts is what a decision may depend on beside settings, stock and progress.
type Facts struct {
	Now      int64 // the transaction's instant, unix milliseconds
	Round    RoundFacts
	Entry    int64    // number of the entry in the round
	Nth      int      // the worker's 0-based how-manieth entry in this round
	WorkerID int64    // the roster's number
	Seed     [32]byte // secret of the server; the same for the same entry for ever
	Done     bool     // the entry counts
	Public   bool     // its work was approved
	Media    Uploads  // what the input or the progress refers to and this worker may use
}

// RoundFacts is what a kind may know of the round.
type RoundFacts struct {
	ID       string // public id
	Number   int    // 1, 2, 3 … within the activity
	OpensAt  int64
	ClosesAt int64
	Closed   bool // the round takes no more entries
}

// Uploads are media by their id.
type Uploads map[string]Upload

// Upload is a recording or photo that has been received and re-encoded.
type Upload struct {
	ID         string `json:"id"`
	Kind       string `json:"kind"` // "voice" or "photo"
	URL        string `json:"url"`
	ThumbURL   string `json:"thumbUrl,omitempty"`
	DurationMs int64  `json:"durationMs,omitempty"`
	Width      int    `json:"width,omitempty"`
	Height     int    `json:"height,omitempty"`
}

// MediaUser is implemented by inputs and progresses that refer to uploads, so
// that the engine can fetch those that belong to the worker.
type MediaUser interface{ MediaIDs() []string }

// State is how far an entry has come.
type State string

// The life of an entry: Open → (Reviewing →) Done, or Refused, or Expired.
const (
	Open      State = "open"      // begun, more steps to come
	Reviewing State = "reviewing" // waits for moderation before it counts
	Done      State = "done"      // counts as a participation
	Refused   State = "refused"   // moderation said no
	Expired   State = "expired"   // never finished; does not count
)

// Outcome is what a kind decided.
type Outcome[P any] struct {
	Progress P
	State    State // Open, Reviewing, Done or Expired
	Deadline int64 // with Open: when Expire is due; 0 = the round's end
	Score    int64 // comparable within the activity; 0 if the kind has none
	Chances  int   // plays (deck) or weight (raffle) that it gives once it counts; 0 = none
	Work     *Work // something that others could see, if it is approved
}

// Work is what goes to moderation.
type Work struct {
	Title    string
	Hometown string
	MediaIDs []string
}

// Machine is a kind with its types erased: what the engine works with.
type Machine struct {
	Name, Title string

	settings func(json.RawMessage) (any, []fault.Field)
	schema   func() any
	limits   func(settings any) Limits
	stock    func(tx *store.Tx, settings any) (any, error)
	input    func(json.RawMessage) (any, error)
	begin    func(f Facts, settings, stock, input any) (decision, error)
	step     func(f Facts, settings, stock any, progress []byte, input any) (decision, error)
	expire   func(f Facts, settings, stock any, progress []byte) (decision, error)
	show     func(f Facts, settings, stock any, progress []byte) (any, error)
	public   func(settings any) any
	uses     func(progress []byte) ([]string, error)
}

// decision is an Outcome whose progress is JSON.
type decision struct {
	progress []byte
	state    State
	deadline int64
	score    int64
	chances  int
	work     *Work
}

// Register erases a kind's types. It is the one line by which a kind joins the
// product (service/kind).
func Register[S, M, P, I any](k Kind[S, M, P, I]) Machine {
	decide := func(o Outcome[P], err error) (decision, error) {
		if err != nil {
			return decision{}, err
		}
		progress, err := json.Marshal(o.Progress)
		if err != nil {
			return decision{}, fmt.Errorf("%s: progress: %w", k.Name(), err)
		}
		return decision{progress: progress, state: o.State, deadline: o.Deadline, score: o.Score, chances: o.Chances, work: o.Work}, nil
	}
	progressOf := func(raw []byte) (P, error) {
		var p P
		if err := json.Unmarshal(raw, &p); err != nil {
			return p, fmt.Errorf("%s: stored progress: %w", k.Name(), err)
		}
		return p, nil
	}
	return Machine{
		Name:  k.Name(),
		Title: k.Title(),
		settings: func(raw json.RawMessage) (any, []fault.Field) {
			var s S
			if field := decodeStrictly(raw, &s, "/settings"); field != nil {
				return nil, []fault.Field{*field}
			}
			return s, k.Check(s)
		},
		schema: func() any { return SchemaOf[S]() },
		limits: func(s any) Limits { return k.Limits(s.(S)) },
		stock:  func(tx *store.Tx, s any) (any, error) { return k.Stock(tx, s.(S)) },
		input: func(raw json.RawMessage) (any, error) {
			var in I
			if field := decodeStrictly(raw, &in, "/input"); field != nil {
				return nil, ErrInput.With(*field)
			}
			return in, nil
		},
		begin: func(f Facts, s, m, in any) (decision, error) {
			return decide(k.Begin(f, s.(S), m.(M), in.(I)))
		},
		step: func(f Facts, s, m any, raw []byte, in any) (decision, error) {
			p, err := progressOf(raw)
			if err != nil {
				return decision{}, err
			}
			return decide(k.Step(f, s.(S), m.(M), p, in.(I)))
		},
		expire: func(f Facts, s, m any, raw []byte) (decision, error) {
			p, err := progressOf(raw)
			if err != nil {
				return decision{}, err
			}
			return decide(k.Expire(f, s.(S), m.(M), p))
		},
		show: func(f Facts, s, m any, raw []byte) (any, error) {
			p, err := progressOf(raw)
			if err != nil {
				return nil, err
			}
			return k.Show(f, s.(S), m.(M), p), nil
		},
		public: func(s any) any { return k.Public(s.(S)) },
		uses: func(raw []byte) ([]string, error) {
			p, err := progressOf(raw)
			if err != nil {
				return nil, err
			}
			if u, ok := any(p).(MediaUser); ok {
				return u.MediaIDs(), nil
			}
			return nil, nil
		},
	}
}

// mediaOf gives the uploads that an input refers to.
func mediaOf(input any) []string {
	if u, ok := input.(MediaUser); ok {
		return u.MediaIDs()
	}
	return nil
}

// decodeStrictly decodes one JSON object and names what is wrong with it:
// unknown names, wrong types, anything behind the object.
func decodeStrictly(raw json.RawMessage, into any, root string) *fault.Field {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		return &fault.Field{Path: root, Reason: "trailing", Detail: "内容后面有多余的字符"}
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return &fault.Field{Path: root + "/" + strings.ReplaceAll(wrong.Field, ".", "/"), Reason: "type", Detail: "填写的类型不对，应为 " + wrong.Type.String()}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &fault.Field{Path: root + "/" + strings.Trim(name, `"`), Reason: "unknown", Detail: "没有这一项"}
	}
	return &fault.Field{Path: root, Reason: "malformed", Detail: "内容不是正确的 JSON 对象"}
}
