package care_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

func TestTheOwnerSeesHowRemindersFareAndNobodysName(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	now := k.Clock.Now()
	k.SQL(`delete from reminders where practice_id = $1`, k.Practice)
	arrange := func(n int, person uuid.UUID, kind, channel, state, reason string, due, sent time.Duration) {
		k.SQL(`insert into reminders (practice_id, id, cause_kind, cause_id, recipient_kind, recipient_id, channel, carrier, state, reason, due_at, not_before, expires_at, sent_at)
			select $1, gen_random_uuid(), 'task', gen_random_uuid(), $2, $3, 'mail', case $5 when 'sent' then $4 else '' end, $5, $6, $7::timestamptz, $7::timestamptz, $7::timestamptz + interval '7 days',
				case $5 when 'sent' then $8::timestamptz end from generate_series(1, $9)`, k.Practice, kind, person, channel, state, reason, now.Add(due), now.Add(sent), n)
	}
	arrange(3, k.PartnerA.ID, "partner", "mail", "sent", "", -time.Hour, -time.Hour)
	arrange(2, k.PartnerA.ID, "partner", "push", "sent", "", -50*time.Hour, -49*time.Hour)
	arrange(1, k.PartnerB.ID, "partner", "mail", "failed", "rejected", -2*time.Hour, 0)
	arrange(1, k.Office.ID, "member", "mail", "failed", "refused", -3*time.Hour, 0)
	arrange(2, k.PartnerB.ID, "partner", "mail", "skipped", "withdrawn", -time.Hour, 0)
	arrange(1, k.PartnerB.ID, "partner", "mail", "skipped", "hold", -49*time.Hour, 0)
	arrange(1, k.PartnerB.ID, "partner", "mail", "skipped", "cap", -time.Hour, 0)
	arrange(1, k.PartnerB.ID, "partner", "mail", "planned", "", -10*time.Minute, 0)
	arrange(1, k.PartnerB.ID, "partner", "mail", "planned", "", time.Hour, 0)
	arrange(9, k.PartnerB.ID, "partner", "mail", "sent", "", -9*24*time.Hour, -9*24*time.Hour)
	k.SQL(`insert into delivery_states (practice_id, id, person_kind, person_id, channel, dead_at) values ($1, gen_random_uuid(), 'partner', $2, 'mail', now())`, k.Practice, k.PartnerB.ID)
	v, err := k.Service.ReminderQueue(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.Equal(t, 1, v.Due)
	require.Equal(t, 600, v.OldestSeconds)
	require.Equal(t, care.Carried{Channel: "mail", Today: care.Counts{Due: 1, Sent: 3, Failed: 2, Skipped: 3}, Week: care.Counts{Due: 1, Sent: 3, Failed: 2, Skipped: 4}}, v.Channels[0])
	require.Equal(t, care.Carried{Channel: "push", Week: care.Counts{Sent: 2, Late: 2}}, v.Channels[1])
	require.ElementsMatch(t, []care.LeftOut{{Reason: "gone", Today: 2, Week: 3}, {Reason: "cap", Today: 1, Week: 1}}, v.Left, "why something was gone is for who treats")
	require.Equal(t, 1, v.Dead)
	require.True(t, v.Whole)
	require.Len(t, v.Failures, 2)
	for _, f := range v.Failures {
		require.Nil(t, f.CoupleID, "this owner treats nobody")
	}
	require.Equal(t, []string{"rejected", "refused"}, []string{v.Failures[0].Reason, v.Failures[1].Reason})
	for _, who := range []care.Actor{k.Therapist, k.Trainee, k.Office} {
		_, err = k.Service.ReminderQueue(k.Ctx, who)
		require.True(t, fault.Is(err, fault.Forbidden))
	}
	_, err = k.Service.ReminderQueue(k.Ctx, k.PartnerA)
	require.True(t, fault.Is(err, fault.NotFound))
	foreign, err := k.Service.ReminderQueue(k.Ctx, k.ForeignTherapist)
	require.NoError(t, err)
	require.Empty(t, foreign.Failures)
	require.Zero(t, foreign.Dead)

	// An owner who treats the couple is led there.
	k.SQL(`insert into couple_therapists (practice_id, id, couple_id, member_id) values ($1, gen_random_uuid(), $2, $3)`, k.Practice, k.Couple, k.Owner.ID)
	treating := k.Owner
	treating.Clinician = true
	v, err = k.Service.ReminderQueue(k.Ctx, treating)
	require.NoError(t, err)
	require.Equal(t, &k.Couple, v.Failures[0].CoupleID)
	require.Nil(t, v.Failures[1].CoupleID)

	// Workers say that they are at work; silence is noticed, and so is that all do without Redis.
	one, two := uuid.New(), uuid.New()
	require.NoError(t, k.Worker.Beat(k.Ctx, one, now, true))
	require.NoError(t, k.Worker.Beat(k.Ctx, one, now, true))
	v, err = k.Service.ReminderQueue(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.True(t, v.Working)
	require.True(t, v.RedisAway)
	require.NoError(t, k.Worker.Beat(k.Ctx, two, now, false))
	v, err = k.Service.ReminderQueue(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.False(t, v.RedisAway)
	k.Clock.Add(2 * time.Minute)
	v, err = k.Service.ReminderQueue(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.False(t, v.Working)
	require.NotNil(t, v.WorkerSeenAt)
	require.Error(t, k.Service.Beat(k.Ctx, one, now, false), "the serving role only reads")
	waited, err := k.Worker.OldestDue(k.Ctx)
	require.NoError(t, err)
	require.GreaterOrEqual(t, waited, 12*time.Minute)
	k.SQL(`delete from workers where id in ($1, $2)`, one, two)
}
