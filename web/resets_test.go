package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
)

// letters keeps the mails that would go out.
type letters struct {
	mu   sync.Mutex
	sent []care.Message
}

func (l *letters) Send(_ context.Context, messages []care.Message) []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, messages...)
	return make([]error, len(messages))
}

// links sends what is due in the kit's practice, and gives the addresses of that kind in it.
func (l *letters) links(t *testing.T, k *testkit.Kit, kind string) []string {
	t.Helper()
	before := len(l.sent)
	rows := k.IDs(`update reminders set state = 'claimed', attempts = attempts + 1, lease_until = $2::timestamptz + interval '5 minutes'
		where practice_id = $1 and state = 'planned' and not_before <= $2 returning id`, k.Practice, k.Clock.Now())
	require.NoError(t, k.Worker.SendReminders(k.Ctx, care.DueBatch{PracticeID: k.Practice, IDs: rows}))
	var found []string
	for _, m := range l.sent[before:] {
		found = append(found, regexp.MustCompile(`/`+kind+`/[A-Za-z0-9_-]+`).FindAllString(m.Text, 1)...)
	}
	return found
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	mails := &letters{}
	k := testkit.New(t, func(d *care.Deps) { d.Mailer = mails })
	email := "anna-" + strings.ToLower(randomToken()[:8]) + "@client.example"
	couple, err := k.Service.CreateCouple(k.Ctx, k.Therapist, care.CreateCoupleInput{Partners: []care.PartnerInput{
		{Name: "Anna", Email: email, Locale: "nl"}, {Name: "Bo", Email: "bo-" + email, Locale: "nl"},
	}})
	require.NoError(t, err)
	require.NoError(t, k.Service.InvitePartner(k.Ctx, k.Therapist, couple.ID, couple.Partners[0].ID))
	invited := mails.links(t, k, "invitation")
	require.Len(t, invited, 1)
	b := newBrowser(t, k)
	b.get(invited[0]).is(200)
	old := "een lange zin om te onthouden"
	b.send(invited[0], map[string][]string{"password": {old}, "password_again": {old}, "locale": {"nl"}, "consent_treatment": {"1"}, "accept_secrets_policy": {"1"}}).goes("/")
	b.get("/portal").is(200)

	// Whoever asks learns nothing: the page is the same for an address that nobody has.
	other := newBrowser(t, k)
	other.get("/").has("/sign-in/reset")
	other.get("/sign-in/reset").is(200)
	other.send("/sign-in/reset", map[string][]string{"email": {" "}}).is(422).has("f-email-error")
	known := other.send("/sign-in/reset", map[string][]string{"email": {email}}).is(200).hasNot(email)
	unknown := other.send("/sign-in/reset", map[string][]string{"email": {"niemand-" + email}}).is(200)
	require.Equal(t, middle(known), middle(unknown))

	at := mails.links(t, k, "reset")
	require.Len(t, at, 1, "one mail, to the one that has an account")
	for range 3 {
		other.get(at[0]).is(200).has("f-password_again") // looking uses nothing up
	}
	next := "vier blauwe stoelen buiten"
	other.send(at[0], map[string][]string{"password": {"kort"}, "password_again": {"kort"}}).is(422).has("f-password-error").hasNot(`"kort"`)
	other.send(at[0], map[string][]string{"password": {next}, "password_again": {"iets anders"}}).is(422).has("f-password_again-error").hasNot(next)
	other.send(at[0], map[string][]string{"password": {next}, "password_again": {next}}).goes("/")
	other.get("/").is(200).has("flash", `action="/sign-in"`)
	b.get("/portal").goes("/") // every sign-in has ended

	other.get(at[0]).is(200)
	other.send(at[0], map[string][]string{"password": {old}, "password_again": {old}}).is(404).has("/sign-in/reset").hasNot("f-password")
	other.get("/")
	other.send("/sign-in", map[string][]string{"email": {email}, "password": {old}}).is(422)
	other.send("/sign-in", map[string][]string{"email": {email}, "password": {next}}).goes("/")
	other.get("/").goes("/portal")

	// An hour later a link is worth nothing.
	k.Clock.Add(time.Minute)
	other.get("/sign-in/reset")
	other.send("/sign-in/reset", map[string][]string{"email": {email}}).is(200)
	at = mails.links(t, k, "reset")
	require.Len(t, at, 1)
	k.Clock.Add(61 * time.Minute)
	other.get(at[0]).is(200)
	other.send(at[0], map[string][]string{"password": {next}, "password_again": {next}}).is(404)
}

// A form without its token changes nothing, whatever link it carries.
func TestResetNeedsTheForm(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, testkit.New(t))
	b.do(post("/reset/x", url.Values{"password": {"vier blauwe stoelen buiten"}})).is(403)
	b.do(post("/sign-in/reset", url.Values{"email": {"sam@client.example"}})).is(403)
	b.do(httptest.NewRequest(http.MethodGet, "/reset/x", nil)).is(200)
}
