package api

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/gin-gonic/gin"

	"nianwei/api/gen"
	"nianwei/api/problem"
	"nianwei/model/fault"
)

// ErrRequest says that a request is not of the form that the contract states.
var ErrRequest = fault.New(fault.Invalid, "request.invalid", "提交的内容格式不对，请刷新页面后重试。")

// maxJSON bounds a JSON body; the largest honest one is an activity's draft.
const maxJSON = 256 << 10

// validator holds every request against the contract before its handler sees
// it. The route is known from Gin, so no second router is asked.
type validator struct {
	routes   map[string]*routers.Route // "METHOD /gin/path"
	whole    *openapi3filter.Options
	bodiless *openapi3filter.Options // for uploads: to check one is to hold it in memory
	problems problem.Writer
}

func newValidator(w problem.Writer) (*validator, error) {
	spec, err := gen.GetSpec()
	if err != nil {
		return nil, fmt.Errorf("api: contract: %w", err)
	}
	// The contract is 3.1 for its tools, but says nothing that 3.0 could not: as
	// 3.0 it is checked by the library itself, as 3.1 every value would have a JSON
	// Schema compiled for it, which takes longer than a play.
	spec.OpenAPI = "3.0.3"
	v := &validator{routes: map[string]*routers.Route{}, problems: w, whole: checks(), bodiless: checks()}
	v.bodiless.ExcludeRequestBody = true
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			if !checked(item, op) {
				continue
			}
			// Sessions are checked by the groups of the router. The library, asked to
			// look at a session, reads the whole body into memory first.
			op.Security = openapi3.NewSecurityRequirements()
			v.routes[method+" "+ginPath(path)] = &routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: op}
		}
	}
	return v, nil
}

// checked tells whether an operation says anything that its generated decoder
// does not check itself: a body or a query.
func checked(item *openapi3.PathItem, op *openapi3.Operation) bool {
	return op.RequestBody != nil || len(op.Parameters) > 0 || len(item.Parameters) > 0
}

func ginPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

func checks() *openapi3filter.Options {
	return &openapi3filter.Options{MultiError: true}
}

func (v *validator) check(c *gin.Context) {
	route := v.routes[c.Request.Method+" "+c.FullPath()]
	if route == nil {
		return
	}
	body := route.Operation.RequestBody
	options := v.whole
	if body != nil {
		media, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
		if err != nil || body.Value.Content.Get(media) == nil {
			v.problems.Write(c, fault.New(fault.Invalid, "request.content_type", "提交的内容类型不对，请刷新页面后重试。"))
			return
		}
		if media == "multipart/form-data" {
			options = v.bodiless
		} else {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxJSON)
		}
	}
	params := make(map[string]string, len(c.Params))
	for _, p := range c.Params {
		params[p.Key] = p.Value
	}
	err := openapi3filter.ValidateRequest(c.Request.Context(), &openapi3filter.RequestValidationInput{Request: c.Request, PathParams: params, Route: route, Options: options})
	if err != nil {
		v.problems.Write(c, mistakes(err))
	}
}

// mistakes names what the contract refuses, field by field.
func mistakes(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.New(fault.TooLarge, "request.too_large", "提交的内容太大。")
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.New(fault.Invalid, "request.cut_off", "网络中断，内容没有传完，请重试。")
	}
	var all openapi3.MultiError
	if !errors.As(err, &all) {
		all = openapi3.MultiError{err}
	}
	f := ErrRequest.Because(err)
	return f.With(fieldsOf(all)...)
}

func fieldsOf(all openapi3.MultiError) []fault.Field {
	var out []fault.Field
	for _, one := range all {
		var more openapi3.MultiError
		var request *openapi3filter.RequestError
		var schema *openapi3.SchemaError
		switch {
		case errors.As(one, &request) && errors.As(request.Err, &more):
			out = append(out, fieldsOf(more)...)
		case errors.As(one, &schema):
			out = append(out, fault.Field{Path: "/" + strings.Join(schema.JSONPointer(), "/"), Reason: schema.SchemaField, Detail: detailOf(schema)})
		case errors.As(one, &request) && request.Parameter != nil:
			out = append(out, fault.Field{Path: request.Parameter.In + "/" + request.Parameter.Name, Reason: "invalid", Detail: "缺少这一项，或格式不对。"})
		default:
			out = append(out, fault.Field{Path: "/", Reason: "malformed", Detail: "内容不是正确的 JSON。"})
		}
	}
	return out
}

// detailOf says in Chinese what a schema refuses.
func detailOf(e *openapi3.SchemaError) string {
	s := e.Schema
	switch e.SchemaField {
	case "required":
		return "必填项没有填写。"
	case "minLength", "minItems":
		return "内容太短或太少。"
	case "maxLength", "maxItems":
		return "内容太长或太多。"
	case "pattern":
		return "格式不对。"
	case "enum":
		return "请从给出的选项中选择。"
	case "minimum":
		if s != nil && s.Min != nil {
			return fmt.Sprintf("不能小于 %v。", *s.Min)
		}
	case "maximum":
		if s != nil && s.Max != nil {
			return fmt.Sprintf("不能大于 %v。", *s.Max)
		}
	case "type":
		return "类型不对。"
	case "properties", "additionalProperties":
		return "有不认识的内容。"
	}
	return "格式不对。"
}
