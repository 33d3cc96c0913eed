package care_test

import (
	"context"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

const goodPassword = "drie groene fietsen op zondag"

// post is a mailer that keeps what it sends.
type post struct {
	mu   sync.Mutex
	sent []care.Message
}

func (p *post) Send(_ context.Context, messages []care.Message) []error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, messages...)
	return make([]error, len(messages))
}

// deliver sends everything of the kit's practice that is due now, through the worker's own role, and gives it.
func deliver(t *testing.T, k *testkit.Kit, p *post) []care.Message {
	t.Helper()
	before := len(p.sent)
	// Claimed as ClaimDueReminders would, for this practice alone: other tests run beside this one.
	rows := k.IDs(`update reminders set state = 'claimed', attempts = attempts + 1, lease_until = $2::timestamptz + interval '5 minutes'
		where practice_id = $1 and state = 'planned' and not_before <= $2 returning id`, k.Practice, k.Clock.Now())
	require.NoError(t, k.Worker.SendReminders(k.Ctx, care.DueBatch{PracticeID: k.Practice, IDs: rows}))
	return p.sent[before:]
}

var linkToken = regexp.MustCompile(`/(invitation|reset)/([A-Za-z0-9_-]+)`)

func tokenIn(t *testing.T, m care.Message) string {
	t.Helper()
	found := linkToken.FindStringSubmatch(m.Text)
	require.NotNil(t, found, "the mail holds a link")
	return found[2]
}

// invitedPartner makes a couple whose first partner has been mailed an invitation; it gives the address and the token.
func invitedPartner(t *testing.T, k *testkit.Kit, p *post) (email, token string) {
	t.Helper()
	email = "anna-" + uuid.NewString()[:8] + "@client.example"
	v, err := k.Service.CreateCouple(k.Ctx, k.Therapist, care.CreateCoupleInput{Partners: []care.PartnerInput{
		{Name: "Anna", Email: email, Locale: "nl"}, {Name: "Bo", Email: "bo-" + email, Locale: "nl"},
	}})
	require.NoError(t, err)
	require.NoError(t, k.Service.InvitePartner(k.Ctx, k.Therapist, v.ID, v.Partners[0].ID))
	mails := deliver(t, k, p)
	require.Len(t, mails, 1)
	require.Equal(t, email, mails[0].To)
	return email, tokenIn(t, mails[0])
}

func demo(d *care.Deps) { d.Demo = true }

func TestAnInvitationIsAcceptedOnceAndInPerson(t *testing.T) {
	t.Parallel()
	p := &post{}
	k := testkit.New(t, demo, func(d *care.Deps) { d.Mailer = p })
	email, token := invitedPartner(t, k, p)

	view, err := k.Service.Invitation(k.Ctx, token)
	require.NoError(t, err)
	require.Equal(t, "partner", view.Kind)
	require.NotEmpty(t, view.SecretsPolicy["nl"])
	_, err = k.Service.Invitation(k.Ctx, token+"x")
	requireCode(t, fault.NotFound, err)

	in := care.AcceptInvitationInput{Password: goodPassword, Locale: "en", Treatment: true, SecretsPolicy: true}
	for _, spoil := range []func(*care.AcceptInvitationInput){
		func(i *care.AcceptInvitationInput) { i.Password = "kort" },
		func(i *care.AcceptInvitationInput) { i.Password = "wachtwoord123" },
		func(i *care.AcceptInvitationInput) { i.Treatment = false },
		func(i *care.AcceptInvitationInput) { i.SecretsPolicy = false },
		func(i *care.AcceptInvitationInput) { i.Locale = "fr" },
	} {
		bad := in
		spoil(&bad)
		_, err := k.Service.AcceptInvitation(k.Ctx, token, bad, "web", "127.0.0.1")
		requireCode(t, fault.Invalid, err)
	}
	signed, err := k.Service.AcceptInvitation(k.Ctx, token, in, "web", "127.0.0.1")
	require.NoError(t, err)
	require.Equal(t, "full", signed.Stage)
	actor, err := k.Service.Authenticate(k.Ctx, signed.Token, "web", "127.0.0.1")
	require.NoError(t, err)
	require.True(t, actor.Partner())
	require.EqualValues(t, "en", actor.Locale)
	me, err := k.Service.Me(k.Ctx, actor)
	require.NoError(t, err)
	require.Equal(t, email, me.Email)

	_, err = k.Service.AcceptInvitation(k.Ctx, token, in, "web", "127.0.0.1")
	requireCode(t, fault.NotFound, err)
	privacy, err := k.Service.Privacy(k.Ctx, actor)
	require.NoError(t, err)
	require.True(t, privacy.Consents[0].Given)
	require.False(t, privacy.Consents[2].Given, "the line in the couple's report is asked for, not assumed")
}

