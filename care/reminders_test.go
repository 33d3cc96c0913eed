package care_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/local"
	"tussentijds/internal/mailer"
	"tussentijds/internal/testkit"
	"tussentijds/worker"
)

// The tests of this file do not run side by side: a claimer takes what is due in every practice, another test's too.

// mailKit is a kit with a mailbox.
func mailKit(t *testing.T) (*testkit.Kit, *local.Mailbox) {
	t.Helper()
	box, err := local.StartMailbox(t.Context(), local.MailboxOptions{})
	require.NoError(t, err)
	smtp, err := mailer.New(mailer.Config{URL: box.URL(), From: "noreply@example.test", Timeout: 5 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { _ = smtp.Close(); _ = box.Stop(context.Background()) })
	k := testkit.New(t, func(d *care.Deps) { d.Mailer = worker.Mailer{SMTP: smtp} })
	k.SQL(`update reminders set state = 'skipped', reason = 'arranged' where practice_id = $1`, k.Practice) // Invitations of the kit's people.
	return k, box
}

// sendDue claims what is due and sends this kit's part.
func sendDue(t *testing.T, k *testkit.Kit) int {
	t.Helper()
	n := 0
	for {
		batches, err := k.Worker.ClaimDueReminders(k.Ctx, 200)
		require.NoError(t, err)
		if len(batches) == 0 {
			return n
		}
		for _, b := range batches {
			if b.PracticeID != k.Practice {
				continue
			}
			n += len(b.IDs)
			require.NoError(t, k.Worker.SendReminders(k.Ctx, b))
			require.NoError(t, k.Worker.SendReminders(k.Ctx, b), "sending a batch again does nothing")
		}
	}
}

func addressOf(t *testing.T, k *testkit.Kit, who care.Actor) string {
	t.Helper()
	v, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	for _, p := range v.Partners {
		if p.ID == who.ID {
			return p.Email
		}
	}
	t.Fatal("no such partner")
	return ""
}

// atClock is a day of October at a clock time in the practice.
func atClock(k *testkit.Kit, day, hour, minute int) time.Time {
	return time.Date(2026, 10, day, hour, minute, 0, 0, k.Zone)
}

var stopLink = regexp.MustCompile(`/reminders/stop/[A-Za-z0-9_-]+`)

func taskReminder(k *testkit.Kit, who care.Actor) (state, reason string) {
	k.OwnerRow([]any{&state, &reason}, `select state, reason from reminders where practice_id = $1 and recipient_id = $2 and cause_kind = 'task' order by due_at limit 1`, k.Practice, who.ID)
	return state, reason
}

func TestATaskRemindsBothInTheirOwnLanguageAndTellsNothing(t *testing.T) {
	k, box := mailKit(t)
	a := k.Assign("appreciation", "both", "once")
	require.Zero(t, sendDue(t, k), "not before it is due")
	k.Clock.Set(atClock(k, 5, 20, 0))
	require.Equal(t, 2, sendDue(t, k))
	mails := box.Mails(nil)
	require.Len(t, mails, 2)
	dutch, english := box.Mails(local.SentTo(addressOf(t, k, k.PartnerA))), box.Mails(local.SentTo(addressOf(t, k, k.PartnerB)))
	require.Len(t, dutch, 1)
	require.Equal(t, "Er staat iets voor je klaar", dutch[0].Subject)
	require.Len(t, english, 1)
	require.Equal(t, "There is something ready for you", english[0].Subject)
	require.Equal(t, "List-Unsubscribe=One-Click", english[0].Header.Get("List-Unsubscribe-Post"))
	for _, m := range mails {
		for _, canary := range []string{"Sam", "Robin", "Noor", "Lina", a.Title, a.ID.String(), "appreciation", "waardering", "20:00"} {
			// The signed stop link is taken out first: three letters can stand in it by chance.
			words := stopLink.ReplaceAllString(m.Subject+m.Text+m.HTML+m.From, "")
			require.NotContains(t, strings.ToLower(words), strings.ToLower(canary))
		}
		require.Contains(t, m.Text, "http://localhost:8080/portal")
		require.Contains(t, m.HTML, "prefers-color-scheme: dark")
	}
	require.Equal(t, 2, k.Count("reminders where practice_id = $1 and state = 'sent' and lease_until is null", k.Practice))
	require.Equal(t, 2, k.Count("audit_events where practice_id = $1 and act = 'send'", k.Practice))
	require.Zero(t, sendDue(t, k))
}

func TestWhatIsDoneCancelledOrPausedRemindsNobody(t *testing.T) {
	for name, arrange := range map[string]func(*testing.T, *testkit.Kit){
		"skipped": func(t *testing.T, k *testkit.Kit) {
			for _, p := range []care.Actor{k.PartnerA, k.PartnerB} {
				require.NoError(t, k.Service.SkipTask(k.Ctx, p, k.FirstTask(p, "appreciation").ID))
			}
		},
		"done, seen at the last moment": func(_ *testing.T, k *testkit.Kit) {
			k.SQL(`update tasks set status = 'done' where practice_id = $1`, k.Practice)
		},
		"cancelled": func(_ *testing.T, k *testkit.Kit) {
			k.SQL(`update assignments set status = 'cancelled' where practice_id = $1`, k.Practice)
		},
		"paused": func(_ *testing.T, k *testkit.Kit) {
			k.SQL(`update partners set status = 'paused' where practice_id = $1`, k.Practice)
		},
		"withdrawn": func(_ *testing.T, k *testkit.Kit) {
			k.SQL(`update partners set status = 'withdrawn' where practice_id = $1`, k.Practice)
		},
		"separated": func(_ *testing.T, k *testkit.Kit) {
			k.SQL(`update couples set status = 'separated' where practice_id = $1`, k.Practice)
		},
		"held": func(_ *testing.T, k *testkit.Kit) {
			k.SQL(`update couples set safety_hold_at = now() where practice_id = $1`, k.Practice)
		},
	} {
		t.Run(name, func(t *testing.T) {
			k, box := mailKit(t)
			k.Assign("appreciation", "both", "once")
			arrange(t, k)
			k.Clock.Set(atClock(k, 5, 20, 0))
			sendDue(t, k)
			require.Empty(t, box.Mails(nil))
			require.Zero(t, k.Count("reminders where practice_id = $1 and due_at <= $2 and state in ('planned', 'claimed', 'sent')", k.Practice, k.Clock.Now()))
		})
	}
}

func TestQuietHoursStopCapAndLateAreTheSenders(t *testing.T) {
	k, box := mailKit(t)
	k.Assign("appreciation", "both", "once")
	yes, from, until := true, "19:00", "07:30"
	_, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{QuietFrom: &from, QuietUntil: &until})
	require.NoError(t, err)
	_, err = k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerB, care.ChangePreferenceInput{Mail: new(bool)})
	require.NoError(t, err)
	k.Clock.Set(atClock(k, 5, 20, 0))
	sendDue(t, k)
	require.Empty(t, box.Mails(nil))
	s, _ := taskReminder(k, k.PartnerA)
	require.Equal(t, "planned", s)
	require.Equal(t, 1, k.Count("reminders where recipient_id = $1 and not_before = $2", k.PartnerA.ID, atClock(k, 6, 7, 30)))
	s, reason := taskReminder(k, k.PartnerB)
	require.Equal(t, []string{"skipped", "stopped"}, []string{s, reason})

	// The morning after, the quiet hours are over.
	k.Clock.Set(atClock(k, 6, 7, 30))
	sendDue(t, k)
	require.Len(t, box.Mails(nil), 1)

	// The one-click stop of that mail counts from the next one.
	stop := box.Mails(nil)[0].Header.Get("List-Unsubscribe")
	token := strings.TrimSuffix(stop[strings.LastIndex(stop, "/")+1:], ">")
	require.NoError(t, k.Service.StopReminders(k.Ctx, token))
	require.NoError(t, k.Service.StopReminders(k.Ctx, token), "again changes nothing")
	forged := "A" + token[1:]
	if forged == token {
		forged = "B" + token[1:]
	}
	require.True(t, fault.Is(k.Service.StopReminders(k.Ctx, forged), fault.NotFound))
	v, err := k.Service.ReminderPreferences(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.True(t, v.Stopped)
	require.False(t, v.Mail)
	v, err = k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Mail: &yes, Version: v.Version})
	require.NoError(t, err)
	require.False(t, v.Stopped, "wanting mail again undoes the stop")
	_, err = k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Mail: &yes, Version: v.Version - 1})
	require.True(t, fault.Is(err, fault.Stale))
	wrong := "25:00"
	_, err = k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{QuietFrom: &wrong})
	require.True(t, fault.Is(err, fault.Invalid))

	// Later than it is worth: no burst of old mail.
	k.SQL(`update reminders set state = 'planned', expires_at = $2 where practice_id = $1 and recipient_id = $3`, k.Practice, k.Clock.Now(), k.PartnerA.ID)
	sendDue(t, k)
	s, reason = taskReminder(k, k.PartnerA)
	require.Equal(t, []string{"skipped", "late"}, []string{s, reason})
}

