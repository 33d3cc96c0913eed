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

// answer completes a partner's open task of an exercise.
func answer(t *testing.T, k *testkit.Kit, who care.Actor, exercise, words string, change ...func(library.Answers)) {
	t.Helper()
	task := k.FirstTask(who, exercise)
	a := testkit.Fill(task.Exercise, words)
	for _, c := range change {
		c(a)
	}
	_, err := k.Service.CompleteTask(k.Ctx, who, task.ID, a)
	require.NoError(t, err)
}

// evening moves the clock to a quarter to eight in the evening, some days after the kit's start.
func evening(k *testkit.Kit, days int) {
	k.Clock.Set(time.Date(2026, 10, 5, 17, 45, 0, 0, time.UTC).AddDate(0, 0, days))
}

// late moves the clock to ten in the evening of the same day: what is due has fallen due.
func late(k *testkit.Kit) { k.Clock.Add(2*time.Hour + 15*time.Minute) }

func progress(t *testing.T, k *testkit.Kit, who care.Actor, audience string) care.ProgressView {
	t.Helper()
	v, err := k.Service.Progress(k.Ctx, who, k.Couple, "2026-10", audience)
	require.NoError(t, err)
	return v
}

func lines(v care.ProgressView, measure string) map[uuid.UUID]int {
	out := map[uuid.UUID]int{}
	for _, s := range v.Series {
		if s.Measure == measure {
			out[*s.PartnerID] = len(s.Points)
		}
	}
	return out
}

// Day one both answer, day two only Sam does. The couple's view knows day one; day two stays Sam's own.
func TestTheCouplesProgressKnowsWhatBothKnow(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	evening(k, 0)
	answer(t, k, k.PartnerA, "daily-checkin", "een")
	answer(t, k, k.PartnerB, "daily-checkin", "een")
	evening(k, 1)
	answer(t, k, k.PartnerA, "daily-checkin", "twee")
	late(k)

	for _, who := range []care.Actor{k.PartnerA, k.PartnerB, k.Therapist} {
		v := progress(t, k, who, "couple")
		require.Equal(t, care.HomeworkCount{Assigned: 2, Done: 1}, v.Homework)
		require.Len(t, v.Weeks, 2, "the week of 28 September and that of 5 October")
		require.Equal(t, map[uuid.UUID]int{k.PartnerA.ID: 1, k.PartnerB.ID: 1}, lines(v, "daily-checkin.connected"))
	}
	own := progress(t, k, k.PartnerA, "partner")
	require.Equal(t, care.HomeworkCount{Assigned: 2, Done: 2}, own.Homework)
	require.Equal(t, map[uuid.UUID]int{k.PartnerA.ID: 2}, lines(own, "daily-checkin.connected"), "own lines, also unrevealed, and nobody else's")
	require.Equal(t, care.HomeworkCount{Assigned: 2, Done: 1}, progress(t, k, k.PartnerB, "partner").Homework)
	therapist := progress(t, k, k.Therapist, "therapist")
	require.Equal(t, care.HomeworkCount{Assigned: 4, Done: 3}, therapist.Homework)
	require.Equal(t, map[uuid.UUID]int{k.PartnerA.ID: 1, k.PartnerB.ID: 1}, lines(therapist, "daily-checkin.connected"), "hidden is hidden from the therapist too")
}

// Of homework in which nothing opens to the other, neither knows whether the other did it: it does not count for both.
func TestJointHomeworkThatOpensNothingIsNotCountedForBoth(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("self-care", "both", "daily")
	evening(k, 0)
	answer(t, k, k.PartnerA, "self-care", "een")
	answer(t, k, k.PartnerB, "self-care", "een")
	late(k)
	require.Equal(t, care.HomeworkCount{}, progress(t, k, k.PartnerA, "couple").Homework)
	require.Equal(t, care.HomeworkCount{Assigned: 1, Done: 1}, progress(t, k, k.PartnerA, "partner").Homework)
}

