package care_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

// fillIn completes a partner's open task of an instrument: every scale gets v, every yes-or-no yes.
func fillIn(t *testing.T, k *testkit.Kit, who care.Actor, exercise string, v float64, change ...func(library.Answers)) care.TaskView {
	t.Helper()
	task := k.FirstTask(who, exercise)
	all := append([]func(library.Answers){func(a library.Answers) {
		for _, q := range task.Exercise.Questions {
			if q.Type == library.FieldScale {
				a[q.ID] = v
			}
		}
	}}, change...)
	answer(t, k, who, exercise, "woorden", all...)
	return task
}

// opens gives one's own task as it is now.
func opens(t *testing.T, k *testkit.Kit, who care.Actor, task care.TaskView) care.TaskView {
	t.Helper()
	v, err := k.Service.Task(k.Ctx, who, task.ID)
	require.NoError(t, err)
	return v
}

// therapistReads gives what the couple's therapist reads of one response.
func therapistReads(t *testing.T, k *testkit.Kit, own care.TaskView) care.ResponseView {
	t.Helper()
	v, err := k.Service.CoupleResponse(k.Ctx, k.Therapist, k.Couple, own.Response.ID)
	require.NoError(t, err)
	return v
}

// What opens when both have answered: until then the writer alone has an outcome, and afterwards both and the therapist do.
func TestAnOutcomeOpensWithItsAnswers(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("relationship-checklist", "both", "once")
	evening(k, 0)
	a := fillIn(t, k, k.PartnerA, "relationship-checklist", 0)
	b := k.FirstTask(k.PartnerB, "relationship-checklist")

	own := opens(t, k, k.PartnerA, a)
	require.NotNil(t, own.Response.Outcome)
	require.NotNil(t, own.Response.Outcome.Band)
	require.Nil(t, own.Response.Outcome.Raw)
	require.Equal(t, 7, own.Response.Outcome.LookBackDays, "as it was given")
	require.Nil(t, own.Partner)
	require.Nil(t, opens(t, k, k.PartnerB, b).Partner)
	require.Nil(t, therapistReads(t, k, own).Outcome, "hidden is hidden from the therapist too")

	fillIn(t, k, k.PartnerB, "relationship-checklist", 0, func(a library.Answers) { a["A1"] = "no" })
	own = opens(t, k, k.PartnerA, a)
	require.NotNil(t, own.Partner.Outcome)
	require.InDelta(t, own.Response.Outcome.Score-1, own.Partner.Outcome.Score, 0.001)
	require.Nil(t, own.Partner.Outcome.Raw)
	require.Equal(t, own.Response.Outcome.Score, opens(t, k, k.PartnerB, b).Partner.Outcome.Score)
	read := therapistReads(t, k, own)
	require.Equal(t, own.Response.Outcome.Score, read.Outcome.Score)
	require.NotNil(t, read.Outcome.Raw)
}

// What opens in a session: the therapist has the outcome at once, the other partner when it is opened, without what to give.
func TestAnOutcomeOpensInTheSession(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("six-principles", "both", "once")
	evening(k, 0)
	a := fillIn(t, k, k.PartnerA, "six-principles", 3)
	b := fillIn(t, k, k.PartnerB, "six-principles", 8)
	own := opens(t, k, k.PartnerA, a)
	require.NotNil(t, own.Response.Outcome)
	require.Nil(t, own.Partner)
	require.Nil(t, opens(t, k, k.PartnerB, b).Partner)
	read := therapistReads(t, k, own)
	require.Equal(t, "Mijn aandeel", read.Outcome.Low[0].Suggests.Title.NL)

	_, err := k.Service.RevealResponse(k.Ctx, k.Therapist, own.Response.ID)
	require.NoError(t, err)
	seen := opens(t, k, k.PartnerB, b).Partner
	require.Equal(t, 3.0, seen.Outcome.Score)
	require.NotEmpty(t, seen.Outcome.Low)
	for _, item := range seen.Outcome.Low {
		require.Nil(t, item.Suggests)
	}
	require.Nil(t, opens(t, k, k.PartnerA, a).Partner, "the own half stays closed")
}

// What is one's own alone: nobody else has an outcome, and neither has anybody when one item was kept to oneself.
func TestAPrivateOutcomeIsTheWritersAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("flirt-sorter", k.PartnerA.ID.String(), "once")
	_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{
		ExerciseID: "impact-inventory", For: k.PartnerA.ID.String(), StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "once", At: "20:00"},
		AudienceOverrides: map[string]string{"alone": "me"},
	})
	require.NoError(t, err)
	evening(k, 0)
	for _, exercise := range []string{"flirt-sorter", "impact-inventory"} {
		own := opens(t, k, k.PartnerA, fillIn(t, k, k.PartnerA, exercise, 9))
		require.NotNil(t, own.Response.Outcome, exercise)
		require.Nil(t, therapistReads(t, k, own).Outcome, exercise)
	}
}

