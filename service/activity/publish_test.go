package activity_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/activity"
	"nianwei/service/roster"
	"nianwei/service/schedule/calendar"
	"nianwei/service/timetable"
)

// hungry is a kind whose rounds never get what they need.
type hungry struct{ tap }

var errHungry = fault.New(fault.Invalid, "hungry.nothing", "没有题库。")

func (hungry) Stock(*store.Tx, tapSettings) (struct{}, error) { return struct{}{}, errHungry }

func TestPublish_MakesNoRoundThatLacksItsStock(t *testing.T) {
	onBoth(t, 0, func(t *testing.T, e *evening) {
		engine, err := activity.New(activity.Config{Store: e.store, Desk: e.desk, Roster: roster.New(e.store, e.ring, roster.Limits{}), Planner: timetable.NewPlanner(shanghai, calendar.New()),
			Kinds: []activity.Machine{activity.Register(hungry{})}, Ring: e.ring, Location: shanghai, Log: slog.New(slog.DiscardHandler)})
		must(t, err)
		var a *activity.Activity
		must(t, e.store.Write(context.Background(), func(tx *store.Tx) (err error) {
			a, err = engine.Create(tx, 1, activity.Draft{SeasonID: 1, FundID: e.fund, Title: "点一点", Rules: "规则", Kind: "tap", Settings: json.RawMessage(`{"attempts":1}`), Timetable: "除夕 20:00", Reward: deckOf(1, 2)})
			return err
		}))
		err = e.store.Write(context.Background(), func(tx *store.Tx) error {
			_, err := engine.Publish(tx, a.ID)
			return err
		})
		if !errors.Is(err, errHungry) {
			t.Errorf("published: %v", err)
		}
		must(t, e.store.Read(context.Background(), func(tx *store.Tx) (err error) {
			a, err = engine.Find(tx, a.ID)
			return err
		}))
		if a.Status != activity.Drafted || len(a.Rounds) != 0 {
			t.Errorf("%s with %d rounds", a.Status, len(a.Rounds))
		}
	})
}
