package web

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; manifest-src 'self'"

// headers sets the security headers of every page. Static files set their own Cache-Control afterwards.
func (s *Site) headers(c *fiber.Ctx) error {
	h := &c.Response().Header
	h.Set(fiber.HeaderContentSecurityPolicy, contentPolicy)
	h.Set(fiber.HeaderReferrerPolicy, "same-origin")
	h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	h.Set(fiber.HeaderXFrameOptions, "DENY")
	h.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set(fiber.HeaderCacheControl, "no-store")
	if s.secure {
		h.Set(fiber.HeaderStrictTransportSecurity, "max-age=63072000; includeSubDomains")
	}
	return c.Next()
}

const requestTime = 15 * time.Second

// serve wraps a route's handler: who is asking, in which language, whether the form is ours, and what to show when it
// goes wrong. A route that is not declared public refuses whoever is not fully signed in.
func (s *Site) serve(route Route) fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		ctx, cancel := context.WithTimeout(c.UserContext(), requestTime)
		defer cancel()
		c.SetUserContext(ctx)
		r := &Request{Ctx: c, site: s, route: route, binding: s.cookie(c, loginCookie)}
		defer func() {
			if p := recover(); p != nil {
				s.opts.Log.Error("page panicked", "route", route.Method+" "+route.Path, "stack", string(debug.Stack()))
				err = s.fail(r, fault.New(fault.Internal, ""))
			}
		}()
		if fail := s.enter(r); fail != nil {
			if fault.Is(fail, fault.Unauthenticated) && r.expired && route.Late != nil {
				fail = route.Late(s, r)
			}
			if fail != nil {
				return s.fail(r, fail)
			}
			return nil
		}
		if fail := route.Handle(s, r); fail != nil {
			return s.fail(r, fail)
		}
		return nil
	}
}

// enter finds the actor and language, then checks the sign-in and the form token.
func (s *Site) enter(r *Request) error {
	r.L = locale.For(s.language(r.Ctx))
	if r.route.Program && r.route.Access == Public {
		return nil
	}
	if r.binding != "" {
		actor, err := s.care.Authenticate(r.Context(), r.binding, "web", r.IP())
		switch {
		case err == nil:
			r.Actor = actor
			if actor.Full() {
				r.L = actor.L()
			}
		case fault.Is(err, fault.Unauthenticated):
			r.expired = true
		default:
			return err
		}
	}
	// The form of a sign-in that has since expired carries a token bound to that sign-in, and stays bound to it. Before
	// any sign-in it is a random cookie that binds.
	if r.binding == "" {
		r.binding = s.cookie(r.Ctx, firstCookie)
		if r.binding == "" {
			r.binding = randomToken()
			s.setCookie(r.Ctx, firstCookie, r.binding, 0)
		}
	}
	if unsafeMethod(r.Method()) && !r.route.OneClick {
		if !s.sameSite(r.Ctx) || !formTokenHolds(s.opts.Key, r.binding, r.FormValue("csrf")) {
			return fault.New(fault.Forbidden, "web.error.form")
		}
	}
	if r.route.Access != Public && !r.Actor.Full() {
		return fault.New(fault.Unauthenticated, "")
	}
	return nil
}

func unsafeMethod(method string) bool {
	return method != fiber.MethodGet && method != fiber.MethodHead && method != fiber.MethodOptions
}
