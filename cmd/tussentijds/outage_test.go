package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/db"
	"tussentijds/internal/local"
)

const goodPassword = "drie groene fietsen op zondag"

// running is the whole program on parts of its own, started as the demo starts it, without the demo's data.
type running struct {
	t    *testing.T
	d    *demo
	base string
	stop context.CancelFunc
	done chan error
}

func startProgram(t *testing.T) *running {
	t.Helper()
	if testing.Short() {
		t.Skip("starts PostgreSQL, Redis and the whole program")
	}
	dir, err := local.TempDir("tussentijds-outage")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	d, err := startDemo(ctx, dir)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "seeded"), nil, 0o600)) // No demo data.
	require.NoError(t, d.prepare(ctx, ""))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &running{t: t, d: d, base: "http://localhost:" + portOf(ln), stop: cancel, done: make(chan error, 1)}
	go func() { r.done <- d.serve(ctx, ln, r.base) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-r.done)
		require.NoError(t, d.stop())
		for _, part := range []string{"postgres", "redis"} {
			_ = local.Wipe(filepath.Join(dir, part))
		}
		_ = os.RemoveAll(dir)
	})
	soon(t, "the first answer", func() bool { // Who stops it while it opens its parts gets their fault.
		resp, err := http.Get(r.base + "/healthz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return r
}

// soon asks again and again until look is content, with a deadline.
func soon(t *testing.T, what string, look func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !look() {
		select {
		case <-deadline:
			t.Fatal(what + ": not within 30 seconds")
		case <-tick.C:
		}
	}
}

func (r *running) call(method, path, token string, in any) (int, map[string]any) {
	r.t.Helper()
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		require.NoError(r.t, err)
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, r.base+path, body)
	require.NoError(r.t, err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(r.t, err)
	defer func() { _ = resp.Body.Close() }()
	out := map[string]any{}
	_ = json.NewDecoder(resp.Body).Decode(&out)
	return resp.StatusCode, out
}

// therapist makes a practice through the operator's verb and accepts its invitation through the API.
func (r *running) therapist() (token string) {
	r.t.Helper()
	p, err := openParts(context.Background(), partsOptions{databaseURL: r.d.url("tt_app"), redisURL: r.d.redis.URL(), masterKey: filepath.Join(r.d.dir, "master.key"), newKey: true, baseURL: r.base, demo: true, log: r.d.log})
	require.NoError(r.t, err)
	defer func() { require.NoError(r.t, p.Close()) }()
	_, link, err := p.svc.CreatePractice(context.Background(), care.CreatePracticeInput{Name: "Storing", Email: "eva@storing.example", Owner: "Eva"})
	require.NoError(r.t, err)
	status, _ := r.call("POST", "/api/v1/invitations/"+link[strings.LastIndex(link, "/")+1:]+"/acceptance", "", map[string]any{"password": goodPassword, "locale": "nl"})
	require.Less(r.t, status, 300)
	return r.signIn("eva@storing.example")
}

func (r *running) signIn(email string) string {
	r.t.Helper()
	status, out := r.call("POST", "/api/v1/auth/tokens", "", map[string]any{"email": email, "password": goodPassword})
	require.Less(r.t, status, 300, out)
	token, _ := out["token"].(string)
	return token
}

func couple(n int) map[string]any {
	return map[string]any{"partners": []map[string]any{
		{"name": fmt.Sprintf("Anna %d", n), "email": fmt.Sprintf("anna%d@client.example", n)}, {"name": "Bo", "email": fmt.Sprintf("bo%d@client.example", n)},
	}, "invite": true}
}

func (r *running) couples(token string) int {
	_, out := r.call("GET", "/api/v1/couples?limit=100", token, nil)
	data, _ := out["data"].([]any)
	return len(data)
}

func TestPostgreSQLGoneForAWhile(t *testing.T) {
	r := startProgram(t)
	token := r.therapist()
	acknowledged := 0
	for n := range 5 {
		if status, _ := r.call("POST", "/api/v1/couples", token, couple(n)); status == http.StatusCreated {
			acknowledged++
		}
	}
	require.Equal(t, 5, acknowledged)
	// A browser that is signed in, to see the page people see.
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar}
	page := func(path string) (int, string) {
		resp, err := browser.Get(r.base + path)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body)
	}
	_, form := page("/")
	csrf := regexp.MustCompile(`name="(csrf[^"]*)" value="([^"]+)"`).FindStringSubmatch(form)
	require.NotNil(t, csrf)
	resp, err := browser.PostForm(r.base+"/sign-in", url.Values{csrf[1]: {csrf[2]}, "email": {"eva@storing.example"}, "password": {goodPassword}})
	require.NoError(t, err)
	_ = resp.Body.Close()
	status, _ := page("/desk")
	require.Equal(t, http.StatusOK, status)

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(t, r.d.postgres.Stop(ctx))
	status, out := r.call("POST", "/api/v1/couples", token, couple(99))
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "unavailable", out["code"])
	status, body := page("/desk")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, body, "even niet bereikbaar")
	status, _ = r.call("GET", "/readyz", "", nil)
	require.Equal(t, http.StatusServiceUnavailable, status)
	status, _ = r.call("GET", "/healthz", "", nil)
	require.Equal(t, http.StatusOK, status)

	r.d.postgres, err = local.StartPostgres(ctx, local.PostgresOptions{Dir: filepath.Join(r.d.dir, "postgres")})
	require.NoError(t, err)
	soon(t, "recovery without a restart", func() bool { return r.couples(token) == acknowledged })
	status, _ = r.call("POST", "/api/v1/couples", token, couple(6))
	require.Equal(t, http.StatusCreated, status)
	status, _ = page("/desk")
	require.Equal(t, http.StatusOK, status)
	t.Logf("%d writes acknowledged before PostgreSQL stopped, %d there afterwards", acknowledged, r.couples(token)-1)
}