func TestASignInHasLimitsAndEnds(t *testing.T) {
	t.Parallel()
	p := &post{}
	k := testkit.New(t, demo, func(d *care.Deps) { d.Mailer = p })
	email, token := invitedPartner(t, k, p)
	_, err := k.Service.AcceptInvitation(k.Ctx, token, care.AcceptInvitationInput{Password: goodPassword, Locale: "nl", Treatment: true, SecretsPolicy: true}, "web", "127.0.0.1")
	require.NoError(t, err)

	for _, wrong := range []care.SignInInput{{Email: email, Password: "iets heel anders"}, {Email: "niemand@client.example", Password: goodPassword}, {}} {
		_, err := k.Service.SignIn(k.Ctx, wrong, "web", "127.0.0.1", "")
		require.Equal(t, "error.sign_in", fault.From(err).Key, "one answer for every wrong combination")
	}
	signed, err := k.Service.SignIn(k.Ctx, care.SignInInput{Email: " " + email + " ", Password: goodPassword}, "web", "127.0.0.1", "")
	require.NoError(t, err)
	_, err = k.Service.Authenticate(k.Ctx, signed.Token, "api", "127.0.0.1")
	requireCode(t, fault.Unauthenticated, err)

	// Idle for eleven minutes: over. With a click every nine minutes: until two hours are full.
	k.Clock.Add(11 * time.Minute)
	_, err = k.Service.Authenticate(k.Ctx, signed.Token, "web", "127.0.0.1")
	requireCode(t, fault.Unauthenticated, err)
	signed, err = k.Service.SignIn(k.Ctx, care.SignInInput{Email: email, Password: goodPassword}, "web", "127.0.0.1", signed.DeviceToken)
	require.NoError(t, err)
	var lasted time.Duration
	for err == nil && lasted < 4*time.Hour {
		k.Clock.Add(9 * time.Minute)
		lasted += 9 * time.Minute
		_, err = k.Service.Authenticate(k.Ctx, signed.Token, "web", "127.0.0.1")
	}
	require.Equal(t, 126*time.Minute, lasted)

	signed, err = k.Service.SignIn(k.Ctx, care.SignInInput{Email: email, Password: goodPassword}, "web", "127.0.0.1", "")
	require.NoError(t, err)
	actor, err := k.Service.Authenticate(k.Ctx, signed.Token, "web", "127.0.0.1")
	require.NoError(t, err)
	require.True(t, k.Service.Fresh(actor))
	k.Clock.Add(6 * time.Minute)
	require.False(t, k.Service.Fresh(actor))
	requireCode(t, fault.Invalid, k.Service.RefreshSignIn(k.Ctx, actor, "verkeerd wachtwoord"))
	require.NoError(t, k.Service.RefreshSignIn(k.Ctx, actor, goodPassword))
	actor, err = k.Service.Authenticate(k.Ctx, signed.Token, "web", "127.0.0.1")
	require.NoError(t, err)
	require.True(t, k.Service.Fresh(actor))
	require.NoError(t, k.Service.SignOut(k.Ctx, actor))
	_, err = k.Service.Authenticate(k.Ctx, signed.Token, "web", "127.0.0.1")
	requireCode(t, fault.Unauthenticated, err)
}

func TestStaffNeedASecondFactorWhichCountsOnce(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	email := "eigenaar-" + uuid.NewString()[:8] + "@praktijk.example"
	_, link, err := k.Service.CreatePractice(k.Ctx, care.CreatePracticeInput{Name: "Nieuw", Email: email, Owner: "Eva"})
	require.NoError(t, err)
	token := linkToken.FindStringSubmatch(link)[2]
	signed, err := k.Service.AcceptInvitation(k.Ctx, token, care.AcceptInvitationInput{Password: goodPassword, Locale: "nl"}, "web", "127.0.0.1")
	require.NoError(t, err)
	require.Equal(t, "enrol", signed.Stage)
	actor, err := k.Service.Authenticate(k.Ctx, signed.Token, "web", "127.0.0.1")
	require.NoError(t, err)
	_, err = k.Service.Me(k.Ctx, actor)
	requireCode(t, fault.Unauthenticated, err)
	enrolment, err := k.Service.EnrolFactor(k.Ctx, actor)
	require.NoError(t, err)
	require.Len(t, enrolment.RecoveryCodes, 10)
	code := func() string {
		c, err := totp.GenerateCode(enrolment.Secret, k.Clock.Now())
		require.NoError(t, err)
		return c
	}
	signed, err = k.Service.ConfirmEnrolment(k.Ctx, actor, code())
	require.NoError(t, err)
	require.Equal(t, "full", signed.Stage)

	k.Clock.Add(2 * time.Minute)
	_, err = k.Service.SignIn(k.Ctx, care.SignInInput{Email: email, Password: goodPassword}, "api", "127.0.0.1", "")
	require.Equal(t, "error.otp_needed", fault.From(err).Key)
	once := care.SignInInput{Email: email, Password: goodPassword, OTP: code()}
	_, err = k.Service.SignIn(k.Ctx, once, "api", "127.0.0.1", "")
	require.NoError(t, err)
	_, err = k.Service.SignIn(k.Ctx, once, "api", "127.0.0.1", "")
	require.Equal(t, "error.otp", fault.From(err).Key, "a code counts once")
	k.Clock.Add(time.Minute)
	half, err := k.Service.SignIn(k.Ctx, care.SignInInput{Email: email, Password: goodPassword}, "web", "127.0.0.1", "")
	require.NoError(t, err)
	require.Equal(t, "factor", half.Stage)
	actor, err = k.Service.Authenticate(k.Ctx, half.Token, "web", "127.0.0.1")
	require.NoError(t, err)
	full, err := k.Service.ConfirmFactor(k.Ctx, actor, enrolment.RecoveryCodes[3])
	require.NoError(t, err)
	require.Equal(t, "full", full.Stage)
	_, err = k.Service.Authenticate(k.Ctx, half.Token, "web", "127.0.0.1")
	requireCode(t, fault.Unauthenticated, err)
}

