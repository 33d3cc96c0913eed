package care_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// A preparation holds what came in since the last session and what its note planned, and no answer that a therapist may not
// read. For a session with one partner it tells nothing of the other's own work. Nobody else gets it. The year passes the eyes
// it is made for.
func TestAPreparationIsForOnePairOfEyes(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	plan := func(at time.Time, partner *uuid.UUID) care.SessionView {
		kind := "conjoint"
		if partner != nil {
			kind = "individual"
		}
		v, err := k.Service.PlanSession(k.Ctx, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: kind, PartnerID: partner, StartsAt: at, EndsAt: at.Add(time.Hour)})
		require.NoError(t, err)
		return v
	}
	last := plan(k.Clock.Now().Add(time.Hour), nil)
	_, err := k.Service.WriteNote(k.Ctx, k.Therapist, last.ID, "Het ging over het weekend.\n\nPlan: vraag naar de vakantie.\nEn naar de kinderen.\n\nDe rest blijft hier.", 0)
	require.NoError(t, err)
	k.Clock.Add(3 * time.Hour)
	held := "held"
	_, err = k.Service.ChangeSession(k.Ctx, k.Therapist, last.ID, care.ChangeSessionInput{Status: &held, Version: last.Version})
	require.NoError(t, err)
	for i, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		k.Assign("own-share", who.ID.String(), "once") // For the therapist.
		k.Assign("forgiveness-reflection", who.ID.String(), "once")
		for _, exercise := range []string{"own-share", "forgiveness-reflection"} {
			task := k.FirstTask(who, exercise)
			_, err := k.Service.CompleteTask(k.Ctx, who, task.ID, testkit.Fill(task.Exercise, []string{"vanA", "vanB"}[i]+exercise[:3]))
			require.NoError(t, err)
		}
	}
	next := plan(k.Clock.Now().Add(48*time.Hour), nil)
	alone := plan(k.Clock.Now().Add(72*time.Hour), &k.PartnerA.ID)

	sheet := func(session uuid.UUID) string {
		view, err := k.Service.SessionPreparation(k.Ctx, k.Therapist, k.Couple, session)
		require.NoError(t, err)
		var all strings.Builder
		all.WriteString(view.Cover.Title + view.Cover.Month + view.Cover.For)
		for _, s := range view.Sections {
			for _, b := range s.Blocks {
				all.WriteString(strings.Join(b.Paragraphs, "\n"))
				for _, row := range b.Rows {
					all.WriteString(strings.Join(row, "|"))
				}
				for _, p := range b.Pairs {
					all.WriteString(p.Label + strings.Join(p.Text, "\n"))
				}
			}
		}
		pdf, err := k.Service.SessionPreparationPDF(k.Ctx, k.Therapist, k.Couple, session)
		require.NoError(t, err)
		require.Contains(t, care.WrittenIn(t, pdf), squeezed(view.Cover.Month))
		return all.String()
	}
	both := sheet(uuid.Nil)
	require.Equal(t, both, sheet(next.ID), "the next one, when none is named")
	for _, want := range []string{"vanAown", "vanBown", "vraag naar de vakantie.", "En naar de kinderen."} {
		assert.Contains(t, both, want)
	}
	for _, not := range []string{"vanAfor", "vanBfor", "De rest blijft hier", "Het ging over"} {
		assert.NotContains(t, both, not)
	}
	one := sheet(alone.ID)
	assert.Contains(t, one, "vanAown")
	assert.NotContains(t, one, "vanBown")
	assert.NotContains(t, one, "Robin")

	for name, refused := range map[string]struct {
		who  care.Actor
		code fault.Code
	}{
		"a partner": {k.PartnerA, fault.Forbidden}, "the office": {k.Office, fault.Forbidden}, "a colleague": {k.Colleague, fault.NotFound},
		"the owner": {k.Owner, fault.NotFound}, "another practice": {k.ForeignTherapist, fault.NotFound},
	} {
		_, err := k.Service.SessionPreparation(k.Ctx, refused.who, k.Couple, uuid.Nil)
		require.Equal(t, refused.code, fault.From(err).Code, name)
		_, err = k.Service.YearOverview(k.Ctx, refused.who, k.Couple, care.YearInput{})
		require.Equal(t, refused.code, fault.From(err).Code, name)
	}
	_, err = k.Service.YearOverview(k.Ctx, k.Trainee, k.Couple, care.YearInput{Audience: "couple"})
	require.True(t, fault.Is(err, fault.Forbidden), "what is handed over is approved by who may approve")
	_, err = k.Service.YearOverview(k.Ctx, k.Therapist, k.Couple, care.YearInput{Audience: "partner", PartnerID: k.Stranger.ID})
	require.True(t, fault.Is(err, fault.Invalid))

	for _, in := range []care.YearInput{{}, {Audience: "couple"}, {Audience: "partner", PartnerID: k.PartnerB.ID}} {
		pdf, err := k.Service.YearOverview(k.Ctx, k.Therapist, k.Couple, in)
		require.NoError(t, err, in.Audience)
		text := care.WrittenIn(t, pdf)
		require.NotContains(t, text, "vanA")
		require.NotContains(t, text, "vanB")
	}
}

