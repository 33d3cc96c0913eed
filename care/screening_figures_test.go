package care_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
)

// When their hour has passed the private questions are in no figure either, answered or not.
func TestTheQuestionsAreInNoFigureAfterTheirHour(t *testing.T) {
	t.Parallel()
	for name, answered := range map[string]bool{"answered": true, "not answered": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := testkit.New(t)
			k.Assign("daily-checkin", "both", "daily")
			screen(t, k)
			atScreening(k)
			if answered {
				for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
					task := k.FirstTask(who, "safety-screening")
					_, err := k.Service.CompleteTask(k.Ctx, who, task.ID, screened(task.Exercise, nil))
					require.NoError(t, err)
				}
			}
			evening(k, 0)
			answer(t, k, k.PartnerB, "daily-checkin", "x")
			k.Clock.Set(time.Date(2026, 10, 8, 12, 0, 0, 0, time.UTC))
			all := func() string {
				mine, err := json.Marshal([]any{progress(t, k, k.PartnerB, "couple"), progress(t, k, k.PartnerB, "partner")})
				require.NoError(t, err)
				return figures(t, k) + string(mine)
			}
			with := all()
			require.Contains(t, with, k.PartnerB.ID.String())
			k.SQL("delete from responses where task_id in (select id from tasks where couple_id = $1 and discreet)", k.Couple)
			k.SQL("delete from tasks where couple_id = $1 and discreet", k.Couple)
			same(t, all(), with, "with them as without them")
		})
	}
}

func TestTheQuestionsAreNotWhatACoupleDid(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	screen(t, k)
	atScreening(k)
	task := k.FirstTask(k.PartnerA, "safety-screening")
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, screened(task.Exercise, nil))
	require.NoError(t, err)
	found, err := k.Service.FindExercises(k.Ctx, k.Therapist, care.ExerciseFilter{Couple: k.Couple, Used: "yes"})
	require.NoError(t, err)
	require.Empty(t, found.List)
}

// A month in which nothing was done but the private questions is a quiet month: reports by themselves would tell.
func TestTheQuestionsAloneMakeNoReport(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	screen(t, k)
	atScreening(k)
	task := k.FirstTask(k.PartnerA, "safety-screening")
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, screened(task.Exercise, nil))
	require.NoError(t, err)
	k.Clock.Set(time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC))
	require.NoError(t, care.RequestMonthly(k.Service, k.Ctx, k.Practice, "2026-10"))
	require.Zero(t, k.Count("reports where practice_id = $1 and couple_id = $2", k.Practice, k.Couple))

	// The same answer to homework would have made them.
	k.SQL("update tasks set discreet = false where couple_id = $1", k.Couple)
	require.NoError(t, care.RequestMonthly(k.Service, k.Ctx, k.Practice, "2026-10"))
	require.NotZero(t, k.Count("reports where practice_id = $1 and couple_id = $2", k.Practice, k.Couple))
}

// A practice may send an exercise as its private questions that was homework before: neither is compared with the other.
func TestTheQuestionsAreComparedWithNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("impact-inventory", k.PartnerA.ID.String(), "weekly")
	evening(k, 0)
	first := fillIn(t, k, k.PartnerA, "impact-inventory", 8)
	evening(k, 7)
	second := opens(t, k, k.PartnerA, fillIn(t, k, k.PartnerA, "impact-inventory", 4))
	require.NotNil(t, therapistReads(t, k, second).Outcome.Change)
	for _, task := range []care.TaskView{first, second} {
		k.SQL("update tasks set discreet = id = $2 where couple_id = $1", k.Couple, task.ID)
		require.Nil(t, therapistReads(t, k, second).Outcome.Change)
	}
}
