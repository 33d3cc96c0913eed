package care_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/local"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// The tests of this file do not run side by side: a claimer takes what is due in every practice, another test's too.

// manyDue makes n more reminders like a practice's first one for a task, due at a moment, each to the same person.
func manyDue(k *testkit.Kit, practice uuid.UUID, n int, due time.Time) {
	k.SQL(`insert into reminders (practice_id, id, cause_kind, cause_id, recipient_kind, recipient_id, due_at, expires_at, not_before)
		select practice_id, gen_random_uuid(), 'task', gen_random_uuid(), 'partner', id, $2::timestamptz, $2::timestamptz + interval '7 days', $2::timestamptz
		from (select practice_id, id from partners where practice_id = $1 limit 1) p, generate_series(1, $3)`, practice, due, n)
}

func settleAll(k *testkit.Kit) {
	k.SQL(`update reminders set state = 'skipped', reason = 'arranged' where state in ('planned', 'claimed')`)
}

func TestALargePracticeDelaysNoSmallOne(t *testing.T) {
	k, _ := mailKit(t)
	settleAll(k)
	manyDue(k, k.Practice, 3000, k.Clock.Now().Add(-time.Hour))
	manyDue(k, k.ForeignPractice, 3, k.Clock.Now())
	count := func(batches []care.DueBatch) map[uuid.UUID]int {
		out := map[uuid.UUID]int{}
		for _, b := range batches {
			require.LessOrEqual(t, len(b.IDs), care.BatchSize)
			out[b.PracticeID] += len(b.IDs)
		}
		return out
	}
	batches, err := k.Worker.ClaimDueReminders(k.Ctx, 200)
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]int{k.Practice: 197, k.ForeignPractice: 3}, count(batches), "all of the small one's, and the rest filled up")
	batches, err = k.Worker.ClaimDueReminders(k.Ctx, 1000)
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]int{k.Practice: 1000}, count(batches), "not one more than asked for")
	require.Equal(t, 1200, k.Count("reminders where state = 'claimed'"))
}

func TestWhoWaitsGoesFirst(t *testing.T) {
	k, _ := mailKit(t)
	settleAll(k)
	manyDue(k, k.Practice, 60, k.Clock.Now())
	at := k.Clock.Now()
	for kind, n := range map[string]int{"report": 2, "session": 3, "invitation": 1, "alert": 2} {
		k.SQL(`insert into reminders (practice_id, id, cause_kind, cause_id, recipient_kind, recipient_id, due_at, expires_at, not_before)
			select $1, gen_random_uuid(), $2, gen_random_uuid(), 'member', $3, $4::timestamptz, $4::timestamptz + interval '1 day', $4::timestamptz from generate_series(1, $5)`,
			k.Practice, kind, k.Therapist.ID, at, n)
	}
	// An old one of the day before yesterday waits with those of an outage.
	manyDue(k, k.Practice, 1, at.Add(-48*time.Hour))
	urgent, err := k.Worker.ClaimUrgentReminders(k.Ctx, 100)
	require.NoError(t, err)
	require.Len(t, urgent, 1)
	require.Len(t, urgent[0].IDs, 3)
	require.Equal(t, care.QueueAlert, urgent[0].Queue)
	first, err := k.Worker.ClaimDueReminders(k.Ctx, 1)
	require.NoError(t, err)
	require.Equal(t, care.QueueSession, first[0].Queue)
	rest, err := k.Worker.ClaimDueReminders(k.Ctx, 1000)
	require.NoError(t, err)
	got := map[string]int{}
	names := map[string]bool{}
	for _, b := range rest {
		got[b.Queue] += len(b.IDs)
		require.False(t, names[b.Claim])
		names[b.Claim] = true
	}
	require.Equal(t, map[string]int{care.QueueSession: 2, care.QueueTask: 60, care.QueueDigest: 1, care.QueueReport: 2}, got)

	// The next claim of the same reminders has other names.
	k.Clock.Add(3 * time.Minute)
	again, err := k.Worker.ClaimDueReminders(k.Ctx, 1000)
	require.NoError(t, err)
	require.NotEmpty(t, again)
	for _, b := range again {
		require.False(t, names[b.Claim])
	}
}