func TestTheCapMovesTheRestToTheNextMorningAndADigestIsOneMail(t *testing.T) {
	k, box := mailKit(t)
	one := 1
	_, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{CapPerDay: &one})
	require.NoError(t, err)
	k.Assign("appreciation", k.PartnerA.ID.String(), "once")
	k.Clock.Set(atClock(k, 5, 20, 0))
	sendDue(t, k)
	require.Len(t, box.Mails(nil), 1)
	// A session of tomorrow, told this evening, is one too many.
	v := plan(t, k, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "individual", PartnerID: &k.PartnerA.ID, StartsAt: tomorrow(15), EndsAt: tomorrow(16)})
	sendDue(t, k)
	require.Len(t, box.Mails(nil), 1)
	require.Equal(t, 1, k.Count("reminders where cause_id = $1 and state = 'planned' and not_before = $2", v.ID, atClock(k, 6, 8, 0)))
	// The next morning is another day. A digest tells all in one.
	yes := true
	_, err = k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Digest: &yes})
	require.NoError(t, err)
	box.Clear()
	k.Clock.Set(atClock(k, 6, 8, 0))
	k.Assign("weekly-checkin", k.PartnerA.ID.String(), "once")
	k.SQL(`update reminders set due_at = $2, not_before = $2 where practice_id = $1 and state = 'planned' and moment in ('due', 'day_before')`, k.Practice, k.Clock.Now())
	require.GreaterOrEqual(t, sendDue(t, k), 2)
	require.Len(t, box.Mails(nil), 1)
	require.Equal(t, 1, k.Count("reminders where practice_id = $1 and state = 'sent' and reason = 'digest'", k.Practice))
	require.Zero(t, k.Count("reminders where practice_id = $1 and state in ('planned', 'claimed') and due_at <= $2", k.Practice, k.Clock.Now()))
}

