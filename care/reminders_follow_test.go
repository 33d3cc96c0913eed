package care_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// standing counts what is still to go of a kind of cause to people, of whatever moment.
func standing(k *testkit.Kit, cause string, people ...care.Actor) int {
	ids := make([]uuid.UUID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return k.Count("reminders where practice_id = $1 and cause_kind = $2 and recipient_id = any ($3) and state in ('planned', 'claimed')", k.Practice, cause, ids)
}

// full gives a couple something of each cause that reminds partners.
func full(t *testing.T, k *testkit.Kit) {
	t.Helper()
	k.Assign("weekly-checkin", "both", "weekly")
	plan(t, k, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "conjoint", StartsAt: tomorrow(15), EndsAt: tomorrow(16)})
	v := propose(t, k)
	sign(t, k, k.PartnerA, v, false)
	sign(t, k, k.PartnerB, v, false)
	approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID))
	for _, cause := range []string{"task", "session", "agreement", "report"} {
		for _, p := range []care.Actor{k.PartnerA, k.PartnerB} {
			require.GreaterOrEqual(t, standing(k, cause, p), 2, cause)
		}
	}
}

// Whatever takes the cause away takes every message about it along in the same transaction, and what brings it back brings back
// what is still to come.
func TestRemindersFollowTheirCouple(t *testing.T) {
	t.Parallel()
	both := func(k *testkit.Kit) []care.Actor { return []care.Actor{k.PartnerA, k.PartnerB} }
	onlyA := func(k *testkit.Kit) []care.Actor { return []care.Actor{k.PartnerA} }
	set := func(status string) func(*testing.T, *testkit.Kit) {
		return func(t *testing.T, k *testkit.Kit) { statusOf(t, k, status) }
	}
	for name, c := range map[string]struct {
		change func(*testing.T, *testkit.Kit)
		who    func(*testkit.Kit) []care.Actor
		gone   []string
		kept   []string
		back   func(*testing.T, *testkit.Kit)
	}{
		"paused": {
			func(t *testing.T, k *testkit.Kit) { require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerA)) }, onlyA,
			[]string{"task", "session", "agreement", "report"},
			nil,
			func(t *testing.T, k *testkit.Kit) { require.NoError(t, k.Service.ResumePartner(k.Ctx, k.PartnerA)) },
		},
		"withdrawn": {func(t *testing.T, k *testkit.Kit) { require.NoError(t, k.Service.WithdrawPartner(k.Ctx, k.PartnerA)) }, onlyA, []string{"task", "session", "agreement", "report"}, nil, nil},
		"held": {
			func(t *testing.T, k *testkit.Kit) {
				_, err := k.Service.SetSafetyHold(k.Ctx, k.Therapist, k.Couple)
				require.NoError(t, err)
			}, both,
			[]string{"task", "agreement"},
			[]string{"session", "report"},
			func(t *testing.T, k *testkit.Kit) {
				_, err := k.Service.LiftSafetyHold(k.Ctx, k.Therapist, k.Couple, "Besproken")
				require.NoError(t, err)
			},
		},
		"separated":     {set("separated"), both, []string{"task", "agreement", "report"}, []string{"session"}, set("active")},
		"closed":        {set("closed"), both, []string{"task", "session", "agreement", "report"}, nil, set("active")},
		"paused by all": {set("paused"), both, []string{"task", "agreement"}, []string{"session"}, set("active")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := testkit.New(t)
			full(t, k)
			k.SQL(`update reminders set state = 'sent', sent_at = due_at where practice_id = $1 and moment = 'now' and state = 'planned'`, k.Practice) // What went at once has gone.
			before := map[string]int{}
			for _, cause := range append(c.gone, c.kept...) {
				before[cause] = standing(k, cause, c.who(k)...)
			}
			c.change(t, k)
			for _, cause := range c.gone {
				require.Zero(t, standing(k, cause, c.who(k)...), cause)
			}
			for _, cause := range c.kept {
				require.Equal(t, before[cause], standing(k, cause, c.who(k)...), cause)
			}
			if c.back == nil {
				return
			}
			c.back(t, k)
			for _, cause := range append(c.gone, c.kept...) {
				require.Equal(t, before[cause], standing(k, cause, c.who(k)...), "%s is back", cause)
			}
		})
	}
}