// What one partner keeps to oneself takes no place on the sheet and is in no number of it; of what can be read each partner has
// an equal share, and what waits of somebody who stepped back pushes nothing away.
func TestPrivateAnswersPushNothingAway(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	write := func(who care.Actor, exercise, word string) {
		k.Clock.Add(time.Minute)
		k.Assign(exercise, who.ID.String(), "once")
		task := k.FirstTask(who, exercise)
		_, err := k.Service.CompleteTask(k.Ctx, who, task.ID, testkit.Fill(task.Exercise, word))
		require.NoError(t, err)
	}
	sheet := func() (labels []string, words, note string) {
		view, err := k.Service.SessionPreparation(k.Ctx, k.Therapist, k.Couple, uuid.Nil)
		require.NoError(t, err)
		for _, s := range view.Sections {
			if s.ID != "answers" {
				continue
			}
			for _, p := range s.Blocks[0].Pairs {
				labels, words = append(labels, p.Label), words+strings.Join(p.Text, "\n")
			}
			note = s.Blocks[0].Note
		}
		return labels, words, note
	}
	write(k.PartnerB, "own-share", "vanB")
	for range 7 {
		write(k.PartnerA, "forgiveness-reflection", "vanA") // For nobody else.
	}
	labels, words, note := sheet()
	require.Len(t, labels, 1)
	require.Contains(t, words, "vanB")
	require.NotContains(t, words, "vanA")
	require.Empty(t, note, "a number would tell how much one keeps to oneself")

	for range 7 {
		write(k.PartnerA, "own-share", "vanA")
	}
	labels, words, note = sheet()
	require.Len(t, labels, 6)
	require.Contains(t, words, "vanB", "the other's word keeps its place")
	require.Contains(t, note, "2")
}

// The year of one partner is printed by the therapist: what that partner wrote for nobody else, or for a reveal that is still to
// come, is not in it, though the partner's own page shows it.
func TestAYearHoldsNothingThatTheTherapistMayNotRead(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for exercise, overrides := range map[string]map[string]string{"small-wins": {"what": "me"}, "relationship-checklist": nil} {
		_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{
			ExerciseID: exercise, For: "both", StartsOn: string(models.DayOf(k.Clock.Now().In(k.Zone))),
			Schedule: care.ScheduleInput{Kind: "once", At: "20:00"}, AudienceOverrides: overrides,
		})
		require.NoError(t, err)
		task := k.FirstTask(k.PartnerA, exercise)
		_, err = k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, testkit.Fill(task.Exercise, "vanA"))
		require.NoError(t, err)
	}
	k.Clock.Add(24 * time.Hour)
	require.NotEmpty(t, progress(t, k, k.PartnerA, "partner").Instruments)
	for _, in := range []care.YearInput{{}, {Audience: "couple"}, {Audience: "partner", PartnerID: k.PartnerA.ID}} {
		pdf, err := k.Service.YearOverview(k.Ctx, k.Therapist, k.Couple, in)
		require.NoError(t, err)
		text := care.WrittenIn(t, pdf)
		require.NotContains(t, text, "vanA", in.Audience)
		require.NotContains(t, text, squeezed("Relatiechecklist"), in.Audience)
	}
}