func TestARefusedMailIsTriedLaterAndThenToldToTheTherapist(t *testing.T) {
	k, box := mailKit(t)
	k.Assign("appreciation", k.PartnerA.ID.String(), "once")
	to := addressOf(t, k, k.PartnerA)
	refusals := map[string]int{}
	var mu sync.Mutex
	box.Refuse(func(_, rcpt string) error {
		mu.Lock()
		defer mu.Unlock()
		refusals[rcpt]++
		if rcpt == to {
			return local.Reply(451, "later please")
		}
		return nil
	})
	k.Clock.Set(atClock(k, 5, 20, 0))
	waits := []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 2 * time.Hour}
	k.SQL(`update reminders set expires_at = $2 where practice_id = $1`, k.Practice, k.Clock.Now().Add(72*time.Hour))
	quiet := "03:00"
	_, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{QuietFrom: &quiet, QuietUntil: &quiet})
	require.NoError(t, err)
	for i, wait := range waits {
		sendDue(t, k)
		s, _ := taskReminder(k, k.PartnerA)
		require.Equal(t, "planned", s, "try %d", i+1)
		k.Clock.Add(wait - time.Second)
		sendDue(t, k)
		require.Equal(t, i+1, refusals[to], "not a second too early")
		k.Clock.Add(time.Second)
	}
	sendDue(t, k)
	require.Equal(t, 6, refusals[to])
	s, reason := taskReminder(k, k.PartnerA)
	require.Equal(t, []string{"failed", "refused"}, []string{s, reason})
	alerts := "alerts where practice_id = $1 and kind = 'delivery_failed' and couple_id = $2 and partner_id = $3"
	require.Equal(t, 1, k.Count(alerts, k.Practice, k.Couple, k.PartnerA.ID))
	sendDue(t, k)
	require.Empty(t, box.Mails(nil), "that can wait for the morning")
	k.Clock.Set(atClock(k, 6, 8, 0))
	sendDue(t, k)
	require.Len(t, box.Mails(nil), 2, "both of the couple's therapists hear that something waits")
	require.NotContains(t, box.Mails(nil)[0].Text, "Sam")

	views, err := k.Service.CoupleReminders(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	failed := 0
	for _, v := range views {
		if v.State == "failed" && v.Recipient == k.PartnerA.ID {
			failed++
		}
	}
	require.Equal(t, 1, failed)
	_, err = k.Service.CoupleReminders(k.Ctx, k.Colleague, k.Couple)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = k.Service.CoupleReminders(k.Ctx, k.PartnerA, k.Couple)
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestARejectedMailFailsAtOnceAndOneGoodMailOfTheBatchIsNotSentTwice(t *testing.T) {
	k, box := mailKit(t)
	k.Assign("appreciation", "both", "once")
	bad := addressOf(t, k, k.PartnerA)
	box.Refuse(func(_, rcpt string) error {
		if rcpt == bad {
			return local.Reply(550, "no such person")
		}
		return nil
	})
	k.Clock.Set(atClock(k, 5, 20, 0))
	sendDue(t, k)
	s, reason := taskReminder(k, k.PartnerA)
	require.Equal(t, []string{"failed", "rejected"}, []string{s, reason})
	s, _ = taskReminder(k, k.PartnerB)
	require.Equal(t, "sent", s)
	require.Len(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerB))), 1)
	require.Equal(t, 1, k.Count("alerts where practice_id = $1 and kind = 'delivery_failed'", k.Practice))
}

