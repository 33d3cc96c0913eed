package api_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/api"
	"tussentijds/internal/testkit"
)

// Each case is a request that is refused before or without any use case.
func TestRefusals(t *testing.T) {
	s := bare(t)
	long := strings.Repeat("a", 1<<20)
	for name, c := range map[string]struct {
		request
		status int
		code   string
	}{
		"an unknown route":             {request{method: "GET", path: "/nothing"}, 404, "not_found"},
		"an unknown route of an id":    {request{method: "GET", path: "/couples/" + uuid.NewString() + "/secrets"}, 404, "not_found"},
		"the prefix itself":            {request{method: "GET", path: "/api/v1"}, 404, "not_found"},
		"outside the version":          {request{method: "GET", path: "/api/v0/me"}, 404, "not_found"},
		"a method a route has not":     {request{method: "DELETE", path: "/couples"}, 405, "method_not_allowed"},
		"a method nobody knows":        {request{method: "OPTIONS", path: "/me"}, 405, "method_not_allowed"},
		"no token":                     {request{method: "GET", path: "/me"}, 401, "unauthenticated"},
		"another scheme":               {request{method: "GET", path: "/me", headers: map[string]string{"Authorization": "Basic c2FtOnNhbQ=="}}, 401, "unauthenticated"},
		"a cookie instead of a token":  {request{method: "GET", path: "/me", headers: map[string]string{"Cookie": "__Host-login=abc; token=abc"}}, 401, "unauthenticated"},
		"a token of endless length":    {request{method: "GET", path: "/me", token: strings.Repeat("x", 500)}, 401, "unauthenticated"},
		"unreadable json":              {request{method: "POST", path: "/auth/tokens", body: `{"email": `}, 400, "malformed"},
		"no body":                      {request{method: "POST", path: "/auth/tokens"}, 400, "malformed"},
		"not UTF-8":                    {request{method: "POST", path: "/auth/tokens", body: "{\"email\": \"\xff@client.example\", \"password\": \"x\"}"}, 400, "malformed"},
		"two documents":                {request{method: "POST", path: "/auth/tokens", body: `{} {}`}, 400, "malformed"},
		"a form instead of json":       {request{method: "POST", path: "/auth/tokens", body: "email=a", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, 415, "unsupported_media_type"},
		"a packed body":                {request{method: "POST", path: "/auth/tokens", body: `{}`, headers: map[string]string{"Content-Encoding": "gzip"}}, 415, "unsupported_media_type"},
		"more than a megabyte":         {request{method: "POST", path: "/auth/tokens", body: `{"email":"` + long + `"}`}, 413, "too_large"},
		"an answer nobody can read":    {request{method: "POST", path: "/auth/tokens", body: `{}`, headers: map[string]string{"Accept": "text/csv, application/json;q=0"}}, 406, "not_acceptable"},
		"a missing input":              {request{method: "POST", path: "/auth/tokens", body: `{"email":"a@b.example"}`}, 422, "invalid"},
		"an input of the wrong kind":   {request{method: "POST", path: "/auth/tokens", body: `{"email":1,"password":"x"}`}, 422, "invalid"},
		"an input that does not exist": {request{method: "POST", path: "/auth/tokens", body: `{"email":"a","password":"x","admin":true}`}, 422, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			a := s.do(c.request)
			a.problem(c.status, c.code)
			require.Equal(t, "no-store", a.header.Get("Cache-Control"))
			require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
			require.Contains(t, a.header.Get("Content-Security-Policy"), "default-src 'none'")
			switch c.status {
			case 401:
				require.True(t, strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer"))
			case 405:
				require.NotEmpty(t, a.header.Get("Allow"))
			}
		})
	}
}

func TestWhatIsWrongIsSaidAtTheFieldInTheReadersLanguage(t *testing.T) {
	s := bare(t)
	in := func(lang string) map[string]string {
		return wrong(s.do(request{method: "POST", path: "/auth/tokens", body: `{"email":7,"admin":"yes"}`, headers: map[string]string{"Accept-Language": lang}}).problem(422, "invalid"))
	}
	require.Equal(t, map[string]string{"email": "Vul tekst in.", "password": "Vul dit in.", "admin": "Dit veld hoort er niet bij."}, in(""))
	require.Equal(t, map[string]string{"email": "Vul tekst in.", "password": "Vul dit in.", "admin": "Dit veld hoort er niet bij."}, in("nl-BE,en;q=0.5"))
	english := in("en-GB, nl;q=0.2")
	require.Equal(t, "Give text.", english["email"])
	a := s.do(request{method: "GET", path: "/me", headers: map[string]string{"Accept-Language": "en"}})
	require.Equal(t, "Not signed in", a.problem(401, "unauthenticated")["title"])
	require.Equal(t, "en", a.header.Get("Content-Language"))
}

// What a client sent must come back in no problem: it may end up in someone's log.
func TestProblemsDoNotEcho(t *testing.T) {
	s := bare(t)
	const canary = "kanarie-7f3a"
	for _, r := range []request{
		{method: "POST", path: "/auth/tokens", body: `{"email":"` + canary + `","password":["` + canary + `"]}`},
		{method: "POST", path: "/auth/tokens", body: canary},
		{method: "POST", path: "/invitations/" + canary + "/acceptance", body: `{"password":1,"locale":"` + canary + `"}`},
		{method: "GET", path: "/couples?limit=" + canary},
	} {
		a := s.do(r)
		require.GreaterOrEqual(t, a.status, 400)
		require.NotContains(t, string(a.raw), canary)
	}
	require.NotContains(t, s.log.String(), canary)
}

func TestInstanceIsAReference(t *testing.T) {
	s := bare(t)
	p := s.do(request{method: "GET", path: `/couples/%00%ff%22%3Cb%3E/nothing`}).problem(404, "not_found")
	_, err := url.Parse(p["instance"].(string))
	require.NoError(t, err)
	require.NotContains(t, p["instance"], "<")
}

func TestErrorHandlerTellsNothing(t *testing.T) {
	app := fiber.New(fiber.Config{ErrorHandler: api.ErrorHandler})
	app.Get("/api/broken", func(*fiber.Ctx) error { return errors.New("kanarie") })
	app.Get("/api/large", func(*fiber.Ctx) error { return fiber.ErrRequestEntityTooLarge })
	s := &server{t: t, app: app}
	require.NotContains(t, string(s.do(request{method: "GET", path: "/api/broken"}).raw), "kanarie")
	s.do(request{method: "GET", path: "/api/broken"}).problem(500, "internal")
	s.do(request{method: "GET", path: "/api/large"}).problem(413, "too_large")
}

// Use cases without a database panic: the client gets a problem and the log a stack, neither says what was sent.
func TestPanicIsAProblem(t *testing.T) {
	s := bare(t)
	s.do(request{method: "GET", path: "/me", token: "kanarie-token"}).problem(500, "internal")
	require.Contains(t, s.log.String(), "panic in the api")
	require.NotContains(t, s.log.String(), "kanarie")
}

func TestHealth(t *testing.T) {
	s := bare(t)
	require.Equal(t, "ok", s.get("", "/healthz").is(200)["status"])
	s.get("", "/readyz").is(200)
	txt := s.get("", "/.well-known/security.txt")
	txt.is(200)
	require.Contains(t, string(txt.raw), "Contact: mailto:security@tussentijds.example\n")
	require.Contains(t, string(txt.raw), "Expires: ")
	away := serve(t, nil, readyWith(api.Check{Name: "database", OK: true}, api.Check{Name: "redis"}))
	p := away.get("", "/readyz").problem(http.StatusServiceUnavailable, "unavailable")
	require.Len(t, p["checks"], 2)
}

func TestUnknownToken(t *testing.T) {
	k := testkit.New(t)
	s := serve(t, k.Service)
	s.get(strings.Repeat("x", 43), "/me").problem(401, "unauthenticated")
	good := tokenOf(k, k.Therapist)
	s.get(good, "/me").is(200)
	k.SQL(`update logins set stage = 'factor' where practice_id = $1`, k.Practice)
	s.get(good, "/me").problem(401, "unauthenticated")
	s.do(request{method: "DELETE", path: "/auth/tokens/current", token: good}).problem(401, "unauthenticated")
}

// A foreign id, an unknown one and one that cannot exist are the same answer but for the path that was asked.
func TestForeignAndUnknownAreOne(t *testing.T) {
	k := testkit.New(t)
	s := serve(t, k.Service)
	token := tokenOf(k, k.Therapist)
	look := func(id string) map[string]any {
		p := s.get(token, "/couples/"+id).problem(404, "not_found")
		delete(p, "instance")
		delete(p, "request_id")
		return p
	}
	unknown := look(uuid.NewString())
	for _, id := range []string{k.ForeignCouple.String(), k.OtherCouple.String(), "not-an-id", "1", strings.Repeat("0", 36), "%27%3B--"} {
		require.Equal(t, unknown, look(id), id)
	}
	s.get(token, "/couples/"+k.Couple.String()).is(200)
}