func TestClaimingAndTakingTouchNoIndex(t *testing.T) {
	k, _ := mailKit(t)
	// A row stays on its page, and every index as it is, when nothing changes that stands in an index or its condition.
	const changing = `('state', 'lease_until', 'sending_since', 'attempts', 'reason')`
	require.Zero(t, k.Count(`pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
		where i.indrelid = 'reminders'::regclass and a.attname in `+changing))
	require.Zero(t, k.Count(`pg_depend d join pg_class i on i.oid = d.objid and i.relkind = 'i' join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
		where d.classid = 'pg_class'::regclass and d.refobjid = 'reminders'::regclass and a.attname in `+changing))
	require.Positive(t, k.Count(`pg_depend d join pg_class i on i.oid = d.objid and i.relkind = 'i' join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
		where d.refobjid = 'reminders'::regclass and a.attname = 'wake_at'`), "the queue is an index")
	require.Positive(t, k.Count(`pg_class where oid = 'reminders'::regclass and 'fillfactor=70' = any (reloptions)`), "and the page has room")
}

// between is a mailer that does something between the decision and the conversations.
type between struct {
	care.Mailer
	do func()
}

// Send does it first.
func (m between) Send(ctx context.Context, messages []care.Message) []error {
	m.do()
	return m.Mailer.Send(ctx, messages)
}

func TestWhatIsDroppedAfterTheDecisionDoesNotGo(t *testing.T) {
	for name, couples := range map[string]int{"a small batch": 2, "a large batch": 20} {
		t.Run(name, func(t *testing.T) {
			k, box := mailKit(t)
			settleAll(k)
			for range couples {
				id, _, _ := k.NewCouple(k.Therapist, "Voornaam", "Achternaam")
				assignOnce(t, k, id)
			}
			k.Clock.Set(atClock(k, 5, 20, 0))
			keep := k.IDs(`select id from reminders where practice_id = $1 and state = 'planned' and moment = 'due' order by id limit 3`, k.Practice)
			k.Worker.Mailer = between{k.Worker.Mailer, func() {
				k.SQL(`update reminders set state = 'skipped', reason = 'done', lease_until = null where practice_id = $1 and state = 'claimed' and id <> all ($2)`, k.Practice, keep)
			}}
			sendDue(t, k)
			require.Len(t, box.Mails(nil), 3)
			require.Equal(t, 3, k.Count("reminders where practice_id = $1 and state = 'sent'", k.Practice))
			require.Equal(t, 2*couples-3, k.Count("reminders where practice_id = $1 and reason = 'done'", k.Practice))
			require.Equal(t, 3, k.Count("audit_events where practice_id = $1 and act = 'send'", k.Practice))
		})
	}
}

func TestAMessageIsNamedAfterWhatItIsAbout(t *testing.T) {
	k, box := mailKit(t)
	settleAll(k)
	k.Assign("appreciation", k.PartnerA.ID.String(), "once")
	k.Assign("weekly-checkin", k.PartnerA.ID.String(), "once")
	k.Clock.Set(atClock(k, 5, 20, 0))
	var first uuid.UUID
	k.OwnerRow([]any{&first}, `select id from reminders where practice_id = $1 and state = 'planned' order by due_at, id limit 1`, k.Practice)
	smtp := k.Worker.Mailer
	k.Worker.Mailer = between{smtp, func() {
		k.Worker.Mailer = smtp
		k.SQL(`update reminders set state = 'skipped', reason = 'done', lease_until = null where id = $1`, first)
	}}
	sendDue(t, k)
	mails := box.Mails(nil)
	require.Len(t, mails, 1, "the other task's, a moment later")
	k.SQL(`update reminders set state = 'claimed', sent_at = null, lease_until = $2 where practice_id = $1 and state = 'sent'`, k.Practice, k.Clock.Now())
	k.Clock.Add(time.Minute)
	sendDue(t, k)
	require.Len(t, box.Mails(nil), 2)
	require.Equal(t, mails[0].MessageID, box.Mails(nil)[1].MessageID, "a repeat has the same name")
}

