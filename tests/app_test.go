package tests

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/models"
	"tussentijds/web"
)

// house is the server as it runs: API and pages in one app, with the log it leaves.
type house struct {
	t    testing.TB
	k    *testkit.Kit
	app  *fiber.App
	log  *record
	mu   sync.Mutex
	keys map[uuid.UUID][2]uuid.UUID // account and membership of whoever signed in before.
}

// record is a log that several goroutines write.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) { r.mu.Lock(); defer r.mu.Unlock(); return r.b.Write(p) }

func (r *record) String() string { r.mu.Lock(); defer r.mu.Unlock(); return r.b.String() }

func open(t testing.TB, k *testkit.Kit) *house {
	t.Helper()
	h := &house{t: t, k: k, log: &record{}, keys: map[uuid.UUID][2]uuid.UUID{}}
	log := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	k.Service.Log, k.Worker.Log = log, log
	h.app = fiber.New(fiber.Config{
		Immutable: true, DisableStartupMessage: true, BodyLimit: 2 << 20, EnableTrustedProxyCheck: true, EnableIPValidation: true,
		ErrorHandler: func(c *fiber.Ctx, err error) error {
			if strings.HasPrefix(c.Path(), "/api") {
				return api.ErrorHandler(c, err)
			}
			return web.ErrorHandler(c, err)
		},
	})
	api.Mount(h.app, k.Service, api.Options{Version: "1.2.3", BaseURL: "http://localhost:8080", Log: log, SecurityContact: "mailto:security@tussentijds.example"})
	require.NoError(t, web.Mount(h.app, k.Service, web.Options{BaseURL: "http://localhost:8080", Key: bytes.Repeat([]byte("k"), 32), Log: log}))
	return h
}

// visitor is somebody with a browser and a program, signed in on both, or nobody.
type visitor struct {
	h      *house
	token  string // of the API.
	cookie string // of the pages: the login's, or the one before any sign-in.
	csrf   string
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// signIn makes the logins that a sign-in with password and second factor would have made. A nil actor stays outside.
func (h *house) signIn(a *care.Actor) *visitor {
	h.t.Helper()
	v := &visitor{h: h}
	if a == nil {
		got := v.get("/")
		for _, c := range got.header.Values("Set-Cookie") {
			v.cookie, _, _ = strings.Cut(c, ";")
		}
		v.csrf = csrfField.FindStringSubmatch(got.body)[1]
		return v
	}
	v.token = h.login(*a, "api")
	v.cookie = "tt=" + h.login(*a, "web")
	return v
}

func (h *house) login(a care.Actor, edge string) string {
	h.t.Helper()
	now := h.k.Clock.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	known, ok := h.keys[a.ID]
	if !ok {
		known = [2]uuid.UUID{models.NewID(), models.NewID()}
		h.keys[a.ID] = known
		h.k.SQL(`insert into accounts (id, email_index) values ($1, $2)`, known[0], []byte(known[0].String()))
		h.k.SQL(`insert into memberships (id, account_id, practice_id, kind, subject_id) values ($1, $2, $3, $4, $5)`, known[1], known[0], a.PracticeID, a.Kind, a.ID)
	}
	token := base64.RawURLEncoding.EncodeToString([]byte(random(32)))
	hash := sha256.Sum256([]byte(token))
	h.k.SQL(`insert into logins (id, token_hash, account_id, membership_id, practice_id, edge, stage, created_at, seen_at, fresh_at, idle_minutes, expires_at)
		values ($1, $2, $3, $4, $5, $6, 'full', $7, $7, $7, 2880, $8)`, models.NewID(), hash[:], known[0], known[1], a.PracticeID, edge, now, now.Add(48*time.Hour))
	return token
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

func (v *visitor) get(path string) reply { v.h.t.Helper(); return v.do("GET", path, nil) }

// do asks the API with the token and JSON, and the pages with the cookie and a form.
func (v *visitor) do(method, path string, body any) reply {
	v.h.t.Helper()
	var in io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case url.Values:
		in, kind = strings.NewReader(b.Encode()), fiber.MIMEApplicationForm
	case string:
		in, kind = strings.NewReader(b), fiber.MIMEApplicationJSON
	default:
		raw, err := json.Marshal(b)
		require.NoError(v.h.t, err)
		in, kind = bytes.NewReader(raw), fiber.MIMEApplicationJSON
	}
	req := httptest.NewRequest(method, path, in)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if strings.HasPrefix(path, api.Prefix) {
		req.Header.Set("If-Match", `"1"`)
		if v.token != "" {
			req.Header.Set("Authorization", "Bearer "+v.token)
		}
	} else {
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		if v.cookie != "" {
			req.Header.Set("Cookie", v.cookie)
		}
	}
	res, err := v.h.app.Test(req, -1)
	require.NoError(v.h.t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	require.NoError(v.h.t, err)
	return reply{res.StatusCode, res.Header, string(raw)}
}

// form adds the token that every form carries.
func (v *visitor) form(values url.Values) url.Values {
	v.h.t.Helper()
	if v.csrf == "" {
		for _, start := range []string{"/portal/settings", "/desk/settings"} {
			if found := csrfField.FindStringSubmatch(v.get(start).body); found != nil {
				v.csrf = found[1]
				break
			}
		}
		assert.NotEmpty(v.h.t, v.csrf, "no form to take a token from")
	}
	out := url.Values{"csrf": {v.csrf}}
	for name, list := range values {
		out[name] = list
	}
	return out
}
