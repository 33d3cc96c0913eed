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
	"tussentijds/models"
)

func TestWhatIsMissingInTheHelpLines(t *testing.T) {
	now := time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)
	whole := func() care.PracticeView {
		p := care.PracticeView{Country: "NL", TimeZone: "Europe/Amsterdam"}
		for _, key := range care.HelplineKeys {
			p.Helplines = append(p.Helplines, models.Helpline{Key: key, CheckedOn: "2026-01-01"})
		}
		return p
	}
	require.Nil(t, care.GapsOf(whole(), now))
	none := care.GapsOf(care.PracticeView{Country: "NL"}, now)
	require.Equal(t, care.HelplineKeys, none.Missing)
	abroad := whole()
	abroad.Helplines[1].Country = "BE"
	require.Equal(t, []string{"suicide"}, care.GapsOf(abroad, now).Missing, "a line of the other country helps nobody here")
	abroad.Country = "BE"
	abroad.Helplines[0].Country = "NL"
	require.Equal(t, []string{"emergency"}, care.GapsOf(abroad, now).Missing)
	old := whole()
	old.Helplines[2].CheckedOn, old.Helplines[3].CheckedOn, old.Helplines[4].CheckedOn = "2025-10-04", "", "2025-10-05"
	require.Equal(t, []string{"domestic_abuse", "sexual_violence"}, care.GapsOf(old, now).Old, "a year is a year")
}

func TestWhoMayBeOnDuty(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	choose := func(actor care.Actor, id string) error {
		p, err := k.Service.Practice(k.Ctx, k.Owner)
		require.NoError(t, err)
		_, err = k.Service.ChangePractice(k.Ctx, actor, care.ChangePracticeInput{DutyMemberID: &id, Version: p.Version})
		return err
	}
	for _, id := range []string{k.Office.ID.String(), k.ForeignTherapist.ID.String(), uuid.NewString(), "iemand"} {
		err := choose(k.Owner, id)
		requireCode(t, fault.Invalid, err)
		require.Equal(t, "duty_member_id", fault.From(err).Fields[0].Location)
	}
	for _, who := range []care.Actor{k.Therapist, k.Trainee, k.Office} {
		requireCode(t, fault.Forbidden, choose(who, k.Colleague.ID.String()))
	}
	for _, who := range []care.Actor{k.PartnerA, {}} {
		requireCode(t, fault.NotFound, choose(who, k.Colleague.ID.String()))
	}
	require.NoError(t, choose(k.Owner, k.Colleague.ID.String()))
	require.NoError(t, choose(k.Owner, ""))
	require.Zero(t, k.Count("practices where id = $1 and duty_member_id is not null", k.Practice))
}

func TestOnlyFittingExercisesCanBeThePrivateQuestions(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for _, id := range []string{"why-stay", "appreciation", "own-share", "self-care"} {
		e, _ := k.Library.Exercise(id)
		raw, err := json.Marshal(e)
		require.NoError(t, err)
		_, err = k.Service.AddExercise(k.Ctx, k.Therapist, raw)
		require.NoError(t, err)
	}
	list, err := k.Service.ScreeningChoices(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.Len(t, list, 1, "only why-stay asks for the therapist's eyes alone, to the last question")
	for _, who := range []care.Actor{k.Therapist, k.Trainee, k.Office} {
		_, err := k.Service.ScreeningChoices(k.Ctx, who)
		requireCode(t, fault.Forbidden, err)
	}
	_, err = k.Service.ScreeningChoices(k.Ctx, k.PartnerA)
	requireCode(t, fault.NotFound, err)
	foreign, err := k.Service.ScreeningChoices(k.Ctx, k.ForeignTherapist)
	require.NoError(t, err)
	require.Empty(t, foreign)
}
