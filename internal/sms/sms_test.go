package sms_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tussentijds/internal/sms"
)

// heard is what a gateway was asked.
type heard struct {
	method, query, kind, secret, key string
	body                             map[string]any
}

// listen starts a gateway that answers with status and keeps what it heard.
func listen(t *testing.T, status func(n int) int) (url string, all func() []heard) {
	t.Helper()
	var mu sync.Mutex
	var list []heard
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		h := heard{r.Method, r.URL.RawQuery, r.Header.Get("Content-Type"), r.Header.Get("Authorization"), r.Header.Get("Idempotency-Key"), nil}
		_ = json.Unmarshal(raw, &h.body)
		mu.Lock()
		list = append(list, h)
		n := len(list)
		mu.Unlock()
		w.WriteHeader(status(n))
	}))
	t.Cleanup(s.Close)
	return s.URL, func() []heard { mu.Lock(); defer mu.Unlock(); return append([]heard{}, list...) }
}

func TestAGatewayGetsJSONOrAFilledAddress(t *testing.T) {
	t.Parallel()
	url, all := listen(t, func(int) int { return 202 })
	g, err := sms.New(sms.Config{URL: url + "/messages", Token: "geheim", From: "Tussentijds", Callback: "https://portal.example/hooks/sms"})
	require.NoError(t, err)
	text := sms.Text{ID: "abc-1", To: "+31612345678", Text: "Er staat iets voor je klaar & meer"}
	require.Equal(t, []error{nil}, g.Send(t.Context(), []sms.Text{text}))
	filled, err := sms.New(sms.Config{URL: url + "/send?key=1&to={to}&msg={text}&ref={id}"})
	require.NoError(t, err)
	require.Equal(t, []error{nil}, filled.Send(t.Context(), []sms.Text{text}))
	got := all()
	require.Len(t, got, 2)
	require.Equal(t, heard{"POST", "", "application/json", "Bearer geheim", "abc-1", map[string]any{
		"id": "abc-1", "to": "+31612345678", "from": "Tussentijds", "text": "Er staat iets voor je klaar & meer", "callback": "https://portal.example/hooks/sms",
	}}, got[0])
	require.Equal(t, heard{"POST", "key=1&to=%2B31612345678&msg=Er+staat+iets+voor+je+klaar+%26+meer&ref=abc-1", "", "", "abc-1", nil}, got[1])
}

func TestForGoodAndForNowAreToldApart(t *testing.T) {
	t.Parallel()
	for code, permanent := range map[int]bool{400: true, 404: true, 422: true, 302: true, 401: false, 402: false, 403: false, 408: false, 409: false, 429: false, 500: false, 503: false} {
		url, _ := listen(t, func(int) int { return code })
		g, err := sms.New(sms.Config{URL: url})
		require.NoError(t, err)
		var failure *sms.Error
		require.ErrorAs(t, g.Send(t.Context(), []sms.Text{{ID: "a", To: "+31612345678", Text: "x"}})[0], &failure)
		require.Equal(t, []any{permanent, code}, []any{failure.Permanent, failure.Code})
		require.NotContains(t, failure.Error(), "612345678")
	}
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // Only then does the server see that the caller has gone.
		<-r.Context().Done()
	}))
	t.Cleanup(slow.Close)
	g, err := sms.New(sms.Config{URL: slow.URL, Timeout: 50 * time.Millisecond})
	require.NoError(t, err)
	var failure *sms.Error
	require.ErrorAs(t, g.Send(t.Context(), []sms.Text{{ID: "a", To: "+31612345678", Text: "x"}})[0], &failure)
	require.False(t, failure.Permanent, "a gateway that does not answer may answer later")
}

func TestOutcomesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	url, all := listen(t, func(int) int { return 200 })
	g, err := sms.New(sms.Config{URL: url})
	require.NoError(t, err)
	var texts []sms.Text
	for i := range 40 {
		text := sms.Text{ID: "a", To: "+31612345678", Text: "x"}
		switch i % 4 {
		case 1:
			text.To = "0612345678"
		case 2:
			text.Text = strings.Repeat("a", 161)
		case 3:
			text.Text = "日本"
		}
		texts = append(texts, text)
	}
	for i, err := range g.Send(t.Context(), texts) {
		if i%4 == 0 {
			require.NoError(t, err)
			continue
		}
		var failure *sms.Error
		require.ErrorAs(t, err, &failure)
		require.True(t, failure.Permanent)
	}
	require.Len(t, all(), 10)
}

func TestWhereAGatewayMayBe(t *testing.T) {
	t.Parallel()
	for raw, good := range map[string]bool{
		"https://sms.example/v1": true, "https://sms.example/?to={to}&text={text}": true, "http://127.0.0.1:9/x": true, "http://localhost/x": true, "https://10.0.0.7/x": true,
		"": false, "http://sms.example/v1": false, "sms.example": false, "https://sms.example/?to={to}": false, "ftp://127.0.0.1/": false, "https://sms.example/#x": false,
	} {
		_, err := sms.New(sms.Config{URL: raw})
		require.Equal(t, good, err == nil, raw)
	}
	_, err := sms.New(sms.Config{URL: "https://sms.example", From: "a\r\nb"})
	require.Error(t, err)
}

