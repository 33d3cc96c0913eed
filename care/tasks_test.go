package care_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/models"
)

// atEvening moves the clock to a quarter to eight in the evening, when the daily check-in is open.
func atEvening(k *testkit.Kit) { k.Clock.Set(time.Date(2026, 10, 5, 17, 45, 0, 0, time.UTC)) }

func requireCode(t *testing.T, code fault.Code, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, fault.From(err).Code, "%v", err)
}

func TestHiddenAnswersOpenForBothAtTheSameMoment(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	atEvening(k)
	a, b := k.FirstTask(k.PartnerA, "daily-checkin"), k.FirstTask(k.PartnerB, "daily-checkin")

	first, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, a.ID, testkit.Fill(a.Exercise, "alleen voor jou"))
	require.NoError(t, err)
	require.Nil(t, first.RevealedAt)

	// Nothing is told to the other, nor to the therapist, and what the other sees is as if nothing had been answered.
	view, err := k.Service.Task(k.Ctx, k.PartnerB, b.ID)
	require.NoError(t, err)
	require.Nil(t, view.Partner)
	list, err := k.Service.CoupleResponses(k.Ctx, k.Therapist, k.Couple, care.Page{})
	require.NoError(t, err)
	require.Len(t, list.Data, 1)
	require.Empty(t, list.Data[0].Answers["grateful"])
	require.NotEmpty(t, list.Data[0].Hidden)

	second, err := k.Service.CompleteTask(k.Ctx, k.PartnerB, b.ID, testkit.Fill(b.Exercise, "dank je"))
	require.NoError(t, err)
	require.Nil(t, second.RevealedAt, "the page after a submit is the same either way")

	for _, side := range []struct {
		who  care.Actor
		task uuid.UUID
	}{{k.PartnerA, a.ID}, {k.PartnerB, b.ID}} {
		view, err := k.Service.Task(k.Ctx, side.who, side.task)
		require.NoError(t, err)
		require.NotNil(t, view.Partner, "both are in: each reads the other")
		require.NotEmpty(t, view.Partner.Answers)
		require.Equal(t, uuid.Nil, view.Partner.ID, "the other's response id is never told")
		require.True(t, view.Partner.SubmittedAt.IsZero(), "nor when it was written")
		require.False(t, view.CanTakeBack)
	}
	requireCode(t, fault.Conflict, k.Service.TakeBackResponse(k.Ctx, k.PartnerA, a.ID))
}

func TestWhatIsHiddenLooksTheSameWhateverTheOtherDid(t *testing.T) {
	t.Parallel()
	answered, silent := testkit.New(t), testkit.New(t)
	views := []care.TaskView{}
	for _, k := range []*testkit.Kit{answered, silent} {
		k.Assign("daily-checkin", "both", "daily")
		atEvening(k)
		if k == answered {
			a := k.FirstTask(k.PartnerA, "daily-checkin")
			_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, a.ID, testkit.Fill(a.Exercise, "geheim"))
			require.NoError(t, err)
		}
		v, err := k.Service.Task(k.Ctx, k.PartnerB, k.FirstTask(k.PartnerB, "daily-checkin").ID)
		require.NoError(t, err)
		v.ID, v.AssignmentID = uuid.Nil, uuid.Nil
		views = append(views, v)
	}
	require.Equal(t, views[1], views[0])
}

func TestTakingBackTurnsAnAnswerIntoADraft(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	atEvening(k)
	a := k.FirstTask(k.PartnerA, "daily-checkin")
	answers := testkit.Fill(a.Exercise, "toch anders")
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, a.ID, answers)
	require.NoError(t, err)
	_, err = k.Service.CompleteTask(k.Ctx, k.PartnerA, a.ID, answers)
	requireCode(t, fault.Conflict, err)

	requireCode(t, fault.NotFound, k.Service.TakeBackResponse(k.Ctx, k.PartnerB, a.ID))
	require.NoError(t, k.Service.TakeBackResponse(k.Ctx, k.PartnerA, a.ID))
	view, err := k.Service.Task(k.Ctx, k.PartnerA, a.ID)
	require.NoError(t, err)
	require.Equal(t, models.TaskDraft, view.Status)
	require.Equal(t, answers, view.Draft)
	require.Zero(t, k.Count("responses where practice_id = $1", k.Practice))
}