func assignOnce(t *testing.T, k *testkit.Kit, couple uuid.UUID) {
	t.Helper()
	_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, couple, care.AssignExerciseInput{
		ExerciseID: "appreciation", For: "both", StartsOn: string(models.DayOf(k.Clock.Now().In(k.Zone))), Schedule: care.ScheduleInput{Kind: "once", At: "20:00"},
	})
	require.NoError(t, err)
}

func TestASenderWhoseRowsAnotherTookSendsNothing(t *testing.T) {
	k, box := mailKit(t)
	k.Assign("appreciation", "both", "once")
	k.Clock.Set(atClock(k, 5, 20, 0))
	batches, err := k.Worker.ClaimDueReminders(k.Ctx, 100)
	require.NoError(t, err)
	require.Len(t, batches, 1)
	smtp := k.Worker.Mailer
	k.Worker.Mailer = between{smtp, func() {
		// This sender stands still until its lease is over and another has claimed and sent the same.
		k.Worker.Mailer = smtp
		k.Clock.Add(5 * time.Minute)
		sendDue(t, k)
	}}
	require.NoError(t, k.Worker.SendReminders(k.Ctx, batches[0]))
	require.Len(t, box.Mails(nil), 2)
}

func TestWhatAnOutageHeldUpComesAsOneMessage(t *testing.T) {
	k, box := mailKit(t)
	k.Assign("appreciation", k.PartnerA.ID.String(), "once")
	plan(t, k, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "individual", PartnerID: &k.PartnerA.ID, StartsAt: tomorrow(15), EndsAt: tomorrow(16)})
	k.SQL(`update reminders set due_at = $2, not_before = $2, expires_at = $3 where practice_id = $1 and state = 'planned' and cause_kind in ('task', 'session')`,
		k.Practice, k.Clock.Now(), k.Clock.Now().Add(20*time.Hour))
	n := k.Count("reminders where practice_id = $1 and state = 'planned' and cause_kind in ('task', 'session')", k.Practice)
	require.GreaterOrEqual(t, n, 2)
	k.SQL(`update tasks set opens_at = $2 where practice_id = $1`, k.Practice, k.Clock.Now())
	k.SQL(`update reminders set expires_at = $2 where practice_id = $1 and cause_kind = 'report'`, k.Practice, k.Clock.Now())
	k.Clock.Add(2 * time.Hour)
	// Each comes in a claim and a batch of its own, and two senders begin at the same time.
	var batches []care.DueBatch
	for range n {
		one, err := k.Worker.ClaimDueReminders(k.Ctx, 1)
		require.NoError(t, err)
		for _, b := range one {
			require.Equal(t, care.QueueDigest, b.Queue)
		}
		batches = append(batches, one...)
	}
	var wg sync.WaitGroup
	for _, b := range batches {
		wg.Go(func() {
			if err := k.Worker.SendReminders(k.Ctx, b); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	mails := box.Mails(nil)
	require.Len(t, mails, 1)
	require.Equal(t, "Er staat iets voor je klaar", mails[0].Subject)
	require.Equal(t, n, k.Count("reminders where practice_id = $1 and state = 'sent'", k.Practice))
	require.Equal(t, n-1, k.Count("reminders where practice_id = $1 and state = 'sent' and reason = 'digest'", k.Practice))
}

func TestADigestGathersWhatOtherQueuesHold(t *testing.T) {
	k, box := mailKit(t)
	yes := true
	_, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Digest: &yes})
	require.NoError(t, err)
	k.Assign("appreciation", k.PartnerA.ID.String(), "once")
	plan(t, k, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "individual", PartnerID: &k.PartnerA.ID, StartsAt: tomorrow(15), EndsAt: tomorrow(16)})
	k.Clock.Set(atClock(k, 5, 20, 0))
	k.SQL(`update reminders set due_at = $2, not_before = $2 where practice_id = $1 and state = 'planned' and cause_kind = 'session' and moment = 'day_before'`, k.Practice, k.Clock.Now())
	batches, err := k.Worker.ClaimDueReminders(k.Ctx, 100)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(batches), 2, "a session's and a task's")
	for _, b := range batches {
		require.NoError(t, k.Worker.SendReminders(k.Ctx, b))
	}
	require.Len(t, box.Mails(nil), 1)
}

