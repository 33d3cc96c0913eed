package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
)

var testKey = []byte("0123456789abcdef0123456789abcdef")

// newApp mounts the site on an app without a database: enough for all that happens before care is asked.
func newApp(t *testing.T, base string) *fiber.App {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true})
	require.NoError(t, Mount(app, care.New(care.Deps{}), Options{BaseURL: base, Key: testKey}))
	return app
}

func ask(t *testing.T, app *fiber.App, req *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := app.Test(req, -1)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(body)
}

func get(path string) *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) }

func post(path string, form url.Values, cookies ...*http.Cookie) *http.Request {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range cookies {
		req.AddCookie(c)
	}
	return req
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// formOf loads the sign-in page and gives its token with the cookie that it is bound to.
func formOf(t *testing.T, app *fiber.App) (token string, cookie *http.Cookie) {
	t.Helper()
	resp, body := ask(t, app, get("/"))
	require.Equal(t, 200, resp.StatusCode)
	found := csrfField.FindStringSubmatch(body)
	require.NotNil(t, found)
	for _, c := range resp.Cookies() {
		if strings.HasSuffix(c.Name, firstCookie) {
			return found[1], c
		}
	}
	t.Fatal("no cookie before sign-in")
	return "", nil
}

func TestHeaders(t *testing.T) {
	for _, path := range []string{"/", "/nowhere", "/portal", "/static/x/nothing.css"} {
		resp, body := ask(t, newApp(t, "https://tussentijds.example"), get(path))
		require.Equal(t, contentPolicy, resp.Header.Get("Content-Security-Policy"), path)
		require.Equal(t, "same-origin", resp.Header.Get("Referrer-Policy"), path)
		require.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"), path)
		require.Equal(t, "no-store", resp.Header.Get("Cache-Control"), path)
		require.NotEmpty(t, resp.Header.Get("Strict-Transport-Security"), path)
		require.NotContains(t, body, " style=", path)
	}
	resp, _ := ask(t, newApp(t, "http://localhost:8080"), get("/"))
	require.Empty(t, resp.Header.Get("Strict-Transport-Security"))
}

func TestCookies(t *testing.T) {
	resp, _ := ask(t, newApp(t, "https://tussentijds.example"), get("/"))
	c := resp.Cookies()[0]
	require.True(t, strings.HasPrefix(c.Name, "__Host-"))
	require.True(t, c.Secure && c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Equal(t, "/", c.Path)
	require.Empty(t, c.Domain)

	resp, _ = ask(t, newApp(t, "http://127.0.0.1:8080"), get("/"))
	require.Equal(t, firstCookie, resp.Cookies()[0].Name)
	require.False(t, resp.Cookies()[0].Secure)

	require.Error(t, Mount(fiber.New(), care.New(care.Deps{}), Options{BaseURL: "http://tussentijds.example", Key: testKey}), "plain http off loopback")
	require.Error(t, Mount(fiber.New(), care.New(care.Deps{}), Options{BaseURL: "https://tussentijds.example", Key: []byte("short")}))
}

func TestFormToken(t *testing.T) {
	app := newApp(t, "http://localhost:8080")
	token, cookie := formOf(t, app)
	change := func(edit func(*http.Request)) int {
		req := post("/language", url.Values{"csrf": {token}, "lang": {"en"}, "back": {"/"}}, cookie)
		if edit != nil {
			edit(req)
		}
		resp, _ := ask(t, app, req)
		return resp.StatusCode
	}
	require.Equal(t, 303, change(nil), "the form itself")
	require.Equal(t, 403, change(func(r *http.Request) { r.Header.Del("Cookie") }), "another browser")
	require.Equal(t, 403, change(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }), "another site")
	require.Equal(t, 403, change(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }), "a neighbour")
	require.Equal(t, 403, change(func(r *http.Request) {
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Set("Origin", "https://evil.example")
	}), "an older browser on another site")
	require.Equal(t, 403, change(func(r *http.Request) {
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Set("Origin", "null")
	}), "a sandboxed page")
	require.Equal(t, 303, change(func(r *http.Request) {
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Set("Origin", "http://localhost:8080")
	}), "an older browser on ours")

	token = strings.Repeat("A", len(token))
	require.Equal(t, 403, change(nil), "a made-up token")
	again, _ := formOf(t, app)
	require.NotEqual(t, formToken(testKey, "x"), formToken(testKey, "x"), "masked anew each time")
	require.True(t, formTokenHolds(testKey, "x", formToken(testKey, "x")))
	require.False(t, formTokenHolds(testKey, "y", formToken(testKey, "x")))
	require.False(t, formTokenHolds(testKey, "", formToken(testKey, "")))
	require.NotEmpty(t, again)
}

