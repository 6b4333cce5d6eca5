package evening

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"nianwei/cmd/festival/internal/client"
	"nianwei/cmd/festival/internal/material"
)

// importReport is what the product says of a file.
type importReport struct {
	Imported bool  `json:"imported"`
	Rows     int   `json:"rows"`
	Good     int   `json:"good"`
	Bad      int   `json:"bad"`
	BankID   int64 `json:"bankId"`
	Problems []struct {
		Row    int    `json:"row"`
		Column string `json:"column"`
		Detail string `json:"detail"`
	} `json:"problems"`
}

// importSheet fills the product's own template and imports it: first on trial, then for good.
func (s *Season) importSheet(ctx context.Context, template, path string, rows []map[string]string) (importReport, error) {
	answer, err := s.crew.organiser.Do(ctx, client.Call{Op: "template", Method: http.MethodGet, Path: template})
	if err != nil {
		return importReport{}, err
	}
	if err := answer.Ok("template"); err != nil {
		return importReport{}, err
	}
	file, err := material.Fill(answer.Body, rows)
	if err != nil {
		return importReport{}, err
	}
	var report importReport
	for _, trial := range []string{"true", "false"} {
		call, err := upload(path+"dryRun="+trial, file)
		if err != nil {
			return report, err
		}
		if report, err = client.Send[importReport](ctx, s.crew.organiser, call); err != nil {
			return report, err
		}
		if report.Good != len(rows) || report.Bad != 0 || report.Imported != (trial == "false") {
			return report, fmt.Errorf("import: %d rows sent, report %+v", len(rows), report)
		}
	}
	return report, nil
}

func upload(path string, file []byte) (client.Call, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "festival.xlsx")
	if err != nil {
		return client.Call{}, err
	}
	if _, err := part.Write(file); err != nil {
		return client.Call{}, err
	}
	if err := form.Close(); err != nil {
		return client.Call{}, err
	}
	return client.Call{Op: "import", Method: http.MethodPost, Path: path, Type: form.FormDataContentType(), Body: body.Bytes()}, nil
}

func (s *Season) importRoster(ctx context.Context) error {
	people := material.Crowd(s.Scenario.Roster, s.Seed)
	if _, err := s.importSheet(ctx, "/api/admin/roster/template", "/api/admin/roster/imports?", material.RosterRows(people)); err != nil {
		return err
	}
	s.crowd = make([]*guest, 0, len(people))
	for _, p := range people {
		s.crowd = append(s.crowd, &guest{Person: p, phone: s.API.Phone(addressOf(p.No))})
	}
	return s.readUnions(ctx)
}

func (s *Season) importBank(ctx context.Context) error {
	bank, err := material.ReadBank(s.Scenario.Bank)
	if err != nil {
		return err
	}
	s.bank = bank
	name := fmt.Sprintf("防疫与节日安全 %x", s.Seed)
	report, err := s.importSheet(ctx, "/api/admin/banks/template", "/api/admin/banks?name="+url.QueryEscape(name)+"&", bank.Rows())
	if err != nil {
		return err
	}
	s.year.bank = report.BankID
	return nil
}

func (s *Season) openSeason(ctx context.Context) error {
	made, err := client.Post[struct {
		ID  int64  `json:"id"`
		Eve string `json:"eve"`
	}](ctx, s.crew.organiser, "season", "/api/admin/seasons", map[string]any{"name": s.Scenario.Name, "year": s.Scenario.Year})
	s.year.season = made.ID
	return err
}

// unionPaths are the unions' numbers by their path of names.
type unionPaths map[string]int64

func (s *Season) readUnions(ctx context.Context) error {
	list, err := client.Get[struct {
		Items []struct {
			ID       int64  `json:"id"`
			ParentID int64  `json:"parentId"`
			Name     string `json:"name"`
			Workers  int64  `json:"workers"`
		} `json:"items"`
	}](ctx, s.crew.organiser, "unions", "/api/admin/unions")
	if err != nil {
		return err
	}
	paths := map[int64]string{}
	s.unions = unionPaths{}
	for _, u := range list.Items { // parents come before their children
		path := u.Name
		if above, ok := paths[u.ParentID]; ok {
			path = above + "/" + u.Name
		}
		paths[u.ID] = path
		s.unions[path] = u.ID
	}
	for _, g := range s.crowd {
		if s.unions[g.Union] == 0 {
			return fmt.Errorf("the roster was imported, but there is no union %s", g.Union)
		}
	}
	return nil
}

// activity is a published activity.
type activity struct {
	ID     int64   `json:"id"`
	State  string  `json:"state"`
	Draft  draft   `json:"draft"`
	Rounds []round `json:"rounds"`
	fund   int64
}