func TestAHalfThatIsSkippedNeverReveals(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	atEvening(k)
	a, b := k.FirstTask(k.PartnerA, "daily-checkin"), k.FirstTask(k.PartnerB, "daily-checkin")
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, a.ID, testkit.Fill(a.Exercise, "blijft dicht"))
	require.NoError(t, err)
	require.NoError(t, k.Service.SkipTask(k.Ctx, k.PartnerB, b.ID))
	view, err := k.Service.Task(k.Ctx, k.PartnerB, b.ID)
	require.NoError(t, err)
	require.Nil(t, view.Partner)
	_, err = k.Service.CompleteTask(k.Ctx, k.PartnerB, b.ID, testkit.Fill(b.Exercise, "te laat"))
	requireCode(t, fault.Conflict, err)
}

func TestALetterIsOpenedByTheTherapistInASession(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("responsibility-letter", k.PartnerA.ID.String(), "once")
	task := k.FirstTask(k.PartnerA, "responsibility-letter")
	response, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, testkit.Fill(task.Exercise, "Ik deed het"))
	require.NoError(t, err)

	list, err := k.Service.CoupleResponses(k.Ctx, k.Therapist, k.Couple, care.Page{})
	require.NoError(t, err)
	require.True(t, list.Data[0].CanReveal)
	require.NotEmpty(t, list.Data[0].Answers)

	for _, no := range []struct {
		who  care.Actor
		code fault.Code
	}{{k.Trainee, fault.Forbidden}, {k.Office, fault.Forbidden}, {k.Colleague, fault.NotFound}, {k.Owner, fault.NotFound}, {k.PartnerB, fault.NotFound}, {k.Stranger, fault.NotFound}, {k.ForeignTherapist, fault.NotFound}} {
		_, err := k.Service.RevealResponse(k.Ctx, no.who, response.ID)
		requireCode(t, no.code, err)
	}
	opened, err := k.Service.RevealResponse(k.Ctx, k.Therapist, response.ID)
	require.NoError(t, err)
	require.False(t, opened.CanReveal)
	_, err = k.Service.RevealResponse(k.Ctx, k.Therapist, response.ID)
	requireCode(t, fault.Conflict, err)
	requireCode(t, fault.Conflict, k.Service.TakeBackResponse(k.Ctx, k.PartnerA, task.ID))
	require.Equal(t, 1, k.Count("audit_events where practice_id = $1 and act = 'reveal'", k.Practice))
}

func TestOnlyTheWriterWidensAndNothingNarrows(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("responsibility-letter", k.PartnerA.ID.String(), "once")
	task := k.FirstTask(k.PartnerA, "responsibility-letter")
	r, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, testkit.Fill(task.Exercise, "brief"))
	require.NoError(t, err)
	q := task.Exercise.Questions[0].ID
	for _, who := range []care.Actor{k.PartnerB, k.Therapist, k.Owner, k.ForeignPartner} {
		_, err = k.Service.WidenAudience(k.Ctx, who, r.ID, q, "both")
		requireCode(t, fault.NotFound, err)
	}
	_, err = k.Service.WidenAudience(k.Ctx, k.PartnerA, r.ID, q, "me")
	requireCode(t, fault.Invalid, err)
	v, err := k.Service.WidenAudience(k.Ctx, k.PartnerA, r.ID, q, "both")
	require.NoError(t, err)
	require.Equal(t, "both", v.Audiences[q])
}