// Every route that is not declared public sends whoever is not signed in away, and every form wants its token.
func TestEveryRouteIsGuarded(t *testing.T) {
	app := newApp(t, "http://localhost:8080")
	signedIn := 0
	var programs []string
	for _, route := range Routes() {
		if route.Access != Public {
			require.Equal(t, SignedIn, route.Access, "%s %s declares its access", route.Method, route.Path)
			signedIn++
		}
		path := strings.NewReplacer(":id", "01890000-0000-7000-8000-000000000001", ":token", "x").Replace(route.Path)
		resp, _ := ask(t, app, httptest.NewRequest(route.Method, path, nil))
		switch {
		case strings.HasPrefix(route.Path, "/demo/"):
			require.Equal(t, 404, resp.StatusCode, path)
		case route.Program:
			programs = append(programs, route.Path)
			require.Equal(t, Public, route.Access, "%s: a program has no sign-in", path)
			require.Empty(t, resp.Cookies(), path)
		case route.Method != http.MethodGet && !route.OneClick:
			require.Equal(t, 403, resp.StatusCode, "%s %s without a token", route.Method, path)
		case route.Access == SignedIn:
			require.Equal(t, 303, resp.StatusCode, path)
			require.Equal(t, "/", resp.Header.Get("Location"), path)
		}
	}
	require.Greater(t, signedIn, 30)
	require.Equal(t, []string{"/calendar/:token.ics", "/hooks/sms"}, programs)
}

func TestNotFoundIsOnePage(t *testing.T) {
	app := newApp(t, "http://localhost:8080")
	resp, body := ask(t, app, get("/nowhere"))
	require.Equal(t, 404, resp.StatusCode)
	require.Contains(t, body, "Deze pagina is er niet")
	req := get("/nowhere")
	req.Header.Set("Accept-Language", "en-GB,en;q=0.8")
	_, body = ask(t, app, req)
	require.Contains(t, body, "This page is not here")
	resp, _ = ask(t, app, get("/demo/mailbox"))
	require.Equal(t, 404, resp.StatusCode, "the mailbox is of the demo alone")
}

// kept is a mailbox.
type kept []MailView

func (k kept) Mails() []MailView { return k }

// Who is not signed in reads a clock of here, and not that of the server.
func TestWithoutAPracticeTheClockIsOurs(t *testing.T) {
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true})
	mail := MailView{ID: "1", Subject: "Bericht", At: time.Date(2026, 12, 1, 1, 10, 0, 0, time.UTC)}
	require.NoError(t, Mount(app, care.New(care.Deps{}), Options{BaseURL: "http://localhost:8080", Key: testKey, Mailbox: kept{mail}}))
	_, body := ask(t, app, get("/demo/mailbox/1"))
	require.Contains(t, body, "dinsdag 1 december om 02:10")
}

func TestStaticFilesAreKept(t *testing.T) {
	app := newApp(t, "https://tussentijds.example")
	a := embeddedAssets()
	resp, body := ask(t, app, get(a.url("app.css")))
	require.Equal(t, 200, resp.StatusCode)
	require.Contains(t, resp.Header.Get("Cache-Control"), "immutable")
	require.Contains(t, body, "--paper")
	req := get(a.url("app.css"))
	req.Header.Set("Accept-Encoding", "gzip, br")
	resp, packed := ask(t, app, req)
	require.Equal(t, "gzip", resp.Header.Get("Content-Encoding"))
	require.Less(t, len(packed), len(body)/3)
	resp, _ = ask(t, app, get("/static/earlier/app.css"))
	require.Equal(t, 200, resp.StatusCode, "a page of the release before still gets its looks")
	require.NotContains(t, resp.Header.Get("Cache-Control"), "immutable")
	resp, _ = ask(t, app, get("/static/x/../../web.go"))
	require.Equal(t, 404, resp.StatusCode)
}

func TestQuickExit(t *testing.T) {
	app := newApp(t, "https://tussentijds.example")
	req := get("/quick-exit")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, body := ask(t, app, req)
	require.Equal(t, defaultExit, resp.Header.Get("Location"))
	require.NotContains(t, body, "Tussentijds")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	resp, _ = ask(t, app, req)
	require.Equal(t, "/", resp.Header.Get("Location"), "another site cannot sign people out")
}

func TestRedirectsStayHere(t *testing.T) {
	for path, want := range map[string]string{
		"/portal": "/portal", "/portal/tasks?cursor=a": "/portal/tasks?cursor=a", "": "/x", "//evil.example": "/x", "https://evil.example": "/x",
		"/\\evil.example": "/x", "/a\r\nSet-Cookie:b": "/x", "/": "/",
	} {
		require.Equal(t, want, ownPath(path, "/x"), path)
	}
}

func TestFlashShowsOnlyOurWords(t *testing.T) {
	app := newApp(t, "http://localhost:8080")
	for value, shown := range map[string]bool{"web.flash.signed_out": true, "web.signin.title": false, "<b>x</b>": false, "web.flash.nothing": false} {
		req := get("/")
		req.AddCookie(&http.Cookie{Name: flashCookie, Value: value})
		_, body := ask(t, app, req)
		require.Equal(t, shown, strings.Contains(body, `class="notice notice-good flash"`), value)
	}
}
