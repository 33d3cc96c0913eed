package care_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

// seenBy is all that a partner can learn from the product, as one text: start page, lists, agreements, figures, sessions,
// reports, who looked, and every task that is there. What the partner did by looking itself is left out of the record.
func seenBy(t *testing.T, k *testkit.Kit, who care.Actor) string {
	t.Helper()
	var all []any
	add := func(v any, err error) {
		require.NoError(t, err)
		all = append(all, v)
	}
	today, err := k.Service.PortalToday(k.Ctx, who)
	add(today, err)
	for _, status := range []string{"open", "done", "all"} {
		list, err := k.Service.ListTasks(k.Ctx, who, status, care.Page{Limit: 100})
		add(list, err)
		for _, task := range list.Data {
			v, err := k.Service.Task(k.Ctx, who, task.ID)
			add(v, err)
		}
	}
	agreements, err := k.Service.ListAgreements(k.Ctx, who, who.CoupleID)
	add(agreements, err)
	for _, audience := range []string{"couple", "partner"} {
		v, err := k.Service.Progress(k.Ctx, who, who.CoupleID, "2026-10", audience)
		add(v, err)
	}
	sessions, err := k.Service.ListSessions(k.Ctx, who, care.SessionFilter{CoupleID: who.CoupleID}, care.Page{})
	add(sessions, err)
	reports, err := k.Service.ListReports(k.Ctx, who, care.ReportFilter{CoupleID: who.CoupleID}, care.Page{})
	add(reports, err)
	list, err := k.Service.ListAudit(k.Ctx, who, care.Page{Limit: 100})
	require.NoError(t, err)
	for _, e := range list.Data {
		if e.ActorID == nil || *e.ActorID != who.ID {
			all = append(all, e)
		}
	}
	raw, err := json.Marshal(all)
	require.NoError(t, err)
	return string(raw)
}

// same wants two texts to be one, and shows where they part and not all of them.
func same(t *testing.T, want, got, why string) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			t.Fatalf("%s: %q became %q", why, want[max(0, i-60):min(len(want), i+60)], got[max(0, i-60):min(len(got), i+60)])
		}
	}
	require.Len(t, got, len(want), why)
}

// desk gives the alerts on a member's desk.
func desk(t *testing.T, k *testkit.Kit, who care.Actor) []care.AlertView {
	t.Helper()
	v, err := k.Service.DeskToday(k.Ctx, who)
	require.NoError(t, err)
	var out []care.AlertView
	for _, w := range v.Waiting {
		if w.Alert != nil {
			out = append(out, *w.Alert)
		}
	}
	return out
}

// saying answers one question of a form in a certain way.
func saying(question string, value any) func(library.Answers) {
	return func(a library.Answers) { a[question] = value }
}

// works runs the clock's own work, as a worker would each quarter of an hour.
func works(t *testing.T, k *testkit.Kit) {
	t.Helper()
	id := addJob(k, care.JobCloseTasks, k.Practice)
	require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, id))
	state, _, _ := jobState(k, id)
	require.Equal(t, "done", state)
}

func TestAFlagReachesTheTherapistsAndNobodyElse(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("repairability", k.PartnerA.ID.String(), "once")
	evening(k, 0)
	before := seenBy(t, k, k.PartnerB)
	own := looked(t, k, k.PartnerA)
	answer(t, k, k.PartnerA, "repairability", "x", saying("N1", "no"), saying("N3", "yes"), saying("N7", "yes"), saying("N6", "no"))
	same(t, before, seenBy(t, k, k.PartnerB), "the other learns nothing")
	after := looked(t, k, k.PartnerA)
	require.Zero(t, after["create alert"], "nor does the own record tell")
	require.Equal(t, own["read alert"], after["read alert"])

	alerts := desk(t, k, k.Therapist)
	require.Len(t, alerts, 1, "one alert for all that an answer raised")
	a := alerts[0]
	require.Equal(t, "flag", a.Kind)
	require.Equal(t, 1, a.Level)
	require.True(t, a.Today, "violence does not wait for the deadline")
	require.True(t, k.Clock.Now().AddDate(0, 0, 7).Equal(*a.Due))
	require.Equal(t, "Sam", a.Partner)
	require.Contains(t, a.Proposes, library.DoHold)
	require.NotNil(t, a.ResponseID)
	e, _ := k.Library.Exercise("repairability")
	for _, f := range e.Flags {
		says := care.FlagView{Do: f.Do, Text: f.Text.NL}
		if f.ID == "abuse" || f.ID == "afraid_here" {
			require.Contains(t, a.Says, says)
		}
		if f.ID == "repeated" || f.Do == library.DoOffer {
			require.NotContains(t, a.Says, says, "what was not raised, and what is the writer's alone")
		}
	}
	require.Len(t, desk(t, k, k.Trainee), 1, "whoever treats the couple")
	for _, who := range []care.Actor{k.Colleague, k.Owner, k.Office, k.ForeignTherapist} {
		require.Empty(t, desk(t, k, who), who.Role)
	}
	require.Equal(t, 2, k.Count("reminders where cause_kind = 'alert' and cause_id = $1 and state = 'planned' and due_at <= $2", a.ID, k.Clock.Now()), "both therapists are told at once")
	same(t, before, seenBy(t, k, k.PartnerB), "reading it changes nothing either")
	require.Positive(t, k.Count("audit_events where practice_id = $1 and object_kind = 'alert' and act = 'read' and restricted", k.Practice))
}

