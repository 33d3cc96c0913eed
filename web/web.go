// Package web is the couples' portal and the therapist's workspace: server-rendered pages and their static files.
//
// A handler binds an input struct, calls one verb of care, and renders a page or redirects. Rules and rights are in
// care; a page shows what it was given. Every page works without script. README.md tells how to make one; routes.go is
// the table of contents.
package web

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"tussentijds/care"
)

// Options are what the pages need beside the use cases.
type Options struct {
	// BaseURL is the address people use, absolute and without a trailing slash. Cookies are Secure and carry the __Host-
	// prefix unless it is plain http on a loopback name, which is the demo.
	BaseURL string
	// Key signs the form tokens: 32 bytes or more, the same on every replica.
	Key []byte
	// ExitURL is where the quick exit leads; empty takes a neutral weather page.
	ExitURL string
	// Mailbox shows the mail of the demo; nil leaves its pages out.
	Mailbox Mailbox
	// Demo shows on the sign-in page that this is a demonstration.
	Demo bool
	Log  *slog.Logger
}

// MailView is one mail of the demo's mailbox.
type MailView struct {
	ID      string
	From    string
	To      string
	Subject string
	At      time.Time
	Text    string
	HTML    string
}

// Mailbox gives the mail that went out, newest first. It exists in the demo alone.
type Mailbox interface {
	Mails() []MailView
}

// Site is the pages, ready to answer.
type Site struct {
	care    *care.Service
	opts    Options
	secure  bool
	origin  string
	pages   *renderer
	handout *assets
	names   *practiceNames
}

const defaultExit = "https://www.buienradar.nl/"

// Mount puts every page on the app. It goes last, after the API: what no route answers gets the not-found page, except
// below /api. It refuses an address over plain http that is not loopback, and panics when a page is missing or broken,
// because pages are embedded and that is a broken build.
func Mount(app *fiber.App, svc *care.Service, opts Options) error {
	s, err := newSite(svc, opts)
	if err != nil {
		return err
	}
	app.Use(s.headers)
	app.Get("/static/:version/*", s.static)
	app.Get("/favicon.ico", s.favicon)
	app.Get("/push-worker.js", s.serviceWorker)
	for _, r := range Routes() {
		if strings.HasPrefix(r.Path, "/demo/") && opts.Mailbox == nil {
			continue
		}
		app.Add(r.Method, r.Path, s.serve(r))
	}
	app.Use(func(c *fiber.Ctx) error {
		if strings.HasPrefix(c.Path(), "/api/") {
			return c.Next()
		}
		return s.serve(Route{Method: c.Method(), Path: "*", Access: Public, Handle: (*Site).notFound})(c)
	})
	return nil
}

func newSite(svc *care.Service, opts Options) (*Site, error) {
	base, err := url.Parse(opts.BaseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("web: the base URL is not an absolute address")
	}
	if base.Scheme != "https" && !loopback(base.Hostname()) {
		return nil, fmt.Errorf("web: plain http is for loopback names only")
	}
	if len(opts.Key) < 32 {
		return nil, fmt.Errorf("web: the form key is shorter than 32 bytes")
	}
	if opts.ExitURL == "" {
		opts.ExitURL = defaultExit
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Site{
		care: svc, opts: opts, secure: base.Scheme == "https", origin: base.Scheme + "://" + base.Host,
		pages: embeddedPages(), handout: embeddedAssets(), names: newPracticeNames(),
	}, nil
}

// What is embedded never changes: it is read and parsed once, however many sites a test mounts.
var (
	embeddedAssets = sync.OnceValue(loadAssets)
	embeddedPages  = sync.OnceValue(func() *renderer { return loadPages(embeddedAssets()) })
)

func loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
