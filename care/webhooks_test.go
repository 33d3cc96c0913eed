package care_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// told is what a listener was told.
type told struct {
	id, at, signature string
	body              []byte
}

// listener answers with status and keeps what it was told.
func listener(t *testing.T, status func(n int) int) (url string, calls func() []told) {
	t.Helper()
	var mu sync.Mutex
	var all []told
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		all = append(all, told{r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), r.Header.Get("webhook-signature"), body})
		n := len(all)
		mu.Unlock()
		w.WriteHeader(status(n))
	}))
	t.Cleanup(s.Close)
	return s.URL, func() []told { mu.Lock(); defer mu.Unlock(); return append([]told{}, all...) }
}

// runJobs runs the practice's due jobs of a kind.
func runJobs(t *testing.T, k *testkit.Kit, kind string) {
	t.Helper()
	jobs, err := k.Worker.DueJobs(k.Ctx, 100_000)
	require.NoError(t, err)
	for _, j := range jobs {
		if j.PracticeID == k.Practice && j.Kind == kind {
			if err := k.Worker.RunJob(k.Ctx, k.Practice, j.ID); err != nil {
				require.True(t, fault.Is(err, fault.Unavailable), err)
			}
		}
	}
}

func TestAWebhookIsToldOnceSignedAndByIDsAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t, func(d *care.Deps) { d.Demo = true })
	url, calls := listener(t, func(n int) int {
		if n == 1 {
			return 503
		}
		return 204
	})
	hook, err := k.Service.AddWebhook(k.Ctx, k.Owner, care.AddWebhookInput{URL: url, Events: []string{"session.planned", "session.cancelled", "session.planned"}})
	require.NoError(t, err)
	require.Equal(t, []string{"session.cancelled", "session.planned"}, hook.Events)
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(hook.Secret, "whsec_"))
	require.NoError(t, err)
	require.Len(t, secret, 32)
	list, err := k.Service.ListWebhooks(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Empty(t, list[0].Secret, "shown once")

	session := plan(t, k, k.Therapist, hourAt(k, 12))
	k.Assign("appreciation", "both", "once") // Nobody asked to be told of that.
	for range 3 {
		require.NoError(t, k.Worker.SealAudit(k.Ctx, k.Practice))
		runJobs(t, k, care.JobWebhook)
	}
	require.Len(t, calls(), 1, "the listener was busy")
	k.Clock.Add(time.Minute)
	runJobs(t, k, care.JobWebhook)
	runJobs(t, k, care.JobWebhook)
	got := calls()
	require.Len(t, got, 2)
	require.Equal(t, got[0].id, got[1].id, "a repeat can be recognised")
	for _, c := range got {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(c.id + "." + c.at + "." + string(c.body)))
		require.Equal(t, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)), c.signature)
		var body map[string]any
		require.NoError(t, json.Unmarshal(c.body, &body))
		require.Equal(t, "session.planned", body["type"])
		require.Equal(t, map[string]any{"id": session.ID.String(), "practice_id": k.Practice.String()}, body["data"])
	}
}

func TestAListenerThatIsGoneIsToldNoMore(t *testing.T) {
	t.Parallel()
	k := testkit.New(t, func(d *care.Deps) { d.Demo = true })
	url, calls := listener(t, func(int) int { return http.StatusGone })
	_, err := k.Service.AddWebhook(k.Ctx, k.Owner, care.AddWebhookInput{URL: url, Events: []string{"session.planned"}})
	require.NoError(t, err)
	for hour := range 2 {
		plan(t, k, k.Therapist, hourAt(k, 12+2*hour))
		require.NoError(t, k.Worker.SealAudit(k.Ctx, k.Practice))
		runJobs(t, k, care.JobWebhook)
	}
	require.Len(t, calls(), 1)
	list, err := k.Service.ListWebhooks(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.False(t, list[0].Active)
}

func TestOnlyTheOpenInternetIsTold(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	add := func(who care.Actor, url string) error {
		_, err := k.Service.AddWebhook(k.Ctx, who, care.AddWebhookInput{URL: url, Events: []string{"session.planned"}})
		return err
	}
	for _, bad := range []string{
		"", "x", "http://example.org/h", "https://", "https://localhost/h", "https://a.localhost/h", "https://127.0.0.1/h", "https://10.1.2.3/h", "https://192.168.0.1/h",
		"https://169.254.169.254/latest", "https://100.64.0.1/h", "https://[::1]/h", "https://[fd00::1]/h", "https://[fe80::1]/h", "https://[::ffff:10.0.0.1]/h",
		"https://[64:ff9b::a00:1]/h", "https://0.0.0.0/h", "https://user:pass@example.org/h", "ftp://example.org/h", "https://example.org/\nx", "https://example.org/" + strings.Repeat("a", 500),
	} {
		require.True(t, fault.Is(add(k.Owner, bad), fault.Invalid), bad)
	}
	require.NoError(t, add(k.Owner, "https://hooks.example.org/tussentijds?x=1"))
	_, err := k.Service.AddWebhook(k.Ctx, k.Owner, care.AddWebhookInput{URL: "https://example.org", Events: []string{"response.submitted"}})
	require.True(t, fault.Is(err, fault.Invalid))
	_, err = k.Service.AddWebhook(k.Ctx, k.Owner, care.AddWebhookInput{URL: "https://example.org"})
	require.True(t, fault.Is(err, fault.Invalid))
	for _, who := range []care.Actor{k.Therapist, k.Trainee, k.Office} {
		require.True(t, fault.Is(add(who, "https://example.org"), fault.Forbidden), who.Role)
		_, err := k.Service.ListWebhooks(k.Ctx, who)
		require.True(t, fault.Is(err, fault.Forbidden), who.Role)
	}
	require.True(t, fault.Is(add(k.PartnerA, "https://example.org"), fault.NotFound))
	list, err := k.Service.ListWebhooks(k.Ctx, k.ForeignTherapist)
	require.NoError(t, err)
	require.Empty(t, list)
}