func TestLeadsMoveWhatIsPlanned(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("weekly-checkin", "both", "weekly")
	plan(t, k, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "conjoint", StartsAt: tomorrow(15), EndsAt: tomorrow(16)})
	dueOf := func(who care.Actor, moment string) string {
		var at time.Time
		k.OwnerRow([]any{&at}, `select coalesce(min(due_at), 'epoch') from reminders where recipient_id = $1 and moment = $2 and state = 'planned'`, who.ID, moment)
		return at.In(k.Zone).Format("01-02 15:04")
	}
	const none = "01-01 01:00"
	require.Equal(t, "10-06 20:00", dueOf(k.PartnerA, "second"))
	require.Equal(t, "10-05 18:00", dueOf(k.PartnerA, "day_before"))

	// A person's own choice counts at once, for that person alone.
	_, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Leads: map[string]*models.Lead{
		"task.second": {On: true, Hours: 36}, "task.closing": {}, "session.day_before": {On: true, Days: 1, At: "12:30"},
	}})
	require.NoError(t, err)
	require.Equal(t, "10-07 08:00", dueOf(k.PartnerA, "second"))
	require.Equal(t, none, dueOf(k.PartnerA, "closing"))
	require.Equal(t, "10-05 12:30", dueOf(k.PartnerA, "day_before"))
	require.Equal(t, "10-06 20:00", dueOf(k.PartnerB, "second"))
	require.Equal(t, 1, k.Count("(select from reminders where recipient_id = $1 and cause_kind = 'session' and moment = 'day_before') r", k.PartnerA.ID), "the row moved, it was not made anew")

	// The practice's counts for who chose nothing, once its job has run.
	v, err := k.Service.ReminderLeads(k.Ctx, k.Owner)
	require.NoError(t, err)
	_, err = k.Service.ChangeReminderLeads(k.Ctx, k.Owner, care.ChangeLeadsInput{Version: v.Version, Leads: map[string]*models.Lead{"task.second": {On: true, Hours: 48}, "session.day_before": {}}})
	require.NoError(t, err)
	jobs := k.IDs(`select id from jobs where practice_id = $1 and kind = 'remind' and state = 'due'`, k.Practice)
	require.Len(t, jobs, 1)
	for range 2 { // Run again it changes nothing.
		require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, jobs[0]))
	}
	require.Equal(t, "10-07 08:00", dueOf(k.PartnerA, "second"), "the own choice stays")
	require.Equal(t, "10-05 12:30", dueOf(k.PartnerA, "day_before"))
	require.Equal(t, "10-07 20:00", dueOf(k.PartnerB, "second"))
	require.Equal(t, none, dueOf(k.PartnerB, "day_before"))

	// Back to the practice's, which stays a choice.
	p, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Leads: map[string]*models.Lead{"task.second": nil}})
	require.NoError(t, err)
	require.Equal(t, "10-07 20:00", dueOf(k.PartnerA, "second"))
	for _, l := range p.Leads {
		require.Equal(t, l.Kind == "task.closing" || l.Kind == "session.day_before", l.Own, l.Kind)
	}

	for name, wrong := range map[string]map[string]*models.Lead{
		"too late": {"task.second": {On: true, Hours: 169}}, "no time": {"session.day_before": {On: true, Days: 1, At: "25:00"}}, "unknown": {"task.third": {On: true}},
		"the practice's alone": {"invitation.again": {On: true, Days: 2}}, "a member's": {"alert.again": {On: true, Hours: 2}}, "no time of its own": {"agreement.review": {On: true}},
	} {
		_, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Leads: wrong})
		require.True(t, fault.Is(err, fault.Invalid), name)
	}
	_, err = k.Service.ChangeReminderLeads(k.Ctx, k.Owner, care.ChangeLeadsInput{Version: v.Version})
	require.True(t, fault.Is(err, fault.Stale))
	for _, who := range []care.Actor{k.Therapist, k.Office} {
		_, err = k.Service.ReminderLeads(k.Ctx, who)
		require.True(t, fault.Is(err, fault.Forbidden))
	}
	_, err = k.Service.ReminderLeads(k.Ctx, k.PartnerA)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestWhatIsOpenedSeenOrAcceptedIsNotSaidAgain(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	r := approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID))
	require.Equal(t, 2, standing(k, "report", k.PartnerA))
	_, err := k.Service.ReadReport(k.Ctx, k.PartnerA, r.ID)
	require.NoError(t, err)
	require.Zero(t, standing(k, "report", k.PartnerA))
	require.Equal(t, 2, standing(k, "report", k.PartnerB), "the other has not opened it")
	_, err = k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Leads: map[string]*models.Lead{"report.again": {On: true, Days: 5}}})
	require.NoError(t, err)
	require.Zero(t, standing(k, "report", k.PartnerA), "what was opened is no news, whatever is chosen")

	v := propose(t, k)
	require.Equal(t, 2, standing(k, "agreement", k.PartnerB), "now, and once more")
	sign(t, k, k.PartnerB, v, true)
	require.Zero(t, standing(k, "agreement", k.PartnerB))
	var alert uuid.UUID
	k.OwnerRow([]any{&alert}, "select id from alerts where couple_id = $1 order by created_at desc limit 1", k.Couple)
	require.Equal(t, 2, standing(k, "alert", k.Therapist))
	require.NoError(t, k.Service.AcknowledgeAlert(k.Ctx, k.Trainee, alert))
	require.Zero(t, standing(k, "alert", k.Therapist, k.Trainee))
}
