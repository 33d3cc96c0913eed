package care_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// looked is what a partner's record shows, as act and object.
func looked(t *testing.T, k *testkit.Kit, who care.Actor) map[string]int {
	t.Helper()
	list, err := k.Service.ListAudit(k.Ctx, who, care.Page{Limit: 100})
	require.NoError(t, err)
	seen := map[string]int{}
	for _, e := range list.Data {
		seen[e.Act+" "+e.ObjectKind]++
	}
	return seen
}

func TestTheRecordDoesNotTellWhoAnsweredFirst(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	atEvening(k)
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		task := k.FirstTask(who, "daily-checkin")
		_, err := k.Service.CompleteTask(k.Ctx, who, task.ID, testkit.Fill(task.Exercise, "dank je"))
		require.NoError(t, err)
	}
	first, second := looked(t, k, k.PartnerA), looked(t, k, k.PartnerB)
	delete(first, "read audit")
	require.Equal(t, first, second, "who comes second must not find the reveal among the own acts")
}

func TestHomeworkForOneStandsInThatPartnersRecordAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	before := looked(t, k, k.PartnerB)
	a := k.Assign("daily-checkin", k.PartnerA.ID.String(), "daily")
	ends := string(models.DayOf(k.Clock.Now().AddDate(0, 1, 0)))
	a, err := k.Service.ChangeAssignment(k.Ctx, k.Therapist, a.ID, care.ChangeAssignmentInput{EndsOn: &ends, Version: a.Version})
	require.NoError(t, err)
	require.NoError(t, k.Service.CancelAssignment(k.Ctx, k.Therapist, a.ID, a.Version))
	after := looked(t, k, k.PartnerB)
	for _, verb := range []string{"create", "change", "delete"} {
		require.Equal(t, before[verb+" assignment"], after[verb+" assignment"], verb)
		require.Positive(t, looked(t, k, k.PartnerA)[verb+" assignment"], verb)
	}
}

func TestASafetyHoldLeavesNoTraceInThePartnersRecord(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	before := looked(t, k, k.PartnerB)
	view, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	hold := true
	_, err = k.Service.ChangeCouple(k.Ctx, k.Therapist, k.Couple, care.ChangeCoupleInput{SafetyHold: &hold, Version: view.Version})
	require.NoError(t, err)
	require.Equal(t, before["change couple"], looked(t, k, k.PartnerB)["change couple"])
}

func TestWhatComesBackAfterAPauseDoesNotTellWhetherTheOtherHadAnswered(t *testing.T) {
	t.Parallel()
	status := map[bool]models.TaskStatus{}
	for _, answered := range []bool{true, false} {
		k := testkit.New(t)
		k.Assign("daily-checkin", "both", "daily")
		atEvening(k)
		mine := k.FirstTask(k.PartnerB, "daily-checkin")
		if answered {
			task := k.FirstTask(k.PartnerA, "daily-checkin")
			_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, testkit.Fill(task.Exercise, "geheim"))
			require.NoError(t, err)
		}
		require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerB))
		require.NoError(t, k.Service.ResumePartner(k.Ctx, k.PartnerB))
		view, err := k.Service.Task(k.Ctx, k.PartnerB, mine.ID)
		require.NoError(t, err)
		status[answered] = view.Status
		if !answered {
			continue
		}
		_, err = k.Service.CompleteTask(k.Ctx, k.PartnerB, mine.ID, testkit.Fill(view.Exercise, "daarna"))
		require.NoError(t, err)
		view, err = k.Service.Task(k.Ctx, k.PartnerB, mine.ID)
		require.NoError(t, err)
		require.Nil(t, view.Partner, "what waited when the work stopped stays closed")
	}
	require.Equal(t, status[false], status[true])
}

