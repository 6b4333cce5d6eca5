package material_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"nianwei/cmd/festival/internal/material"
	"nianwei/cmd/festival/internal/scenario"
	"nianwei/service/roster"
)

const scripts = "../../../../scripts/"

func crowd(t *testing.T, seed uint64) (scenario.Roster, []material.Person) {
	t.Helper()
	s, err := scenario.Read(scripts + "festival-2021.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s.Roster, material.Crowd(s.Roster, seed)
}

func TestCrowd_HasThePrintedSizeAndEveryPhoneOnce(t *testing.T) {
	r, people := crowd(t, 1)
	phones, unions, staying := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, p := range people {
		if _, ok := roster.ParsePhone(p.Phone); !ok {
			t.Fatalf("%q is no phone", p.Phone)
		}
		phones[p.Phone], unions[p.Union] = true, true
		if p.Staying {
			staying[p.City]++
		}
	}
	if len(phones) != len(people) || len(people) != r.Workers() {
		t.Errorf("%d people, %d phones, want %d", len(people), len(phones), r.Workers())
	}
	if want := len(r.Cities) * r.Districts * r.Grassroots; len(unions) != want {
		t.Errorf("%d grassroots unions, want %d", len(unions), want)
	}
	if staying["wuxi"] != 18864 || staying["zhenjiang"] != 12570 {
		t.Errorf("staying: %v", staying)
	}
	_, others := crowd(t, 2)
	for _, p := range others {
		if phones[p.Phone] {
			t.Fatalf("two seeds share the phone %s", p.Phone)
		}
	}
}

func TestFill_UsesTheProductsOwnTemplate(t *testing.T) {
	var template bytes.Buffer
	if err := roster.WriteTemplate(&template); err != nil {
		t.Fatal(err)
	}
	_, people := crowd(t, 1)
	file, err := material.Fill(template.Bytes(), material.RosterRows(people[:100]))
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != 101 || !slices.Contains(rows[1], people[0].Phone) {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if _, err := material.Fill(template.Bytes(), []map[string]string{{"鞋码": "43"}}); err == nil {
		t.Error("a column that the template does not have was lost in silence")
	}
}

func TestBank_ChoosesByTextWhateverTheOrder(t *testing.T) {
	bank, err := material.ReadBank(scripts + "festival/bank.csv")
	if err != nil {
		t.Fatal(err)
	}
	if len(bank.Questions) < 60 {
		t.Errorf("%d questions", len(bank.Questions))
	}
	for _, q := range bank.Questions {
		shown := slices.Clone(q.Options)
		slices.Reverse(shown)
		got, ok := bank.Choose(q.Text, shown, true)
		var texts []string
		for _, i := range got {
			texts = append(texts, shown[i])
		}
		slices.Sort(texts)
		want := slices.Sorted(slices.Values(q.Correct))
		if !ok || !slices.Equal(texts, want) {
			t.Errorf("%s: chose %v, want %v", q.Text, texts, want)
		}
		wrong, _ := bank.Choose(q.Text, shown, false)
		if slices.Equal(wrong, got) {
			t.Errorf("%s: the wrong choice is right", q.Text)
		}
	}
	if _, ok := bank.Choose("没有这道题", nil, true); ok {
		t.Error("an unknown question was answered")
	}
}