func TestManyClaimersNeverShareAReminder(t *testing.T) {
	k, box := mailKit(t)
	k.Assign("appreciation", k.PartnerA.ID.String(), "once")
	var cause uuid.UUID
	k.OwnerRow([]any{&cause}, `select id from tasks where practice_id = $1`, k.Practice)
	const many = 600
	for i := range many {
		k.SQL(`insert into reminders (practice_id, id, cause_kind, cause_id, recipient_kind, recipient_id, due_at, expires_at, not_before)
			select practice_id, gen_random_uuid(), 'task', id, 'partner', partner_id, due_at + $2 * interval '1 millisecond', closes_at, due_at from tasks where id = $1`, cause, i+1)
	}
	cap20, yes := 20, false
	_, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{CapPerDay: &cap20, Digest: &yes})
	require.NoError(t, err)
	k.Clock.Set(atClock(k, 5, 20, 1))
	var mu sync.Mutex
	seen := map[uuid.UUID]int{}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for {
				batches, err := k.Worker.ClaimDueReminders(k.Ctx, 70)
				if err != nil {
					t.Error(err)
					return
				}
				if len(batches) == 0 {
					return
				}
				for _, b := range batches {
					if len(b.IDs) > 50 {
						t.Errorf("a batch of %d", len(b.IDs))
					}
					mu.Lock()
					for _, id := range b.IDs {
						seen[id]++
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	mine := 0
	for id, n := range seen {
		require.Equal(t, 1, n)
		mine += k.Count("reminders where practice_id = $1 and id = $2", k.Practice, id)
	}
	require.Equal(t, many+1, mine)

	// What a crashed sender held comes back when its lease ends, and two senders with the same batch send once.
	k.Clock.Add(6 * time.Minute)
	batches, err := k.Worker.ClaimDueReminders(k.Ctx, 10_000)
	require.NoError(t, err)
	sent := 0
	for _, b := range batches {
		if b.PracticeID != k.Practice {
			continue
		}
		for range 3 {
			wg.Go(func() {
				if err := k.Worker.SendReminders(k.Ctx, b); err != nil {
					t.Error(err)
				}
			})
		}
		sent += len(b.IDs)
	}
	wg.Wait()
	require.Equal(t, many+1, sent)
	ids := map[string]bool{}
	for _, m := range box.Mails(nil) {
		require.False(t, ids[m.MessageID], "a message went out twice")
		ids[m.MessageID] = true
	}
	require.NotEmpty(t, ids)
}

func TestARepeatAfterACrashHasTheSameMessageID(t *testing.T) {
	k, box := mailKit(t)
	k.Assign("appreciation", k.PartnerA.ID.String(), "once")
	k.Clock.Set(atClock(k, 5, 20, 0))
	sendDue(t, k)
	k.SQL(`update reminders set state = 'claimed', sent_at = null, lease_until = $2 where practice_id = $1 and state = 'sent'`, k.Practice, k.Clock.Now())
	k.Clock.Add(time.Minute)
	sendDue(t, k)
	mails := box.Mails(nil)
	require.Len(t, mails, 2)
	require.Equal(t, mails[0].MessageID, mails[1].MessageID)
	require.True(t, strings.HasSuffix(mails[0].MessageID, "@localhost"))
}

func TestEightInTheEveningStaysEightOverBothChangesOfTheClock(t *testing.T) {
	for _, from := range []time.Time{time.Date(2026, 10, 22, 8, 0, 0, 0, time.UTC), time.Date(2027, 3, 25, 8, 0, 0, 0, time.UTC)} {
		k, _ := mailKit(t)
		k.Clock.Set(from)
		k.Assign("appreciation", "both", "daily")
		n := k.Count("reminders where practice_id = $1 and cause_kind = 'task'", k.Practice)
		require.Greater(t, n, 12)
		require.Equal(t, n, k.Count("reminders where practice_id = $1 and cause_kind = 'task' and to_char(due_at at time zone 'Europe/Amsterdam', 'HH24:MI') = '20:00'", k.Practice))
	}
}

func TestAnInvitationIsMailedWithAOneUseLinkWhateverTheHour(t *testing.T) {
	k, box := mailKit(t)
	v, err := k.Service.CreateCouple(k.Ctx, k.Therapist, care.CreateCoupleInput{Invite: true, Partners: []care.PartnerInput{
		{Name: "Bo", Email: fmt.Sprintf("bo-%s@client.example", uuid.NewString()[:8]), Locale: "nl"},
		{Name: "Jip", Email: fmt.Sprintf("jip-%s@client.example", uuid.NewString()[:8]), Locale: "nl"},
	}})
	require.NoError(t, err)
	k.Clock.Set(atClock(k, 5, 23, 30))
	sendDue(t, k)
	got := box.Mails(local.SentTo(v.Partners[0].Email))
	require.Len(t, got, 1)
	require.Empty(t, got[0].Header.Get("List-Unsubscribe"), "one cannot stop what one asked for")
	_, token, ok := strings.Cut(got[0].Text, "/invitation/")
	require.True(t, ok)
	token = strings.Fields(token)[0]
	seen, err := k.Service.Invitation(k.Ctx, token)
	require.NoError(t, err)
	require.Equal(t, "partner", seen.Kind)
	require.Zero(t, k.Count("mail_tokens where encode(token_hash, 'escape') like $1", "%"+token+"%"), "only its hash is kept")
}

func TestAnErasedPersonGetsNoMail(t *testing.T) {
	k, box := mailKit(t)
	k.Assign("appreciation", "both", "once")
	k.Clock.Set(atClock(k, 5, 20, 0))
	k.SQL(`update keys.wrapped_keys set wrapped = null, destroyed_at = now() where practice_id = $1 and owner_id = $2`, k.Practice, k.PartnerA.ID)
	sendDue(t, k)
	s, reason := taskReminder(k, k.PartnerA)
	require.Equal(t, []string{"skipped", "erased"}, []string{s, reason})
	s, _ = taskReminder(k, k.PartnerB)
	require.Equal(t, "sent", s)
	require.Len(t, box.Mails(nil), 1)
}

func TestTheServingRoleClaimsNothingAcrossPractices(t *testing.T) {
	k, _ := mailKit(t)
	k.Assign("appreciation", "both", "once")
	k.Clock.Set(atClock(k, 5, 20, 0))
	batches, err := k.Service.ClaimDueReminders(k.Ctx, 100)
	require.NoError(t, err)
	require.Empty(t, batches)
	jobs, err := k.Service.DueJobs(k.Ctx, 100)
	require.NoError(t, err)
	require.Empty(t, jobs)
	require.Error(t, k.Service.SealNewAudit(k.Ctx), "the list of practices to seal is the worker's")
}

func TestAMessageRemindsItsReadersAndTellsNothing(t *testing.T) {
	k, box := mailKit(t)
	k.Clock.Set(atClock(k, 5, 12, 0))
	own := k.PartnerA.ID.String()
	write(t, k, k.Therapist, own, "Woorden voor jou alleen")
	require.Equal(t, 2, sendDue(t, k), "the partner and the colleague who treats along")
	mails := box.Mails(local.SentTo(addressOf(t, k, k.PartnerA)))
	require.Len(t, mails, 1)
	require.Equal(t, "Er staat iets voor je klaar", mails[0].Subject, "as of all else")
	require.Empty(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerB))))
	require.NotContains(t, strings.ToLower(mails[0].Text+mails[0].HTML), "bericht voor")

	// The sender looks once more: what was read, closed or switched off meanwhile goes to nobody.
	for name, gone := range map[string]string{
		"read":     `update message_boxes set own_since = null where practice_id = $1`,
		"closed":   `update couples set status = 'closed' where practice_id = $1`,
		"off":      `update practices set messages_on = false where id = $1`,
		"no right": `delete from couple_therapists where practice_id = $1`,
		"stopped":  `update message_boxes set joint_since = own_since, own_since = null where practice_id = $1`,
	} {
		k, _ := mailKit(t)
		k.Clock.Set(atClock(k, 5, 12, 0))
		write(t, k, k.PartnerA, care.ThreadAlone, "Vraag")
		if name == "stopped" {
			hold(t, k)
		}
		k.SQL(gone, k.Practice)
		sendDue(t, k)
		require.Equal(t, 2, k.Count("reminders where practice_id = $1 and cause_kind = 'message' and state = 'skipped' and reason = 'gone'", k.Practice), name)
	}
}