func TestOnePersonOfTwoPracticesChooses(t *testing.T) {
	t.Parallel()
	k := testkit.New(t, demo)
	email := "dubbel-" + uuid.NewString()[:8] + "@praktijk.example"
	var names []string
	for _, name := range []string{"Eerste", "Tweede"} {
		_, link, err := k.Service.CreatePractice(k.Ctx, care.CreatePracticeInput{Name: name, Email: email, Owner: "Eva"})
		require.NoError(t, err)
		_, err = k.Service.AcceptInvitation(k.Ctx, linkToken.FindStringSubmatch(link)[2], care.AcceptInvitationInput{Password: goodPassword, Locale: "nl"}, "web", "127.0.0.1")
		require.NoError(t, err)
	}
	signed, err := k.Service.SignIn(k.Ctx, care.SignInInput{Email: email, Password: goodPassword}, "web", "127.0.0.1", "")
	require.NoError(t, err)
	require.Equal(t, "choose", signed.Stage)
	actor, err := k.Service.Authenticate(k.Ctx, signed.Token, "web", "127.0.0.1")
	require.NoError(t, err)
	choices, err := k.Service.Memberships(k.Ctx, actor)
	require.NoError(t, err)
	for _, c := range choices {
		names = append(names, c.Practice)
	}
	require.Equal(t, []string{"Eerste", "Tweede"}, names)
	_, err = k.Service.ChooseMembership(k.Ctx, actor, models.NewID())
	requireCode(t, fault.NotFound, err)
	full, err := k.Service.ChooseMembership(k.Ctx, actor, choices[1].ID)
	require.NoError(t, err)
	actor, err = k.Service.Authenticate(k.Ctx, full.Token, "web", "127.0.0.1")
	require.NoError(t, err)
	me, err := k.Service.Me(k.Ctx, actor)
	require.NoError(t, err)
	require.Equal(t, "Tweede", me.Practice.Name)
}

func TestAResetTellsNothingAndEndsOtherLogins(t *testing.T) {
	t.Parallel()
	p := &post{}
	k := testkit.New(t, demo, func(d *care.Deps) { d.Mailer = p })
	email, token := invitedPartner(t, k, p)
	first, err := k.Service.AcceptInvitation(k.Ctx, token, care.AcceptInvitationInput{Password: goodPassword, Locale: "nl", Treatment: true, SecretsPolicy: true}, "web", "127.0.0.1")
	require.NoError(t, err)
	require.NoError(t, k.Service.RequestReset(k.Ctx, "niemand@client.example", "127.0.0.1"))
	require.NoError(t, k.Service.RequestReset(k.Ctx, email, "127.0.0.1"))
	mails := deliver(t, k, p)
	require.Len(t, mails, 1)
	reset := tokenIn(t, mails[0])
	requireCode(t, fault.Invalid, k.Service.ResetPassword(k.Ctx, reset, "kort"))
	require.NoError(t, k.Service.ResetPassword(k.Ctx, reset, "vier blauwe stoelen buiten"))
	requireCode(t, fault.NotFound, k.Service.ResetPassword(k.Ctx, reset, "vier blauwe stoelen buiten"))
	_, err = k.Service.Authenticate(k.Ctx, first.Token, "web", "127.0.0.1")
	requireCode(t, fault.Unauthenticated, err)
	_, err = k.Service.SignIn(k.Ctx, care.SignInInput{Email: email, Password: "vier blauwe stoelen buiten"}, "web", "127.0.0.1", "")
	require.NoError(t, err)
}

func TestPartnersCannotShareAnAddress(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	_, err := k.Service.CreateCouple(k.Ctx, k.Therapist, care.CreateCoupleInput{Partners: []care.PartnerInput{
		{Name: "Anna", Email: "samen@client.example"}, {Name: "Bo\r\nBcc: x@y.example", Email: "Samen@client.example"},
	}})
	requireCode(t, fault.Invalid, err)
	var where []string
	for _, f := range fault.From(err).Fields {
		where = append(where, f.Location)
	}
	require.ElementsMatch(t, []string{"partners.1.name", "partners.1.email"}, where)
}
