// Package api is the JSON edge of Tussentijds: /api/v1, its OpenAPI 3.1 document and the signposts of a running server.
//
// routes.go is the table of contents. A handler reads the request into an input struct, calls one verb of care and gives
// back what it says; rights, rules and audit live there. Every fault leaves as an RFC 9457 problem in the reader's language.
package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"tussentijds/care"
)

// Prefix is where the API lives.
const Prefix = "/api/v1"

// maxBody is the most octets a request may carry: a letter of an hour fits a hundred times.
const maxBody = 1 << 20

// Options are what the edge needs besides the use cases.
type Options struct {
	Version string       // of the program, for the OpenAPI document.
	BaseURL string       // absolute, no trailing slash; links are made from it and never from a request's headers.
	Log     *slog.Logger // nil: slog's default.
	// Timeout is how long a request may take; zero means 15 seconds.
	Timeout time.Duration
	// Ready tells for each part we stand on whether it answers; nil means that there is nothing to ask.
	Ready func(ctx context.Context) []Check
	// SecurityContact is where a finder of a hole can write: a mailto: or https: address for security.txt. Empty: the
	// server gives none.
	SecurityContact string
}

// Check is one part the server stands on.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
}

// edge carries what handlers need.
type edge struct {
	svc  *care.Service
	opts Options
	spec []byte // the OpenAPI document, encoded once.
}

// Mount puts the API, its document and docs, and the signposts on the app. It panics on a broken route table, so that a
// wrong build does not start.
func Mount(app *fiber.App, svc *care.Service, opts Options) {
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	if opts.Timeout == 0 {
		opts.Timeout = 15 * time.Second
	}
	e := &edge{svc: svc, opts: opts}
	e.mountHealth(app)
	app.Use("/api", e.enter)
	h := humafiber.NewV2WithGroup(app, app.Group(Prefix), config(opts))
	h.UseMiddleware(e.negotiate, e.authenticate, e.once)
	for _, r := range table {
		r.bind(e, h, r.operation())
	}
	polish(h.OpenAPI())
	spec, err := json.Marshal(h.OpenAPI())
	if err != nil {
		panic(fmt.Errorf("api: OpenAPI document: %w", err))
	}
	e.spec = spec
	e.mountDocs(app, h.OpenAPI())
	app.Use("/api", unmatched)
}

// on binds a handler to its row of the table. What the handler returns as error leaves as a problem.
func on[I, O any](handle func(*edge, context.Context, *I) (*O, error)) binding {
	return func(e *edge, h huma.API, op huma.Operation) {
		huma.Register(h, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := handle(e, ctx, in)
			if err != nil {
				return nil, callOf(ctx).problem(ctx, err)
			}
			fill(out)
			return out, nil
		})
	}
}
