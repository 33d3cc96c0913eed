package care_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/local"
	"tussentijds/internal/mailer"
	"tussentijds/internal/push"
	"tussentijds/internal/push/pushtest"
	"tussentijds/internal/sms"
	"tussentijds/internal/testkit"
	"tussentijds/worker"
)

// The tests of this file do not run side by side: a claimer takes what is due in every practice, another test's too.

// heard is a gateway of text messages that takes everything.
type heard struct{ texts []sms.Text }

func (h *heard) Send(_ context.Context, texts []sms.Text) []error {
	h.texts = append(h.texts, texts...)
	return make([]error, len(texts))
}

// everyChannel is a kit with a mailbox, a push service and a gateway of text messages.
func everyChannel(t *testing.T) (*testkit.Kit, *local.Mailbox, *pushtest.Server, *heard) {
	t.Helper()
	box, err := local.StartMailbox(t.Context(), local.MailboxOptions{})
	require.NoError(t, err)
	smtp, err := mailer.New(mailer.Config{URL: box.URL(), From: "noreply@example.test", Timeout: 5 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { _ = smtp.Close(); _ = box.Stop(context.Background()) })
	service, gateway := pushtest.Start(t), &heard{}
	k := testkit.New(t, func(d *care.Deps) {
		d.Demo, d.Mailer, d.Texter = true, worker.Mailer{SMTP: smtp}, gateway
		d.Pusher = push.New(push.Config{Contact: "post@praktijk.example", Loopback: true})
	})
	k.SQL(`update reminders set state = 'skipped', reason = 'arranged' where practice_id = $1`, k.Practice) // Invitations of the kit's people.
	return k, box, service, gateway
}

// fieldsOf are the wrong fields of a fault, each with its key.
func fieldsOf(err error) map[string]string {
	out := map[string]string{}
	for _, f := range fault.From(err).Fields {
		out[f.Location] = f.Key
	}
	return out
}

func TestEachGroupComesOverWhatThePersonChose(t *testing.T) {
	k, box, service, gateway := everyChannel(t)
	choose := func(who care.Actor, channels map[string][]string) (care.PreferenceView, error) {
		return k.Service.ChangeReminderPreferences(k.Ctx, who, care.ChangePreferenceInput{Channels: channels})
	}
	v, err := k.Service.ReminderPreferences(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Equal(t, map[string][]string{"tasks": {"mail"}, "sessions": {"mail"}, "agreements": {"mail"}, "reports": {"mail"}, "messages": {"mail"}}, v.Channels)
	require.Equal(t, []care.ChannelSetup{{Channel: "mail", Ready: true}, {Channel: "push", Lacks: "device"}, {Channel: "sms", Lacks: "number"}}, v.Setup)
	v, err = k.Service.ReminderPreferences(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.Equal(t, map[string][]string{"alerts": {"mail"}, "other": {"mail"}}, v.Channels)
	require.Len(t, v.Setup, 2, "no number of a member is kept")

	// What is not set up cannot be chosen, nor what there is not.
	for _, c := range []struct {
		who      care.Actor
		group    string
		channels []string
		want     map[string]string
	}{
		{k.PartnerA, "tasks", []string{"push"}, map[string]string{"channels.tasks": "choices.field.push"}},
		{k.PartnerA, "tasks", []string{"mail", "sms"}, map[string]string{"channels.tasks": "choices.field.sms"}},
		{k.PartnerA, "tasks", []string{"mail", "mail"}, map[string]string{"channels.tasks": "error.field.choice"}},
		{k.PartnerA, "tasks", []string{"pigeon"}, map[string]string{"channels.tasks": "error.field.choice"}},
		{k.PartnerA, "alerts", []string{"mail"}, map[string]string{"channels": "error.field.choice"}},
		{k.Therapist, "tasks", []string{"mail"}, map[string]string{"channels": "error.field.choice"}},
		{k.Therapist, "alerts", []string{"sms"}, map[string]string{"channels.alerts": "error.field.choice"}},
	} {
		_, err := choose(c.who, map[string][]string{c.group: c.channels})
		require.Equal(t, c.want, fieldsOf(err), "%s %v", c.group, c.channels)
	}

	device := subscribe(t, k, k.PartnerA, service.Device())
	require.NoError(t, k.Service.ChangePhone(k.Ctx, k.PartnerA, "06 12345678"))
	v, err = choose(k.PartnerA, map[string][]string{"tasks": {"sms", "push"}, "reports": {}})
	require.NoError(t, err)
	require.Equal(t, []string{"push", "sms"}, v.Channels["tasks"])
	require.Empty(t, v.Channels["reports"])
	require.Equal(t, []string{"mail"}, v.Channels["sessions"], "what is not named stays")
	require.True(t, v.Mail)
	k.Assign("appreciation", "both", "once")
	k.Clock.Set(atClock(k, 5, 20, 0))
	sendDue(t, k)
	require.Zero(t, sendDue(t, k), "the row for the second channel went along")
	require.Len(t, service.Notes(), 1)
	require.Len(t, gateway.texts, 1)
	require.Empty(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerA))), "no mail was chosen")
	require.Len(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerB))), 1, "the other's choice is the other's")

	// What was chosen and is lost stays chosen: who changes something else is not held up.
	require.NoError(t, k.Service.Unsubscribe(k.Ctx, k.PartnerA, device.ID))
	v, err = choose(k.PartnerA, map[string][]string{"tasks": {"push", "sms"}, "agreements": {"mail", "sms"}})
	require.NoError(t, err)
	require.Equal(t, care.ChannelSetup{Channel: "push", Lacks: "device"}, v.Setup[1])

	// Nothing chosen is nothing sent: it waits on the pages.
	_, err = choose(k.PartnerB, map[string][]string{"tasks": {}})
	require.NoError(t, err)
	k.Assign("own-share", "both", "once")
	k.Clock.Set(atClock(k, 6, 20, 0))
	sendDue(t, k)
	require.Len(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerB))), 1)
	require.Positive(t, k.Count("reminders where recipient_id = $1 and state = 'skipped' and reason = 'stopped'", k.PartnerB.ID))
	tasks, err := k.Service.ListTasks(k.Ctx, k.PartnerB, "open", care.Page{})
	require.NoError(t, err)
	require.NotEmpty(t, tasks.Data)
}

