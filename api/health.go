package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tussentijds/internal/fault"
)

const (
	healthPath   = "/healthz"
	readyPath    = "/readyz"
	securityPath = "/.well-known/security.txt"
)

// mountHealth puts up the signposts for whoever runs the server and whoever finds a hole in it.
func (e *edge) mountHealth(app *fiber.App) {
	app.Get(healthPath, func(c *fiber.Ctx) error {
		setHeaders(c, newCall(c, e.opts.Log))
		return c.JSON(fiber.Map{"status": "ok"})
	})
	app.Get(readyPath, e.ready)
	app.Get(securityPath, e.security)
}

// ready tells whether every part we stand on answers within five seconds; 503 says which does not.
func (e *edge) ready(c *fiber.Ctx) error {
	k := newCall(c, e.opts.Log)
	setHeaders(c, k)
	ctx, cancel := context.WithTimeout(c.UserContext(), 5*time.Second)
	defer cancel()
	checks := []Check{}
	if e.opts.Ready != nil {
		checks = append(checks, e.opts.Ready(ctx)...)
	}
	for _, check := range checks {
		if !check.OK {
			p := newProblem(k, fault.New(fault.Unavailable, ""))
			p.Checks = checks
			return send(c, k, p)
		}
	}
	return c.Status(http.StatusOK).JSON(fiber.Map{"status": "ready", "checks": checks})
}

// security is security.txt (RFC 9116): where to report a hole. It expires half a year on, as long as the server lives.
func (e *edge) security(c *fiber.Ctx) error {
	k := newCall(c, e.opts.Log)
	setHeaders(c, k)
	if e.opts.SecurityContact == "" {
		return send(c, k, newProblem(k, fault.Missing()))
	}
	lines := []string{
		"Contact: " + e.opts.SecurityContact,
		"Expires: " + time.Now().UTC().AddDate(0, 6, 0).Truncate(24*time.Hour).Format(time.RFC3339),
		"Preferred-Languages: nl, en",
		"Canonical: " + e.opts.BaseURL + securityPath,
	}
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	return c.SendString(strings.Join(lines, "\n") + "\n")
}