func TestAssigningFreezesExerciseAndAudience(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{
		ExerciseID: "daily-checkin", For: "both", StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "daily"},
		AudienceOverrides: map[string]string{"weather": "therapist"},
	})
	require.NoError(t, err)
	atEvening(k)
	task := k.FirstTask(k.PartnerA, "daily-checkin")
	q, ok := task.Exercise.Question("weather")
	require.True(t, ok)
	require.Equal(t, library.AudienceTherapist, q.Audience)

	_, err = k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{
		ExerciseID: "emotion-journal", For: "both", StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "daily"},
		AudienceOverrides: map[string]string{task.Exercise.Questions[0].ID: "both"},
	})
	requireCode(t, fault.Invalid, err)
}

func TestWhoMayAssign(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	in := care.AssignExerciseInput{ExerciseID: "appreciation", For: "both", StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "times_per_week", Times: 2}}
	for _, no := range []struct {
		who  care.Actor
		code fault.Code
	}{{k.Colleague, fault.NotFound}, {k.Owner, fault.NotFound}, {k.Office, fault.Forbidden}, {k.PartnerA, fault.Forbidden}, {k.Stranger, fault.NotFound}, {k.ForeignTherapist, fault.NotFound}, {care.Actor{}, fault.Unauthenticated}} {
		_, err := k.Service.AssignExercise(k.Ctx, no.who, k.Couple, in)
		requireCode(t, no.code, err)
	}
	for _, yes := range []care.Actor{k.Therapist, k.Trainee} {
		_, err := k.Service.AssignExercise(k.Ctx, yes, k.Couple, in)
		require.NoError(t, err)
	}
	in.Schedule = care.ScheduleInput{Kind: "rrule", RRule: "FREQ=SECONDLY"}
	_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, in)
	requireCode(t, fault.Invalid, err)
}

func TestTasksOfOthersDoNotExist(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	atEvening(k)
	a := k.FirstTask(k.PartnerA, "daily-checkin")
	for _, who := range []care.Actor{k.PartnerB, k.Stranger, k.ForeignPartner, k.Therapist, k.Owner, k.Office} {
		_, err := k.Service.Task(k.Ctx, who, a.ID)
		requireCode(t, fault.NotFound, err)
		_, err = k.Service.SaveDraft(k.Ctx, who, a.ID, library.Answers{}, 0)
		requireCode(t, fault.NotFound, err)
		_, err = k.Service.CompleteTask(k.Ctx, who, a.ID, library.Answers{})
		requireCode(t, fault.NotFound, err)
		requireCode(t, fault.NotFound, k.Service.SkipTask(k.Ctx, who, a.ID))
	}
}

func TestADraftIsKeptAndAStaleOneRefused(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	atEvening(k)
	a := k.FirstTask(k.PartnerA, "daily-checkin")
	v, err := k.Service.SaveDraft(k.Ctx, k.PartnerA, a.ID, library.Answers{"weather": "sunny"}, a.Version)
	require.NoError(t, err)
	require.Equal(t, "sunny", v.Draft.Text("weather"))
	_, err = k.Service.SaveDraft(k.Ctx, k.PartnerA, a.ID, library.Answers{"weather": "storm"}, a.Version)
	requireCode(t, fault.Stale, err)

	token := k.Service.DraftToken(k.PartnerA, a.ID)
	require.NoError(t, k.Service.SaveDraftByToken(k.Ctx, token, a.ID, library.Answers{"weather": "storm"}))
	requireCode(t, fault.Unauthenticated, k.Service.SaveDraftByToken(k.Ctx, token, models.NewID(), library.Answers{}))
	k.Clock.Add(13 * time.Hour)
	requireCode(t, fault.Unauthenticated, k.Service.SaveDraftByToken(k.Ctx, token, a.ID, library.Answers{}))
}

func TestPausingStopsJointWorkWithoutTellingWhy(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	atEvening(k)
	b := k.FirstTask(k.PartnerB, "daily-checkin")
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerB, b.ID, testkit.Fill(b.Exercise, "voor later"))
	require.NoError(t, err)
	require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerA))

	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		list, err := k.Service.ListTasks(k.Ctx, who, "open", care.Page{})
		require.NoError(t, err)
		require.Empty(t, list.Data)
		today, err := k.Service.PortalToday(k.Ctx, who)
		require.NoError(t, err)
		require.True(t, today.Notice, "one neutral word for both")
	}
	require.NoError(t, k.Service.ResumePartner(k.Ctx, k.PartnerA))
	k.Clock.Add(24 * time.Hour)
	require.NotEmpty(t, k.FirstTask(k.PartnerB, "daily-checkin"))
	v, err := k.Service.Task(k.Ctx, k.PartnerB, b.ID)
	require.NoError(t, err)
	require.Nil(t, v.Partner, "what was not revealed never will be")
}

