// Package season keeps the seasons: the holidays of one year for which
// activities are planned. A season knows its year; the lunar dates follow.
package season

import (
	"fmt"
	"strings"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/schedule/calendar"
)

// What can be wrong with a season.
var (
	ErrName      = fault.New(fault.Invalid, "season.name", "请填写活动季名称。")
	ErrNameTaken = fault.New(fault.Conflict, "season.name_taken", "已经有同名的活动季，请换一个名称。")
)

// Season is the holidays of one year.
type Season struct {
	ID       int64
	Name     string
	Year     int           // the civil year of its 正月初一
	Eve      calendar.Date // 除夕
	FirstDay calendar.Date // 正月初一
}

// Book keeps the seasons. It is safe for concurrent use.
type Book struct{ calendar *calendar.Calendar }

// NewBook makes a book that takes the lunar dates from c.
func NewBook(c *calendar.Calendar) *Book { return &Book{calendar: c} }

// Create makes a season. It returns ErrName, ErrNameTaken, or a fault for a
// year that the calendar does not know.
func (b *Book) Create(tx *store.Tx, name string, year int) (Season, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		return Season{}, ErrName
	}
	s, err := b.dated(Season{Name: name, Year: year})
	if err != nil {
		return Season{}, err
	}
	s.ID, err = tx.Insert("INSERT INTO seasons (name, year, created_at) VALUES (?,?,?)", name, year, tx.Millis())
	if store.Duplicate(err) {
		return Season{}, ErrNameTaken
	}
	if err != nil {
		return Season{}, fmt.Errorf("season: create: %w", err)
	}
	return s, nil
}

// List gives all seasons, the latest year first.
func (b *Book) List(tx *store.Tx) ([]Season, error) {
	var out []Season
	var s Season
	err := tx.Each("SELECT id, name, year FROM seasons ORDER BY year DESC, id DESC", nil, []any{&s.ID, &s.Name, &s.Year}, func() error {
		dated, err := b.dated(s)
		out = append(out, dated)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("season: list: %w", err)
	}
	return out, nil
}

// dated fills in the days that the season's year gives it.
func (b *Book) dated(s Season) (Season, error) {
	var err error
	if s.Eve, err = b.calendar.Festival(calendar.NewYearsEve, s.Year); err != nil {
		return s, err
	}
	s.FirstDay, err = b.calendar.Festival(calendar.Spring, s.Year)
	return s, err
}
