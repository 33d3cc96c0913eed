package care_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

func screen(t *testing.T, k *testkit.Kit) care.ScreeningView {
	t.Helper()
	v, err := k.Service.SendScreening(k.Ctx, k.Therapist, k.Couple, care.SendScreeningInput{})
	require.NoError(t, err)
	return v
}

// atScreening moves the clock to the morning on which the questions lie ready.
func atScreening(k *testkit.Kit) { k.Clock.Set(time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)) }

func TestTheQuestionsGoToBothAtOnceEachAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := screen(t, k)
	require.Len(t, v.Answers, 2)
	require.Equal(t, 2, k.Count("assignments where couple_id = $1 and discreet and partner_id is not null", k.Couple))
	require.Equal(t, 2, k.Count("tasks where couple_id = $1 and discreet and due_at = '2026-10-05 08:30+00'", k.Couple), "at half past ten on a working day")
	require.Equal(t, 2, k.Count("reminders r join tasks t on t.id = r.cause_id where t.couple_id = $1 and r.due_at = t.due_at", k.Couple), "with the ordinary message")
	a, b := k.FirstTask(k.PartnerA, "safety-screening"), k.FirstTask(k.PartnerB, "safety-screening")
	require.True(t, a.Private && b.Private)
	_, err := k.Service.SendScreening(k.Ctx, k.Therapist, k.Couple, care.SendScreeningInput{})
	requireCode(t, fault.Conflict, err)

	stale := k.PartnerA
	stale.FreshAt = k.Clock.Now().Add(-6 * time.Minute)
	_, err = k.Service.OpenTask(k.Ctx, stale, a.ID)
	requireCode(t, fault.Forbidden, err)
	_, err = k.Service.OpenTask(k.Ctx, k.PartnerA, a.ID)
	require.NoError(t, err)
	_, err = k.Service.CompleteTask(k.Ctx, stale, a.ID, testkit.Fill(a.Exercise, "x"))
	require.NoError(t, err, "who took long to answer loses nothing")
}

func TestWhenTheQuestionsLieReady(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Clock.Set(time.Date(2026, 10, 9, 9, 0, 0, 0, time.UTC)) // Friday, eleven.
	screen(t, k)
	require.Equal(t, 2, k.Count("tasks where couple_id = $1 and discreet and due_at = '2026-10-12 08:30+00'", k.Couple), "Monday")
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		v, err := k.Service.PortalToday(k.Ctx, who)
		require.NoError(t, err)
		require.Empty(t, v.Open)
		require.Empty(t, v.Upcoming, "nothing is announced")
	}
	other, first, second := k.NewCouple(k.Therapist, "Een", "Twee")
	_, err := k.Service.SendScreening(k.Ctx, k.Therapist, other, care.SendScreeningInput{On: "2026-10-01", At: "09:00"})
	requireCode(t, fault.Invalid, err)
	require.Equal(t, "on", fault.From(err).Fields[0].Location)
	_, err = k.Service.SendScreening(k.Ctx, k.Therapist, other, care.SendScreeningInput{On: "2026-10-14", At: "25:00"})
	requireCode(t, fault.Invalid, err)
	require.Equal(t, "at", fault.From(err).Fields[0].Location)
	_, err = k.Service.SendScreening(k.Ctx, k.Therapist, other, care.SendScreeningInput{On: "2026-10-14", At: "14:00"})
	require.NoError(t, err)
	require.Equal(t, 2, k.Count("tasks where partner_id in ($1, $2) and due_at = '2026-10-14 12:00+00'", first.ID, second.ID))
}

func TestWhoMaySendTheQuestions(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	send := func(a care.Actor) error {
		_, err := k.Service.SendScreening(k.Ctx, a, k.Couple, care.SendScreeningInput{})
		return err
	}
	read := func(a care.Actor) error { _, err := k.Service.Safety(k.Ctx, a, k.Couple); return err }
	for _, act := range []func(care.Actor) error{send, read} {
		for who, actor := range map[string]care.Actor{"colleague": k.Colleague, "owner": k.Owner, "stranger": k.Stranger, "foreign": k.ForeignTherapist, "foreign partner": k.ForeignPartner} {
			require.Equal(t, fault.NotFound, fault.From(act(actor)).Code, who)
		}
		for who, actor := range map[string]care.Actor{"office": k.Office, "A": k.PartnerA, "B": k.PartnerB} {
			require.Equal(t, fault.Forbidden, fault.From(act(actor)).Code, who)
		}
	}
	require.NoError(t, read(k.Trainee))
	require.NoError(t, send(k.Trainee))
	k.SQL("update couples set status = 'closed' where id = $1", k.OtherCouple)
	_, err := k.Service.SendScreening(k.Ctx, k.Colleague, k.OtherCouple, care.SendScreeningInput{})
	requireCode(t, fault.Conflict, err)
}

