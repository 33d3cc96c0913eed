package push

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"

	"tussentijds/internal/outbound"
)

// Keys is the installation's pair, in base64url as browsers and push services take it. Whoever changes it ends every
// subscription: each is bound to the public half.
type Keys struct {
	Public  string // a point of P-256, uncompressed.
	Private string
}

// NewKeys makes a pair.
func NewKeys() (Keys, error) {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return Keys{}, err
	}
	return Keys{Public: base64.RawURLEncoding.EncodeToString(private.PublicKey().Bytes()), Private: base64.RawURLEncoding.EncodeToString(private.Bytes())}, nil
}

// Fit tells whether the two halves belong to each other.
func (k Keys) Fit() bool {
	raw, err := base64.RawURLEncoding.DecodeString(k.Private)
	if err != nil {
		return false
	}
	private, err := ecdh.P256().NewPrivateKey(raw)
	return err == nil && base64.RawURLEncoding.EncodeToString(private.PublicKey().Bytes()) == k.Public
}

// Target is where a browser can be reached, as PushSubscription.toJSON() of the Push API says it. Whoever has it can send to
// the browser, if he also has our keys.
type Target struct {
	Endpoint string `json:"endpoint"`
	P256dh   string `json:"p256dh"`
	Auth     string `json:"auth"`
}

// What is wrong with a target.
var (
	ErrEndpoint = errors.New("push: not an https address of the open internet")
	ErrKeys     = errors.New("push: not the keys of a browser")
)

// longestEndpoint is well above what push services give out.
const longestEndpoint = 1000

// Check wants an address that may be posted to and the keys of RFC 8291: a point of P-256 and 16 octets. With loopback, this
// very machine is such an address too. It gives ErrEndpoint or ErrKeys.
func (t Target) Check(loopback bool) error {
	if len(t.Endpoint) > longestEndpoint || strings.ContainsFunc(t.Endpoint, func(r rune) bool { return r <= ' ' || r >= 0x7f }) || !outbound.Allowed(t.Endpoint, loopback) {
		return ErrEndpoint
	}
	point, err := decode(t.P256dh)
	if err != nil {
		return ErrKeys
	}
	if _, err := ecdh.P256().NewPublicKey(point); err != nil {
		return ErrKeys
	}
	if secret, err := decode(t.Auth); err != nil || len(secret) != 16 {
		return ErrKeys
	}
	return nil
}

// decode reads base64url, with or without its padding.
func decode(text string) ([]byte, error) {
	if len(text) > 200 {
		return nil, ErrKeys
	}
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}
