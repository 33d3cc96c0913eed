package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

// Problem is how every error leaves the API (RFC 9457), in the language of its reader.
type Problem struct {
	Type      string         `json:"type" format:"uri-reference" doc:"Names the kind of problem; the part after the # is the code."`
	Title     string         `json:"title" doc:"The kind of problem in a few words, in the reader's language."`
	Status    int            `json:"status" doc:"The HTTP status."`
	Detail    string         `json:"detail" doc:"What to do about it, in the reader's language."`
	Instance  string         `json:"instance" format:"uri-reference" doc:"The path that was asked."`
	Code      string         `json:"code" doc:"The kind of problem, for programs."`
	Errors    []ProblemField `json:"errors" doc:"What was wrong where; empty when no single input is to blame."`
	RequestID string         `json:"request_id" doc:"Tell us this when you ask for help."`
	Checks    []Check        `json:"checks,omitempty" doc:"With readiness: which part is away."`

	retryAfter int
}

// ProblemField is one wrong input, without the value that was sent.
type ProblemField struct {
	Location string `json:"location" doc:"The input's name, such as email or answers.mood."`
	Message  string `json:"message" doc:"What to do about it, in the reader's language."`
}

// Error tells the code alone.
func (p *Problem) Error() string { return p.Code }

// GetStatus gives the HTTP status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType gives problems their own media type, for huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders gives the headers that go with the problem, for huma.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	switch {
	case p.Status == http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="Tussentijds"`)
	case p.retryAfter > 0:
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	return h
}

// newProblem turns a fault into what its reader gets.
func newProblem(k *call, f *fault.Error) *Problem {
	p := problemOf(k, f.Code.Status(), string(f.Code), f.MessageKey(), f.Args)
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, ProblemField{Location: field.Location, Message: k.t(field.Key, field.Args)})
	}
	p.retryAfter = f.RetryAfter
	if p.retryAfter == 0 && (f.Code == fault.RateLimited || f.Code == fault.Unavailable) {
		p.retryAfter = 5
	}
	return p
}

func problemOf(k *call, status int, code, messageKey string, args map[string]any) *Problem {
	if !locale.Has(k.lang, messageKey) {
		messageKey = "error." + code
	}
	return &Problem{
		Type: docsPath + "#" + code, Title: k.t("api.problem." + code), Status: status, Detail: k.t(messageKey, args),
		Instance: k.instance(), Code: code, Errors: []ProblemField{}, RequestID: k.id,
	}
}

// instance is the path that was asked; where a path carries a secret, its pattern.
func (k *call) instance() string {
	if _, pattern, ok := strings.Cut(k.pattern, " "); ok && strings.Contains(pattern, "{token}") {
		return pattern
	}
	plain, err := url.PathUnescape(k.path)
	if err != nil {
		plain = k.path
	}
	return (&url.URL{Path: plain, RawPath: k.path}).EscapedPath()
}

// statusCodes are the problems of HTTP itself, which no use case knows.
var statusCodes = map[int]string{
	400: "malformed", 401: "unauthenticated", 404: "not_found", 405: "method_not_allowed", 406: "not_acceptable", 408: "timeout",
	413: "too_large", 415: "unsupported_media_type", 422: "invalid", 428: "precondition_required", 431: "headers_too_large",
}

func statusProblem(k *call, status int) *Problem {
	code, ok := statusCodes[status]
	if !ok {
		if status < 400 || status >= 500 {
			return newProblem(k, fault.New(fault.Internal, ""))
		}
		status, code = http.StatusBadRequest, "malformed"
	}
	return problemOf(k, status, code, "error."+code, nil)
}

// problem turns what a use case returned into a problem. A fault of ours is logged here, once.
func (k *call) problem(ctx context.Context, err error) *Problem {
	var ready *Problem
	if errors.As(err, &ready) {
		return ready
	}
	f := fault.From(err)
	if f.Code == fault.Internal && errors.Is(err, context.DeadlineExceeded) {
		f = fault.Wrap(fault.Unavailable, err)
	}
	if f.Code == fault.Internal || f.Code == fault.Unavailable {
		k.log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("code", string(f.Code)), slog.String("route", k.pattern),
			slog.String("request_id", k.id), slog.String("cause", causeOf(err)))
	}
	return newProblem(k, f)
}

// causeOf describes an error by its types and, from a database, its SQLSTATE. The words of an error may quote what a
// person wrote, so they stay out of the log.
func causeOf(err error) string {
	var parts []string
	for err != nil {
		name := fmt.Sprintf("%T", err)
		if s, ok := err.(interface{ SQLState() string }); ok {
			name += " " + s.SQLState()
		}
		parts = append(parts, name)
		if several, ok := err.(interface{ Unwrap() []error }); ok {
			for _, one := range several.Unwrap() {
				parts = append(parts, causeOf(one))
			}
		}
		err = errors.Unwrap(err)
	}
	return strings.Join(parts, " < ")
}

// send writes a problem as the answer.
func send(c *fiber.Ctx, k *call, p *Problem) error {
	body, err := encode(p)
	if err != nil {
		return err
	}
	for name, values := range p.GetHeaders() {
		c.Set(name, values[0])
	}
	c.Set(fiber.HeaderContentLanguage, string(k.lang))
	c.Set(fiber.HeaderContentType, p.ContentType(""))
	return c.Status(p.Status).Send(body)
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// ErrorHandler answers an error that reached Fiber below /api: a body past the server's own limit, a request it could not
// read, a panic elsewhere. It is for the app's configuration, which picks it by path.
func ErrorHandler(c *fiber.Ctx, err error) error {
	k, ok := c.Locals(callKey{}).(*call)
	if !ok {
		k = newCall(c, slog.Default())
		setHeaders(c, k)
	}
	var status *fiber.Error
	if errors.As(err, &status) && status.Code >= 400 && status.Code < 500 {
		return send(c, k, statusProblem(k, status.Code))
	}
	return send(c, k, k.problem(c.UserContext(), err))
}

// init makes huma speak our problems. Its hooks are variables of its package, so this is done once, before any API exists.
func init() {
	huma.DefaultArrayNullable = false // Lists are lists: fill sees to it that none is null.
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return validationProblem(&call{lang: locale.NL, log: slog.Default()}, status, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		k := callOf(ctx.Context())
		if status >= 500 {
			return k.problem(ctx.Context(), errors.Join(errs...))
		}
		return validationProblem(k, status, errs)
	}
}