type draft map[string]any

type round struct {
	ID        string  `json:"id"`
	Number    int     `json:"number"`
	State     string  `json:"state"`
	DrawState string  `json:"drawState"`
	OpensAt   int64   `json:"opensAt"`
	ClosesAt  int64   `json:"closesAt"`
	Numbers   numbers `json:"numbers"`
}

// numbers are a round's live numbers.
type numbers struct {
	Participations int64 `json:"participations"`
	People         int64 `json:"people"`
	EntriesOpen    int64 `json:"entriesOpen"`
	Reviewing      int64 `json:"reviewing"`
	Plays          int64 `json:"plays"`
	Wins           int64 `json:"wins"`
	WonFen         int64 `json:"wonFen"`
	PrizesLeft     int64 `json:"prizesLeft"`
	LeftFen        int64 `json:"leftFen"`
}

// plan is what a row changes of its template.
type plan struct {
	template, title, timetable, city string
	budgetFen                        int64
	settings                         map[string]any
	reward                           map[string]any
}

// publish makes an activity from one of the product's own templates, for the
// workers of a city who stay, paid from a fund of its own, and publishes it.
func (s *Season) publish(ctx context.Context, p plan) (*activity, error) {
	d, err := s.template(ctx, p.template)
	if err != nil {
		return nil, err
	}
	group, err := s.group(ctx, p)
	if err != nil {
		return nil, err
	}
	fund, err := client.Post[struct {
		ID int64 `json:"id"`
	}](ctx, s.crew.organiser, "fund", "/api/admin/funds", map[string]any{"name": fmt.Sprintf("%s %x", p.title, s.Seed), "budgetFen": p.budgetFen})
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]any{"title": p.title, "timetable": p.timetable, "seasonId": s.year.season, "groupId": group, "fundId": fund.ID, "reward": p.reward} {
		d[name] = value
	}
	d["settings"] = merge(d["settings"], p.settings)
	if err := s.preview(ctx, p.timetable); err != nil {
		return nil, err
	}
	made, err := client.Post[activity](ctx, s.crew.organiser, "activity.create", "/api/admin/activities", d)
	if err != nil {
		return nil, err
	}
	out, err := client.Post[activity](ctx, s.crew.organiser, "activity.publish", fmt.Sprintf("/api/admin/activities/%d/publish", made.ID), nil)
	out.fund = fund.ID
	return &out, err
}

// template gives the draft of a ready-made activity.
func (s *Season) template(ctx context.Context, title string) (draft, error) {
	list, err := client.Get[struct {
		Items []struct {
			ID    string `json:"id"`
			Title string `json:"title"`
			Draft draft  `json:"draft"`
		} `json:"items"`
	}](ctx, s.crew.organiser, "templates", "/api/admin/templates")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, t := range list.Items {
		if strings.Contains(t.Title, title) {
			return t.Draft, nil
		}
		names = append(names, t.Title)
	}
	return nil, fmt.Errorf("no template is called %s; there are %s", title, strings.Join(names, "、"))
}

// merge lays a row's own settings over the template's.
func merge(template any, own map[string]any) map[string]any {
	out := map[string]any{}
	if t, ok := template.(map[string]any); ok {
		for name, value := range t {
			out[name] = value
		}
	}
	for name, value := range own {
		out[name] = value
	}
	return out
}

func (s *Season) group(ctx context.Context, p plan) (int64, error) {
	city, _ := s.Scenario.Roster.City(p.city)
	made, err := client.Post[struct {
		ID      int64 `json:"id"`
		Workers int64 `json:"workers"`
	}](ctx, s.crew.organiser, "group", "/api/admin/groups", map[string]any{
		"name": fmt.Sprintf("%s留守职工 %x", city.Name, s.Seed), "unionIds": []int64{s.unions[city.Name]}, "staying": true})
	if err != nil {
		return 0, err
	}
	if made.Workers < int64(city.Staying) {
		return 0, fmt.Errorf("group of %s: %d workers, want %d", city.Name, made.Workers, city.Staying)
	}
	return made.ID, nil
}

// preview reads the timetable as an organiser does before publishing.
func (s *Season) preview(ctx context.Context, timetable string) error {
	got, err := client.Post[struct {
		Rounds []struct {
			Words string `json:"words"`
		} `json:"rounds"`
	}](ctx, s.crew.organiser, "timetable", "/api/admin/timetable", map[string]any{"seasonId": s.year.season, "text": timetable})
	for _, r := range got.Rounds {
		s.Say("  %s", r.Words)
	}
	return err
}