func TestAnyTextBecomesOneMessage(t *testing.T) {
	t.Parallel()
	require.Equal(t, `Zoe & André: "Praktijk" - 3 jaar?`, sms.Plain("Zoë & André: “Praktijk” – 3 jaar🌱"))
	require.Equal(t, "é à ü stay, e c s go", sms.Plain("é à ü stay, ë ç š go"))
	require.Equal(t, 160, sms.Length(strings.Repeat("a", 160)))
	require.Equal(t, 2, sms.Length("€"))
	require.Equal(t, -1, sms.Length("ç"))
	require.Equal(t, "De Brug", sms.Cut("De Brug en meer", 9))
	require.Equal(t, "De", sms.Cut("De €", 4))
	rapid.Check(t, func(t *rapid.T) {
		plain := sms.Plain(rapid.String().Draw(t, "text"))
		if sms.Length(plain) < 0 {
			t.Fatalf("%q is outside the alphabet", plain)
		}
		places := rapid.IntRange(0, 200).Draw(t, "places")
		if n := sms.Length(sms.Cut(plain, places)); n > places || n < 0 {
			t.Fatalf("%q takes %d of %d places", plain, n, places)
		}
	})
}

func TestAReceiptIsTheGatewaysAndOfNow(t *testing.T) {
	t.Parallel()
	secret, now := []byte("een lang geheim van de poort"), time.Unix(1_790_000_000, 0)
	body := []byte(`{"id":"abc-1","status":"delivered"}`)
	good := sms.Signed{ID: "msg_1", Timestamp: "1790000000", Body: body, Signature: sms.Sign(secret, "msg_1", "1790000000", body)}
	got, err := sms.Read(secret, good, now)
	require.NoError(t, err)
	require.Equal(t, sms.Receipt{ID: "abc-1", Delivered: true, Final: true}, got)
	rotated := good
	rotated.Signature = "v1,AAAA " + good.Signature
	_, err = sms.Read(secret, rotated, now.Add(4*time.Minute))
	require.NoError(t, err, "during a change of secrets there are two signatures")

	for name, change := range map[string]func(*sms.Signed){
		"another body":    func(s *sms.Signed) { s.Body = []byte(`{"id":"abc-2","status":"delivered"}`) },
		"another id":      func(s *sms.Signed) { s.ID = "msg_2" },
		"another moment":  func(s *sms.Signed) { s.Timestamp = "1790000001" },
		"no moment":       func(s *sms.Signed) { s.Timestamp = "" },
		"no id":           func(s *sms.Signed) { s.ID = "" },
		"no signature":    func(s *sms.Signed) { s.Signature = "" },
		"half signature":  func(s *sms.Signed) { s.Signature = s.Signature[:20] },
		"another's":       func(s *sms.Signed) { s.Signature = sms.Sign([]byte("x"), s.ID, s.Timestamp, s.Body) },
		"another version": func(s *sms.Signed) { s.Signature = "v2" + s.Signature[2:] },
	} {
		bad := good
		change(&bad)
		_, err := sms.Read(secret, bad, now)
		require.ErrorIs(t, err, sms.ErrUnsigned, name)
	}
	for _, off := range []time.Duration{6 * time.Minute, -6 * time.Minute} {
		_, err := sms.Read(secret, good, now.Add(off))
		require.ErrorIs(t, err, sms.ErrUnsigned, "played again")
	}
	_, err = sms.Read(nil, good, now)
	require.ErrorIs(t, err, sms.ErrUnsigned, "without a secret nothing is believed")
	for raw, want := range map[string]sms.Receipt{
		`{"id":"a","status":"FAILED","permanent":true}`: {ID: "a", Permanent: true, Final: true},
		`{"id":"a","status":"undelivered"}`:             {ID: "a", Final: true},
		`{"id":"a","status":"sent"}`:                    {ID: "a"},
	} {
		got, err := sms.Read(secret, sms.Signed{ID: "m", Timestamp: "1790000000", Body: []byte(raw), Signature: sms.Sign(secret, "m", "1790000000", []byte(raw))}, now)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, raw := range []string{``, `x`, `{}`, `[]`, `{"id":""}`, `{"id":"` + strings.Repeat("a", 300) + `"}`} {
		_, err := sms.Read(secret, sms.Signed{ID: "m", Timestamp: "1790000000", Body: []byte(raw), Signature: sms.Sign(secret, "m", "1790000000", []byte(raw))}, now)
		require.ErrorIs(t, err, sms.ErrReceipt, raw)
	}
}
