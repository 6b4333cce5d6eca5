package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"nianwei/api/gen"
)

// contract holds answers against openapi.yaml. It is stricter than the file: an
// answer may say nothing that the contract does not name.
type contract struct {
	router  routers.Router
	schemas openapi3.Schemas
}

func newContract(t testing.TB) *contract {
	t.Helper()
	spec, err := gen.GetSpec()
	ok(t, err)
	spec.OpenAPI, spec.Info.License = "3.0.3", nil // but for the licence it says nothing that 3.0 could not, and is checked faster so
	seen := map[*openapi3.Schema]bool{}
	for _, s := range spec.Components.Schemas {
		narrow(s, seen)
	}
	for _, item := range spec.Paths.Map() {
		for _, op := range item.Operations() {
			for _, r := range op.Responses.Map() {
				for _, m := range r.Value.Content {
					narrow(m.Schema, seen)
				}
			}
		}
	}
	router, err := legacy.NewRouter(spec)
	ok(t, err)
	return &contract{router: router, schemas: spec.Components.Schemas}
}

// narrow lets a schema's objects have the properties that it names and no others.
func narrow(s *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if s == nil || s.Value == nil || seen[s.Value] {
		return
	}
	seen[s.Value] = true
	if a := &s.Value.AdditionalProperties; len(s.Value.Properties) > 0 && a.Has == nil && a.Schema == nil {
		no := false
		a.Has = &no
	}
	for _, p := range s.Value.Properties {
		narrow(p, seen)
	}
	narrow(s.Value.Items, seen)
}

// check gives what an answer says that the contract does not, or does not say
// that it should. Pages, probes and paths that are none are not its business,
// but what answers those must still be a problem when it is JSON.
func (c *contract) check(req *http.Request, a answer) error {
	bare := *req
	bare.URL = &url.URL{Path: req.URL.Path, RawQuery: req.URL.RawQuery}
	route, params, err := c.router.FindRoute(&bare)
	if err != nil {
		return c.checkStray(a)
	}
	header := a.header.Clone()
	if a.status == http.StatusPartialContent || a.status == http.StatusRequestedRangeNotSatisfiable || strings.HasPrefix(req.URL.Path, "/api/media/") && a.status == http.StatusOK {
		return nil // a file's bytes; the contract leaves its type open
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: &bare, PathParams: params, Route: route},
		Status:                 a.status, Header: header, Body: io.NopCloser(strings.NewReader(a.body)),
		Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
	if err != nil || !strings.Contains(header.Get("Content-Type"), "json") {
		return err
	}
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		return err
	}
	return c.kinds(v)
}

func (c *contract) checkStray(a answer) error {
	if !strings.Contains(a.header.Get("Content-Type"), "json") {
		return nil
	}
	var v any
	if err := json.NewDecoder(bytes.NewReader([]byte(a.body))).Decode(&v); err != nil {
		return err
	}
	return c.schemas["Problem"].Value.VisitJSON(v)
}

// kinds checks what the contract leaves to the kinds: views and settings.
func (c *contract) kinds(v any) error {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			if err := c.kinds(one); err != nil {
				return err
			}
		}
	case map[string]any:
		if err := c.kind(v); err != nil {
			return err
		}
		for _, one := range v {
			if err := c.kinds(one); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *contract) kind(v map[string]any) error {
	if view, isEntry := v["view"].(map[string]any); isEntry {
		name := "WorkView"
		if _, isPaper := view["deadline"]; isPaper {
			name = "QuizView"
		}
		if err := c.schemas[name].Value.VisitJSON(view); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	card, isDetail := v["card"].(map[string]any)
	if !isDetail {
		return nil
	}
	name := map[any]string{"work": "WorkSettings", "quiz": "QuizSettings"}[card["kind"]]
	if err := c.schemas[name].Value.VisitJSON(v["settings"]); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
