package activity

import (
	"encoding/json"
	"errors"
	"fmt"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/award"
)

// Draft is everything an organiser says of an activity: a way of taking part ×
// a way of rewarding × a timetable × who may.
type Draft struct {
	SeasonID   int64           `json:"seasonId,omitempty"`
	FundID     int64           `json:"fundId,omitempty"`  // needed as soon as a prize costs money
	GroupID    int64           `json:"groupId,omitempty"` // 0 = everyone on the roster
	TemplateID string          `json:"templateId,omitempty"`
	Title      string          `json:"title"`
	Summary    string          `json:"summary,omitempty"`
	Intro      string          `json:"intro,omitempty"`
	Rules      string          `json:"rules,omitempty"`
	Kind       string          `json:"kind"`
	Settings   json.RawMessage `json:"settings"`
	Timetable  string          `json:"timetable"`
	Reward     award.Reward    `json:"reward"`
}

// Status is how far an activity has come.
type Status string

// The life of an activity.
const (
	Drafted   Status = "draft"
	Published Status = "published"
	Ended     Status = "ended" // every round is final
)

// Activity is a draft with its life.
type Activity struct {
	ID          int64
	Status      Status
	Draft       Draft
	CreatedAt   int64
	PublishedAt *int64
	Rounds      []Round
}

// What an organiser can be told about an activity.
var (
	ErrDraft      = fault.New(fault.Invalid, "activity.invalid", "活动设置还有问题，请按提示修改。")
	ErrNoActivity = fault.New(fault.NotFound, "activity.unknown", "没有找到这个活动。")
	ErrPublished  = fault.New(fault.Conflict, "activity.published", "活动已经发布，不能再修改；需要调整请新建一个活动。")
	ErrNoSeason   = fault.New(fault.NotFound, "season.unknown", "没有找到这个活动季。")
)

// check names every wrong value of a draft, of whatever kind it is.
func (e *Engine) check(d Draft) []fault.Field {
	var out []fault.Field
	m, ok := e.kinds[d.Kind]
	if !ok {
		out = append(out, fault.Field{Path: "/kind", Reason: "unknown", Detail: "请选择参与方式。"})
	} else {
		_, fields := m.settings(orObject(d.Settings))
		out = append(out, fields...)
	}
	if d.Title == "" {
		out = append(out, fault.Field{Path: "/title", Reason: "required", Detail: "请填写活动名称。"})
	}
	if d.SeasonID == 0 {
		out = append(out, fault.Field{Path: "/seasonId", Reason: "required", Detail: "请选择活动季。"})
	}
	if d.Reward.Kind != award.None && d.Rules == "" {
		out = append(out, fault.Field{Path: "/rules", Reason: "required", Detail: "有奖活动必须公布活动规则。"})
	}
	if d.Reward.PromiseFen() > 0 && d.FundID == 0 {
		out = append(out, fault.Field{Path: "/fundId", Reason: "required", Detail: "奖品需要资金，请选择从哪笔资金列支。"})
	}
	out = append(out, d.Reward.Check()...)
	if _, err := e.planner.Check(d.Timetable); err != nil {
		out = append(out, fieldOf("/timetable", err))
	}
	return out
}

func fieldOf(path string, err error) fault.Field {
	var f *fault.Fault
	if errors.As(err, &f) {
		return fault.Field{Path: path, Reason: f.Reason, Detail: f.Detail}
	}
	return fault.Field{Path: path, Reason: "invalid", Detail: "无法识别，请检查写法。"}
}

func orObject(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage("{}")
	}
	return raw
}

// checked gives a draft as it is stored, once nothing is wrong with it.
func (e *Engine) checked(tx *store.Tx, d Draft) ([]byte, error) {
	if fields := e.check(d); len(fields) > 0 {
		return nil, ErrDraft.With(fields...)
	}
	if err := refersTo(tx, d); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("activity: encode draft: %w", err)
	}
	return raw, nil
}

