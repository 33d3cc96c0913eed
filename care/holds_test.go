package care_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

func hold(t *testing.T, k *testkit.Kit) {
	t.Helper()
	v, err := k.Service.SetSafetyHold(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	require.True(t, v.SafetyHold)
}

func TestAHoldStopsWhatIsJointOrRiskyAndNothingElse(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	k.Assign("own-share", k.PartnerA.ID.String(), "daily") // Alone, and risky: it asks for blame of oneself.
	k.Assign("self-care", k.PartnerB.ID.String(), "daily") // Alone, and not.
	evening(k, 0)
	hold(t, k)
	status := func(who care.Actor, exercise string) []string {
		var out []string
		for _, id := range k.IDs("select t.id from tasks t join assignments a on a.id = t.assignment_id where t.partner_id = $1 and a.exercise_id = $2", who.ID, exercise) {
			var s string
			k.OwnerRow([]any{&s}, "select status from tasks where id = $1", id)
			if len(out) == 0 || out[len(out)-1] != s {
				out = append(out, s)
			}
		}
		return out
	}
	require.Equal(t, []string{"rescheduled"}, status(k.PartnerA, "daily-checkin"))
	require.Equal(t, []string{"rescheduled"}, status(k.PartnerB, "daily-checkin"))
	require.Equal(t, []string{"rescheduled"}, status(k.PartnerA, "own-share"))
	require.Equal(t, []string{"open"}, status(k.PartnerB, "self-care"))
	answer(t, k, k.PartnerB, "self-care", "gaat door")

	give := func(exercise, who string) error {
		_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{ExerciseID: exercise, For: who, StartsOn: "2026-10-06", Schedule: care.ScheduleInput{Kind: "once"}})
		return err
	}
	requireCode(t, fault.Conflict, give("appreciation", "both"))
	requireCode(t, fault.Conflict, give("self-care", "both"))
	requireCode(t, fault.Conflict, give("own-share", k.PartnerA.ID.String()))
	require.NoError(t, give("self-care", k.PartnerA.ID.String()))
	k.Clock.Add(48 * time.Hour)
	require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, addJob(k, care.JobMaterialise, k.Practice)))
	require.Zero(t, k.Count("tasks t join assignments a on a.id = t.assignment_id where t.practice_id = $1 and t.status in ('open', 'draft') and (a.partner_id is null or a.exercise_id = 'own-share')", k.Practice))

	_, err := k.Service.LiftSafetyHold(k.Ctx, k.Therapist, k.Couple, "Gesproken met allebei apart.")
	require.NoError(t, err)
	require.Positive(t, k.Count("tasks t join assignments a on a.id = t.assignment_id where t.practice_id = $1 and t.status = 'open' and a.exercise_id = 'daily-checkin'", k.Practice), "the work goes on")
}

func TestOnlyATherapistLiftsAHoldAndSaysWhy(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for _, act := range []func(care.Actor) error{
		func(a care.Actor) error { _, err := k.Service.SetSafetyHold(k.Ctx, a, k.Couple); return err },
		func(a care.Actor) error {
			_, err := k.Service.LiftSafetyHold(k.Ctx, a, k.Couple, "daarom")
			return err
		},
	} {
		for who, actor := range map[string]care.Actor{"colleague": k.Colleague, "owner": k.Owner, "stranger": k.Stranger, "foreign": k.ForeignTherapist, "foreign partner": k.ForeignPartner} {
			require.Equal(t, fault.NotFound, fault.From(act(actor)).Code, who)
		}
		for who, actor := range map[string]care.Actor{"trainee": k.Trainee, "office": k.Office, "A": k.PartnerA, "B": k.PartnerB} {
			require.Equal(t, fault.Forbidden, fault.From(act(actor)).Code, who)
		}
	}
	_, err := k.Service.LiftSafetyHold(k.Ctx, k.Therapist, k.Couple, "daarom")
	requireCode(t, fault.Conflict, err)
	hold(t, k)
	hold(t, k)
	require.Equal(t, 1, k.Count("safety_holds where couple_id = $1", k.Couple), "setting it twice is once")
	for _, reason := range []string{"", "  ", strings.Repeat("a", 2001)} {
		_, err = k.Service.LiftSafetyHold(k.Ctx, k.Therapist, k.Couple, reason)
		requireCode(t, fault.Invalid, err)
		require.Equal(t, "reason", fault.From(err).Fields[0].Location)
	}
	couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	no := false
	_, err = k.Service.ChangeCouple(k.Ctx, k.Therapist, k.Couple, care.ChangeCoupleInput{SafetyHold: &no, Version: couple.Version})
	requireCode(t, fault.Invalid, err)
	_, err = k.Service.LiftSafetyHold(k.Ctx, k.Therapist, k.Couple, "KANARIEREDEN")
	require.NoError(t, err)
	view, err := k.Service.Safety(k.Ctx, k.Trainee, k.Couple)
	require.NoError(t, err)
	require.Len(t, view.Holds, 1)
	require.Equal(t, "KANARIEREDEN", view.Holds[0].Reason)
	require.Equal(t, "Noor", view.Holds[0].LiftedBy)
	require.Zero(t, k.Count("safety_holds where couple_id = $1 and reason::text like '%KANARIE%'", k.Couple))
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		require.NotContains(t, seenBy(t, k, who), "KANARIEREDEN")
	}
	hold(t, k)
	require.Equal(t, 2, k.Count("safety_holds where couple_id = $1", k.Couple), "and its history stays")
}

