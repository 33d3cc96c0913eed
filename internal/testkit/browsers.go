package testkit

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"testing"

	"github.com/google/uuid"

	"tussentijds/care"
)

// Subscription is a browser that could be pushed to, somewhere on the internet; every call gives another one. Where a push is to
// arrive, internal/push/pushtest has a service for it.
func Subscription(t testing.TB) care.SubscribeInput {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return care.SubscribeInput{
		Endpoint: "https://push.services.example/" + uuid.NewString(), P256dh: base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()),
		Auth: base64.RawURLEncoding.EncodeToString(make([]byte, 16)), UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)",
	}
}