func TestAPauseCallsOffAReveal(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("ratio-5-1", "both", "daily") // Opens at half past nine in the evening.
	atEvening(k)
	a, b := k.FirstTask(k.PartnerA, "ratio-5-1"), k.FirstTask(k.PartnerB, "ratio-5-1")
	for _, side := range []struct {
		who  care.Actor
		task care.TaskView
	}{{k.PartnerA, a}, {k.PartnerB, b}} {
		_, err := k.Service.CompleteTask(k.Ctx, side.who, side.task.ID, testkit.Fill(side.task.Exercise, "woorden"))
		require.NoError(t, err)
		v, err := k.Service.Task(k.Ctx, k.PartnerA, a.ID)
		require.NoError(t, err)
		require.Nil(t, v.Partner, "not before its time")
	}
	require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerB))
	k.Clock.Add(12 * time.Hour)
	v, err := k.Service.Task(k.Ctx, k.PartnerA, a.ID)
	require.NoError(t, err)
	require.Nil(t, v.Partner, "what was not revealed never will be")
}

func TestASafetyHoldLooksLikeAPause(t *testing.T) {
	t.Parallel()
	held, paused := testkit.New(t), testkit.New(t)
	var notices []care.PortalView
	for _, k := range []*testkit.Kit{held, paused} {
		k.Assign("daily-checkin", "both", "daily")
		atEvening(k)
		couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
		require.NoError(t, err)
		if k == held {
			yes := true
			_, err = k.Service.ChangeCouple(k.Ctx, k.Therapist, k.Couple, care.ChangeCoupleInput{SafetyHold: &yes, Version: couple.Version})
		} else {
			err = k.Service.PausePartner(k.Ctx, k.PartnerA)
		}
		require.NoError(t, err)
		v, err := k.Service.PortalToday(k.Ctx, k.PartnerB)
		require.NoError(t, err)
		v.Practice = ""
		notices = append(notices, v)
	}
	require.Equal(t, notices[1], notices[0])
	_, err := held.Service.AssignExercise(held.Ctx, held.Therapist, held.Couple, care.AssignExerciseInput{ExerciseID: "appreciation", For: "both", StartsOn: "2026-10-06", Schedule: care.ScheduleInput{Kind: "weekly"}})
	requireCode(t, fault.Conflict, err)
}

func TestEightInTheEveningStaysEightOverBothClockChanges(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for _, sunday := range []time.Time{time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC), time.Date(2027, 3, 28, 0, 0, 0, 0, time.UTC)} {
		k.Clock.Set(sunday.AddDate(0, 0, -3))
		v, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{ExerciseID: "daily-checkin", For: "both", StartsOn: models.DayOf(sunday.AddDate(0, 0, -2)).String(), Schedule: care.ScheduleInput{Kind: "daily", At: "20:00"}})
		require.NoError(t, err)
		require.Zero(t, k.Count("tasks where assignment_id = $1 and to_char(due_at at time zone 'Europe/Amsterdam', 'HH24:MI') <> '20:00'", v.ID))
		require.Equal(t, 2, k.Count("tasks where assignment_id = $1 and (due_at at time zone 'Europe/Amsterdam')::date = $2", v.ID, sunday))
	}
}

func TestOldTasksExpire(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	atEvening(k)
	a := k.FirstTask(k.PartnerA, "daily-checkin")
	k.Clock.Add(48 * time.Hour)
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, a.ID, testkit.Fill(a.Exercise, "te laat"))
	requireCode(t, fault.Conflict, err)
}
