package api

import (
	"context"
	"log/slog"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

// call is what the edge knows of one request.
type call struct {
	id      string
	path    string // as it was asked, without the query.
	pattern string // the route, for the log; empty when none matched.
	accept  string // Accept-Language.
	lang    locale.Lang
	actor   care.Actor // zero on a public route.
	log     *slog.Logger
}

type callKey struct{}

// newCall begins a request. The request id is ours: a client's own could carry anything into the log.
func newCall(c *fiber.Ctx, log *slog.Logger) *call {
	id, err := uuid.NewV7()
	if err != nil {
		id = uuid.Nil
	}
	accept := c.Get(fiber.HeaderAcceptLanguage)
	return &call{id: id.String(), path: c.Path(), accept: accept, lang: locale.Negotiate(accept, locale.NL), log: log}
}

// callOf gives the request's call; a bare one when there is none, so that an error can always be told.
func callOf(ctx context.Context) *call {
	if k, ok := ctx.Value(callKey{}).(*call); ok {
		return k
	}
	return &call{lang: locale.NL, log: slog.Default()}
}

// signIn makes the actor known. Their own language counts from here on, unless the request asked for another.
func (k *call) signIn(a care.Actor) {
	k.actor = a
	k.lang = locale.Negotiate(k.accept, a.Locale)
}

// reader is the signed-in actor, speaking the language this request wants.
func reader(ctx context.Context) care.Actor {
	k := callOf(ctx)
	a := k.actor
	a.Locale = k.lang
	return a
}

// t gives a text in the request's language.
func (k *call) t(key string, args ...any) string { return locale.For(k.lang).T(key, args...) }

// pathID reads an id from the path. One that cannot exist is answered like one that does not.
func pathID(raw string) (uuid.UUID, error) {
	id, err := uuid.Parse(raw)
	if err != nil || len(raw) != 36 {
		return uuid.Nil, fault.Missing()
	}
	return id, nil
}