func TestRedisGoneForAWhile(t *testing.T) {
	r := startProgram(t)
	token := r.therapist()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(t, r.d.redis.Stop(ctx))
	// Work goes on, and the mail too; only signing in must wait, because tries cannot be counted.
	status, _ := r.call("POST", "/api/v1/couples", token, couple(1))
	require.Equal(t, http.StatusCreated, status)
	status, out := r.call("POST", "/api/v1/auth/tokens", "", map[string]any{"email": "eva@storing.example", "password": goodPassword})
	require.Equal(t, http.StatusServiceUnavailable, status, out)
	soon(t, "the invitations, without Redis", func() bool { return len(r.d.mailbox.Mails(nil)) == 2 })

	var err error
	r.d.redis, err = local.StartRedis(ctx, local.RedisOptions{Dir: filepath.Join(r.d.dir, "redis")})
	require.NoError(t, err)
	soon(t, "signing in again", func() bool {
		status, _ := r.call("POST", "/api/v1/auth/tokens", "", map[string]any{"email": "eva@storing.example", "password": goodPassword})
		return status < 300
	})
	status, _ = r.call("POST", "/api/v1/couples", token, couple(2))
	require.Equal(t, http.StatusCreated, status)
	soon(t, "the invitations", func() bool { return len(r.d.mailbox.Mails(nil)) == 4 })
	to := map[string]bool{}
	for _, m := range r.d.mailbox.Mails(nil) {
		require.False(t, to[m.EnvelopeTo[0]], "nobody got a mail twice")
		to[m.EnvelopeTo[0]] = true
	}
}

// TestServingRolesOnly proves that the program refuses a role that row security does not bind, and an old schema.
func TestServingRolesOnly(t *testing.T) {
	r := startProgram(t)
	_, err := db.Open(context.Background(), r.d.url("tt_owner"), db.Options{})
	require.ErrorContains(t, err, "bypasses row security")
	_, err = db.Open(context.Background(), r.d.postgres.SuperURL(demoDatabase), db.Options{})
	require.ErrorContains(t, err, "bypasses row security")
	owner, err := db.Open(context.Background(), r.d.url("tt_owner"), db.Options{AllowPrivileged: true})
	require.NoError(t, err)
	defer func() { _ = owner.Close() }()
	require.NoError(t, owner.Global(context.Background(), func(tx *db.Tx) error {
		return tx.Exec(`delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`).Error
	}))
	_, err = openParts(context.Background(), partsOptions{databaseURL: r.d.url("tt_app"), redisURL: r.d.redis.URL(), masterKey: filepath.Join(r.d.dir, "master.key"), newKey: true, log: r.d.log})
	require.ErrorContains(t, err, "migrate up")
}