// A dump tells no more than that somebody should look: not why, not how urgent, not which answer.
func TestAnAlertTellsADumpNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("repairability", "both", "once")
	k.Assign("self-care", k.PartnerA.ID.String(), "daily")
	evening(k, 0)
	answer(t, k, k.PartnerA, "repairability", "x", saying("N3", "yes"))
	answer(t, k, k.PartnerB, "repairability", "x", saying("N1", "yes"), saying("N3", "no"), saying("N7", "no"))
	answer(t, k, k.PartnerA, "self-care", "x", saying("panic", 9.0))
	var kinds, sizes, subjects int
	k.OwnerRow([]any{&kinds, &sizes, &subjects}, "select count(distinct kind), count(distinct octet_length(detail)), count(subject_id) from alerts where practice_id = $1", k.Practice)
	require.Equal(t, 3, k.Count("alerts where practice_id = $1", k.Practice))
	require.Equal(t, []int{1, 1, 0}, []int{kinds, sizes, subjects})
	levels := map[int]bool{}
	for _, a := range desk(t, k, k.Therapist) {
		levels[a.Level] = true
	}
	require.Len(t, levels, 2, "though they differ")

	// Erasing the writer takes the alert's words along.
	k.SQL("update keys.wrapped_keys set wrapped = null, destroyed_at = now() where owner_id = $1", k.PartnerA.ID)
	for _, a := range desk(t, k, k.Therapist) {
		if *a.PartnerID == k.PartnerA.ID {
			require.True(t, a.Erased)
			require.Empty(t, a.Says)
		}
	}
}

// What was assigned for the writer alone asks nothing of anybody, whatever its exercise says.
func TestANarrowedAnswerRaisesNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{
		ExerciseID: "why-stay", For: k.PartnerA.ID.String(), StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "once"},
		AudienceOverrides: map[string]string{"reason": "me", "choose_us": "me"},
	})
	require.NoError(t, err)
	answer(t, k, k.PartnerA, "why-stay", "x", saying("reason", "fear"), saying("choose_us", 0.0))
	require.Zero(t, k.Count("alerts where practice_id = $1", k.Practice))
}

func TestAnOfferIsForTheWriterAndGoesWithTheMoment(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("emotion-journal", "both", "daily")
	evening(k, 0)
	a, b := k.FirstTask(k.PartnerA, "emotion-journal"), k.FirstTask(k.PartnerB, "emotion-journal")
	answer(t, k, k.PartnerA, "emotion-journal", "x", saying("weather", "dark"), saying("strength", 3.0))
	answer(t, k, k.PartnerB, "emotion-journal", "x", saying("strength", 3.0))
	require.Zero(t, k.Count("alerts where practice_id = $1", k.Practice), "nobody else learns of it")

	e, _ := k.Library.Exercise("emotion-journal")
	sent, err := k.Service.Sent(k.Ctx, k.PartnerA, a.ID)
	require.NoError(t, err)
	require.Equal(t, []string{e.Flags[0].Text.NL}, sent.Offers)
	quiet, err := k.Service.Sent(k.Ctx, k.PartnerB, b.ID)
	require.NoError(t, err)
	require.Empty(t, quiet.Offers)
	for _, who := range []care.Actor{k.PartnerB, k.Therapist, k.Stranger, k.ForeignPartner, k.Office} {
		_, err := k.Service.Sent(k.Ctx, who, a.ID)
		requireCode(t, fault.NotFound, err)
	}
	k.Clock.Add(6 * time.Minute)
	later, err := k.Service.Sent(k.Ctx, k.PartnerA, a.ID)
	require.NoError(t, err)
	require.Empty(t, later.Offers, "whoever goes back in the history finds nothing")
}

