// Package fault is the product's vocabulary of errors: a small set of codes that
// map to HTTP statuses in one place, and a stable dotted reason that clients
// switch on and that the worker's and organiser's Chinese text is chosen by.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code is the class of a fault. The API maps each code to exactly one HTTP status.
type Code string

// The classes of fault. Anything that is not a *Fault is Internal.
const (
	Invalid      Code = "invalid"      // 422: the input breaks a rule; sending it again will not help
	Unauthorized Code = "unauthorized" // 401: nobody, or a session that is no longer valid
	Forbidden    Code = "forbidden"    // 403: somebody, but not one who may
	NotFound     Code = "not_found"    // 404: no such thing, or none that the caller may know of
	Conflict     Code = "conflict"     // 409: the state of things does not allow it
	TooLarge     Code = "too_large"    // 413: more bytes than the rule allows
	TooMany      Code = "too_many"     // 429: this caller asks too often
	Unavailable  Code = "unavailable"  // 503: not now; RetryAfter says when
	Internal     Code = "internal"     // 500: our mistake; the cause is logged, never shown
)

// Field names one wrong value of an input, so that a form can mark it.
type Field struct {
	Path   string `json:"path"`   // JSON pointer or column, e.g. "/settings/minutes" or "row 12, 手机"
	Reason string `json:"reason"` // stable, e.g. "required"
	Detail string `json:"detail"` // a Chinese sentence that says what to do
}

// Fault is an error that a caller can act on.
type Fault struct {
	Code       Code
	Reason     string        // stable and dotted: "entry.already", "round.not_open"
	Detail     string        // a Chinese sentence for people; may be empty, then the client's own text for Reason is shown
	Fields     []Field       // the wrong values, if the input is at fault
	RetryAfter time.Duration // with Unavailable and TooMany: when to try again
	Cause      error         // for the log only
}

// Error gives code, reason, detail and cause, for logs.
func (f *Fault) Error() string {
	s := string(f.Code) + " " + f.Reason
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	if f.Cause != nil {
		s += ": " + f.Cause.Error()
	}
	return s
}

// Unwrap gives the cause to errors.Is and errors.As.
func (f *Fault) Unwrap() error { return f.Cause }

// Is reports whether target is a fault of the same code and reason, so that
// errors.Is(err, activity.ErrNotOpen) works on copies that carry more detail.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Code == f.Code && t.Reason == f.Reason
}

// New makes a fault. The detail is a Chinese sentence that says what to do.
func New(code Code, reason, detail string) *Fault {
	return &Fault{Code: code, Reason: reason, Detail: detail}
}

// Newf is New with a formatted detail.
func Newf(code Code, reason, format string, args ...any) *Fault {
	return &Fault{Code: code, Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// With gives a copy of f that carries the wrong fields of an input.
func (f *Fault) With(fields ...Field) *Fault {
	c := *f
	c.Fields = append(append([]Field(nil), f.Fields...), fields...)
	return &c
}

// Because gives a copy of f that carries its cause, for the log only.
func (f *Fault) Because(err error) *Fault {
	c := *f
	c.Cause = err
	return &c
}

// After gives a copy of f that says when to try again.
func (f *Fault) After(d time.Duration) *Fault {
	c := *f
	c.RetryAfter = d
	return &c
}

// Of gives the code of an error: its fault's code, Internal for anything else.
func Of(err error) Code {
	var f *Fault
	if errors.As(err, &f) {
		return f.Code
	}
	return Internal
}

// Reason gives the reason of an error, "internal" for anything that is not a fault.
func Reason(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return f.Reason
	}
	return string(Internal)
}
