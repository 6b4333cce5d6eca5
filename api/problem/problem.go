// Package problem turns errors into RFC 9457 problem+json. It is the only place
// where a fault's code becomes an HTTP status.
package problem

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"nianwei/api/gen"
	"nianwei/model/fault"
)

const (
	contentType = "application/problem+json; charset=utf-8"
	requestKey  = "nianwei.request_id"
)

// Status gives the HTTP status of a fault's code.
func Status(code fault.Code) int {
	switch code {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Unauthorized:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

// Writer writes errors as problems and logs what is our mistake.
type Writer struct{ Log *slog.Logger }

// SetRequestID remembers the request's id for its problem and its log lines.
func SetRequestID(c *gin.Context, id string) { c.Set(requestKey, id) }

// RequestID gives the request's id.
func RequestID(c *gin.Context) string { return c.GetString(requestKey) }

// Write answers with an error. Of anything that is not a fault only the log
// learns more than "internal".
func (w Writer) Write(c *gin.Context, err error) {
	if c.Writer.Written() {
		w.Log.Error("failed while answering", "requestId", RequestID(c), "route", c.FullPath(), "cause", err.Error())
		return
	}
	var f *fault.Fault
	if !errors.As(err, &f) {
		f = fault.New(fault.Internal, "internal", "系统出了点问题，请稍后再试。").Because(err)
	}
	status := Status(f.Code)
	gone := c.Request.Context().Err() != nil // the asker hung up, which is nobody's mistake
	if status >= http.StatusInternalServerError && f.Code != fault.Unavailable && !gone {
		w.Log.Error("request failed", "requestId", RequestID(c), "route", c.FullPath(), "reason", f.Reason, "cause", err.Error())
	}
	body := gen.Problem{Type: "urn:nianwei:" + f.Reason, Title: http.StatusText(status), Status: status, Reason: f.Reason}
	if f.Detail != "" {
		body.Detail = &f.Detail
	}
	if id := RequestID(c); id != "" {
		body.RequestId = &id
	}
	if f.RetryAfter > 0 {
		ms := f.RetryAfter.Milliseconds()
		body.RetryAfterMs = &ms
		c.Header("Retry-After", strconv.FormatInt(int64((f.RetryAfter+time.Second-1)/time.Second), 10))
	}
	if len(f.Fields) > 0 {
		fields := make([]gen.FieldProblem, len(f.Fields))
		for i, field := range f.Fields {
			fields[i] = gen.FieldProblem{Path: field.Path, Reason: field.Reason, Detail: field.Detail}
		}
		body.Fields = &fields
	}
	text, err := json.Marshal(body)
	if err != nil {
		w.Log.Error("encode problem", "cause", err.Error())
	}
	c.Header("Cache-Control", "no-store")
	c.Data(status, contentType, text)
	c.Abort()
}
