// Package scenario reads what a season is to come to: how many people, prizes
// and fen, as they were printed, and which tricks are tried on the way.
package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"
)

// Scenario is one season to be played.
type Scenario struct {
	Name     string    `yaml:"name"`
	Year     int       `yaml:"year"`     // whose 初一 the lunar dates count from
	Planning time.Time `yaml:"planning"` // when the season is prepared
	Bank     string    `yaml:"bank"`     // question bank, beside the scenario's file
	Roster   Roster    `yaml:"roster"`
	Voices   Voices    `yaml:"voices"`
	Quiz     Quiz      `yaml:"quiz"`
}

// Roster is who works where.
type Roster struct {
	Cities     []City   `yaml:"cities"`
	Districts  int      `yaml:"districts"`  // below each city
	Grassroots int      `yaml:"grassroots"` // below each district
	Trades     []string `yaml:"trades"`
	Types      []string `yaml:"types"`
}

// City is one union at the root of the tree.
type City struct {
	Name    string `yaml:"name"`
	Key     string `yaml:"key"`
	Staying int    `yaml:"staying"` // workers who stay for the holiday
	Leaving int    `yaml:"leaving"` // workers who do not, and so may not take part
}

// Voices is an evening of voice greetings with packets from a deck.
type Voices struct {
	ID         string   `yaml:"id"`
	City       string   `yaml:"city"`
	Template   string   `yaml:"template"`
	Title      string   `yaml:"title"`
	Timetable  string   `yaml:"timetable"`
	Greetings  int      `yaml:"greetings"`
	Tickets    int64    `yaml:"tickets"`
	Packets    Packets  `yaml:"packets"`
	BudgetFen  int64    `yaml:"budgetFen"`
	Waves      []Wave   `yaml:"waves"`
	Hometowns  []string `yaml:"hometowns"`
	DoubleTaps float64  `yaml:"doubleTaps"`
	Cuts       float64  `yaml:"cuts"`
	Approve    float64  `yaml:"approve"`
	Refuse     int      `yaml:"refuse"`
}

// Packets are a total in fen, divided over packets.
type Packets struct {
	Code     string `yaml:"code"`
	Name     string `yaml:"name"`
	Count    int64  `yaml:"count"`
	TotalFen int64  `yaml:"totalFen"`
	MinFen   int64  `yaml:"minFen"`
	MaxFen   int64  `yaml:"maxFen"`
}

// Wave is a share of the crowd that comes some time after the opening.
type Wave struct {
	At    time.Duration `yaml:"at"`
	Share float64       `yaml:"share"`
}

// Quiz is rounds of questions with a raffle after each.
type Quiz struct {
	ID        string              `yaml:"id"`
	City      string              `yaml:"city"`
	Template  string              `yaml:"template"`
	Title     string              `yaml:"title"`
	Timetable string              `yaml:"timetable"`
	Prize     Prize               `yaml:"prize"`
	BudgetFen int64               `yaml:"budgetFen"`
	Papers    []int               `yaml:"papers"`
	Failing   float64             `yaml:"failing"`
	Resuming  float64             `yaml:"resuming"`
	Voids     []int               `yaml:"voids"`
	Numbers   []map[string]string `yaml:"numbers"`
}

// Prize is a number of units of one amount, for each round.
type Prize struct {
	Code      string `yaml:"code"`
	Name      string `yaml:"name"`
	Count     int64  `yaml:"count"`
	AmountFen int64  `yaml:"amountFen"`
}

// Read reads a scenario's file. A name that it does not know is a mistake, and
// so is a season that cannot come to its own figures.
func Read(path string) (*Scenario, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	s := &Scenario{}
	if err := d.Decode(s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.Bank = filepath.Join(filepath.Dir(path), s.Bank)
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// City finds a city by its key.
func (r Roster) City(key string) (City, bool) {
	for _, c := range r.Cities {
		if c.Key == key {
			return c, true
		}
	}
	return City{}, false
}

// Workers is how many the roster has.
func (r Roster) Workers() int {
	n := 0
	for _, c := range r.Cities {
		n += c.Staying + c.Leaving
	}
	return n
}

func (s *Scenario) check() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	v, q := s.Voices, s.Quiz
	wuxi, found := s.Roster.City(v.City)
	bad(!found, "voices: no city %q", v.City)
	bad(v.Greetings > wuxi.Staying, "voices: %d greetings of %d workers", v.Greetings, wuxi.Staying)
	bad(v.Tickets < v.Packets.Count, "voices: %d tickets for %d packets", v.Tickets, v.Packets.Count)
	bad(int64(v.Greetings) <= v.Tickets, "voices: %d greetings cannot take all %d tickets", v.Greetings, v.Tickets)
	bad(!v.Packets.fair(), "voices: maxFen must be 2*mean - min within 10 %%")
	bad(v.BudgetFen < v.Packets.TotalFen, "voices: budget")
	bad(len(v.Waves) == 0 || v.Waves[0].At != 0, "voices: the first wave comes at the opening")
	bad(len(v.Hometowns) == 0, "voices: hometowns")
	zhenjiang, found := s.Roster.City(q.City)
	bad(!found, "quiz: no city %q", q.City)
	bad(len(q.Papers) == 0 || len(q.Papers) != len(q.Voids) || len(q.Papers) != len(q.Numbers), "quiz: papers, voids and numbers are given by round")
	bad(q.BudgetFen < q.Prize.Count*q.Prize.AmountFen*int64(len(q.Papers)), "quiz: budget")
	for i, n := range q.Papers {
		bad(n > zhenjiang.Staying, "quiz: %d papers of %d workers", n, zhenjiang.Staying)
		bad(i < len(q.Voids) && q.lucky(n) < q.Prize.Count*int64(i+1)+int64(q.Voids[i]), "quiz: round %d has too few who pass", i+1)
	}
	return errors.Join(errs...)
}

// lucky is how many of n papers pass at least.
func (q Quiz) lucky(n int) int64 { return int64(float64(n) * (1 - q.Failing)) }

// fair tells whether max lies within 10 % of 2*mean - min, as draw-spec asks of a box.
func (p Packets) fair() bool {
	if p.Count < 1 {
		return false
	}
	ideal := 2*p.TotalFen - p.Count*p.MinFen
	off := p.Count*p.MaxFen - ideal
	return off*10 <= ideal && -off*10 <= ideal
}