// Create makes a draft. It returns ErrDraft with all wrong fields.
func (e *Engine) Create(tx *store.Tx, officerID int64, d Draft) (*Activity, error) {
	raw, err := e.checked(tx, d)
	if err != nil {
		return nil, err
	}
	id, err := tx.Insert("INSERT INTO activities (season_id, title, kind, state, draft, created_by, created_at) VALUES (?,?,?,?,?,?,?)",
		d.SeasonID, d.Title, d.Kind, string(Drafted), string(raw), officerID, tx.Millis())
	if err != nil {
		return nil, fmt.Errorf("activity: create: %w", err)
	}
	return e.Find(tx, id)
}

// refersTo checks that what a draft refers to exists.
func refersTo(tx *store.Tx, d Draft) error {
	var fields []fault.Field
	for _, ref := range []struct {
		table, path, detail string
		id                  int64
	}{
		{"seasons", "/seasonId", "没有这个活动季。", d.SeasonID},
		{"funds", "/fundId", "没有这笔资金。", d.FundID},
		{"worker_groups", "/groupId", "没有这个人群。", d.GroupID},
	} {
		if ref.id == 0 {
			continue
		}
		var one int
		found, err := tx.Row("SELECT 1 FROM "+ref.table+" WHERE id = ?", []any{ref.id}, &one)
		if err != nil {
			return fmt.Errorf("activity: look for %s: %w", ref.table, err)
		}
		if !found {
			fields = append(fields, fault.Field{Path: ref.path, Reason: "unknown", Detail: ref.detail})
		}
	}
	if len(fields) > 0 {
		return ErrDraft.With(fields...)
	}
	return nil
}

// Change rewrites a draft. It returns ErrPublished for anything later.
func (e *Engine) Change(tx *store.Tx, id int64, d Draft) (*Activity, error) {
	raw, err := e.checked(tx, d)
	if err != nil {
		return nil, err
	}
	n, err := tx.Exec("UPDATE activities SET season_id=?, title=?, kind=?, draft=? WHERE id=? AND state=?", d.SeasonID, d.Title, d.Kind, string(raw), id, string(Drafted))
	if err != nil {
		return nil, fmt.Errorf("activity: change: %w", err)
	}
	if n == 0 {
		return nil, e.notDraft(tx, id)
	}
	return e.Find(tx, id)
}

// Delete throws a draft away. It returns ErrPublished for anything later.
func (e *Engine) Delete(tx *store.Tx, id int64) error {
	n, err := tx.Exec("DELETE FROM activities WHERE id=? AND state=?", id, string(Drafted))
	if err != nil {
		return fmt.Errorf("activity: delete: %w", err)
	}
	if n == 0 {
		return e.notDraft(tx, id)
	}
	return nil
}

func (e *Engine) notDraft(tx *store.Tx, id int64) error {
	if _, err := e.Find(tx, id); err != nil {
		return err
	}
	return ErrPublished
}

// Find gives an activity with its rounds. It returns ErrNoActivity when there is none.
func (e *Engine) Find(tx *store.Tx, id int64) (*Activity, error) {
	list, err := e.activities(tx, "id = ?", id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNoActivity
	}
	return &list[0], nil
}

// List gives the activities of a season (0 = all), newest first, with their rounds.
func (e *Engine) List(tx *store.Tx, seasonID int64) ([]Activity, error) {
	if seasonID == 0 {
		return e.activities(tx, "1 = ?", 1)
	}
	return e.activities(tx, "season_id = ?", seasonID)
}

func (e *Engine) activities(tx *store.Tx, where string, arg any) ([]Activity, error) {
	var out []Activity
	var a Activity
	var raw string
	err := tx.Each("SELECT id, state, draft, created_at, published_at FROM activities WHERE "+where+" ORDER BY id DESC", []any{arg},
		[]any{&a.ID, &a.Status, &raw, &a.CreatedAt, &a.PublishedAt}, func() error {
			one := a
			one.Draft = Draft{}
			if err := json.Unmarshal([]byte(raw), &one.Draft); err != nil {
				return fmt.Errorf("activity %d: stored draft: %w", a.ID, err)
			}
			out = append(out, one)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("activity: list: %w", err)
	}
	for i := range out {
		if out[i].Rounds, err = rounds(tx, "r.activity_id = ? ORDER BY r.number", out[i].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}
