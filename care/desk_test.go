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

// today is an hour on the day the kit's clock starts.
func today(hour int) time.Time { return time.Date(2026, 10, 5, hour, 0, 0, 0, time.UTC) }

func todayAt(k *testkit.Kit, couple uuid.UUID, who care.Actor, hour int) care.PlanSessionInput {
	return care.PlanSessionInput{CoupleID: couple, Kind: "conjoint", Therapists: []uuid.UUID{who.ID}, StartsAt: today(hour), EndsAt: today(hour + 1)}
}

func TestTheDeskShowsADayAndWhatWaits(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	mine := plan(t, k, k.Therapist, todayAt(k, k.Couple, k.Therapist, 12))
	plan(t, k, k.Colleague, todayAt(k, k.OtherCouple, k.Colleague, 13))
	plan(t, k, k.Therapist, hourAt(k, 9)) // Tomorrow.
	k.Assign("daily-checkin", "both", "daily")
	atEvening(k)
	task := k.FirstTask(k.PartnerA, "daily-checkin")
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, testkit.Fill(task.Exercise, "dank"))
	require.NoError(t, err)
	_, err = k.Service.WriteNote(k.Ctx, k.Therapist, mine.ID, "Nog niet af", 0)
	require.NoError(t, err)
	v := propose(t, k)
	sign(t, k, k.PartnerB, v, true)

	desk, err := k.Service.DeskToday(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.Len(t, desk.Today, 1)
	require.Equal(t, "Sam & Robin", desk.Today[0].CoupleName)
	require.True(t, desk.Today[0].HasNote)
	require.Len(t, desk.HomeworkIn, 1)
	require.Equal(t, 1, desk.HomeworkIn[0].Done)
	require.Equal(t, "Sam & Robin", desk.HomeworkIn[0].CoupleName)
	require.ElementsMatch(t, []string{"note", "alert"}, kinds(desk))

	// A held session starts the count anew.
	held := "held"
	_, err = k.Service.ChangeSession(k.Ctx, k.Therapist, mine.ID, care.ChangeSessionInput{Status: &held, Version: mine.Version})
	require.NoError(t, err)
	k.SQL("update sessions set starts_at = '2026-10-05 18:30+00', ends_at = '2026-10-05 19:30+00' where id = $1", mine.ID)
	k.Clock.Set(today(20))
	desk, err = k.Service.DeskToday(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.Empty(t, desk.HomeworkIn)

	office, err := k.Service.DeskToday(k.Ctx, k.Office)
	require.NoError(t, err)
	require.Len(t, office.Today, 2, "the whole calendar")
	require.Empty(t, office.HomeworkIn)
	require.Empty(t, office.Waiting)
	require.False(t, office.Today[0].HasNote)
	owner, err := k.Service.DeskToday(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.NotNil(t, owner.Helplines, "an owner hears that no help line is filled in")
	owner.Helplines = nil
	require.Equal(t, care.DeskView{Today: []care.SessionView{}, HomeworkIn: []care.HomeworkIn{}, Waiting: []care.WaitingItem{}}, owner)
	colleague, err := k.Service.DeskToday(k.Ctx, k.Colleague)
	require.NoError(t, err)
	require.Empty(t, colleague.Waiting)
	for _, a := range []care.Actor{k.PartnerA, {}} {
		_, err = k.Service.DeskToday(k.Ctx, a)
		requireCode(t, fault.NotFound, err)
	}
}

// A letter that waits to be opened in a session, and a draft that waits for approval, wait for who may decide.
func TestWhatWaitsForADecision(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("responsibility-letter", k.PartnerA.ID.String(), "once")
	evening(k, 0)
	answer(t, k, k.PartnerA, "responsibility-letter", "een brief")
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	k.SQL("update partners set status = 'invited' where id = $1", k.PartnerB.ID)
	desk, err := k.Service.DeskToday(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"reveal", "report", "invitation"}, kinds(desk))
	for _, w := range desk.Waiting {
		require.Equal(t, "Sam & Robin", w.CoupleName)
		if w.Kind == "report" {
			require.Equal(t, v.ID, w.SubjectID)
		}
		if w.Kind == "reveal" {
			_, err := k.Service.RevealResponse(k.Ctx, k.Therapist, w.SubjectID)
			require.NoError(t, err)
		}
	}
	approve(t, k, v)
	desk, err = k.Service.DeskToday(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.Equal(t, []string{"invitation"}, kinds(desk))
	trainee, err := k.Service.DeskToday(k.Ctx, k.Trainee)
	require.NoError(t, err)
	require.Equal(t, []string{"invitation"}, kinds(trainee))
}

func TestAnAlertIsSeenOnceByWhoTreatsTheCouple(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	sign(t, k, k.PartnerB, v, true)
	var id uuid.UUID
	k.OwnerRow([]any{&id}, "select id from alerts where couple_id = $1", k.Couple)
	for _, a := range []care.Actor{k.Office, k.Colleague, k.Owner, k.PartnerA, k.PartnerB, k.Stranger, k.ForeignTherapist} {
		requireCode(t, fault.NotFound, k.Service.AcknowledgeAlert(k.Ctx, a, id))
	}
	require.Equal(t, 2, k.Count("reminders where cause_kind = 'alert' and cause_id = $1 and state = 'planned' and moment = 'now'", id), "both therapists are told")
	require.NoError(t, k.Service.AcknowledgeAlert(k.Ctx, k.Therapist, id))
	require.NoError(t, k.Service.AcknowledgeAlert(k.Ctx, k.Trainee, id), "again changes nothing")
	require.Equal(t, 1, k.Count("alerts where id = $1 and acknowledged_by = $2", id, k.Therapist.ID))
	require.Equal(t, 0, k.Count("reminders where cause_kind = 'alert' and cause_id = $1 and state = 'planned'", id))
	desk, err := k.Service.DeskToday(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.NotContains(t, kinds(desk), "alert")
}

func TestTheDeskTakesAConstantNumberOfStatements(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	fill := func(n int) int {
		for range n {
			couple, _, _ := k.NewCouple(k.Therapist, "Een", "Twee")
			hour := k.Count("sessions where practice_id = $1", k.Practice) + 1
			plan(t, k, k.Therapist, todayAt(k, couple, k.Therapist, hour))
			k.SQL("insert into alerts (practice_id, id, kind, couple_id) values ($1, gen_random_uuid(), 'instrument_low', $2)", k.Practice, couple)
		}
		ctx, count := testkit.CountStatements(k.Ctx)
		desk, err := k.Service.DeskToday(ctx, k.Therapist)
		require.NoError(t, err)
		require.Len(t, desk.Waiting, k.Count("alerts where practice_id = $1", k.Practice))
		return count()
	}
	fill(0) // Keys that were never opened take one statement more.
	few := fill(2)
	require.Equal(t, few, fill(6))
	t.Logf("the desk takes %d statements", few)
}