// Whatever one of the two does with the questions, the other finds nothing of it anywhere; and sending them changes nothing
// but that one task lies ready for each.
func TestTheQuestionsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	k.Assign("small-wins", k.PartnerA.ID.String(), "daily")
	evening(k, 0)
	answer(t, k, k.PartnerA, "daily-checkin", "x")
	answer(t, k, k.PartnerB, "daily-checkin", "x")
	answer(t, k, k.PartnerA, "small-wins", "x")
	late(k)
	k.Clock.Set(time.Date(2026, 10, 6, 7, 0, 0, 0, time.UTC))
	therapist := figures(t, k)
	plain := [2]string{seenBy(t, k, k.PartnerA), seenBy(t, k, k.PartnerB)}
	screen(t, k)
	var status string
	k.OwnerRow([]any{&status}, "select status from couples where id = $1", k.Couple)
	require.Equal(t, "active", status)
	sent := seenBy(t, k, k.PartnerB)
	require.NotEqual(t, plain[1], sent, "it lies ready")
	task, sentAt := k.FirstTask(k.PartnerA, "safety-screening"), k.Clock.Now().Add(-time.Second)
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, screened(task.Exercise, map[string]any{"afraid": "now", "dark": "often", "reach": "alone"}))
	require.NoError(t, err)
	same(t, sent, seenBy(t, k, k.PartnerB), "that the other answered shows nowhere")
	same(t, plain[0], seenBy(t, k, k.PartnerA), "and leaves no line in one's own lists, whoever leafs through them")
	record, err := k.Service.ListAudit(k.Ctx, k.PartnerA, care.Page{Limit: 100})
	require.NoError(t, err)
	for _, e := range record.Data {
		require.False(t, e.Act == "create" && e.At.After(sentAt), "nor in one's own record: %s %s", e.Act, e.ObjectKind)
	}
	task = k.FirstTask(k.PartnerB, "safety-screening")
	_, err = k.Service.CompleteTask(k.Ctx, k.PartnerB, task.ID, screened(task.Exercise, nil))
	require.NoError(t, err)
	same(t, plain[1], seenBy(t, k, k.PartnerB), "done, it is as if it never was")

	v, err := k.Service.Safety(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	require.Len(t, v.Screenings, 1)
	require.Equal(t, "now", v.Screenings[0].Answers[0].Response.Answers["afraid"])
	require.Len(t, v.Alerts, 1)
	require.Equal(t, 0, v.Alerts[0].Level)
	require.NotEmpty(t, v.Alerts[0].Reach)
	same(t, plain[0], seenBy(t, k, k.PartnerA), "the therapist's reading stands in no record that a partner sees")
	same(t, therapist, figures(t, k), "in no count, list or report of the practice either")

	for _, audience := range []string{"couple", "therapist"} {
		report := build(t, k, request(t, k, care.RequestReportInput{Audience: audience}).ID)
		doc, err := k.Service.ReadReport(k.Ctx, k.Therapist, report.ID)
		require.NoError(t, err)
		raw, err := json.Marshal(doc.Snapshot)
		require.NoError(t, err)
		e, _ := k.Library.Exercise("safety-screening")
		require.NotContains(t, string(raw), e.Title.NL, audience)
		require.NotContains(t, string(raw), "afraid", audience)
	}
}

// screened answers the private questions, the first option everywhere but where said.
func screened(e *library.Exercise, said map[string]any) library.Answers {
	a := testkit.Fill(e, "x")
	for id, value := range said {
		a[id] = value
	}
	return a
}

// figures is what a therapist's own pages count and list of the couple, safety apart.
func figures(t *testing.T, k *testkit.Kit) string {
	t.Helper()
	today, err := k.Service.DeskToday(k.Ctx, k.Therapist)
	require.NoError(t, err)
	homework, err := k.Service.ListAssignments(k.Ctx, k.Therapist, k.Couple, care.Page{})
	require.NoError(t, err)
	answers, err := k.Service.CoupleResponses(k.Ctx, k.Therapist, k.Couple, care.Page{})
	require.NoError(t, err)
	raw, err := json.Marshal([]any{today.HomeworkIn, homework, answers, progress(t, k, k.Therapist, "therapist"), progress(t, k, k.Therapist, "couple")})
	require.NoError(t, err)
	return string(raw)
}

