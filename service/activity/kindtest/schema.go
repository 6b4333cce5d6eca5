package kindtest

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// property is what a form needs to know of a setting.
type property struct {
	Title      string   `json:"title"`
	Order      int      `json:"x-order"`
	Minimum    *int64   `json:"minimum"`
	Maximum    *int64   `json:"maximum"`
	Enum       []any    `json:"enum"`
	EnumTitles []string `json:"x-enum-titles"`
}

// schema checks that a form can be made of the settings: a valid JSON Schema
// that admits all good settings, with a Chinese title for every input and
// every choice.
func (s suite[S, M, P, I]) schema(t *testing.T) {
	raw := encode(t, s.machine.Schema())
	var object struct {
		Properties map[string]property `json:"properties"`
	}
	if err := json.Unmarshal(raw, &object); err != nil {
		t.Fatal(err)
	}
	if len(object.Properties) == 0 {
		t.Fatalf("no properties: %s", raw)
	}
	places := map[int]string{}
	for name, p := range object.Properties {
		if !chinese(p.Title) {
			t.Errorf("%s has no Chinese title: %q", name, p.Title)
		}
		if other, taken := places[p.Order]; taken || p.Order == 0 {
			t.Errorf("%s has the place %d in the form, as has %q", name, p.Order, other)
		}
		places[p.Order] = name
		s.bounds(t, name, p)
		if len(p.EnumTitles) != len(p.Enum) {
			t.Errorf("%s has %d choices and %d names of them", name, len(p.Enum), len(p.EnumTitles))
		}
	}
	compiled := compile(t, raw)
	for name, setup := range s.Good {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(encode(t, setup.Settings)))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); err != nil {
			t.Errorf("the schema refuses good settings (%s): %v", name, err)
		}
	}
}

// bounds checks that what the form does not let through, Check refuses too: a
// client can send anything.
func (s suite[S, M, P, I]) bounds(t *testing.T, name string, p property) {
	t.Helper()
	var outside []int64
	if p.Minimum != nil {
		outside = append(outside, *p.Minimum-1)
	}
	if p.Maximum != nil {
		outside = append(outside, *p.Maximum+1)
	}
	for _, value := range outside {
		named := false
		for _, setup := range s.Good {
			named = named || s.refuses(t, setup.Settings, name, value)
		}
		if !named {
			t.Errorf("%s: the form refuses %d, and Check lets it pass", name, value)
		}
	}
}

// refuses tells whether good settings with one value changed are refused for it.
func (s suite[S, M, P, I]) refuses(t *testing.T, settings S, name string, value int64) bool {
	t.Helper()
	object := map[string]any{}
	if err := json.Unmarshal(encode(t, settings), &object); err != nil {
		t.Fatal(err)
	}
	object[name] = value
	for _, f := range s.machine.CheckSettings(encode(t, object)) {
		if f.Path == "/settings/"+name {
			return true
		}
	}
	return false
}

func compile(t *testing.T, raw []byte) *jsonschema.Schema {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("settings.json", value); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("settings.json")
	if err != nil {
		t.Fatalf("not a valid JSON Schema: %v", err)
	}
	return schema
}

func chinese(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}
