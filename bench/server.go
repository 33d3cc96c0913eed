package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/web"
)

// serveOurs serves the whole product, as the command line would, and gives its address.
func (w *world) serveOurs(ctx context.Context, svc *care.Service) (string, error) {
	app := fiber.New(fiber.Config{
		Immutable: true, DisableStartupMessage: true, AppName: "Tussentijds",
		ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 75 * time.Second, BodyLimit: 4 << 20,
		EnableTrustedProxyCheck: true, EnableIPValidation: true,
		ErrorHandler: func(c *fiber.Ctx, err error) error {
			if strings.HasPrefix(c.Path(), "/api") {
				return api.ErrorHandler(c, err)
			}
			return web.ErrorHandler(c, err)
		},
	})
	log := slog.New(slog.DiscardHandler)
	api.Mount(app, svc, api.Options{Version: "bench", BaseURL: svc.BaseURL, Log: log})
	if err := web.Mount(app, svc, web.Options{BaseURL: svc.BaseURL, Key: w.master.Derive("csrf"), Log: log}); err != nil {
		return "", err
	}
	return w.serve(ctx, app)
}

// serve listens on a port of this machine until the world is closed.
func (w *world) serve(ctx context.Context, app *fiber.App) (string, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = app.Listener(ln) }()
	w.onClose(func() {
		_ = app.ShutdownWithTimeout(5 * time.Second)
		<-done
	})
	return ln.Addr().String(), nil
}

// newOurs opens a service on a database as the serving role and serves it.
func (w *world) newOurs(ctx context.Context, database string) (string, error) {
	pool, err := w.open(ctx, w.url("tt_app", database))
	if err != nil {
		return "", err
	}
	deps := w.deps(pool)
	deps.Limiter = noLimit{}
	return w.serveOurs(ctx, care.New(deps))
}

// noLimit stands where tries would be counted: nobody signs in here.
type noLimit struct{}

// Allow says that it cannot tell.
func (noLimit) Allow(context.Context, string, int, time.Duration) (bool, time.Duration, error) {
	return false, 0, errors.New("bench: no sign-ins here")
}