func TestTheQuestionsGoOnDuringAHoldAndAfterASeparation(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	hold(t, k)
	screen(t, k)
	atScreening(k)
	require.NotEmpty(t, k.FirstTask(k.PartnerA, "safety-screening").ID)
	k.SQL("update couples set status = 'separated', safety_hold_at = null where id = $1", k.OtherCouple)
	_, err := k.Service.SendScreening(k.Ctx, k.Colleague, k.OtherCouple, care.SendScreeningInput{})
	require.NoError(t, err)
	require.Equal(t, 2, k.Count("tasks where couple_id = $1 and discreet", k.OtherCouple))

	// A hold that comes when they lie ready leaves them there.
	other, first, _ := k.NewCouple(k.Therapist, "Een", "Twee")
	_, err = k.Service.SendScreening(k.Ctx, k.Therapist, other, care.SendScreeningInput{})
	require.NoError(t, err)
	_, err = k.Service.SetSafetyHold(k.Ctx, k.Therapist, other)
	require.NoError(t, err)
	require.Equal(t, 1, k.Count("tasks where partner_id = $1 and discreet and status = 'open'", first.ID))
}

func TestAssigningTheQuestionsIsSendingThem(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	in := care.AssignExerciseInput{ExerciseID: "safety-screening", For: k.PartnerA.ID.String(), StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "once", At: "23:00"}}
	_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, in)
	requireCode(t, fault.Invalid, err)
	require.Equal(t, "for", fault.From(err).Fields[0].Location, "never to one only")
	in.For = "both"
	_, err = k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, in)
	require.NoError(t, err)
	require.Equal(t, 2, k.Count("tasks where couple_id = $1 and discreet", k.Couple))
	require.Zero(t, k.Count("assignments where couple_id = $1 and partner_id is null", k.Couple))
}

func TestTheDeskProposesTheQuestionsEveryThreeMonths(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	due := func() []care.ScreeningDue {
		v, err := k.Service.DeskToday(k.Ctx, k.Therapist)
		require.NoError(t, err)
		return v.Screenings
	}
	require.Len(t, due(), 1)
	require.Nil(t, due()[0].LastAt)
	require.Equal(t, "Sam & Robin", due()[0].CoupleName)
	screen(t, k)
	require.Empty(t, due())
	k.Clock.Add(80 * 24 * time.Hour)
	require.Empty(t, due())
	k.Clock.Add(20 * 24 * time.Hour)
	require.Len(t, due(), 1)
	require.NotNil(t, due()[0].LastAt)
	k.SQL("update couples set status = 'closed' where id = $1", k.Couple)
	require.Empty(t, due())
	office, err := k.Service.DeskToday(k.Ctx, k.Office)
	require.NoError(t, err)
	require.Empty(t, office.Screenings)
}

func TestAPracticeCanAskItsOwnQuestions(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	e, _ := k.Library.Exercise("safety-screening")
	raw, err := json.Marshal(e)
	require.NoError(t, err)
	own, err := k.Service.AddExercise(k.Ctx, k.Therapist, raw)
	require.NoError(t, err)
	both, _ := k.Library.Exercise("appreciation")
	raw, err = json.Marshal(both)
	require.NoError(t, err)
	unfit, err := k.Service.AddExercise(k.Ctx, k.Therapist, raw)
	require.NoError(t, err)
	choose := func(id string) error {
		p, err := k.Service.Practice(k.Ctx, k.Owner)
		require.NoError(t, err)
		_, err = k.Service.ChangePractice(k.Ctx, k.Owner, care.ChangePracticeInput{ScreeningExercise: &id, Version: p.Version})
		return err
	}
	for _, id := range []string{"why-stay", uuid.NewString(), unfit.Exercise.ID} {
		requireCode(t, fault.Invalid, choose(id))
	}
	require.NoError(t, choose(own.Exercise.ID))
	screen(t, k)
	require.Equal(t, 2, k.Count("assignments where couple_id = $1 and discreet and exercise_id = $2", k.Couple, own.Exercise.ID))
	require.NoError(t, choose(""))
}
