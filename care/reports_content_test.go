package care_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/models"
	"tussentijds/reports"
)

func snapshotOf(t *testing.T, k *testkit.Kit, in care.RequestReportInput) reports.Snapshot {
	t.Helper()
	v := build(t, k, request(t, k, in).ID)
	require.Equal(t, models.ReportDraft, v.Status)
	doc, err := k.Service.ReadReport(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	return doc.Snapshot
}

// A report for one partner is read by the therapist before it goes out: what that partner wrote for nobody else, or for a
// reveal that is still to come, is not in it, though the partner's own page shows it.
func TestAnOwnReportHoldsNothingThatTheTherapistMayNotRead(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{
		ExerciseID: "daily-checkin", For: "both", StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "daily", At: "20:00"},
		AudienceOverrides: map[string]string{"connected": "me"},
	})
	require.NoError(t, err)
	for day := range 4 {
		evening(k, day)
		answer(t, k, k.PartnerA, "daily-checkin", "een")
		if day < 3 {
			answer(t, k, k.PartnerB, "daily-checkin", "twee")
		}
	}
	late(k)
	require.Equal(t, 4, lines(progress(t, k, k.PartnerA, "partner"), "daily-checkin.connected")[k.PartnerA.ID])
	s := snapshotOf(t, k, care.RequestReportInput{Audience: "partner", PartnerID: k.PartnerA.ID.String(), Locale: "nl"})
	raw, err := json.Marshal(s)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "Verbondenheid\"", "the measure of what was kept to oneself")
	for _, trend := range s.Trends {
		require.Len(t, trend.Lines[0].Points, 3, "%s: the fourth is still to be revealed", trend.Title)
	}
}

// The therapist's version tells what was left, and what follows from it, and no other version does.
func TestWhatToDiscussFollowsFromFigures(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.SQL("update partners set role = 'hurt' where id = $1", k.PartnerA.ID)
	k.Assign("daily-checkin", "both", "daily")
	k.Assign("why-stay", k.PartnerA.ID.String(), "daily")
	evening(k, 0)
	answer(t, k, k.PartnerA, "daily-checkin", "een")
	evening(k, 4)
	late(k)
	for _, audience := range []string{"couple", "partner", "therapist"} {
		in := care.RequestReportInput{Audience: audience, Locale: "en"}
		if audience == "partner" {
			in.PartnerID = k.PartnerA.ID.String()
		}
		s := snapshotOf(t, k, in)
		require.True(t, s.Programme.Breach)
		raw, err := json.Marshal(s)
		require.NoError(t, err)
		require.NotContains(t, string(raw), "why-stay")
		if audience != "therapist" {
			require.Empty(t, s.Discuss)
			require.Empty(t, s.Gaps)
			continue
		}
		require.Equal(t, []string{"Sam", "Robin"}, []string{s.Gaps[0].Who, s.Gaps[1].Who})
		require.Equal(t, []string{"Daily check-in: 4 of 5 not done."}, s.Gaps[0].Facts, "and nothing of the private questions")
		require.Equal(t, "1 of 5 tasks done this month.", s.Discuss[0].Why)
		require.Len(t, s.Discuss, 2)
		for i, topic := range []string{"discuss.0", "discuss.1", "gap.0", "gap.1"} {
			origins := s.Origins(topic)
			require.Len(t, origins, 1, topic)
			require.Equal(t, reports.FromTasks, origins[0].Kind)
			require.Len(t, origins[0].IDs, []int{5, 5, 4, 5}[i])
			for _, id := range origins[0].IDs {
				require.Equal(t, 1, k.Count("tasks where id = $1 and couple_id = $2", id, k.Couple), "a row of this couple")
			}
		}
		require.True(t, slices.ContainsFunc(s.Trace, func(o reports.Origin) bool { return o.Figure == "homework" }))
	}
}
