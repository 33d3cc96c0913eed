package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // What the API logs before it is mounted.
	testkit.Main(m)
}

// server is the API as a client meets it, with the log it leaves.
type server struct {
	t   *testing.T
	app *fiber.App
	log *bytes.Buffer
}

func serve(t *testing.T, svc *care.Service, change ...func(*api.Options)) *server {
	t.Helper()
	s := &server{t: t, log: &bytes.Buffer{}}
	app := fiber.New(fiber.Config{Immutable: true, ErrorHandler: api.ErrorHandler, BodyLimit: 4 << 20, DisableStartupMessage: true})
	opts := api.Options{Version: "1.2.3", BaseURL: "http://localhost:8080", Log: slog.New(slog.NewTextHandler(s.log, nil)), SecurityContact: "mailto:security@tussentijds.example"}
	for _, c := range change {
		c(&opts)
	}
	api.Mount(app, svc, opts)
	s.app = app
	return s
}

// bare is a server whose use cases have no database: for what must be answered before any of them is asked.
func bare(t *testing.T) *server { return serve(t, care.New(care.Deps{})) }

// request is one call; body is encoded as JSON unless it is a string.
type request struct {
	method, path, token string
	body                any
	headers             map[string]string
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	raw    []byte
}

func (s *server) do(r request) answer {
	s.t.Helper()
	var body io.Reader
	switch b := r.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		require.NoError(s.t, err)
		body = bytes.NewReader(raw)
	}
	path := r.path
	if !strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/healthz") && !strings.HasPrefix(path, "/readyz") && !strings.HasPrefix(path, "/.well") {
		path = api.Prefix + path
	}
	req := httptest.NewRequest(r.method, path, body)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	for name, value := range r.headers {
		req.Header.Set(name, value)
	}
	res, err := s.app.Test(req, -1)
	require.NoError(s.t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	return answer{t: s.t, status: res.StatusCode, header: res.Header, raw: raw}
}

func (s *server) get(token, path string) answer {
	s.t.Helper()
	return s.do(request{method: "GET", path: path, token: token})
}

func (s *server) post(token, path string, body any) answer {
	s.t.Helper()
	return s.do(request{method: "POST", path: path, token: token, body: body})
}

// is wants a status and gives the body as an object.
func (a answer) is(status int) map[string]any {
	a.t.Helper()
	require.Equal(a.t, status, a.status, "%s", a.raw)
	out := map[string]any{}
	if len(a.raw) > 0 && strings.Contains(a.header.Get("Content-Type"), "json") {
		require.NoError(a.t, json.Unmarshal(a.raw, &out), "%s", a.raw)
	}
	return out
}

// problem wants a problem of a status and code, in its whole shape.
func (a answer) problem(status int, code string) map[string]any {
	a.t.Helper()
	p := a.is(status)
	require.Equal(a.t, "application/problem+json", a.header.Get("Content-Type"))
	require.Equal(a.t, code, p["code"])
	require.EqualValues(a.t, status, p["status"])
	for _, field := range []string{"type", "title", "detail", "instance", "request_id"} {
		text, ok := p[field].(string)
		require.True(a.t, ok && text != "", "%s is missing in %s", field, a.raw)
		require.NotContains(a.t, text, "[", "an untranslated text in %s", field)
	}
	require.IsType(a.t, []any{}, p["errors"])
	require.Equal(a.t, p["request_id"], a.header.Get("X-Request-Id"))
	require.NotContains(a.t, p, "value")
	return p
}

// wrong gives the messages of a problem by location.
func wrong(p map[string]any) map[string]string {
	out := map[string]string{}
	for _, e := range p["errors"].([]any) {
		field := e.(map[string]any)
		out[field["location"].(string)] = field["message"].(string)
	}
	return out
}

// tokenOf signs an actor of the kit in, as a sign-in with a password would have.
func tokenOf(k *testkit.Kit, a care.Actor) string {
	token := base64.RawURLEncoding.EncodeToString([]byte(uuid.NewString() + uuid.NewString()))[:43]
	hash := sha256.Sum256([]byte(token))
	account, membership := models.NewID(), models.NewID()
	now := k.Clock.Now()
	k.SQL(`insert into accounts (id, email_index) values ($1, $2)`, account, []byte(account.String()))
	k.SQL(`insert into memberships (id, account_id, practice_id, kind, subject_id) values ($1, $2, $3, $4, $5)`, membership, account, a.PracticeID, a.Kind, a.ID)
	k.SQL(`insert into logins (id, token_hash, account_id, membership_id, practice_id, edge, stage, created_at, seen_at, fresh_at, idle_minutes, expires_at)
		values ($1, $2, $3, $4, $5, 'api', 'full', $6, $6, $6, 2880, $7)`, models.NewID(), hash[:], account, membership, a.PracticeID, now, now.Add(48*time.Hour))
	return token
}

func readyWith(checks ...api.Check) func(*api.Options) {
	return func(o *api.Options) { o.Ready = func(context.Context) []api.Check { return checks } }
}
