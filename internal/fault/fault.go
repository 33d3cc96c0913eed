// Package fault is the one error type of Tussentijds.
//
// A fault carries a code that every edge understands, a message key that the edge translates for its reader, the fields
// that were wrong and a private cause that is logged and never shown. Its texts hold no personal or clinical data.
package fault

import (
	"errors"
	"fmt"
)

// Code says what kind of fault it is; each edge maps it once (HTTP status, process exit, retry or not).
type Code string

// The codes, with the HTTP status the edges give them.
const (
	Invalid         Code = "invalid"         // 422: the input is wrong; Fields says where.
	Unauthenticated Code = "unauthenticated" // 401: not signed in, or the sign-in is no longer good.
	Forbidden       Code = "forbidden"       // 403: the reader may see the thing but not do this to it.
	NotFound        Code = "not_found"       // 404: it is not there, or the reader may not know that it is.
	Conflict        Code = "conflict"        // 409: it cannot be done in the present state.
	Stale           Code = "stale"           // 412: the record changed since the reader loaded it.
	RateLimited     Code = "rate_limited"    // 429: too many tries.
	Unavailable     Code = "unavailable"     // 503: a part we need is away; worth trying again.
	Internal        Code = "internal"        // 500: our fault.
)

var statuses = map[Code]int{
	Invalid: 422, Unauthenticated: 401, Forbidden: 403, NotFound: 404, Conflict: 409,
	Stale: 412, RateLimited: 429, Unavailable: 503, Internal: 500,
}

// Status is the HTTP status of the code (RFC 9110); an unknown code is 500.
func (c Code) Status() int {
	if s, ok := statuses[c]; ok {
		return s
	}
	return 500
}

// Field is one wrong input: where it is and what to do about it.
type Field struct {
	Location string         // name of the input as the client sent it, e.g. "email" or "answers.mood".
	Key      string         // message key of the explanation, e.g. "error.field.required".
	Args     map[string]any // numbers and limits for the message, never what was typed.
}

// Error is the one error type.
type Error struct {
	Code       Code
	Key        string         // message key; empty means "error.<code>".
	Args       map[string]any // for the message; never personal or clinical.
	Fields     []Field
	RetryAfter int // seconds, with RateLimited and Unavailable.
	cause      error
}

// New makes a fault with the given code and message key (empty for the code's own text).
func New(code Code, key string) *Error { return &Error{Code: code, Key: key} }

// Wrap makes a fault of code around a private cause, which is logged and never shown.
func Wrap(code Code, cause error) *Error { return &Error{Code: code, cause: cause} }

// Missing is the one answer for what does not exist and for what the reader may not know of (design decision 4).
func Missing() *Error { return &Error{Code: NotFound} }

// Fieldf makes an Invalid fault for a single field.
func Fieldf(location, key string, args map[string]any) *Error {
	return &Error{Code: Invalid, Fields: []Field{{Location: location, Key: key, Args: args}}}
}

// Error tells code and cause, for logs.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.cause)
	}
	if e.Key != "" {
		return string(e.Code) + ": " + e.Key
	}
	if len(e.Fields) > 0 {
		return fmt.Sprintf("%s: %s %s", e.Code, e.Fields[0].Location, e.Fields[0].Key)
	}
	return string(e.Code)
}

// Unwrap gives the private cause.
func (e *Error) Unwrap() error { return e.cause }

// MessageKey is the key the edge translates: the fault's own, or that of its code.
func (e *Error) MessageKey() string {
	if e.Key != "" {
		return e.Key
	}
	return "error." + string(e.Code)
}

// From gives the fault in err's chain; any other error becomes Internal with err as its private cause. Nil stays nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return Wrap(Internal, err)
}

// Is tells whether err carries a fault of the code.
func Is(err error, code Code) bool {
	var f *Error
	return errors.As(err, &f) && f.Code == code
}

// Retryable tells a worker whether trying the job again can help (design decision 21).
func Retryable(err error) bool {
	f := From(err)
	return f != nil && (f.Code == Internal || f.Code == Unavailable)
}

// Collector gathers wrong fields while an input is checked.
type Collector struct{ fields []Field }

// Add notes a wrong field.
func (c *Collector) Add(location, key string, args map[string]any) {
	c.fields = append(c.fields, Field{Location: location, Key: key, Args: args})
}

// Append notes wrong fields found elsewhere.
func (c *Collector) Append(fields ...Field) { c.fields = append(c.fields, fields...) }

// Err gives one Invalid fault with all fields, or nil when there are none.
func (c *Collector) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Fields: c.fields}
}