// Homework that an answer stops, stops at night, for both, in the one neutral way; and the page of the other is the same
// until then.
func TestAPauseComesAtNightForBoth(t *testing.T) {
	t.Parallel()
	paused, plain := testkit.New(t), testkit.New(t)
	for _, k := range []*testkit.Kit{paused, plain} {
		k.Assign("physical-closeness", "both", "daily")
		evening(k, 0)
		welcome := "welcome"
		if k == paused {
			welcome = "unwelcome"
		}
		before, err := k.Service.PortalToday(k.Ctx, k.PartnerB)
		require.NoError(t, err)
		answer(t, k, k.PartnerA, "physical-closeness", "x", saying("welcome", welcome))
		works(t, k)
		after, err := k.Service.PortalToday(k.Ctx, k.PartnerB)
		require.NoError(t, err)
		require.True(t, reflect.DeepEqual(before, after), "nothing moves when the answer comes in")
		k.Clock.Set(time.Date(2026, 10, 6, 2, 30, 0, 0, time.UTC)) // Half past four.
		works(t, k)
		works(t, k)
	}
	tomorrow := "tasks where practice_id = $1 and due_at::date = '2026-10-06' and status = $2"
	require.Equal(t, 2, plain.Count(tomorrow, plain.Practice, "open"))
	require.Equal(t, 2, paused.Count(tomorrow, paused.Practice, "rescheduled"))
	require.Zero(t, paused.Count("reminders where practice_id = $1 and cause_kind = 'task' and state = 'planned'", paused.Practice))
	for _, who := range []care.Actor{paused.PartnerA, paused.PartnerB} {
		v, err := paused.Service.PortalToday(paused.Ctx, who)
		require.NoError(t, err)
		require.True(t, v.Notice, "both read the one neutral text")
		require.Empty(t, v.Upcoming)
	}
	require.NoError(t, paused.Worker.RunJob(paused.Ctx, paused.Practice, addJob(paused, care.JobMaterialise, paused.Practice)))
	require.Zero(t, paused.Count("tasks where practice_id = $1 and status = 'open' and due_at > $2", paused.Practice, paused.Clock.Now()), "and it does not come again by itself")

	list, err := paused.Service.ListAssignments(paused.Ctx, paused.Therapist, paused.Couple, care.Page{})
	require.NoError(t, err)
	a := list.Data[0]
	require.True(t, a.Paused)
	for _, who := range []care.Actor{paused.Colleague, paused.PartnerA, paused.PartnerB, paused.ForeignTherapist} {
		_, err := paused.Service.ResumeAssignment(paused.Ctx, who, a.ID, a.Version)
		requireCode(t, fault.NotFound, err)
	}
	_, err = paused.Service.ResumeAssignment(paused.Ctx, paused.Therapist, a.ID, a.Version+1)
	requireCode(t, fault.Stale, err)
	a, err = paused.Service.ResumeAssignment(paused.Ctx, paused.Therapist, a.ID, a.Version)
	require.NoError(t, err)
	require.False(t, a.Paused)
	require.Equal(t, 2, paused.Count(tomorrow, paused.Practice, "open"))
	_, err = paused.Service.ResumeAssignment(paused.Ctx, paused.Therapist, a.ID, a.Version)
	requireCode(t, fault.Conflict, err)
}

