package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/internal/db"
	"tussentijds/web"
)

// server is the HTTP side: API and portal in one app.
type server struct {
	app *fiber.App
	log *slog.Logger
}

type serverOptions struct {
	baseURL string
	proxies []string // addresses whose X-Forwarded-For is believed; none: nobody's.
	key     []byte   // signs form tokens.
	contact string
	mailbox web.Mailbox
	demo    bool
	ready   func(context.Context) []api.Check
	log     *slog.Logger
}

func newServer(svc *care.Service, o serverOptions) (*server, error) {
	app := fiber.New(fiber.Config{
		// Strings of a request are reused after its handler returns: ours must not change under our hands.
		Immutable: true, DisableStartupMessage: true, AppName: "Tussentijds",
		ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 75 * time.Second, BodyLimit: 4 << 20,
		EnableTrustedProxyCheck: true, TrustedProxies: o.proxies, ProxyHeader: proxyHeader(o.proxies), EnableIPValidation: true,
		ErrorHandler: func(c *fiber.Ctx, err error) error {
			if strings.HasPrefix(c.Path(), "/api") {
				return api.ErrorHandler(c, err)
			}
			return web.ErrorHandler(c, err)
		},
	})
	api.Mount(app, svc, api.Options{Version: version, BaseURL: o.baseURL, Log: o.log, Ready: o.ready, SecurityContact: o.contact})
	if err := web.Mount(app, svc, web.Options{BaseURL: o.baseURL, Key: o.key, Mailbox: o.mailbox, Demo: o.demo, Log: o.log}); err != nil {
		return nil, err
	}
	return &server{app: app, log: o.log}, nil
}

func proxyHeader(proxies []string) string {
	if len(proxies) == 0 {
		return ""
	}
	return fiber.HeaderXForwardedFor
}

// run serves until the context ends, then lets requests under way finish.
func (s *server) run(ctx context.Context, ln net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.app.Listener(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	err := s.app.ShutdownWithTimeout(10 * time.Second)
	// A server that was told to stop before it began to listen would serve for ever.
	if closed := ln.Close(); closed != nil && !errors.Is(closed, net.ErrClosed) {
		err = errors.Join(err, closed)
	}
	if served := <-failed; served != nil && !errors.Is(served, net.ErrClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// readiness asks the parts the server stands on.
func readiness(pool *db.DB, client redis.UniversalClient) func(context.Context) []api.Check {
	return func(ctx context.Context) []api.Check {
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		status, err := pool.CheckSchema(ctx)
		return []api.Check{
			{Name: "database", OK: pool.Ping(ctx) == nil},
			{Name: "schema", OK: err == nil && !status.Outdated()},
			{Name: "redis", OK: client.Ping(ctx).Err() == nil},
		}
	}
}