// TestAPauseAlwaysWorks: whoever submits at the very moment is in time or too late, and neither stops the other.
func TestAPauseAlwaysWorks(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for range 12 {
		couple, a, b := k.NewCouple(k.Therapist, "Noor", "Bas")
		_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, couple, care.AssignExerciseInput{
			ExerciseID: "daily-checkin", For: "both", StartsOn: string(models.DayOf(k.Clock.Now())), Schedule: care.ScheduleInput{Kind: "once", At: "20:00"},
		})
		require.NoError(t, err)
		task := k.FirstTask(a, "daily-checkin")
		var submitted, paused error
		var both sync.WaitGroup
		both.Go(func() {
			_, submitted = k.Service.CompleteTask(k.Ctx, a, task.ID, testkit.Fill(task.Exercise, "net op tijd"))
		})
		both.Go(func() { paused = k.Service.PausePartner(k.Ctx, b) })
		both.Wait()
		require.NoError(t, paused)
		if submitted != nil {
			require.Equal(t, "error.task_closed", fault.From(submitted).Key, "%v", submitted)
		}
		open, err := k.Service.ListTasks(k.Ctx, a, "open", care.Page{})
		require.NoError(t, err)
		require.Empty(t, open.Data, "nothing joint stays open beside a pause")
	}
}

func TestOddSchedulesAreRefusedAndNeverAnAccident(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	today := string(models.DayOf(k.Clock.Now()))
	assign := func(starts string, s care.ScheduleInput) error {
		_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{ExerciseID: "daily-checkin", For: "both", Schedule: s, StartsOn: starts})
		return err
	}
	for _, rule := range []string{"FREQ=YEARLY;BYEASTER=500", "FREQ=YEARLY;BYEASTER=1", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=-1", "\x00", "nonsense"} {
		requireCode(t, fault.Invalid, assign(today, care.ScheduleInput{Kind: "rrule", RRule: rule}))
	}
	for _, day := range []string{"0000-01-01", "0001-01-01", "9999-12-31", "2026-02-30", ""} {
		requireCode(t, fault.Invalid, assign(day, care.ScheduleInput{Kind: "once"}))
	}
	// What belongs to another kind of schedule is not kept.
	require.NoError(t, assign(today, care.ScheduleInput{Kind: "weekly", RRule: "\x00", Times: 1 << 40}))
	a := k.Assign("daily-checkin", "both", "daily")
	_, err := k.Service.ChangeAssignment(k.Ctx, k.Therapist, a.ID, care.ChangeAssignmentInput{Schedule: &care.ScheduleInput{Kind: "rrule", RRule: "RRULE:FREQ=DAILY;INTERVAL=2"}, Version: a.Version})
	require.NoError(t, err)
	_, err = k.Service.CreateCouple(k.Ctx, k.Therapist, care.CreateCoupleInput{StartedOn: "0000-01-01", Partners: []care.PartnerInput{{Name: "Q", Email: "q@client.example"}, {Name: "R", Email: "r@client.example"}}})
	requireCode(t, fault.Invalid, err)
}

func TestNulOctetsNeverReachTheDatabase(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for _, id := range []string{"\x00", "\xff", "no-such-exercise"} {
		_, err := k.Service.Exercise(k.Ctx, k.Therapist, id)
		requireCode(t, fault.NotFound, err)
	}
	list, err := k.Service.ListExercises(k.Ctx, k.Therapist)
	require.NoError(t, err)
	raw, err := json.Marshal(list[0].Exercise)
	require.NoError(t, err)
	var definition map[string]any
	require.NoError(t, json.Unmarshal(raw, &definition))
	definition["title"] = map[string]string{"nl": "a\x00b", "en": "a\x00b"}
	raw, err = json.Marshal(definition)
	require.NoError(t, err)
	_, err = k.Service.AddExercise(k.Ctx, k.Therapist, raw)
	requireCode(t, fault.Invalid, err)
}

func TestASecondFactorIsBegunByAFreshSignInOnly(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	old := k.PartnerA
	old.FreshAt = k.Clock.Now().Add(-6 * time.Minute)
	old.AccountID = uuid.New()
	_, err := k.Service.EnrolFactor(k.Ctx, old)
	requireCode(t, fault.Forbidden, err)
}