func TestAnUnreadUrgentAlertGoesToTheDutyContactOnce(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("repairability", "both", "once")
	evening(k, 0)
	answer(t, k, k.PartnerA, "repairability", "x", saying("N3", "yes"))
	answer(t, k, k.PartnerB, "repairability", "x", saying("N3", "no"), saying("N7", "no"), saying("N8", "no"), saying("N1", "yes"))
	to := "reminders where practice_id = $1 and cause_kind = 'alert' and recipient_id = $2"
	works(t, k)
	require.Zero(t, k.Count(to, k.Practice, k.Owner.ID), "the therapists have some hours")
	k.Clock.Add(4*time.Hour + time.Minute)
	for range 3 {
		works(t, k)
	}
	require.Equal(t, 1, k.Count(to, k.Practice, k.Owner.ID), "the urgent one, once")
	require.Zero(t, k.Count("alerts where practice_id = $1 and considered_at is null", k.Practice), "and the row does not tell which it was")

	v, err := k.Service.DeskToday(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.Len(t, v.Passed, 1)
	require.Equal(t, []string{"Noor", "Lina"}, v.Passed[0].Therapists)
	require.Empty(t, v.Waiting, "who may not read the file reads no more than whom to call")
	requireCode(t, fault.NotFound, k.Service.AcknowledgeAlert(k.Ctx, k.Owner, v.Passed[0].ID))
	colleague, err := k.Service.DeskToday(k.Ctx, k.Colleague)
	require.NoError(t, err)
	require.Empty(t, colleague.Passed)

	require.NoError(t, k.Service.AcknowledgeAlert(k.Ctx, k.Therapist, v.Passed[0].ID))
	v, err = k.Service.DeskToday(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.Empty(t, v.Passed)
	require.Zero(t, k.Count(to+" and state = 'planned'", k.Practice, k.Owner.ID))
}

func TestTheDutyContactIsWhoThePracticeChose(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	p, err := k.Service.Practice(k.Ctx, k.Owner)
	require.NoError(t, err)
	hours := 1
	_, err = k.Service.ChangePractice(k.Ctx, k.Owner, care.ChangePracticeInput{DutyMemberID: ptr(k.Colleague.ID.String()), AlertHours: &hours, Version: p.Version})
	require.NoError(t, err)
	k.Assign("repairability", k.PartnerA.ID.String(), "once")
	answer(t, k, k.PartnerA, "repairability", "x", saying("N3", "yes"))
	k.Clock.Add(61 * time.Minute)
	works(t, k)
	to := "reminders where practice_id = $1 and cause_kind = 'alert' and recipient_id = $2"
	require.Equal(t, 1, k.Count(to, k.Practice, k.Colleague.ID))
	require.Zero(t, k.Count(to, k.Practice, k.Owner.ID))
	k.SQL("update members set status = 'ended' where id = $1", k.Colleague.ID)
	answerAgain(t, k)
	k.Clock.Add(61 * time.Minute)
	works(t, k)
	require.Equal(t, 1, k.Count(to, k.Practice, k.Owner.ID), "whoever left hears nothing; then it is the owner")
}

// answerAgain raises one more urgent alert.
func answerAgain(t *testing.T, k *testkit.Kit) {
	t.Helper()
	k.Assign("why-stay", k.PartnerB.ID.String(), "once")
	k.Assign("invite-partner", k.PartnerB.ID.String(), "once")
	answer(t, k, k.PartnerB, "invite-partner", "x", saying("safe", "no"))
}

func ptr[T any](v T) *T { return &v }

func TestATakenBackAnswerLeavesItsAlert(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("why-stay", k.PartnerA.ID.String(), "once")
	task := k.FirstTask(k.PartnerA, "why-stay")
	answer(t, k, k.PartnerA, "why-stay", "x", saying("reason", "fear"))
	require.NoError(t, k.Service.TakeBackResponse(k.Ctx, k.PartnerA, task.ID))
	alerts := desk(t, k, k.Therapist)
	require.Len(t, alerts, 1)
	require.True(t, alerts[0].TakenBack)
	require.Nil(t, alerts[0].ResponseID)
	require.NotEmpty(t, alerts[0].Says, "fear that was said does not go away because it is taken back")
}

func TestAComingTaskIsNotDoneEarly(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	ids := k.IDs("select id from tasks where partner_id = $1 and due_at > $2 order by due_at desc limit 1", k.PartnerA.ID, k.Clock.Now().AddDate(0, 0, 3))
	require.Len(t, ids, 1)
	v, err := k.Service.Task(k.Ctx, k.PartnerA, ids[0])
	require.NoError(t, err)
	require.True(t, v.Coming)
	_, err = k.Service.CompleteTask(k.Ctx, k.PartnerA, ids[0], testkit.Fill(v.Exercise, "te vroeg"))
	requireCode(t, fault.Conflict, err)
	require.Equal(t, "safety.task_coming", fault.From(err).Key)
	_, err = k.Service.SaveDraft(k.Ctx, k.PartnerA, ids[0], testkit.Fill(v.Exercise, "te vroeg"), 0)
	requireCode(t, fault.Conflict, err)
	require.Zero(t, k.Count("responses where practice_id = $1", k.Practice))
}

// The period that a questionnaire asks about is fixed when it is given.
func TestTheLookBackIsFixedWhenGiven(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("relationship-checklist", k.PartnerA.ID.String(), "weekly")
	k.Assign("relationship-checklist", k.PartnerB.ID.String(), "monthly")
	e, _ := k.Library.Exercise("relationship-checklist")
	require.NotEqual(t, e.LookBackDays("weekly"), e.LookBackDays("monthly"))
	require.Equal(t, e.LookBackDays("weekly"), k.FirstTask(k.PartnerA, "relationship-checklist").LookBackDays)
	require.Equal(t, e.LookBackDays("monthly"), k.FirstTask(k.PartnerB, "relationship-checklist").LookBackDays)
	require.Equal(t, 1, k.Count("assignments where practice_id = $1 and look_back_days = $2", k.Practice, e.LookBackDays("monthly")))
	list, err := k.Service.ListAssignments(k.Ctx, k.Therapist, k.Couple, care.Page{})
	require.NoError(t, err)
	for _, a := range list.Data {
		if a.Schedule.Kind != "weekly" {
			continue
		}
		_, err := k.Service.ChangeAssignment(k.Ctx, k.Therapist, a.ID, care.ChangeAssignmentInput{Schedule: &care.ScheduleInput{Kind: "monthly"}, Version: a.Version})
		require.NoError(t, err)
	}
	require.Equal(t, 1, k.Count("assignments where practice_id = $1 and look_back_days = $2", k.Practice, e.LookBackDays("weekly")), "also when its schedule changes")
}
