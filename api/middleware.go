package api

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"tussentijds/internal/fault"
)

// accessKey is where an operation carries its Access.
const accessKey = "access"

// enter is the first thing a request below /api meets: an id, headers, a deadline, a bound on its body, and a net for panics.
func (e *edge) enter(c *fiber.Ctx) (err error) {
	k := newCall(c, e.opts.Log)
	ctx, cancel := context.WithTimeout(context.WithValue(c.UserContext(), callKey{}, k), e.opts.Timeout)
	defer cancel()
	c.SetUserContext(ctx)
	c.Locals(callKey{}, k)
	setHeaders(c, k)
	defer func() {
		if v := recover(); v != nil {
			// The value may quote what a person typed; its type and the stack do not.
			k.log.ErrorContext(ctx, "panic in the api", "type", fmt.Sprintf("%T", v), "route", k.pattern, "request_id", k.id, "stack", string(debug.Stack()))
			err = send(c, k, newProblem(k, fault.New(fault.Internal, "")))
		}
	}()
	if enc := c.Get(fiber.HeaderContentEncoding); enc != "" && !strings.EqualFold(enc, "identity") {
		return send(c, k, statusProblem(k, http.StatusUnsupportedMediaType)) // No unpacking: a small body could become a huge one.
	}
	if len(c.Request().Body()) > maxBody {
		return send(c, k, statusProblem(k, http.StatusRequestEntityTooLarge))
	}
	if !utf8.Valid(c.Request().Body()) { // JSON is UTF-8 (RFC 8259); what is not would be stored as something else than was sent.
		return send(c, k, statusProblem(k, http.StatusBadRequest))
	}
	if err := c.Next(); err != nil {
		return ErrorHandler(c, err)
	}
	c.Set(fiber.HeaderContentLanguage, string(k.lang))
	return nil
}

// setHeaders makes every answer of the API unstorable and inert in a browser.
func setHeaders(c *fiber.Ctx, k *call) {
	c.Set("X-Request-Id", k.id)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderVary, "Authorization, Accept, Accept-Language")
	if c.Protocol() == "https" {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
	}
}

// negotiate notes the route and refuses a request whose answer the client could not read, before anything is done.
func (e *edge) negotiate(ctx huma.Context, next func(huma.Context)) {
	k := callOf(ctx.Context())
	k.pattern = ctx.Operation().Method + " " + Prefix + ctx.Operation().Path
	id, produced := ctx.Operation().OperationID, "application/json"
	if file := files[id]; file != "" {
		produced = file
	}
	if also := alsoFiles[id]; !accepts(ctx.Header("Accept"), produced) && (also == "" || !accepts(ctx.Header("Accept"), also)) {
		refuse(ctx, statusProblem(k, http.StatusNotAcceptable))
		return
	}
	next(ctx)
}

// accepts tells whether an Accept header (RFC 9110, 12.5.1) takes the media type; an empty header takes anything.
func accepts(header, produced string) bool {
	if strings.TrimSpace(header) == "" {
		return true
	}
	family, _, _ := strings.Cut(produced, "/")
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		params = strings.ReplaceAll(strings.ToLower(params), " ", "")
		if strings.HasPrefix(params, "q=0") && strings.Trim(params, "q=0.") == "" {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "*/*", family + "/*", produced, "application/problem+json":
			return true
		}
	}
	return false
}

// authenticate lets public routes pass, asks a bearer token of the others, and refuses a route that says neither. It never
// looks at a cookie: a browser that is signed in to the portal cannot be made to call the API.
func (e *edge) authenticate(ctx huma.Context, next func(huma.Context)) {
	k := callOf(ctx.Context())
	switch ctx.Operation().Metadata[accessKey] {
	case Public:
		next(ctx)
		return
	case SignedIn:
		actor, err := e.svc.Authenticate(ctx.Context(), bearer(ctx.Header("Authorization")), "api", clientIP(ctx))
		if err == nil && actor.Full() {
			k.signIn(actor)
			next(ctx)
			return
		}
		if err != nil && !fault.Is(err, fault.Unauthenticated) {
			refuse(ctx, k.problem(ctx.Context(), err))
			return
		}
	}
	refuse(ctx, newProblem(k, fault.New(fault.Unauthenticated, "")))
}

// bearer takes the token from an Authorization header (RFC 6750); empty for anything else.
func bearer(header string) string {
	scheme, token, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func clientIP(ctx huma.Context) string { return humafiber.UnwrapV2(ctx).IP() }

// unmatched answers what no route took: 405 where another method would have been right, else 404.
func unmatched(c *fiber.Ctx) error {
	k := callOf(c.UserContext())
	if methods := methodsOf(c.Path()); len(methods) > 0 {
		c.Set(fiber.HeaderAllow, strings.Join(methods, ", "))
		return send(c, k, statusProblem(k, http.StatusMethodNotAllowed))
	}
	return send(c, k, newProblem(k, fault.Missing()))
}

// refuse ends a request inside huma's middleware.
func refuse(ctx huma.Context, p *Problem) {
	c := humafiber.UnwrapV2(ctx)
	if err := send(c, callOf(ctx.Context()), p); err != nil {
		c.Status(http.StatusInternalServerError)
	}
}
