package care_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/reports"
)

// A report of a month tells the phase of that month, whenever it is built; of a month before the programme it tells none.
func TestAReportTellsThePhaseOfItsMonth(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	of := func(month string) reports.Programme {
		report := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple", Locale: "nl", Month: month}).ID)
		doc, err := k.Service.ReadReport(k.Ctx, k.Therapist, report.ID)
		require.NoError(t, err)
		return doc.Snapshot.Programme
	}
	v := start(t, k, "communication-repair", 1)
	require.Empty(t, of("2026-09").Name, "it had not begun")
	require.Empty(t, of("2026-09").Phase)
	talk, _ := library.FindProgramme("communication-repair")
	begun := k.Clock.Now()
	require.Equal(t, talk.Phases[0].Title.NL, of(begun.Format("2006-01")).Phase)

	k.Clock.Set(begun.AddDate(0, 1, 5))
	v, err := k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 3, Reason: "Ze luisteren al goed", Version: v.Version})
	require.NoError(t, err)
	k.Clock.Set(k.Clock.Now().Add(time.Hour))
	_, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 2, Reason: "Iets terug", Version: v.Version})
	require.NoError(t, err)
	then, now := of(begun.Format("2006-01")), of(k.Clock.Now().Format("2006-01"))
	require.Equal(t, []any{talk.Phases[0].Title.NL, 1}, []any{then.Phase, then.PhaseAt})
	require.Equal(t, []any{talk.Phases[1].Title.NL, 2}, []any{now.Phase, now.PhaseAt})

	k.SQL("delete from couple_programme_steps where practice_id = $1", k.Practice)
	then = of(begun.Format("2006-01"))
	require.Equal(t, []any{talk.Title.NL, ""}, []any{then.Name, then.Phase}, "rather none than another month's")
}
