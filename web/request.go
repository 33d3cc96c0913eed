package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

// Request is one request of a page: fiber's context, who is asking (a zero Actor before sign-in) and in which language.
type Request struct {
	*fiber.Ctx
	Actor care.Actor
	L     locale.Localizer

	site    *Site
	route   Route
	binding string // what the form token is bound to.
	expired bool   // the cookie's login is no longer good.
}

// Context is the request's context with its deadline, for care.
func (r *Request) Context() context.Context { return r.UserContext() }

// ID gives a path parameter as an id. What is no id is simply not there.
func (r *Request) ID(name string) (uuid.UUID, error) {
	id, err := uuid.Parse(r.Params(name))
	if err != nil {
		return uuid.Nil, fault.Missing()
	}
	return id, nil
}

// Bind reads the form into an input struct with form tags.
func (r *Request) Bind(into any) error {
	if err := r.BodyParser(into); err != nil {
		return fault.Wrap(fault.Invalid, err)
	}
	return nil
}

// Typed gives one form field with the white space around it taken off.
func (r *Request) Typed(name string) string { return strings.TrimSpace(r.FormValue(name)) }

// Ticked tells whether a tick box was ticked.
func (r *Request) Ticked(name string) bool {
	v := r.FormValue(name)
	return v != "" && v != "0" && v != "false"
}

// Values gives all form fields, as library.FromForm takes them.
func (r *Request) Values() map[string][]string {
	out := map[string][]string{}
	for key, value := range r.Request().PostArgs().All() {
		out[string(key)] = append(out[string(key)], string(value))
	}
	return out
}

// Page makes the page that a template gets. titleKey is a message key; the title of a portal page never tells what it is
// about, because it stands in the history of a browser that others may use.
func (r *Request) Page(titleKey string, data any) *Page {
	p := &Page{
		L: r.L, Lang: r.L.Lang, Title: r.L.T(titleKey), Actor: r.Actor, Path: r.Path(), Data: data, Demo: r.site.opts.Demo,
		Theme: r.site.cookie(r.Ctx, themeCookie), CSRF: formToken(r.site.opts.Key, r.binding), zone: r.zone(), now: r.site.care.Clock.Now(),
	}
	p.Back = p.Path
	if strings.HasPrefix(p.Path, "/sign-in") {
		p.Back = "/" // The steps of signing in are shown there.
	}
	if p.Theme != "light" && p.Theme != "dark" {
		p.Theme = ""
	}
	if key := r.site.takeFlash(r.Ctx); key != "" {
		p.Flash = r.L.T(key)
	}
	if r.Actor.Full() {
		p.Practice = r.site.practiceName(r)
	}
	return p
}

// Render answers with a page.
func (r *Request) Render(name PageName, titleKey string, data any) error {
	return r.Show(name, fiber.StatusOK, r.Page(titleKey, data))
}

// Again shows the form once more with what was wrong, at status 422 (or 409, or whatever the fault says). Faults that a form cannot mend go on to
// the error page.
func (r *Request) Again(err error, name PageName, titleKey string, data any) error {
	f := fault.From(err)
	switch f.Code {
	case fault.Invalid, fault.Conflict, fault.Stale, fault.RateLimited:
	default:
		return err
	}
	p := r.Page(titleKey, data)
	p.fault(f)
	if f.Code == fault.RateLimited {
		r.retryAfter(f)
	}
	return r.Show(name, f.Code.Status(), p)
}

// Show answers with a page and a status.
func (r *Request) Show(name PageName, status int, p *Page) error {
	r.Status(status)
	r.Type("html", "utf-8")
	return r.site.pages.render(r.Response(), name, p)
}

// Go redirects after a form was handled. flashKey may be empty.
func (r *Request) Go(to, flashKey string) error {
	if flashKey != "" {
		r.site.flash(r.Ctx, flashKey)
	}
	return r.Redirect(to, fiber.StatusSeeOther)
}

// number gives a form field as a whole number; 0 when it is none.
func (r *Request) number(name string) int {
	n, err := strconv.Atoi(r.Typed(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