func TestNobodyIsReachedOverADeadAddress(t *testing.T) {
	k, box := mailKit(t)
	k.Assign("appreciation", k.PartnerA.ID.String(), "once")
	k.Assign("weekly-checkin", k.PartnerA.ID.String(), "once")
	k.SQL(`insert into delivery_states (practice_id, id, person_kind, person_id, channel, bounces, reason, bounced_at, dead_at) values ($1, $2, 'partner', $3, 'mail', 5, 'unknown', now(), now())`,
		k.Practice, models.NewID(), k.PartnerA.ID)
	k.Clock.Set(atClock(k, 5, 20, 0))
	sendDue(t, k)
	require.Empty(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerA))))
	s, reason := taskReminder(k, k.PartnerA)
	require.Equal(t, []string{"skipped", "unreachable"}, []string{s, reason})
	require.GreaterOrEqual(t, k.Count("reminders where practice_id = $1 and reason = 'unreachable'", k.Practice), 2)
	require.Equal(t, 1, k.Count("alerts where practice_id = $1 and kind = 'delivery_failed' and partner_id = $2", k.Practice, k.PartnerA.ID), "the therapist hears it once")
}

// refusing is a mailer that answers all alike.
type refusing struct{ err error }

// Send refuses.
func (m refusing) Send(_ context.Context, messages []care.Message) []error {
	out := make([]error, len(messages))
	for i := range out {
		out[i] = m.err
	}
	return out
}

func TestWhatWasNotTriedCountsAsNoTry(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		wait time.Duration
	}{
		"a domain that has its share":   {&care.SendError{Paced: 40 * time.Second}, 40 * time.Second},
		"a domain that has it for long": {&care.SendError{Paced: time.Hour}, 5 * time.Minute},
		"a batch cut off by the clock":  {&care.SendError{Cause: context.DeadlineExceeded}, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			k, _ := mailKit(t)
			k.Assign("appreciation", k.PartnerA.ID.String(), "once")
			k.Clock.Set(atClock(k, 5, 20, 0))
			k.Worker.Mailer = refusing{c.err}
			sendDue(t, k)
			require.Equal(t, 1, k.Count("reminders where practice_id = $1 and state = 'planned' and attempts = 0 and not_before = $2 and sending_since is null",
				k.Practice, k.Clock.Now().Add(c.wait)))
		})
	}
}

func TestDeparturesAreToldForMetrics(t *testing.T) {
	k, box := mailKit(t)
	var mu sync.Mutex
	got := map[string]int{}
	k.Worker.Departed = func(d care.Departure) {
		mu.Lock()
		defer mu.Unlock()
		got[d.Channel+" "+d.Outcome+fmt.Sprint(" ", d.Late)]++
	}
	k.Assign("appreciation", "both", "once")
	bad := addressOf(t, k, k.PartnerB)
	box.Refuse(func(_, rcpt string) error {
		if rcpt == bad {
			return local.Reply(451, "later")
		}
		return nil
	})
	k.Clock.Set(atClock(k, 5, 20, 0).Add(3 * time.Second))
	sendDue(t, k)
	require.Equal(t, map[string]int{"mail sent 3s": 1, "mail refused 0s": 1}, got)
}
