package api_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/internal/testkit"
)

// closedGate lets nobody through, or cannot tell.
type closedGate struct{ err error }

func (g closedGate) Allow(context.Context, string, int, time.Duration) (bool, time.Duration, error) {
	return false, 90 * time.Second, g.err
}

func TestTooManyTriesSayWhenToComeBack(t *testing.T) {
	body := map[string]string{"email": "sam@client.example", "password": "wrong wrong wrong"}
	k := testkit.New(t, func(d *care.Deps) { d.Limiter = closedGate{} })
	a := serve(t, k.Service).post("", "/auth/tokens", body)
	a.problem(429, "rate_limited")
	require.Equal(t, "90", a.header.Get("Retry-After"))
	k = testkit.New(t, func(d *care.Deps) { d.Limiter = closedGate{errors.New("redis is away")} })
	a = serve(t, k.Service).post("", "/auth/tokens", body)
	a.problem(503, "unavailable")
	require.NotEmpty(t, a.header.Get("Retry-After"))
}

func TestWhatTakesTooLongIsCutOff(t *testing.T) {
	k := testkit.New(t)
	token := tokenOf(k, k.Therapist)
	s := serve(t, k.Service, func(o *api.Options) { o.Timeout = time.Nanosecond })
	a := s.get(token, "/me")
	a.problem(503, "unavailable")
	require.NotEmpty(t, a.header.Get("Retry-After"))
	require.Contains(t, s.log.String(), "code=unavailable")
	require.NotContains(t, s.log.String(), token)
}

func TestWrongPasswordAndUnknownAddressAreOne(t *testing.T) {
	k := testkit.New(t)
	s := serve(t, k.Service)
	one := s.post("", "/auth/tokens", map[string]string{"email": "nobody@client.example", "password": "x"}).problem(401, "unauthenticated")
	other := s.post("", "/auth/tokens", map[string]string{"email": strings.Repeat("é", 300), "password": strings.Repeat("x", 5000)}).problem(401, "unauthenticated")
	require.Equal(t, one["detail"], other["detail"])
}

func newCouple() map[string]any {
	return map[string]any{"partners": []map[string]any{{"name": "Ali", "email": email("ali")}, {"name": "Zoë", "email": email("zoe")}}}
}

func TestIdempotencyKey(t *testing.T) {
	k := testkit.New(t)
	s := serve(t, k.Service)
	therapist, colleague := tokenOf(k, k.Therapist), tokenOf(k, k.Colleague)
	send := func(token, key string, body map[string]any) answer {
		return s.do(request{method: "POST", path: "/couples", token: token, body: body, headers: map[string]string{"Idempotency-Key": key}})
	}
	body := newCouple()
	before := k.Count("couples where practice_id = $1", k.Practice)

	// Ten at once: it happens once, and whoever comes too early is told so.
	var wait sync.WaitGroup
	answers := make([]answer, 10)
	for i := range answers {
		wait.Go(func() { answers[i] = send(therapist, "a-1", body) })
	}
	wait.Wait()
	for _, a := range answers {
		require.Contains(t, []int{201, 409}, a.status, "%s", a.raw)
	}
	first := send(therapist, "a-1", body).is(201)
	require.Equal(t, before+1, k.Count("couples where practice_id = $1", k.Practice))

	// The same key of somebody else is another write: nobody gets another's answer.
	body2 := newCouple()
	require.NotEqual(t, first["id"], send(colleague, "a-1", body2).is(201)["id"])
	send(therapist, "a-1", body2).problem(409, "conflict")

	// What failed can be tried again with the same key.
	send(therapist, "a-2", map[string]any{"partners": []any{}}).problem(422, "invalid")
	send(therapist, "a-2", newCouple()).is(201)
	send(therapist, strings.Repeat("k", 300), newCouple()).problem(422, "invalid")

	// Where the place does not show the thing, a repeat gives status and place alone.
	assign := request{
		method: "POST", path: "/couples/" + k.Couple.String() + "/assignments", token: therapist, headers: map[string]string{"Idempotency-Key": "a-3"},
		body: map[string]any{"exercise_id": "daily-checkin", "for": "both", "schedule": map[string]any{"kind": "daily"}, "starts_on": "2026-10-05"},
	}
	made := s.do(assign)
	made.is(201)
	again := s.do(assign)
	require.Equal(t, 201, again.status)
	require.Empty(t, again.raw)
	require.Equal(t, made.header.Get("Location"), again.header.Get("Location"))
	require.Equal(t, 1, k.Count("assignments where couple_id = $1", k.Couple))
}

// Whatever a person types is stored and shown as text, or refused at its field; nothing of it breaks an answer.
func TestHostileText(t *testing.T) {
	k := testkit.New(t)
	s := serve(t, k.Service)
	token := tokenOf(k, k.Therapist)
	for _, name := range []string{"<script>alert(1)</script>", "<svg/onload=x>", "Zoë 🌷 O'Brien", "שלום", "';drop table couples;--", "{{.}}", "%s%n"} {
		body := newCouple()
		body["partners"].([]map[string]any)[0]["name"] = name
		made := s.post(token, "/couples", body)
		require.Equal(t, name, made.is(201)["partners"].([]any)[0].(map[string]any)["name"])
		require.Contains(t, made.header.Get("Content-Type"), "application/json")
	}
	for _, name := range []string{"", "Sam\r\nBcc: all@example.org", "nul\x00", strings.Repeat("x", 100_000)} {
		body := newCouple()
		body["partners"].([]map[string]any)[0]["name"] = name
		require.Contains(t, wrong(s.post(token, "/couples", body).problem(422, "invalid")), "partners.0.name")
	}
	for _, query := range []string{"search=%27%22%3B--", "search=%25_%00", "search=" + strings.Repeat("x", 121), "sort=password", "cursor=%27or%271", "cursor=-5", "limit=1e9"} {
		a := s.get(token, "/couples?"+query)
		require.Contains(t, []int{200, 422}, a.status, "%s: %s", query, a.raw)
	}
}

func TestTheReaderChoosesTheLanguage(t *testing.T) {
	k := testkit.New(t)
	s := serve(t, k.Service)
	dutch, english := tokenOf(k, k.PartnerA), tokenOf(k, k.PartnerB)
	detail := func(token, accept string) string {
		headers := map[string]string{}
		if accept != "" {
			headers["Accept-Language"] = accept
		}
		p := s.do(request{method: "GET", path: "/tasks/nothing", token: token, headers: headers}).problem(404, "not_found")
		return text(p, "title")
	}
	require.Equal(t, "Niet gevonden", detail(dutch, ""))
	require.Equal(t, "Not found", detail(english, ""))
	require.Equal(t, "Not found", detail(dutch, "en"))
	require.Equal(t, "Niet gevonden", detail(english, "nl-BE"))
	require.Equal(t, "Not found", detail(english, "fr"))
	// Speaking English once does not change who one is.
	me := s.do(request{method: "GET", path: "/me", token: dutch, headers: map[string]string{"Accept-Language": "en"}}).is(200)
	require.Equal(t, "nl", me["locale"])
}