func TestALineNeedsItsPartnersConsent(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	evening(k, 0)
	answer(t, k, k.PartnerA, "daily-checkin", "een")
	answer(t, k, k.PartnerB, "daily-checkin", "een")
	late(k)
	require.NoError(t, k.Service.ChangeConsent(k.Ctx, k.PartnerB, "report_line", false))
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB, k.Therapist} {
		require.Equal(t, map[uuid.UUID]int{k.PartnerA.ID: 1}, lines(progress(t, k, who, "couple"), "daily-checkin.connected"))
	}
	require.Equal(t, map[uuid.UUID]int{k.PartnerB.ID: 1}, lines(progress(t, k, k.PartnerB, "partner"), "daily-checkin.connected"))
	require.Len(t, lines(progress(t, k, k.Therapist, "therapist"), "daily-checkin.connected"), 2)
}

// Whatever one partner does alone or in private, the couple's progress and the other's own are octet for octet the same.
func TestPrivateAndSoloWorkChangesNothingForTheOther(t *testing.T) {
	t.Parallel()
	busy, quiet := testkit.New(t), testkit.New(t)
	var seen [2][]string
	for i, k := range []*testkit.Kit{busy, quiet} {
		k.Assign("emotion-journal", k.PartnerA.ID.String(), "daily")
		k.Assign("small-wins", k.PartnerA.ID.String(), "daily")
		k.Assign("why-stay", "both", "daily")
		evening(k, 0)
		if k == busy {
			answer(t, k, k.PartnerA, "emotion-journal", "KANARIE")
			answer(t, k, k.PartnerA, "small-wins", "KANARIE")
			answer(t, k, k.PartnerA, "why-stay", "KANARIE")
		}
		late(k)
		for _, audience := range []string{"couple", "partner"} {
			raw, err := json.Marshal(progress(t, k, k.PartnerB, audience))
			require.NoError(t, err)
			seen[i] = append(seen[i], string(raw))
		}
	}
	require.Equal(t, seen[1], seen[0])
	require.NotContains(t, seen[0][0]+seen[0][1], "KANARIE")
	own := progress(t, busy, busy.PartnerA, "partner")
	require.Len(t, own.Wins, 1, "one's own file has one's own work")
	require.Equal(t, care.HomeworkCount{Assigned: 1, Done: 1}, own.Homework, "a journal and a doubt are counted nowhere")
	for _, s := range own.Series {
		require.NotContains(t, s.Measure, "emotion-journal")
		require.NotContains(t, s.Measure, "why-stay", "but never what is not for a page that somebody may look at")
	}
}

func TestWinsAndQuestionnairesFollowTheirReaders(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("small-wins", "both", "daily")
	k.Assign("relationship-checklist", "both", "daily")
	evening(k, 0)
	answer(t, k, k.PartnerA, "small-wins", "Samen gelachen")
	answer(t, k, k.PartnerA, "relationship-checklist", "")
	late(k)
	v := progress(t, k, k.PartnerB, "couple")
	require.Len(t, v.Wins, 1, "a win is for both at once")
	require.Equal(t, "Samen gelachen", v.Wins[0].Text)
	require.Empty(t, v.Instruments, "the list opens when both are in")
	require.Empty(t, progress(t, k, k.PartnerB, "partner").Wins)
	require.Len(t, progress(t, k, k.PartnerA, "partner").Instruments, 1)
	require.Empty(t, progress(t, k, k.Therapist, "therapist").Instruments)

	evening(k, 0)
	answer(t, k, k.PartnerB, "relationship-checklist", "", func(a library.Answers) { a["B1"] = "no" })
	late(k)
	v = progress(t, k, k.PartnerB, "couple")
	require.Len(t, v.Instruments, 2)
	require.Equal(t, k.PartnerA.ID, *v.Instruments[0].PartnerID)
	require.InDelta(t, 19, v.Instruments[0].Score, 1e-9, "A2 counts the other way round")
	require.InDelta(t, 18, v.Instruments[1].Score, 1e-9)
	require.InDelta(t, 20, v.Instruments[1].Max, 1e-9)
	require.NotEmpty(t, v.Instruments[0].Band)
	require.NotEmpty(t, v.Instruments[0].Caveat)
	require.Nil(t, v.Instruments[0].Previous)
	require.Equal(t, v.Instruments[0].On, v.Instruments[1].On, "the day it is about, not the moment of sending")

	evening(k, 1)
	answer(t, k, k.PartnerA, "relationship-checklist", "", func(a library.Answers) { a["A1"] = "no" })
	answer(t, k, k.PartnerB, "relationship-checklist", "")
	late(k)
	v = progress(t, k, k.PartnerA, "couple")
	require.InDelta(t, 18, v.Instruments[0].Score, 1e-9)
	require.InDelta(t, 19, *v.Instruments[0].Previous, 1e-9)
}

