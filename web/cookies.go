package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tussentijds/internal/locale"
)

// The cookies. Over https each carries the __Host- prefix: no other host, no other path, never over plain http.
const (
	loginCookie = "tt"       // the login's token.
	firstCookie = "tt-first" // random; binds the form tokens of pages before sign-in.
	langCookie  = "tt-lang"  // the language of public pages.
	themeCookie = "tt-theme" // light or dark; absent follows the system.
	flashCookie = "tt-flash" // one message key for the next page.
	knownCookie = "tt-known" // says that this device has signed in before; eases the limits on guessing.
)

func (s *Site) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

func (s *Site) cookie(c *fiber.Ctx, name string) string { return c.Cookies(s.cookieName(name)) }

// setCookie sets a cookie for the given time; zero keeps it until the browser closes, an empty value removes it.
func (s *Site) setCookie(c *fiber.Ctx, name, value string, keep time.Duration) {
	cookie := &fiber.Cookie{Name: s.cookieName(name), Value: value, Path: "/", HTTPOnly: true, Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode}
	switch {
	case value == "":
		cookie.Expires = time.Unix(1, 0)
		cookie.MaxAge = -1
	case keep > 0:
		cookie.MaxAge = int(keep / time.Second)
	default:
		cookie.SessionOnly = true
	}
	c.Cookie(cookie)
}

// language gives the language of a page for somebody not signed in: their own choice, then the browser's, then Dutch.
func (s *Site) language(c *fiber.Ctx) locale.Lang {
	if lang, ok := locale.Parse(s.cookie(c, langCookie)); ok {
		return lang
	}
	return locale.Negotiate(c.Get(fiber.HeaderAcceptLanguage), locale.NL)
}

// flash leaves a message for the next page. Only keys of the catalogue are shown, so a forged cookie says nothing.
func (s *Site) flash(c *fiber.Ctx, key string) { s.setCookie(c, flashCookie, key, time.Minute) }

func (s *Site) takeFlash(c *fiber.Ctx) string {
	key := s.cookie(c, flashCookie)
	if key == "" {
		return ""
	}
	s.setCookie(c, flashCookie, "", 0)
	_, name, _ := strings.Cut(key, ".")
	if !strings.HasPrefix(name, "flash.") || !locale.Has(locale.NL, key) {
		return ""
	}
	return key
}
