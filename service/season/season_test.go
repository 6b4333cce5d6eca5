package season_test

import (
	"context"
	"errors"
	"testing"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/schedule/calendar"
	"nianwei/service/season"
)

func create(t *testing.T, s *store.Store, b *season.Book, name string, year int) (made season.Season, err error) {
	t.Helper()
	err = s.Write(context.Background(), func(tx *store.Tx) (err error) {
		made, err = b.Create(tx, name, year)
		return err
	})
	return made, err
}

func TestSeason_KnowsItsLunarDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := season.NewBook(calendar.New())
		made, err := create(t, s, b, " 2027 我们的年味 ", 2027)
		if err != nil {
			t.Fatal(err)
		}
		if made.Name != "2027 我们的年味" || made.Eve.String() != "2027-02-05" || made.FirstDay.String() != "2027-02-06" {
			t.Errorf("made %+v, want 除夕 2027-02-05 and 初一 2027-02-06", made)
		}
		if _, err := create(t, s, b, "2021", 2021); err != nil {
			t.Fatal(err)
		}
		var list []season.Season
		err = s.Read(context.Background(), func(tx *store.Tx) (err error) {
			list, err = b.List(tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != 2 || list[0] != made || list[1].Eve.String() != "2021-02-11" {
			t.Errorf("listed %+v, want 2027 before 2021", list)
		}
	})
}

func TestSeason_RefusesWhatCannotBeOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := season.NewBook(calendar.New())
		if _, err := create(t, s, b, "春节", 2027); err != nil {
			t.Fatal(err)
		}
		if _, err := create(t, s, b, "春节", 2028); !errors.Is(err, season.ErrNameTaken) {
			t.Errorf("a second season of a name: %v, want ErrNameTaken", err)
		}
		if _, err := create(t, s, b, " 　", 2028); !errors.Is(err, season.ErrName) {
			t.Errorf("a season without a name: %v, want ErrName", err)
		}
		if _, err := create(t, s, b, "从前", 1900); fault.Of(err) != fault.Invalid {
			t.Errorf("a year before the calendar: %v, want an invalid fault", err)
		}
	})
}