// A questionnaire is compared with one of up to half a year ago; lines look back three months.
func TestAQuestionnaireLooksBackFurtherThanALine(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("relationship-checklist", "both", "daily")
	k.Assign("daily-checkin", "both", "daily")
	for day := range 2 {
		evening(k, day)
		answer(t, k, k.PartnerA, "daily-checkin", "een")
		answer(t, k, k.PartnerA, "relationship-checklist", "", func(a library.Answers) { a["A1"] = []string{"yes", "no"}[day] })
	}
	late(k)
	first := time.Date(2026, 10, 6, 0, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		months   int // that the first evening is moved back by.
		compared bool
		points   int
	}{{0, true, 2}, {1, true, 2}, {3, true, 1}, {3, false, 1}} {
		k.SQL(`update tasks set due_at = due_at - make_interval(months => $2), opens_at = opens_at - make_interval(months => $2) where practice_id = $1 and status = 'done' and due_at < $3`,
			k.Practice, step.months, first)
		v := progress(t, k, k.PartnerA, "partner")
		require.Len(t, v.Instruments, 1)
		require.InDelta(t, 18, v.Instruments[0].Score, 1e-9)
		require.Equal(t, step.compared, v.Instruments[0].Previous != nil, "%d months on", step.months)
		if step.compared {
			require.InDelta(t, 19, *v.Instruments[0].Previous, 1e-9)
		}
		require.Equal(t, step.points, lines(v, "daily-checkin.connected")[k.PartnerA.ID])
	}
}

func TestIndividualSessionsCountForWhoKnowsThem(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	alone := hourAt(k, 9)
	alone.Kind, alone.PartnerID = "individual", &k.PartnerA.ID
	plan(t, k, k.Therapist, alone)
	plan(t, k, k.Therapist, hourAt(k, 12))
	require.Equal(t, 1, progress(t, k, k.PartnerA, "couple").Sessions.Planned)
	require.Equal(t, 2, progress(t, k, k.PartnerA, "partner").Sessions.Planned)
	require.Equal(t, 1, progress(t, k, k.PartnerB, "partner").Sessions.Planned)
	require.Equal(t, 2, progress(t, k, k.Therapist, "therapist").Sessions.Planned)
	require.Equal(t, 1, progress(t, k, k.Therapist, "couple").Sessions.Planned)
}