func TestWhileAHoldStandsNothingOpensToTheOther(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("hurt-conversation", "both", "once")
	answer(t, k, k.PartnerA, "hurt-conversation", "blijft dicht")
	list, err := k.Service.CoupleResponses(k.Ctx, k.Therapist, k.Couple, care.Page{})
	require.NoError(t, err)
	id := list.Data[0].ID
	hold(t, k)
	_, err = k.Service.RevealResponse(k.Ctx, k.Therapist, id)
	requireCode(t, fault.Conflict, err)
	require.Equal(t, "safety.held", fault.From(err).Key)

	question := ""
	for q, audience := range list.Data[0].Audiences {
		if audience == "in_session" {
			question = q
		}
	}
	_, err = k.Service.WidenAudience(k.Ctx, k.PartnerA, id, question, "both")
	requireCode(t, fault.Conflict, err)
	require.Equal(t, "agreement.rescheduled", fault.From(err).Key, "in the words of any other pause")
	_, err = k.Service.LiftSafetyHold(k.Ctx, k.Therapist, k.Couple, "weer veilig")
	require.NoError(t, err)
	_, err = k.Service.RevealResponse(k.Ctx, k.Therapist, id)
	require.NoError(t, err)
}

func TestAfterASeparationAnswersStayOnesOwn(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("own-share", k.PartnerA.ID.String(), "once")
	answer(t, k, k.PartnerA, "own-share", "van mij")
	list, err := k.Service.CoupleResponses(k.Ctx, k.Therapist, k.Couple, care.Page{})
	require.NoError(t, err)
	r := list.Data[0]
	k.SQL("update couples set status = 'separated' where id = $1", k.Couple)
	question := ""
	for q, audience := range r.Audiences {
		if audience == "therapist" {
			question = q
		}
	}
	require.NotEmpty(t, question)
	_, err = k.Service.WidenAudience(k.Ctx, k.PartnerA, r.ID, question, "both")
	requireCode(t, fault.Conflict, err)
	_, err = k.Service.WidenAudience(k.Ctx, k.PartnerA, r.ID, question, "in_session")
	require.NoError(t, err, "what the therapist may do with it is still the writer's")
}

// Of a hold, both portals show the same, and the same as of any pause: one text, nothing else.
func TestAHoldShowsTheSameToBoth(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	propose(t, k)
	evening(k, 0)
	hold(t, k)
	var views []care.PortalView
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		v, err := k.Service.PortalToday(k.Ctx, who)
		require.NoError(t, err)
		require.True(t, v.Notice)
		require.Empty(t, v.Agreements)
		v.Name = ""
		views = append(views, v)
		list, err := k.Service.ListAgreements(k.Ctx, who, k.Couple)
		require.NoError(t, err)
		require.True(t, list[0].Rescheduled)
	}
	require.Equal(t, views[0], views[1])
}