func TestAStopOnAllKeepsWhatWasChosen(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	change := func(in care.ChangePreferenceInput) care.PreferenceView {
		v, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, in)
		require.NoError(t, err)
		return v
	}
	yes, no := true, false
	change(care.ChangePreferenceInput{Channels: map[string][]string{"tasks": {}}})
	v := change(care.ChangePreferenceInput{Stopped: &yes})
	require.True(t, v.Stopped)
	require.False(t, v.Mail)
	require.True(t, change(care.ChangePreferenceInput{CapPerDay: new(3)}).Stopped, "saving something else does not begin again")
	v = change(care.ChangePreferenceInput{Stopped: &no})
	require.False(t, v.Stopped)
	require.True(t, v.Mail)
	require.Empty(t, v.Channels["tasks"])
	require.Equal(t, []string{"mail"}, v.Channels["sessions"])

	// The short way: no mail at all, and mail for all.
	v = change(care.ChangePreferenceInput{Mail: &no})
	require.False(t, v.Mail)
	require.False(t, v.Stopped)
	v = change(care.ChangePreferenceInput{Mail: &yes})
	require.Equal(t, []string{"mail"}, v.Channels["tasks"])
	_, err := k.Service.ReminderPreferences(k.Ctx, care.Actor{Kind: "partner", ID: k.PartnerA.ID, PracticeID: k.Practice, Stage: "choose"})
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestATestGoesTheWayOfAllRemindersAndCountsForNothing(t *testing.T) {
	k, box, service, gateway := everyChannel(t)
	require.Equal(t, map[string]string{"channel": "choices.field.push"}, fieldsOf(second(k.Service.SendTest(k.Ctx, k.PartnerA, "push"))))
	require.Equal(t, map[string]string{"channel": "error.field.choice"}, fieldsOf(second(k.Service.SendTest(k.Ctx, k.PartnerA, "pigeon"))))
	subscribe(t, k, k.PartnerA, service.Device())
	require.NoError(t, k.Service.ChangePhone(k.Ctx, k.PartnerA, "06 12345678"))
	yes := true
	_, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Stopped: &yes, CapPerDay: new(1)})
	require.NoError(t, err)
	k.Clock.Set(atClock(k, 5, 23, 0)) // In the quiet hours.
	for _, channel := range []string{"mail", "push", "sms"} {
		v, err := k.Service.SendTest(k.Ctx, k.PartnerA, channel)
		require.NoError(t, err)
		require.Equal(t, "waiting", v.State)
	}
	sendDue(t, k)
	mails := box.Mails(local.SentTo(addressOf(t, k, k.PartnerA)))
	require.Len(t, mails, 1)
	require.Equal(t, "Een test", mails[0].Subject)
	require.Len(t, service.Notes(), 1)
	require.Len(t, gateway.texts, 1)
	require.Contains(t, gateway.texts[0].Text, "dit is een test")
	tests, err := k.Service.Tests(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Len(t, tests, 3)
	for _, v := range tests {
		require.Equal(t, "sent", v.State)
	}
	others, err := k.Service.Tests(k.Ctx, k.PartnerB)
	require.NoError(t, err)
	require.Empty(t, others)
	sent, err := k.Service.CoupleReminders(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	for _, r := range sent {
		require.NotEqual(t, "test", r.CauseKind, "a test is one's own affair")
	}
	require.Equal(t, 3, k.Count("audit_events where practice_id = $1 and act = 'test' and actor_id = $2 and partner_id = $2", k.Practice, k.PartnerA.ID))

	// The cap of one a day is still free.
	no := false
	_, err = k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Stopped: &no, Channels: map[string][]string{"tasks": {"mail"}}, QuietFrom: new("03:00"), QuietUntil: new("03:01")})
	require.NoError(t, err)
	k.Clock.Set(atClock(k, 6, 7, 0))
	_, err = k.Service.SendTest(k.Ctx, k.PartnerA, "mail")
	require.NoError(t, err)
	sendDue(t, k)
	k.Assign("appreciation", "both", "once")
	k.Clock.Set(atClock(k, 6, 20, 0))
	sendDue(t, k)
	require.Len(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerA))), 3)

	// What the person gave up in the meantime fails, and is told to nobody else.
	_, err = k.Service.SendTest(k.Ctx, k.PartnerA, "push")
	require.NoError(t, err)
	k.SQL(`update push_subscriptions set gone_at = now() where person_id = $1`, k.PartnerA.ID)
	sendDue(t, k)
	tests, err = k.Service.Tests(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Equal(t, []string{"failed", "unreachable"}, []string{tests[0].State, tests[0].Reason})
	require.Zero(t, alertsOf(k, k.PartnerA.ID))

	// The owner tries the practice's own words, in their language.
	_, err = k.Service.TryWords(k.Ctx, k.Owner, "ready", "nl", "mail")
	require.True(t, fault.Is(err, fault.Conflict), "ours stand")
	_, err = k.Service.ChangeWords(k.Ctx, k.Owner, "ready", "nl", care.ChangeWordsInput{MessageWords: ownWording()})
	require.NoError(t, err)
	_, err = k.Service.TryWords(k.Ctx, k.Therapist, "ready", "nl", "mail")
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = k.Service.TryWords(k.Ctx, k.Owner, "ready", "nl", "mail")
	require.NoError(t, err)
	sendDue(t, k)
	mails = box.Mails(nil)
	require.Contains(t, mails[len(mails)-1].Subject+mails[0].Subject, "Er ligt iets voor je klaar bij")
}