func TestAgreementsKeptAreCountedByMonth(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	sign(t, k, k.PartnerA, v, false)
	v = sign(t, k, k.PartnerB, v, false)
	_, err := k.Service.ReviewAgreement(k.Ctx, k.PartnerA, v.ID, care.ReviewAgreementInput{Kept: map[string]bool{v.Points[0].ID: true, v.Points[1].ID: false}})
	require.NoError(t, err)
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB, k.Therapist} {
		require.Zero(t, progress(t, k, who, "couple").Agreements[0].Asked, "what one says counts when the other's is in")
	}
	_, err = k.Service.ReviewAgreement(k.Ctx, k.PartnerB, v.ID, care.ReviewAgreementInput{Kept: map[string]bool{v.Points[0].ID: true, v.Points[1].ID: true}})
	require.NoError(t, err)
	got := progress(t, k, k.PartnerB, "couple").Agreements
	require.Len(t, got, 1)
	require.Equal(t, 4, got[0].Asked)
	require.Equal(t, 3, got[0].Kept)
	require.Equal(t, "Trust contract", got[0].Title, "in the reader's language")
	k.Clock.Set(time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC))
	next, err := k.Service.Progress(k.Ctx, k.PartnerB, k.Couple, "2026-11", "")
	require.NoError(t, err)
	require.Equal(t, 0, next.Agreements[0].Asked)
}

// A month begins and ends at midnight in the practice's zone: 23:30 on 31 October in Amsterdam is October, though the clocks
// went back and it is 22:30 in UTC.
func TestAMonthEndsAtMidnightOfThePractice(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	in := hourAt(k, 9)
	in.StartsAt = time.Date(2026, 10, 31, 22, 30, 0, 0, time.UTC)
	in.EndsAt = in.StartsAt.Add(20 * time.Minute)
	plan(t, k, k.Therapist, in)
	in.StartsAt = time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC)
	in.EndsAt = in.StartsAt.Add(time.Hour)
	plan(t, k, k.Therapist, in)
	k.Clock.Set(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	for month, want := range map[string]int{"2026-10": 1, "2026-11": 1} {
		v, err := k.Service.Progress(k.Ctx, k.Therapist, k.Couple, month, "")
		require.NoError(t, err)
		require.Equal(t, want, v.Sessions.Planned, month)
	}
}

func TestWhoMaySeeProgress(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	ask := func(a care.Actor, month, audience string) error {
		_, err := k.Service.Progress(k.Ctx, a, k.Couple, month, audience)
		return err
	}
	for _, a := range []care.Actor{k.Colleague, k.Owner, k.Stranger, k.ForeignTherapist, k.ForeignPartner} {
		requireCode(t, fault.NotFound, ask(a, "2026-10", "couple"))
		requireCode(t, fault.NotFound, ask(a, "2026-10", ""))
	}
	requireCode(t, fault.Forbidden, ask(k.Office, "2026-10", ""))
	requireCode(t, fault.Forbidden, ask(k.PartnerA, "2026-10", "therapist"))
	requireCode(t, fault.Invalid, ask(k.Therapist, "2026-10", "partner"))
	for _, month := range []string{"2026-11", "2026-13", "oktober", "2026-10-01"} {
		requireCode(t, fault.Invalid, ask(k.Therapist, month, ""))
	}
	before := k.Count("audit_events where object_kind = 'progress' and partner_id = $1", k.PartnerB.ID)
	require.NoError(t, ask(k.Trainee, "", ""))
	require.Equal(t, before+1, k.Count("audit_events where object_kind = 'progress' and partner_id = $1", k.PartnerB.ID))
	require.NoError(t, ask(k.PartnerA, "", "partner"))
	require.Equal(t, before+1, k.Count("audit_events where object_kind = 'progress' and partner_id = $1", k.PartnerB.ID), "an own look is in the own file alone")
}

func TestProgressTakesAConstantNumberOfStatements(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	counts := []int{}
	for day := range 4 {
		evening(k, day)
		answer(t, k, k.PartnerA, "daily-checkin", "x")
		answer(t, k, k.PartnerB, "daily-checkin", "x")
		late(k)
		ctx, count := testkit.CountStatements(k.Ctx)
		_, err := k.Service.Progress(ctx, k.Therapist, k.Couple, "2026-10", "")
		require.NoError(t, err)
		counts = append(counts, count())
	}
	require.Equal(t, counts[0], counts[3])
}
