package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/url"

	"github.com/gofiber/fiber/v2"
)

// formToken makes the token that every form carries: a MAC of what binds the browser (the login's token, or the random
// cookie of a page before sign-in), masked anew for each page so that its bytes never repeat in compressed answers.
func formToken(key []byte, binding string) string {
	mac := formMAC(key, binding)
	out := make([]byte, 2*len(mac))
	pad := out[:len(mac)]
	_, _ = rand.Read(pad)
	subtle.XORBytes(out[len(mac):], mac, pad)
	return base64.RawURLEncoding.EncodeToString(out)
}

func formMAC(key []byte, binding string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("tussentijds form token\x00" + binding))
	return h.Sum(nil)
}

// formTokenHolds tells whether the token was made for this binding.
func formTokenHolds(key []byte, binding, token string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 2*sha256.Size || binding == "" {
		return false
	}
	mac := make([]byte, sha256.Size)
	subtle.XORBytes(mac, raw[:sha256.Size], raw[sha256.Size:])
	return hmac.Equal(mac, formMAC(key, binding))
}

// sameSite tells whether an unsafe request comes from a page of ours, by what the browser says of itself. A browser too
// old to say anything is left to the form token.
func (s *Site) sameSite(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" || origin == s.origin {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && !s.secure && u.Scheme == "http" && loopback(u.Hostname()) && u.Host == string(c.Request().Host())
}

// randomToken gives 128 random bits as text.
func randomToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