// What only one role is asked is not put beside the other's, even when it was opened.
func TestAnOutcomeByRoleIsNotShownToTheOther(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.SQL(`update partners set role = 'hurt' where id = $1`, k.PartnerA.ID)
	k.SQL(`update partners set role = 'repairing' where id = $1`, k.PartnerB.ID)
	k.Assign("affair-conditions", "both", "once")
	evening(k, 0)
	a := fillIn(t, k, k.PartnerA, "affair-conditions", 0)
	b := k.FirstTask(k.PartnerB, "affair-conditions")
	own := opens(t, k, k.PartnerA, a)
	require.NotNil(t, own.Response.Outcome)
	_, err := k.Service.RevealResponse(k.Ctx, k.Therapist, own.Response.ID)
	require.NoError(t, err)
	seen := opens(t, k, k.PartnerB, b).Partner
	require.NotEmpty(t, seen.Answers)
	require.Nil(t, seen.Outcome)
}

// The first time stayed closed, for B never answered it: neither B nor the therapist learns from the second time what it was.
func TestAChangeTellsNothingOfAClosedAnswer(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("relationship-checklist", "both", "weekly")
	evening(k, 0)
	fillIn(t, k, k.PartnerA, "relationship-checklist", 0, func(a library.Answers) { a["A1"] = "no" })
	evening(k, 7)
	a := fillIn(t, k, k.PartnerA, "relationship-checklist", 0)
	b := fillIn(t, k, k.PartnerB, "relationship-checklist", 0)
	own := opens(t, k, k.PartnerA, a)
	first := time.Date(2026, 10, 5, 17, 45, 0, 0, time.UTC)
	require.Equal(t, care.ChangedHigher, own.Response.Outcome.Change.Words)
	require.Equal(t, first, own.Response.Outcome.Change.Since.UTC())
	require.NotNil(t, opens(t, k, k.PartnerB, b).Partner.Outcome)
	require.Nil(t, opens(t, k, k.PartnerB, b).Partner.Outcome.Change)
	require.NotNil(t, therapistReads(t, k, own).Outcome)
	require.Nil(t, therapistReads(t, k, own).Outcome.Change)

	// The third time compares with the second, which both have read.
	evening(k, 14)
	a = fillIn(t, k, k.PartnerA, "relationship-checklist", 0)
	b = fillIn(t, k, k.PartnerB, "relationship-checklist", 0)
	seen := opens(t, k, k.PartnerB, b).Partner.Outcome
	require.Equal(t, care.ChangedEqual, seen.Change.Words)
	require.Zero(t, seen.Change.Since, "the other is not told when that was")
	require.Equal(t, care.ChangedEqual, therapistReads(t, k, opens(t, k, k.PartnerA, a)).Outcome.Change.Words)
}

// Reading an earlier answer to compare with is a reading like any other.
func TestComparingIsOnTheRecord(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("impact-inventory", k.PartnerA.ID.String(), "weekly")
	evening(k, 0)
	first := opens(t, k, k.PartnerA, fillIn(t, k, k.PartnerA, "impact-inventory", 8))
	evening(k, 7)
	second := opens(t, k, k.PartnerA, fillIn(t, k, k.PartnerA, "impact-inventory", 4))
	reads := func() int {
		return k.Count("audit_events where act = 'read' and object_kind = 'response' and object_id = $1 and actor_id = $2", first.Response.ID, k.Therapist.ID)
	}
	before := reads()
	require.Equal(t, care.ChangedLower, therapistReads(t, k, second).Outcome.Change.Words)
	require.Equal(t, before+1, reads())
}

// The therapist's list takes as many statements for many outcomes as for few.
func TestOutcomesTakeAConstantNumberOfStatements(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("impact-inventory", "both", "daily")
	count := func() int {
		ctx, n := testkit.CountStatements(k.Ctx)
		_, err := k.Service.CoupleResponses(ctx, k.Therapist, k.Couple, care.Page{})
		require.NoError(t, err)
		return n()
	}
	day := func(n int) {
		evening(k, n)
		fillIn(t, k, k.PartnerA, "impact-inventory", float64(n))
		fillIn(t, k, k.PartnerB, "impact-inventory", float64(n))
	}
	day(0)
	day(1)
	count() // Forms and keys are in memory from here on.
	few := count()
	for n := 2; n < 6; n++ {
		day(n)
	}
	require.Equal(t, few, count())
}

// The month's figures say in words how a score changed, to whoever has both; never of what stands in no report.
func TestProgressTellsHowAScoreChanged(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("impact-inventory", k.PartnerA.ID.String(), "weekly")
	evening(k, 0)
	fillIn(t, k, k.PartnerA, "impact-inventory", 8)
	evening(k, 7)
	fillIn(t, k, k.PartnerA, "impact-inventory", 4)
	late(k)
	own := progress(t, k, k.PartnerA, "partner").Instruments
	require.Len(t, own, 1)
	require.Equal(t, care.ChangedLower, own[0].Change)
	require.Nil(t, own[0].Outcome)
	require.Empty(t, progress(t, k, k.PartnerB, "couple").Instruments)
	therapist := progress(t, k, k.Therapist, "therapist").Instruments
	require.Equal(t, care.ChangedLower, therapist[0].Change)
	require.Len(t, therapist[0].Outcome.Top, 3)
}
