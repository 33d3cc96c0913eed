package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/testkit"
)

func TestDevicesAndCalendarOfMyOwn(t *testing.T) {
	k := testkit.New(t)
	s := serve(t, k.Service)
	token := tokenOf(k, k.PartnerA)
	require.Len(t, s.get(token, "/me/push").is(200)["public_key"], 87)
	browser := testkit.Subscription(t)
	body := map[string]any{"endpoint": browser.Endpoint, "keys": map[string]any{"p256dh": browser.P256dh, "auth": browser.Auth}}
	made := s.post(token, "/me/push", body).is(201)
	require.NotContains(t, s.get(token, "/me/push").raw, browser.Endpoint)
	list := s.get(token, "/me/push").is(200)["devices"].([]any)
	require.Equal(t, []any{made}, list)
	require.Empty(t, s.get(tokenOf(k, k.PartnerB), "/me/push").is(200)["devices"])
	s.do(request{method: "DELETE", path: "/api/v1/me/push/" + made["id"].(string), token: token}).is(204)
	s.do(request{method: "DELETE", path: "/api/v1/me/push/" + made["id"].(string), token: token}).problem(404, "not_found")
	body["endpoint"] = "https://192.168.1.1/x"
	s.post(token, "/me/push", body).problem(422, "invalid")

	require.Equal(t, map[string]any{"exists": false}, s.get(token, "/me/calendar").is(200))
	calendar := s.post(token, "/me/calendar", nil).is(200)
	require.True(t, strings.HasPrefix(calendar["url"].(string), "http://localhost:8080/calendar/"))
	require.Equal(t, calendar["url"], s.get(token, "/me/calendar").is(200)["url"])
	k.Clock.Add(6 * time.Minute)
	require.NotContains(t, s.get(token, "/me/calendar").is(200), "url")
	s.post(token, "/me/calendar", nil).problem(403, "forbidden")
	s.do(request{method: "DELETE", path: "/api/v1/me/calendar", token: token}).is(204)
	require.Equal(t, map[string]any{"exists": false}, s.get(token, "/me/calendar").is(200))
}
