package web

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

var errorPage = page("public/error")

// ErrorView is what the error page says.
type ErrorView struct {
	Status int
	Text   string
	Home   string
	SignIn bool // the way on is to sign in again.
	Retry  bool // trying again can help.
	// Again is what was typed, to be sent once more when a part of the system was away: nothing typed is lost.
	Again []Typed
}

// Typed is one field of a form that could not be handled.
type Typed struct{ Name, Value string }

// typedAgain gives the fields of a form, without passwords and codes.
func (r *Request) typedAgain() []Typed {
	var out []Typed
	for key, value := range r.Request().PostArgs().All() {
		switch name := string(key); name {
		case "csrf", "password", "password_again", "present", "code", "secret", "uri":
		default:
			out = append(out, Typed{name, string(value)})
		}
	}
	return out
}

// ErrorHandler answers what goes wrong outside a page's own handler: a body too large, a request that cannot be read. It
// says nothing of the request.
func ErrorHandler(c *fiber.Ctx, err error) error {
	status := fiber.StatusInternalServerError
	var known *fiber.Error
	if errors.As(err, &known) {
		status = known.Code
	}
	l := locale.For(locale.Negotiate(c.Get(fiber.HeaderAcceptLanguage), locale.NL))
	text := l.T("web.error.500")
	if status == fiber.StatusRequestEntityTooLarge {
		text = l.T("web.error.413")
	} else if status < 500 {
		text = l.T("web.error.422")
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentSecurityPolicy, contentPolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Type("txt", "utf-8")
	return c.Status(status).SendString(text)
}

func (s *Site) notFound(*Request) error { return fault.Missing() }

// fail shows a fault. It is logged here, once, without anything from the request but its route.
func (s *Site) fail(r *Request, err error) error {
	f := fault.From(err)
	status := f.Code.Status()
	if status >= 500 {
		s.opts.Log.Error("page failed", "route", r.route.Method+" "+r.route.Path, "code", string(f.Code), "error", f.Error())
	}
	if f.Code == fault.Unauthenticated {
		return s.askSignIn(r)
	}
	r.retryAfter(f)
	view := ErrorView{Status: status, Text: r.L.T(f.MessageKey(), f.Args), Home: "/", Retry: fault.Retryable(f)}
	if view.Retry && r.Method() == fiber.MethodPost && r.route.Access == SignedIn {
		view.Again = r.typedAgain()
	}
	if r.Method() != fiber.MethodGet {
		view.Retry = false // The address of a form is no page to load again.
	}
	switch {
	case r.Actor.Full() && r.Actor.Partner():
		view.Home = "/portal"
	case r.Actor.Full() && r.Actor.Member():
		view.Home = "/desk"
	}
	p := r.Page("web.error.title", view)
	p.Title = r.L.T(fmt.Sprintf("web.error.%d", titleStatus(status)))
	if fail := r.Show(errorPage, status, p); fail != nil {
		r.Type("txt", "utf-8")
		return r.Status(status).SendString(view.Text)
	}
	return nil
}

// titleStatus keeps to the statuses that have a heading of their own.
func titleStatus(status int) int {
	switch status {
	case 403, 404, 409, 412, 422, 429, 503:
		return status
	}
	return 500
}

func (r *Request) retryAfter(f *fault.Error) {
	if f.RetryAfter > 0 {
		r.Set(fiber.HeaderRetryAfter, strconv.Itoa(f.RetryAfter))
	}
}

// askSignIn sends whoever is not signed in to the sign-in page, and says so when it was a form that came too late.
func (s *Site) askSignIn(r *Request) error {
	if r.expired {
		s.setCookie(r.Ctx, loginCookie, "", 0)
		return r.Go("/", "web.flash.expired")
	}
	return r.Redirect("/", fiber.StatusSeeOther)
}
